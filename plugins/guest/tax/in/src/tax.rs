//! Tax on what is taxed: slabs and special rates. Amounts are in paise.

use pfms_tax::{Rate, Rounding};

use crate::figures::{
    GAINS_EQUITY_LONG_EXEMPT, GAINS_EQUITY_LONG_RATE, GAINS_EQUITY_SHORT_RATE, GAINS_LONG_RATE,
    GAINS_LONG_RATE_INDEXED, GAINS_VDA_RATE,
};
use crate::person::Taxpayer;

/// To the paisa: the law rounds at the end only, lines need whole paise.
pub const PAISA: Rounding = Rounding::half_up(1);

/// To the nearest ten rupees; paise are left out first, five rupees round up (ss. 288A, 288B).
pub fn to_ten_rupees(amount: i64) -> i64 {
    Rounding::half_up(10_00).of(Rounding::down(1_00).of(amount))
}

/// What is taxed, by how it is taxed. Nothing is negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taxed {
    /// The total income, rounded.
    pub total: i64,
    /// At slab rates, but for dividends.
    pub ordinary: i64,
    /// Dividends, at slab rates too.
    pub dividends: i64,
    /// Of virtual digital assets.
    pub vda: i64,
    /// Short-term gains, s. 111A.
    pub equity_short: i64,
    /// Long-term gains, s. 112.
    pub long: i64,
    /// Long-term gains on land and buildings, s. 112.
    pub property: i64,
    /// By how much indexation lessens those.
    pub indexation: i64,
    /// Long-term gains, s. 112A.
    pub equity_long: i64,
}

impl Taxed {
    /// What the slabs tax.
    pub fn slab(&self) -> i64 {
        self.ordinary + self.dividends
    }

    /// Gains at special rates that the surcharge's cap is for.
    pub fn gains(&self) -> i64 {
        self.equity_short + self.long + self.property + self.equity_long
    }

    /// Income without dividends and those gains.
    pub fn uncapped(&self) -> i64 {
        self.ordinary + self.vda
    }

    /// With so much less income. The law does not say of which kind the notional income at a threshold is: here
    /// it lacks what is taxed highest, so that another rupee of ordinary income never costs more than a rupee.
    pub fn lessened(mut self, by: i64) -> Self {
        self.total -= by;
        let mut rest = by;
        for part in [
            &mut self.ordinary,
            &mut self.vda,
            &mut self.dividends,
            &mut self.equity_short,
            &mut self.long,
            &mut self.property,
            &mut self.equity_long,
        ] {
            let taken = rest.min(*part);
            *part -= taken;
            rest -= taken;
        }
        self
    }
}

/// Tax by how it comes about, before rebate and surcharge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taxes {
    /// By slabs.
    pub slab: i64,
    /// s. 111A.
    pub equity_short: Special,
    /// s. 112.
    pub long: Special,
    /// s. 112, land and buildings.
    pub property: Special,
    /// Whether indexation made that lower.
    pub is_indexed: bool,
    /// s. 112A.
    pub equity_long: Special,
    /// s. 115BBH.
    pub vda: i64,
}

/// Tax on a gain at a special rate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Special {
    /// The part of the gain that the unused exemption absorbed.
    pub absorbed: i64,
    /// What is taxed of it.
    pub taxed: i64,
    /// The tax.
    pub tax: i64,
}

impl Taxes {
    /// Tax on what is taxed. A resident's exemption, as far as the slabs do not use it, absorbs gains at special
    /// rates (provisos to ss. 111A(1), 112(1) and 112A(2)), the dearest first.
    pub fn on(who: Taxpayer, taxed: &Taxed) -> Self {
        let year = who.year;
        let mut unused = if who.is_resident {
            (who.exemption() - taxed.slab()).max(0)
        } else {
            0
        };
        let mut special = |gain: i64, rate: Rate| {
            let absorbed = gain.min(unused);
            unused -= absorbed;
            let left = gain - absorbed;
            Special {
                absorbed,
                taxed: left,
                tax: rate.of(left).round(PAISA),
            }
        };
        let equity_short = special(taxed.equity_short, GAINS_EQUITY_SHORT_RATE.at(year));
        let long = special(taxed.long, GAINS_LONG_RATE.at(year));
        let plain = special(taxed.property, GAINS_LONG_RATE.at(year));
        let beyond = (taxed.equity_long - GAINS_EQUITY_LONG_EXEMPT.at(year)).max(0);
        let equity_long = special(beyond, GAINS_EQUITY_LONG_RATE.at(year));

        let indexed = (plain.taxed - taxed.indexation).max(0);
        let with_index = GAINS_LONG_RATE_INDEXED.at(year).of(indexed).round(PAISA);
        let is_indexed = with_index < plain.tax;
        let property = if is_indexed {
            Special {
                taxed: indexed,
                tax: with_index,
                ..plain
            }
        } else {
            plain
        };
        Self {
            slab: who.slabs().at(year).tax_on(taxed.slab()).round(PAISA),
            equity_short,
            long,
            property,
            is_indexed,
            equity_long,
            vda: GAINS_VDA_RATE.at(year).of(taxed.vda).round(PAISA),
        }
    }

    /// On gains that the surcharge's cap is for.
    pub fn gains(&self) -> i64 {
        self.equity_short.tax + self.long.tax + self.property.tax + self.equity_long.tax
    }

    /// All.
    pub fn sum(&self) -> i64 {
        self.slab + self.gains() + self.vda
    }

    /// What the unused exemption absorbed.
    pub fn absorbed(&self) -> i64 {
        self.equity_short.absorbed + self.long.absorbed + self.property.absorbed + self.equity_long.absorbed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::Regime;
    use crate::figures::FIGURES;

    fn who() -> Taxpayer {
        Taxpayer {
            year: FIGURES.year(2025).unwrap(),
            regime: Regime::New,
            is_resident: true,
            age: 40,
        }
    }

    fn rupees(amount: i64) -> i64 {
        amount * 100
    }

    #[test]
    fn the_nearest_ten_rupees_forgets_paise_first() {
        let rounded = [
            (0, 0),
            (4_99, 0),
            (5_00, 10_00),
            (14_99, 10_00),
            (15_00, 20_00),
            (1_00_99, 1_00_00),
        ];
        for (paise, expected) in rounded {
            assert_eq!(to_ten_rupees(paise), expected, "{paise}");
        }
    }

    #[test]
    fn what_is_not_used_of_the_exemption_absorbs_the_dearest_gain_first() {
        let base = Taxed {
            total: rupees(700_000),
            ordinary: rupees(100_000),
            equity_short: rupees(200_000),
            long: rupees(400_000),
            ..Taxed::default()
        };
        let taxes = Taxes::on(who(), &base);
        assert_eq!(taxes.equity_short.absorbed, rupees(200_000));
        assert_eq!(taxes.long.absorbed, rupees(100_000));
        assert_eq!(taxes.long.tax, rupees(37_500));
    }
}
