//! What auth seals with an account's own key: its address, and the tokens that wait to be mailed to it.

use pfms_runtime::Error;
use pfms_runtime::sealed::Seals;
use pfms_types::UserId;
use sqlx::PgConnection;

use crate::email::Email;

/// Seals and opens what is personal.
#[derive(Clone)]
pub struct Personal {
    seals: Seals,
}

impl Personal {
    /// With these seals.
    #[must_use]
    pub fn new(seals: Seals) -> Self {
        Self { seals }
    }

    /// The address for storing. The account's first seal makes its key, in the caller's transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn seal_email(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        email: &Email,
    ) -> Result<Vec<u8>, Error> {
        let seal = self.seals.of(connection, user_id).await?;
        seal.seal_bytes("users", "email", email.as_str().as_bytes())
    }

    /// The address as it was given.
    ///
    /// # Errors
    /// When it was sealed for another account, or the account was erased.
    pub async fn open_email(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        sealed: &[u8],
    ) -> Result<Email, Error> {
        let seal = self.seals.find(connection, user_id).await?;
        Email::parse(&seal.open("users", "email", Some(sealed))?).map_err(Error::internal)
    }

    /// The token of a mail's link for storing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn seal_token(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        token: &str,
    ) -> Result<Vec<u8>, Error> {
        let seal = self.seals.of(connection, user_id).await?;
        seal.seal_bytes("mails", "secret", token.as_bytes())
    }

    /// The token of a mail's link.
    ///
    /// # Errors
    /// When it was sealed for another account, or the account was erased.
    pub async fn open_token(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        sealed: &[u8],
    ) -> Result<String, Error> {
        let seal = self.seals.find(connection, user_id).await?;
        seal.open("mails", "secret", Some(sealed))
    }

    /// Removes the key of an account that was not made after all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn forget(&self, connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
        self.seals.destroy(connection, user_id).await
    }
}
