//! Amounts for which there is a credit at the lowest rate. Amounts are in cents.

use pfms_tax::{AnyNode, Facts};

use crate::contributions::{CENT, Contributions};
use crate::declared::{AGE, DISABLED, EMPLOYMENT, MEDICAL, SPOUSE, SPOUSE_INCOME};
use crate::figures::{
    AGE_AMOUNT_AGE, AGE_AMOUNT_MOST, AGE_AMOUNT_REDUCED_FROM, AGE_AMOUNT_REDUCTION,
    BASIC_PERSONAL_AMOUNT_LEAST, BASIC_PERSONAL_AMOUNT_MOST, BASIC_PERSONAL_AMOUNT_REDUCED_FROM,
    BASIC_PERSONAL_AMOUNT_REDUCED_TO, DISABILITY_AMOUNT, EMPLOYMENT_AMOUNT, EMPLOYMENT_INSURANCE_RATE,
    MEDICAL_MOST, MEDICAL_SHARE, PENSION_BASE,
};

/// An amount for which there is a credit.
pub struct Credited {
    /// Id of its line.
    pub id: &'static str,
    /// For people.
    pub label: &'static str,
    /// In cents; never negative.
    pub amount: i64,
    /// The figures that set it.
    pub figures: Vec<&'static dyn AnyNode>,
}

/// All of them, by the net income.
pub fn amounts(facts: &Facts<'_>, net_income: i64, contributions: &Contributions) -> Vec<Credited> {
    let year = facts.year();
    let basic = basic_amount(facts, net_income);
    let basic_figures: Vec<&'static dyn AnyNode> = vec![
        &BASIC_PERSONAL_AMOUNT_MOST,
        &BASIC_PERSONAL_AMOUNT_LEAST,
        &BASIC_PERSONAL_AMOUNT_REDUCED_FROM,
        &BASIC_PERSONAL_AMOUNT_REDUCED_TO,
    ];
    let of_spouse = if facts.get(&SPOUSE) {
        (basic - facts.get(&SPOUSE_INCOME)).max(0)
    } else {
        0
    };
    let disability = if facts.get(&DISABLED) {
        DISABILITY_AMOUNT.at(year)
    } else {
        0
    };
    let threshold = MEDICAL_SHARE.at(year).of(net_income.max(0)).round(CENT);
    let threshold = threshold.min(MEDICAL_MOST.at(year));
    let amount = |id, label, amount, figures| Credited {
        id,
        label,
        amount,
        figures,
    };
    vec![
        amount(
            "credit.basic",
            "Credit for the basic personal amount",
            basic,
            basic_figures.clone(),
        ),
        amount(
            "credit.age",
            "Credit for the age amount",
            age_amount(facts, net_income),
            vec![
                &AGE_AMOUNT_MOST,
                &AGE_AMOUNT_REDUCED_FROM,
                &AGE_AMOUNT_REDUCTION,
                &AGE_AMOUNT_AGE,
            ],
        ),
        amount(
            "credit.spouse",
            "Credit for the amount for a spouse",
            of_spouse,
            basic_figures,
        ),
        amount(
            "credit.employment",
            "Credit for the Canada employment amount",
            facts.sum(&EMPLOYMENT).min(EMPLOYMENT_AMOUNT.at(year)),
            vec![&EMPLOYMENT_AMOUNT],
        ),
        amount(
            "credit.disability",
            "Credit for the disability amount",
            disability,
            vec![&DISABILITY_AMOUNT],
        ),
        amount(
            "credit.pension-plan",
            "Credit for base contributions to the Canada Pension Plan",
            contributions.credited(),
            vec![&PENSION_BASE],
        ),
        amount(
            "credit.employment-insurance",
            "Credit for premiums to employment insurance",
            contributions.insurance,
            vec![&EMPLOYMENT_INSURANCE_RATE],
        ),
        amount(
            "credit.medical",
            "Credit for medical expenses",
            (facts.spent(&MEDICAL) - threshold).max(0),
            vec![&MEDICAL_SHARE, &MEDICAL_MOST],
        ),
    ]
}

/// The basic personal amount, reduced evenly between two net incomes (s. 118(1.1)).
fn basic_amount(facts: &Facts<'_>, net_income: i64) -> i64 {
    let year = facts.year();
    let (from, to) = (
        BASIC_PERSONAL_AMOUNT_REDUCED_FROM.at(year),
        BASIC_PERSONAL_AMOUNT_REDUCED_TO.at(year),
    );
    let (most, least) = (
        BASIC_PERSONAL_AMOUNT_MOST.at(year),
        BASIC_PERSONAL_AMOUNT_LEAST.at(year),
    );
    most - CENT.share(most - least, net_income.clamp(from, to) - from, to - from)
}

/// From 65, less a share of the net income above a threshold (s. 118(2)).
fn age_amount(facts: &Facts<'_>, net_income: i64) -> i64 {
    let year = facts.year();
    if facts.get(&AGE) < AGE_AMOUNT_AGE.at(year).0 {
        return 0;
    }
    let above = (net_income - AGE_AMOUNT_REDUCED_FROM.at(year)).max(0);
    let reduction = AGE_AMOUNT_REDUCTION.at(year).of(above).round(CENT);
    (AGE_AMOUNT_MOST.at(year) - reduction).max(0)
}
