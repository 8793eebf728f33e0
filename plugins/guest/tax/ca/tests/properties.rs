//! What holds for everybody.
// Amounts are in hundredths: their last two digits stand apart.
#![allow(clippy::unwrap_used, clippy::inconsistent_digit_grouping)]

use pfms_tax::testing::{Case, problems};
use pfms_tax::{Assessment, TaxRules};
use proptest::prelude::*;
use tax_ca::Canada;

/// Lines that are each rounded to the cent.
const ROUNDING: i64 = 10;

fn dollars(most: i64) -> impl Strategy<Value = i64> {
    // Small and large amounts alike: thresholds lie at both ends.
    prop_oneof![Just(0), 0..=most / 50, 0..=most]
}

fn anybody() -> impl Strategy<Value = Case> {
    let profile = (0_i64..=100, any::<(bool, bool, bool)>(), dollars(50_000_00));
    let kinds: Vec<_> = Canada::country().incomes.to_vec();
    let income = (prop::sample::select(kinds), dollars(1_000_000_00), any::<bool>());
    let categories: Vec<_> = Canada::country().deductions.iter().map(|one| one.name).collect();
    let deduction = (prop::sample::select(categories), dollars(100_000_00));
    let incomes = prop::collection::vec(income, 0..6);
    let deductions = prop::collection::vec(deduction, 0..4);
    (profile, incomes, deductions).prop_map(|(profile, incomes, deductions)| {
        let (age, (disabled, spouse, contributes), of_spouse) = profile;
        let mut case = Case::new::<Canada>(2025)
            .whole("age", age)
            .flag("disability-amount", disabled)
            .flag("spouse", spouse)
            .flag("pension-plan", contributes)
            .amount("spouse-net-income", of_spouse);
        for (kind, amount, is_loss) in incomes {
            let sign = if is_loss && kind.may_be_negative { -1 } else { 1 };
            case = case.income(kind.name, sign * amount);
        }
        for (category, amount) in deductions {
            case = case.deduction(category, amount);
        }
        case
    })
}

fn assessed(case: &Case) -> Assessment {
    case.run::<Canada>().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_sum_to_what_is_owed_and_nobody_is_paid(case in anybody()) {
        let assessment = assessed(&case);
        prop_assert_eq!(problems::<Canada>(2025, &assessment), Vec::<String>::new());
        prop_assert!(assessment.owed >= assessment.contributions);
        prop_assert!(assessment.contributions >= 0);
    }

    #[test]
    fn more_income_never_lowers_the_tax_nor_costs_more_than_itself(
        case in anybody(),
        kind in prop_oneof![Just("employment"), Just("other"), Just("capital-gain"), Just("interest")],
        more in prop_oneof![1_i64..=1_000_00, 1_i64..=100_000_00],
    ) {
        let before = assessed(&case);
        let after = assessed(&case.clone().income(kind, more));
        prop_assert!(after.owed >= before.owed - ROUNDING, "{} then {}", before.owed, after.owed);
        let cost = after.owed - before.owed;
        prop_assert!(cost <= more + ROUNDING, "{cost} for {more}");
    }

    #[test]
    fn the_order_of_what_is_given_does_not_matter(case in anybody()) {
        let mut reversed = case.clone();
        reversed.input.incomes.reverse();
        reversed.input.deductions.reverse();
        prop_assert_eq!(assessed(&case), assessed(&reversed));
    }
}
