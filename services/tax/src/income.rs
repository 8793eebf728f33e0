//! Money that came in, and gains.

use jiff::Timestamp;
use jiff::civil::Date;
use pfms_plugin_host::tax::Person;
use pfms_proto::tax::v1 as wire;
use pfms_runtime::parse::{self, UpdateMask, wire_money, wire_time};
use pfms_runtime::{Error, Violations};
use pfms_types::{Id, Money};

use crate::country::Country;
use crate::mapping::Source;
use crate::person;
use crate::value::{money_in, optional_money_in};

/// Most incomes that one user enters.
pub const MAX_INCOMES: i32 = 20_000;
/// Longest description, in characters.
pub const MAX_DESCRIPTION: usize = 1_000;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum IncomeMarker {}

/// The id of an income: of one that another service told, the id that it has there.
pub type IncomeId = Id<IncomeMarker>;

/// The fields that a client can change, by their protobuf names.
pub const UPDATABLE: &[&str] = &[
    "country",
    "kind",
    "person",
    "amount",
    "date",
    "acquired",
    "withheld",
    "description",
];
/// Those of them that can be changed where another service told of the income.
const OF_OTHERS: &[&str] = &["country", "kind", "person"];

/// A stored income.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Income {
    /// Its id.
    pub id: IncomeId,
    /// Where it is known from.
    pub origin: Origin,
    /// What is said of it.
    pub details: Details,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What is said of an income.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// A country and its kind of income; none: it follows from mappings and defaults.
    pub kind: Option<(String, String)>,
    /// Whose it is.
    pub person: Person,
    /// Before tax; of a gain, the proceeds less the cost.
    pub amount: Money,
    /// In minor units of the same currency; not negative.
    pub withheld: i64,
    /// When it came in.
    pub date: Date,
    /// Of a gain, the day of purchase when it is known.
    pub acquired: Option<Date>,
    /// Up to 1,000 characters.
    pub description: String,
}

/// Where an income is known from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A person entered it.
    Entered,
    /// Another service told of it: of what, and of which type.
    Told(Source, String),
}

impl Origin {
    /// As stored: what it is and which type.
    #[must_use]
    pub fn stored(&self) -> (&'static str, &str) {
        match self {
            Self::Entered => ("entered", ""),
            Self::Told(source, type_) => (source.as_str(), type_),
        }
    }

    /// From what is stored.
    #[must_use]
    pub fn from_stored(origin: &str, type_: String) -> Option<Self> {
        if origin == "entered" {
            return Some(Self::Entered);
        }
        let source = Source::from_stored(origin).filter(|source| *source != Source::Expense)?;
        Some(Self::Told(source, type_))
    }

    fn wire(&self) -> (wire::TaxIncomeOrigin, String) {
        match self {
            Self::Told(Source::Income, type_) => (wire::TaxIncomeOrigin::Income, type_.clone()),
            Self::Told(Source::Sale, type_) => (wire::TaxIncomeOrigin::Sale, type_.clone()),
            Self::Told(Source::Dividend, type_) => (wire::TaxIncomeOrigin::Dividend, type_.clone()),
            Self::Told(Source::Expense, _) | Self::Entered => (wire::TaxIncomeOrigin::Entered, String::new()),
        }
    }
}

impl Details {
    /// Reads what a client says, in the terms of the country; faults are named by their JSON paths.
    ///
    /// # Errors
    /// Names every fault.
    pub fn parse(income: wire::TaxIncome, country: &Country) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let date = if income.date.is_empty() {
            violations.add("date", "is required");
            None
        } else {
            parse::date(&mut violations, "date", &income.date)
        };
        let acquired = parse::optional_date(&mut violations, "acquired", &income.acquired);
        if let (Some(date), Some(acquired)) = (date, acquired)
            && acquired > date
        {
            violations.add("acquired", "must not be after date");
        }
        let minor = money_in(
            &mut violations,
            "amount",
            income.amount.as_ref(),
            country.currency,
        );
        let withheld = optional_money_in(
            &mut violations,
            "withheld",
            income.withheld.as_ref(),
            country.currency,
        );
        check_kind(&mut violations, &income.kind, minor, acquired, country);
        let person = person::parse(&mut violations, income.person);
        let description = parse::text(
            &mut violations,
            "description",
            income.description,
            MAX_DESCRIPTION,
        );
        match (minor, date) {
            (Some(minor), Some(date)) if violations.is_empty() => Ok(Self {
                kind: Some((country.code().to_owned(), income.kind)),
                person,
                amount: Money::from_minor(minor, country.currency),
                withheld,
                date,
                acquired,
                description,
            }),
            _ => Err(violations.into()),
        }
    }
}

impl Income {
    /// What it becomes by a change.
    ///
    /// # Errors
    /// Names every fault; also the fields that only the service which told of it can change.
    pub fn changed(
        &self,
        change: wire::TaxIncome,
        mask: &UpdateMask,
        country: &Country,
    ) -> Result<Details, Error> {
        let current = self.wire();
        if self.origin == Origin::Entered {
            return Details::parse(overlay(current, change, mask), country);
        }
        let mut violations = Violations::default();
        let foreign = touched(&change, mask).filter(|field| !OF_OTHERS.contains(field));
        for field in foreign {
            violations.add(
                field,
                "cannot be changed here: another service told of this income",
            );
        }
        let after = overlay(current, change, mask);
        let person = person::parse(&mut violations, after.person);
        let details = &self.details;
        let kind = if after.kind.is_empty() {
            None
        } else {
            let minor = Some(details.amount.minor());
            check_kind(&mut violations, &after.kind, minor, None, country);
            Some((country.code().to_owned(), after.kind))
        };
        if !violations.is_empty() {
            return Err(violations.into());
        }
        Ok(Details {
            kind,
            person,
            ..details.clone()
        })
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::TaxIncome {
        let details = &self.details;
        let (origin, type_) = self.origin.wire();
        let (country, kind) = details.kind.clone().unwrap_or_default();
        let withheld = Money::from_minor(details.withheld, details.amount.currency());
        wire::TaxIncome {
            id: self.id.to_string(),
            country,
            kind,
            person: person::wire(details.person).into(),
            amount: Some(wire_money(details.amount)),
            date: details.date.to_string(),
            acquired: details.acquired.map(|date| date.to_string()).unwrap_or_default(),
            withheld: Some(wire_money(withheld)),
            description: details.description.clone(),
            origin: origin.into(),
            r#type: type_,
            create_time: Some(wire_time(self.created_at)),
            update_time: Some(wire_time(self.updated_at)),
        }
    }
}

fn check_kind(
    violations: &mut Violations,
    kind: &str,
    minor: Option<i64>,
    acquired: Option<Date>,
    country: &Country,
) {
    let Some(kind) = country.income_kind(kind) else {
        let known: Vec<_> = country.law.incomes.iter().map(|one| one.name.as_str()).collect();
        violations.add("kind", format!("must be one of {}", known.join(", ")));
        return;
    };
    if !kind.may_be_negative && minor.is_some_and(|minor| minor < 0) {
        violations.add("amount.amount", format!("must not be negative for {}", kind.name));
    }
    if !kind.has_holding_period && acquired.is_some() {
        violations.add("acquired", format!("must be empty for {}", kind.name));
    }
}

/// What the income becomes: the fields that the mask touches from `change`, the others as they are.
fn overlay(current: wire::TaxIncome, change: wire::TaxIncome, mask: &UpdateMask) -> wire::TaxIncome {
    macro_rules! pick {
        ($field:ident, $populated:expr) => {
            if mask.touches(stringify!($field), $populated) {
                change.$field
            } else {
                current.$field
            }
        };
    }
    wire::TaxIncome {
        country: pick!(country, !change.country.is_empty()),
        kind: pick!(kind, !change.kind.is_empty()),
        person: pick!(person, change.person != 0),
        amount: pick!(amount, change.amount.is_some()),
        date: pick!(date, !change.date.is_empty()),
        acquired: pick!(acquired, !change.acquired.is_empty()),
        withheld: pick!(withheld, change.withheld.is_some()),
        description: pick!(description, !change.description.is_empty()),
        ..current
    }
}

/// The fields that a change touches.
fn touched(change: &wire::TaxIncome, mask: &UpdateMask) -> impl Iterator<Item = &'static str> {
    let populated = [
        !change.country.is_empty(),
        !change.kind.is_empty(),
        change.person != 0,
        change.amount.is_some(),
        !change.date.is_empty(),
        !change.acquired.is_empty(),
        change.withheld.is_some(),
        !change.description.is_empty(),
    ];
    UPDATABLE
        .iter()
        .zip(populated)
        .filter(|(field, populated)| mask.touches(field, *populated))
        .map(|(field, _)| *field)
}
