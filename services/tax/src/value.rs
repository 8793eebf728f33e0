//! What a profile says in its fields.

use std::collections::BTreeMap;

use pfms_plugin_host::tax as law;
use pfms_plugin_host::tax::{FieldKind, FieldValue};
use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::tax_field_value::Value as Said;
use pfms_runtime::Violations;
use pfms_runtime::parse::{self, wire_money};
use pfms_types::{Currency, Money};

use crate::country::Country;

/// Most fields that a profile may name.
const MAX_FIELDS: usize = 300;
/// Most characters of a name that is repeated in an answer.
const SHOWN_CHARS: usize = 100;

/// What a profile says, by the names of the fields.
pub type Fields = BTreeMap<String, FieldValue>;

/// Reads what a person says; every fault is named by its field, as in "fields.filing-status".
pub fn parse_fields(
    violations: &mut Violations,
    said: &BTreeMap<String, wire::TaxFieldValue>,
    country: &Country,
    year: u16,
) -> Fields {
    let mut fields = Fields::new();
    if said.len() > MAX_FIELDS {
        violations.add("fields", format!("must be at most {MAX_FIELDS}"));
        return fields;
    }
    for (name, value) in said {
        let shown: String = name.chars().take(SHOWN_CHARS).collect();
        let path = format!("fields.{shown}");
        let Some(declared) = country.law.field(name) else {
            violations.add(path, format!("is not asked for by {}", country.code()));
            continue;
        };
        if !declared.applies_in(year) {
            violations.add(path, format!("is not asked for in {year}"));
            continue;
        }
        if let Some(value) = parse_value(violations, &path, value, &declared.kind, country.currency) {
            fields.insert(name.clone(), value);
        }
    }
    fields
}

/// The fields that a person has to say something in and did not.
#[must_use]
pub fn missing<'a>(country: &'a Country, year: u16, fields: &Fields) -> Vec<&'a law::ProfileField> {
    let declared = country.law.profile.iter();
    declared
        .filter(|field| {
            field.default_value.is_none() && field.applies_in(year) && !fields.contains_key(&field.name)
        })
        .collect()
}

/// A value as it goes out.
#[must_use]
pub fn wire_value(value: &FieldValue, currency: Currency) -> wire::TaxFieldValue {
    let value = match value {
        FieldValue::Flag(flag) => Said::Flag(*flag),
        FieldValue::Whole(whole) => Said::Whole(*whole),
        FieldValue::Wholes(wholes) => Said::Wholes(wire::TaxWholes {
            values: wholes.clone(),
        }),
        FieldValue::Amount(minor) => Said::Amount(wire_money(Money::from_minor(*minor, currency))),
        FieldValue::Choice(choice) => Said::Choice(choice.clone()),
    };
    wire::TaxFieldValue { value: Some(value) }
}

/// What a profile says as it goes out.
#[must_use]
pub fn wire_fields(fields: &Fields, currency: Currency) -> BTreeMap<String, wire::TaxFieldValue> {
    fields
        .iter()
        .map(|(name, value)| (name.clone(), wire_value(value, currency)))
        .collect()
}

fn parse_value(
    violations: &mut Violations,
    path: &str,
    value: &wire::TaxFieldValue,
    kind: &FieldKind,
    currency: Currency,
) -> Option<FieldValue> {
    let value = match (kind, &value.value) {
        (FieldKind::Flag, Some(Said::Flag(flag))) => FieldValue::Flag(*flag),
        (FieldKind::Whole(_), Some(Said::Whole(whole))) => FieldValue::Whole(*whole),
        (FieldKind::Wholes(_), Some(Said::Wholes(wholes))) => FieldValue::Wholes(wholes.values.clone()),
        (FieldKind::Choice(_), Some(Said::Choice(choice))) => FieldValue::Choice(choice.clone()),
        (FieldKind::Amount(bounds), Some(Said::Amount(amount))) => {
            let amount = money_in(violations, &format!("{path}.amount"), Some(amount), currency)?;
            if !bounds.admit(amount) {
                let written = |minor| Money::from_minor(minor, currency).amount();
                let (least, greatest) = (written(bounds.least), written(bounds.greatest));
                violations.add(
                    format!("{path}.amount.amount"),
                    format!("must be {least} to {greatest}"),
                );
                return None;
            }
            return Some(FieldValue::Amount(amount));
        }
        _ => {
            violations.add(path, format!("must be {}", wanted(kind)));
            return None;
        }
    };
    violations.keep(path, kind.check(&value)).map(|()| value)
}

/// An amount that must be in a country's currency, in minor units.
pub fn money_in(
    violations: &mut Violations,
    path: &str,
    amount: Option<&pfms_proto::types::v1::Money>,
    currency: Currency,
) -> Option<i64> {
    let money = parse::money(violations, path, amount)?;
    if money.currency() == currency {
        Some(money.minor())
    } else {
        violations.add(
            format!("{path}.currency"),
            format!("must be {currency}, the currency of the country"),
        );
        None
    }
}

/// The same for an amount that may be absent, which is zero, and may not be negative.
pub fn optional_money_in(
    violations: &mut Violations,
    path: &str,
    amount: Option<&pfms_proto::types::v1::Money>,
    currency: Currency,
) -> i64 {
    if amount.is_none() {
        return 0;
    }
    let minor = money_in(violations, path, amount, currency).unwrap_or_default();
    if minor < 0 {
        violations.add(format!("{path}.amount"), "must not be negative");
    }
    minor
}

fn wanted(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Flag => "a flag, for example {\"flag\": true}",
        FieldKind::Whole(_) => "a whole number, for example {\"whole\": 35}",
        FieldKind::Wholes(_) => "whole numbers, for example {\"wholes\": {\"values\": [3, 7]}}",
        FieldKind::Amount(_) => {
            "an amount, for example {\"amount\": {\"amount\": \"500.00\", \"currency\": \"USD\"}}"
        }
        FieldKind::Choice(_) => "one of the field's choices, for example {\"choice\": \"single\"}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::country;

    fn value(value: Said) -> wire::TaxFieldValue {
        wire::TaxFieldValue { value: Some(value) }
    }

    fn wholes(values: &[i64]) -> Said {
        Said::Wholes(wire::TaxWholes {
            values: values.to_vec(),
        })
    }

    fn amount(text: &str, currency: &str) -> Said {
        Said::Amount(pfms_proto::types::v1::Money {
            amount: text.into(),
            currency: currency.into(),
        })
    }

    fn read(said: &[(&str, Said)], year: u16) -> (Fields, Vec<String>) {
        let said = said
            .iter()
            .map(|(name, said)| ((*name).to_owned(), value(said.clone())))
            .collect();
        let mut violations = Violations::default();
        let fields = parse_fields(&mut violations, &said, &country(), year);
        let faults = violations.iter().map(|(field, _)| field.to_owned()).collect();
        (fields, faults)
    }

    #[test]
    fn what_goes_with_its_declaration_is_kept_and_goes_out_as_it_came() {
        let said = [
            ("age", Said::Whole(120)),
            ("blind", Said::Flag(true)),
            ("children", wholes(&[0, 30])),
            ("gift", amount("1000.00", "GBP")),
            ("status", Said::Choice("married".into())),
        ];
        let (fields, faults) = read(&said, 2025);
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(fields["gift"], FieldValue::Amount(100_000));
        let out = wire_fields(&fields, country().currency);
        for (name, said) in said {
            assert_eq!(out[name], value(said), "{name}");
        }
    }

    #[test]
    fn every_fault_is_named_by_its_field() {
        for (name, said, fault) in [
            ("age", Said::Whole(121), "fields.age"),
            ("age", Said::Whole(-1), "fields.age"),
            ("age", Said::Flag(true), "fields.age"),
            ("blind", Said::Whole(1), "fields.blind"),
            ("children", wholes(&[31]), "fields.children"),
            ("children", wholes(&[1; 21]), "fields.children"),
            ("gift", amount("1000.01", "GBP"), "fields.gift.amount.amount"),
            ("gift", amount("-0.01", "GBP"), "fields.gift.amount.amount"),
            ("gift", amount("1", "USD"), "fields.gift.amount.currency"),
            ("gift", amount("1e2", "GBP"), "fields.gift.amount.amount"),
            ("status", Said::Choice("Single".into()), "fields.status"),
            ("scheme", Said::Flag(true), "fields.scheme"),
            ("shoe-size", Said::Whole(43), "fields.shoe-size"),
        ] {
            assert_eq!(read(&[(name, said.clone())], 2025).1, [fault], "{name} {said:?}");
        }
        assert_eq!(
            read(&[("scheme", Said::Flag(true))], 2026).1,
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_value_without_a_kind_is_none() {
        let mut violations = Violations::default();
        let said = BTreeMap::from([("age".to_owned(), wire::TaxFieldValue { value: None })]);
        assert_eq!(
            parse_fields(&mut violations, &said, &country(), 2025),
            Fields::new()
        );
        assert_eq!(violations.iter().count(), 1);
    }

    #[test]
    fn only_what_has_no_default_and_is_asked_for_in_the_year_is_missing() {
        let names = |year| {
            let country = country();
            let unsaid = missing(&country, year, &Fields::new());
            unsaid.iter().map(|field| field.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(2025), ["age"]);
        assert_eq!(names(2026), ["age", "scheme"]);
    }
}
