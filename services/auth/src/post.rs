//! Sends the mails that are due.

use jiff::{SignedDuration, Timestamp};
use pfms_runtime::error::chain;
use pfms_runtime::mail::{Letter, MailError, Mailer};
use pfms_runtime::{Context, Database, Error};

use crate::letters::{self, Links, Template};
use crate::personal::{MAIL_ADDRESS, MAIL_SECRET, Personal};
use crate::security::{self, Kind, SecurityEvent};
use crate::store::{accounts, mails, security_events};

/// How long a process that took a mail has to send it before another one may.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// The pause after the first try that failed; each pause is twice the one before.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// The longest pause.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(4);
/// When a mail is given up: what it is about is old by then.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(48);

/// Sends mails.
pub struct Post {
    database: Database,
    mailer: Mailer,
    personal: Personal,
    links: Links,
}

impl Post {
    /// As the settings say.
    ///
    /// # Errors
    /// When they are wrong.
    pub fn new(context: &Context) -> Result<Self, Error> {
        Ok(Self {
            database: context.database.clone(),
            mailer: Mailer::open(&context.settings).map_err(Error::internal)?,
            personal: Personal::new(context.seals.clone()),
            links: Links::new(&context.settings.public_url),
        })
    }

    /// Sends all mails that are due.
    ///
    /// # Errors
    /// When the database does not answer. A mail that cannot be sent is no error: it becomes due again.
    pub async fn send_due(&self) -> Result<(), Error> {
        loop {
            let now = self.database.clock().now();
            let Some(mail) = mails::take(self.database.pool(), now, now + LEASE).await? else {
                return Ok(());
            };
            self.send(&mail, now).await?;
        }
    }

    async fn send(&self, mail: &mails::Mail, now: Timestamp) -> Result<(), Error> {
        let pool = self.database.pool();
        let sent = match self.compose(mail).await {
            Ok(Some((to, letter))) => self.mailer.send(mail.id, &to, &letter, now).await,
            // What it was about has gone, as has the reason to send it.
            Ok(None) => Ok(()),
            Err(error) => Err(MailError::Failed(Box::new(error))),
        };
        let (user_id, id) = (mail.user_id, mail.id);
        match sent {
            Ok(()) => mails::remove(pool, user_id, id).await?,
            Err(error) => {
                let again = pause(mail.attempts);
                let refused = matches!(error, MailError::Refused(_));
                let error = chain(&error);
                if refused || now + again > mail.created_at + GIVEN_UP_AFTER {
                    tracing::error!(%user_id, mail = %id, template = mail.template, error, "a mail is given up");
                    mails::remove(pool, user_id, id).await?;
                } else {
                    tracing::warn!(%user_id, mail = %id, error, "a mail will be tried again in {again:#}");
                    mails::postpone(pool, user_id, id, now + again).await?;
                }
            }
        }
        Ok(())
    }

    /// The address and the letter.
    async fn compose(&self, mail: &mails::Mail) -> Result<Option<(String, Letter)>, Error> {
        let pool = self.database.pool();
        let (Some(template), Some(account)) = (
            Template::named(&mail.template),
            accounts::find(pool, mail.user_id).await?,
        ) else {
            return Ok(None);
        };
        let mut connection = pool.acquire().await?;
        let to = if let Some(sealed) = &mail.address_sealed {
            self.personal
                .open(&mut connection, mail.user_id, MAIL_ADDRESS, sealed)
                .await?
        } else {
            let email = self
                .personal
                .open_email(&mut connection, mail.user_id, &account.email_sealed)
                .await?;
            email.as_str().to_owned()
        };
        let token = match &mail.secret_sealed {
            Some(sealed) => {
                self.personal
                    .open(&mut connection, mail.user_id, MAIL_SECRET, sealed)
                    .await?
            }
            None => String::new(),
        };
        drop(connection);
        let letter = match template {
            Template::VerifyEmail => letters::verify_email(&self.links, &token),
            Template::ResetPassword => letters::reset_password(&self.links, &token),
            Template::AccountExists => letters::account_exists(&self.links),
            Template::ChangeEmail => letters::change_email(&self.links, &token),
            Template::AddressTaken => letters::address_taken(&self.links),
            Template::Security => {
                let Some(id) = mail.security_event_id else {
                    return Ok(None);
                };
                let Some(event) = security_events::find(pool, mail.user_id, id).await? else {
                    return Ok(None);
                };
                let Some(kind) = Kind::named(&event.kind) else {
                    return Ok(None);
                };
                let told = SecurityEvent::from(kind).called(&event.label);
                let variables = security::variables(&told, &event.origin, event.created_at);
                letters::security(&self.links, kind, &variables)
            }
        };
        Ok(Some((to, letter)))
    }
}

/// The pause after so many tries.
fn pause(attempts: i32) -> SignedDuration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_bound() {
        let pauses: Vec<_> = [0, 1, 2, 3, 4, 100, i32::MAX].map(|n| pause(n).as_secs()).into();
        assert_eq!(pauses, [30, 30, 60, 120, 240, 14_400, 14_400]);
    }
}
