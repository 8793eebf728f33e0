//! All that a tax depends on, put together for a country's component.

use pfms_plugin_host::tax::{Deduction as LentDeduction, Ignored, Income as LentIncome, Input, ProfileEntry};
use pfms_proto::tax::v1 as wire;
use pfms_runtime::Error;
use pfms_runtime::parse::wire_money;
use pfms_types::{Currency, Money};
use sha2::{Digest, Sha256};

use crate::country::{Country, Year, lend_day};
use crate::deduction::{Deduction, Status};
use crate::income::{Income, Origin};
use crate::mapping::{Mapping, kind_of};
use crate::person;
use crate::profile::Said;
use crate::value::{Fields, missing, wire_fields};

/// Most incomes, and most deductions, of one tax year.
pub const MAX_INPUTS: usize = 10_000;

/// What is stored about a tax year.
#[derive(Clone, Debug)]
pub struct Known {
    /// What the person says of themselves.
    pub said: Said,
    /// Incomes of the year, of any country.
    pub incomes: Vec<Income>,
    /// Deductions of the year, of any country.
    pub deductions: Vec<Deduction>,
    /// All mappings.
    pub mappings: Vec<Mapping>,
}

/// What a component is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// As the component sees it: incomes by date and id, deductions by id.
    pub input: Input,
    /// What it is not given, and why.
    pub left_out: Vec<Ignored>,
}

impl Situation {
    /// What a country's component is given of what is known. What does not fit the country is left out, and said so;
    /// the same is known in the same order, so that equal situations have equal digests.
    ///
    /// # Errors
    /// `PROFILE_INCOMPLETE` when the person has not said yet what the country needs; `TOO_MANY_INPUTS`.
    pub fn of(country: &Country, year: &Year, known: &Known) -> Result<Self, Error> {
        check_complete(country, year, &known.said.fields)?;
        check_size(known)?;
        let mut left_out = Vec::new();
        let mut profile = Vec::new();
        for (name, value) in &known.said.fields {
            match country.law.field(name) {
                Some(field) if field.applies_in(year.year) && field.kind.check(value).is_ok() => {
                    profile.push(ProfileEntry {
                        name: name.clone(),
                        value: value.clone(),
                    });
                }
                _ => left_out.push(ignored(
                    name,
                    "is not asked for by these rules, or not with this answer",
                )),
            }
        }
        let mut incomes = Vec::new();
        for income in &known.incomes {
            match lend_income(country, year, &known.mappings, income) {
                Ok(lent) => incomes.push(lent),
                Err(why) => left_out.push(ignored(&income.id.to_string(), &why)),
            }
        }
        incomes.sort_by(|one, other| (one.date, &one.id).cmp(&(other.date, &other.id)));
        let mut deductions = Vec::new();
        for deduction in &known.deductions {
            match lend_deduction(country, deduction) {
                Ok(lent) => deductions.push(lent),
                Err(why) => left_out.push(ignored(&deduction.id.to_string(), &why)),
            }
        }
        deductions.sort_by(|one, other| one.id.cmp(&other.id));
        left_out.sort_by(|one, other| (&one.what, &one.why).cmp(&(&other.what, &other.why)));
        let input = Input {
            year: year.year,
            currency: country.currency.code().to_owned(),
            region: (!known.said.region.is_empty()).then(|| known.said.region.clone()),
            profile,
            incomes,
            deductions,
            prepaid: known.said.prepaid,
        };
        Ok(Self { input, left_out })
    }

    /// SHA-256 of all that an answer depends on: this, and the component with this hash.
    ///
    /// # Errors
    /// When the situation cannot be written as JSON.
    pub fn digest(&self, hash: &str) -> Result<[u8; 32], Error> {
        let text = serde_json::to_vec(&(hash, &self.input, &self.left_out)).map_err(Error::internal)?;
        Ok(Sha256::digest(text).into())
    }
}

/// What a component was given, as it goes out.
#[must_use]
pub fn wire_input(input: &Input, currency: Currency) -> wire::TaxSituation {
    let money = |minor| Some(wire_money(Money::from_minor(minor, currency)));
    let fields: Fields = input
        .profile
        .iter()
        .map(|entry| (entry.name.clone(), entry.value.clone()))
        .collect();
    wire::TaxSituation {
        currency: input.currency.clone(),
        fields: wire_fields(&fields, currency),
        incomes: input
            .incomes
            .iter()
            .map(|income| wire::TaxSituationIncome {
                income_id: income.id.clone(),
                kind: income.kind.clone(),
                person: person::wire(income.person).into(),
                amount: money(income.amount),
                date: income.date.to_string(),
                acquired: income.acquired.map(|day| day.to_string()).unwrap_or_default(),
                withheld: money(income.withheld),
            })
            .collect(),
        deductions: input
            .deductions
            .iter()
            .map(|deduction| wire::TaxSituationDeduction {
                deduction_id: deduction.id.clone(),
                category: deduction.category.clone(),
                person: person::wire(deduction.person).into(),
                amount: money(deduction.amount),
            })
            .collect(),
        prepaid: money(input.prepaid),
    }
}

fn check_complete(country: &Country, year: &Year, fields: &Fields) -> Result<(), Error> {
    let unsaid = missing(country, year.year, fields);
    if unsaid.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = unsaid.iter().map(|field| field.name.as_str()).collect();
    Err(Error::FailedPrecondition {
        reason: "PROFILE_INCOMPLETE",
        message: format!("the profile of {} must also say: {}", year.year, names.join(", ")),
    })
}

fn check_size(known: &Known) -> Result<(), Error> {
    if known.incomes.len() <= MAX_INPUTS && known.deductions.len() <= MAX_INPUTS {
        return Ok(());
    }
    Err(Error::FailedPrecondition {
        reason: "TOO_MANY_INPUTS",
        message: format!(
            "a tax year can be calculated with at most {MAX_INPUTS} incomes and as many deductions"
        ),
    })
}

fn lend_income(
    country: &Country,
    year: &Year,
    mappings: &[Mapping],
    income: &Income,
) -> Result<LentIncome, String> {
    let details = &income.details;
    if !year.holds(details.date) {
        return Err(format!(
            "{} is not a day of the tax year {}",
            details.date, year.label
        ));
    }
    let kind = match (&details.kind, &income.origin) {
        (Some((chosen, kind)), _) if chosen == country.code() => kind.as_str(),
        (Some((chosen, _)), Origin::Entered) => return Err(format!("is entered for {chosen}")),
        (_, Origin::Told(source, type_)) => kind_of(country, mappings, *source, type_).ok_or_else(|| {
            let what = source.as_str();
            format!("there is no kind of income for {what} {type_:?}: add a mapping, or set its kind")
        })?,
        (None, Origin::Entered) => return Err("has no kind".to_owned()),
    };
    let kind = country
        .income_kind(kind)
        .ok_or_else(|| format!("{kind} is no kind of income of these rules"))?;
    check_currency(country, details.amount)?;
    if details.amount.minor() < 0 && !kind.may_be_negative {
        return Err(format!("is negative, which {} cannot be", kind.name));
    }
    Ok(LentIncome {
        id: income.id.to_string(),
        kind: kind.name.clone(),
        person: details.person,
        amount: details.amount.minor(),
        date: lend_day(details.date),
        acquired: details.acquired.filter(|_| kind.has_holding_period).map(lend_day),
        withheld: details.withheld,
    })
}

fn lend_deduction(country: &Country, deduction: &Deduction) -> Result<LentDeduction, String> {
    let details = &deduction.details;
    if details.country != country.code() {
        return Err(format!("is a deduction in {}", details.country));
    }
    if details.status == Status::Rejected {
        return Err("was rejected".to_owned());
    }
    if country.deduction_category(&details.category).is_none() {
        return Err(format!("{} is no category of these rules", details.category));
    }
    check_currency(country, details.amount)?;
    Ok(LentDeduction {
        id: deduction.id.to_string(),
        category: details.category.clone(),
        person: details.person,
        amount: details.amount.minor(),
    })
}

fn check_currency(country: &Country, amount: Money) -> Result<(), String> {
    let (given, wanted) = (amount.currency(), country.currency);
    if given == wanted {
        Ok(())
    } else {
        Err(format!(
            "is in {given}, but these rules count in {wanted}: enter what it was in {wanted}"
        ))
    }
}

fn ignored(what: &str, why: &str) -> Ignored {
    Ignored {
        what: what.to_owned(),
        why: why.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use pfms_plugin_host::tax::FieldValue;
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{country, day, deduction, income, known, year_2025};
    use crate::mapping::Source;

    fn situation(known: &Known) -> Situation {
        Situation::of(&country(), &year_2025(), known).unwrap()
    }

    fn told(source: Source, type_: &str, minor: i64) -> Income {
        let mut income = income("employment", minor, "2025-05-01");
        income.origin = Origin::Told(source, type_.into());
        income.details.kind = None;
        income
    }

    #[test]
    fn what_other_services_tell_gets_a_kind_and_what_has_none_is_said() {
        let salary = told(Source::Income, "salary", 100);
        let sale = told(Source::Sale, "stock", -50);
        let lottery = told(Source::Income, "lottery", 7);
        let situation = situation(&known(vec![salary, sale, lottery.clone()], vec![]));
        let kinds: Vec<_> = situation
            .input
            .incomes
            .iter()
            .map(|one| one.kind.as_str())
            .collect();
        assert_eq!(kinds, ["employment", "capital-gain"]);
        assert_eq!(situation.left_out.len(), 1);
        assert_eq!(situation.left_out[0].what, lottery.id.to_string());
        assert!(
            situation.left_out[0].why.contains("lottery"),
            "{:?}",
            situation.left_out
        );
    }

    #[test]
    fn what_does_not_fit_the_country_is_left_out_with_a_reason() {
        let mut abroad = income("employment", 1, "2025-05-01");
        abroad.details.kind = Some(("YY".into(), "employment".into()));
        let mut dollars = income("employment", 1, "2025-05-01");
        dollars.details.amount = Money::from_minor(1, Currency::USD);
        let late = income("employment", 1, "2026-04-06");
        let loss = told(Source::Dividend, "stock", -1);
        let mut rejected = deduction(5);
        rejected.details.status = Status::Rejected;
        let mut foreign = deduction(5);
        foreign.details.country = "YY".into();
        let mut unknown = deduction(5);
        unknown.details.category = "boats".into();
        let mut known = known(
            vec![abroad, dollars, late, loss],
            vec![rejected, foreign, unknown],
        );
        known
            .said
            .fields
            .insert("shoe-size".into(), FieldValue::Whole(43));
        let situation = situation(&known);
        assert_eq!(
            (situation.input.incomes.len(), situation.input.deductions.len()),
            (0, 0)
        );
        let whys: Vec<_> = situation.left_out.iter().map(|one| one.why.as_str()).collect();
        for reason in [
            "entered for YY",
            "in USD",
            "not a day",
            "negative",
            "was rejected",
            "deduction in YY",
            "no category",
            "not asked for",
        ] {
            assert!(whys.iter().any(|why| why.contains(reason)), "{reason}: {whys:?}");
        }
        assert_eq!(whys.len(), 8);
    }

    #[test]
    fn a_day_of_purchase_goes_with_gains_only() {
        let mut gain = income("capital-gain", -5, "2025-05-01");
        gain.details.acquired = Some(day("2020-01-01"));
        let mut wage = income("employment", 5, "2025-05-02");
        wage.details.acquired = Some(day("2020-01-01"));
        let situation = situation(&known(vec![wage, gain], vec![]));
        let acquired: Vec<_> = situation
            .input
            .incomes
            .iter()
            .map(|one| one.acquired.is_some())
            .collect();
        assert_eq!(acquired, [true, false]);
    }

    #[test]
    fn an_incomplete_profile_is_asked_for_by_name() {
        let mut known = known(vec![], vec![]);
        known.said.fields.clear();
        let Err(Error::FailedPrecondition { reason, message }) =
            Situation::of(&country(), &year_2025(), &known)
        else {
            panic!("it is complete")
        };
        assert_eq!(reason, "PROFILE_INCOMPLETE");
        assert!(message.contains("age"), "{message}");
    }

    #[test]
    fn more_than_can_be_calculated_with_is_refused() {
        let one = income("employment", 1, "2025-05-01");
        let known = known(vec![one; MAX_INPUTS + 1], vec![]);
        let refused = Situation::of(&country(), &year_2025(), &known).unwrap_err();
        assert!(matches!(
            refused,
            Error::FailedPrecondition {
                reason: "TOO_MANY_INPUTS",
                ..
            }
        ));
    }

    proptest! {
        #[test]
        fn the_order_in_which_things_are_known_does_not_matter(
            amounts in prop::collection::vec((0_i64..1_000_000, 0_i32..300), 0..20),
            seed: u64,
        ) {
            let incomes: Vec<_> = amounts
                .iter()
                .map(|(minor, days)| {
                    let mut one = income("employment", *minor, "2025-05-01");
                    one.details.date = day("2025-04-06").checked_add(jiff::Span::new().days(*days)).unwrap();
                    one
                })
                .collect();
            let deductions: Vec<_> = amounts.iter().map(|(minor, _)| deduction(minor + 1)).collect();
            let mut other = known(incomes.clone(), deductions.clone());
            let turn = usize::try_from(seed % 20).unwrap();
            if !other.incomes.is_empty() {
                let turn = turn % other.incomes.len();
                other.incomes.rotate_left(turn);
                other.deductions.reverse();
            }
            let one = situation(&known(incomes, deductions));
            let other = situation(&other);
            prop_assert_eq!(&one, &other);
            prop_assert_eq!(one.digest("hash").unwrap(), other.digest("hash").unwrap());
            prop_assert_ne!(one.digest("hash").unwrap(), one.digest("other").unwrap());
        }

        #[test]
        fn every_change_of_an_amount_changes_the_digest(minor in 0_i64..1_000_000, more in 1_i64..1_000) {
            let mut changed = income("employment", minor, "2025-05-01");
            let before = situation(&known(vec![changed.clone()], vec![])).digest("").unwrap();
            changed.details.amount = crate::fixture::gbp(minor + more);
            let after = situation(&known(vec![changed], vec![])).digest("").unwrap();
            prop_assert_ne!(before, after);
        }
    }
}
