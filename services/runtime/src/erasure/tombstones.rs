//! Who was erased, by keyed digest.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::Error;
use crate::secrets::{MasterKey, mac};

/// Marks that a user was erased. A digest can be made only by who has the id and the master key.
#[derive(Clone)]
pub struct Tombstones {
    key: [u8; 32],
}

impl Tombstones {
    /// With a key derived from the master key.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self {
            key: master.derive("erased-users"),
        }
    }

    /// What stands for a user once the id is gone.
    #[must_use]
    pub fn digest(&self, user_id: UserId) -> [u8; 32] {
        mac(&self.key, &[user_id.uuid().as_bytes()])
    }

    /// Whether a user was erased.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has(&self, pool: &PgPool, user_id: UserId) -> Result<bool, Error> {
        let erased = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM erased_users WHERE digest = $1) AS "erased!""#,
            &self.digest(user_id)[..],
        )
        .fetch_one(pool)
        .await?;
        Ok(erased)
    }

    /// Which of these users were erased.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn among(
        &self,
        connection: &mut PgConnection,
        users: &[UserId],
    ) -> Result<HashSet<UserId>, Error> {
        let digests: Vec<Vec<u8>> = users
            .iter()
            .map(|user_id| self.digest(*user_id).to_vec())
            .collect();
        let erased: HashSet<Vec<u8>> =
            sqlx::query_scalar!("SELECT digest FROM erased_users WHERE digest = ANY($1)", &digests)
                .fetch_all(connection)
                .await?
                .into_iter()
                .collect();
        let pairs = users.iter().zip(digests);
        Ok(pairs
            .filter(|(_, digest)| erased.contains(digest))
            .map(|(user_id, _)| *user_id)
            .collect())
    }

    /// Marks a user as erased; once is enough.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set(
        &self,
        pool: &PgPool,
        user_id: UserId,
        erasure_id: Uuid,
        now: Timestamp,
    ) -> Result<(), Error> {
        sqlx::query!(
            "INSERT INTO erased_users (digest, erasure_id, erased_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            &self.digest(user_id)[..],
            erasure_id,
            now.to_sqlx() as _,
        )
        .execute(pool)
        .await?;
        Ok(())
    }
}
