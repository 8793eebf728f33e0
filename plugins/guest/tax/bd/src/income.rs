//! Income by kind, what is free of it, and losses.

use pfms_tax::{Facts, Income, Rounding, Year};

use crate::declared::{
    AGRICULTURE, BUSINESS, DIVIDENDS, HOUSE_PROPERTY, INTEREST, LISTED_GAIN, OTHER, OTHER_GAIN,
    PRECIOUS_GAIN, SALARY, SPONSOR,
};
use crate::figures::{
    DIVIDENDS_RATE, GAINS_LISTED_EXEMPT, GAINS_LONG_YEARS, GAINS_PRECIOUS_RATE, SALARY_EXEMPTION_MOST,
    SALARY_EXEMPTION_PARTS,
};

const MONTHS_OF_A_YEAR: i64 = 12;

/// Income as it was given, in paisa.
#[derive(Debug, Clone, Copy)]
pub struct Given {
    /// Before the exemption.
    pub salary: i64,
    /// May be negative.
    pub house: i64,
    /// May be negative.
    pub agriculture: i64,
    /// May be negative.
    pub business: i64,
    /// Interest.
    pub interest: i64,
    /// Dividends.
    pub dividends: i64,
    /// Other income at ordinary rates.
    pub other: i64,
    /// Gains on assets that were not held for long, at ordinary rates; may be negative.
    pub gains_short: i64,
    /// Gains on assets held for long; may be negative.
    pub gains_long: i64,
    /// Gains on listed securities; may be negative.
    pub gains_listed: i64,
    /// Gains on gold and the like; may be negative.
    pub gains_precious: i64,
}

/// What is taxed, in paisa. Nothing is negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taxed {
    /// What is free of the salary.
    pub salary_exemption: i64,
    /// What is free of gains on listed securities.
    pub listed_exemption: i64,
    /// What losses lessened.
    pub set_off: i64,
    /// At ordinary rates.
    pub ordinary: i64,
    /// Dividends, where they have a rate of their own.
    pub dividends: i64,
    /// Gains on listed securities.
    pub listed: i64,
    /// Gains on other assets held for long.
    pub long: i64,
    /// Gains on gold and the like.
    pub precious: i64,
    /// Losses that lessened nothing.
    pub lost: Lost,
}

/// Losses that lessened nothing. None is negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// Of house property and agriculture.
    pub other: i64,
    /// Of a business.
    pub business: i64,
    /// On capital assets.
    pub gains: i64,
}

impl Given {
    /// The taxpayer's income.
    pub fn of(facts: &Facts<'_>) -> Self {
        let (mut gains_short, mut gains_long) = (0, 0);
        for income in facts.of_kind(&OTHER_GAIN) {
            if is_long(facts.year(), income) {
                gains_long += income.amount;
            } else {
                gains_short += income.amount;
            }
        }
        Self {
            salary: facts.sum(&SALARY),
            house: facts.sum(&HOUSE_PROPERTY),
            agriculture: facts.sum(&AGRICULTURE),
            business: facts.sum(&BUSINESS),
            interest: facts.sum(&INTEREST),
            dividends: facts.sum(&DIVIDENDS),
            other: facts.sum(&OTHER),
            gains_short,
            gains_long,
            gains_listed: facts.sum(&LISTED_GAIN),
            gains_precious: facts.sum(&PRECIOUS_GAIN),
        }
    }

    /// What is taxed of it. Losses as in s. 70: that of a business lessens nothing else; that on a capital asset
    /// lessens gains, and when its gain would be taxed at a reduced rate not even others; any other lessens
    /// ordinary income and then gains, not what bears a final tax.
    pub fn taxed(&self, facts: &Facts<'_>) -> Taxed {
        let year = facts.year();
        let mut taxed = Taxed {
            salary_exemption: salary_exemption(year, self.salary),
            ..Taxed::default()
        };
        let (mut house, mut agriculture, mut business) = (self.house, self.agriculture, self.business);
        let mut loss = take_loss(&mut house) + take_loss(&mut agriculture);
        taxed.lost.business = take_loss(&mut business);

        let (mut short, mut long) = (self.gains_short, self.gains_long);
        let (mut listed, mut precious) = (self.gains_listed, self.gains_precious);
        taxed.lost.gains = take_loss(&mut long) + take_loss(&mut listed) + take_loss(&mut precious);
        let mut short_loss = take_loss(&mut short);
        let before = loss + short_loss;
        lessen(&mut long, &mut short_loss);
        lessen(&mut listed, &mut short_loss);
        taxed.lost.gains += short_loss;

        taxed.ordinary = self.salary - taxed.salary_exemption;
        taxed.ordinary += house + agriculture + business + self.interest + self.other + short;
        if DIVIDENDS_RATE.at(year).is_some() {
            taxed.dividends = self.dividends;
        } else {
            taxed.ordinary += self.dividends;
        }
        lessen(&mut taxed.ordinary, &mut loss);
        lessen(&mut long, &mut loss);
        lessen(&mut listed, &mut loss);
        taxed.lost.other = loss;
        taxed.set_off = before - loss - short_loss;

        if !facts.get(&SPONSOR) {
            taxed.listed_exemption = listed.min(GAINS_LISTED_EXEMPT.at(year));
        }
        taxed.listed = listed - taxed.listed_exemption;
        taxed.long = long;
        if GAINS_PRECIOUS_RATE.at(year).is_some() {
            taxed.precious = precious;
        }
        taxed
    }
}

impl Taxed {
    /// All that is taxed.
    pub fn total(&self) -> i64 {
        self.ordinary + self.dividends + self.listed + self.long + self.precious
    }
}

/// A part of a salary, up to a limit.
fn salary_exemption(year: Year, salary: i64) -> i64 {
    let part = Rounding::half_up(1).share(salary, 1, SALARY_EXEMPTION_PARTS.at(year).0);
    part.min(SALARY_EXEMPTION_MOST.at(year))
}

/// Whether an asset was held for more than the years of the law. Without a day of purchase it was not.
fn is_long(year: Year, income: &Income) -> bool {
    let months = u16::try_from(GAINS_LONG_YEARS.at(year).0 * MONTHS_OF_A_YEAR).unwrap_or(u16::MAX);
    income
        .acquired
        .is_some_and(|bought| income.date > bought.months_later(months))
}

/// Takes the loss out of what may be one.
fn take_loss(net: &mut i64) -> i64 {
    let loss = -(*net).min(0);
    *net += loss;
    loss
}

/// Takes from an income as much of a loss as it holds.
fn lessen(income: &mut i64, loss: &mut i64) {
    let taken = (*loss).min(*income);
    *income -= taken;
    *loss -= taken;
}
