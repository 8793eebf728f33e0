//! What operators' commands have in common.

use std::error::Error;

use pfms_runtime::events::outbox;
use pfms_runtime::{Database, Settings, audit};

/// Connections that a command needs.
const CONNECTIONS: u32 = 2;

/// A service's database, as the service reaches it.
///
/// # Errors
/// When no URL can be made of the settings.
pub fn open(settings: &Settings, service: &str) -> Result<Database, Box<dyn Error>> {
    let url = settings.database_url_of(service)?;
    Ok(Database::open(
        &url,
        "operator",
        CONNECTIONS,
        settings.clock.clone(),
    )?)
}

/// Tells the audit log what was done; published by auth.
///
/// # Errors
/// When the database does not answer.
pub async fn record(settings: &Settings, action: &str, target: &str) -> Result<(), Box<dyn Error>> {
    let database = open(settings, "auth")?;
    let act = audit::act(audit::OPERATOR, action, target, database.clock().now())?;
    let mut connection = database.pool().acquire().await?;
    outbox::insert(&mut connection, &[act]).await?;
    Ok(())
}
