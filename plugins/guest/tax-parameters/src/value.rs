//! Reads single values.

use toml::Value as Toml;

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Amount,
    Rate,
    Whole,
    Decimal,
    Schedule,
}

/// A figure's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// The law does not have it in the year.
    None,
    /// In minor units.
    Amount(i64),
    /// In millionths.
    Rate(i64),
    Whole(i64),
    /// Mantissa and digits after the point.
    Decimal(i128, u32),
    Schedule(Vec<Band>),
}

/// A band: its end in minor units, and its rate in millionths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Band {
    pub(crate) upper: Option<i64>,
    pub(crate) rate: i64,
}

impl Unit {
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        Ok(match name {
            "amount" => Self::Amount,
            "rate" => Self::Rate,
            "whole" => Self::Whole,
            "decimal" => Self::Decimal,
            "schedule" => Self::Schedule,
            _ => return Err("unit must be amount, rate, whole, decimal or schedule".to_owned()),
        })
    }

    /// Reads a value of this unit; `exponent` is the currency's.
    pub(crate) fn read(self, value: &Toml, exponent: u32) -> Result<Value, String> {
        if value.as_str() == Some("none") {
            return Ok(Value::None);
        }
        match self {
            Self::Amount => Ok(Value::Amount(amount(text(value)?, exponent)?)),
            Self::Rate => Ok(Value::Rate(rate(text(value)?)?)),
            Self::Whole => value
                .as_integer()
                .map(Value::Whole)
                .ok_or_else(|| "must be a whole number".to_owned()),
            Self::Decimal => decimal(text(value)?).map(|(mantissa, scale)| Value::Decimal(mantissa, scale)),
            Self::Schedule => schedule(value, exponent).map(Value::Schedule),
        }
    }
}

fn text(value: &Toml) -> Result<&str, String> {
    value
        .as_str()
        .ok_or_else(|| "must be text, so that it is exact: \"12570\", \"7.65%\"".to_owned())
}

/// Mantissa and digits after the point of a number such as "-1234.50".
fn decimal(text: &str) -> Result<(i128, u32), String> {
    let wrong = || format!("\"{text}\" is not a number such as \"1234.50\"");
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || (digits.contains('.') && !is_number(part)) || digits.len() > 18 {
        return Err(wrong());
    }
    let mantissa: i128 = format!("{whole}{part}").parse().map_err(|_| wrong())?;
    let scale = u32::try_from(part.len()).map_err(|_| wrong())?;
    Ok((sign * mantissa, scale))
}

/// The number with exactly so many digits after the point, as a whole number.
fn scaled(text: &str, digits: u32) -> Result<i64, String> {
    let (mantissa, scale) = decimal(text)?;
    let missing = digits
        .checked_sub(scale)
        .ok_or_else(|| format!("\"{text}\" has more than {digits} digits after the point"))?;
    i64::try_from(mantissa * 10_i128.pow(missing)).map_err(|_| format!("\"{text}\" is too large"))
}

fn amount(text: &str, exponent: u32) -> Result<i64, String> {
    scaled(text, exponent)
}

fn rate(text: &str) -> Result<i64, String> {
    let number = text
        .strip_suffix('%')
        .ok_or_else(|| format!("\"{text}\" must be in per cent: \"7.65%\""))?;
    scaled(number, 4)
}

fn schedule(value: &Toml, exponent: u32) -> Result<Vec<Band>, String> {
    let wrong = || "must be a list of bands such as { upto = \"37700\", rate = \"20%\" }".to_owned();
    let rows = value.as_array().ok_or_else(wrong)?;
    let mut bands: Vec<Band> = Vec::with_capacity(rows.len());
    for row in rows {
        let row = row.as_table().ok_or_else(wrong)?;
        if let Some(unknown) = row.keys().find(|key| !["upto", "rate"].contains(&key.as_str())) {
            return Err(format!("a band has no \"{unknown}\""));
        }
        let upper = row
            .get("upto")
            .map(|upper| text(upper).and_then(|upper| amount(upper, exponent)))
            .transpose()?;
        let rate = rate(text(row.get("rate").ok_or_else(wrong)?)?)?;
        let lower = match bands.last() {
            None => 0,
            Some(Band { upper: Some(end), .. }) => *end,
            Some(Band { upper: None, .. }) => return Err("only the last band has no end".to_owned()),
        };
        if upper.is_some_and(|upper| upper <= lower) {
            return Err("bands must be in order, the lowest first".to_owned());
        }
        bands.push(Band { upper, rate });
    }
    match bands.last() {
        Some(Band { upper: None, .. }) => Ok(bands),
        _ => Err("the last band must have no end".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(unit: Unit, toml: &str) -> Result<Value, String> {
        let table: toml::Table = format!("x = {toml}").parse().unwrap();
        unit.read(&table["x"], 2)
    }

    #[test]
    fn numbers_are_exact() {
        assert_eq!(read(Unit::Amount, "\"932.3\""), Ok(Value::Amount(93_230)));
        assert_eq!(read(Unit::Amount, "\"-5\""), Ok(Value::Amount(-500)));
        assert_eq!(read(Unit::Rate, "\"7.65%\""), Ok(Value::Rate(76_500)));
        assert_eq!(read(Unit::Rate, "\"0.0001%\""), Ok(Value::Rate(1)));
        assert_eq!(
            read(Unit::Decimal, "\"10911.92\""),
            Ok(Value::Decimal(1_091_192, 2))
        );
        assert_eq!(read(Unit::Whole, "65"), Ok(Value::Whole(65)));
        assert_eq!(read(Unit::Whole, "\"none\""), Ok(Value::None));
    }

    #[test]
    fn what_is_not_exact_or_not_a_number_is_refused() {
        for (unit, toml) in [
            (Unit::Amount, "932.3"),
            (Unit::Amount, "\"1.234\""),
            (Unit::Amount, "\"1,000\""),
            (Unit::Amount, "\"1.\""),
            (Unit::Amount, "\"\""),
            (Unit::Amount, "\"9999999999999999999\""),
            (Unit::Rate, "\"0.0765\""),
            (Unit::Rate, "\"0.00001%\""),
            (Unit::Whole, "\"65\""),
            (Unit::Decimal, "\"1e3\""),
        ] {
            assert!(read(unit, toml).is_err(), "{toml}");
        }
    }

    #[test]
    fn bands_are_in_order_and_the_last_is_open() {
        let bands = read(
            Unit::Schedule,
            r#"[{ upto = "10", rate = "1%" }, { rate = "2%" }]"#,
        );
        let expected = vec![
            Band {
                upper: Some(1_000),
                rate: 10_000,
            },
            Band {
                upper: None,
                rate: 20_000,
            },
        ];
        assert_eq!(bands, Ok(Value::Schedule(expected)));
        for toml in [
            "[]",
            r#"[{ upto = "10", rate = "1%" }]"#,
            r#"[{ rate = "1%" }, { rate = "2%" }]"#,
            r#"[{ upto = "10", rate = "1%" }, { upto = "10", rate = "2%" }, { rate = "3%" }]"#,
            r#"[{ upto = "0", rate = "1%" }, { rate = "3%" }]"#,
            r#"[{ to = "10", rate = "1%" }, { rate = "3%" }]"#,
        ] {
            assert!(read(Unit::Schedule, toml).is_err(), "{toml}");
        }
    }
}
