//! Both sides of every threshold that the worked cases do not show.

#![allow(clippy::unwrap_used)]

use pfms_tax::testing::{Case, amount_of};
use pfms_tax::{Assessment, Person};
use tax_de::Germany;

const EURO: i64 = 1_00;

fn single(year: u16) -> Case {
    Case::new::<Germany>(year).choice("filing-status", "single")
}

fn assess(case: &Case) -> Assessment {
    case.run::<Germany>().unwrap()
}

fn line(case: &Case, id: &str) -> i64 {
    amount_of(&assess(case), id)
}

#[test]
fn contributions_end_at_their_ceilings() {
    for (year, pension, health) in [(2025, 96_600, 66_150), (2026, 101_400, 69_750)] {
        let at = |euros: i64, id: &str| line(&single(year).income("wages", euros * EURO), id);
        for (ceiling, id) in [
            (pension, "contribution.pension.taxpayer"),
            (pension, "contribution.unemployment.taxpayer"),
            (health, "contribution.health.taxpayer"),
            (health, "contribution.care.taxpayer"),
        ] {
            assert!(at(ceiling - 100, id) < at(ceiling, id), "{id} {year}");
            assert_eq!(at(ceiling, id), at(ceiling + 100, id), "{id} {year}");
        }
    }
}

#[test]
fn the_lump_sum_of_employees_gives_way_to_a_cent_more() {
    let expenses = |cents: i64| {
        let case = single(2025)
            .income("wages", 50_000 * EURO)
            .deduction("work-expenses", cents);
        line(&case, "adjustment.work-expenses.taxpayer")
    };
    assert_eq!(
        [1_229_99, 1_230_00, 1_230_01].map(expenses),
        [1_230_00, 1_230_00, 1_230_01]
    );
    let of_wages = |euros: i64| {
        line(
            &single(2025).income("wages", euros * EURO),
            "adjustment.work-expenses.taxpayer",
        )
    };
    assert_eq!(
        [1_229, 1_230, 1_231].map(of_wages),
        [1_229 * EURO, 1_230 * EURO, 1_230 * EURO]
    );
}

#[test]
fn the_lump_sum_of_special_expenses_gives_way_to_a_cent_more() {
    for (status, lump_sum) in [("single", 36_00), ("joint", 72_00)] {
        let taken = |cents: i64| {
            let case = single(2025)
                .choice("filing-status", status)
                .income("other-income", 50_000 * EURO);
            line(
                &case.deduction("special-expenses", cents),
                "deduction.special-expenses",
            )
        };
        assert_eq!([lump_sum, lump_sum + 1].map(taken), [lump_sum, lump_sum + 1]);
    }
}

#[test]
fn the_savers_lump_sum_is_each_ones() {
    for (status, lump_sum) in [("single", 1_000), ("joint", 2_000)] {
        let taxed = |euros: i64| {
            let case = single(2026)
                .choice("filing-status", status)
                .income("other-income", 200_000 * EURO);
            line(&case.income("capital-income", euros * EURO), "tax.capital")
        };
        // A euro would fall to the rounding of the tariff.
        assert_eq!([lump_sum, lump_sum + 100].map(taxed), [0, 25 * EURO]);
    }
}

#[test]
fn provision_for_old_age_ends_at_its_most() {
    for (year, most) in [(2025, 29_344), (2026, 30_826)] {
        let taken = |euros: i64| {
            let case = single(year).income("self-employment", 150_000 * EURO);
            line(
                &case.deduction("basic-pension", euros * EURO),
                "deduction.provision.old-age",
            )
        };
        assert_eq!(
            [most - 1, most, most + 1].map(taken),
            [(most - 1) * EURO, most * EURO, most * EURO]
        );
    }
}

#[test]
fn the_employers_half_counts_to_the_most_for_old_age() {
    // 9.3 % of 96,600 is 8,983.80; twice that leaves 11,376.40 of 29,344.
    let taken = |cents: i64| {
        let case = single(2025)
            .income("wages", 100_000 * EURO)
            .deduction("basic-pension", cents);
        line(&case, "deduction.provision.old-age")
    };
    let most = 8_983_80 + 11_376_40;
    assert_eq!(
        [11_376_39, 11_376_40, 11_376_41].map(taken),
        [most - 1, most, most]
    );
}

#[test]
fn other_insurance_ends_at_its_limit() {
    for (status, limit) in [("single", 1_900), ("joint", 3_800)] {
        let taken = |euros: i64| {
            let case = single(2025)
                .choice("filing-status", status)
                .income("self-employment", 80_000 * EURO);
            line(
                &case.deduction("other-insurance", euros * EURO),
                "deduction.provision.other",
            )
        };
        assert_eq!([limit, limit + 1].map(taken), [limit * EURO; 2]);
    }
}

#[test]
fn basic_health_insurance_has_no_limit() {
    let case = single(2025)
        .income("self-employment", 80_000 * EURO)
        .deduction("basic-health", 20_000 * EURO);
    assert_eq!(line(&case, "deduction.provision"), 20_000 * EURO);
    let and_other = case.deduction("other-insurance", 500 * EURO);
    assert_eq!(line(&and_other, "deduction.provision"), 20_000 * EURO);
}

#[test]
fn an_allowance_takes_the_place_of_child_benefit_from_a_euro_more_on() {
    let joint = |euros: i64| {
        let case = single(2025).choice("filing-status", "joint").whole("children", 1);
        assess(&case.income("other-income", euros * EURO))
    };
    // The tax that the allowance saves, where it is not used: between incomes at which it is worth less and more
    // than 3,060 of child benefit there is one step, and owed does not jump there.
    let first = (60_000..140_000)
        .find(|euros| amount_of(&joint(*euros), "surcharge.child-benefit") > 0)
        .unwrap();
    let (below, above) = (joint(first - 1), joint(first));
    assert_eq!(amount_of(&above, "surcharge.child-benefit"), 3_060 * EURO);
    assert_eq!(amount_of(&above, "deduction.child-allowances"), 9_600 * EURO);
    assert!(
        (above.owed - below.owed).abs() <= 2 * EURO,
        "{} to {}",
        below.owed,
        above.owed
    );
}

#[test]
fn single_parents_have_more_for_each_further_child() {
    let relief = |children: i64| {
        let case = single(2026)
            .flag("single-parent", true)
            .whole("children", children);
        line(
            &case.income("other-income", 50_000 * EURO),
            "deduction.single-parent",
        )
    };
    assert_eq!(
        [0, 1, 2, 3].map(relief),
        [0, 4_260 * EURO, 4_500 * EURO, 4_740 * EURO]
    );
}

#[test]
fn the_discount_of_care_insurance_counts_children_two_to_five() {
    let care = |children: i64| {
        let case = single(2026).whole("other-children-under-25", children);
        line(&case.income("wages", 10_000 * EURO), "contribution.care.taxpayer")
    };
    assert_eq!(
        [0, 1, 2, 3, 4, 5, 6].map(care),
        [240, 180, 155, 130, 105, 80, 80].map(|euros: i64| euros * EURO)
    );
}

#[test]
fn a_partner_contributes_by_their_own_wages_and_insurance() {
    let case = single(2025)
        .choice("filing-status", "joint")
        .choice("social-insurance", "none")
        .flag("partner-parent", true)
        .whole("partner-health-supplement", 100)
        .income("wages", 50_000 * EURO)
        .income_of(Person::Partner, "wages", 30_000 * EURO);
    let assessment = assess(&case);
    assert_eq!(amount_of(&assessment, "contribution.pension.taxpayer"), 0);
    assert_eq!(
        amount_of(&assessment, "contribution.pension.partner"),
        2_790 * EURO
    );
    // 7.3 % and half of 1 %; 1.8 % without surcharge.
    assert_eq!(
        amount_of(&assessment, "contribution.health.partner"),
        2_340 * EURO
    );
    assert_eq!(amount_of(&assessment, "contribution.care.partner"), 540 * EURO);
}
