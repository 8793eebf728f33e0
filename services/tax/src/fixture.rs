//! A small country for the tests of the domain.

use jiff::Timestamp;
use jiff::civil::Date;
use pfms_plugin_host::tax as law;
use pfms_plugin_host::tax::{FieldKind, FieldValue, Person};
use pfms_types::Money;

use crate::country::{Country, Year, lend_day};
use crate::deduction::{Deduction, DeductionId, Details as DeductionDetails, Status};
use crate::income::{Details as IncomeDetails, Income, IncomeId, Origin};
use crate::profile::Said;
use crate::situation::Known;
use crate::value::Fields;

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn income_kind(name: &str, may_be_negative: bool, has_holding_period: bool) -> law::IncomeKind {
    law::IncomeKind {
        name: name.into(),
        label: name.into(),
        help: String::new(),
        may_be_negative,
        has_holding_period,
    }
}

pub fn field(
    name: &str,
    kind: FieldKind,
    default_value: Option<FieldValue>,
    years: &[u16],
) -> law::ProfileField {
    law::ProfileField {
        name: name.into(),
        label: name.into(),
        help: String::new(),
        kind,
        default_value,
        years: years.to_vec(),
    }
}

fn year(year: u16, first: &str, last: &str, verified: bool) -> law::TaxYear {
    law::TaxYear {
        year,
        label: format!("{year}-{}", (year + 1) % 100),
        first_day: lend_day(day(first)),
        last_day: lend_day(day(last)),
        verified,
    }
}

/// Years that begin on 6 April, as in the United Kingdom; the latest is not verified.
pub fn description() -> law::Description {
    let bounds = |least, greatest| law::Bounds { least, greatest };
    let choice = |value: &str| law::Choice {
        value: value.into(),
        label: value.into(),
    };
    law::Description {
        name: "tax-xx".into(),
        version: "1.0.0".into(),
        summary: "A small country".into(),
        country: "XX".into(),
        currency: "GBP".into(),
        exponent: 2,
        regions: vec![law::Region {
            code: "N".into(),
            name: "North".into(),
        }],
        years: vec![
            year(2026, "2026-04-06", "2027-04-05", false),
            year(2025, "2025-04-06", "2026-04-05", true),
        ],
        profile: vec![
            field("age", FieldKind::Whole(bounds(0, 120)), None, &[]),
            field("blind", FieldKind::Flag, Some(FieldValue::Flag(false)), &[]),
            field(
                "children",
                FieldKind::Wholes(bounds(0, 30)),
                Some(FieldValue::Wholes(vec![])),
                &[],
            ),
            field(
                "gift",
                FieldKind::Amount(bounds(0, 100_000)),
                Some(FieldValue::Amount(0)),
                &[],
            ),
            field(
                "status",
                FieldKind::Choice(vec![choice("single"), choice("married")]),
                Some(FieldValue::Choice("single".into())),
                &[],
            ),
            field("scheme", FieldKind::Flag, None, &[2026]),
        ],
        incomes: vec![
            income_kind("employment", false, false),
            income_kind("trading-profit", true, false),
            income_kind("dividends", false, false),
            income_kind("capital-gain", true, true),
        ],
        deductions: vec![law::DeductionCategory {
            name: "gifts".into(),
            label: "Gifts".into(),
            help: String::new(),
        }],
    }
}

pub fn country() -> Country {
    Country::new(description(), &"ab".repeat(32)).unwrap()
}

pub fn year_2025() -> Year {
    country().year(2025).unwrap().clone()
}

pub fn said() -> Said {
    Said {
        country: "XX".into(),
        region: "N".into(),
        fields: Fields::from([("age".into(), FieldValue::Whole(40))]),
        prepaid: 0,
        component: None,
    }
}

pub fn known(incomes: Vec<Income>, deductions: Vec<Deduction>) -> Known {
    Known {
        said: said(),
        incomes,
        deductions,
        mappings: Vec::new(),
    }
}

pub fn gbp(minor: i64) -> Money {
    Money::from_minor(minor, "GBP".parse().unwrap())
}

pub fn income(kind: &str, minor: i64, date: &str) -> Income {
    Income {
        id: IncomeId::generate(),
        origin: Origin::Entered,
        details: IncomeDetails {
            kind: Some(("XX".into(), kind.into())),
            person: Person::Taxpayer,
            amount: gbp(minor),
            withheld: 0,
            date: day(date),
            acquired: None,
            description: String::new(),
        },
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

pub fn deduction(minor: i64) -> Deduction {
    Deduction {
        id: DeductionId::generate(),
        details: DeductionDetails {
            country: "XX".into(),
            year: Some(2025),
            category: "gifts".into(),
            amount: gbp(minor),
            person: Person::Taxpayer,
            description: String::new(),
            date: None,
            document_url: String::new(),
            status: Status::Claimed,
        },
        made_of: None,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}
