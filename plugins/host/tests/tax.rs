//! Tax rules in the sandbox.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::sync::{Arc, OnceLock};

use pfms_plugin_host::tax::{
    Bounds, Bracket, Deduction, FieldKind, FieldValue, Income, Input, Mark, ParameterValue, Person,
    ProfileEntry, Section, TaxError,
};
use pfms_plugin_host::{CalculateError, Date, Host, TaxModule, World, precheck};
use support::{component, habit_counter, host, limits};

fn bytes() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let layout = pfms_plugin_build::Layout::of_repository();
        let built = pfms_plugin_build::build(&layout, &["country-fixture".into()]).unwrap();
        std::fs::read(&built[0]).unwrap()
    })
}

fn country() -> Arc<TaxModule> {
    host()
        .load_tax(bytes())
        .unwrap_or_else(|error| panic!("{}: {error}", error.reason()))
}

fn entry(name: &str, value: FieldValue) -> ProfileEntry {
    ProfileEntry {
        name: name.into(),
        value,
    }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn input(region: &str) -> Input {
    Input {
        year: 2026,
        currency: "XXX".into(),
        region: Some(region.into()),
        profile: vec![
            entry("age", FieldValue::Whole(40)),
            entry("ages", FieldValue::Wholes(vec![3, 5])),
            entry("blind", FieldValue::Flag(true)),
            entry("rent", FieldValue::Amount(120)),
            entry("status", FieldValue::Choice("married-jointly".into())),
        ],
        incomes: vec![
            Income {
                id: "i1".into(),
                kind: "gains".into(),
                person: Person::Taxpayer,
                amount: 1_000,
                date: day("2026-05-01"),
                acquired: Some(day("2020-02-29")),
                withheld: 30,
            },
            Income {
                id: "i2".into(),
                kind: "gains".into(),
                person: Person::Partner,
                amount: -500,
                date: day("2026-12-31"),
                acquired: None,
                withheld: 0,
            },
        ],
        deductions: vec![Deduction {
            id: "d1".into(),
            category: "gifts".into(),
            person: Person::Partner,
            amount: 70,
        }],
        prepaid: 20,
    }
}

fn refusal(input: &Input) -> CalculateError {
    host().calculate(&country(), input).outcome.unwrap_err()
}

#[test]
fn a_country_says_what_it_is_and_shows_its_figures() {
    let country = country();
    assert_eq!(country.world(), "pfms:rules/tax-rules@1.0.0");
    assert_eq!(precheck(bytes(), &limits()), Ok(World::TaxRules));
    let description = country.description();
    assert_eq!(
        (description.country.as_str(), description.currency.as_str()),
        ("XX", "XXX")
    );
    assert_eq!(
        description.year(2025).map(|year| year.first_day),
        Some(day("2025-04-06"))
    );
    assert_eq!(
        description.field("age").map(|field| &field.kind),
        Some(&FieldKind::Whole(Bounds {
            least: 0,
            greatest: 120
        }))
    );
    let figures = country.parameters(2025).unwrap();
    assert_eq!(figures.len(), 5);
    assert_eq!(figures[0].value, ParameterValue::Amount(1_257_000));
    assert_eq!(figures[1].mark, Mark::TwoEngines);
    assert_eq!(figures[3].value, ParameterValue::Decimal("0.0765".into()));
    let band = |lower, upper, rate| Bracket { lower, upper, rate };
    assert_eq!(
        figures[4].value,
        ParameterValue::Schedule(vec![
            band(0, Some(100_000), 100_000),
            band(100_000, None, 200_000)
        ])
    );
    assert_eq!(figures[4].source, "Act of 2025, section 1");
    assert_eq!(country.parameters(2024), None);
}

#[test]
fn an_assessment_comes_back_as_it_was_made_of_all_that_was_given() {
    let evaluation = host().calculate(&country(), &input("GOOD"));
    assert!(evaluation.fuel > 0);
    let assessment = evaluation.outcome.unwrap();
    assert_eq!(
        (assessment.owed, assessment.paid, assessment.balance),
        (100, 50, 50)
    );
    assert_eq!((assessment.total_income, assessment.total_deductions), (500, 70));
    assert_eq!(
        (assessment.marginal_rate, assessment.effective_rate),
        (200_000, 199_999)
    );
    assert_eq!((assessment.capital_gains_tax, assessment.contributions), (1, 2));
    assert_eq!(assessment.ignored[0].why, "for tests");
    let line = &assessment.lines[0];
    assert_eq!(
        (line.id.as_str(), line.section, line.person),
        ("tax.main", Section::Tax, None)
    );
    assert_eq!(line.parameters, ["rate.main"]);
    assert_eq!(assessment.lines[1].person, Some(Person::Partner));
    assert_eq!(
        line.formula,
        "2026 GOOD; age whole 40; ages wholes [3, 5]; blind flag true; rent amount 120; \
         status choice married-jointly; i1 gains taxpayer 1000 2026-5-1 2020-2-29 30; \
         i2 gains partner -500 2026-12-31 - 0; d1 gifts partner 70; prepaid 20"
    );
}

#[test]
fn the_same_input_takes_the_same_fuel_to_the_same_assessment() {
    let run = || {
        let evaluation = host().calculate(&country(), &input("GOOD"));
        (evaluation.outcome, evaluation.fuel, evaluation.logs)
    };
    let first = run();
    for _ in 0..10 {
        assert_eq!(run(), first);
    }
}

#[test]
fn an_assessment_that_does_not_hold_is_no_answer() {
    for (region, words) in [
        ("SUM", "sum to 101, but 100 is owed"),
        ("BALANCE", "balance is 51"),
        ("TWICE", "\"tax.main\" twice"),
        ("NAMELESS", "must be named"),
        ("UNKNOWN", "\"rate.odd\", which 2026 does not have"),
    ] {
        let error = refusal(&input(region));
        assert_eq!(error.reason(), "INVALID_ASSESSMENT", "{region}");
        assert!(error.to_string().contains(words), "{region}: {error}");
    }
}

#[test]
fn the_rules_own_verdicts_come_back_with_their_details() {
    let changed = |change: &dyn Fn(&mut Input)| {
        let mut changed = input("GOOD");
        change(&mut changed);
        refusal(&changed)
    };
    let refused = |error: TaxError| CalculateError::Refused(error);
    assert_eq!(
        changed(&|input| input.year = 2024),
        refused(TaxError::UnsupportedYear(2024))
    );
    assert_eq!(
        changed(&|input| input.currency = "YYY".into()),
        refused(TaxError::WrongCurrency("YYY".into()))
    );
    assert_eq!(
        changed(&|input| input.region = None),
        refused(TaxError::UnsupportedRegion(String::new()))
    );
    assert_eq!(
        changed(&|input| input.profile.clear()),
        refused(TaxError::MissingFields(vec!["age".into()]))
    );
    let error = changed(&|input| input.profile[0].value = FieldValue::Whole(121));
    assert_eq!(error.reason(), "INVALID_FIELDS");
    assert_eq!(error.to_string(), "age: must be 0 to 120");
    let error = changed(&|input| {
        for income in &mut input.incomes {
            income.amount = i64::MAX;
        }
    });
    assert_eq!(error.reason(), "OUT_OF_RANGE");
}

#[test]
fn what_breaks_a_limit_or_crashes_is_classified() {
    assert_eq!(refusal(&input("SPIN")).reason(), "FUEL_EXHAUSTED");
    assert_eq!(refusal(&input("PANIC")).reason(), "TRAPPED");
}

#[test]
fn the_two_worlds_are_not_mistaken_for_each_other() {
    let error = host().load(bytes()).unwrap_err();
    assert_eq!(error.reason(), "WRONG_WORLD");
    let text = error.to_string();
    assert!(
        text.contains("it is the tax rules of a country") && text.contains("pfms:rules/automation@1.0.0"),
        "{text}"
    );
    let error = host().load_tax(habit_counter()).unwrap_err();
    assert_eq!(error.reason(), "WRONG_WORLD");
    let text = error.to_string();
    assert!(
        text.contains("it is an automation rule") && text.contains("pfms:rules/tax@1.0.0"),
        "{text}"
    );
    assert_eq!(
        precheck(&component("global.get $empty"), &limits()),
        Ok(World::AutomationRule)
    );
}

#[test]
fn a_module_of_another_host_is_not_run() {
    let other = Host::new(limits(), None).unwrap();
    let error = other.calculate(&country(), &input("GOOD")).outcome.unwrap_err();
    assert_eq!(error.reason(), "FOREIGN_MODULE");
}
