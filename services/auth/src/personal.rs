//! What auth seals with an account's own key: its address, and what else has to be read back.

use pfms_runtime::Error;
use pfms_runtime::sealed::Seals;
use pfms_types::UserId;
use sqlx::PgConnection;

use crate::email::Email;

/// A table and a column without the ending that says that it is sealed.
pub type Column = (&'static str, &'static str);

/// An account's address.
const EMAIL: Column = ("users", "email");
/// The token of a mail's link.
pub const MAIL_SECRET: Column = ("mails", "secret");
/// Where a mail goes when that is not the account's address.
pub const MAIL_ADDRESS: Column = ("mails", "address");
/// The address that an account is to have.
pub const NEW_EMAIL: Column = ("mail_tokens", "email");
/// What an authenticator app and we share.
pub const TOTP_SECRET: Column = ("totp_factors", "secret");
/// The number that codes are sent to.
pub const SMS_NUMBER: Column = ("sms_factors", "number");
/// A code that is yet to be sent.
pub const SMS_CODE: Column = ("sms_codes", "code");
/// The address of an identity at a provider.
pub const IDENTITY_EMAIL: Column = ("identities", "email");

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
        self.seal(connection, user_id, EMAIL, email.as_str().as_bytes())
            .await
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
        let text = self.open(connection, user_id, EMAIL, sealed).await?;
        Email::parse(&text).map_err(Error::internal)
    }

    /// A secret for storing in a column of the account's.
    ///
    /// # Errors
    /// When the database does not answer, or the account was erased.
    pub async fn seal(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        (table, column): Column,
        plain: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let seal = self.seals.of(connection, user_id).await?;
        seal.seal_bytes(table, column, plain)
    }

    /// What was sealed for this column.
    ///
    /// # Errors
    /// When it was sealed for another account or column, or the account was erased.
    pub async fn open(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        (table, column): Column,
        sealed: &[u8],
    ) -> Result<String, Error> {
        let seal = self.seals.find(connection, user_id).await?;
        seal.open(table, column, Some(sealed))
    }

    /// Removes the key of an account that was not made after all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn forget(&self, connection: &mut PgConnection, user_id: UserId) -> Result<(), Error> {
        self.seals.destroy(connection, user_id).await
    }
}
