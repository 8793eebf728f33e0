//! Surcharge with marginal relief: all that is payable before cess. Amounts are in paise.

use pfms_tax::{Rate, Schedule};

use crate::declared::Regime;
use crate::figures::{SURCHARGE_CAP, SURCHARGE_RATES_NEW, SURCHARGE_RATES_OLD};
use crate::person::Taxpayer;
use crate::rebate::Rebate;
use crate::tax::{PAISA, Taxed, Taxes};

/// The rates of surcharge that apply, and the income above which the higher does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rates {
    /// On tax by slabs and on virtual digital assets.
    pub full: Rate,
    /// On tax on dividends and gains.
    pub capped: Rate,
    /// Where the band of the full rate begins.
    pub threshold: i64,
    /// By how much the income that counts exceeds it.
    pub excess: i64,
}

impl Rates {
    /// Rates above the cap look at income without dividends and gains, all others at the total income
    /// (Finance Act 2025, First Schedule, Part III, Paragraph A, clauses (a) to (e)).
    fn of(who: Taxpayer, base: &Taxed) -> Self {
        let rates = match who.regime {
            Regime::New => SURCHARGE_RATES_NEW.at(who.year),
            Regime::Old => SURCHARGE_RATES_OLD.at(who.year),
        };
        let cap = SURCHARGE_CAP.at(who.year);
        let (threshold, full) = band(rates, base.uncapped(), None);
        if full > cap {
            return Self {
                full,
                capped: cap,
                threshold,
                excess: base.uncapped() - threshold,
            };
        }
        let (threshold, full) = band(rates, base.total, Some(cap));
        Self {
            full,
            capped: full,
            threshold,
            excess: base.total - threshold,
        }
    }
}

/// Where the band of an income begins and its rate, among bands with a rate up to the cap.
fn band(rates: Schedule, income: i64, cap: Option<Rate>) -> (i64, Rate) {
    let mut lower = 0;
    let mut found = (0, Rate(0));
    for band in rates.0 {
        if cap.is_some_and(|cap| band.rate > cap) || (lower > 0 && income <= lower) {
            break;
        }
        found = (lower, band.rate);
        lower = band.upper.unwrap_or(i64::MAX);
    }
    found
}

/// Surcharge on each part of the tax.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Surcharge {
    /// The rates.
    pub rates: Rates,
    /// On tax by slabs, but for the share of dividends.
    pub slab: Part,
    /// On the share of dividends in the tax by slabs.
    pub dividends: Part,
    /// On tax on gains.
    pub gains: Part,
    /// On tax on virtual digital assets.
    pub vda: Part,
    /// Tax and surcharge on an income at the threshold.
    pub at_threshold: i64,
    /// What marginal relief takes off, but for what is on gains.
    pub relief: i64,
    /// Its share, by surcharge, for gains and virtual digital assets.
    pub relief_on_gains: i64,
}

/// A tax and the surcharge on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// The tax, after the rebate.
    pub tax: i64,
    /// The surcharge.
    pub surcharge: i64,
}

impl Surcharge {
    /// Before relief.
    pub fn sum(&self) -> i64 {
        self.slab.surcharge + self.dividends.surcharge + self.gains.surcharge + self.vda.surcharge
    }
}

/// Tax, rebate and surcharge: all but cess and rounding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Payable {
    /// Before the rebate.
    pub taxes: Taxes,
    /// The rebate.
    pub rebate: Rebate,
    /// The surcharge.
    pub surcharge: Surcharge,
}

impl Payable {
    /// On what is taxed.
    ///
    /// Marginal relief: tax and surcharge are at most those on an income at the threshold and the excess.
    pub fn on(who: Taxpayer, base: &Taxed) -> Self {
        let taxes = Taxes::on(who, base);
        let rebate = Rebate::of(who, base, &taxes);
        let rates = Rates::of(who, base);
        let part = |tax: i64, rate: Rate| Part {
            tax,
            surcharge: rate.of(tax).round(PAISA),
        };
        let slab = taxes.slab - rebate.slab;
        let of_dividends = PAISA.share(slab, base.dividends, base.slab());
        let mut surcharge = Surcharge {
            rates,
            slab: part(slab - of_dividends, rates.full),
            dividends: part(of_dividends, rates.capped),
            gains: part(taxes.gains() - rebate.gains, rates.capped),
            vda: part(taxes.vda, rates.full),
            at_threshold: 0,
            relief: 0,
            relief_on_gains: 0,
        };
        if rates.full > Rate(0) {
            surcharge.at_threshold = Self::on(who, &base.lessened(rates.excess)).sum();
            let without = taxes.sum() - rebate.slab - rebate.gains + surcharge.sum();
            let most = surcharge.at_threshold + rates.excess;
            let relief = (without - most).clamp(0, surcharge.sum());
            let on_gains = surcharge.gains.surcharge + surcharge.vda.surcharge;
            surcharge.relief_on_gains = PAISA.share(relief, on_gains, surcharge.sum());
            surcharge.relief = relief - surcharge.relief_on_gains;
        }
        Self {
            taxes,
            rebate,
            surcharge,
        }
    }

    /// What is payable before cess.
    pub fn sum(&self) -> i64 {
        let relief = self.surcharge.relief + self.surcharge.relief_on_gains;
        self.taxes.sum() - self.rebate.slab - self.rebate.gains + self.surcharge.sum() - relief
    }

    /// The part of it on gains and virtual digital assets.
    pub fn on_gains(&self) -> i64 {
        let Surcharge {
            gains,
            vda,
            relief_on_gains,
            ..
        } = self.surcharge;
        gains.tax + gains.surcharge + vda.tax + vda.surcharge - relief_on_gains
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::FIGURES;

    fn who(regime: Regime) -> Taxpayer {
        Taxpayer {
            year: FIGURES.year(2025).unwrap(),
            regime,
            is_resident: true,
            age: 40,
        }
    }

    fn rupees(amount: i64) -> i64 {
        amount * 100
    }

    #[test]
    fn surcharge_begins_above_each_threshold() {
        let rate = |regime, total| {
            let base = Taxed {
                total,
                ordinary: total,
                ..Taxed::default()
            };
            Rates::of(who(regime), &base).full.0
        };
        for (threshold, below, new, old) in [
            (5_000_000, 0, 100_000, 100_000),
            (10_000_000, 100_000, 150_000, 150_000),
            (20_000_000, 150_000, 250_000, 250_000),
        ] {
            assert_eq!(rate(Regime::New, rupees(threshold)), below);
            assert_eq!(rate(Regime::New, rupees(threshold) + 1), new);
            assert_eq!(rate(Regime::Old, rupees(threshold)), below);
            assert_eq!(rate(Regime::Old, rupees(threshold) + 1), old);
        }
        assert_eq!(rate(Regime::New, rupees(50_000_001)), 250_000);
        assert_eq!(rate(Regime::Old, rupees(50_000_000)), 250_000);
        assert_eq!(rate(Regime::Old, rupees(50_000_001)), 370_000);
    }

    #[test]
    fn rates_above_the_cap_do_not_look_at_gains() {
        let base = Taxed {
            total: rupees(60_000_000),
            ordinary: rupees(20_000_000),
            equity_long: rupees(40_000_000),
            ..Taxed::default()
        };
        let rates = Rates::of(who(Regime::Old), &base);
        assert_eq!((rates.full.0, rates.capped.0), (150_000, 150_000));
        assert_eq!(rates.threshold, rupees(10_000_000));
        let more = Taxed {
            total: base.total + 1,
            ordinary: base.ordinary + 1,
            ..base
        };
        let rates = Rates::of(who(Regime::Old), &more);
        assert_eq!(
            (rates.full.0, rates.capped.0, rates.excess),
            (250_000, 150_000, 1)
        );
    }

    #[test]
    fn just_above_a_threshold_an_excess_costs_no_more_than_itself() {
        for regime in [Regime::New, Regime::Old] {
            for threshold in [5_000_000, 10_000_000, 20_000_000, 50_000_000] {
                let due = |ordinary: i64| {
                    let base = Taxed {
                        total: ordinary,
                        ordinary,
                        ..Taxed::default()
                    };
                    Payable::on(who(regime), &base).sum()
                };
                let at = due(rupees(threshold));
                for excess in [10, 1_000, 10_000] {
                    let more = due(rupees(threshold + excess)) - at;
                    assert!(
                        0 < more && more <= rupees(excess),
                        "{regime:?} {threshold} {excess}: {more}"
                    );
                }
            }
        }
    }
}
