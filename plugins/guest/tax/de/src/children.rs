//! Child allowances against child benefit.

use pfms_tax::{Facts, Year};

use crate::country::{self, CHILD_ALLOWANCE, CHILDREN, ChildAllowance};
use crate::figures::{CHILD_ALLOWANCE_CARE, CHILD_ALLOWANCE_SUBSISTENCE, CHILD_BENEFIT_MONTHLY};
use crate::tariff;

/// What each child is worth.
#[derive(Debug, Clone, Copy)]
pub struct Children {
    /// How many.
    pub count: i64,
    /// Allowance for each.
    pub allowance: i64,
    /// Child benefit of the year for each.
    pub benefit: i64,
}

/// For how many children the allowance takes the place of child benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// How many, the eldest first.
    pub with_allowance: i64,
    /// Tax by the tariff after their allowances.
    pub tax: i64,
}

const MONTHS: i64 = 12;

impl Children {
    /// What the law gives in a year: to couples and those with the full share twice what a parent has.
    pub fn of(facts: &Facts<'_>) -> Self {
        let year = facts.year();
        let is_full = country::is_joint(facts) || facts.get(&CHILD_ALLOWANCE) == Some(ChildAllowance::Full);
        let parents = if is_full { 2 } else { 1 };
        Self {
            count: facts.get(&CHILDREN),
            allowance: (CHILD_ALLOWANCE_SUBSISTENCE.at(year) + CHILD_ALLOWANCE_CARE.at(year)) * parents,
            benefit: CHILD_BENEFIT_MONTHLY.at(year) * MONTHS * parents / 2,
        }
    }

    /// Child by child, the eldest first: the allowance where it saves more than child benefit (EStG § 31).
    pub fn choose(&self, year: Year, income: i64, heads: i64) -> Chosen {
        let tax_with = |children: i64| tariff::income_tax(year, income - children * self.allowance, heads);
        let mut chosen = Chosen {
            with_allowance: 0,
            tax: tax_with(0),
        };
        while chosen.with_allowance < self.count {
            let tax = tax_with(chosen.with_allowance + 1);
            if chosen.tax - tax <= self.benefit {
                break;
            }
            chosen = Chosen {
                with_allowance: chosen.with_allowance + 1,
                tax,
            };
        }
        chosen
    }
}
