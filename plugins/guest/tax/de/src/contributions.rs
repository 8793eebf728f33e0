//! Contributions of employees to social insurance.

use pfms_tax::{Facts, Ledger, Node, Person, Rate, Rounding};

use crate::country::{
    self, CHILDREN, HEALTH_SUPPLEMENT, OTHER_CHILDREN_UNDER_25, PARENT, PARTNER_HEALTH_SUPPLEMENT,
    PARTNER_PARENT, PARTNER_SOCIAL_INSURANCE, PARTNER_UNDER_23, SOCIAL_INSURANCE, SocialInsurance, UNDER_23,
    WAGES,
};
use crate::figures as law;

/// What employees pay, of all who are assessed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Contributions {
    /// To pension insurance; the employer pays as much.
    pub pension: i64,
    /// To unemployment insurance.
    pub unemployment: i64,
    /// To health insurance.
    pub health: i64,
    /// To care insurance.
    pub care: i64,
}

static PENSION: [&Node<Rate>; 1] = [&law::PENSION_INSURANCE_RATE];
static UNEMPLOYMENT: [&Node<Rate>; 1] = [&law::UNEMPLOYMENT_INSURANCE_RATE];
static HEALTH: [&Node<Rate>; 2] = [&law::HEALTH_INSURANCE_RATE, &law::HEALTH_INSURANCE_SUPPLEMENT];
static CARE: [&Node<Rate>; 3] = [
    &law::CARE_INSURANCE_RATE,
    &law::CARE_INSURANCE_CHILDLESS,
    &law::CARE_INSURANCE_DISCOUNT,
];

/// Adds the lines.
pub fn assess(facts: &Facts<'_>, ledger: &mut Ledger) -> Contributions {
    let year = facts.year();
    let half = |node: &Node<Rate>| Rate(node.at(year).0 / 2);
    let mut all = Contributions::default();
    for &person in country::people(facts) {
        let wages = facts.sum_of(&WAGES, person);
        let insured = Insured::new(facts, person);
        let mut add = |branch: Branch| branch.add(facts, person, wages, ledger);
        if insured.branches != SocialInsurance::None {
            all.pension += add(Branch {
                id: "contribution.pension",
                label: "Pension insurance",
                ceiling: &law::PENSION_INSURANCE_CEILING,
                rate: half(&law::PENSION_INSURANCE_RATE),
                nodes: &PENSION,
            });
            all.unemployment += add(Branch {
                id: "contribution.unemployment",
                label: "Unemployment insurance",
                ceiling: &law::PENSION_INSURANCE_CEILING,
                rate: half(&law::UNEMPLOYMENT_INSURANCE_RATE),
                nodes: &UNEMPLOYMENT,
            });
        }
        if insured.branches == SocialInsurance::Statutory {
            all.health += add(Branch {
                id: "contribution.health",
                label: "Health insurance",
                ceiling: &law::HEALTH_INSURANCE_CEILING,
                rate: half(&law::HEALTH_INSURANCE_RATE) + Rate(insured.supplement.0 / 2),
                nodes: &HEALTH,
            });
            all.care += add(Branch {
                id: "contribution.care",
                label: "Care insurance",
                ceiling: &law::HEALTH_INSURANCE_CEILING,
                rate: half(&law::CARE_INSURANCE_RATE) + insured.care,
                nodes: &CARE,
            });
        }
    }
    all
}

/// How somebody is insured.
struct Insured {
    branches: SocialInsurance,
    /// Supplement of the health insurer, of which the employer pays half.
    supplement: Rate,
    /// What the employee pays of care insurance beside half of its rate: more without children, less with several.
    care: Rate,
}

impl Insured {
    fn new(facts: &Facts<'_>, person: Person) -> Self {
        let year = facts.year();
        let (branches, supplement, is_parent, is_under_23) = match person {
            Person::Taxpayer => (
                facts.get(&SOCIAL_INSURANCE),
                facts.get(&HEALTH_SUPPLEMENT),
                facts.get(&PARENT),
                facts.get(&UNDER_23),
            ),
            Person::Partner => (
                facts.get(&PARTNER_SOCIAL_INSURANCE),
                facts.get(&PARTNER_HEALTH_SUPPLEMENT),
                facts.get(&PARTNER_PARENT),
                facts.get(&PARTNER_UNDER_23),
            ),
        };
        let children = facts.get(&CHILDREN) + facts.get(&OTHER_CHILDREN_UNDER_25);
        let care = if children == 0 && !is_parent && !is_under_23 {
            law::CARE_INSURANCE_CHILDLESS.at(year)
        } else {
            // From the second child to the fifth (SGB XI § 55 Abs. 3 Satz 4).
            Rate(-law::CARE_INSURANCE_DISCOUNT.at(year).0 * (children - 1).clamp(0, 4))
        };
        Self {
            branches: branches.unwrap_or(SocialInsurance::Statutory),
            supplement: if supplement == 0 {
                law::HEALTH_INSURANCE_SUPPLEMENT.at(year)
            } else {
                // Hundredths of a per cent.
                Rate(supplement * 100)
            },
            care,
        }
    }
}

struct Branch {
    id: &'static str,
    label: &'static str,
    ceiling: &'static Node<i64>,
    rate: Rate,
    nodes: &'static [&'static Node<Rate>],
}

impl Branch {
    fn add(&self, facts: &Facts<'_>, person: Person, wages: i64, ledger: &mut Ledger) -> i64 {
        let ceiling = self.ceiling.at(facts.year());
        let counted = wages.min(ceiling);
        let amount = self.rate.of(counted).round(Rounding::half_up(1));
        let mut entry = ledger
            .contribution(self.id, self.label, amount)
            .person(person)
            .uses(self.ceiling);
        for node in self.nodes {
            entry = entry.uses(*node);
        }
        entry.because(&[
            &"the employee's ",
            &self.rate,
            &" of wages up to ",
            &ceiling,
            &": of ",
            &counted,
        ]);
        amount
    }
}
