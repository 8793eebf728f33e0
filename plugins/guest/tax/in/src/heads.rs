//! Income by head, and what losses of one head lessen in others.

use pfms_tax::Facts;

use crate::declared::{
    ALLOWANCES, BUSINESS, DEPOSIT_INTEREST, DIVIDENDS, HOUSE_PROPERTY, OTHER, Regime, SALARY,
    SAVINGS_INTEREST,
};
use crate::figures::{LOSS_HOUSE_PROPERTY, STANDARD_DEDUCTION_NEW, STANDARD_DEDUCTION_OLD};
use crate::gains::{Gains, lessen, loss};
use crate::person::Taxpayer;

/// Income as it was given, in paise, and what comes off a salary.
#[derive(Debug, Clone, Copy)]
pub struct Heads {
    /// Before any deduction.
    pub salary: i64,
    /// Exempt allowances, as far as there is salary.
    pub allowances: i64,
    /// The standard deduction, as far as there is salary.
    pub standard: i64,
    /// May be negative.
    pub house: i64,
    /// May be negative.
    pub business: i64,
    /// Interest on savings accounts.
    pub savings_interest: i64,
    /// Interest on deposits.
    pub deposit_interest: i64,
    /// Dividends.
    pub dividends: i64,
    /// Other income at slab rates.
    pub other: i64,
    /// Gains, before any loss was set off.
    pub gains: Gains,
}

/// What remains of income when losses were set off, in paise. Nothing is negative.
#[derive(Debug, Clone, Copy)]
pub struct Left {
    /// At slab rates, but for dividends.
    pub ordinary: i64,
    /// Interest on savings accounts; it is in `ordinary` too.
    pub savings_interest: i64,
    /// Interest on deposits; it is in `ordinary` too.
    pub deposit_interest: i64,
    /// Dividends.
    pub dividends: i64,
    /// Gains; those at slab rates are in `ordinary` too.
    pub gains: Gains,
    /// What became of the loss from house property.
    pub house_loss: Loss,
    /// What became of the business loss.
    pub business_loss: Loss,
}

/// What became of a loss. Neither is negative.
#[derive(Debug, Clone, Copy)]
pub struct Loss {
    /// What lessened other income.
    pub used: i64,
    /// What lessened nothing.
    pub left: i64,
}

impl Heads {
    /// The taxpayer's income.
    pub fn of(facts: &Facts<'_>, who: Taxpayer) -> Self {
        let sum = |kind| facts.sum(kind);
        let salary = sum(&SALARY);
        let claimed = facts.spent(&ALLOWANCES);
        let (allowances, standard) = match who.regime {
            Regime::New => (0, &STANDARD_DEDUCTION_NEW),
            Regime::Old => (claimed.min(salary), &STANDARD_DEDUCTION_OLD),
        };
        Self {
            salary,
            allowances,
            standard: standard.at(who.year).min(salary - allowances),
            house: sum(&HOUSE_PROPERTY),
            business: sum(&BUSINESS),
            savings_interest: sum(&SAVINGS_INTEREST),
            deposit_interest: sum(&DEPOSIT_INTEREST),
            dividends: sum(&DIVIDENDS),
            other: sum(&OTHER),
            gains: Gains::of(facts),
        }
    }

    /// Sets losses off among the heads: that from house property against any income, in the old regime up to a
    /// limit and in the new one not at all (ss. 71(3A), 115BAC(2)); that of a business against any but salary
    /// (s. 71(2A)). Each lessens first what the slabs tax, and there interest last, of which a part may be
    /// deducted. Nothing lessens virtual digital assets.
    pub fn set_off(&self, who: Taxpayer) -> Left {
        let (mut house, mut business) = (self.house, self.business);
        let house_loss = loss(&mut house);
        let business_loss = loss(&mut business);
        let mut gains = self.gains.set_off();
        let mut salary = self.salary - self.allowances - self.standard;
        let mut rest = house + business + self.other;
        let (mut deposit, mut savings) = (self.deposit_interest, self.savings_interest);
        let mut dividends = self.dividends;

        let limit = match who.regime {
            Regime::New => 0,
            Regime::Old => LOSS_HOUSE_PROPERTY.at(who.year),
        };
        let allowed = house_loss.min(limit);
        let mut unused = allowed;
        lessen(&mut salary, &mut unused);
        for income in [
            &mut rest,
            &mut gains.slab,
            &mut deposit,
            &mut savings,
            &mut dividends,
        ] {
            lessen(income, &mut unused);
        }
        gains.lessen_special(&mut unused);
        let house_loss = Loss {
            used: allowed - unused,
            left: house_loss - allowed + unused,
        };

        let mut unused = business_loss;
        for income in [
            &mut rest,
            &mut gains.slab,
            &mut deposit,
            &mut savings,
            &mut dividends,
        ] {
            lessen(income, &mut unused);
        }
        gains.lessen_special(&mut unused);
        Left {
            ordinary: salary + rest + gains.slab + deposit + savings,
            savings_interest: savings,
            deposit_interest: deposit,
            dividends,
            gains,
            house_loss,
            business_loss: Loss {
                used: business_loss - unused,
                left: unused,
            },
        }
    }
}
