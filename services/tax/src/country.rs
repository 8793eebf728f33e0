//! A country as its component describes itself.

use jiff::civil;
use pfms_plugin_host::Date;
use pfms_plugin_host::tax as law;
use pfms_plugin_host::tax::{FieldKind, FieldValue};
use pfms_proto::tax::v1 as wire;
use pfms_runtime::{Error, Violations};
use pfms_types::{Currency, Money};

use crate::mapping::defaults;
use crate::value::wire_value;

/// Most days of a tax year: longer ones are a slip.
const MAX_DAYS: i32 = 800;

/// A country that can be calculated with.
#[derive(Clone, Debug)]
pub struct Country {
    /// What its component says.
    pub law: law::Description,
    /// In which every amount is.
    pub currency: Currency,
    /// SHA-256 of the component, 64 hexadecimal digits in lower case.
    pub hash: String,
    years: Vec<Year>,
}

/// A tax year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    /// The calendar year in which it begins.
    pub year: u16,
    /// As people write it.
    pub label: String,
    /// The first day.
    pub first_day: civil::Date,
    /// The last day.
    pub last_day: civil::Date,
    /// Whether every figure is better than secondary.
    pub verified: bool,
}

/// Why a description that the sandbox accepts makes no country here.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the component's description is not one of a country: {0}")]
pub struct BadDescription(String);

impl Country {
    /// Reads a description: its currency is one that amounts can be in, and no two of its years share a day.
    ///
    /// # Errors
    /// Says what is wrong with the description.
    pub fn new(law: law::Description, hash: &str) -> Result<Self, BadDescription> {
        let currency: Currency = law
            .currency
            .parse()
            .map_err(|error| BadDescription(format!("the currency {error}")))?;
        if currency.exponent() != law.exponent {
            let digits = currency.exponent();
            return Err(BadDescription(format!(
                "{currency} has {digits} digits after the decimal point"
            )));
        }
        let years = law
            .years
            .iter()
            .map(Year::new)
            .collect::<Result<Vec<_>, _>>()
            .map_err(BadDescription)?;
        if years.windows(2).any(|pair| pair[1].last_day >= pair[0].first_day) {
            return Err(BadDescription("two years share a day".to_owned()));
        }
        Ok(Self {
            law,
            currency,
            hash: hash.to_owned(),
            years,
        })
    }

    /// The ISO 3166-1 alpha-2 code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.law.country
    }

    /// The tax year that begins in a calendar year.
    #[must_use]
    pub fn year(&self, year: u16) -> Option<&Year> {
        self.years.iter().find(|known| known.year == year)
    }

    /// The tax year that a day lies in.
    #[must_use]
    pub fn year_of(&self, day: civil::Date) -> Option<&Year> {
        self.years.iter().find(|year| year.holds(day))
    }

    /// A kind of income.
    #[must_use]
    pub fn income_kind(&self, name: &str) -> Option<&law::IncomeKind> {
        self.law.incomes.iter().find(|kind| kind.name == name)
    }

    /// A category of deductions.
    #[must_use]
    pub fn deduction_category(&self, name: &str) -> Option<&law::DeductionCategory> {
        self.law.deductions.iter().find(|category| category.name == name)
    }

    /// The tax year that begins in a calendar year.
    ///
    /// # Errors
    /// `UNSUPPORTED_YEAR` when there are no rules for it.
    pub fn supported(&self, year: u16) -> Result<&Year, Error> {
        self.year(year).ok_or_else(|| Error::FailedPrecondition {
            reason: "UNSUPPORTED_YEAR",
            message: format!("{} {}", self.code(), self.only_these_years()),
        })
    }

    /// The same for a year whose figures must be well known, unless those that are not are accepted.
    ///
    /// # Errors
    /// `UNSUPPORTED_YEAR`, or `YEAR_NOT_VERIFIED`.
    pub fn usable(&self, year: u16, accept_unverified: bool) -> Result<&Year, Error> {
        let found = self.supported(year)?;
        if found.verified || accept_unverified {
            return Ok(found);
        }
        let (country, label) = (self.code(), &found.label);
        Err(Error::FailedPrecondition {
            reason: "YEAR_NOT_VERIFIED",
            message: format!(
                "some figures of {country} for {label} are from secondary sources only; ask with acceptUnverified=true \
                 to calculate with them"
            ),
        })
    }

    /// "has rules for …", for people.
    #[must_use]
    pub fn only_these_years(&self) -> String {
        let known: Vec<_> = self.years.iter().map(|year| year.year.to_string()).collect();
        format!("has rules for the tax years {} only", known.join(", "))
    }

    /// Checks a region against those that the country has.
    pub fn check_region(&self, violations: &mut Violations, region: &str) {
        let regions = &self.law.regions;
        if regions.iter().any(|known| known.code == region) || regions.is_empty() && region.is_empty() {
            return;
        }
        if regions.is_empty() {
            violations.add("region", format!("must be empty: {} has no regions", self.code()));
            return;
        }
        let known: Vec<_> = regions.iter().map(|region| region.code.as_str()).collect();
        violations.add("region", format!("must be one of {}", known.join(", ")));
    }

    /// The country as it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::TaxCountry {
        let law = &self.law;
        wire::TaxCountry {
            country: law.country.clone(),
            summary: law.summary.clone(),
            currency: law.currency.clone(),
            regions: law.regions.iter().map(wire_region).collect(),
            years: self.years.iter().map(Year::wire).collect(),
            fields: law.profile.iter().map(|field| self.wire_field(field)).collect(),
            income_kinds: law.incomes.iter().map(wire_kind).collect(),
            deduction_categories: law.deductions.iter().map(wire_category).collect(),
            defaults: defaults(self)
                .map(|(source, from, to)| wire::TaxDefault {
                    source: source.wire().into(),
                    from: from.to_owned(),
                    to: to.to_owned(),
                })
                .collect(),
            component: Some(self.component()),
        }
    }

    /// What calculates.
    #[must_use]
    pub fn component(&self) -> wire::TaxComponentVersion {
        wire::TaxComponentVersion {
            name: self.law.name.clone(),
            version: self.law.version.clone(),
            hash: self.hash.clone(),
        }
    }

    /// A field of a profile as it goes out.
    #[must_use]
    pub fn wire_field(&self, field: &law::ProfileField) -> wire::TaxProfileField {
        let bounds = |bounds: &law::Bounds, write: &dyn Fn(i64) -> String| {
            (write(bounds.least), write(bounds.greatest))
        };
        let amount = |minor| Money::from_minor(minor, self.currency).amount();
        let none = (String::new(), String::new());
        let (kind, (least, greatest)) = match &field.kind {
            FieldKind::Flag => (wire::TaxFieldKind::Flag, none),
            FieldKind::Whole(range) => (
                wire::TaxFieldKind::Whole,
                bounds(range, &|whole| whole.to_string()),
            ),
            FieldKind::Wholes(range) => (
                wire::TaxFieldKind::Wholes,
                bounds(range, &|whole| whole.to_string()),
            ),
            FieldKind::Amount(range) => (wire::TaxFieldKind::Amount, bounds(range, &amount)),
            FieldKind::Choice(_) => (wire::TaxFieldKind::Choice, none),
        };
        let choices = match &field.kind {
            FieldKind::Choice(choices) => choices.as_slice(),
            _ => &[],
        };
        let default = field.default_value.as_ref();
        wire::TaxProfileField {
            field: field.name.clone(),
            label: field.label.clone(),
            help: field.help.clone(),
            kind: kind.into(),
            least,
            greatest,
            choices: choices.iter().map(wire_choice).collect(),
            required: default.is_none(),
            default_value: default.map(|value: &FieldValue| wire_value(value, self.currency)),
            years: field.years.iter().map(|year| i32::from(*year)).collect(),
        }
    }
}

impl Year {
    fn new(year: &law::TaxYear) -> Result<Self, String> {
        let label = &year.label;
        if !(1900..2200).contains(&year.year) {
            return Err(format!("{label} does not begin from 1900 to 2199"));
        }
        let day = |day: Date| take_day(day).ok_or_else(|| format!("{label} has a day that is none"));
        let (first_day, last_day) = (day(year.first_day)?, day(year.last_day)?);
        let days = (last_day - first_day).get_days();
        if !(1..=MAX_DAYS).contains(&days) {
            return Err(format!("{label} has {days} days"));
        }
        Ok(Self {
            year: year.year,
            label: label.clone(),
            first_day,
            last_day,
            verified: year.verified,
        })
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn holds(&self, day: civil::Date) -> bool {
        (self.first_day..=self.last_day).contains(&day)
    }

    /// The year as it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::TaxYear {
        wire::TaxYear {
            year: self.year.into(),
            label: self.label.clone(),
            first_day: self.first_day.to_string(),
            last_day: self.last_day.to_string(),
            verified: self.verified,
        }
    }
}

/// A day as components see it.
#[must_use]
pub fn lend_day(day: civil::Date) -> Date {
    Date {
        // Within 1900 to 2199, so that nothing is lost.
        year: day.year().unsigned_abs(),
        month: day.month().unsigned_abs(),
        day: day.day().unsigned_abs(),
    }
}

fn take_day(day: Date) -> Option<civil::Date> {
    let small = |part: u8| i8::try_from(part).ok();
    civil::Date::new(i16::try_from(day.year).ok()?, small(day.month)?, small(day.day)?).ok()
}

fn wire_region(region: &law::Region) -> wire::TaxRegion {
    wire::TaxRegion {
        code: region.code.clone(),
        label: region.name.clone(),
    }
}

fn wire_kind(kind: &law::IncomeKind) -> wire::TaxIncomeKind {
    wire::TaxIncomeKind {
        kind: kind.name.clone(),
        label: kind.label.clone(),
        help: kind.help.clone(),
        may_be_negative: kind.may_be_negative,
        has_holding_period: kind.has_holding_period,
    }
}

fn wire_category(category: &law::DeductionCategory) -> wire::TaxDeductionCategory {
    wire::TaxDeductionCategory {
        category: category.name.clone(),
        label: category.label.clone(),
        help: category.help.clone(),
    }
}

fn wire_choice(choice: &law::Choice) -> wire::TaxChoice {
    wire::TaxChoice {
        choice: choice.value.clone(),
        label: choice.label.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{country, day, description};

    #[test]
    fn a_day_lies_in_the_year_that_the_country_says() {
        let country = country();
        let year_of = |date| country.year_of(day(date)).map(|year| year.year);
        assert_eq!(year_of("2026-04-05"), Some(2025));
        assert_eq!(year_of("2026-04-06"), Some(2026));
        assert_eq!(year_of("2025-04-05"), None);
        assert_eq!(year_of("2027-04-06"), None);
    }

    #[test]
    fn a_year_that_is_not_verified_must_be_accepted() {
        let country = country();
        let reason = |year, accept| match country.usable(year, accept) {
            Ok(_) => "",
            Err(Error::FailedPrecondition { reason, .. }) => reason,
            Err(error) => panic!("{error}"),
        };
        assert_eq!(reason(2025, false), "");
        assert_eq!(reason(2026, false), "YEAR_NOT_VERIFIED");
        assert_eq!(reason(2026, true), "");
        assert_eq!(reason(2024, true), "UNSUPPORTED_YEAR");
    }

    #[test]
    fn a_description_whose_amounts_or_days_do_not_add_up_is_no_country() {
        let bad = |change: fn(&mut law::Description)| {
            let mut law = description();
            change(&mut law);
            Country::new(law, "").unwrap_err().to_string()
        };
        assert!(bad(|law| law.currency = "XXX".into()).contains("currency"));
        assert!(bad(|law| law.exponent = 3).contains("digits"));
        assert!(bad(|law| law.years[1].last_day = law.years[0].first_day).contains("share a day"));
        assert!(bad(|law| law.years[0].last_day.year = 2099).contains("days"));
    }

    #[test]
    fn a_region_is_one_of_the_countrys_or_none_where_it_has_none() {
        let fault = |country: &Country, region: &str| {
            let mut violations = Violations::default();
            country.check_region(&mut violations, region);
            violations.iter().map(|(field, _)| field.to_owned()).next()
        };
        let mut one = country();
        assert_eq!(fault(&one, "N"), None);
        assert_eq!(fault(&one, "").as_deref(), Some("region"));
        assert_eq!(fault(&one, "S").as_deref(), Some("region"));
        one.law.regions.clear();
        assert_eq!(fault(&one, ""), None);
        assert_eq!(fault(&one, "N").as_deref(), Some("region"));
    }
}
