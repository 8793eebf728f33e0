//! The operator's table of limits, as each process keeps it.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use pfms_runtime::{Database, Error};

use crate::store;

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// To sign in, by whichever means.
    SignIn,
    /// To create an account.
    Register,
    /// To have mail sent to an address: for a new password, or to verify it.
    Mail,
    /// To have a code sent by SMS.
    Sms,
}

/// By whom tries are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// For one account, or the address that would be one's.
    Account,
    /// From one address.
    Address,
    /// To one telephone number, whoever asks.
    Number,
}

/// How often something may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Tries without a delay, at least 1.
    pub free_tries: u32,
    /// In which time one try is forgotten.
    pub forget: Duration,
    /// The delay after the first try beyond the free ones; it doubles with each further one.
    pub first_delay: Duration,
    /// Where it ceases to grow.
    pub longest_delay: Duration,
}

/// A name that no limit has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:.50} has no limit; there are: {1}")]
pub struct UnknownLimit(String, &'static str);

impl Act {
    /// As in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Register => "register",
            Self::Mail => "mail",
            Self::Sms => "sms",
        }
    }
}

impl Subject {
    /// As in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Address => "address",
            Self::Number => "number",
        }
    }
}

impl FromStr for Act {
    type Err = UnknownLimit;

    fn from_str(text: &str) -> Result<Self, UnknownLimit> {
        [Self::SignIn, Self::Register, Self::Mail, Self::Sms]
            .into_iter()
            .find(|act| act.name() == text)
            .ok_or_else(|| UnknownLimit(text.to_owned(), "sign-in, register, mail, sms"))
    }
}

impl FromStr for Subject {
    type Err = UnknownLimit;

    fn from_str(text: &str) -> Result<Self, UnknownLimit> {
        [Self::Account, Self::Address, Self::Number]
            .into_iter()
            .find(|subject| subject.name() == text)
            .ok_or_else(|| UnknownLimit(text.to_owned(), "account, address, number"))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} free, one forgotten each {} s, then {} s doubling to {} s",
            self.free_tries,
            self.forget.as_secs(),
            self.first_delay.as_secs(),
            self.longest_delay.as_secs()
        )
    }
}

/// Where the table has no row.
const STRICT: Limit = Limit {
    free_tries: 5,
    forget: Duration::from_mins(5),
    first_delay: Duration::from_secs(10),
    longest_delay: Duration::from_mins(5),
};

/// The table as it was last read.
pub struct Limits(RwLock<HashMap<(Act, Subject), Limit>>);

impl Limits {
    /// Reads the table.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(database: &Database) -> Result<Self, Error> {
        let limits = Self(RwLock::default());
        limits.refresh(database).await?;
        Ok(limits)
    }

    /// Reads it again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn refresh(&self, database: &Database) -> Result<(), Error> {
        let rows = store::limits::all(database.pool()).await?;
        let table = rows
            .into_iter()
            .map(|(act, subject, limit)| ((act, subject), limit))
            .collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = table;
        Ok(())
    }

    /// The limit of an act.
    #[must_use]
    pub fn of(&self, act: Act, subject: Subject) -> Limit {
        let table = self.0.read().unwrap_or_else(PoisonError::into_inner);
        table.get(&(act, subject)).copied().unwrap_or(STRICT)
    }
}
