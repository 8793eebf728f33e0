//! How often anyone may try to sign in, to register, or to have mail or SMS sent: by account and by address, with a
//! delay that grows.
//!
//! Tries are counted in Redis, in one script each, before they are made. An account counts strangers together and each
//! address from which it was signed in to by itself, so that a stranger's guesses do not keep its owner out. Of an
//! address without an account everything is the same. While Redis is away nothing is delayed: what remains are the
//! bounded number of hashes at a time and the edge's own limit for each address. SMS alone are refused then, because
//! each costs money.

mod limits;
mod operator;

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pfms_runtime::redis::{Redis, RedisError, Script};
use pfms_runtime::secrets::{MasterKey, mac};
use pfms_runtime::{Database, Error};

pub use limits::{Act, Limit, Limits, Subject, UnknownLimit};
pub use operator::{list_limits, set_limit};

/// How long an account remembers an address from which it was signed in to.
const KNOWN: Duration = Duration::from_hours(24 * 90);

/// Counts tries.
pub struct Throttle {
    redis: Redis,
    limits: Limits,
    key: [u8; 32],
    attempt: Script,
    succeed: Script,
}

impl Throttle {
    /// Counts in `redis`, within the limits of the table in `database`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(redis: Redis, database: &Database, master: &MasterKey) -> Result<Self, Error> {
        Ok(Self {
            redis,
            limits: Limits::load(database).await?,
            key: master.derive("throttle"),
            attempt: Script::new(include_str!("try.lua")),
            succeed: Script::new(include_str!("succeed.lua")),
        })
    }

    /// Reads the limits again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn refresh(&self, database: &Database) -> Result<(), Error> {
        self.limits.refresh(database).await
    }

    /// Counts a try. `account` is what the account's address is found by, whether there is one or not.
    ///
    /// # Errors
    /// [`Error::TooManyTries`] when it must not be made yet.
    pub async fn admit(&self, act: Act, account: &[u8; 32], ip: Option<IpAddr>) -> Result<(), Error> {
        if let Some(ip) = ip {
            self.count(act, Subject::Address, &[self.address_key(act, ip)])
                .await?;
        }
        self.count(act, Subject::Account, &self.account_keys(act, account, ip))
            .await
    }

    /// Counts a code that is to be sent by SMS, for its number too: several accounts may name the same.
    ///
    /// # Errors
    /// [`Error::TooManyTries`] when it must not be sent yet; [`Error::Unavailable`] when Redis does not answer.
    pub async fn admit_sms(
        &self,
        account: &[u8; 32],
        number: &[u8; 32],
        ip: Option<IpAddr>,
    ) -> Result<(), Error> {
        let act = Act::Sms;
        self.admit(act, account, ip).await?;
        let key = format!(
            "pfms:throttle:{}:{{{}}}",
            act.name(),
            self.tag(&[b"number", number])
        );
        self.count(act, Subject::Number, &[self.redis.key(&key)]).await
    }

    /// Takes back the try of someone who has signed in, and remembers where from.
    pub async fn succeeded(&self, account: &[u8; 32], ip: Option<IpAddr>) {
        let act = Act::SignIn;
        let mut budgets = vec![self.account_keys(act, account, ip)];
        budgets.extend(ip.map(|ip| vec![self.address_key(act, ip)]));
        for keys in budgets {
            let arguments = [KNOWN.as_secs().to_string()];
            if let Err(error) = self.succeed.run_i64s(&self.redis, &keys, &arguments).await {
                tracing::warn!(%error, "a try that succeeded stays counted");
            }
        }
    }

    async fn count(&self, act: Act, subject: Subject, keys: &[String]) -> Result<(), Error> {
        let limit = self.limits.of(act, subject);
        let millis = |duration: Duration| duration.as_millis().to_string();
        let arguments = [
            limit.free_tries.to_string(),
            millis(limit.forget),
            millis(limit.first_delay),
            millis(limit.longest_delay),
        ];
        match self.attempt.run_i64s(&self.redis, keys, &arguments).await {
            Ok(answer) => match answer.first().copied().and_then(|wait| u64::try_from(wait).ok()) {
                Some(wait) if wait > 0 => Err(Error::TooManyTries {
                    retry_after: Duration::from_millis(wait),
                }),
                _ => Ok(()),
            },
            Err(error) if act == Act::Sms => Err(Error::Unavailable {
                what: "the counter of messages",
                cause: Box::new(error),
            }),
            Err(error) => {
                tracing::warn!(%error, act = act.name(), "tries are not counted while Redis does not answer");
                Ok(())
            }
        }
    }

    /// Forgets what was counted of an account, and where it was signed in from.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn forget(&self, account: &[u8; 32]) -> Result<(), RedisError> {
        let pattern = format!("pfms:throttle:*:{{{}}}*", self.tag(&[account]));
        self.redis.remove_matching(&pattern).await?;
        Ok(())
    }

    fn address_key(&self, act: Act, ip: IpAddr) -> String {
        self.redis.key(&format!(
            "pfms:throttle:{}:{{{}}}",
            act.name(),
            self.tag(&[&network(ip)])
        ))
    }

    /// The strangers' budget, and for a known address the mark and the budget of the two. The hash tag keeps them on
    /// one node.
    fn account_keys(&self, act: Act, account: &[u8; 32], ip: Option<IpAddr>) -> Vec<String> {
        let key = |rest: &str| {
            let account = self.tag(&[account]);
            self.redis
                .key(&format!("pfms:throttle:{}:{{{account}}}{rest}", act.name()))
        };
        let mut keys = vec![key("")];
        if let (Act::SignIn, Some(ip)) = (act, ip) {
            let address = self.tag(&[account, &network(ip)]);
            keys.extend([
                key(&format!(":known:{address}")),
                key(&format!(":from:{address}")),
            ]);
        }
        keys
    }

    /// Addresses are personal data, so keys hold none in the clear.
    fn tag(&self, parts: &[&[u8]]) -> String {
        URL_SAFE_NO_PAD.encode(&mac(&self.key, parts)[..16])
    }
}

/// Whom an address stands for: an IPv4 address for itself, an IPv6 address for its /64, which one customer has whole.
fn network(ip: IpAddr) -> Vec<u8> {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets()[..8].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        network(one.parse().unwrap()) == network(other.parse().unwrap())
    }

    #[test]
    fn an_ipv6_customer_is_one_however_many_addresses_it_uses() {
        assert!(same("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff"));
        assert!(!same("2001:db8:0:1::1", "2001:db8:0:2::1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
        assert!(same("::ffff:192.0.2.1", "192.0.2.1"));
    }
}
