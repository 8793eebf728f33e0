//! What holds for everybody.
// Amounts are in hundredths: their last two digits stand apart.
#![allow(clippy::unwrap_used, clippy::inconsistent_digit_grouping)]

use pfms_tax::testing::{Case, amount_of, problems};
use pfms_tax::{Assessment, Date, TaxRules, date};
use proptest::prelude::*;
use tax_in::India;

/// A rupee and what marginal relief lets cess put on top of it, in per cent.
const MOST_PERCENT: i64 = 104;
/// Income and tax are each rounded to ten rupees, before and after.
const ROUNDING: i64 = 30_00;

fn rupees(most: i64) -> impl Strategy<Value = i64> {
    // Small and large amounts alike: thresholds lie at both ends.
    prop_oneof![Just(0), 0..=most / 100, 0..=most].prop_map(|rupees| rupees * 100)
}

fn bought() -> impl Strategy<Value = Option<Date>> {
    prop_oneof![
        Just(None),
        (1995_u16..=2025, 1_u8..=8, 1_u8..=28).prop_map(|(year, month, day)| Some(date(year, month, day))),
    ]
}

fn anybody() -> impl Strategy<Value = Case> {
    let profile = (
        prop_oneof![Just("new"), Just("old")],
        0_i64..=100,
        any::<bool>(),
        any::<bool>(),
        2025_u16..=2026,
    );
    let kinds: Vec<_> = India::country().incomes.to_vec();
    let income = (
        prop::sample::select(kinds),
        rupees(80_000_000),
        any::<bool>(),
        bought(),
    );
    let categories: Vec<_> = India::country()
        .deductions
        .iter()
        .map(|category| category.name)
        .collect();
    let deduction = (prop::sample::select(categories), rupees(1_000_000));
    let incomes = prop::collection::vec(income, 0..6);
    let deductions = prop::collection::vec(deduction, 0..5);
    (profile, incomes, deductions).prop_map(
        |((regime, age, resident, government, year), incomes, deductions)| {
            let mut case = Case::new::<India>(year)
                .choice("regime", regime)
                .whole("age", age)
                .flag("resident", resident)
                .flag("government-employee", government);
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
        },
    )
}

fn is_old(case: &Case) -> bool {
    let value = pfms_tax::FieldValue::Choice("old".to_owned());
    case.input.profile.iter().any(|entry| entry.value == value)
}

fn assessed(case: &Case) -> Assessment {
    case.run::<India>().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_sum_to_what_is_owed_and_nobody_is_paid(case in anybody()) {
        let assessment = assessed(&case);
        prop_assert_eq!(problems::<India>(case.input.year, &assessment), Vec::<String>::new());
        prop_assert!(assessment.owed >= 0);
        prop_assert_eq!(assessment.owed % 10_00, 0);
        prop_assert_eq!(assessment.taxable_income % 10_00, 0);
        prop_assert!(assessment.capital_gains_tax >= 0);
        prop_assert!(assessment.capital_gains_tax <= assessment.owed + ROUNDING);
        prop_assert_eq!(assessment.contributions, 0);
    }

    #[test]
    fn more_income_never_lowers_the_tax_nor_costs_more_than_itself(
        case in anybody(),
        kind in prop_oneof![Just("salary"), Just("other"), Just("deposit-interest")],
        more in prop_oneof![1_i64..=100, 1_i64..=100_000],
    ) {
        // A larger salary lets more of an employer's contributions count, beside the standard deduction.
        let has_employer = case.input.deductions.iter().any(|one| one.category == "nps-employer");
        let kind = if has_employer { "other" } else { kind };
        let more = more * 10_00;
        let before = assessed(&case);
        let after = assessed(&case.clone().income(kind, more));
        prop_assert!(after.owed >= before.owed, "{} then {}", before.owed, after.owed);
        let limit = 500_000_00;
        let is_cliff = is_old(&case) && before.taxable_income <= limit && limit < after.taxable_income;
        let cost = after.owed - before.owed;
        prop_assert!(is_cliff || cost <= more * MOST_PERCENT / 100 + ROUNDING, "{cost} for {more}");
    }

    #[test]
    fn the_cliff_is_the_rebate(more in 1_i64..=1_000) {
        let at = Case::new::<India>(2025).choice("regime", "old").whole("age", 40).income("other", 500_000_00);
        let above = assessed(&at.clone().income("other", more * 10_00));
        prop_assert_eq!(assessed(&at).owed, 0);
        let without_rebate = 13_000_00;
        prop_assert!(above.owed >= without_rebate && above.owed <= without_rebate + more * 10_00);
    }

    #[test]
    fn each_regime_tells_what_the_other_costs(case in anybody()) {
        let other = if is_old(&case) { "new" } else { "old" };
        let told = amount_of(&assessed(&case), "total.other-regime");
        prop_assert_eq!(told, assessed(&case.choice("regime", other)).owed);
    }

    #[test]
    fn the_order_of_what_is_given_does_not_matter(case in anybody()) {
        let mut reversed = case.clone();
        reversed.input.incomes.reverse();
        reversed.input.deductions.reverse();
        prop_assert_eq!(assessed(&case), assessed(&reversed));
    }
}
