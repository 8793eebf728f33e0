//! SQL of webhooks.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_runtime::sealed::{Seals, UserSeal};
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::secret::Secret;
use super::{Draft, MAX_WEBHOOKS, Target, Webhook, WebhookId};

const TABLE: &str = "webhooks";
/// Sealed under one name whether it is the current secret or the former one, so that it can become the former one as
/// it is.
const SECRET: &str = "secret";
/// How long a former secret signs too.
const FORMER_SIGNS: SignedDuration = SignedDuration::from_hours(24);

/// A webhook as it is needed to send to it.
pub(super) struct Keyed {
    pub target: Target,
    pub active: bool,
    pub secrets: Vec<Secret>,
}

/// One try to deliver a message.
pub(super) struct Delivery {
    pub id: Uuid,
    pub webhook_id: Uuid,
    pub message_id: Uuid,
    pub kind: String,
    pub execution_id: Option<Uuid>,
    pub attempt: i32,
    pub response_status: i32,
    pub response_body: String,
    pub error_reason: String,
    pub error_message: String,
    pub duration_micros: i64,
    pub attempted_at: Timestamp,
}

/// Adds a webhook.
///
/// # Errors
/// `TOO_MANY_WEBHOOKS` when the user has the most already.
pub(super) async fn insert(
    connection: &mut PgConnection,
    seal: &UserSeal,
    user_id: UserId,
    webhook: &Webhook,
    secret: &Secret,
) -> Result<(), Error> {
    let counted = sqlx::query!(
        "INSERT INTO quotas AS quota (user_id, webhooks) VALUES ($1, 1)
         ON CONFLICT (user_id) DO UPDATE SET webhooks = quota.webhooks + 1 WHERE quota.webhooks < $2",
        user_id.uuid(),
        MAX_WEBHOOKS,
    )
    .execute(&mut *connection)
    .await?;
    if counted.rows_affected() == 0 {
        return Err(Error::ResourceExhausted {
            reason: "TOO_MANY_WEBHOOKS",
            message: format!("a user can have {MAX_WEBHOOKS} webhooks; delete one first"),
        });
    }
    sqlx::query!(
        "INSERT INTO webhooks (user_id, id, name, url, is_active, secret_sealed, secret_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        user_id.uuid(),
        webhook.id.uuid(),
        webhook.draft.name,
        webhook.draft.target.as_str(),
        webhook.draft.active,
        seal.seal_bytes(TABLE, SECRET, secret.bytes())?,
        webhook.secret_at.to_sqlx() as _,
        webhook.created_at.to_sqlx() as _,
        webhook.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct Row {
    id: Uuid,
    name: String,
    url: String,
    is_active: bool,
    secret_at: jiff_sqlx::Timestamp,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
}

impl TryFrom<Row> for Webhook {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            draft: Draft {
                name: row.name,
                target: Target::stored(&row.url)
                    .ok_or_else(|| Error::internal("a stored address cannot be read"))?,
                active: row.is_active,
            },
            secret_at: row.secret_at.to_jiff(),
            created_at: row.created_at.to_jiff(),
            updated_at: row.updated_at.to_jiff(),
        })
    }
}

/// One of a user's webhooks.
pub(super) async fn find(pool: &PgPool, user_id: UserId, id: WebhookId) -> Result<Option<Webhook>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, name, url, is_active, secret_at AS "secret_at: _", created_at AS "created_at: _",
                  updated_at AS "updated_at: _"
           FROM webhooks WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(pool)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// One of a user's webhooks, for a change.
pub(super) async fn lock(
    connection: &mut PgConnection,
    user_id: UserId,
    id: WebhookId,
) -> Result<Option<Webhook>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, name, url, is_active, secret_at AS "secret_at: _", created_at AS "created_at: _",
                  updated_at AS "updated_at: _"
           FROM webhooks WHERE user_id = $1 AND id = $2 FOR UPDATE"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// A user's webhooks, the latest first.
pub(super) async fn list(pool: &PgPool, user_id: UserId) -> Result<Vec<Webhook>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, name, url, is_active, secret_at AS "secret_at: _", created_at AS "created_at: _",
                  updated_at AS "updated_at: _"
           FROM webhooks WHERE user_id = $1 ORDER BY id DESC"#,
        user_id.uuid(),
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Writes what changed, the secret apart.
pub(super) async fn update(
    connection: &mut PgConnection,
    user_id: UserId,
    webhook: &Webhook,
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE webhooks SET name = $3, url = $4, is_active = $5, updated_at = $6 WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        webhook.id.uuid(),
        webhook.draft.name,
        webhook.draft.target.as_str(),
        webhook.draft.active,
        webhook.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives a webhook another secret; the one before signs too for a while.
pub(super) async fn rotate(
    connection: &mut PgConnection,
    seal: &UserSeal,
    user_id: UserId,
    webhook: &Webhook,
    secret: &Secret,
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE webhooks SET former_secret_sealed = secret_sealed, former_secret_until = $5, secret_sealed = $3,
                secret_at = $4, updated_at = $4
         WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        webhook.id.uuid(),
        seal.seal_bytes(TABLE, SECRET, secret.bytes())?,
        webhook.secret_at.to_sqlx() as _,
        (webhook.secret_at + FORMER_SIGNS).to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes a webhook with its deliveries. Tells whether there was one.
pub(super) async fn delete(
    connection: &mut PgConnection,
    user_id: UserId,
    id: WebhookId,
) -> Result<bool, Error> {
    let deleted = sqlx::query!(
        "DELETE FROM webhooks WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid(),
    )
    .execute(&mut *connection)
    .await?;
    if deleted.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE quotas SET webhooks = webhooks - 1 WHERE user_id = $1",
        user_id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(true)
}

/// A webhook with the secrets that sign now.
pub(super) async fn keyed(
    connection: &mut PgConnection,
    seals: &Seals,
    user_id: UserId,
    id: WebhookId,
    now: Timestamp,
) -> Result<Option<Keyed>, Error> {
    let row = sqlx::query!(
        r#"SELECT url, is_active, secret_sealed,
                  CASE WHEN former_secret_until > $3 THEN former_secret_sealed END AS former_secret_sealed
           FROM webhooks WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
        now.to_sqlx() as _,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let seal = seals.find(connection, user_id).await?;
    let mut secrets = Vec::new();
    for sealed in [Some(row.secret_sealed), row.former_secret_sealed]
        .into_iter()
        .flatten()
    {
        let bytes = seal.open_bytes(TABLE, SECRET, &sealed)?;
        secrets.push(Secret::stored(&bytes).ok_or_else(|| Error::internal("a stored secret is none"))?);
    }
    Ok(Some(Keyed {
        target: Target::stored(&row.url).ok_or_else(|| Error::internal("a stored address cannot be read"))?,
        active: row.is_active,
        secrets,
    }))
}

/// Keeps a try, unless the webhook was deleted meanwhile.
pub(super) async fn keep(pool: &PgPool, user_id: UserId, delivery: &Delivery) -> Result<(), Error> {
    let kept = sqlx::query!(
        "INSERT INTO webhook_deliveries (user_id, id, webhook_id, message_id, type, execution_id, attempt, response_status,
                                         response_body, error_reason, error_message, duration_micros, attempted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        user_id.uuid(),
        delivery.id,
        delivery.webhook_id,
        delivery.message_id,
        delivery.kind,
        delivery.execution_id,
        delivery.attempt,
        delivery.response_status,
        delivery.response_body,
        delivery.error_reason,
        delivery.error_message,
        delivery.duration_micros,
        delivery.attempted_at.to_sqlx() as _,
    )
    .execute(pool)
    .await;
    match kept {
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => Ok(()),
        kept => Ok(kept.map(|_| ())?),
    }
}

/// Tries to deliver to a webhook, the latest first.
pub(super) async fn deliveries(
    pool: &PgPool,
    user_id: UserId,
    id: WebhookId,
    message_id: Option<Uuid>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Delivery>, Error> {
    let rows = sqlx::query!(
        r#"SELECT id, webhook_id, message_id, type AS kind, execution_id, attempt, response_status, response_body,
                  error_reason, error_message, duration_micros, attempted_at AS "attempted_at: jiff_sqlx::Timestamp"
           FROM webhook_deliveries
           WHERE user_id = $1 AND webhook_id = $2 AND ($3::uuid IS NULL OR message_id = $3) AND ($4::uuid IS NULL OR id < $4)
           ORDER BY id DESC LIMIT $5"#,
        user_id.uuid(),
        id.uuid(),
        message_id,
        before,
        limit,
    )
    .fetch_all(pool)
    .await?;
    let deliveries = rows.into_iter().map(|row| Delivery {
        id: row.id,
        webhook_id: row.webhook_id,
        message_id: row.message_id,
        kind: row.kind,
        execution_id: row.execution_id,
        attempt: row.attempt,
        response_status: row.response_status,
        response_body: row.response_body,
        error_reason: row.error_reason,
        error_message: row.error_message,
        duration_micros: row.duration_micros,
        attempted_at: row.attempted_at.to_jiff(),
    });
    Ok(deliveries.collect())
}
