//! From what the expense service says to what components see.

use jiff::civil::Date;
use pfms_plugin_host as host;
use pfms_proto::expense::v1 as wire;
use pfms_proto::types::v1::Money as WireMoney;
use pfms_runtime::Error;
use pfms_types::{Currency, Money};

/// An amount as components see it.
#[must_use]
pub fn money(money: Money) -> host::Money {
    host::Money {
        minor: money.minor(),
        currency: money.currency().code().to_owned(),
        exponent: money.currency().exponent(),
    }
}

/// A day as components see it.
#[must_use]
pub fn day(date: Date) -> host::Date {
    host::Date {
        // Within 1900 to 2199, so that nothing is lost.
        year: date.year().unsigned_abs(),
        month: date.month().unsigned_abs(),
        day: date.day().unsigned_abs(),
    }
}

/// A day of the calendar, from what components see.
#[must_use]
pub fn civil(date: host::Date) -> Option<Date> {
    let year = i16::try_from(date.year).ok()?;
    let month = i8::try_from(date.month).ok()?;
    Date::new(year, month, i8::try_from(date.day).ok()?).ok()
}

pub(super) fn amount(given: Option<WireMoney>) -> Result<Money, Error> {
    let given = given.ok_or_else(|| wrong("an amount is missing"))?;
    let currency: Currency = given.currency.parse().map_err(Error::internal)?;
    Money::parse(&given.amount, currency).map_err(Error::internal)
}

pub(super) fn date(given: &str) -> Result<Date, Error> {
    given.parse().map_err(Error::internal)
}

pub(super) fn expense(given: wire::RecentExpense) -> Result<host::Expense, Error> {
    Ok(host::Expense {
        id: given.id,
        amount: money(amount(given.amount)?),
        category_id: some(given.category_id),
        category: some(given.category),
        merchant: some(given.merchant),
        description: some(given.description),
        date: day(date(&given.date)?),
        tags: given.tags,
    })
}

pub(super) fn period(given: wire::PeriodSpending) -> Result<host::PeriodSpending, Error> {
    let categories = given.categories.into_iter().map(|category| {
        Ok(host::CategorySpending {
            category_id: some(category.category_id),
            category: some(category.category),
            total: money(amount(category.total)?),
            count: u32::try_from(category.count).unwrap_or(u32::MAX),
        })
    });
    Ok(host::PeriodSpending {
        first_day: day(date(&given.first_date)?),
        last_day: day(date(&given.last_date)?),
        categories: categories.collect::<Result<_, Error>>()?,
    })
}

pub(super) fn wrong(what: &'static str) -> Error {
    Error::internal(format!("the expense service answered wrongly: {what}"))
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
