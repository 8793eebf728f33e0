//! SQL of archives and their pieces.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use super::{ExportId, KEPT_DAYS, State};

/// How long whoever makes an archive is believed to live after the last sign of life.
const LEASE: SignedDuration = SignedDuration::from_mins(1);
/// How often an archive is begun before it counts as failed.
const MOST_ATTEMPTS: i32 = 5;

/// An archive as it is stored.
pub struct Export {
    /// The archive.
    pub id: ExportId,
    /// How far it is.
    pub state: State,
    /// 0 to 100.
    pub progress: i32,
    /// Of the zip file.
    pub size_bytes: i64,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When it is removed.
    pub expires_at: Timestamp,
}

/// An archive that this process makes.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    /// Whose.
    pub user_id: UserId,
    /// The archive.
    pub id: ExportId,
    /// Which attempt this is: a later one takes the archive over.
    pub attempt: i32,
}

fn kept_until(now: Timestamp) -> Timestamp {
    now + SignedDuration::from_hours(24 * KEPT_DAYS)
}

macro_rules! exports {
    ($executor:expr, $fetch:ident, $text:literal, $($argument:expr),*) => {
        sqlx::query!($text, $($argument),*).$fetch($executor).await?.into_iter().map(|row| {
            Ok::<_, Error>(Export {
                id: row.id.into(),
                state: row.state.parse().map_err(Error::internal)?,
                progress: row.progress,
                size_bytes: row.size_bytes,
                created_at: row.created_at.to_jiff(),
                expires_at: row.expires_at.to_jiff(),
            })
        })
    };
}

/// Orders an archive; nothing while another one is being made.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    id: ExportId,
    now: Timestamp,
) -> Result<Option<Export>, Error> {
    exports!(
        connection,
        fetch_optional,
        r#"INSERT INTO exports (user_id, id, state, created_at, expires_at) VALUES ($1, $2, 'pending', $3, $4)
           ON CONFLICT (user_id) WHERE state IN ('pending', 'running') DO NOTHING
           RETURNING id, state, progress, size_bytes, created_at AS "created_at: jiff_sqlx::Timestamp",
                     expires_at AS "expires_at: jiff_sqlx::Timestamp""#,
        user_id.uuid(),
        id.uuid(),
        now.to_sqlx() as _,
        kept_until(now).to_sqlx() as _
    )
    .next()
    .transpose()
}

/// How many archives were ordered since a time.
///
/// # Errors
/// When the database does not answer.
pub async fn count_since(
    connection: &mut PgConnection,
    user_id: UserId,
    since: Timestamp,
) -> Result<i64, Error> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM exports WHERE user_id = $1 AND created_at > $2"#,
        user_id.uuid(),
        since.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// One of a user's archives.
///
/// # Errors
/// When there is none, or the database does not answer.
pub async fn get(pool: &PgPool, user_id: UserId, id: ExportId, now: Timestamp) -> Result<Export, Error> {
    exports!(
        pool,
        fetch_optional,
        r#"SELECT id, state, progress, size_bytes, created_at AS "created_at: jiff_sqlx::Timestamp",
                  expires_at AS "expires_at: jiff_sqlx::Timestamp"
           FROM exports WHERE user_id = $1 AND id = $2 AND expires_at > $3"#,
        user_id.uuid(),
        id.uuid(),
        now.to_sqlx() as _
    )
    .next()
    .ok_or(Error::NotFound("the export"))?
}

/// All of a user's archives, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(pool: &PgPool, user_id: UserId, now: Timestamp) -> Result<Vec<Export>, Error> {
    exports!(
        pool,
        fetch_all,
        r#"SELECT id, state, progress, size_bytes, created_at AS "created_at: jiff_sqlx::Timestamp",
                  expires_at AS "expires_at: jiff_sqlx::Timestamp"
           FROM exports WHERE user_id = $1 AND expires_at > $2 ORDER BY id DESC"#,
        user_id.uuid(),
        now.to_sqlx() as _
    )
    .collect()
}

/// Takes the archive that has waited longest and that nobody makes, and forgets what an earlier attempt left of it.
///
/// # Errors
/// When the database does not answer.
pub async fn take(pool: &PgPool, now: Timestamp) -> Result<Option<Taken>, Error> {
    let mut transaction = pool.begin().await?;
    let taken = sqlx::query!(
        "UPDATE exports SET state = 'running', progress = 0, attempts = attempts + 1, leased_until = $2
         WHERE (user_id, id) = (
             SELECT user_id, id FROM exports
             WHERE state IN ('pending', 'running') AND (leased_until IS NULL OR leased_until < $1)
             ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
         )
         RETURNING user_id, id, attempts",
        now.to_sqlx() as _,
        (now + LEASE).to_sqlx() as _,
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(taken) = taken else { return Ok(None) };
    sqlx::query!(
        "DELETE FROM export_chunks WHERE user_id = $1 AND export_id = $2",
        taken.user_id,
        taken.id,
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(Some(Taken {
        user_id: taken.user_id.into(),
        id: taken.id.into(),
        attempt: taken.attempts,
    }))
}

/// Says that the archive is still being made, and how far it is; false when somebody else has taken it over.
///
/// # Errors
/// When the database does not answer.
pub async fn renew(
    connection: &mut PgConnection,
    taken: Taken,
    progress: i32,
    now: Timestamp,
) -> Result<bool, Error> {
    let renewed = sqlx::query!(
        "UPDATE exports SET progress = $4, leased_until = $5
         WHERE user_id = $1 AND id = $2 AND attempts = $3 AND state = 'running'",
        taken.user_id.uuid(),
        taken.id.uuid(),
        taken.attempt,
        progress,
        (now + LEASE).to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(renewed.rows_affected() == 1)
}

/// Adds a sealed piece.
///
/// # Errors
/// When the database does not answer.
pub async fn add_chunk(
    connection: &mut PgConnection,
    taken: Taken,
    number: i32,
    sealed: &[u8],
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO export_chunks (user_id, export_id, number, sealed) VALUES ($1, $2, $3, $4)",
        taken.user_id.uuid(),
        taken.id.uuid(),
        number,
        sealed,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends an archive that is whole.
///
/// # Errors
/// When the database does not answer.
pub async fn complete(
    connection: &mut PgConnection,
    taken: Taken,
    size_bytes: i64,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE exports SET state = 'ready', progress = 100, size_bytes = $3, leased_until = NULL, expires_at = $4
         WHERE user_id = $1 AND id = $2",
        taken.user_id.uuid(),
        taken.id.uuid(),
        size_bytes,
        kept_until(now).to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives an archive up for now, or for good after the last attempt.
///
/// # Errors
/// When the database does not answer.
pub async fn give_up(pool: &PgPool, taken: Taken, again_at: Timestamp) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE exports
         SET state = CASE WHEN attempts >= $4 THEN 'failed' ELSE state END, leased_until = $5
         WHERE user_id = $1 AND id = $2 AND attempts = $3 AND state = 'running'",
        taken.user_id.uuid(),
        taken.id.uuid(),
        taken.attempt,
        MOST_ATTEMPTS,
        again_at.to_sqlx() as _,
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// A sealed piece; nothing after the last.
///
/// # Errors
/// When the database does not answer.
pub async fn chunk(
    connection: &mut PgConnection,
    user_id: UserId,
    id: ExportId,
    number: i32,
) -> Result<Option<Vec<u8>>, Error> {
    let sealed = sqlx::query_scalar!(
        "SELECT sealed FROM export_chunks WHERE user_id = $1 AND export_id = $2 AND number = $3",
        user_id.uuid(),
        id.uuid(),
        number,
    )
    .fetch_optional(connection)
    .await?;
    Ok(sealed)
}

/// Removes archives whose time is over.
///
/// # Errors
/// When the database does not answer.
pub async fn remove_expired(pool: &PgPool, now: Timestamp) -> Result<u64, Error> {
    let removed = sqlx::query!("DELETE FROM exports WHERE expires_at <= $1", now.to_sqlx() as _)
        .execute(pool)
        .await?;
    Ok(removed.rows_affected())
}
