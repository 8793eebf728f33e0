//! What every country gets without doing anything for it.
#![allow(clippy::unwrap_used, clippy::panic)]

use pfms_tax::profile::{Amount, Answer, Choice, Field, Flag, Read, Whole, Wholes};
use pfms_tax::testing::{Case, amount_of, line, problems};
use pfms_tax::{
    Band, ByBand, Category, Country, Decimal, Facts, FieldKind, FieldValue, Figures, IncomeKind, LIMIT,
    Ledger, Mark, Node, ParameterValue, Person, Rate, Region, Rounding, Schedule, Section, TaxError,
    TaxRules, Value, YearOf, date,
};

const CENT: Rounding = Rounding::half_up(1);

const fn known<T>(value: T, mark: Mark) -> Value<T> {
    Value {
        value,
        source: "Tax Act",
        mark,
    }
}

const LOW: Schedule = Schedule(&[
    Band {
        upper: Some(1_000_33),
        rate: Rate(105_000),
    },
    Band {
        upper: None,
        rate: Rate(333_333),
    },
]);

static RATES: Node<Schedule> = Node {
    id: "rates",
    label: "Rates",
    values: &[known(LOW, Mark::Primary), known(LOW, Mark::Secondary)],
};
static BONUS: Node<Option<i64>> = Node {
    id: "bonus",
    label: "Bonus",
    values: &[known(None, Mark::Primary), known(Some(50_00), Mark::TwoEngines)],
};
static FACTOR: Node<Decimal> = Node {
    id: "factor",
    label: "Factor",
    values: &[
        known(Decimal::new(93_230, 2), Mark::OneEngine),
        known(Decimal::new(5, 1), Mark::OneEngine),
    ],
};
static FIGURES: Figures = Figures {
    years: &[
        YearOf {
            year: 2025,
            label: "2025-26",
            first_day: date(2025, 4, 6),
            last_day: date(2026, 4, 5),
        },
        YearOf {
            year: 2026,
            label: "2026-27",
            first_day: date(2026, 4, 6),
            last_day: date(2027, 4, 5),
        },
    ],
    nodes: &[&RATES, &BONUS, &FACTOR],
};

static WAGES: IncomeKind = IncomeKind::new("wages", "Wages", "What an employer pays.");
static GAINS: IncomeKind = IncomeKind::new("gains", "Gains", "Proceeds less cost.")
    .may_be_negative()
    .has_holding_period();
static GIFTS: Category = Category::new("gifts", "Gifts", "To charities.");

static STATUS: Choice<u8> = Choice::new(
    "status",
    "Status",
    "One or two.",
    &[
        Answer {
            value: 1,
            name: "one",
            label: "One",
        },
        Answer {
            value: 2,
            name: "two",
            label: "Two",
        },
    ],
);
static AGE: Whole = Whole::new("age", "Age", "In years.", 0, 130).or(40);
static AGES: Wholes = Wholes::new("ages", "Ages", "Of children.", 0, 130).or(&[]);
static BLIND: Flag = Flag::new("blind", "Blind", "Yes or no.").or(false).only(&[2026]);
static NEEDED: Flag = Flag::new("needed", "Needed", "Yes or no.").only(&[2026]);
static LOAN: Amount = Amount::new("loan", "Loan", "What is owed.", 0, 1_000_000_00).or(0);

static COUNTRY: Country = Country {
    name: "tax-example",
    version: "1.0.0",
    summary: "An example.",
    code: "XX",
    currency: "XXX",
    exponent: 2,
    regions: &[Region {
        code: "N",
        name: "North",
    }],
    figures: &FIGURES,
    profile: &[&STATUS, &AGE, &AGES, &BLIND, &NEEDED, &LOAN],
    incomes: &[&WAGES, &GAINS],
    deductions: &[&GIFTS],
    marginal_step: 100_00,
};

struct Example;

impl TaxRules for Example {
    fn country() -> &'static Country {
        &COUNTRY
    }

    fn assess(facts: &Facts<'_>, ledger: &mut Ledger) -> Result<(), TaxError> {
        let year = facts.year();
        ledger.income("income.wages", "Wages", facts.sum(&WAGES));
        ledger.income("income.gains", "Gains", facts.sum(&GAINS));
        ledger.deduction("gifts", "Gifts", facts.spent(&GIFTS));
        let taxable = (facts.sum(&WAGES) - facts.spent(&GIFTS)).max(0);
        ledger.taxable("taxable", "Taxable", taxable);
        ledger.by_band(
            facts,
            &ByBand {
                id: "tax",
                label: "Tax",
                schedule: &RATES,
                below: 0,
                amount: taxable,
                rounding: CENT,
                person: None,
                section: Section::Tax,
                is_on_capital_gains: false,
            },
        );
        let gains = Rate(250_000).of(facts.sum(&GAINS).max(0)).round(CENT);
        ledger
            .tax("gains-tax", "Tax on gains", gains)
            .on_capital_gains()
            .because(&[&"a quarter of ", &facts.sum(&GAINS)]);
        ledger
            .contribution("pension", "Pension", facts.sum_of(&WAGES, Person::Partner) / 10)
            .person(Person::Partner)
            .because(&[&"a tenth"]);
        ledger
            .credit("bonus", "Bonus", BONUS.at(year).unwrap_or_default())
            .uses(&BONUS)
            .because(&[&"for everybody"]);
        Ok(())
    }

    fn next_unit(_: &Facts<'_>) -> (&'static IncomeKind, Person) {
        (&WAGES, Person::Taxpayer)
    }
}

fn case(year: u16) -> Case {
    let case = Case::new::<Example>(year).region("N").choice("status", "two");
    if year == 2026 {
        case.flag("needed", true)
    } else {
        case
    }
}

fn refused(case: &Case) -> TaxError {
    case.run::<Example>().unwrap_err()
}

fn invalid(case: &Case) -> Vec<String> {
    match refused(case) {
        TaxError::InvalidFields(problems) => problems.into_iter().map(|problem| problem.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn totals_are_those_of_the_lines() {
    let mut case = case(2026)
        .income("wages", 2_000_00)
        .income_of(Person::Partner, "wages", 500_00)
        .income("gains", 100_00)
        .deduction("gifts", 300_00);
    case.input.incomes[0].withheld = 90_00;
    case.input.prepaid = 10_00;
    let assessment = case.run::<Example>().unwrap();
    assert_eq!(problems::<Example>(2026, &assessment), Vec::<String>::new());
    assert_eq!(assessment.total_income, 2_600_00);
    assert_eq!(assessment.total_deductions, 300_00);
    assert_eq!(assessment.taxable_income, 2_200_00);
    assert_eq!(assessment.capital_gains_tax, 25_00);
    assert_eq!(assessment.contributions, 50_00);
    // 105.03 and 399.89 by band, 25 on gains, 50 of contributions, less the bonus of 50.
    assert_eq!(assessment.owed, 529_92);
    assert_eq!((assessment.paid, assessment.balance), (100_00, 429_92));
    // 33.34 of the next hundred: a cent more than a third of it, as the cents fall.
    assert_eq!(assessment.marginal_rate, 333_400);
    assert_eq!(assessment.effective_rate, 203_815);
    assert_eq!(
        line(&assessment, "pension.partner").unwrap().person,
        Some(Person::Partner)
    );
    assert_eq!(line(&assessment, "bonus").unwrap().parameters, ["bonus"]);
}

#[test]
fn bands_sum_to_the_tax_that_is_rounded_as_a_whole() {
    for wages in [1, 999_99, 1_000_33, 1_000_34, 1_234_56] {
        let assessment = case(2025).income("wages", wages).run::<Example>().unwrap();
        assert_eq!(assessment.owed, LOW.tax_on(wages).round(CENT));
        assert_eq!(
            assessment.owed,
            amount_of(&assessment, "tax.1") + amount_of(&assessment, "tax.2")
        );
    }
}

#[test]
fn losses_do_not_lessen_total_income() {
    let assessment = case(2025)
        .income("wages", 100_00)
        .income("gains", -300_00)
        .run::<Example>()
        .unwrap();
    assert_eq!(assessment.total_income, 100_00);
    assert_eq!(amount_of(&assessment, "income.gains"), -300_00);
}

#[test]
fn without_income_rates_are_those_of_the_first_unit() {
    let assessment = case(2025).run::<Example>().unwrap();
    assert_eq!(
        (
            assessment.owed,
            assessment.effective_rate,
            assessment.marginal_rate
        ),
        (0, 0, 105_000)
    );
}

#[test]
fn year_currency_and_region_come_first() {
    assert_eq!(refused(&case(2024)), TaxError::UnsupportedYear(2024));
    let mut other = case(2025);
    other.input.currency = "EUR".to_owned();
    assert_eq!(refused(&other), TaxError::WrongCurrency("EUR".to_owned()));
    let south = case(2025).region("S");
    assert_eq!(refused(&south), TaxError::UnsupportedRegion("S".to_owned()));
    let mut nowhere = case(2025);
    nowhere.input.region = None;
    assert_eq!(refused(&nowhere), TaxError::UnsupportedRegion(String::new()));
}

#[test]
fn fields_without_default_must_be_given_in_the_years_that_ask_for_them() {
    let missing = |year| refused(&Case::new::<Example>(year).region("N"));
    let names = |names: &[&str]| TaxError::MissingFields(names.iter().map(|&name| name.to_owned()).collect());
    assert_eq!(missing(2025), names(&["status"]));
    assert_eq!(missing(2026), names(&["status", "needed"]));
}

#[test]
fn fields_that_a_year_does_not_ask_for_are_ignored_with_a_word() {
    let assessment = case(2025).flag("blind", true).run::<Example>().unwrap();
    assert_eq!(assessment.ignored[0].what, "blind");
    assert!(
        case(2026)
            .flag("blind", true)
            .run::<Example>()
            .unwrap()
            .ignored
            .is_empty()
    );
}

#[test]
fn every_field_that_is_wrong_is_named() {
    let wrong = case(2026)
        .choice("status", "three")
        .whole("age", 131)
        .wholes("ages", &[1, -1])
        .whole("blind", 1)
        .amount("loan", 1_000_000_01)
        .flag("married", true);
    assert_eq!(
        invalid(&wrong),
        ["status", "age", "ages", "blind", "loan", "married"]
    );
    assert_eq!(invalid(&case(2025).wholes("ages", &[1; 21])), ["ages"]);
    let mut twice = case(2025);
    twice.input.profile.push(twice.input.profile[0].clone());
    assert_eq!(invalid(&twice), ["status"]);
}

#[test]
fn every_amount_that_is_wrong_is_named() {
    let mut wrong = case(2025)
        .income("salary", 1)
        .income("wages", -1)
        .income("gains", -1)
        .acquired(date(2025, 9, 2))
        .deduction("rent", 1)
        .deduction("gifts", -1);
    wrong.input.incomes[1].date = date(2025, 4, 5);
    wrong.input.incomes[2].withheld = -1;
    wrong.input.prepaid = -1;
    assert_eq!(
        invalid(&wrong),
        [
            "incomes[0].kind",
            "incomes[1].amount",
            "incomes[1].date",
            "incomes[2].withheld",
            "incomes[2].acquired",
            "deductions[0].category",
            "deductions[1].amount",
            "prepaid"
        ]
    );
}

#[test]
fn amounts_that_come_to_more_than_the_limit_are_out_of_range() {
    let large = case(2025).income("wages", LIMIT - 1).income("gains", -1);
    assert!(large.run::<Example>().is_ok());
    let beyond = |field: &str| TaxError::OutOfRange(field.to_owned());
    assert_eq!(
        refused(&large.clone().income("gains", 1)),
        beyond("incomes[2].amount")
    );
    assert_eq!(
        refused(&large.clone().deduction("gifts", 1)),
        beyond("deductions[0].amount")
    );
    assert_eq!(refused(&large.amount("loan", 1)), beyond("loan"));
    assert_eq!(
        refused(&case(2025).income("gains", i64::MIN)),
        beyond("incomes[0].amount")
    );
}

#[test]
fn defaults_are_read_and_described() {
    assert_eq!(AGE.read(None), 40);
    assert_eq!(AGES.read(None), [] as [i64; 0]);
    assert_eq!(STATUS.read(Some(&FieldValue::Choice("one".to_owned()))), Some(1));
    assert_eq!(STATUS.read(None), None);
    let description = Example::describe();
    assert_eq!(description.profile[1].default_value, Some(FieldValue::Whole(40)));
    assert_eq!(description.profile[0].default_value, None);
    assert!(matches!(&description.profile[0].kind, FieldKind::Choice(choices) if choices.len() == 2));
    assert!(!AGE.is_required() && STATUS.is_required());
}

#[test]
fn a_year_is_verified_when_no_figure_of_it_is_secondary() {
    let years: Vec<_> = Example::describe()
        .years
        .into_iter()
        .map(|year| (year.year, year.label, year.verified))
        .collect();
    assert_eq!(
        years,
        [
            (2026, "2026-27".to_owned(), false),
            (2025, "2025-26".to_owned(), true)
        ]
    );
}

#[test]
fn figures_are_published_with_bands_and_exact_decimals() {
    let parameters = Example::parameters(2025).unwrap();
    let ids: Vec<_> = parameters.iter().map(|parameter| parameter.id.as_str()).collect();
    assert_eq!(ids, ["rates", "factor"]);
    assert_eq!(parameters[1].value, ParameterValue::Decimal("932.30".to_owned()));
    let ParameterValue::Schedule(bands) = &parameters[0].value else {
        panic!("{:?}", parameters[0].value);
    };
    assert_eq!(
        (bands[1].lower, bands[1].upper, bands[1].rate),
        (1_000_33, None, 333_333)
    );
}
