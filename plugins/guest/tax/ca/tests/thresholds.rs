//! Every threshold from both sides, and what the description says.
// Amounts are in hundredths: their last two digits stand apart.
#![allow(clippy::unwrap_used, clippy::inconsistent_digit_grouping)]

use pfms_tax::testing::{Case, amount_of, is_id, problems};
use pfms_tax::{Assessment, LIMIT, TaxError, TaxRules};
use tax_ca::Canada;

fn person(age: i64) -> Case {
    Case::new::<Canada>(2025).whole("age", age)
}

fn assessed(case: &Case) -> Assessment {
    let assessment = case.run::<Canada>().unwrap();
    assert_eq!(problems::<Canada>(2025, &assessment), Vec::<String>::new());
    assessment
}

#[test]
fn each_band_begins_above_the_end_of_the_one_before() {
    let tax = |income| {
        let assessment = assessed(&person(40).income("other", income));
        let bands = assessment.lines.iter().filter(|line| line.id.starts_with("tax."));
        bands.map(|line| line.amount).sum::<i64>()
    };
    for (end, rate) in [
        (57_375_00, 205),
        (114_750_00, 260),
        (177_882_00, 290),
        (253_414_00, 330),
    ] {
        let (at, above) = (tax(end), tax(end + 1_000_00));
        // The halves of a cent of the lowest band round the whole.
        assert!((above - at - 100 * rate).abs() <= 1, "{end}");
    }
}

#[test]
fn contributions_begin_and_end_with_their_bands() {
    let lines = |pay| {
        let assessment = assessed(&person(40).income("employment", pay));
        [
            "contribution.pension-plan",
            "contribution.pension-plan-second",
            "contribution.employment-insurance",
        ]
        .map(|id| amount_of(&assessment, id))
    };
    assert_eq!(lines(3_500_00), [0, 0, 57_40]);
    assert_eq!(lines(3_600_00), [5_95, 0, 59_04]);
    assert_eq!(lines(65_700_00)[2], 1_077_48);
    assert_eq!(lines(65_800_00)[2], 1_077_48);
    assert_eq!(lines(71_300_00)[..2], [4_034_10, 0]);
    assert_eq!(lines(71_400_00)[..2], [4_034_10, 4_00]);
    assert_eq!(lines(81_200_00)[..2], [4_034_10, 396_00]);
    assert_eq!(lines(81_300_00)[..2], [4_034_10, 396_00]);
}

#[test]
fn pay_uses_up_the_bands_before_profit() {
    let both = assessed(
        &person(40)
            .income("employment", 50_000_00)
            .income("self-employment", 40_000_00),
    );
    let on_profit = amount_of(&both, "contribution.pension-plan-self-employed");
    assert_eq!(on_profit, 2 * 1_267_35, "5.95 % of 21,300, twice");
    let second = amount_of(&both, "contribution.pension-plan-self-employed-second");
    assert_eq!(second, 2 * 346_00 + 2 * 50_00, "4 % of 9,900, twice");
}

#[test]
fn amounts_are_reduced_between_their_limits() {
    let credit = |age, income, id| amount_of(&assessed(&person(age).income("other", income)), id);
    for income in [30_000_00, 177_882_00] {
        assert_eq!(credit(40, income, "credit.basic"), 2_338_71, "{income}");
    }
    for income in [253_414_00, 1_000_000_00] {
        assert_eq!(credit(40, income, "credit.basic"), 2_108_01, "{income}");
    }
    assert!(credit(40, 177_982_00, "credit.basic") < 2_338_71);
    let age = |income| credit(65, income, "credit.age");
    assert_eq!(age(45_522_00), 1_309_06);
    assert!(age(45_622_00) < 1_309_06);
    assert!(age(105_700_00) > 0);
    assert_eq!(age(105_709_00), 0);
}

#[test]
fn losses_alone_cost_nothing_and_are_told() {
    for kind in ["self-employment", "capital-gain"] {
        let assessment = assessed(&person(40).income(kind, -1_000_000_00));
        assert_eq!((assessment.owed, assessment.taxable_income), (0, 0), "{kind}");
        assert!(
            assessment.ignored.iter().any(|one| one.what.starts_with("loss.")),
            "{kind}"
        );
    }
}

#[test]
fn nothing_and_the_most_that_can_be_given_are_assessed() {
    assert_eq!(assessed(&person(40)).owed, 0);
    let most = assessed(&person(40).income("employment", LIMIT));
    assert!(most.owed > LIMIT / 100 * 32 && most.owed < LIMIT / 100 * 33);
    let beyond = person(40).income("other", LIMIT + 1);
    assert!(matches!(beyond.run::<Canada>(), Err(TaxError::OutOfRange(_))));
}

#[test]
fn the_description_names_everything_as_the_contract_asks() {
    let description = Canada::describe();
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
    assert_eq!(years, [(2025, false)]);
    let names = description.profile.iter().map(|field| &field.name);
    let names = names.chain(description.incomes.iter().map(|kind| &kind.name));
    let names = names.chain(description.deductions.iter().map(|category| &category.name));
    for name in names {
        assert!(is_id(name), "{name}");
    }
    for parameter in Canada::parameters(2025).unwrap() {
        assert!(is_id(&parameter.id), "{}", parameter.id);
        assert!(!parameter.source.is_empty() && !parameter.label.is_empty());
    }
}
