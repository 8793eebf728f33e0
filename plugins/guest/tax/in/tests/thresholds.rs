//! Every threshold from both sides, and what the description says.
// Amounts are in hundredths: their last two digits stand apart.
#![allow(clippy::unwrap_used, clippy::inconsistent_digit_grouping)]

use pfms_tax::testing::{Case, amount_of, is_id, problems};
use pfms_tax::{Assessment, ParameterValue, TaxError, TaxRules, date};
use tax_in::India;

fn rupees(amount: i64) -> i64 {
    amount * 100
}

fn person(age: i64, regime: &str) -> Case {
    Case::new::<India>(2025)
        .whole("age", age)
        .choice("regime", regime)
}

fn assessed(case: &Case) -> Assessment {
    let assessment = case.run::<India>().unwrap();
    assert_eq!(
        problems::<India>(case.input.year, &assessment),
        Vec::<String>::new()
    );
    assessment
}

fn slab_tax(case: Case, income: i64) -> i64 {
    let assessment = assessed(&case.flag("resident", false).income("other", income));
    let bands = assessment
        .lines
        .iter()
        .filter(|line| line.id.starts_with("tax.slab."));
    bands.map(|line| line.amount).sum()
}

#[test]
fn each_slab_begins_above_the_end_of_the_one_before() {
    let new = [
        (400_000, 0, 50_000),
        (800_000, 20_000, 100_000),
        (1_200_000, 60_000, 150_000),
        (1_600_000, 120_000, 200_000),
        (2_000_000, 200_000, 250_000),
        (2_400_000, 300_000, 300_000),
    ];
    let old = [
        (250_000, 0, 50_000),
        (500_000, 12_500, 200_000),
        (1_000_000, 112_500, 300_000),
    ];
    for year in [2025, 2026] {
        for (regime, slabs) in [("new", &new[..]), ("old", &old[..])] {
            for (end, tax, rate) in slabs {
                let mut case = person(40, regime);
                case.input.year = year;
                for income in &mut case.input.incomes {
                    income.date = date(year, 9, 1);
                }
                let at = slab_tax(case.clone(), rupees(*end));
                let above = slab_tax(case, rupees(*end + 1_000));
                assert_eq!(at, rupees(*tax), "{year} {regime} {end}");
                assert_eq!(
                    above - at,
                    rupees(1_000) * rate / 1_000_000,
                    "{year} {regime} {end}"
                );
            }
        }
    }
}

#[test]
fn the_old_exemption_grows_at_60_and_80_for_residents() {
    let owed = |age, income| assessed(&person(age, "old").income("other", rupees(income))).owed;
    let ages = [0, 59, 60, 79, 80, 130].map(|age| owed(age, 1_000_000));
    assert_eq!(
        ages,
        [117_000, 117_000, 114_400, 114_400, 104_000, 104_000].map(rupees)
    );
}

#[test]
fn rebates_end_at_their_limits() {
    let owed = |regime, income| assessed(&person(40, regime).income("other", rupees(income))).owed;
    assert_eq!(owed("new", 1_200_000), 0);
    assert_eq!(owed("new", 1_200_004), 0, "rounded to 1,200,000");
    assert_eq!(owed("new", 1_200_005), rupees(10), "rounded to 1,200,010");
    assert_eq!(owed("old", 500_000), 0);
    assert_eq!(
        owed("old", 500_010),
        rupees(13_000),
        "a cliff: there is no marginal relief"
    );
}

#[test]
fn gains_are_long_term_after_a_day_more_than_the_months_of_the_law() {
    let other = |kind: &str, acquired| {
        let case = person(40, "new").income("other", rupees(3_000_000));
        assessed(&case.income(kind, rupees(100_000)).acquired(acquired))
    };
    for (kind, months_ago) in [
        ("listed-gain", 2024),
        ("other-gain", 2023),
        ("property-gain", 2023),
    ] {
        let short = other(kind, date(months_ago, 9, 1));
        let long = other(kind, date(months_ago, 8, 31));
        assert_eq!(short.capital_gains_tax, 0, "{kind}");
        assert_eq!(long.capital_gains_tax, rupees(13_000), "{kind}");
    }
    let equity = |acquired| amount_of(&other("equity-gain", acquired), "tax.111a");
    assert_eq!(
        [equity(date(2024, 9, 1)), equity(date(2024, 8, 31))],
        [rupees(20_000), 0]
    );
}

#[test]
fn long_term_equity_gains_are_taxed_above_125_000() {
    let tax = |gain| {
        let case = person(40, "new").income("other", rupees(3_000_000));
        let case = case
            .income("equity-gain", rupees(gain))
            .acquired(date(2020, 1, 1));
        amount_of(&assessed(&case), "tax.112a")
    };
    assert_eq!([tax(125_000), tax(125_008)], [0, rupees(1)]);
}

#[test]
fn deductions_count_up_to_their_limits() {
    let counted = |case: Case, category: &str, id: &str, amount| {
        let case = case
            .income("salary", rupees(2_000_000))
            .deduction(category, rupees(amount));
        amount_of(&assessed(&case), id)
    };
    for (age, category, id, most) in [
        (40, "section-80c", "deduction.80c", 150_000),
        (40, "nps-own", "deduction.80ccd-1b", 50_000),
        (59, "health-insurance", "deduction.80d", 25_000),
        (60, "health-insurance", "deduction.80d", 50_000),
        (60, "health-insurance-parents", "deduction.80d-parents", 25_000),
        (40, "nps-employer", "deduction.80ccd-2", 200_000),
    ] {
        for (claimed, expected) in [(0, 0), (most - 1, most - 1), (most, most), (most + 1, most)] {
            let amount = counted(person(age, "old"), category, id, claimed);
            assert_eq!(amount, rupees(expected), "{category} at {age}");
        }
        if category != "nps-employer" {
            assert_eq!(
                counted(person(age, "new"), category, id, most),
                0,
                "{category} in the new regime"
            );
        }
    }
    let parents = person(40, "old").flag("parents-senior", true);
    let amount = counted(
        parents,
        "health-insurance-parents",
        "deduction.80d-parents",
        60_000,
    );
    assert_eq!(amount, rupees(50_000));
}

#[test]
fn nothing_and_the_most_that_can_be_given_are_assessed() {
    for regime in ["new", "old"] {
        assert_eq!(assessed(&person(40, regime)).owed, 0);
        let kinds = India::country().incomes;
        let share = pfms_tax::LIMIT / i64::try_from(kinds.len()).unwrap();
        for sign in [1, -1] {
            let mut case = person(40, regime);
            for kind in kinds {
                let sign = if kind.may_be_negative { sign } else { 1 };
                case = case.income(kind.name, sign * share);
            }
            assert!(assessed(&case).owed > 0);
        }
        let beyond = person(40, regime).income("other", pfms_tax::LIMIT + 1);
        assert!(matches!(beyond.run::<India>(), Err(TaxError::OutOfRange(_))));
    }
}

#[test]
fn losses_alone_cost_nothing() {
    for regime in ["new", "old"] {
        for kind in India::country()
            .incomes
            .iter()
            .filter(|kind| kind.may_be_negative)
        {
            let assessment = assessed(&person(40, regime).income(kind.name, rupees(-1_000_000)));
            assert_eq!(
                (assessment.owed, assessment.taxable_income),
                (0, 0),
                "{}",
                kind.name
            );
            assert!(!assessment.ignored.is_empty(), "{}", kind.name);
        }
    }
}

#[test]
fn a_spouse_is_assessed_apart() {
    let partner = pfms_tax::Person::Partner;
    let alone = person(40, "old").income("salary", rupees(1_500_000));
    let both = alone.clone().income_of(partner, "salary", rupees(1_500_000));
    let both = both.deduction_of(partner, "section-80c", rupees(100_000));
    let (alone, both) = (assessed(&alone), assessed(&both));
    assert_eq!((both.owed, both.total_income), (alone.owed, alone.total_income));
    assert!(both.ignored.iter().any(|one| one.what == "partner"));
}

#[test]
fn the_description_names_everything_as_the_contract_asks() {
    let description = India::describe();
    assert!(
        description.summary.len() <= 2_000,
        "{}",
        description.summary.len()
    );
    let years: Vec<_> = description
        .years
        .iter()
        .map(|year| (year.year, year.verified))
        .collect();
    assert_eq!(years, [(2026, false), (2025, true)]);
    let names = description.profile.iter().map(|field| &field.name);
    let names = names.chain(description.incomes.iter().map(|kind| &kind.name));
    let names = names.chain(description.deductions.iter().map(|category| &category.name));
    for name in names {
        assert!(is_id(name), "{name}");
    }
    for year in [2025, 2026] {
        for parameter in India::parameters(year).unwrap() {
            assert!(is_id(&parameter.id), "{}", parameter.id);
            assert!(!parameter.source.is_empty() && !parameter.label.is_empty());
        }
    }
    let of_sale = |year| {
        let parameters = India::parameters(year).unwrap();
        let found = parameters
            .into_iter()
            .find(|one| one.id == "cost-inflation-index.of-sale");
        found.map(|one| one.value)
    };
    assert_eq!(of_sale(2025), Some(ParameterValue::Whole(376)));
    assert_eq!(of_sale(2026), None);
}
