//! Accounts.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

/// An account that is about to be created.
pub struct NewAccount {
    /// Its id.
    pub id: UserId,
    /// What its address is found by.
    pub email_lookup: [u8; 32],
    /// Its address, sealed.
    pub email_sealed: Vec<u8>,
    /// A PHC string.
    pub password_hash: String,
}

/// What signing in needs of an account.
pub struct Credentials {
    /// The account.
    pub id: UserId,
    /// A PHC string.
    pub password_hash: String,
    /// Whether it may sign in.
    pub is_active: bool,
    /// Whether its address was proven.
    pub email_verified: bool,
}

/// An account.
pub struct Account {
    /// Its address, sealed.
    pub email_sealed: Vec<u8>,
    /// Whether its address was proven.
    pub email_verified: bool,
    /// A PHC string.
    pub password_hash: String,
    /// Whether it may sign in.
    pub is_active: bool,
    /// When it was created.
    pub created_at: Timestamp,
}

/// An account's address.
pub struct Address {
    /// What it is found by.
    pub lookup: [u8; 32],
    /// The address, sealed.
    pub sealed: Vec<u8>,
}

/// Creates an account; false when the address has one.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    account: &NewAccount,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO users (id, email_lookup, email_sealed, password_hash, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (email_lookup) DO NOTHING",
        account.id.uuid(),
        &account.email_lookup[..],
        account.email_sealed,
        account.password_hash,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The account of an address.
///
/// # Errors
/// When the database does not answer.
pub async fn credentials(pool: &PgPool, email_lookup: &[u8; 32]) -> Result<Option<Credentials>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT id, password_hash, is_active, email_verified FROM users WHERE email_lookup = $1",
        &email_lookup[..],
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Credentials {
        id: row.id.into(),
        password_hash: row.password_hash,
        is_active: row.is_active,
        email_verified: row.email_verified,
    }))
}

/// What an account is found by when its address is given.
///
/// # Errors
/// When the database does not answer.
pub async fn lookup(pool: &PgPool, id: UserId) -> Result<Option<[u8; 32]>, sqlx::Error> {
    let lookup = sqlx::query_scalar!("SELECT email_lookup FROM users WHERE id = $1", id.uuid())
        .fetch_optional(pool)
        .await?;
    lookup
        .map(|bytes| {
            <[u8; 32]>::try_from(bytes.as_slice()).map_err(|error| sqlx::Error::Decode(Box::new(error)))
        })
        .transpose()
}

/// An account.
///
/// # Errors
/// When the database does not answer.
pub async fn find(pool: &PgPool, id: UserId) -> Result<Option<Account>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT email_sealed, email_verified, password_hash, is_active,
                  created_at AS "created_at: jiff_sqlx::Timestamp"
           FROM users WHERE id = $1"#,
        id.uuid(),
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Account {
        email_sealed: row.email_sealed,
        email_verified: row.email_verified,
        password_hash: row.password_hash,
        is_active: row.is_active,
        created_at: row.created_at.to_jiff(),
    }))
}

/// The account of an address, by what it is found by.
///
/// # Errors
/// When the database does not answer.
pub async fn of_email(
    connection: &mut PgConnection,
    email_lookup: &[u8; 32],
) -> Result<Option<UserId>, sqlx::Error> {
    let id = sqlx::query_scalar!("SELECT id FROM users WHERE email_lookup = $1", &email_lookup[..])
        .fetch_optional(connection)
        .await?;
    Ok(id.map(UserId::from))
}

/// Notes that an address was proven; false when that was known.
///
/// # Errors
/// When the database does not answer.
pub async fn set_email_verified(
    connection: &mut PgConnection,
    id: UserId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let changed = sqlx::query!(
        "UPDATE users SET email_verified = true, updated_at = $2 WHERE id = $1 AND NOT email_verified",
        id.uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// The address of an account that may sign in.
///
/// # Errors
/// When the database does not answer.
pub async fn address(connection: &mut PgConnection, id: UserId) -> Result<Option<Address>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT email_lookup, email_sealed FROM users WHERE id = $1 AND is_active",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let lookup = <[u8; 32]>::try_from(row.email_lookup.as_slice())
            .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Address {
            lookup,
            sealed: row.email_sealed,
        })
    })
    .transpose()
}

/// Sets another address, which was proven; false when an account has it.
///
/// # Errors
/// When the database does not answer.
pub async fn set_address(
    connection: &mut PgConnection,
    id: UserId,
    address: &Address,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let changed = sqlx::query!(
        "UPDATE users SET email_lookup = $2, email_sealed = $3, email_verified = true, updated_at = $4 WHERE id = $1",
        id.uuid(),
        &address.lookup[..],
        address.sealed,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await;
    match changed {
        Ok(changed) => Ok(changed.rows_affected() == 1),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Sets another password.
///
/// # Errors
/// When the database does not answer.
pub async fn set_password(
    connection: &mut PgConnection,
    id: UserId,
    hash: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1",
        id.uuid(),
        hash,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that someone signed in; false when the account has stopped working meanwhile.
///
/// # Errors
/// When the database does not answer.
pub async fn note_sign_in(
    connection: &mut PgConnection,
    id: UserId,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let noted = sqlx::query!(
        "UPDATE users SET last_login = $2 WHERE id = $1 AND is_active",
        id.uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Replaces a hash by another one of the same password, unless the password was changed meanwhile.
///
/// # Errors
/// When the database does not answer.
pub async fn renew_hash(
    connection: &mut PgConnection,
    id: UserId,
    old: &str,
    new: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE users SET password_hash = $3, updated_at = $4 WHERE id = $1 AND password_hash = $2",
        id.uuid(),
        old,
        new,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
