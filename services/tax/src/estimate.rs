//! What a running tax year will come to.
//!
//! Incomes are counted in months of the tax year, which begin on the day of the month on which it does. What comes in
//! regularly is expected to go on as the average of the whole months since it began; a gain, and what may be
//! negative, is not expected again.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use pfms_plugin_host::tax::{Income, Input, Person};
use pfms_types::{Currency, Money};

use crate::country::{Country, Year, lend_day};

/// Where a day lies in a tax year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Months that are over.
    pub over: usize,
    /// Months of the year.
    pub months: usize,
}

/// What an income is expected to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// The kind of income.
    pub kind: String,
    /// Whose it is.
    pub person: Person,
    /// What came in so far, in minor units.
    pub so_far: i64,
    /// What is expected in the rest of the year, in minor units; not negative.
    pub expected: i64,
    /// What is expected to be withheld from that; not negative.
    pub withheld: i64,
    /// How that came about.
    pub formula: String,
}

impl Progress {
    /// Where a day lies; a day is over when it is asked about.
    #[must_use]
    pub fn at(year: &Year, day: Date) -> Self {
        let starts = month_starts(year);
        // A month is over when the next one begins at the latest on the morrow.
        let morrow = day.checked_add(1.day()).unwrap_or(day);
        let begun = starts.iter().filter(|start| **start <= morrow).count();
        let over = if day >= year.last_day {
            starts.len()
        } else {
            begun.saturating_sub(1)
        };
        Self {
            over,
            months: starts.len(),
        }
    }

    /// Months that are not over.
    #[must_use]
    pub fn left(self) -> usize {
        self.months.saturating_sub(self.over)
    }
}

/// The first days of a tax year's months.
fn month_starts(year: &Year) -> Vec<Date> {
    let starts = (0_i32..).map_while(|month| year.first_day.checked_add(month.months()).ok());
    starts.take_while(|start| *start <= year.last_day).collect()
}

/// What came in up to a day, and what is expected in the rest of the year, by kind and person.
#[must_use]
pub fn project(country: &Country, year: &Year, input: &Input, day: Date) -> Vec<Projection> {
    let starts = month_starts(year);
    let progress = Progress::at(year, day);
    let today = lend_day(day);
    let mut groups: BTreeMap<(&str, bool), Vec<&Income>> = BTreeMap::new();
    for income in &input.incomes {
        let whose = (income.kind.as_str(), income.person == Person::Partner);
        groups.entry(whose).or_default().push(income);
    }
    groups
        .into_iter()
        .map(|((kind, partner), incomes)| {
            let month_of = |income: &Income| {
                let begun = starts.iter().filter(|start| lend_day(**start) <= income.date);
                begun.count().saturating_sub(1)
            };
            let group = Group {
                months: incomes.iter().map(|income| month_of(income)).collect(),
                past: incomes.iter().map(|income| income.date <= today).collect(),
                incomes,
            };
            let regular = country
                .income_kind(kind)
                .is_some_and(|kind| !kind.has_holding_period && !kind.may_be_negative);
            let (expected, formula) = if regular {
                group.expect(|income| income.amount, progress, country.currency)
            } else {
                (0, "gains, and what may be negative, are not expected again".to_owned())
            };
            let (withheld, _) = if regular {
                group.expect(|income| income.withheld, progress, country.currency)
            } else {
                (0, String::new())
            };
            Projection {
                kind: kind.to_owned(),
                person: if partner { Person::Partner } else { Person::Taxpayer },
                so_far: clamp(group.sum(|income| income.amount, |index| group.past[index])),
                expected,
                withheld,
                formula,
            }
        })
        .collect()
}

/// Incomes of one kind and person, each with the month in which it came in and whether that is past.
struct Group<'a> {
    incomes: Vec<&'a Income>,
    months: Vec<usize>,
    past: Vec<bool>,
}

impl Group<'_> {
    fn sum(&self, amount: impl Fn(&Income) -> i64, counts: impl Fn(usize) -> bool) -> i128 {
        let incomes = self.incomes.iter().enumerate();
        incomes
            .filter(|(index, _)| counts(*index))
            .map(|(_, income)| i128::from(amount(income)))
            .sum()
    }

    /// What is expected in the rest of the year beside what is known of it.
    fn expect(
        &self,
        amount: impl Fn(&Income) -> i64 + Copy,
        progress: Progress,
        currency: Currency,
    ) -> (i64, String) {
        let first = self.months.iter().zip(&self.past).filter(|(_, past)| **past);
        let Some(first) = first.map(|(month, _)| *month).min() else {
            return (0, "nothing came in so far".to_owned());
        };
        if progress.left() == 0 {
            return (0, "the year is over".to_owned());
        }
        let written = |minor: i128| Money::from_minor(clamp(minor), currency).to_string();
        let this_month = self.sum(amount, |index| self.past[index] && self.months[index] >= progress.over);
        let announced = self.sum(amount, |index| !self.past[index]);
        let whole = progress.over.saturating_sub(first);
        let later = progress.left() - 1;
        let (average, why) = if whole == 0 {
            let why = format!("{} in its first month", written(this_month));
            (this_month, why)
        } else {
            let before = self.sum(amount, |index| self.past[index] && self.months[index] < progress.over);
            let average = before / i128::try_from(whole).unwrap_or(i128::MAX);
            let why = format!(
                "{} on average in {whole} whole months, {} in this month so far",
                written(average),
                written(this_month)
            );
            (average, why)
        };
        let rest = average.saturating_sub(this_month).max(0);
        let later_sum = average.saturating_mul(i128::try_from(later).unwrap_or(0));
        let expected = rest.saturating_add(later_sum).saturating_sub(announced).max(0);
        let formula = format!("{why}; {later} months follow, of which {} are known", written(announced));
        (clamp(expected), formula)
    }
}

/// The input with what is expected added on the last day of the year.
#[must_use]
pub fn extended(input: &Input, projections: &[Projection], year: &Year) -> Input {
    let mut extended = input.clone();
    for projection in projections.iter().filter(|one| one.expected > 0) {
        let whose = match projection.person {
            Person::Taxpayer => "taxpayer",
            Person::Partner => "partner",
        };
        extended.incomes.push(Income {
            id: format!("expected-{}-{whose}", projection.kind),
            kind: projection.kind.clone(),
            person: projection.person,
            amount: projection.expected,
            date: lend_day(year.last_day),
            acquired: None,
            withheld: projection.withheld,
        });
    }
    extended
}

/// The input with what came in up to a day.
#[must_use]
pub fn up_to(input: &Input, day: Date) -> Input {
    let mut past = input.clone();
    past.incomes.retain(|income| income.date <= lend_day(day));
    past
}

/// What to set aside in each of the months that are left, rounded up; nothing when none is.
#[must_use]
pub fn per_month(left_to_pay: i64, months_left: usize) -> i64 {
    match i64::try_from(months_left) {
        Ok(months) if months > 0 && left_to_pay > 0 => {
            let exact = left_to_pay / months;
            if left_to_pay % months == 0 { exact } else { exact + 1 }
        }
        _ => 0,
    }
}

fn clamp(minor: i128) -> i64 {
    i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX })
}
