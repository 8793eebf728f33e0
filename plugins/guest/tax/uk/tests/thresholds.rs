//! Both sides of every threshold that the worked cases do not show. Expected amounts are in pennies.

#![allow(clippy::unwrap_used)]

use pfms_tax::testing::{Case, amount_of};
use tax_uk::UnitedKingdom;

const POUND: i64 = 1_00;

/// A year in a region, with a pension, on which no contributions are due.
fn pensioner(year: u16, region: &str, pounds: i64) -> Case {
    Case::new::<UnitedKingdom>(year)
        .region(region)
        .income("pension", pounds * POUND)
}

fn owed(case: &Case) -> i64 {
    case.run::<UnitedKingdom>().unwrap().owed
}

/// What a pound more of something costs, at an amount of it and a pound above.
fn next_pounds(case: &Case, kind: &str, pounds: i64) -> [i64; 2] {
    let at = |pounds: i64| owed(&case.clone().income(kind, pounds * POUND));
    [at(pounds) - at(pounds - 1), at(pounds + 1) - at(pounds)]
}

#[test]
fn scottish_bands_of_the_second_year_end_where_they_end() {
    let none = Case::new::<UnitedKingdom>(2026).region("SCT");
    for (end, within, above) in [
        (3_967, 19, 20),
        (16_956, 20, 21),
        (31_092, 21, 42),
        (62_430, 42, 45),
    ] {
        assert_eq!(
            next_pounds(&none, "pension", 12_570 + end),
            [within, above],
            "{end}"
        );
    }
    // The pound at 125,140 takes the last pound of the allowance with it.
    assert_eq!(next_pounds(&none, "pension", 125_140), [2 * 45, 48]);
}

#[test]
fn dividends_above_the_allowance_are_taxed_by_year() {
    for (year, rates) in [(2025, [8_75, 33_75, 39_35]), (2026, [10_75, 35_75, 39_35])] {
        for (pension, rate) in [(12_570, rates[0]), (60_000, rates[1]), (140_000, rates[2])] {
            let case = pensioner(year, "ENG", pension);
            let tax = |pounds: i64| {
                amount_of(
                    &case
                        .clone()
                        .income("dividends", pounds * POUND)
                        .run::<UnitedKingdom>()
                        .unwrap(),
                    "tax.dividends.nil",
                ) - 500 * POUND
                    + owed(&case.clone().income("dividends", pounds * POUND))
                    - owed(&case)
            };
            assert_eq!(tax(500), 0);
            assert_eq!(tax(600), rate, "{year} {pension}");
        }
    }
}

#[test]
fn the_savings_allowance_is_halved_and_ended_by_a_pound() {
    let interest = |pension: i64, interest: i64| {
        let with = pensioner(2025, "ENG", pension).income("savings-interest", interest * POUND);
        owed(&with) - owed(&pensioner(2025, "ENG", pension))
    };
    // Taxable income of 37,700 and of 37,701.
    assert_eq!(interest(49_270, 1_000), 0);
    assert_eq!(interest(49_271, 1_000), 500 * 20);
    // 500 of interest at the higher rate, and the 501st pound.
    assert_eq!(interest(60_000, 500), 0);
    assert_eq!(interest(60_000, 501), 40);
    // Taxable income of 125,140 and of 125,141.
    assert_eq!(
        interest(124_640, 500) - interest(124_640, 0),
        (500 * 40 + 250 * 40) - 500 * 40
    );
    assert_eq!(interest(125_140, 1), 45);
}

#[test]
fn the_savings_allowance_of_scotland_goes_by_the_bands_of_the_united_kingdom() {
    // At the Scottish higher rate already, but below 37,700.
    let case = pensioner(2025, "SCT", 45_000);
    assert_eq!(
        owed(&case.clone().income("savings-interest", 1_000 * POUND)),
        owed(&case)
    );
}

#[test]
fn gains_fill_the_basic_rate_band_to_its_end() {
    let case = pensioner(2025, "ENG", 30_000);
    // 20,270 of the band are left, and 3,000 are exempt.
    assert_eq!(next_pounds(&case, "capital-gain", 23_270), [18, 24]);
}

#[test]
fn the_relief_of_a_business_ends_at_a_million() {
    let case = pensioner(2025, "ENG", 60_000)
        .amount("business-relief-used", 0)
        .income("capital-gain", 3_000 * POUND);
    assert_eq!(next_pounds(&case, "business-gain", 1_000_000), [14, 24]);
    let used = case.amount("business-relief-used", 999_000 * POUND);
    assert_eq!(next_pounds(&used, "business-gain", 1_000), [14, 24]);
}

#[test]
fn contributions_begin_and_fall_where_the_law_says() {
    let none = Case::new::<UnitedKingdom>(2026)
        .region("ENG")
        .income("pension", 20_000 * POUND);
    assert_eq!(next_pounds(&none, "employment", 12_570), [20, 28]);
    assert_eq!(next_pounds(&none, "trading-profit", 12_570), [20, 26]);
    let rich = Case::new::<UnitedKingdom>(2026)
        .region("ENG")
        .income("pension", 200_000 * POUND);
    assert_eq!(next_pounds(&rich, "employment", 50_270), [53, 47]);
    assert_eq!(next_pounds(&rich, "trading-profit", 50_270), [51, 47]);
}

#[test]
fn loans_are_repaid_above_their_thresholds() {
    for (year, plans) in [
        (
            2025,
            &[("plan-1", 26_065), ("plan-2", 28_470), ("plan-4", 32_745)][..],
        ),
        (
            2026,
            &[
                ("plan-1", 26_900),
                ("plan-2", 29_385),
                ("plan-4", 33_795),
                ("plan-5", 25_000),
            ],
        ),
    ] {
        for (plan, threshold) in plans {
            let repaid = |pounds: i64| {
                let case = pensioner(year, "ENG", pounds).choice("student-loan", plan);
                amount_of(&case.run::<UnitedKingdom>().unwrap(), "surcharge.student-loan")
            };
            // 9 % of eleven pounds is less than a pound.
            assert_eq!(
                [repaid(*threshold), repaid(threshold + 11), repaid(threshold + 12)],
                [0, 0, POUND],
                "{plan}"
            );
        }
        let repaid = |pounds: i64| {
            let case = pensioner(year, "ENG", pounds).flag("postgraduate-loan", true);
            amount_of(
                &case.run::<UnitedKingdom>().unwrap(),
                "surcharge.postgraduate-loan",
            )
        };
        assert_eq!([repaid(21_000), repaid(21_016), repaid(21_017)], [0, 0, POUND]);
    }
}

#[test]
fn the_charge_on_child_benefit_grows_by_whole_steps() {
    let charge = |pounds: i64| {
        let case = pensioner(2026, "ENG", pounds).whole("child-benefit-children", 3);
        amount_of(&case.run::<UnitedKingdom>().unwrap(), "surcharge.child-benefit")
    };
    // (27.05 + 2 x 17.90) x 52 = 3,268.20.
    let expected = [0, 0, 32, 32, 65, 3_235, 3_268, 3_268].map(|pounds: i64| pounds * POUND);
    let incomes = [60_000, 60_199, 60_200, 60_399, 60_400, 79_999, 80_000, 80_200];
    assert_eq!(incomes.map(charge), expected);
}

#[test]
fn the_marriage_allowance_ends_with_the_band() {
    let credit = |region, pounds: i64| {
        let case = pensioner(2025, region, pounds).choice("marriage-allowance", "receives");
        amount_of(&case.run::<UnitedKingdom>().unwrap(), "credit.marriage-allowance")
    };
    assert_eq!([credit("ENG", 50_270), credit("ENG", 50_271)], [252_00, 0]);
    assert_eq!([credit("SCT", 43_662), credit("SCT", 43_663)], [252_00, 0]);
    let given = |pounds: i64| {
        let case = pensioner(2025, "ENG", pounds).choice("marriage-allowance", "gives");
        amount_of(
            &case.run::<UnitedKingdom>().unwrap(),
            "deduction.personal-allowance",
        )
    };
    // With 11,310 of allowance the basic rate ends at 49,010.
    assert_eq!([given(49_010), given(49_011)], [11_310_00, 12_570_00]);
}
