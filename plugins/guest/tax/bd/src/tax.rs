//! Tax, rebate, minimum tax and surcharges. Amounts are in paisa.

use pfms_tax::{Facts, Rate, Rounding, Schedule};

use crate::declared::{
    CARS, DEPOSIT_SCHEME, DONATIONS, FUND_UNITS, GOVERNMENT_SECURITIES, HOUSE_AREA, LIFE_INSURANCE,
    LISTED_SHARES, NET_WEALTH, PROVIDENT_FUND,
};
use crate::figures::{
    DIVIDENDS_RATE, ENVIRONMENT_ABOVE_3500_CC, ENVIRONMENT_TO_1500_CC, ENVIRONMENT_TO_2000_CC,
    ENVIRONMENT_TO_2500_CC, ENVIRONMENT_TO_3000_CC, ENVIRONMENT_TO_3500_CC, GAINS_LISTED_RATE,
    GAINS_LONG_RATE, GAINS_PRECIOUS_RATE, NON_RESIDENT_RATE, REBATE_DEPOSIT_SCHEME, REBATE_FUND_UNITS,
    REBATE_GOVERNMENT_SECURITIES, REBATE_MOST, REBATE_OF_INCOME, REBATE_OF_INVESTMENT, SLABS,
    WEALTH_HOUSE_AREA, WEALTH_SURCHARGE, WEALTH_SURCHARGE_FOR_CARS_OR_HOUSES,
};
use crate::income::Taxed;
use crate::person::Taxpayer;

/// To the paisa: whole taka are made at the end.
pub const PAISA: Rounding = Rounding::half_up(1);
/// To whole taka, as returns are filed.
const TAKA: Rounding = Rounding::half_up(1_00);

/// What comes of what is taxed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taxes {
    /// On ordinary income: by slabs above the threshold, or at the one rate for foreigners abroad.
    pub ordinary: i64,
    /// On dividends.
    pub dividends: i64,
    /// On gains on listed securities.
    pub listed: i64,
    /// On other assets held for long.
    pub long: i64,
    /// On gold and the like.
    pub precious: i64,
    /// What counts of investments.
    pub invested: i64,
    /// The rebate for them.
    pub rebate: i64,
    /// What the minimum tax adds.
    pub minimum: i64,
    /// The rate of the surcharge for wealth; none: not known for the year.
    pub wealth_rate: Option<Rate>,
    /// The surcharge.
    pub wealth: i64,
    /// The surcharge for further cars.
    pub environment: i64,
}

impl Taxes {
    /// Works out all of them.
    pub fn of(facts: &Facts<'_>, who: &Taxpayer, base: &Taxed) -> Self {
        let year = who.year;
        let at = |rate: Option<Rate>, amount| rate.unwrap_or_default().of(amount).round(PAISA);
        let ordinary = if who.is_foreigner {
            NON_RESIDENT_RATE.at(year).of(base.ordinary).round(PAISA)
        } else {
            SLABS.at(year).tax_on(base.ordinary - who.threshold).round(PAISA)
        };
        let mut taxes = Self {
            ordinary,
            dividends: at(DIVIDENDS_RATE.at(year), base.dividends),
            listed: at(Some(GAINS_LISTED_RATE.at(year)), base.listed),
            long: at(Some(GAINS_LONG_RATE.at(year)), base.long),
            precious: at(GAINS_PRECIOUS_RATE.at(year), base.precious),
            invested: invested(facts),
            environment: environment(facts),
            ..Self::default()
        };
        if !who.is_foreigner {
            taxes.rebate = rebate(who, base, &taxes);
            if base.total() > who.threshold {
                taxes.minimum = (who.minimum.amount - taxes.income_tax()).max(0);
            }
        }
        taxes.wealth_rate = wealth_rate(facts);
        taxes.wealth = at(taxes.wealth_rate, taxes.ordinary);
        taxes
    }

    /// Income tax after the rebate, before the minimum tax.
    fn income_tax(&self) -> i64 {
        self.ordinary + self.dividends + self.listed + self.long + self.precious - self.rebate
    }

    /// All, before rounding.
    pub fn exact(&self) -> i64 {
        self.income_tax() + self.minimum + self.wealth + self.environment
    }

    /// What is owed: whole taka.
    pub fn owed(&self) -> i64 {
        TAKA.of(self.exact())
    }
}

/// The lowest of a share of ordinary income, a share of investments, and an amount; never more than the tax on
/// ordinary income (s. 78).
fn rebate(who: &Taxpayer, base: &Taxed, taxes: &Taxes) -> i64 {
    let year = who.year;
    let of_income = REBATE_OF_INCOME.at(year).of(base.ordinary).round(PAISA);
    let of_investment = REBATE_OF_INVESTMENT.at(year).of(taxes.invested).round(PAISA);
    let lowest = of_income.min(of_investment).min(REBATE_MOST.at(year));
    lowest.min(taxes.ordinary)
}

/// Investments, each as far as it counts (Sixth Schedule, Part 3).
fn invested(facts: &Facts<'_>) -> i64 {
    let year = facts.year();
    let within = |category, most| facts.spent(category).min(most);
    within(&DEPOSIT_SCHEME, REBATE_DEPOSIT_SCHEME.at(year))
        + within(&GOVERNMENT_SECURITIES, REBATE_GOVERNMENT_SECURITIES.at(year))
        + within(&FUND_UNITS, REBATE_FUND_UNITS.at(year).unwrap_or(i64::MAX))
        + [&LIFE_INSURANCE, &PROVIDENT_FUND, &LISTED_SHARES, &DONATIONS]
            .map(|category| facts.spent(category))
            .iter()
            .sum::<i64>()
}

/// By net wealth; several cars or a large house bring the rate that is theirs at least.
fn wealth_rate(facts: &Facts<'_>) -> Option<Rate> {
    let year = facts.year();
    let by_wealth = rate_of(WEALTH_SURCHARGE.at(year)?, facts.get(&NET_WEALTH));
    let has_cars = facts.get(&CARS).len() > 1;
    let has_house = facts.get(&HOUSE_AREA) > WEALTH_HOUSE_AREA.at(year)?.0;
    Some(if has_cars || has_house {
        by_wealth.max(WEALTH_SURCHARGE_FOR_CARS_OR_HOUSES.at(year)?)
    } else {
        by_wealth
    })
}

/// The rate of the band that an amount lies in, its end included.
fn rate_of(rates: Schedule, amount: i64) -> Rate {
    let band = rates
        .0
        .iter()
        .find(|band| band.upper.is_none_or(|upper| amount <= upper));
    band.map_or(Rate(0), |band| band.rate)
}

/// For each car but the one that would bear least (Finance Act 2026, Schedule 2, Part 3, proviso (ka)).
fn environment(facts: &Facts<'_>) -> i64 {
    let year = facts.year();
    let of_car = |cc: &i64| {
        let figure = match cc {
            ..=1_500 => &ENVIRONMENT_TO_1500_CC,
            ..=2_000 => &ENVIRONMENT_TO_2000_CC,
            ..=2_500 => &ENVIRONMENT_TO_2500_CC,
            ..=3_000 => &ENVIRONMENT_TO_3000_CC,
            ..=3_500 => &ENVIRONMENT_TO_3500_CC,
            _ => &ENVIRONMENT_ABOVE_3500_CC,
        };
        figure.at(year).unwrap_or_default()
    };
    let cars = facts.get(&CARS).iter().map(of_car);
    cars.clone().sum::<i64>() - cars.min().unwrap_or_default()
}
