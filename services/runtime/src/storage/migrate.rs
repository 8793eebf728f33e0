//! Roles, schemas and migrations.

use sqlx::migrate::{Migrate, Migrator};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::role;
use crate::secrets::MasterKey;

/// What every service's schema holds beside the service's own tables.
static COMMON: Migrator = sqlx::migrate!();

/// Why a service's database could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The server refused.
    #[error("{service}: {source}")]
    Database {
        /// The service.
        service: String,
        /// What the server said.
        source: sqlx::Error,
    },
    /// A migration failed.
    #[error("{service}: {source}")]
    Migration {
        /// The service.
        service: String,
        /// What failed.
        source: sqlx::migrate::MigrateError,
    },
}

/// Creates the service's role and schema where they are missing. The role sees no other schema.
///
/// # Errors
/// When the server refuses.
pub async fn migrate_schema(admin_url: &str, service: &str, master: &MasterKey) -> Result<(), MigrateError> {
    let wrap = |source| MigrateError::Database {
        service: service.to_owned(),
        source,
    };
    let mut connection = PgConnection::connect(admin_url).await.map_err(wrap)?;
    let role = role(service);
    // Names are ours and the password is hexadecimal, so nothing needs quoting beyond what is written here.
    let password = master.derive_password(&format!("database-role:{service}"));
    // Roles belong to the whole cluster, which several meshes may share: one at a time makes or alters them.
    let role_statement = format!(
        "DO $$ BEGIN
             IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                 CREATE ROLE {role} LOGIN PASSWORD '{password}';
             END IF;
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
         END $$"
    );
    sqlx::raw_sql(AssertSqlSafe(role_statement))
        .execute(&mut connection)
        .await
        .map_err(wrap)?;
    let schema_statement = format!(
        "DO $$ BEGIN
             IF NOT pg_has_role('{role}', 'MEMBER') THEN GRANT {role} TO CURRENT_USER; END IF;
         END $$;
         CREATE SCHEMA IF NOT EXISTS \"{service}\" AUTHORIZATION {role};
         REVOKE ALL ON SCHEMA \"{service}\" FROM PUBLIC;"
    );
    // Several replicas may prepare the same database at once; the lock goes with the connection.
    sqlx::raw_sql("SELECT pg_advisory_lock(hashtext('pfms schemas'))")
        .execute(&mut connection)
        .await
        .map_err(wrap)?;
    sqlx::raw_sql(AssertSqlSafe(schema_statement))
        .execute(&mut connection)
        .await
        .map_err(wrap)?;
    connection.close().await.map_err(wrap)
}

/// Applies what every service shares, then the service's own migrations. Gives the versions of its own that were not
/// applied before.
///
/// # Errors
/// When the server cannot be reached, a migration fails, or an applied one was edited.
pub async fn migrate(url: &str, service: &str, migrations: &Migrator) -> Result<Vec<i64>, MigrateError> {
    let mut connection = PgConnection::connect(url)
        .await
        .map_err(|source| MigrateError::Database {
            service: service.to_owned(),
            source,
        })?;
    let wrap = |source| MigrateError::Migration {
        service: service.to_owned(),
        source,
    };
    let mut common = Migrator {
        migrations: COMMON.migrations.clone(),
        ..Migrator::DEFAULT
    };
    common.dangerous_set_table_name("_runtime_migrations");
    common
        .run_direct(None, &mut connection, false)
        .await
        .map_err(wrap)?;
    let before = applied(&mut connection, migrations).await.map_err(wrap)?;
    migrations
        .run_direct(None, &mut connection, false)
        .await
        .map_err(wrap)?;
    let mut after = applied(&mut connection, migrations).await.map_err(wrap)?;
    after.retain(|version| !before.contains(version));
    connection
        .close()
        .await
        .map_err(|source| MigrateError::Database {
            service: service.to_owned(),
            source,
        })?;
    Ok(after)
}

async fn applied(
    connection: &mut PgConnection,
    migrations: &Migrator,
) -> Result<Vec<i64>, sqlx::migrate::MigrateError> {
    // Before the first migration there is no list; making it is for whoever holds the migrations' lock.
    let listed: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(&*migrations.table_name)
        .fetch_one(&mut *connection)
        .await?;
    if !listed {
        return Ok(Vec::new());
    }
    let applied = connection.list_applied_migrations(&migrations.table_name).await?;
    Ok(applied.into_iter().map(|migration| migration.version).collect())
}
