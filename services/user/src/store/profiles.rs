//! Profiles. Personal columns are sealed on the way in and opened on the way out.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_runtime::sealed::{Seals, UserSeal};
use pfms_types::UserId;
use sqlx::PgConnection;

use crate::profile::Profile;

const TABLE: &str = "user_profiles";

/// A profile and when it was stored.
pub struct StoredProfile {
    /// The profile.
    pub profile: Profile,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Stores profiles.
#[derive(Clone)]
pub struct Profiles {
    seals: Seals,
}

struct Sealed {
    first_name: Option<Vec<u8>>,
    last_name: Option<Vec<u8>>,
    phone: Option<Vec<u8>>,
    avatar_url: Option<Vec<u8>>,
    date_of_birth: Option<Vec<u8>>,
}

struct Row {
    sealed: Sealed,
    currency: String,
    time_zone: String,
    language: String,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
}

impl Profiles {
    /// With these seals.
    #[must_use]
    pub fn new(seals: Seals) -> Self {
        Self { seals }
    }

    /// A user's profile, if there is one.
    ///
    /// # Errors
    /// When the database does not answer or the row cannot be opened.
    pub async fn find(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
    ) -> Result<Option<StoredProfile>, Error> {
        let row = sqlx::query!(
            r#"SELECT first_name, last_name, phone, avatar_url, date_of_birth, currency, time_zone, language,
                      created_at AS "created_at: jiff_sqlx::Timestamp",
                      updated_at AS "updated_at: jiff_sqlx::Timestamp"
               FROM user_profiles WHERE user_id = $1"#,
            user_id.uuid(),
        )
        .fetch_optional(&mut *connection)
        .await?;
        let seal = self.seals.find(connection, user_id).await?;
        row.map(|row| {
            let sealed = Sealed {
                first_name: row.first_name,
                last_name: row.last_name,
                phone: row.phone,
                avatar_url: row.avatar_url,
                date_of_birth: row.date_of_birth,
            };
            let row = Row {
                sealed,
                currency: row.currency,
                time_zone: row.time_zone,
                language: row.language,
                created_at: row.created_at,
                updated_at: row.updated_at,
            };
            row.open(&seal)
        })
        .transpose()
    }

    /// Creates a profile of which nothing is known, unless there is one. The event that names it may come later.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ensure(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let first = Profile::default();
        sqlx::query!(
            "INSERT INTO user_profiles (user_id, currency, time_zone, language, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $5)
             ON CONFLICT (user_id) DO NOTHING",
            user_id.uuid(),
            first.currency.code(),
            first.time_zone,
            first.language,
            now.to_sqlx() as _,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Waits until no other transaction changes the profile, and keeps others from doing so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lock(&self, connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
        sqlx::query!(
            "SELECT user_id FROM user_profiles WHERE user_id = $1 FOR UPDATE",
            user_id.uuid()
        )
        .fetch_optional(connection)
        .await?;
        Ok(())
    }

    /// Creates the profile of a new account, or names the one that its user's first call created. Names that the
    /// user has given meanwhile stay.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn name(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        profile: &Profile,
        now: Timestamp,
    ) -> Result<(), Error> {
        let sealed = Sealed::of(&self.seals.of(connection, user_id).await?, profile)?;
        sqlx::query!(
            "INSERT INTO user_profiles AS held
                 (user_id, first_name, last_name, currency, time_zone, language, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
             ON CONFLICT (user_id) DO UPDATE
                 SET first_name = coalesce(held.first_name, excluded.first_name),
                     last_name = coalesce(held.last_name, excluded.last_name),
                     updated_at = excluded.updated_at",
            user_id.uuid(),
            sealed.first_name,
            sealed.last_name,
            profile.currency.code(),
            profile.time_zone,
            profile.language,
            now.to_sqlx() as _,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Stores a profile that changed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn save(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        profile: &Profile,
        now: Timestamp,
    ) -> Result<(), Error> {
        let sealed = Sealed::of(&self.seals.of(connection, user_id).await?, profile)?;
        sqlx::query!(
            "UPDATE user_profiles
             SET first_name = $2, last_name = $3, phone = $4, avatar_url = $5, date_of_birth = $6, currency = $7,
                 time_zone = $8, language = $9, updated_at = $10
             WHERE user_id = $1",
            user_id.uuid(),
            sealed.first_name,
            sealed.last_name,
            sealed.phone,
            sealed.avatar_url,
            sealed.date_of_birth,
            profile.currency.code(),
            profile.time_zone,
            profile.language,
            now.to_sqlx() as _,
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

impl Sealed {
    fn of(seal: &UserSeal, profile: &Profile) -> Result<Self, Error> {
        let date_of_birth = profile
            .date_of_birth
            .map(|date| date.to_string())
            .unwrap_or_default();
        Ok(Self {
            first_name: seal.seal(TABLE, "first_name", &profile.first_name)?,
            last_name: seal.seal(TABLE, "last_name", &profile.last_name)?,
            phone: seal.seal(TABLE, "phone", &profile.phone)?,
            avatar_url: seal.seal(TABLE, "avatar_url", &profile.avatar_url)?,
            date_of_birth: seal.seal(TABLE, "date_of_birth", &date_of_birth)?,
        })
    }
}

impl Row {
    fn open(self, seal: &UserSeal) -> Result<StoredProfile, Error> {
        let open = |column: &str, sealed: Option<Vec<u8>>| seal.open(TABLE, column, sealed.as_deref());
        let date_of_birth = open("date_of_birth", self.sealed.date_of_birth)?;
        let profile = Profile {
            first_name: open("first_name", self.sealed.first_name)?,
            last_name: open("last_name", self.sealed.last_name)?,
            phone: open("phone", self.sealed.phone)?,
            avatar_url: open("avatar_url", self.sealed.avatar_url)?,
            date_of_birth: if date_of_birth.is_empty() {
                None
            } else {
                Some(date_of_birth.parse().map_err(Error::internal)?)
            },
            currency: self.currency.parse().map_err(Error::internal)?,
            time_zone: self.time_zone,
            language: self.language,
        };
        Ok(StoredProfile {
            profile,
            created_at: self.created_at.to_jiff(),
            updated_at: self.updated_at.to_jiff(),
        })
    }
}
