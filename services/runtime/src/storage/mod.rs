//! A service's own database: connections, migrations, units of work, idempotency.

mod express;
mod idempotency;
mod migrate;
mod pool;
mod unit;
mod url;

pub use express::Connection;
pub use idempotency::{purge as purge_idempotency_keys, replay};
pub use migrate::{MigrateError, migrate, migrate_schema};
pub use pool::Database;
pub use unit::{Begun, Unit};
pub use url::{ensure_verified, role, service_url};
