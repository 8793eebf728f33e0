//! Amounts, days and moments as people write them.

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use pfms_plugin_host::{Date, Instant, Money};
use pfms_types::Currency;
use serde_saphyr::Spanned;

use super::Fault;

/// "4.50 EUR".
pub(super) fn money(text: &Spanned<String>) -> Result<Money, Fault> {
    try_money(&text.value).map_err(|problem| Fault::at(text, problem))
}

pub(super) fn try_money(text: &str) -> Result<Money, String> {
    let shape = || format!("{text:?} is no amount: write it as \"4.50 EUR\"");
    let (amount, code) = text.split_once(' ').ok_or_else(shape)?;
    let currency: Currency = code
        .trim()
        .parse()
        .map_err(|_| format!("{code:?} is not the code of a currency"))?;
    let parsed = pfms_types::Money::parse(amount, currency).map_err(|error| format!("{text:?}: {error}"))?;
    Ok(Money {
        minor: parsed.minor(),
        currency: currency.code().to_owned(),
        exponent: currency.exponent(),
    })
}

/// A decimal in a currency of so many digits, as minor units.
pub(crate) fn amount(text: &str, exponent: u8) -> Result<i64, String> {
    scaled(text, exponent).ok_or_else(|| {
        format!("{text:?} is no amount: write digits and, after a point, up to {exponent} more, in quotes")
    })
}

/// Minor units as a decimal with all digits of the currency.
pub(crate) fn amount_text(minor: i64, exponent: u8) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let width = usize::from(exponent) + 1;
    let digits = format!("{:0>width$}", minor.unsigned_abs());
    let (whole, part) = digits.split_at(digits.len() - usize::from(exponent));
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{part}")
}

/// A rate as millionths: "0.22" is 220,000.
pub(crate) fn rate(text: &str) -> Result<i64, String> {
    scaled(text, 6).ok_or_else(|| format!("{text:?} is no rate: write it as \"0.22\", with up to six digits"))
}

/// Millionths as a decimal without needless zeros: 220,000 is "0.22".
pub(crate) fn rate_text(millionths: i64) -> String {
    let text = amount_text(millionths, 6);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn scaled(text: &str, digits: u8) -> Option<i64> {
    let (negative, plain) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = usize::from(digits);
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || plain.ends_with('.')
        || !all_digits(whole)
        || !all_digits(part)
        || part.len() > digits
    {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    format!("{sign}{whole}{part:0<digits$}").parse().ok()
}

/// "2025-12-11".
pub(super) fn date(text: &Spanned<String>) -> Result<Date, Fault> {
    text.value
        .parse()
        .map_err(|error| Fault::at(text, format!("{:?} {error}", text.value)))
}

pub(super) fn instant_of(at: Timestamp) -> Instant {
    let negative = at.subsec_nanosecond() < 0;
    Instant {
        seconds: at.as_second() - i64::from(negative),
        nanoseconds: u32::try_from(at.subsec_nanosecond() + if negative { 1_000_000_000 } else { 0 })
            .unwrap_or(0),
    }
}

/// An IANA name.
pub(super) fn zone(text: &Spanned<String>) -> Result<TimeZone, Fault> {
    TimeZone::get(&text.value).map_err(|_| {
        Fault::at(
            text,
            format!(
                "{:?} is no time zone: give an IANA name such as \"Europe/Berlin\"",
                text.value
            ),
        )
    })
}

pub(super) fn civil_date(date: Date) -> Option<civil::Date> {
    let year = i16::try_from(date.year).ok()?;
    civil::Date::new(year, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_and_have_no_more_digits_than_their_currency() {
        let money = |text| try_money(text).map(|money| (money.minor, money.exponent));
        assert_eq!(money("4.50 EUR"), Ok((450, 2)));
        assert_eq!(money("-4.5 EUR"), Ok((-450, 2)));
        assert_eq!(money("1250 JPY"), Ok((1250, 0)));
        for text in ["4.50", "4.505 EUR", "1.5 JPY", "4,50 EUR", "x EUR", "4.50 XYZ1"] {
            assert!(money(text).is_err(), "{text}");
        }
    }

    #[test]
    fn amounts_without_a_currency_are_scaled_and_written_back() {
        for (text, minor) in [("60000.00", 6_000_000), ("0.01", 1), ("-5", -500), ("12.3", 1230)] {
            assert_eq!(amount(text, 2), Ok(minor));
        }
        assert_eq!(amount_text(-5, 2), "-0.05");
        assert_eq!(amount_text(1230, 0), "1230");
        for text in [
            "",
            ".5",
            "1.234",
            "1e3",
            "1_000",
            " 1",
            "1.",
            "99999999999999999999",
        ] {
            assert!(amount(text, 2).is_err(), "{text}");
        }
        assert_eq!(rate("0.0765"), Ok(76_500));
    }

    #[test]
    fn moments_before_1970_add_their_nanoseconds() {
        let at = instant_of("1969-12-31T23:59:59.25Z".parse().unwrap());
        assert_eq!((at.seconds, at.nanoseconds), (-1, 250_000_000));
    }
}
