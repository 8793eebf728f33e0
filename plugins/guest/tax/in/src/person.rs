//! Who is taxed.

use pfms_tax::{Facts, Node, Schedule, Year};

use crate::declared::{AGE, REGIME, RESIDENT, Regime};
use crate::figures::{AGE_SENIOR, AGE_SUPER_SENIOR, SLABS_NEW, SLABS_OLD, SLABS_OLD_60, SLABS_OLD_80};

/// What the law needs to know about a person.
#[derive(Debug, Clone, Copy)]
pub struct Taxpayer {
    /// The tax year.
    pub year: Year,
    /// The regime.
    pub regime: Regime,
    /// Whether a resident of India.
    pub is_resident: bool,
    /// In years.
    pub age: i64,
}

impl Taxpayer {
    /// The person, under the regime that was chosen.
    pub fn of(facts: &Facts<'_>) -> Self {
        Self {
            year: facts.year(),
            regime: facts.get(&REGIME).unwrap_or(Regime::New),
            is_resident: facts.get(&RESIDENT),
            age: facts.get(&AGE),
        }
    }

    /// The same person under the other regime.
    pub fn in_the_other_regime(self) -> Self {
        let regime = match self.regime {
            Regime::New => Regime::Old,
            Regime::Old => Regime::New,
        };
        Self { regime, ..self }
    }

    /// Whether a resident of 60 or more.
    pub fn is_senior(self) -> bool {
        self.is_resident && self.age >= AGE_SENIOR.at(self.year).0
    }

    /// The slabs that apply. Higher exemptions by age are for residents, in the old regime.
    pub fn slabs(self) -> &'static Node<Schedule> {
        match self.regime {
            Regime::New => &SLABS_NEW,
            Regime::Old if self.is_resident && self.age >= AGE_SUPER_SENIOR.at(self.year).0 => &SLABS_OLD_80,
            Regime::Old if self.is_senior() => &SLABS_OLD_60,
            Regime::Old => &SLABS_OLD,
        }
    }

    /// The income that the slabs leave free, in paise.
    pub fn exemption(self) -> i64 {
        let slabs = self.slabs().at(self.year);
        slabs.0.first().and_then(|band| band.upper).unwrap_or_default()
    }
}
