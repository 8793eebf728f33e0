//! Sends the codes that are due.

use jiff::{SignedDuration, Timestamp};
use pfms_runtime::error::chain;
use pfms_runtime::{Context, Database, Error};
use url::Url;

use super::gateway::{Gateway, SmsError};
use super::{Code, Number};
use crate::personal::{Personal, SMS_CODE, SMS_NUMBER};
use crate::store::sms_codes::{self, Due};
use crate::store::sms_factors;

/// How long a process that took a code has to hand it over before another one may: longer than a gateway may take.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// The pause after the first try that failed; each pause is twice the one before. Somebody is waiting.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(2);

/// Sends codes.
pub struct Courier {
    database: Database,
    gateway: Option<Gateway>,
    personal: Personal,
    host: Option<String>,
}

impl Courier {
    /// As the settings say.
    ///
    /// # Errors
    /// When they are wrong.
    pub fn new(context: &Context) -> Result<Self, Error> {
        Ok(Self {
            database: context.database.clone(),
            gateway: Gateway::open(&context.settings)?,
            personal: Personal::new(context.seals.clone()),
            host: host(&context.settings.public_url),
        })
    }

    /// Hands over all codes that are due. No transaction is open meanwhile.
    ///
    /// # Errors
    /// When the database does not answer. A code that cannot be handed over is no error: it becomes due again.
    pub async fn send_due(&self) -> Result<(), Error> {
        let Some(gateway) = &self.gateway else {
            return Ok(());
        };
        loop {
            let now = self.database.clock().now();
            let Some(due) = sms_codes::take(self.database.pool(), now, now + LEASE).await? else {
                return Ok(());
            };
            self.send(gateway, &due, now).await?;
        }
    }

    async fn send(&self, gateway: &Gateway, due: &Due, now: Timestamp) -> Result<(), Error> {
        let (pool, user_id, id) = (self.database.pool(), due.user_id, due.id);
        let Some((number, code)) = self.open(due).await? else {
            // The number was removed, and with it the reason to send anything.
            return Ok(sms_codes::note_sent(pool, user_id, id).await?);
        };
        let Err(error) = gateway.send(id, &number, &self.text(&code)).await else {
            return Ok(sms_codes::note_sent(pool, user_id, id).await?);
        };
        let again = now + pause(due.attempts);
        let refused = matches!(error, SmsError::Refused(_));
        let error = chain(&error);
        if refused || again >= due.expires_at {
            tracing::error!(%user_id, sms = %id, error, "a code was not sent");
            sms_codes::note_sent(pool, user_id, id).await?;
        } else {
            tracing::warn!(%user_id, sms = %id, error, "a code will be sent again");
            sms_codes::postpone(pool, user_id, id, again).await?;
        }
        Ok(())
    }

    async fn open(&self, due: &Due) -> Result<Option<(Number, Code)>, Error> {
        let mut connection = self.database.pool().acquire().await?;
        let Some(factor) = sms_factors::find(&mut connection, due.user_id).await? else {
            return Ok(None);
        };
        let number = self
            .personal
            .open(&mut connection, due.user_id, SMS_NUMBER, &factor.number_sealed)
            .await?;
        let code = self
            .personal
            .open(&mut connection, due.user_id, SMS_CODE, &due.code_sealed)
            .await?;
        let number = Number::parse(&number).map_err(Error::internal)?;
        let code = Code::parse(&code).ok_or_else(|| Error::internal("a stored code is none"))?;
        Ok(Some((number, code)))
    }

    /// One part of a message, in characters that every telephone has. Browsers offer the code of the last line on
    /// pages of that host only ("Origin-bound one-time codes delivered via SMS", W3C).
    fn text(&self, code: &Code) -> String {
        let code = code.text();
        let text = format!(
            "{code} is your PFMS code. It is good for a few minutes. Nobody of PFMS asks you for it."
        );
        match &self.host {
            Some(host) => format!("{text}\n\n@{host} #{code}"),
            None => text,
        }
    }
}

/// The host of a URL, where it is a name.
fn host(url: &str) -> Option<String> {
    Url::parse(url).ok()?.domain().map(str::to_owned)
}

/// The pause after so many tries.
fn pause(attempts: i32) -> SignedDuration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow() {
        let pauses = [0, 1, 2, 3, 4].map(|attempts| pause(attempts).as_secs());
        assert_eq!(pauses, [2, 2, 4, 8, 16]);
        assert!(pause(i32::MAX) > SignedDuration::from_hours(1));
    }

    #[test]
    fn only_a_name_binds_a_code_to_pages() {
        assert_eq!(
            host("https://app.example.com/x").as_deref(),
            Some("app.example.com")
        );
        assert_eq!(host("http://127.0.0.1:3000"), None);
    }
}
