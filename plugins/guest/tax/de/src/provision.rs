//! Provision for old age, health and other risks (EStG § 10 Abs. 1 Nr. 2 to 3a, Abs. 3 and 4).

use pfms_tax::{Facts, Ledger, Rounding, Section};

use crate::contributions::Contributions;
use crate::country::{self, BASIC_HEALTH, BASIC_PENSION, OTHER_INSURANCE};
use crate::figures as law;

/// What is deductible.
#[derive(Debug, Clone, Copy)]
pub struct Provision {
    /// Basic provision for old age.
    pub old_age: i64,
    /// Basic health and care insurance.
    pub basic_health: i64,
    /// Everything else, within the limit.
    pub other: i64,
    /// The sum, rounded up to whole euros.
    pub total: i64,
}

/// Works out what is deductible.
pub fn work_out(facts: &Facts<'_>, paid: &Contributions) -> Provision {
    let year = facts.year();
    let heads = country::heads(facts);
    // The employer's half counts to the limit, but it was not the employee's to deduct.
    let with_employer = 2 * paid.pension + facts.spent(&BASIC_PENSION);
    let most = law::PROVISION_BASIC_MOST.at(year) * heads;
    let old_age = (with_employer.min(most) - paid.pension).max(0);

    let sick_pay = law::PROVISION_SICK_PAY_SHARE
        .at(year)
        .of(paid.health)
        .round(Rounding::half_up(1));
    let basic_health = paid.health - sick_pay + paid.care + facts.spent(&BASIC_HEALTH);
    let rest = sick_pay + paid.unemployment + facts.spent(&OTHER_INSURANCE);
    let limit = law::PROVISION_OTHER_MOST.at(year) * heads;
    let other = rest.min((limit - basic_health).max(0));
    Provision {
        old_age,
        basic_health,
        other,
        total: Rounding::up(1_00).of(old_age + basic_health + other),
    }
}

impl Provision {
    /// Adds the lines; `taken` is what income there is to take it from.
    pub fn add(&self, taken: i64, ledger: &mut Ledger) {
        ledger
            .note(
                Section::Deduction,
                "deduction.provision.old-age",
                "Of it: basic provision for old age",
                self.old_age,
            )
            .uses(&law::PROVISION_BASIC_MOST)
            .because(&[&"contributions with the employer's half, up to the limit, less that half"]);
        ledger
            .note(
                Section::Deduction,
                "deduction.provision.health",
                "Of it: basic health and care insurance",
                self.basic_health,
            )
            .uses(&law::PROVISION_SICK_PAY_SHARE)
            .because(&[&"contributions less the share of health insurance that pays for sick pay"]);
        ledger
            .note(
                Section::Deduction,
                "deduction.provision.other",
                "Of it: other insurance",
                self.other,
            )
            .uses(&law::PROVISION_OTHER_MOST)
            .because(&[&"what health and care insurance leave of the limit"]);
        ledger
            .deduction("deduction.provision", "Provision", taken)
            .because(&[
                &self.total,
                &", rounded up to whole euros, as far as there is income",
            ]);
    }
}
