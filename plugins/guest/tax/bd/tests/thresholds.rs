//! Every threshold from both sides, and what the description says.
// Amounts are in hundredths: their last two digits stand apart.
#![allow(clippy::unwrap_used, clippy::inconsistent_digit_grouping)]

use pfms_tax::testing::{Case, amount_of, is_id, problems};
use pfms_tax::{Assessment, LIMIT, TaxError, TaxRules, date};
use tax_bd::Bangladesh;

fn taka(amount: i64) -> i64 {
    amount * 100
}

fn person(year: u16, age: i64) -> Case {
    let case = Case::new::<Bangladesh>(year).whole("age", age);
    if year == 2024 {
        case.choice("area", "elsewhere")
    } else {
        case
    }
}

fn assessed(case: &Case) -> Assessment {
    let assessment = case.run::<Bangladesh>().unwrap();
    assert_eq!(
        problems::<Bangladesh>(case.input.year, &assessment),
        Vec::<String>::new()
    );
    assessment
}

fn owed(case: Case, income: i64) -> i64 {
    assessed(&case.income("business", taka(income))).owed
}

#[test]
fn each_slab_begins_above_the_end_of_the_one_before() {
    let ay_2025_26 = [
        (450_000, 5_000, 10),
        (850_000, 45_000, 15),
        (1_350_000, 120_000, 20),
        (1_850_000, 220_000, 25),
        (3_850_000, 720_000, 30),
    ];
    let ay_2026_27 = [
        (700_000, 30_000, 15),
        (1_100_000, 90_000, 20),
        (1_600_000, 190_000, 25),
        (3_600_000, 690_000, 30),
    ];
    for (year, slabs) in [(2024, &ay_2025_26[..]), (2025, &ay_2026_27[..])] {
        for (end, tax, percent) in slabs {
            let at = owed(person(year, 40), *end);
            let above = owed(person(year, 40), *end + 1_000);
            assert_eq!(at, taka(*tax), "{year} {end}");
            assert_eq!(above - at, taka(10 * percent), "{year} {end}");
        }
    }
}

#[test]
fn everybody_has_the_threshold_of_their_group() {
    type Change = fn(Case) -> Case;
    let groups: [(&str, Change, i64, i64); 10] = [
        ("men", |case| case, 350_000, 400_000),
        ("women", |case| case.choice("gender", "female"), 400_000, 450_000),
        ("64", |case| case.whole("age", 64), 350_000, 400_000),
        ("65", |case| case.whole("age", 65), 400_000, 450_000),
        (
            "third gender",
            |case| case.choice("gender", "third-gender"),
            475_000,
            525_000,
        ),
        ("disabled", |case| case.flag("disabled", true), 475_000, 525_000),
        (
            "freedom fighters",
            |case| case.flag("freedom-fighter", true),
            500_000,
            550_000,
        ),
        (
            "parents",
            |case| case.whole("disabled-children", 1),
            400_000,
            450_000,
        ),
        (
            "the highest counts",
            |case| {
                case.flag("disabled", true)
                    .whole("age", 70)
                    .choice("gender", "female")
            },
            475_000,
            525_000,
        ),
        (
            "children come on top",
            |case| case.flag("freedom-fighter", true).whole("disabled-children", 3),
            650_000,
            700_000,
        ),
    ];
    for (name, change, ay_2025_26, ay_2026_27) in groups {
        for (year, threshold, minimum) in [(2024, ay_2025_26, 3_000), (2025, ay_2026_27, 5_000)] {
            assert_eq!(owed(change(person(year, 40)), threshold), 0, "{name} in {year}");
            assert_eq!(
                owed(change(person(year, 40)), threshold + 1),
                taka(minimum),
                "{name} in {year}"
            );
        }
    }
    let july = |income| owed(person(2025, 30).flag("july-fighter", true), income);
    assert_eq!([july(550_000), july(550_001)], [0, taka(5_000)]);
    let before = assessed(
        &person(2024, 30)
            .flag("july-fighter", true)
            .income("business", taka(350_001)),
    );
    assert_eq!(
        before.owed,
        taka(3_000),
        "they had no threshold of their own in 2025-26"
    );
}

#[test]
fn the_salary_exemption_has_a_limit() {
    let exempt = |year, salary| {
        amount_of(
            &assessed(&person(year, 40).income("salary", salary)),
            "adjustment.salary-exemption",
        )
    };
    assert_eq!(exempt(2025, 0), 0);
    assert_eq!(exempt(2025, 100), 33);
    assert_eq!(exempt(2025, taka(1_499_997)), taka(499_999));
    assert_eq!(exempt(2025, taka(1_500_000)), taka(500_000));
    assert_eq!(exempt(2025, taka(1_500_003)), taka(500_000));
    assert_eq!(exempt(2024, taka(1_350_000)), taka(450_000));
    assert_eq!(exempt(2024, taka(1_350_003)), taka(450_000));
}

#[test]
fn each_limb_of_the_rebate_binds() {
    let rebate = |year, income, category, amount| {
        let case = person(year, 40)
            .income("business", taka(income))
            .deduction(category, taka(amount));
        amount_of(&assessed(&case), "credit.investment-rebate")
    };
    assert_eq!(rebate(2025, 1_000_000, "donations", 299_990), taka(29_999));
    assert_eq!(rebate(2025, 1_000_000, "donations", 300_010), taka(30_000));
    assert_eq!(rebate(2024, 1_000_000, "donations", 199_980), taka(29_997));
    assert_eq!(rebate(2024, 1_000_000, "donations", 200_010), taka(30_000));
    assert_eq!(rebate(2025, 100_000_000, "donations", 7_499_990), taka(749_999));
    assert_eq!(rebate(2025, 100_000_000, "donations", 7_500_010), taka(750_000));
    assert_eq!(rebate(2024, 100_000_000, "donations", 7_000_000), taka(1_000_000));
    for (category, most) in [("deposit-scheme", 120_000), ("government-securities", 500_000)] {
        assert_eq!(
            rebate(2025, 100_000_000, category, most - 10),
            taka(most / 10 - 1),
            "{category}"
        );
        assert_eq!(
            rebate(2025, 100_000_000, category, most + 10),
            taka(most / 10),
            "{category}"
        );
    }
    assert_eq!(rebate(2024, 100_000_000, "fund-units", 500_020), taka(75_000));
    assert_eq!(rebate(2025, 100_000_000, "fund-units", 500_020), taka(50_002));
}

#[test]
fn surcharges_begin_above_their_limits() {
    let wealth = |case: Case| {
        amount_of(
            &assessed(&case.income("business", taka(4_600_000))),
            "surcharge.wealth",
        ) / taka(9_900)
    };
    let by_wealth = |net| wealth(person(2025, 40).amount("net-wealth", taka(net)));
    for (limit, below, above) in [
        (40_000_000, 0, 10),
        (100_000_000, 10, 20),
        (200_000_000, 20, 30),
        (500_000_000, 30, 35),
    ] {
        assert_eq!(
            [by_wealth(limit), by_wealth(limit + 1)],
            [below, above],
            "{limit}"
        );
    }
    let with_cars = |cars: &[i64]| wealth(person(2025, 40).wholes("cars", cars));
    assert_eq!(
        [with_cars(&[]), with_cars(&[1_500]), with_cars(&[1_500, 1_500])],
        [0, 0, 10]
    );
    let with_house = |area| wealth(person(2025, 40).whole("house-area", area));
    assert_eq!([with_house(8_000), with_house(8_001)], [0, 10]);
    let rich_with_cars = person(2025, 40)
        .amount("net-wealth", taka(600_000_000))
        .wholes("cars", &[1, 1]);
    assert_eq!(wealth(rich_with_cars), 35, "the higher rate counts, not both");

    let of_car = |cc| {
        let case = person(2025, 40).wholes("cars", &[cc, 20_000]);
        amount_of(&assessed(&case), "surcharge.environment")
    };
    assert_eq!(of_car(1_500), taka(350_000), "the smaller is free");
    let both = |cc| {
        let case = person(2025, 40).wholes("cars", &[1, cc]);
        amount_of(&assessed(&case), "surcharge.environment")
    };
    let amounts = [
        1_500, 1_501, 2_000, 2_001, 2_500, 2_501, 3_000, 3_001, 3_500, 3_501,
    ]
    .map(both);
    let expected = [
        25_000, 50_000, 50_000, 75_000, 75_000, 150_000, 150_000, 200_000, 200_000, 350_000,
    ];
    assert_eq!(amounts, expected.map(taka));
}

#[test]
fn gains_on_listed_securities_are_free_up_to_a_limit() {
    for year in [2024, 2025] {
        let owed = |case: Case, gain| assessed(&case.income("listed-share-gain", taka(gain))).owed;
        assert_eq!(owed(person(year, 40), 5_000_000), 0);
        assert_eq!(
            owed(person(year, 40).income("business", taka(5_000_000)), 5_000_100) % taka(1_000),
            taka(15)
        );
        assert_eq!(
            owed(person(year, 40).flag("sponsor", true), 1_000_000),
            taka(150_000)
        );
    }
}

#[test]
fn assets_are_held_for_long_after_five_years_and_a_day() {
    let tax = |acquired| {
        let case = person(2025, 40)
            .income("other-gain", taka(1_000_000))
            .acquired(acquired);
        let assessment = assessed(&case);
        (assessment.owed, assessment.capital_gains_tax)
    };
    assert_eq!(tax(date(2020, 9, 1)), (taka(75_000), 0));
    assert_eq!(tax(date(2020, 8, 31)), (taka(150_000), taka(150_000)));
}

#[test]
fn losses_alone_cost_nothing_and_are_told() {
    for year in [2024, 2025] {
        for kind in Bangladesh::country()
            .incomes
            .iter()
            .filter(|kind| kind.may_be_negative)
        {
            let assessment = assessed(&person(year, 40).income(kind.name, taka(-1_000_000)));
            assert_eq!(
                (assessment.owed, assessment.taxable_income),
                (0, 0),
                "{}",
                kind.name
            );
            assert!(
                assessment.ignored.iter().any(|one| one.what.starts_with("loss.")),
                "{}",
                kind.name
            );
        }
    }
}

#[test]
fn a_loss_at_a_reduced_rate_lessens_nothing_else() {
    let gains = |kind: &str, acquired| {
        let case = person(2025, 40)
            .income("other-gain", taka(1_000_000))
            .acquired(date(2019, 1, 1));
        assessed(&case.income(kind, taka(-500_000)).acquired(acquired)).owed
    };
    assert_eq!(gains("listed-share-gain", date(2025, 1, 1)), taka(150_000));
    assert_eq!(
        gains("other-gain", date(2025, 1, 1)),
        taka(75_000),
        "one at ordinary rates does"
    );
}

#[test]
fn nothing_and_the_most_that_can_be_given_are_assessed() {
    for year in [2024, 2025] {
        assert_eq!(assessed(&person(year, 40)).owed, 0);
        let most = assessed(&person(year, 40).income("business", LIMIT));
        assert!(most.owed > LIMIT / 100 * 29 && most.owed < LIMIT / 100 * 30);
        let beyond = person(year, 40).income("business", LIMIT + 1);
        assert!(matches!(beyond.run::<Bangladesh>(), Err(TaxError::OutOfRange(_))));
    }
}

#[test]
fn the_description_names_everything_as_the_contract_asks() {
    let description = Bangladesh::describe();
    assert!(
        description.summary.len() <= 2_000,
        "{}",
        description.summary.len()
    );
    let years: Vec<_> = description
        .years
        .iter()
        .map(|year| (year.year, year.label.as_str()))
        .collect();
    assert_eq!(years, [(2025, "AY 2026-27"), (2024, "AY 2025-26")]);
    assert!(
        description.years.iter().all(|year| !year.verified),
        "secondary figures take part in both"
    );
    let names = description.profile.iter().map(|field| &field.name);
    let names = names.chain(description.incomes.iter().map(|kind| &kind.name));
    let names = names.chain(description.deductions.iter().map(|category| &category.name));
    for name in names {
        assert!(is_id(name), "{name}");
    }
    for year in [2024, 2025] {
        for parameter in Bangladesh::parameters(year).unwrap() {
            assert!(is_id(&parameter.id), "{}", parameter.id);
            assert!(!parameter.source.is_empty() && !parameter.label.is_empty());
        }
    }
}

#[test]
fn the_area_is_asked_for_in_2025_26_only() {
    let case = Case::new::<Bangladesh>(2024).whole("age", 40);
    assert_eq!(
        case.run::<Bangladesh>(),
        Err(TaxError::MissingFields(vec!["area".to_owned()]))
    );
    assert!(
        Case::new::<Bangladesh>(2025)
            .whole("age", 40)
            .run::<Bangladesh>()
            .is_ok()
    );
}
