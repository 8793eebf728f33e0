//! What a running tax year will come to.
//!
//! Incomes are counted in months of the tax year, which begin on the day of the month on which it does. What comes in
//! regularly is expected to go on as the average of the whole months since it began; gains are not expected again.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use pfms_plugin_host::tax::{Income, Input, Person};
use pfms_types::{Currency, Money};

use crate::country::{Country, Year, lend_day};
use crate::mapping::is_regular;

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
            let regular = country.income_kind(kind).is_some_and(is_regular);
            let (expected, formula) = if regular {
                group.expect(|income| income.amount, progress, country.currency)
            } else {
                (0, "gains are not expected again".to_owned())
            };
            let (withheld, _) = if regular {
                group.expect(|income| income.withheld, progress, country.currency)
            } else {
                (0, String::new())
            };
            Projection {
                kind: kind.to_owned(),
                person: if partner {
                    Person::Partner
                } else {
                    Person::Taxpayer
                },
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
        let this_month = self.sum(amount, |index| {
            self.past[index] && self.months[index] >= progress.over
        });
        let announced = self.sum(amount, |index| !self.past[index]);
        let whole = progress.over.saturating_sub(first);
        let later = progress.left() - 1;
        let (average, why) = if whole == 0 {
            let why = format!("{} in its first month", written(this_month));
            (this_month, why)
        } else {
            let before = self.sum(amount, |index| {
                self.past[index] && self.months[index] < progress.over
            });
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
        let formula = format!(
            "{why}; {later} months follow, of which {} are known",
            written(announced)
        );
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
            if left_to_pay % months == 0 {
                exact
            } else {
                exact + 1
            }
        }
        _ => 0,
    }
}

fn clamp(minor: i128) -> i64 {
    i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use pfms_plugin_host::tax::Input;
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{country, day, income, known, year_2025};
    use crate::income::Income as Stored;
    use crate::situation::Situation;

    fn input(incomes: Vec<Stored>) -> Input {
        Situation::of(&country(), &year_2025(), &known(incomes, vec![]))
            .unwrap()
            .input
    }

    fn projected(incomes: Vec<Stored>, today: &str) -> Vec<(i64, i64, i64)> {
        project(&country(), &year_2025(), &input(incomes), day(today))
            .into_iter()
            .map(|one| (one.so_far, one.expected, one.withheld))
            .collect()
    }

    /// Wages on these days.
    fn wages(minor: i64, days: &[&str]) -> Vec<Stored> {
        days.iter()
            .map(|day| {
                let mut wage = income("employment", minor, day);
                wage.details.withheld = minor / 5;
                wage
            })
            .collect()
    }

    #[test]
    fn months_begin_on_the_day_on_which_the_year_does() {
        let at = |today| {
            let progress = Progress::at(&year_2025(), day(today));
            (progress.over, progress.left())
        };
        assert_eq!(at("2025-01-01"), (0, 12));
        assert_eq!(at("2025-04-06"), (0, 12));
        assert_eq!(at("2025-05-04"), (0, 12));
        // The last day of the first month is over when it is asked about.
        assert_eq!(at("2025-05-05"), (1, 11));
        assert_eq!(at("2026-03-06"), (11, 1));
        assert_eq!(at("2026-04-05"), (12, 0));
        assert_eq!(at("2027-01-01"), (12, 0));
    }

    #[test]
    fn a_salary_goes_on() {
        let paid = ["2025-04-30", "2025-05-31", "2025-06-30"];
        // Three whole months.
        assert_eq!(
            projected(wages(1_000, &paid), "2025-07-05"),
            [(3_000, 9_000, 1_800)]
        );
        // The third month is not over, and is paid already.
        assert_eq!(
            projected(wages(1_000, &paid), "2025-07-01"),
            [(3_000, 9_000, 1_800)]
        );
        // It is not paid yet.
        assert_eq!(
            projected(wages(1_000, &paid[..2]), "2025-06-20"),
            [(2_000, 10_000, 2_000)]
        );
        // The first month is all that is known.
        assert_eq!(
            projected(wages(1_000, &paid[..1]), "2025-05-01"),
            [(1_000, 11_000, 2_200)]
        );
    }

    #[test]
    fn what_began_later_counts_from_then() {
        let paid = ["2025-10-31", "2025-11-30"];
        assert_eq!(
            projected(wages(1_000, &paid), "2025-12-05"),
            [(2_000, 4_000, 800)]
        );
    }

    #[test]
    fn what_is_announced_is_not_expected_twice() {
        let paid = ["2025-04-30", "2025-05-31", "2026-01-31"];
        assert_eq!(
            projected(wages(1_000, &paid), "2025-06-05"),
            [(2_000, 9_000, 1_800)]
        );
    }

    #[test]
    fn gains_are_not_expected_again_and_after_the_year_nothing_is() {
        let gain = income("capital-gain", 5_000, "2025-05-01");
        assert_eq!(projected(vec![gain], "2025-07-05"), [(5_000, 0, 0)]);
        let paid = wages(1_000, &["2025-04-30"]);
        assert_eq!(projected(paid.clone(), "2026-04-05"), [(1_000, 0, 0)]);
        assert_eq!(projected(paid, "2025-04-10"), [(0, 0, 0)]);
    }

    #[test]
    fn what_is_set_aside_covers_what_is_left_to_pay() {
        assert_eq!(per_month(100, 3), 34);
        assert_eq!(per_month(99, 3), 33);
        assert_eq!(per_month(-5, 3), 0);
        assert_eq!(per_month(100, 0), 0);
    }

    proptest! {
        #[test]
        fn nothing_negative_is_expected_and_the_year_holds_what_came_in(
            amounts in prop::collection::vec((0_i64..=i64::MAX, 0_i32..365), 0..30),
            elapsed in 0_i32..400,
        ) {
            let year = year_2025();
            let after = |days| year.first_day.checked_add(jiff::Span::new().days(days)).unwrap();
            let incomes = amounts
                .iter()
                .map(|(minor, days)| {
                    let mut one = income("employment", *minor, "2025-05-01");
                    one.details.date = after(*days);
                    one
                })
                .collect();
            let input = input(incomes);
            let today = after(elapsed);
            let projections = project(&country(), &year, &input, today);
            for one in &projections {
                prop_assert!(one.expected >= 0 && one.withheld >= 0);
            }
            let whole = extended(&input, &projections, &year);
            prop_assert!(whole.incomes.len() <= input.incomes.len() + projections.len());
            prop_assert!(up_to(&input, today).incomes.len() <= input.incomes.len());
        }

        #[test]
        fn a_months_share_times_the_months_covers_the_rest_by_less_than_a_unit_each(
            left in 0_i64..1_000_000_000_000,
            months in 1_usize..=12,
        ) {
            let each = per_month(left, months);
            let all = each * i64::try_from(months).unwrap();
            prop_assert!(all >= left && all - left < i64::try_from(months).unwrap());
        }
    }
}
