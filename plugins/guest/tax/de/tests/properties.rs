//! What holds whatever somebody earns.

#![allow(clippy::unwrap_used)]

use pfms_tax::testing::{Case, amount_of, problems};
use pfms_tax::{Assessment, Person, TaxRules};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tax_de::Germany;

const EURO: i64 = 1_00;

const DEDUCTIONS: [&str; 6] = [
    "work-expenses",
    "childcare",
    "special-expenses",
    "basic-pension",
    "basic-health",
    "other-insurance",
];

/// Tax is in whole euros, twice those for couples, and provision too; child benefit is chosen on such sums.
const ROUNDING: i64 = 5 * EURO;

fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(0),
        0..150_000_i64 * EURO,
        // Around the ends of zones and ceilings.
        select(vec![
            12_096, 17_443, 66_150, 68_480, 73_481, 96_600, 101_400, 277_825
        ])
        .prop_flat_map(|euros: i64| (euros * EURO - 300)..(euros * EURO + 300)),
        0..1_000_000_000_i64 * EURO,
    ]
}

fn person() -> impl Strategy<Value = Person> {
    select(vec![Person::Taxpayer, Person::Partner])
}

prop_compose! {
    fn any_case()(
        year in select(vec![2025, 2026]),
        status in select(vec!["single", "joint"]),
        incomes in vec((person(), select(vec!["wages", "other-income", "capital-income"]), amounts()), 0..4),
        profits in vec((person(), select(vec!["self-employment", "rental"]), -80_000 * EURO..200_000 * EURO), 0..3),
        gains in vec((select(vec!["share-gains", "other-capital-gains"]), -50_000 * EURO..50_000 * EURO), 0..3),
        deductions in vec((person(), select(&DEDUCTIONS[..]), 0..20_000 * EURO), 0..4),
        children in 0..5_i64,
        share in select(vec!["half", "full"]),
        insurance in select(vec!["statutory", "private-health", "none"]),
        flags in any::<[bool; 4]>(),
        supplement in prop_oneof![Just(0), 100..500_i64],
    ) -> Case {
        let mut case = Case::new::<Germany>(year)
            .choice("filing-status", status)
            .whole("children", children)
            .whole("childcare-children", children)
            .choice("child-allowance", share)
            .choice("social-insurance", insurance)
            .flag("single-parent", flags[0])
            .flag("parent", flags[1])
            .flag("under-23", flags[2])
            .flag("partner-parent", flags[3])
            .whole("health-supplement", supplement);
        for (person, kind, amount) in incomes.into_iter().chain(profits) {
            case = case.income_of(person, kind, amount);
        }
        for (kind, amount) in gains {
            case = case.income(kind, amount);
        }
        for (person, category, amount) in deductions {
            case = case.deduction_of(person, category, amount);
        }
        case
    }
}

fn assess(case: &Case) -> Assessment {
    case.run::<Germany>().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn lines_are_whole_and_explained(case in any_case()) {
        let assessment = assess(&case);
        let found = problems::<Germany>(case.input.year, &assessment);
        prop_assert!(found.is_empty(), "{found:?}");
        prop_assert!(assessment.owed >= 0);
        prop_assert!(assessment.contributions >= 0 && assessment.capital_gains_tax >= 0);
        prop_assert_eq!(
            assessment.total_income - assessment.total_deductions,
            assessment.taxable_income
        );
    }

    #[test]
    fn more_income_never_owes_less(
        case in any_case(),
        kind in select(vec!["wages", "other-income", "self-employment", "rental", "capital-income", "share-gains"]),
        more in 1..100_000_i64 * EURO,
    ) {
        let before = assess(&case).owed;
        let after = assess(&case.income(kind, more)).owed;
        prop_assert!(after >= before - ROUNDING, "{before} to {after}");
    }

    #[test]
    fn a_euro_more_costs_no_more_than_a_euro(
        case in any_case(),
        kind in select(vec!["wages", "other-income", "self-employment", "rental", "capital-income", "share-gains"]),
        euros in 1..1_000_i64,
    ) {
        let before = assess(&case).owed;
        let after = assess(&case.income(kind, euros * EURO)).owed;
        prop_assert!(after - before <= euros * EURO + ROUNDING, "{before} to {after} for {euros}");
    }

    #[test]
    fn the_marginal_rate_is_at_most_all_of_it(case in any_case()) {
        let rate = assess(&case).marginal_rate;
        let rounding = ROUNDING * 100;
        prop_assert!((-rounding..=1_000_000).contains(&rate), "{rate}");
    }

    // The surcharge is left out: who is alone and below its exempt amount may owe less of it than a couple does.
    #[test]
    fn a_couple_owes_no_more_income_tax_than_two_who_are_alone(
        first in amounts(),
        second in amounts(),
        year in select(vec![2025, 2026]),
    ) {
        let tax = |case: &Case| amount_of(&assess(case), "tax.tariff");
        let of = |status, income| Case::new::<Germany>(year).choice("filing-status", status).income("other-income", income);
        let alone = tax(&of("single", first)) + tax(&of("single", second));
        let together = tax(&of("joint", first).income_of(Person::Partner, "other-income", second));
        prop_assert!(together <= alone + ROUNDING, "{together} together, {alone} alone");
    }

    #[test]
    fn the_same_input_gives_the_same_answer(case in any_case()) {
        prop_assert_eq!(assess(&case), assess(&case));
    }
}

#[test]
fn the_description_fits_the_contract() {
    let description = Germany::describe();
    assert!(
        description.summary.chars().count() <= 2_000,
        "{}",
        description.summary.len()
    );
    assert_eq!(
        description.years.iter().map(|year| year.year).collect::<Vec<_>>(),
        [2026, 2025]
    );
    assert!(description.years.iter().all(|year| year.verified));
    let required: Vec<_> = description
        .profile
        .iter()
        .filter(|field| field.default_value.is_none())
        .collect();
    assert_eq!(required.len(), 1);
    assert_eq!(required[0].name, "filing-status");
    assert!(Germany::parameters(2024).is_err());
}

#[test]
fn amounts_at_the_limit_are_worked_out() {
    for status in ["single", "joint"] {
        let case = Case::new::<Germany>(2026)
            .choice("filing-status", status)
            .income("wages", pfms_tax::LIMIT);
        assert!(assess(&case).owed > 0);
        assert!(case.income("rental", -1).run::<Germany>().is_err());
    }
}
