//! What is different in a scenario from what is stored.

use std::collections::BTreeSet;

use pfms_proto::tax::v1 as wire;
use pfms_runtime::{Error, Violations};
use uuid::Uuid;

use crate::country::{Country, Year};
use crate::deduction::{Deduction, Details as DeductionDetails};
use crate::income::{Details as IncomeDetails, Income, Origin};
use crate::situation::Known;
use crate::value::{money_in, parse_fields};

/// Most incomes, and most deductions, that a scenario adds.
const MAX_ADDED: usize = 1_000;
/// Faults after which a scenario is not read on: an answer travels in headers, whose size clients limit.
const MAX_VIOLATIONS: usize = 20;

/// What is known after the changes; faults are named by their JSON paths below `path`.
///
/// # Errors
/// Names every fault.
pub fn apply(
    path: &str,
    mut known: Known,
    changes: wire::TaxChanges,
    country: &Country,
    year: &Year,
) -> Result<Known, Error> {
    let mut violations = Violations::default();
    if known.said.country != country.code() {
        // What a person says in the terms of one country says nothing in those of another.
        known.said.fields.clear();
        known.said.region.clear();
        known.said.prepaid = 0;
        country.code().clone_into(&mut known.said.country);
    }
    if !changes.region.is_empty() {
        known.said.region.clone_from(&changes.region);
    }
    country.check_region(&mut violations, &known.said.region);
    for name in &changes.without_fields {
        if country.law.field(name).is_none() {
            violations.add("withoutFields", format!("{name:.100} is not asked for"));
        }
        known.said.fields.remove(name);
    }
    let fields = parse_fields(&mut violations, &changes.fields, country, year.year);
    known.said.fields.extend(fields);
    if let Some(prepaid) = &changes.prepaid
        && let Some(minor) = money_in(&mut violations, "prepaid", Some(prepaid), country.currency)
    {
        if minor < 0 {
            violations.add("prepaid.amount", "must not be negative");
        }
        known.said.prepaid = minor;
    }
    let ids = known.incomes.iter().map(|income| income.id.to_string()).collect();
    let gone = gone(&mut violations, "withoutIncomes", &changes.without_incomes, &ids);
    known
        .incomes
        .retain(|income| !gone.contains(&income.id.to_string()));
    let ids = known.deductions.iter().map(|one| one.id.to_string()).collect();
    let gone = self::gone(
        &mut violations,
        "withoutDeductions",
        &changes.without_deductions,
        &ids,
    );
    known.deductions.retain(|one| !gone.contains(&one.id.to_string()));
    add_incomes(&mut violations, &mut known, changes.incomes, country);
    add_deductions(&mut violations, &mut known, changes.deductions, country, year);
    if violations.is_empty() {
        return Ok(known);
    }
    let mut below = Violations::default();
    below.nest(path, violations);
    Err(below.into())
}

fn add_incomes(
    violations: &mut Violations,
    known: &mut Known,
    incomes: Vec<wire::TaxIncome>,
    country: &Country,
) {
    if incomes.len() > MAX_ADDED {
        violations.add("incomes", format!("must be at most {MAX_ADDED}"));
        return;
    }
    for (index, income) in incomes.into_iter().enumerate() {
        let path = format!("incomes[{index}]");
        if !is_of(country, &income.country) {
            violations.add(format!("{path}.country"), not_of(country));
            continue;
        }
        let details = nested(violations, &path, IncomeDetails::parse(income, country));
        known.incomes.extend(details.map(|details| Income {
            id: numbered(index).into(),
            origin: Origin::Entered,
            details,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            updated_at: jiff::Timestamp::UNIX_EPOCH,
        }));
        if violations.iter().count() >= MAX_VIOLATIONS {
            return;
        }
    }
}

fn add_deductions(
    violations: &mut Violations,
    known: &mut Known,
    deductions: Vec<wire::TaxDeduction>,
    country: &Country,
    year: &Year,
) {
    if deductions.len() > MAX_ADDED {
        violations.add("deductions", format!("must be at most {MAX_ADDED}"));
        return;
    }
    for (index, mut deduction) in deductions.into_iter().enumerate() {
        let path = format!("deductions[{index}]");
        if !is_of(country, &deduction.country) {
            violations.add(format!("{path}.country"), not_of(country));
            continue;
        }
        // A scenario is of one year.
        deduction.year = year.year.into();
        let details = nested(violations, &path, DeductionDetails::parse(deduction, country));
        known.deductions.extend(details.map(|details| Deduction {
            id: numbered(index).into(),
            details,
            made_of: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            updated_at: jiff::Timestamp::UNIX_EPOCH,
        }));
        if violations.iter().count() >= MAX_VIOLATIONS {
            return;
        }
    }
}

/// What is added has no id of its own; its number stands in the place of one, so that the same scenario is always the
/// same.
fn numbered(index: usize) -> Uuid {
    Uuid::from_u128(u128::try_from(index).unwrap_or_default().saturating_add(1))
}

fn is_of(country: &Country, code: &str) -> bool {
    code.is_empty() || code == country.code()
}

fn not_of(country: &Country) -> String {
    format!("must be empty or {}, the scenario's", country.code())
}

fn nested<T>(violations: &mut Violations, path: &str, result: Result<T, Error>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(Error::Invalid(inner)) => {
            violations.nest(path, inner);
            None
        }
        Err(other) => {
            violations.add(path, other);
            None
        }
    }
}

/// The ids that a scenario goes without, each of which must be there.
fn gone(
    violations: &mut Violations,
    field: &str,
    named: &[String],
    ids: &BTreeSet<String>,
) -> BTreeSet<String> {
    if named.len() > MAX_ADDED {
        violations.add(field, format!("must be at most {MAX_ADDED}"));
        return BTreeSet::new();
    }
    let unknown = named.iter().enumerate().filter(|(_, id)| !ids.contains(*id));
    for (index, _) in unknown.take(MAX_VIOLATIONS) {
        violations.add(format!("{field}[{index}]"), "is not among those of the year");
    }
    named.iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pfms_plugin_host::tax::FieldValue;

    use super::*;
    use crate::fixture::{country, deduction, gbp, income, known, year_2025};

    /// As the fields hold it: set.
    #[allow(clippy::unnecessary_wraps)]
    fn money(amount: &str) -> Option<pfms_proto::types::v1::Money> {
        Some(pfms_proto::types::v1::Money {
            amount: amount.into(),
            currency: "GBP".into(),
        })
    }

    fn bonus(amount: &str, date: &str) -> wire::TaxIncome {
        wire::TaxIncome {
            kind: "employment".into(),
            amount: money(amount),
            date: date.into(),
            ..wire::TaxIncome::default()
        }
    }

    fn flag(flag: bool) -> wire::TaxFieldValue {
        wire::TaxFieldValue {
            value: Some(wire::tax_field_value::Value::Flag(flag)),
        }
    }

    fn changed(known: Known, changes: wire::TaxChanges) -> Result<Known, Vec<String>> {
        apply("changes", known, changes, &country(), &year_2025()).map_err(|error| match error {
            Error::Invalid(faults) => faults.iter().map(|(field, _)| field.to_owned()).collect(),
            error => panic!("{error}"),
        })
    }

    #[test]
    fn without_changes_everything_stays() {
        let before = known(vec![income("employment", 1, "2025-05-01")], vec![deduction(1)]);
        let after = changed(before.clone(), wire::TaxChanges::default()).unwrap();
        assert_eq!(after.said, before.said);
        assert_eq!(
            (after.incomes, after.deductions),
            (before.incomes, before.deductions)
        );
    }

    #[test]
    fn things_are_added_taken_away_and_answered_otherwise() {
        let (kept, gone) = (
            income("employment", 1, "2025-05-01"),
            income("dividends", 2, "2025-05-01"),
        );
        let claimed = deduction(3);
        let mut before = known(vec![kept.clone(), gone.clone()], vec![claimed.clone()]);
        before
            .said
            .fields
            .insert("status".into(), FieldValue::Choice("married".into()));
        let changes = wire::TaxChanges {
            fields: BTreeMap::from([("blind".into(), flag(true))]),
            without_fields: vec!["status".into()],
            without_incomes: vec![gone.id.to_string()],
            without_deductions: vec![claimed.id.to_string()],
            incomes: vec![bonus("10.00", "2025-12-01")],
            deductions: vec![wire::TaxDeduction {
                category: "gifts".into(),
                amount: money("5.00"),
                ..wire::TaxDeduction::default()
            }],
            prepaid: money("7.00"),
            ..wire::TaxChanges::default()
        };
        let after = changed(before.clone(), changes.clone()).unwrap();
        assert_eq!(after.said.fields.get("blind"), Some(&FieldValue::Flag(true)));
        assert_eq!(after.said.fields.get("status"), None);
        assert_eq!(after.said.prepaid, 700);
        assert_eq!(after.incomes[0], kept);
        assert_eq!(after.incomes[1].details.amount, gbp(1_000));
        assert_eq!(after.incomes.len(), 2);
        assert_eq!(after.deductions.len(), 1);
        assert_eq!(after.deductions[0].details.year, Some(2025));
        // The same scenario is the same each time.
        assert_eq!(changed(before, changes).unwrap().incomes, after.incomes);
    }

    #[test]
    fn every_fault_is_named_by_its_path() {
        let changes = wire::TaxChanges {
            region: "S".into(),
            fields: BTreeMap::from([("age".into(), flag(true))]),
            without_fields: vec!["shoe-size".into()],
            without_incomes: vec!["none".into()],
            without_deductions: vec!["none".into()],
            incomes: vec![bonus("1", "2025-05-01"), bonus("x", "2025-05-01")],
            deductions: vec![wire::TaxDeduction {
                country: "YY".into(),
                ..wire::TaxDeduction::default()
            }],
            prepaid: money("-1"),
            ..wire::TaxChanges::default()
        };
        assert_eq!(
            changed(known(vec![], vec![]), changes).unwrap_err(),
            [
                "changes.region",
                "changes.withoutFields",
                "changes.fields.age",
                "changes.prepaid.amount",
                "changes.withoutIncomes[0]",
                "changes.withoutDeductions[0]",
                "changes.incomes[1].amount.amount",
                "changes.deductions[0].country",
            ]
        );
    }

    #[test]
    fn another_country_takes_nothing_from_the_profile_of_the_first() {
        let mut before = known(vec![], vec![]);
        before.said.country = "YY".into();
        before.said.prepaid = 500;
        let changes = wire::TaxChanges {
            region: "N".into(),
            ..wire::TaxChanges::default()
        };
        let after = changed(before, changes).unwrap();
        assert_eq!(after.said.country, "XX");
        assert!(after.said.fields.is_empty() && after.said.prepaid == 0);
    }
}
