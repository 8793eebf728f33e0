//! Who is taxed.

use pfms_tax::{Facts, Node, Year};

use crate::declared::{
    AGE, AREA, Area, DISABLED, DISABLED_CHILDREN, FREEDOM_FIGHTER, GENDER, Gender, JULY_FIGHTER,
    NEW_TAXPAYER, RESIDENCE, Residence,
};
use crate::figures::{
    AGE_SENIOR, MINIMUM_TAX_DHAKA_CHATTOGRAM, MINIMUM_TAX_ELSEWHERE, MINIMUM_TAX_EVERYWHERE,
    MINIMUM_TAX_NEW_TAXPAYER, MINIMUM_TAX_OTHER_CITY, THRESHOLD_DISABLED_AND_THIRD_GENDER,
    THRESHOLD_DISABLED_CHILD, THRESHOLD_FIGHTERS, THRESHOLD_GENERAL, THRESHOLD_WOMEN_AND_SENIORS,
};

/// What the law needs to know about a person.
#[derive(Clone, Copy)]
pub struct Taxpayer {
    /// The tax year.
    pub year: Year,
    /// Whether the threshold, the slabs, the rebate and the minimum tax are not for them.
    pub is_foreigner: bool,
    /// The figure that sets the tax-free threshold.
    pub group: &'static Node<i64>,
    /// For how many children it is raised.
    pub disabled_children: i64,
    /// The tax-free threshold, in paisa.
    pub threshold: i64,
    /// Least tax on an income above it, and the figure that sets it.
    pub minimum: Minimum,
}

/// A least tax.
#[derive(Clone, Copy)]
pub struct Minimum {
    /// In paisa.
    pub amount: i64,
    /// The id of its figure.
    pub figure: &'static (dyn pfms_tax::AnyNode + Sync),
}

impl Taxpayer {
    /// The person. Of several thresholds the highest counts, once.
    pub fn of(facts: &Facts<'_>) -> Self {
        let year = facts.year();
        let gender = facts.get(&GENDER).unwrap_or(Gender::Male);
        let is_senior = facts.get(&AGE) >= AGE_SENIOR.at(year).0;
        let is_fighter = facts.get(&FREEDOM_FIGHTER) || facts.get(&JULY_FIGHTER);
        let group = if is_fighter {
            &THRESHOLD_FIGHTERS
        } else if facts.get(&DISABLED) || gender == Gender::Third {
            &THRESHOLD_DISABLED_AND_THIRD_GENDER
        } else if gender == Gender::Female || is_senior {
            &THRESHOLD_WOMEN_AND_SENIORS
        } else {
            &THRESHOLD_GENERAL
        };
        let disabled_children = facts.get(&DISABLED_CHILDREN);
        Self {
            year,
            is_foreigner: facts.get(&RESIDENCE) == Some(Residence::Foreigner),
            group,
            disabled_children,
            threshold: group.at(year) + disabled_children * THRESHOLD_DISABLED_CHILD.at(year),
            minimum: minimum(facts),
        }
    }
}

fn minimum(facts: &Facts<'_>) -> Minimum {
    let year = facts.year();
    if facts.get(&NEW_TAXPAYER) {
        return Minimum {
            amount: MINIMUM_TAX_NEW_TAXPAYER.at(year),
            figure: &MINIMUM_TAX_NEW_TAXPAYER,
        };
    }
    let figure = match facts.get(&AREA) {
        None => &MINIMUM_TAX_EVERYWHERE,
        Some(Area::DhakaChattogram) => &MINIMUM_TAX_DHAKA_CHATTOGRAM,
        Some(Area::OtherCity) => &MINIMUM_TAX_OTHER_CITY,
        Some(Area::Elsewhere) => &MINIMUM_TAX_ELSEWHERE,
    };
    Minimum {
        amount: figure.at(year).unwrap_or_default(),
        figure,
    }
}
