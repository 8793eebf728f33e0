//! Money that was spent and may lessen the tax.

use jiff::Timestamp;
use jiff::civil::Date;
use pfms_plugin_host::tax::Person;
use pfms_proto::tax::v1 as wire;
use pfms_runtime::parse::{self, UpdateMask, wire_money, wire_time};
use pfms_runtime::{Error, Violations};
use pfms_types::{Id, Money};
use uuid::Uuid;

use crate::country::Country;
use crate::mapping::MappingId;
use crate::person;
use crate::value::money_in;

/// Most deductions that one user enters.
pub const MAX_DEDUCTIONS: i32 = 10_000;
/// Longest description, in characters.
pub const MAX_DESCRIPTION: usize = 1_000;
const MAX_URL: usize = 2_048;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum DeductionMarker {}

/// The id of a deduction.
pub type DeductionId = Id<DeductionMarker>;

/// The fields that a client can change, by their protobuf names.
pub const UPDATABLE: &[&str] = &[
    "country",
    "year",
    "category",
    "amount",
    "person",
    "description",
    "date",
    "document_url",
    "status",
];
/// Those of them that can be changed where an expense made the deduction.
const OF_EXPENSES: &[&str] = &["person", "description", "document_url", "status"];

/// A stored deduction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deduction {
    /// Its id.
    pub id: DeductionId,
    /// What is said of it.
    pub details: Details,
    /// The expense that made it, and the mapping that did so.
    pub made_of: Option<(Uuid, MappingId)>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What is said of a deduction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// ISO 3166-1 alpha-2 code of the country whose category it is.
    pub country: String,
    /// The calendar year in which the tax year begins; none: the date says it.
    pub year: Option<u16>,
    /// The country's category.
    pub category: String,
    /// More than zero.
    pub amount: Money,
    /// Whose it is.
    pub person: Person,
    /// Up to 1,000 characters.
    pub description: String,
    /// The day of the payment.
    pub date: Option<Date>,
    /// An https address, or empty.
    pub document_url: String,
    /// What became of it.
    pub status: Status,
}

/// What became of a deduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is claimed, and counts.
    Claimed,
    /// It was accepted, and counts.
    Approved,
    /// It was not accepted, and does not count.
    Rejected,
}

impl Status {
    const ALL: [Self; 3] = [Self::Claimed, Self::Approved, Self::Rejected];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// From what is stored.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(self) -> wire::TaxDeductionStatus {
        match self {
            Self::Claimed => wire::TaxDeductionStatus::Claimed,
            Self::Approved => wire::TaxDeductionStatus::Approved,
            Self::Rejected => wire::TaxDeductionStatus::Rejected,
        }
    }

    /// A status, or nothing when none is said.
    pub fn parse(violations: &mut Violations, number: i32) -> Option<Self> {
        if number == 0 {
            return None;
        }
        let status = Self::ALL
            .into_iter()
            .find(|status| i32::from(status.wire()) == number);
        violations.keep("status", status.ok_or("is not one of the known statuses"))
    }
}

impl Details {
    /// Reads what a client says, in the terms of the country; faults are named by their JSON paths.
    ///
    /// # Errors
    /// Names every fault.
    pub fn parse(deduction: wire::TaxDeduction, country: &Country) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let date = parse::optional_date(&mut violations, "date", &deduction.date);
        let year = parse_year(&mut violations, deduction.year, date, country);
        if country.deduction_category(&deduction.category).is_none() {
            let known: Vec<_> = country
                .law
                .deductions
                .iter()
                .map(|one| one.name.as_str())
                .collect();
            violations.add("category", format!("must be one of {}", known.join(", ")));
        }
        let minor = money_in(
            &mut violations,
            "amount",
            deduction.amount.as_ref(),
            country.currency,
        );
        if minor.is_some_and(|minor| minor <= 0) {
            violations.add("amount.amount", "must be more than zero");
        }
        let common = Common::parse(&mut violations, &deduction);
        match (minor, year) {
            (Some(minor), Some(year)) if violations.is_empty() => Ok(Self {
                country: country.code().to_owned(),
                year: Some(year),
                category: deduction.category,
                amount: Money::from_minor(minor, country.currency),
                person: common.person,
                description: common.description,
                date,
                document_url: common.document_url,
                status: common.status,
            }),
            _ => Err(violations.into()),
        }
    }
}

/// What can be said of every deduction, also of one that an expense made.
struct Common {
    person: Person,
    description: String,
    document_url: String,
    status: Status,
}

impl Common {
    fn parse(violations: &mut Violations, deduction: &wire::TaxDeduction) -> Self {
        let person = person::parse(violations, deduction.person);
        let description = parse::text(
            violations,
            "description",
            deduction.description.clone(),
            MAX_DESCRIPTION,
        );
        let document_url = deduction.document_url.clone();
        if !document_url.is_empty() && !is_https(&document_url) {
            violations.add(
                "documentUrl",
                format!("must be an https address of at most {MAX_URL} characters"),
            );
        }
        let status = Status::parse(violations, deduction.status).unwrap_or(Status::Claimed);
        Self {
            person,
            description,
            document_url,
            status,
        }
    }
}

impl Deduction {
    /// What it becomes by a change.
    ///
    /// # Errors
    /// Names every fault; also the fields that follow the expense which made it.
    pub fn changed(
        &self,
        change: wire::TaxDeduction,
        mask: &UpdateMask,
        country: &Country,
    ) -> Result<Details, Error> {
        let current = self.wire(Some(country));
        if self.made_of.is_none() {
            return Details::parse(overlay(current, change, mask), country);
        }
        let mut violations = Violations::default();
        let followed = touched(&change, mask).filter(|field| !OF_EXPENSES.contains(field));
        for field in followed {
            violations.add(field, "cannot be changed: it follows the expense and its mapping");
        }
        let common = Common::parse(&mut violations, &overlay(current, change, mask));
        if !violations.is_empty() {
            return Err(violations.into());
        }
        Ok(Details {
            person: common.person,
            description: common.description,
            document_url: common.document_url,
            status: common.status,
            ..self.details.clone()
        })
    }

    /// As it goes out. The country tells the year of one that an expense made.
    #[must_use]
    pub fn wire(&self, country: Option<&Country>) -> wire::TaxDeduction {
        let details = &self.details;
        let year = details.year.or_else(|| {
            let year = country?.year_of(details.date?)?;
            Some(year.year)
        });
        wire::TaxDeduction {
            id: self.id.to_string(),
            country: details.country.clone(),
            year: year.map_or(0, i32::from),
            category: details.category.clone(),
            amount: Some(wire_money(details.amount)),
            person: person::wire(details.person).into(),
            description: details.description.clone(),
            date: details.date.map(|date| date.to_string()).unwrap_or_default(),
            document_url: details.document_url.clone(),
            status: details.status.wire().into(),
            expense_id: self.made_of.map(|(id, _)| id.to_string()).unwrap_or_default(),
            create_time: Some(wire_time(self.created_at)),
            update_time: Some(wire_time(self.updated_at)),
        }
    }
}

fn parse_year(violations: &mut Violations, year: i32, date: Option<Date>, country: &Country) -> Option<u16> {
    if year == 0 {
        let found = date.and_then(|date| country.year_of(date)).map(|year| year.year);
        if found.is_none() {
            violations.add("year", "is required, or a date within a tax year of the country");
        }
        return found;
    }
    let found = u16::try_from(year)
        .ok()
        .filter(|year| country.year(*year).is_some());
    if found.is_none() {
        let text = format!(
            "is not covered: {} {}",
            country.code(),
            country.only_these_years()
        );
        violations.add("year", text);
    }
    found
}

fn is_https(address: &str) -> bool {
    // A URL parser drops or escapes control characters, but the text is kept as it was given.
    url::Url::parse(address).is_ok_and(|url| url.scheme() == "https")
        && address.len() <= MAX_URL
        && !address.contains(char::is_control)
}

/// What the deduction becomes: the fields that the mask touches from `change`, the others as they are.
fn overlay(current: wire::TaxDeduction, change: wire::TaxDeduction, mask: &UpdateMask) -> wire::TaxDeduction {
    macro_rules! pick {
        ($field:ident, $populated:expr) => {
            if mask.touches(stringify!($field), $populated) {
                change.$field
            } else {
                current.$field
            }
        };
    }
    wire::TaxDeduction {
        country: pick!(country, !change.country.is_empty()),
        year: pick!(year, change.year != 0),
        category: pick!(category, !change.category.is_empty()),
        amount: pick!(amount, change.amount.is_some()),
        person: pick!(person, change.person != 0),
        description: pick!(description, !change.description.is_empty()),
        date: pick!(date, !change.date.is_empty()),
        document_url: pick!(document_url, !change.document_url.is_empty()),
        status: pick!(status, change.status != 0),
        ..current
    }
}

/// The fields that a change touches.
fn touched(change: &wire::TaxDeduction, mask: &UpdateMask) -> impl Iterator<Item = &'static str> {
    let populated = [
        !change.country.is_empty(),
        change.year != 0,
        !change.category.is_empty(),
        change.amount.is_some(),
        change.person != 0,
        !change.description.is_empty(),
        !change.date.is_empty(),
        !change.document_url.is_empty(),
        change.status != 0,
    ];
    UPDATABLE
        .iter()
        .zip(populated)
        .filter(|(field, populated)| mask.touches(field, *populated))
        .map(|(field, _)| *field)
}
