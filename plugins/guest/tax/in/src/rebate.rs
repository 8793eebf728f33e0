//! The rebate of s. 87A.

use crate::declared::Regime;
use crate::figures::{REBATE_INCOME_LIMIT_NEW, REBATE_INCOME_LIMIT_OLD, REBATE_MOST_NEW, REBATE_MOST_OLD};
use crate::person::Taxpayer;
use crate::tax::{Taxed, Taxes};

/// The rebate of s. 87A, by the tax that it lessens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rebate {
    /// From the slab tax.
    pub slab: i64,
    /// From tax on gains.
    pub gains: i64,
    /// Whether it is marginal relief: the tax is what exceeds the limit.
    pub is_marginal: bool,
}

impl Rebate {
    /// For residents. New regime: the slab tax up to the limit of income, and above it the slab tax that exceeds
    /// the excess of income. Old regime: tax by slabs and under ss. 111A and 112, not under s. 112A (s. 112A(6)).
    pub fn of(who: Taxpayer, base: &Taxed, taxes: &Taxes) -> Self {
        if !who.is_resident {
            return Self::default();
        }
        match who.regime {
            Regime::New => {
                let excess = base.total - REBATE_INCOME_LIMIT_NEW.at(who.year);
                let is_marginal = excess > 0;
                let slab = if is_marginal {
                    (taxes.slab - excess).max(0)
                } else {
                    taxes.slab.min(REBATE_MOST_NEW.at(who.year))
                };
                Self {
                    slab,
                    gains: 0,
                    is_marginal,
                }
            }
            Regime::Old if base.total <= REBATE_INCOME_LIMIT_OLD.at(who.year) => {
                let most = REBATE_MOST_OLD.at(who.year);
                let slab = taxes.slab.min(most);
                let eligible = taxes.gains() - taxes.equity_long.tax;
                Self {
                    slab,
                    gains: eligible.min(most - slab),
                    is_marginal: false,
                }
            }
            Regime::Old => Self::default(),
        }
    }
}
