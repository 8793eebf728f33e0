//! What a person says of themselves for a tax year.

use jiff::Timestamp;
use pfms_proto::tax::v1 as wire;
use pfms_runtime::parse::{wire_money, wire_time};
use pfms_runtime::{Error, Violations};
use pfms_types::Money;

use crate::country::Country;
use crate::value::{Fields, missing, optional_money_in, parse_fields, wire_fields};

/// A stored profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The calendar year in which the tax year begins.
    pub year: u16,
    /// What the person says.
    pub said: Said,
    /// When it was first set.
    pub created_at: Timestamp,
    /// When it was last set.
    pub updated_at: Timestamp,
}

/// What a person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Empty where the country has none.
    pub region: String,
    /// By the fields' names.
    pub fields: Fields,
    /// Paid in advance, in minor units of the country's currency; not negative.
    pub prepaid: i64,
    /// The user's own component that calculates; none: the first-party one.
    pub component: Option<String>,
}

impl Said {
    /// Reads a profile as its country declares it; faults are named by their JSON paths.
    ///
    /// # Errors
    /// Names every fault.
    pub fn parse(profile: &wire::TaxProfile, country: &Country, year: u16) -> Result<Self, Error> {
        let mut violations = Violations::default();
        if country.year(year).is_none() {
            let text = format!(
                "is not covered: {} {}",
                country.code(),
                country.only_these_years()
            );
            violations.add("year", text);
        }
        country.check_region(&mut violations, &profile.region);
        let fields = parse_fields(&mut violations, &profile.fields, country, year);
        let prepaid = optional_money_in(
            &mut violations,
            "prepaid",
            profile.prepaid.as_ref(),
            country.currency,
        );
        if !violations.is_empty() {
            return Err(violations.into());
        }
        Ok(Self {
            country: country.code().to_owned(),
            region: profile.region.clone(),
            fields,
            prepaid,
            component: (!profile.component_hash.is_empty()).then(|| profile.component_hash.clone()),
        })
    }
}

impl Profile {
    /// As it goes out, with what is still to be said.
    #[must_use]
    pub fn wire(&self, country: &Country) -> wire::TaxProfile {
        let said = &self.said;
        wire::TaxProfile {
            year: self.year.into(),
            country: said.country.clone(),
            region: said.region.clone(),
            fields: wire_fields(&said.fields, country.currency),
            prepaid: Some(wire_money(Money::from_minor(said.prepaid, country.currency))),
            component_hash: said.component.clone().unwrap_or_default(),
            missing: missing(country, self.year, &said.fields)
                .into_iter()
                .map(|field| country.wire_field(field))
                .collect(),
            create_time: Some(wire_time(self.created_at)),
            update_time: Some(wire_time(self.updated_at)),
        }
    }
}

/// A tax year as it is asked for.
///
/// # Errors
/// When it is none from 1900 to 2199.
pub fn parse_year(field: &str, year: i32) -> Result<u16, Error> {
    u16::try_from(year)
        .ok()
        .filter(|year| (1900..2200).contains(year))
        .ok_or_else(|| {
            Error::invalid(
                field,
                "must be the calendar year in which the tax year begins, for example 2025",
            )
        })
}
