//! The URL of a service's database on a shared server.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::secrets::MasterKey;

/// The role that owns a service's schema.
#[must_use]
pub fn role(service: &str) -> String {
    format!("pfms_{service}")
}

/// The shared server's URL with the service's own role, password and schema.
///
/// # Errors
/// When the URL names no host or database.
pub fn service_url(base: &str, service: &str, master: &MasterKey) -> Result<String, String> {
    let mut url = ::url::Url::parse(base).map_err(|error| format!("is not a URL: {error}"))?;
    let wrong = |()| "must be postgres://user:password@host:port/database".to_owned();
    url.set_username(&role(service)).map_err(wrong)?;
    url.set_password(Some(&master.derive_password(&format!("database-role:{service}"))))
        .map_err(wrong)?;
    if url.path().len() < 2 {
        return Err(wrong(()));
    }
    url.query_pairs_mut().append_pair("options[search_path]", service);
    Ok(url.into())
}

/// Refuses what asks for TLS and would take it from anybody: with `require` and `verify-ca` whoever answers is sent the
/// password and the data, with `verify-full` the server that was meant.
///
/// # Errors
/// Says what the URL has to be.
pub fn ensure_verified(url: &str) -> Result<(), String> {
    let options = PgConnectOptions::from_str(url).map_err(|error| format!("cannot be read: {error}"))?;
    match options.get_ssl_mode() {
        PgSslMode::Require | PgSslMode::VerifyCa => Err(
            "must say sslmode=verify-full where it asks for TLS; sslrootcert names an authority of your own"
                .to_owned(),
        ),
        _ => Ok(()),
    }
}
