//! SQL, and nothing else.

pub mod calculations;
pub mod components;
pub mod deductions;
pub mod expenses;
pub mod incomes;
pub mod mappings;
pub mod profiles;
pub mod quotas;

use pfms_runtime::Error;
use pfms_types::{Currency, Money};

/// A year as it is stored.
fn small(year: u16) -> i16 {
    // Years are from 1900 to 2199.
    i16::try_from(year).unwrap_or(i16::MAX)
}

/// A year that was stored.
fn large(year: i16) -> u16 {
    u16::try_from(year).unwrap_or_default()
}

/// Money that was stored.
fn money(minor: i64, currency: &str) -> Result<Money, Error> {
    let currency: Currency = currency.parse().map_err(Error::internal)?;
    Ok(Money::from_minor(minor, currency))
}

/// Something that was stored and is none of what can be stored.
fn unknown(what: &str) -> Error {
    Error::internal(format!("an unknown {what} is stored"))
}
