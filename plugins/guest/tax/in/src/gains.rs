//! Capital gains: long or short, losses among them, the index for land and buildings.

use pfms_tax::{Date, Facts, Income, Node, Rounding, Whole, date};

use crate::declared::{
    DEBT_FUND_GAIN, EQUITY_GAIN, LISTED_GAIN, OTHER_GAIN, PROPERTY_COST, PROPERTY_GAIN, RESIDENT, VDA_GAIN,
};
use crate::figures::{self, GAINS_MONTHS_LISTED, GAINS_MONTHS_OTHER};

/// Land and buildings bought before this day may be indexed (s. 112(1)(a), third proviso).
const INDEXED_BEFORE: Date = date(2024, 7, 23);

/// The first year of the index. What was bought before counts as bought in it, at its value then (s. 55(2)(b)).
const FIRST_INDEXED_YEAR: u16 = 2001;

/// Index by year of purchase, from [`FIRST_INDEXED_YEAR`] on.
static INDEX: [&Node<Whole>; 24] = [
    &figures::COST_INFLATION_INDEX_OF_2001_02,
    &figures::COST_INFLATION_INDEX_OF_2002_03,
    &figures::COST_INFLATION_INDEX_OF_2003_04,
    &figures::COST_INFLATION_INDEX_OF_2004_05,
    &figures::COST_INFLATION_INDEX_OF_2005_06,
    &figures::COST_INFLATION_INDEX_OF_2006_07,
    &figures::COST_INFLATION_INDEX_OF_2007_08,
    &figures::COST_INFLATION_INDEX_OF_2008_09,
    &figures::COST_INFLATION_INDEX_OF_2009_10,
    &figures::COST_INFLATION_INDEX_OF_2010_11,
    &figures::COST_INFLATION_INDEX_OF_2011_12,
    &figures::COST_INFLATION_INDEX_OF_2012_13,
    &figures::COST_INFLATION_INDEX_OF_2013_14,
    &figures::COST_INFLATION_INDEX_OF_2014_15,
    &figures::COST_INFLATION_INDEX_OF_2015_16,
    &figures::COST_INFLATION_INDEX_OF_2016_17,
    &figures::COST_INFLATION_INDEX_OF_2017_18,
    &figures::COST_INFLATION_INDEX_OF_2018_19,
    &figures::COST_INFLATION_INDEX_OF_2019_20,
    &figures::COST_INFLATION_INDEX_OF_2020_21,
    &figures::COST_INFLATION_INDEX_OF_2021_22,
    &figures::COST_INFLATION_INDEX_OF_2022_23,
    &figures::COST_INFLATION_INDEX_OF_2023_24,
    &figures::COST_INFLATION_INDEX_OF_2024_25,
];

/// Gains by how they are taxed. What is a loss in one of them is negative until [`Gains::set_off`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gains {
    /// Short-term, at slab rates.
    pub slab: i64,
    /// Short-term on listed equity, s. 111A.
    pub equity_short: i64,
    /// Long-term, s. 112.
    pub long: i64,
    /// Long-term on land and buildings, s. 112.
    pub property: i64,
    /// By how much indexation would lessen the gain on land and buildings.
    pub indexation: i64,
    /// Long-term on listed equity, s. 112A.
    pub equity_long: i64,
    /// Of virtual digital assets, losses left out.
    pub vda: i64,
    /// Losses that are left when all was set off.
    pub lost: Lost,
}

/// Losses without gains that they may lessen. None is negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// Short-term.
    pub short: i64,
    /// Long-term.
    pub long: i64,
    /// Of virtual digital assets.
    pub vda: i64,
}

impl Gains {
    /// The taxpayer's gains, before losses are set off.
    pub fn of(facts: &Facts<'_>) -> Self {
        let mut gains = Self {
            slab: facts.sum(&DEBT_FUND_GAIN),
            ..Self::default()
        };
        for income in facts.of_kind(&VDA_GAIN) {
            gains.vda += income.amount.max(0);
            gains.lost.vda += -income.amount.min(0);
        }
        for income in facts.of_kind(&EQUITY_GAIN) {
            if is_long(facts, income, &GAINS_MONTHS_LISTED) {
                gains.equity_long += income.amount;
            } else {
                gains.equity_short += income.amount;
            }
        }
        for (kind, months) in [
            (&LISTED_GAIN, &GAINS_MONTHS_LISTED),
            (&OTHER_GAIN, &GAINS_MONTHS_OTHER),
        ] {
            for income in facts.of_kind(kind) {
                if is_long(facts, income, months) {
                    gains.long += income.amount;
                } else {
                    gains.slab += income.amount;
                }
            }
        }
        for income in facts.of_kind(&PROPERTY_GAIN) {
            if is_long(facts, income, &GAINS_MONTHS_OTHER) {
                gains.property += income.amount;
            } else {
                gains.slab += income.amount;
            }
        }
        gains.indexation = indexation(facts).unwrap_or_default();
        gains
    }

    /// Sets losses off: long-term ones against long-term gains, short-term ones against what is left of any
    /// (s. 70(2) and (3)). Afterwards nothing is negative.
    pub fn set_off(mut self) -> Self {
        let mut long = loss(&mut self.long) + loss(&mut self.property) + loss(&mut self.equity_long);
        for gain in [&mut self.long, &mut self.property, &mut self.equity_long] {
            lessen(gain, &mut long);
        }
        let mut short = loss(&mut self.slab) + loss(&mut self.equity_short);
        lessen(&mut self.slab, &mut short);
        self.lessen_special(&mut short);
        self.lost.short = short;
        self.lost.long = long;
        self
    }

    /// Takes a loss from gains at special rates, the dearest first.
    pub fn lessen_special(&mut self, loss: &mut i64) {
        for gain in [
            &mut self.equity_short,
            &mut self.long,
            &mut self.property,
            &mut self.equity_long,
        ] {
            lessen(gain, loss);
        }
    }
}

/// Takes from a gain as much of a loss as it holds.
pub fn lessen(gain: &mut i64, loss: &mut i64) {
    let taken = (*loss).min((*gain).max(0));
    *gain -= taken;
    *loss -= taken;
}

/// Takes the loss out of what may be one.
pub fn loss(net: &mut i64) -> i64 {
    let loss = -(*net).min(0);
    *net += loss;
    loss
}

/// Whether an asset was held for more than so many months. Without a day of purchase it was not.
fn is_long(facts: &Facts<'_>, income: &Income, months: &Node<Whole>) -> bool {
    let months = u16::try_from(months.at(facts.year()).0).unwrap_or(u16::MAX);
    income
        .acquired
        .is_some_and(|bought| income.date > bought.months_later(months))
}

/// Whether the day of purchase of a gain is missing and matters.
pub fn lacks_purchase(facts: &Facts<'_>) -> bool {
    facts
        .incomes()
        .any(|earned| earned.kind.has_holding_period && earned.income.acquired.is_none())
}

/// By how much indexation raises the cost of land or buildings.
///
/// # Errors
/// Why it does not, for people.
pub fn indexation(facts: &Facts<'_>) -> Result<i64, &'static str> {
    if !facts.get(&RESIDENT) {
        return Err("Only residents may index the cost of land and buildings.");
    }
    let mut long = facts
        .of_kind(&PROPERTY_GAIN)
        .filter(|income| is_long(facts, income, &GAINS_MONTHS_OTHER));
    let bought = match (long.next(), long.next()) {
        (
            Some(Income {
                acquired: Some(bought),
                ..
            }),
            None,
        ) => *bought,
        (Some(_), Some(_)) => {
            return Err("With several properties it is not clear to which of them the cost belongs.");
        }
        _ => return Err("There is no long-term gain on land or buildings."),
    };
    if bought >= INDEXED_BEFORE {
        return Err("Only what was bought before 23 July 2024 is indexed.");
    }
    let sold = figures::COST_INFLATION_INDEX_OF_SALE.at(facts.year());
    let sold = sold.ok_or("The cost inflation index of the year of sale is not known here.")?;
    let index = INDEX[index_of(bought)].at(facts.year());
    let cost = facts.spent(&PROPERTY_COST);
    Ok((Rounding::half_up(1).share(cost, sold.0, index.0) - cost).max(0))
}

/// Position in [`INDEX`] of the financial year, which begins in April, of a day.
fn index_of(day: Date) -> usize {
    let year = if day.month < 4 {
        day.year.saturating_sub(1)
    } else {
        day.year
    };
    usize::from(year.saturating_sub(FIRST_INDEXED_YEAR)).min(INDEX.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_losses_stay_among_long_gains_and_short_ones_go_anywhere() {
        let gains = Gains {
            slab: -50,
            equity_short: 30,
            long: -40,
            property: 100,
            equity_long: 10,
            ..Gains::default()
        };
        let after = gains.set_off();
        assert_eq!((after.slab, after.equity_short, after.long), (0, 0, 0));
        assert_eq!((after.property, after.equity_long), (40, 10));
        assert_eq!(after.lost, Lost::default());
    }

    #[test]
    fn what_finds_no_gain_is_left() {
        let gains = Gains {
            equity_short: 30,
            long: -40,
            ..Gains::default()
        };
        let after = gains.set_off();
        assert_eq!((after.equity_short, after.long, after.lost.long), (30, 0, 40));
        let after = Gains {
            slab: -7,
            ..Gains::default()
        }
        .set_off();
        assert_eq!((after.slab, after.lost.short), (0, 7));
    }

    #[test]
    fn the_index_is_that_of_the_financial_year() {
        let days = [
            (1990, 1, 1),
            (2001, 4, 1),
            (2002, 3, 31),
            (2002, 4, 1),
            (2024, 7, 22),
        ];
        let positions = days.map(|(year, month, day)| index_of(date(year, month, day)));
        assert_eq!(positions, [0, 0, 0, 1, 23]);
    }
}
