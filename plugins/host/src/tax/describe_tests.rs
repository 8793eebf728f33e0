#![allow(clippy::panic, clippy::unwrap_used)]

use super::*;
use crate::Date;
use crate::tax::{
    Bounds, Bracket, Choice, DeductionCategory, FieldValue, Figures, IncomeKind, Mark, Parameter,
    ParameterValue, Region,
};

fn year(number: u16) -> TaxYear {
    TaxYear {
        year: number,
        label: number.to_string(),
        first_day: Date {
            year: number,
            month: 4,
            day: 6,
        },
        last_day: Date {
            year: number + 1,
            month: 4,
            day: 5,
        },
        verified: true,
    }
}

fn field(name: &str, kind: FieldKind, default_value: Option<FieldValue>) -> ProfileField {
    ProfileField {
        name: name.into(),
        label: "Label".into(),
        help: String::new(),
        kind,
        default_value,
        years: vec![],
    }
}

fn choice(value: &str) -> Choice {
    Choice {
        value: value.into(),
        label: "Label".into(),
    }
}

fn good() -> Description {
    let bounds = Bounds {
        least: 0,
        greatest: 120,
    };
    Description {
        name: "tax-uk".into(),
        version: "1.0.0".into(),
        summary: "Income tax.\nNot inheritance tax.".into(),
        country: "GB".into(),
        currency: "GBP".into(),
        exponent: 2,
        regions: vec![Region {
            code: "SCT".into(),
            name: "Scotland".into(),
        }],
        years: vec![year(2026), year(2025)],
        profile: vec![
            field("age", FieldKind::Whole(bounds), None),
            field(
                "ages",
                FieldKind::Wholes(bounds),
                Some(FieldValue::Wholes(vec![])),
            ),
            field("blind", FieldKind::Flag, Some(FieldValue::Flag(false))),
            field(
                "status",
                FieldKind::Choice(vec![choice("single"), choice("married-jointly")]),
                Some(FieldValue::Choice("single".into())),
            ),
        ],
        incomes: vec![IncomeKind {
            name: "wages".into(),
            label: "Wages".into(),
            help: "Pay.".into(),
            may_be_negative: false,
            has_holding_period: false,
        }],
        deductions: vec![DeductionCategory {
            name: "gift-aid".into(),
            label: "Gift Aid".into(),
            help: String::new(),
        }],
    }
}

#[track_caller]
fn refused(expected: &str, change: impl FnOnce(&mut Description)) {
    let mut description = good();
    change(&mut description);
    match check(description) {
        Err(LoadError::InvalidDescription { field, .. }) => assert_eq!(field, expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_good_description_is_kept_as_it_is() {
    assert_eq!(check(good()), Ok(good()));
}

#[test]
fn codes_have_their_shape() {
    for country in ["", "U", "us", "USA", "U1", "ÜS"] {
        refused("country", |description| description.country = country.into());
    }
    for currency in ["", "usd", "USDX", "US"] {
        refused("currency", |description| description.currency = currency.into());
    }
    refused("exponent", |description| description.exponent = 5);
    refused("name", |description| description.name = "UK".into());
    refused("version", |description| description.version = "1".into());
    refused("summary", |description| description.summary = "x".repeat(2_001));
}

#[test]
fn regions_are_told_apart() {
    refused("regions", |description| {
        description.regions[0].code = "sct".into();
    });
    refused("regions", |description| {
        description.regions[0].name = String::new();
    });
    refused("regions", |description| {
        let again = description.regions[0].clone();
        description.regions.push(again);
    });
}

#[test]
fn years_are_distinct_and_the_latest_is_first() {
    refused("years", |description| description.years = vec![]);
    refused("years", |description| {
        description.years = vec![year(2025), year(2025)];
    });
    refused("years", |description| {
        description.years = vec![year(2025), year(2026)];
    });
    refused("years", |description| {
        description.years[0].last_day = description.years[0].first_day;
    });
    refused("years", |description| description.years[0].last_day.month = 13);
    refused("years", |description| description.years[0].first_day.year = 2025);
    refused("years", |description| description.years[0].label = String::new());
}

#[test]
fn fields_hold_what_they_say() {
    refused("profile", |description| {
        description.profile[0].name = "Age".into();
    });
    refused("profile", |description| {
        description.profile[1].name = "age".into();
    });
    refused("profile", |description| {
        description.profile[0].label = String::new();
    });
    refused("profile", |description| description.profile[0].years = vec![2024]);
    refused("profile", |description| {
        description.profile[0].kind = FieldKind::Amount(Bounds {
            least: 1,
            greatest: 0,
        });
    });
    refused("profile", |description| {
        description.profile[3].kind = FieldKind::Choice(vec![]);
    });
    refused("profile", |description| {
        description.profile[3].kind = FieldKind::Choice(vec![choice("single"), choice("single")]);
    });
    for default in [
        FieldValue::Whole(121),
        FieldValue::Amount(1),
        FieldValue::Flag(true),
        FieldValue::Wholes(vec![1]),
    ] {
        refused("profile", |description| {
            description.profile[0].default_value = Some(default);
        });
    }
    refused("profile", |description| {
        description.profile[1].default_value = Some(FieldValue::Wholes(vec![1; 21]));
    });
    refused("profile", |description| {
        description.profile[3].default_value = Some(FieldValue::Choice("widowed".into()));
    });
}

#[test]
fn incomes_and_deductions_are_told_apart() {
    refused("incomes", |description| {
        let again = description.incomes[0].clone();
        description.incomes.push(again);
    });
    refused("deductions", |description| {
        description.deductions[0].name = "gift aid".into();
    });
    refused("deductions", |description| {
        description.deductions = vec![description.deductions[0].clone(); 301];
    });
}

fn parameter(id: &str, value: ParameterValue) -> Parameter {
    Parameter {
        id: id.into(),
        label: "Label".into(),
        value,
        source: "Act, section 1".into(),
        mark: Mark::Primary,
    }
}

fn add(parameters: Vec<Parameter>) -> Result<Figures, LoadError> {
    let mut figures = Figures::default();
    figures.add(&good(), 2025, parameters).map(|()| figures)
}

fn band(lower: i64, upper: Option<i64>) -> Bracket {
    Bracket {
        lower,
        upper,
        rate: 200_000,
    }
}

#[test]
fn figures_are_found_by_year_and_id() {
    let schedule = ParameterValue::Schedule(vec![band(0, Some(100)), band(100, None)]);
    let decimal = ParameterValue::Decimal("-0.125".into());
    let figures = add(vec![
        parameter("rates.main", schedule),
        parameter("factor", decimal),
    ])
    .unwrap();
    assert_eq!(figures.of(2025).map(<[_]>::len), Some(2));
    assert_eq!(figures.of(2026), None);
    assert!(figures.names(2025)("rates.main"));
    assert!(!figures.names(2026)("rates.main") && !figures.names(2025)("rates"));
}

#[test]
fn figures_that_cannot_be_are_refused() {
    let amount = || parameter("allowance", ParameterValue::Amount(1));
    let schedules = [
        vec![],
        vec![band(0, Some(100)), band(101, None)],
        vec![band(0, None), band(100, None)],
        vec![band(100, Some(100))],
    ];
    let mut bad: Vec<Vec<Parameter>> = schedules
        .into_iter()
        .map(|bands| vec![parameter("rates", ParameterValue::Schedule(bands))])
        .collect();
    for decimal in ["", "1.", ".5", "1e5", "+1", "0.1.2", "1,5"] {
        bad.push(vec![parameter("factor", ParameterValue::Decimal(decimal.into()))]);
    }
    bad.push(vec![amount(), amount()]);
    bad.push(vec![parameter("Allowance", ParameterValue::Amount(1))]);
    bad.push(vec![Parameter {
        source: String::new(),
        ..amount()
    }]);
    // The year says that it is verified.
    bad.push(vec![Parameter {
        mark: Mark::Secondary,
        ..amount()
    }]);
    for parameters in bad {
        match add(parameters.clone()) {
            Err(LoadError::InvalidDescription {
                field: "parameters", ..
            }) => {}
            other => panic!("{parameters:?}: {other:?}"),
        }
    }
}
