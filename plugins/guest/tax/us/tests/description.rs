//! What the component says of itself.
#![allow(clippy::unwrap_used)]

use pfms_tax::testing::{Case, amount_of, is_id, line};
use pfms_tax::{Mark, Person, TaxError, TaxRules};
use tax_us::UnitedStates;

#[test]
fn both_years_are_covered_and_verified() {
    let description = UnitedStates::describe();
    let years: Vec<_> = description
        .years
        .iter()
        .map(|year| (year.year, year.verified))
        .collect();
    assert_eq!(years, [(2026, true), (2025, true)]);
    assert!(description.summary.chars().count() <= 2_000);
    assert!(description.profile.iter().all(|field| is_id(&field.name)));
}

#[test]
fn every_figure_has_a_source_and_is_better_than_secondary() {
    for year in [2025, 2026] {
        for parameter in UnitedStates::parameters(year).unwrap() {
            assert!(is_id(&parameter.id), "{}", parameter.id);
            assert!(parameter.source.contains("USC") || parameter.source.contains("Social Security"));
            assert_ne!(parameter.mark, Mark::Secondary, "{}", parameter.id);
        }
    }
    assert_eq!(
        UnitedStates::parameters(2024),
        Err(TaxError::UnsupportedYear(2024))
    );
}

#[test]
fn figures_that_a_year_does_not_have_are_not_published_for_it() {
    let has = |year, id: &str| {
        let parameters = UnitedStates::parameters(year).unwrap();
        parameters.iter().any(|parameter| parameter.id == id)
    };
    for id in [
        "itemised.charity-floor",
        "non-itemiser-charity.general",
        "itemised.limitation.numerator",
    ] {
        assert!(!has(2025, id) && has(2026, id), "{id}");
    }
}

fn single(year: u16) -> Case {
    Case::new::<UnitedStates>(year)
        .choice("filing-status", "single")
        .whole("age", 40)
}

#[test]
fn a_line_says_whose_it_is_and_how_it_came_about() {
    let assessment = single(2025)
        .income("wages", 60_000_00)
        .run::<UnitedStates>()
        .unwrap();
    let medicare = line(&assessment, "payroll.medicare.taxpayer").unwrap();
    assert_eq!(medicare.person, Some(Person::Taxpayer));
    assert_eq!(medicare.formula, "1.45 % of wages of 60,000");
    assert_eq!(medicare.parameters, ["payroll.medicare.rate"]);
    let band = line(&assessment, "income-tax.2").unwrap();
    assert_eq!(band.formula, "32,325 of the band from 11,925 to 48,475, at 12 %");
    assert_eq!((band.amount, band.effect), (3_879_00, 3_879_00));
}

#[test]
fn the_marginal_rate_is_that_of_the_income_that_somebody_has() {
    let rate = |case: Case| case.run::<UnitedStates>().unwrap().marginal_rate;
    assert_eq!(rate(single(2025).income("wages", 100_000_00)), 220_000 + 76_500);
    assert_eq!(rate(single(2025).income("other-income", 100_000_00)), 220_000);
    // 22 % of what half of 15.3 % of 92.35 % and the deduction for business income leave, and those 15.3 %.
    let profit = rate(single(2025).income("self-employment", 100_000_00));
    assert!((300_000..310_000).contains(&profit), "{profit}");
}

#[test]
fn what_has_no_influence_is_named() {
    let assessment = single(2025)
        .flag("partner-blind", true)
        .income("short-term-gains", -10_000_00)
        .income("other-income", 50_000_00)
        .run::<UnitedStates>()
        .unwrap();
    let what: Vec<_> = assessment
        .ignored
        .iter()
        .map(|ignored| ignored.what.as_str())
        .collect();
    assert_eq!(what, ["loss-carryover", "partner-blind"]);
    assert_eq!(amount_of(&assessment, "income.gains"), -3_000_00);
}
