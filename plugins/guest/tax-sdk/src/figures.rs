//! The figures of a country's law, by year. `pfms-tax-parameters` generates them from data files.

use crate::bindings::pfms::rules::tax_types::{Bracket, Mark, Parameter, ParameterValue, TaxYear};
use crate::{Date, Decimal, Rate, Schedule};

/// All figures of a country.
#[derive(Clone, Copy)]
pub struct Figures {
    /// The years for which every figure has a value, the earliest first.
    pub years: &'static [YearOf],
    /// Every figure, in the order of the data files.
    pub nodes: &'static [&'static (dyn AnyNode + Sync)],
}

/// A tax year as data.
#[derive(Debug, Clone, Copy)]
pub struct YearOf {
    /// The number by which it is asked for: the calendar year in which it begins.
    pub year: u16,
    /// As people write it.
    pub label: &'static str,
    /// The first day.
    pub first_day: Date,
    /// The last day.
    pub last_day: Date,
}

/// A year that the figures cover. It is made by checking an input, or by [`Figures::year`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Year {
    index: usize,
    number: u16,
}

impl Year {
    /// The number by which the year is asked for.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.number
    }
}

/// A figure's value in a year, where it stands in the law, and how well it is known.
#[derive(Debug, Clone, Copy)]
pub struct Value<T> {
    /// The value.
    pub value: T,
    /// Where it stands in the law.
    pub source: &'static str,
    /// How well it is known.
    pub mark: Mark,
}

/// A figure of the law: one value for each year. `T` is `i64` (an amount in minor units), [`Rate`],
/// [`Whole`], [`Decimal`] or [`Schedule`], or an `Option` of one where the law does not have it every year.
///
/// A figure without a name in the law, such as the number of months in a year, is no node.
#[derive(Debug, Clone, Copy)]
pub struct Node<T: 'static> {
    /// Lower case words joined by hyphens and dots.
    pub id: &'static str,
    /// For people.
    pub label: &'static str,
    /// By position of the year in [`Figures::years`].
    pub values: &'static [Value<T>],
}

impl<T: Copy + Default> Node<T> {
    /// The value in a year.
    #[must_use]
    pub fn at(&self, year: Year) -> T {
        self.values
            .get(year.index)
            .map_or_else(T::default, |value| value.value)
    }
}

/// A number that is not an amount, such as an age.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whole(pub i64);

/// What can be published as a parameter.
pub trait Publish: Copy {
    /// As the contract has it; none when the law does not have it in the year.
    fn publish(self) -> Option<ParameterValue>;

    /// Whether there is one.
    fn is_some(&self) -> bool {
        true
    }
}

impl Publish for i64 {
    fn publish(self) -> Option<ParameterValue> {
        Some(ParameterValue::Amount(self))
    }
}

impl Publish for Rate {
    fn publish(self) -> Option<ParameterValue> {
        Some(ParameterValue::Rate(self.0))
    }
}

impl Publish for Whole {
    fn publish(self) -> Option<ParameterValue> {
        Some(ParameterValue::Whole(self.0))
    }
}

impl Publish for Decimal {
    fn publish(self) -> Option<ParameterValue> {
        Some(ParameterValue::Decimal(self.to_string()))
    }
}

impl Publish for Schedule {
    fn publish(self) -> Option<ParameterValue> {
        let mut lower = 0;
        let brackets = self.0.iter().map(|band| {
            let bracket = Bracket {
                lower,
                upper: band.upper,
                rate: band.rate.0,
            };
            lower = band.upper.unwrap_or(lower);
            bracket
        });
        Some(ParameterValue::Schedule(brackets.collect()))
    }
}

impl<T: Publish> Publish for Option<T> {
    fn publish(self) -> Option<ParameterValue> {
        self.and_then(Publish::publish)
    }

    fn is_some(&self) -> bool {
        Option::is_some(self)
    }
}

/// A figure of any kind.
pub trait AnyNode {
    /// Its id.
    fn id(&self) -> &'static str;

    /// Whether the law has it in the year.
    fn is_in(&self, year: Year) -> bool;

    /// As the contract has it; none when the law does not have it in the year.
    fn parameter(&self, year: Year) -> Option<Parameter>;
}

impl<T: Publish> AnyNode for Node<T> {
    fn id(&self) -> &'static str {
        self.id
    }

    fn is_in(&self, year: Year) -> bool {
        self.values
            .get(year.index)
            .is_some_and(|value| value.value.is_some())
    }

    fn parameter(&self, year: Year) -> Option<Parameter> {
        let value = self.values.get(year.index)?;
        Some(Parameter {
            id: self.id.to_owned(),
            label: self.label.to_owned(),
            value: value.value.publish()?,
            source: value.source.to_owned(),
            mark: value.mark,
        })
    }
}

impl Figures {
    /// The year with this number, if the figures cover it.
    #[must_use]
    pub fn year(&self, number: u16) -> Option<Year> {
        let index = self.years.iter().position(|year| year.year == number)?;
        Some(Year { index, number })
    }

    /// The figures of a year, in the order of the data files.
    #[must_use]
    pub fn parameters(&self, year: Year) -> Vec<Parameter> {
        self.nodes
            .iter()
            .filter_map(|node| node.parameter(year))
            .collect()
    }

    /// First and last day of a year.
    #[must_use]
    pub fn days(&self, year: Year) -> Option<(Date, Date)> {
        let of = self.years.get(year.index)?;
        Some((of.first_day, of.last_day))
    }

    /// The years as the description has them, the latest first.
    #[must_use]
    pub fn describe(&self) -> Vec<TaxYear> {
        let years = self.years.iter().enumerate().rev();
        years
            .map(|(index, of)| TaxYear {
                year: of.year,
                label: of.label.to_owned(),
                first_day: of.first_day,
                last_day: of.last_day,
                verified: self.is_verified(Year {
                    index,
                    number: of.year,
                }),
            })
            .collect()
    }

    fn is_verified(&self, year: Year) -> bool {
        let mut parameters = self.nodes.iter().filter_map(|node| node.parameter(year));
        parameters.all(|parameter| parameter.mark != Mark::Secondary)
    }
}
