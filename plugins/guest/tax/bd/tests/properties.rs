//! What holds for everybody.
// Amounts are in hundredths: their last two digits stand apart.
#![allow(clippy::unwrap_used, clippy::inconsistent_digit_grouping)]

use pfms_tax::testing::{Case, amount_of, problems};
use pfms_tax::{Assessment, Date, TaxRules, date};
use proptest::prelude::*;
use tax_bd::Bangladesh;

/// Whole taka, before and after.
const ROUNDING: i64 = 1_00;

fn taka(most: i64) -> impl Strategy<Value = i64> {
    // Small and large amounts alike: thresholds lie at both ends.
    prop_oneof![Just(0), 0..=most / 100, 0..=most]
}

fn bought() -> impl Strategy<Value = Option<Date>> {
    prop_oneof![
        Just(None),
        (1995_u16..=2024, 1_u8..=8, 1_u8..=28).prop_map(|(year, month, day)| Some(date(year, month, day))),
    ]
}

fn anybody() -> impl Strategy<Value = Case> {
    let profile = (
        2024_u16..=2025,
        0_i64..=100,
        prop_oneof![Just("male"), Just("female"), Just("third-gender")],
        prop_oneof![
            Just("resident"),
            Just("non-resident-bangladeshi"),
            Just("non-resident")
        ],
        any::<(bool, bool, bool)>(),
        0_i64..=3,
    );
    let wealth = (
        taka(1_000_000_000_00),
        prop::collection::vec(1_i64..=5_000, 0..4),
        0_i64..=10_000,
    );
    let kinds: Vec<_> = Bangladesh::country().incomes.to_vec();
    let income = (
        prop::sample::select(kinds),
        taka(20_000_000_00),
        any::<bool>(),
        bought(),
    );
    let categories: Vec<_> = Bangladesh::country()
        .deductions
        .iter()
        .map(|one| one.name)
        .collect();
    let deduction = (prop::sample::select(categories), taka(2_000_000_00));
    let incomes = prop::collection::vec(income, 0..6);
    let deductions = prop::collection::vec(deduction, 0..4);
    (profile, wealth, incomes, deductions).prop_map(|(profile, wealth, incomes, deductions)| {
        let (year, age, gender, residence, (disabled, is_new, sponsor), children) = profile;
        let mut case = Case::new::<Bangladesh>(year)
            .whole("age", age)
            .choice("gender", gender)
            .choice("residence", residence)
            .flag("disabled", disabled)
            .flag("new-taxpayer", is_new)
            .flag("sponsor", sponsor)
            .whole("disabled-children", children);
        case = if year == 2024 {
            case.choice("area", "dhaka-chattogram")
        } else {
            let (net, cars, area) = wealth;
            case.amount("net-wealth", net)
                .wholes("cars", &cars)
                .whole("house-area", area)
        };
        for (kind, amount, is_loss, bought) in incomes {
            let sign = if is_loss && kind.may_be_negative { -1 } else { 1 };
            case = case.income(kind.name, sign * amount);
            if let (Some(bought), true) = (bought, kind.has_holding_period) {
                case = case.acquired(bought);
            }
        }
        for (category, amount) in deductions {
            case = case.deduction(category, amount);
        }
        case
    })
}

fn assessed(case: &Case) -> Assessment {
    case.run::<Bangladesh>().unwrap()
}

/// Whether the tax-free threshold lies between.
fn is_cliff(before: &Assessment, after: &Assessment) -> bool {
    let threshold = amount_of(after, "taxable.threshold");
    threshold > 0 && before.taxable_income <= threshold && threshold < after.taxable_income
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_sum_to_what_is_owed_and_nobody_is_paid(case in anybody()) {
        let assessment = assessed(&case);
        prop_assert_eq!(problems::<Bangladesh>(case.input.year, &assessment), Vec::<String>::new());
        prop_assert!(assessment.owed >= 0);
        prop_assert_eq!(assessment.owed % 1_00, 0);
        prop_assert!(assessment.capital_gains_tax >= 0);
        prop_assert!(assessment.capital_gains_tax <= assessment.owed + ROUNDING);
        prop_assert_eq!(assessment.contributions, 0);
    }

    #[test]
    fn more_income_never_lowers_the_tax_nor_costs_more_than_itself(
        case in anybody(),
        kind in prop_oneof![Just("salary"), Just("other"), Just("interest"), Just("dividends")],
        more in prop_oneof![1_i64..=1_000_00, 1_i64..=1_000_000_00],
    ) {
        let before = assessed(&case);
        let after = assessed(&case.clone().income(kind, more));
        prop_assert!(after.owed >= before.owed, "{} then {}", before.owed, after.owed);
        let cost = after.owed - before.owed;
        prop_assert!(is_cliff(&before, &after) || cost <= more + ROUNDING, "{cost} for {more}");
    }

    #[test]
    fn the_cliff_is_the_minimum_tax(more in 1_i64..=40_000_00) {
        let at = Case::new::<Bangladesh>(2025).whole("age", 40).income("other", 400_000_00);
        let above = assessed(&at.clone().income("other", more));
        prop_assert_eq!(assessed(&at).owed, 0);
        prop_assert_eq!(above.owed, 5_000_00);
    }

    #[test]
    fn investing_never_raises_the_tax(case in anybody(), more in 1_i64..=1_000_000_00) {
        let after = assessed(&case.clone().deduction("listed-shares", more));
        prop_assert!(after.owed <= assessed(&case).owed);
    }

    #[test]
    fn the_order_of_what_is_given_does_not_matter(case in anybody()) {
        let mut reversed = case.clone();
        reversed.input.incomes.reverse();
        reversed.input.deductions.reverse();
        prop_assert_eq!(assessed(&case), assessed(&reversed));
    }
}
