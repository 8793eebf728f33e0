//! Where a service gets the seal of a user.

use std::sync::Arc;

use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

use super::UserSeal;
use super::cache::Cache;
use super::data_key::{DataKey, Wrapped};
use crate::Error;
use crate::erasure::Tombstones;
use crate::secrets::{MasterKey, mac};

/// Seals what a service keeps of its users.
#[derive(Clone)]
pub struct Seals {
    master: MasterKey,
    tombstones: Tombstones,
    cache: Arc<Cache>,
    derived: Option<[u8; 32]>,
}

impl Seals {
    /// With the data keys in the schema of the connections that it is given.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self {
            master: master.clone(),
            tombstones: Tombstones::new(master),
            cache: Arc::default(),
            derived: None,
        }
    }

    /// Opens also what was sealed with keys that were derived from the master key for this purpose.
    #[must_use]
    pub fn also_opening(mut self, purpose: &str) -> Self {
        self.derived = Some(self.master.derive(purpose));
        self
    }

    /// A user's seal, to write with. The first time makes the key, in the caller's transaction if there is one.
    ///
    /// # Errors
    /// `ACCOUNT_NOT_FOUND` for a user who was erased; when the database does not answer.
    pub async fn of(&self, connection: &mut PgConnection, user_id: UserId) -> Result<UserSeal, Error> {
        if let Some(key) = self.find_key(connection, user_id).await? {
            return Ok(self.seal(user_id, Some(key)));
        }
        let wrapped = DataKey::generate()?.wrap(&self.master, user_id)?;
        sqlx::query!(
            "INSERT INTO data_keys (user_id, wrapped, master_version)
             SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM erased_users WHERE digest = $4)
             ON CONFLICT (user_id) DO NOTHING",
            user_id.uuid(),
            wrapped.bytes,
            i32::from(wrapped.version),
            &self.tombstones.digest(user_id)[..],
        )
        .execute(&mut *connection)
        .await?;
        // Another transaction may have been first: what is stored counts.
        let key = self.find_key(connection, user_id).await?;
        let key = key.ok_or(Error::NotFound("the account"))?;
        Ok(self.seal(user_id, Some(key)))
    }

    /// A user's seal, to read with: nothing is made.
    ///
    /// # Errors
    /// When the database does not answer, or the key's version of the master key is not given.
    pub async fn find(&self, connection: &mut PgConnection, user_id: UserId) -> Result<UserSeal, Error> {
        let key = self.find_key(connection, user_id).await?;
        Ok(self.seal(user_id, key))
    }

    /// Destroys a user's key: what it sealed is gone, in backups too. Other processes hold the key for at most a
    /// minute more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn destroy(&self, connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
        sqlx::query!("DELETE FROM data_keys WHERE user_id = $1", user_id.uuid())
            .execute(connection)
            .await?;
        self.cache.forget(user_id);
        Ok(())
    }

    async fn find_key(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
    ) -> Result<Option<DataKey>, Error> {
        if let Some(key) = self.cache.get(user_id) {
            return Ok(Some(key));
        }
        // A row of the caller's own transaction may yet be rolled back: remembered, such a key would seal what
        // nobody can open.
        let stored = sqlx::query!(
            r#"SELECT wrapped, master_version,
                      xmin::text::bigint = coalesce(
                          pg_current_xact_id_if_assigned()::text::bigint % 4294967296, -1) AS "own!"
               FROM data_keys WHERE user_id = $1"#,
            user_id.uuid(),
        )
        .fetch_optional(connection)
        .await?;
        let Some(stored) = stored else { return Ok(None) };
        let wrapped = Wrapped {
            bytes: stored.wrapped,
            version: u16::try_from(stored.master_version).map_err(Error::internal)?,
        };
        let key = DataKey::unwrap(&self.master, user_id, &wrapped)?;
        if !stored.own {
            self.cache.put(user_id, &key);
        }
        Ok(Some(key))
    }

    fn seal(&self, user_id: UserId, key: Option<DataKey>) -> UserSeal {
        UserSeal {
            user_id,
            key,
            derived: self
                .derived
                .as_ref()
                .map(|purpose| mac(purpose, &[user_id.uuid().as_bytes()])),
        }
    }
}

/// Moves the data keys of a schema that another version wrapped to the current one, up to `limit` of them; gives how
/// many it found.
pub(super) async fn rewrap_batch(pool: &PgPool, master: &MasterKey, limit: i64) -> Result<usize, Error> {
    let current = i32::from(master.current());
    let mut transaction = pool.begin().await?;
    // Locked, so that a user who is erased meanwhile is either before or after this.
    let stored = sqlx::query!(
        "SELECT user_id, wrapped, master_version FROM data_keys WHERE master_version <> $1
         ORDER BY user_id LIMIT $2 FOR UPDATE",
        current,
        limit,
    )
    .fetch_all(&mut *transaction)
    .await?;
    let (mut users, mut keys) = (Vec::new(), Vec::new());
    for row in &stored {
        let user_id = UserId::from(row.user_id);
        let wrapped = Wrapped {
            bytes: row.wrapped.clone(),
            version: u16::try_from(row.master_version).map_err(Error::internal)?,
        };
        users.push(row.user_id);
        keys.push(
            DataKey::unwrap(master, user_id, &wrapped)?
                .wrap(master, user_id)?
                .bytes,
        );
    }
    sqlx::query!(
        "UPDATE data_keys SET wrapped = moved.wrapped, master_version = $3
         FROM unnest($1::uuid[], $2::bytea[]) AS moved (user_id, wrapped)
         WHERE data_keys.user_id = moved.user_id",
        &users,
        &keys,
        current,
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(stored.len())
}
