//! The deductions of Chapter VI-A. They lessen income at slab rates and never gains at special rates
//! (ss. 111A(2), 112(2), 112A(5)).

use pfms_tax::{AnyNode, Category, Facts, Node, Rate, Rounding};

use crate::declared::{
    BASIC_PAY, GOVERNMENT, HEALTH_INSURANCE, HEALTH_INSURANCE_PARENTS, NPS_EMPLOYER, NPS_OWN,
    OTHER_DEDUCTIONS, PARENTS_SENIOR, Regime, SECTION_80C,
};
use crate::figures::{
    HEALTH_INSURANCE_MOST, HEALTH_INSURANCE_MOST_SENIOR, INTEREST_MOST, INTEREST_MOST_SENIOR,
    NPS_EMPLOYER_SHARE_GOVERNMENT, NPS_EMPLOYER_SHARE_NEW, NPS_EMPLOYER_SHARE_OLD, NPS_OWN_MOST,
    SECTION_80C_MOST,
};
use crate::heads::{Heads, Left};
use crate::person::Taxpayer;

/// A deduction and what came of it, in paise.
#[derive(Clone, Copy)]
pub struct Taken {
    /// Id of its line.
    pub id: &'static str,
    /// For people.
    pub label: &'static str,
    /// What was claimed.
    pub claimed: i64,
    /// Up to how much it counts; none: its own limits are not checked here.
    pub most: Option<i64>,
    /// What it takes off.
    pub amount: i64,
    /// The figure that limits it.
    pub limit: Option<&'static (dyn AnyNode + Sync)>,
}

/// Deductions that only the old regime knows.
pub static OLD_ONLY: [&Category; 5] = [
    &SECTION_80C,
    &NPS_OWN,
    &HEALTH_INSURANCE,
    &HEALTH_INSURANCE_PARENTS,
    &OTHER_DEDUCTIONS,
];

/// The deductions of a person, as far as income at slab rates reaches.
pub fn deductions(facts: &Facts<'_>, who: Taxpayer, heads: &Heads, left: &Left) -> Vec<Taken> {
    let mut available = left.ordinary + left.dividends;
    let mut taken = claims(facts, who, heads, left);
    for one in &mut taken {
        let counts = one.most.map_or(one.claimed, |most| one.claimed.min(most));
        one.amount = counts.min(available);
        available -= one.amount;
    }
    taken.retain(|one| one.claimed > 0);
    taken
}

fn claims(facts: &Facts<'_>, who: Taxpayer, heads: &Heads, left: &Left) -> Vec<Taken> {
    let employer = of_employer(facts, who, heads);
    if who.regime == Regime::New {
        return vec![employer];
    }
    let spent = |category| facts.spent(category);
    let up_to = |id, label, claimed, limit: &'static Node<i64>| Taken {
        id,
        label,
        claimed,
        most: Some(limit.at(who.year)),
        amount: 0,
        limit: Some(limit),
    };
    let insured = |is_senior| {
        if is_senior {
            &HEALTH_INSURANCE_MOST_SENIOR
        } else {
            &HEALTH_INSURANCE_MOST
        }
    };
    vec![
        employer,
        up_to(
            "deduction.80c",
            "Savings and payments, s. 80C",
            spent(&SECTION_80C),
            &SECTION_80C_MOST,
        ),
        up_to(
            "deduction.80ccd-1b",
            "Own pension contributions, s. 80CCD(1B)",
            spent(&NPS_OWN),
            &NPS_OWN_MOST,
        ),
        up_to(
            "deduction.80d",
            "Health insurance for the family, s. 80D",
            spent(&HEALTH_INSURANCE),
            insured(who.is_senior()),
        ),
        up_to(
            "deduction.80d-parents",
            "Health insurance for parents, s. 80D",
            spent(&HEALTH_INSURANCE_PARENTS),
            insured(facts.get(&PARENTS_SENIOR)),
        ),
        if who.is_senior() {
            let interest = left.savings_interest + left.deposit_interest;
            up_to(
                "deduction.80ttb",
                "Interest on deposits, s. 80TTB",
                interest,
                &INTEREST_MOST_SENIOR,
            )
        } else {
            up_to(
                "deduction.80tta",
                "Interest on savings accounts, s. 80TTA",
                left.savings_interest,
                &INTEREST_MOST,
            )
        },
        Taken {
            id: "deduction.other",
            label: "Other deductions of Chapter VI-A",
            claimed: spent(&OTHER_DEDUCTIONS),
            most: None,
            amount: 0,
            limit: None,
        },
    ]
}

/// Employer's contributions to the pension scheme, up to a share of pay.
fn of_employer(facts: &Facts<'_>, who: Taxpayer, heads: &Heads) -> Taken {
    let share: &'static Node<Rate> = match who.regime {
        Regime::New => &NPS_EMPLOYER_SHARE_NEW,
        Regime::Old if facts.get(&GOVERNMENT) => &NPS_EMPLOYER_SHARE_GOVERNMENT,
        Regime::Old => &NPS_EMPLOYER_SHARE_OLD,
    };
    let pay = match facts.get(&BASIC_PAY) {
        0 => heads.salary,
        pay => pay.min(heads.salary),
    };
    Taken {
        id: "deduction.80ccd-2",
        label: "Employer's pension contributions, s. 80CCD(2)",
        claimed: facts.spent(&NPS_EMPLOYER),
        most: Some(share.at(who.year).of(pay).round(Rounding::half_up(1))),
        amount: 0,
        limit: Some(share),
    }
}
