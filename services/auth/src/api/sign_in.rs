//! Sign in.

use pfms_proto::auth::v1::{SignInRequest, TokenSet};
use pfms_runtime::error::chain;
use pfms_runtime::{Error, Violations};
use pfms_types::UserId;

use super::Auth;
use super::link::mail_link;
use crate::email::Email;
use crate::mail_token::Purpose;
use crate::origin::Origin;
use crate::password::{Outcome, Password};
use crate::security;
use crate::store::accounts::{self, Credentials};

impl Auth {
    pub(super) async fn open_session(
        &self,
        origin: &Origin,
        request: &SignInRequest,
    ) -> Result<TokenSet, Error> {
        let (account, renewed) = self.authenticate(origin, request).await?;
        if self.requires_verified_email && !account.email_verified {
            self.remind_to_verify(account.id);
            return Err(wrong());
        }
        if let Some(hash) = renewed {
            let mut connection = self.database.pool().acquire().await?;
            let old = &account.password_hash;
            accounts::renew_hash(&mut connection, account.id, old, &hash, self.now()).await?;
        }
        self.admit(origin, account.id).await
    }

    /// The account, and its new hash where the stored one is out of date. Whether it was the address or the
    /// password that was wrong shows neither in the answer nor in the time that it takes.
    async fn authenticate(
        &self,
        origin: &Origin,
        request: &SignInRequest,
    ) -> Result<(Credentials, Option<String>), Error> {
        let mut violations = Violations::default();
        if request.email.trim().is_empty() {
            violations.add("email", "is required");
        }
        let password = violations.keep("password", Password::present(&request.password));
        let password = match password {
            Some(password) if violations.is_empty() => password,
            _ => return Err(violations.into()),
        };
        let account = match Email::parse(&request.email) {
            Ok(email) => accounts::credentials(self.database.pool(), &self.email_lookup(&email)).await?,
            Err(_) => None,
        };
        let stored = account.as_ref().map(|account| account.password_hash.as_str());
        let outcome = self.hasher.check(password, stored).await?;
        match (account.filter(|account| account.is_active), outcome) {
            (Some(account), Outcome::Right) => Ok((account, None)),
            (Some(account), Outcome::Renew(hash)) => Ok((account, Some(hash))),
            (account, _) => {
                if let Some(account) = account {
                    security::note_failure(&self.database, account.id, origin);
                }
                Err(wrong())
            }
        }
    }

    /// Mails another link. Not awaited, so that the time of the answer does not tell that the password was right.
    fn remind_to_verify(&self, user_id: UserId) {
        let (database, personal) = (self.database.clone(), self.personal.clone());
        tokio::spawn(async move {
            let mailed = async {
                let mut transaction = database.pool().begin().await?;
                let now = database.clock().now();
                mail_link(&mut transaction, &personal, user_id, Purpose::VerifyEmail, now).await?;
                Ok::<_, Error>(transaction.commit().await?)
            };
            if let Err(error) = mailed.await {
                tracing::error!(%user_id, error = %chain(&error), "a link was not mailed");
            }
        });
    }
}

fn wrong() -> Error {
    Error::Unauthenticated {
        reason: "INVALID_CREDENTIALS",
        message: "the e-mail address or the password is wrong".into(),
    }
}
