//! What holds whatever somebody earns.

#![allow(clippy::unwrap_used)]

use pfms_tax::testing::{Case, problems};
use pfms_tax::{Assessment, TaxRules};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tax_uk::UnitedKingdom;

/// Incomes of these kinds are never negative and bring no cliff but those of the whole.
const EARNED: [&str; 4] = ["employment", "pension", "trading-profit", "property-profit"];

const POUND: i64 = 1_00;

/// Five pennies in a hundred pounds: taxes, reductions and contributions are rounded apart.
const ROUNDING: i64 = 500;

fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(0),
        0..300_i64 * 1000 * POUND,
        // Around the ends of bands.
        select(vec![1_000, 12_570, 50_270, 60_000, 80_000, 100_000, 125_140])
            .prop_flat_map(|pounds: i64| (pounds * POUND - 300)..(pounds * POUND + 300)),
        0..1_000_000_000_i64 * POUND,
    ]
}

prop_compose! {
    fn plain()(
        year in select(vec![2025, 2026]),
        region in select(vec!["ENG", "NIR", "SCT", "WLS"]),
        incomes in vec((select(&EARNED[..]), amounts()), 0..4),
        dividends in amounts(),
        pension in 0..60_000_i64 * POUND,
        gift in 0..10_000_i64 * POUND,
        costs in prop_oneof![Just(0), 0..30_000_i64 * POUND],
        old in any::<bool>(),
    ) -> Case {
        let mut case = Case::new::<UnitedKingdom>(year).region(region).flag("over-state-pension-age", old);
        for (kind, amount) in incomes {
            case = case.income(kind, amount);
        }
        case.income("dividends", dividends)
            .deduction("pension-relief-at-source", pension)
            .deduction("gift-aid", gift)
            .deduction("residential-finance-costs", costs)
    }
}

prop_compose! {
    fn any_case()(
        case in plain(),
        interest in amounts(),
        gains in vec(-200_000_i64 * POUND..2_000_000 * POUND, 0..4),
        business in prop_oneof![Just(0), amounts()],
        losses in prop_oneof![Just(0), amounts()],
        receipts in prop_oneof![Just(0), 0..5_000_i64 * POUND],
        expenses in prop_oneof![Just(0), 0..5_000_i64 * POUND],
        profit in prop_oneof![Just(0), -50_000_i64 * POUND..50_000 * POUND],
        net_pay in prop_oneof![Just(0), 0..60_000_i64 * POUND],
        children in 0..5_i64,
        marriage in select(vec!["none", "receives", "gives"]),
        loan in select(vec!["none", "plan-1", "plan-2", "plan-4", "plan-5"]),
        postgraduate in any::<bool>(),
    ) -> Case {
        let mut case = case
            .income("savings-interest", interest)
            .income("business-gain", business)
            .income("property-receipts", receipts)
            .income("trading-receipts", receipts)
            .income("trading-profit", profit)
            .deduction("trading-expenses", expenses)
            .deduction("property-expenses", expenses)
            .deduction("pension-net-pay", net_pay)
            .deduction("capital-losses-brought-forward", losses)
            .whole("child-benefit-children", children)
            .choice("marriage-allowance", marriage)
            .choice("student-loan", loan)
            .flag("postgraduate-loan", postgraduate);
        for gain in gains {
            case = case.income("capital-gain", gain);
        }
        case
    }
}

fn assess(case: &Case) -> Assessment {
    case.run::<UnitedKingdom>().unwrap()
}

fn in_scotland(case: &Case) -> bool {
    case.input.region.as_deref() == Some("SCT")
}

/// What finance costs may save beyond the tax on each million of more income: they count at the basic rate of 20 %
/// everywhere (ITTOIA 2005, s. 274AA), and Scotland's starter rate takes 19 %.
fn saved_beyond(case: &Case) -> i64 {
    if in_scotland(case) { 10_000 } else { 0 }
}

/// What a thousand more may cost at most. In Scotland more than that: where the allowance tapers and gifts widen the
/// bands, the higher rate of 42 % falls on one and a half of each pound, which pushes as much in dividends from the
/// ordinary to the upper rate, 25 % above, and insurance takes 8 % of pay.
fn dearest(case: &Case) -> i64 {
    if in_scotland(case) { 630 + 375 + 80 } else { 1_000 }
}

/// What a pound more may cost beyond that because the allowance tapers by whole pounds.
fn whole_pounds(case: &Case) -> i64 {
    if in_scotland(case) { POUND } else { 0 }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn lines_are_whole_and_explained(case in any_case()) {
        let assessment = assess(&case);
        let found = problems::<UnitedKingdom>(case.input.year, &assessment);
        prop_assert!(found.is_empty(), "{found:?}");
        prop_assert!(assessment.owed >= 0);
        prop_assert!(assessment.contributions >= 0 && assessment.capital_gains_tax >= 0);
        prop_assert_eq!(
            assessment.total_income - assessment.total_deductions,
            assessment.taxable_income
        );
        prop_assert!(assessment.lines.iter().all(|line| line.amount >= 0 || line.id == "total.balance"));
    }

    #[test]
    fn more_income_never_owes_less(case in any_case(), kind in select(&EARNED[..]), more in 1..100_000_i64 * POUND) {
        // Who may not give the marriage allowance any more keeps it.
        let case = case.choice("marriage-allowance", "receives");
        // The starter band is narrower than £4,000.
        let saved = saved_beyond(&case) * more.min(4_000 * POUND) / 1_000_000;
        // A profit after expenses takes the allowance of receipts away, which a profit of zero shows as well.
        let before = assess(&case.clone().income(kind, 0)).owed;
        let after = assess(&case.income(kind, more)).owed;
        // Tax and reductions are rounded apart.
        prop_assert!(after >= before - saved - 5, "{before} to {after}");
    }

    #[test]
    fn a_pound_more_costs_no_more_than_a_pound(case in plain(), kind in select(&EARNED[..]), pounds in 1..500_i64) {
        let before = assess(&case.clone().income(kind, 0)).owed;
        let after = assess(&case.clone().income(kind, pounds * POUND)).owed;
        let most = pounds * POUND * dearest(&case) / 1_000 + whole_pounds(&case) + 5;
        prop_assert!(after - before <= most, "{before} to {after} for {pounds}");
    }

    #[test]
    fn cliffs_are_no_higher_than_documented(case in any_case(), pounds in 1..200_i64) {
        let kind = "pension";
        let children = case.clone();
        let before = assess(&children).owed;
        let after = assess(&case.income(kind, pounds * POUND)).owed;
        // Marriage allowance 252, savings allowance 200, unearned income of loans 300, whole pounds of two loans,
        // and one or two per cent of child benefit for four children.
        let cliffs = 252_00 + 200_00 + 300_00 + 2_00 + 85_00;
        prop_assert!(after - before <= pounds * POUND + cliffs, "{before} to {after} for {pounds}");
    }

    #[test]
    fn without_a_cliff_the_marginal_rate_is_at_most_all_of_it(case in plain()) {
        let assessment = assess(&case);
        // The step is of £100.
        let most = dearest(&case) * 1_000 + whole_pounds(&case) * 100;
        let least = -saved_beyond(&case);
        prop_assert!(
            (least - ROUNDING..=most + ROUNDING).contains(&assessment.marginal_rate),
            "{}",
            assessment.marginal_rate
        );
    }

    #[test]
    fn the_same_input_gives_the_same_answer(case in any_case()) {
        prop_assert_eq!(assess(&case), assess(&case));
    }
}

#[test]
fn finance_costs_save_more_in_scotland_than_the_starter_rate_takes() {
    let case = Case::new::<UnitedKingdom>(2025)
        .region("SCT")
        .income("property-profit", 12_560_30)
        .income("dividends", 510_39)
        .deduction("residential-finance-costs", 90_25);
    // £90.30 more than the allowance cost £17.15, and dividends 90p; the costs take £18.05 from that.
    assert_eq!(assess(&case).owed, 6);
    assert_eq!(assess(&case.income("property-profit", 100_00)).owed, 0);
}

#[test]
fn the_description_fits_the_contract() {
    let description = UnitedKingdom::describe();
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
    assert!(
        description
            .profile
            .iter()
            .all(|field| field.default_value.is_some())
    );
    for year in [2025, 2026] {
        assert!(!UnitedKingdom::parameters(year).unwrap().is_empty());
    }
    assert!(UnitedKingdom::parameters(2024).is_err());
}

#[test]
fn amounts_beyond_the_limit_are_refused_and_those_at_it_are_worked_out() {
    let at = Case::new::<UnitedKingdom>(2026)
        .region("SCT")
        .income("employment", pfms_tax::LIMIT);
    assert!(at.run::<UnitedKingdom>().unwrap().owed > 0);
    let beyond = at.income("pension", 1);
    assert!(beyond.run::<UnitedKingdom>().is_err());
}

#[test]
fn a_partner_leaves_no_trace() {
    let alone = Case::new::<UnitedKingdom>(2025)
        .region("ENG")
        .income("employment", 30_000_00);
    let mut with_partner = alone
        .clone()
        .income_of(pfms_tax::Person::Partner, "employment", 90_000_00);
    with_partner.input.incomes[1].withheld = 25_000_00;
    let (alone, with_partner) = (assess(&alone), assess(&with_partner));
    assert_eq!(
        (alone.owed, alone.paid, &alone.lines),
        (with_partner.owed, with_partner.paid, &with_partner.lines)
    );
    assert_eq!(with_partner.ignored.len(), 1);
}
