//! Runs rules as plain Rust, for the tests of their authors.
//!
//! What only the sandbox can show (limits, size, determinism of the binary) is not tested here.

use std::collections::HashSet;

use crate::{
    Assessment, Date, Deduction, FieldValue, Income, Input, Line, Person, ProfileEntry, Section, TaxError,
    TaxRules,
};

/// An input on its way to a country.
#[derive(Debug, Clone)]
pub struct Case {
    /// What the country is given.
    pub input: Input,
}

impl Case {
    /// A year without incomes, of a person who said nothing, in the country's currency. Without a region.
    #[must_use]
    pub fn new<R: TaxRules>(year: u16) -> Self {
        Self {
            input: Input {
                year,
                currency: R::country().currency.to_owned(),
                region: None,
                profile: vec![],
                incomes: vec![],
                deductions: vec![],
                prepaid: 0,
            },
        }
    }

    /// The same in a region.
    #[must_use]
    pub fn region(mut self, code: &str) -> Self {
        self.input.region = Some(code.to_owned());
        self
    }

    /// The same with a field of the profile.
    #[must_use]
    pub fn field(mut self, name: &str, value: FieldValue) -> Self {
        self.input.profile.retain(|entry| entry.name != name);
        self.input.profile.push(ProfileEntry {
            name: name.to_owned(),
            value,
        });
        self
    }

    /// The same with a field that is yes or no.
    #[must_use]
    pub fn flag(self, name: &str, value: bool) -> Self {
        self.field(name, FieldValue::Flag(value))
    }

    /// The same with a field that is a whole number.
    #[must_use]
    pub fn whole(self, name: &str, value: i64) -> Self {
        self.field(name, FieldValue::Whole(value))
    }

    /// The same with a field of whole numbers.
    #[must_use]
    pub fn wholes(self, name: &str, values: &[i64]) -> Self {
        self.field(name, FieldValue::Wholes(values.to_vec()))
    }

    /// The same with a field that is an amount, in minor units.
    #[must_use]
    pub fn amount(self, name: &str, minor: i64) -> Self {
        self.field(name, FieldValue::Amount(minor))
    }

    /// The same with one of several answers.
    #[must_use]
    pub fn choice(self, name: &str, answer: &str) -> Self {
        self.field(name, FieldValue::Choice(answer.to_owned()))
    }

    /// The same with an income of the taxpayer, in minor units, in the middle of the year.
    #[must_use]
    pub fn income(self, kind: &str, minor: i64) -> Self {
        self.income_of(Person::Taxpayer, kind, minor)
    }

    /// The same with an income of a person, in minor units, in the middle of the year.
    #[must_use]
    pub fn income_of(mut self, person: Person, kind: &str, minor: i64) -> Self {
        self.input.incomes.push(Income {
            id: format!("income-{}", self.input.incomes.len() + 1),
            kind: kind.to_owned(),
            person,
            amount: minor,
            date: Date {
                year: self.input.year,
                month: 9,
                day: 1,
            },
            acquired: None,
            withheld: 0,
        });
        self
    }

    /// The same with a day of purchase for the income that was added last.
    #[must_use]
    pub fn acquired(mut self, day: Date) -> Self {
        if let Some(income) = self.input.incomes.last_mut() {
            income.acquired = Some(day);
        }
        self
    }

    /// The same with a deduction of the taxpayer, in minor units.
    #[must_use]
    pub fn deduction(self, category: &str, minor: i64) -> Self {
        self.deduction_of(Person::Taxpayer, category, minor)
    }

    /// The same with a deduction of a person, in minor units.
    #[must_use]
    pub fn deduction_of(mut self, person: Person, category: &str, minor: i64) -> Self {
        self.input.deductions.push(Deduction {
            id: format!("deduction-{}", self.input.deductions.len() + 1),
            category: category.to_owned(),
            person,
            amount: minor,
        });
        self
    }

    /// Asks a country.
    ///
    /// # Errors
    /// As [`TaxRules::calculate`].
    pub fn run<R: TaxRules>(&self) -> Result<Assessment, TaxError> {
        R::calculate(&self.input)
    }
}

/// A line of an assessment, by id.
#[must_use]
pub fn line<'a>(assessment: &'a Assessment, id: &str) -> Option<&'a Line> {
    assessment.lines.iter().find(|line| line.id == id)
}

/// Amount of a line; zero when there is no such line, as lines of zero are left out.
#[must_use]
pub fn amount_of(assessment: &Assessment, id: &str) -> i64 {
    line(assessment, id).map_or(0, |line| line.amount)
}

/// What must hold for every assessment of every country and does not: for tests, which assert that there is
/// nothing.
#[must_use]
pub fn problems<R: TaxRules>(year: u16, assessment: &Assessment) -> Vec<String> {
    let mut problems = Vec::new();
    let mut demand = |holds: bool, problem: String| {
        if !holds {
            problems.push(problem);
        }
    };
    let lines = &assessment.lines;
    let effects: i64 = lines.iter().map(|line| line.effect).sum();
    demand(
        effects == assessment.owed,
        format!("effects sum to {effects}, owed is {}", assessment.owed),
    );
    demand(
        assessment.owed - assessment.paid == assessment.balance,
        "owed less paid is not the balance".to_owned(),
    );
    let sections: Vec<_> = lines.iter().map(|line| line.section as u8).collect();
    demand(
        sections.is_sorted(),
        "lines are not in the order of the report".to_owned(),
    );

    let figures = R::country().figures;
    let known: HashSet<_> = figures
        .year(year)
        .map(|year| figures.parameters(year))
        .unwrap_or_default()
        .into_iter()
        .map(|parameter| parameter.id)
        .collect();
    let mut ids = HashSet::new();
    for line in lines {
        let id = &line.id;
        demand(ids.insert(id.clone()), format!("two lines have the id {id}"));
        demand(
            is_id(id),
            format!("{id} is not lower case words joined by hyphens and dots"),
        );
        demand(
            line.effect == 0 || line.effect.abs() == line.amount.abs(),
            format!("{id}: the effect is not that of its amount"),
        );
        let needs_words = matches!(
            line.section,
            Section::Tax | Section::Credit | Section::Surcharge | Section::Contribution
        );
        demand(
            !needs_words || !line.formula.is_empty(),
            format!("{id}: nothing says how it came about"),
        );
        for parameter in &line.parameters {
            demand(
                known.contains(parameter),
                format!("{id}: {parameter} is no figure of {year}"),
            );
        }
    }
    problems
}

/// Lower case words joined by hyphens and dots.
#[must_use]
pub fn is_id(id: &str) -> bool {
    id.split(['.', '-']).all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}
