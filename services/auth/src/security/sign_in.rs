//! What is noted of signing in, whichever way it was.

use jiff::Timestamp;
use pfms_runtime::error::chain;
use pfms_runtime::{Database, Error};
use pfms_types::UserId;
use sqlx::PgConnection;

use super::{Kind, SecurityEvent, note};
use crate::origin::Origin;
use crate::session::SessionId;
use crate::store::devices;

/// Notes in the caller's transaction that a session was opened, and whether the account has been used from such a
/// device before.
///
/// # Errors
/// When the database does not answer.
pub async fn note_success(
    connection: &mut PgConnection,
    user_id: UserId,
    id: SessionId,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), Error> {
    let opened = SecurityEvent::from(Kind::SignInSucceeded).on(id);
    note(connection, user_id, opened, origin, now).await?;
    if devices::note(connection, user_id, &origin.device(), now).await? {
        let unseen = SecurityEvent::from(Kind::NewDevice).on(id);
        note(connection, user_id, unseen, origin, now).await?;
    }
    Ok(())
}

/// Notes that someone failed to sign in to an account. It is not awaited: of an address without an account there is
/// nothing to note, and the time of the answer must not tell the two apart.
pub fn note_failure(database: &Database, user_id: UserId, origin: &Origin) {
    let (database, origin) = (database.clone(), origin.clone());
    tokio::spawn(async move {
        let written = async {
            let now = database.clock().now();
            let mut transaction = database.pool().begin().await?;
            note(&mut transaction, user_id, Kind::SignInFailed, &origin, now).await?;
            transaction.commit().await?;
            database.wake_relay();
            Ok::<_, Error>(())
        };
        if let Err(error) = written.await {
            tracing::warn!(%user_id, error = %chain(&error), "a failed sign-in was not noted");
        }
    });
}
