//! The figures of the law, for people to read.

use pfms_plugin_host::tax::{Bracket, Mark, Parameter, ParameterValue};
use pfms_proto::tax::v1 as wire;
use pfms_runtime::parse::wire_money;
use pfms_types::{Currency, Money};

/// Digits after the decimal point of a rate.
const RATE_DIGITS: usize = 6;

/// A rate in millionths as a plain decimal without needless zeros: 76500 is "0.0765".
#[must_use]
pub fn rate(millionths: i64) -> String {
    let digits = format!("{:0width$}", millionths.unsigned_abs(), width = RATE_DIGITS + 1);
    let (whole, fraction) = digits.split_at(digits.len() - RATE_DIGITS);
    let fraction = fraction.trim_end_matches('0');
    let sign = if millionths < 0 { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// A figure as it goes out.
#[must_use]
pub fn wire_parameter(parameter: &Parameter, currency: Currency) -> wire::TaxParameter {
    use wire::tax_parameter::Value;
    let value = match &parameter.value {
        ParameterValue::Amount(minor) => Value::Amount(wire_money(Money::from_minor(*minor, currency))),
        ParameterValue::Rate(millionths) => Value::Rate(rate(*millionths)),
        ParameterValue::Whole(whole) => Value::Whole(*whole),
        ParameterValue::Decimal(decimal) => Value::Decimal(decimal.clone()),
        ParameterValue::Schedule(bands) => Value::Schedule(wire::TaxSchedule {
            bands: bands.iter().map(|band| wire_band(*band, currency)).collect(),
        }),
    };
    wire::TaxParameter {
        parameter: parameter.id.clone(),
        label: parameter.label.clone(),
        value: Some(value),
        legal_source: parameter.source.clone(),
        mark: wire_mark(parameter.mark).into(),
    }
}

/// The bands of those figures that are schedules.
#[must_use]
pub fn brackets(parameters: &[Parameter], currency: Currency) -> Vec<wire::TaxBracket> {
    let bands = parameters.iter().flat_map(|parameter| {
        let bands = match &parameter.value {
            ParameterValue::Schedule(bands) => bands.as_slice(),
            _ => &[],
        };
        bands
            .iter()
            .map(move |band| (parameter, wire_band(*band, currency)))
    });
    bands
        .map(|(parameter, band)| wire::TaxBracket {
            schedule: parameter.id.clone(),
            label: parameter.label.clone(),
            lower: band.lower,
            upper: band.upper,
            rate: band.rate,
            legal_source: parameter.source.clone(),
            mark: wire_mark(parameter.mark).into(),
        })
        .collect()
}

fn wire_band(band: Bracket, currency: Currency) -> wire::TaxBand {
    let money = |minor| wire_money(Money::from_minor(minor, currency));
    wire::TaxBand {
        lower: Some(money(band.lower)),
        upper: band.upper.map(money),
        rate: rate(band.rate),
    }
}

fn wire_mark(mark: Mark) -> wire::TaxMark {
    match mark {
        Mark::Primary => wire::TaxMark::Primary,
        Mark::TwoEngines => wire::TaxMark::TwoEngines,
        Mark::OneEngine => wire::TaxMark::OneEngine,
        Mark::Secondary => wire::TaxMark::Secondary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_plain_decimals() {
        for (millionths, text) in [
            (76_500, "0.0765"),
            (0, "0"),
            (1_000_000, "1"),
            (1_250_000, "1.25"),
            (-5, "-0.000005"),
            (i64::MIN, "-9223372036854.775808"),
        ] {
            assert_eq!(rate(millionths), text);
        }
    }
}
