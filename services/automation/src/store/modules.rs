//! Components.

use jiff_sqlx::ToSqlx;
use pfms_plugin_host::Tier;
use pfms_runtime::Error;
use pfms_types::{PageSize, UserId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::module::{Module, ModuleId, Publisher};

struct Row {
    id: Uuid,
    hash: String,
    name: String,
    version: String,
    world: String,
    triggers: Vec<String>,
    facts: Vec<String>,
    config_schema: String,
    size_bytes: i64,
    created_at: jiff_sqlx::Timestamp,
    summary: String,
    tier: String,
    publisher_key: String,
    signature: String,
}

impl From<Row> for Module {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            hash: row.hash,
            name: row.name,
            version: row.version,
            world: row.world,
            triggers: row.triggers,
            facts: row.facts,
            config_schema: row.config_schema,
            size_bytes: row.size_bytes,
            created_at: row.created_at.to_jiff(),
            summary: row.summary,
            tier: tier(&row.tier),
            publisher_key: row.publisher_key,
            signature: row.signature,
        }
    }
}

fn stored(tier: Tier) -> &'static str {
    match tier {
        Tier::Native => "NATIVE",
        Tier::Heavy => "HEAVY",
    }
}

fn tier(stored: &str) -> Tier {
    match stored {
        "HEAVY" => Tier::Heavy,
        _ => Tier::Native,
    }
}

/// Adds a module; false when the user has these bytes already.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    module: &Module,
    content: &[u8],
) -> Result<bool, Error> {
    let inserted = sqlx::query!(
        "INSERT INTO modules
             (user_id, id, hash, name, version, world, triggers, facts, config_schema, size_bytes, content,
              created_at, summary, tier, publisher_key, signature)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (user_id, hash) DO NOTHING",
        user_id.uuid(),
        module.id.uuid(),
        module.hash,
        module.name,
        module.version,
        module.world,
        &module.triggers,
        &module.facts,
        module.config_schema,
        module.size_bytes,
        content,
        module.created_at.to_sqlx() as _,
        module.summary,
        stored(module.tier),
        module.publisher_key,
        module.signature,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Keeps who signed a module.
///
/// # Errors
/// When the database does not answer.
pub async fn sign(
    connection: &mut PgConnection,
    user_id: UserId,
    id: ModuleId,
    publisher: &Publisher,
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE modules SET publisher_key = $3, signature = $4 WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid(),
        publisher.key,
        publisher.signature,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One module.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    connection: &mut PgConnection,
    user_id: UserId,
    id: ModuleId,
) -> Result<Option<Module>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, hash, name, version, world, triggers, facts, config_schema, size_bytes,
                  created_at as "created_at: jiff_sqlx::Timestamp", summary, tier, publisher_key, signature
           FROM modules WHERE user_id = $1 AND id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Module::from))
}

/// The module with these bytes.
///
/// # Errors
/// When the database does not answer.
pub async fn with_hash(
    connection: &mut PgConnection,
    user_id: UserId,
    hash: &str,
) -> Result<Option<Module>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, hash, name, version, world, triggers, facts, config_schema, size_bytes,
                  created_at as "created_at: jiff_sqlx::Timestamp", summary, tier, publisher_key, signature
           FROM modules WHERE user_id = $1 AND hash = $2"#,
        user_id.uuid(),
        hash,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Module::from))
}

/// What is needed to load a module.
pub struct Known {
    /// Its id.
    pub id: ModuleId,
    /// SHA-256 of its bytes, in hex.
    pub hash: String,
    /// What it may use.
    pub tier: Tier,
}

/// Modules by id, in no particular order.
///
/// # Errors
/// When the database does not answer.
pub async fn known(pool: &PgPool, user_id: UserId, ids: &[ModuleId]) -> Result<Vec<Known>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "SELECT id, hash, tier FROM modules WHERE user_id = $1 AND id = ANY ($2)",
        user_id.uuid(),
        &ids,
    )
    .fetch_all(pool)
    .await?;
    let known = rows.into_iter().map(|row| Known {
        id: row.id.into(),
        hash: row.hash,
        tier: tier(&row.tier),
    });
    Ok(known.collect())
}

/// The bytes of a module.
///
/// # Errors
/// When the database does not answer.
pub async fn content(pool: &PgPool, user_id: UserId, hash: &str) -> Result<Option<Vec<u8>>, Error> {
    let content = sqlx::query_scalar!(
        "SELECT content FROM modules WHERE user_id = $1 AND hash = $2",
        user_id.uuid(),
        hash,
    )
    .fetch_optional(pool)
    .await?;
    Ok(content)
}

/// Modules below an id, the latest first; one more than the page holds when there is a next page.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    pool: &PgPool,
    user_id: UserId,
    before: Option<Uuid>,
    size: PageSize,
) -> Result<Vec<Module>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, hash, name, version, world, triggers, facts, config_schema, size_bytes,
                  created_at as "created_at: jiff_sqlx::Timestamp", summary, tier, publisher_key, signature
           FROM modules WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"#,
        user_id.uuid(),
        before.unwrap_or(Uuid::max()),
        size.limit_with_lookahead(),
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Module::from).collect())
}

/// Deletes a module that no rule uses.
///
/// # Errors
/// When there is none, or `MODULE_IN_USE`.
pub async fn delete(connection: &mut PgConnection, user_id: UserId, id: ModuleId) -> Result<(), Error> {
    // The lock holds off rules that would begin to use it: their foreign key locks the same row.
    sqlx::query_scalar!(
        "SELECT id FROM modules WHERE user_id = $1 AND id = $2 FOR UPDATE",
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(&mut *connection)
    .await?
    .ok_or(Error::NotFound("the module"))?;
    let users = sqlx::query_scalar!(
        r#"SELECT count(*) as "users!" FROM rule_modules WHERE user_id = $1 AND module_id = $2"#,
        user_id.uuid(),
        id.uuid(),
    )
    .fetch_one(&mut *connection)
    .await?;
    if users > 0 {
        return Err(Error::FailedPrecondition {
            reason: "MODULE_IN_USE",
            message: format!("{users} of your rules use this module; delete or change them first"),
        });
    }
    sqlx::query!(
        "DELETE FROM modules WHERE user_id = $1 AND id = $2",
        user_id.uuid(),
        id.uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
