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
                _ => left_out.push(ignored(name, "is not asked for by these rules, or not with this answer")),
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
        message: format!("a tax year can be calculated with at most {MAX_INPUTS} incomes and as many deductions"),
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
        return Err(format!("{} is not a day of the tax year {}", details.date, year.label));
    }
    let kind = match (&details.kind, &income.origin) {
        (Some((chosen, kind)), _) if chosen == country.code() => kind.as_str(),
        (Some((chosen, _)), Origin::Entered) => return Err(format!("is entered for {chosen}")),
        (_, Origin::Told(source, type_)) => {
            kind_of(country, mappings, *source, type_).ok_or_else(|| {
                let what = source.as_str();
                format!("there is no kind of income for {what} {type_:?}: add a mapping, or set its kind")
            })?
        }
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
        Err(format!("is in {given}, but these rules count in {wanted}: enter what it was in {wanted}"))
    }
}

fn ignored(what: &str, why: &str) -> Ignored {
    Ignored {
        what: what.to_owned(),
        why: why.to_owned(),
    }
}
