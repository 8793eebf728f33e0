//! From the sum of income to what is owed.

use pfms_tax::{Count, Facts, Ledger, Rounding, Section};

use crate::capital::{Capital, FlatTax};
use crate::children::{Children, Chosen};
use crate::contributions::Contributions;
use crate::country::{self, CHILDCARE, CHILDCARE_CHILDREN, CHILDREN, SINGLE_PARENT, SPECIAL_EXPENSES};
use crate::figures as law;
use crate::income::Income;
use crate::provision::{self, Provision};
use crate::tariff;

/// What does not depend on how capital income is taxed.
struct Household<'f, 'a> {
    facts: &'f Facts<'a>,
    heads: i64,
    single_parent: i64,
    special: i64,
    childcare: i64,
    provision: Provision,
    children: Children,
}

/// One way to tax a household.
struct Outcome {
    /// Income before anything is taken off; negative when losses exceed it.
    sum: i64,
    single_parent: i64,
    special: i64,
    provision: i64,
    allowances: i64,
    taxable: i64,
    chosen: Chosen,
    surcharge_base: i64,
    surcharge: i64,
}

/// Adds the lines: capital income with the rest where that owes less, apart otherwise.
pub fn assess(
    facts: &Facts<'_>,
    income: Income,
    capital: Capital,
    contributions: &Contributions,
    ledger: &mut Ledger,
) {
    let household = Household::new(facts, contributions);
    let year = facts.year();
    let apart = household.tax(income.sum);
    let flat = FlatTax::on(year, capital.taxable);
    let together = household.tax(income.sum + capital.taxable);
    let owed_apart = household.owed(&apart) + flat.tax + flat.surcharge;
    if capital.taxable > 0 && household.owed(&together) < owed_apart {
        ledger
            .note(
                Section::Adjustment,
                "adjustment.capital-by-tariff",
                "Capital income taxed by the tariff",
                capital.taxable,
            )
            .because(&[
                &"it owes ",
                &(owed_apart - household.owed(&together)),
                &" less than apart (EStG § 32d Abs. 6)",
            ]);
        household.add(&together, ledger);
    } else {
        household.add(&apart, ledger);
        if capital.taxable > 0 {
            flat.add(year, capital.taxable, ledger);
        }
    }
}

impl<'f, 'a> Household<'f, 'a> {
    fn new(facts: &'f Facts<'a>, contributions: &Contributions) -> Self {
        let childcare = childcare(facts);
        let lump_sum = law::SPECIAL_EXPENSES_LUMP_SUM.at(facts.year()) * country::heads(facts);
        Self {
            facts,
            heads: country::heads(facts),
            single_parent: single_parent(facts),
            special: (childcare + facts.spent(&SPECIAL_EXPENSES)).max(lump_sum),
            childcare,
            provision: provision::work_out(facts, contributions),
            children: Children::of(facts),
        }
    }

    /// Tax on so much income (EStG § 2 Abs. 3 to 6).
    fn tax(&self, sum: i64) -> Outcome {
        let year = self.facts.year();
        let mut left = sum.max(0);
        let mut take = |amount: i64| {
            let taken = amount.min(left);
            left -= taken;
            taken
        };
        let single_parent = take(self.single_parent);
        let special = take(self.special);
        let provision = take(self.provision.total);
        let income = sum.max(0) - single_parent - special - provision;
        let chosen = self.children.choose(year, income, self.heads);
        let allowances = (chosen.with_allowance * self.children.allowance).min(income);
        // The surcharge always counts the allowances of all children (SolzG 1995 § 3 Abs. 2).
        let surcharge_base = tariff::income_tax(
            year,
            income - self.children.count * self.children.allowance,
            self.heads,
        );
        Outcome {
            sum,
            single_parent,
            special,
            provision,
            allowances,
            taxable: income - allowances,
            chosen,
            surcharge_base,
            surcharge: tariff::solidarity_surcharge(year, surcharge_base, self.heads),
        }
    }

    fn benefit(&self, outcome: &Outcome) -> i64 {
        outcome.chosen.with_allowance * self.children.benefit
    }

    fn owed(&self, outcome: &Outcome) -> i64 {
        outcome.chosen.tax + self.benefit(outcome) + outcome.surcharge
    }

    fn add(&self, outcome: &Outcome, ledger: &mut Ledger) {
        if outcome.sum < 0 {
            ledger
                .adjustment(
                    "adjustment.unused-loss",
                    "Losses without income to set them against",
                    outcome.sum,
                )
                .because(&[&"they can be carried to other years"]);
            ledger.ignore(
                "loss",
                "The loss that is left is not set against income of other years here.",
            );
        }
        self.add_deductions(outcome, ledger);
        ledger
            .taxable("taxable.income", "Taxable income", outcome.taxable)
            .because(&[&outcome.sum.max(0), &" less deductions and child allowances"]);
        self.add_tax(outcome, ledger);
    }

    fn add_deductions(&self, outcome: &Outcome, ledger: &mut Ledger) {
        ledger
            .deduction(
                "deduction.single-parent",
                "Relief of single parents",
                outcome.single_parent,
            )
            .uses(&law::SINGLE_PARENT_FIRST_CHILD)
            .uses(&law::SINGLE_PARENT_FURTHER_CHILD)
            .because(&[&"for ", &Count(self.children.count), &" in the household"]);
        ledger
            .note(
                Section::Deduction,
                "deduction.special-expenses.childcare",
                "Of it: childcare",
                self.childcare,
            )
            .uses(&law::CHILDCARE_SHARE)
            .uses(&law::CHILDCARE_MOST)
            .because(&[
                &law::CHILDCARE_SHARE.at(self.facts.year()),
                &" of what was paid, up to the limit",
            ]);
        ledger
            .deduction("deduction.special-expenses", "Special expenses", outcome.special)
            .uses(&law::SPECIAL_EXPENSES_LUMP_SUM)
            .because(&[
                &self.special,
                &", at least the lump sum, as far as there is income",
            ]);
        self.provision.add(outcome.provision, ledger);
        ledger
            .deduction(
                "deduction.child-allowances",
                "Child allowances",
                outcome.allowances,
            )
            .uses(&law::CHILD_ALLOWANCE_SUBSISTENCE)
            .uses(&law::CHILD_ALLOWANCE_CARE)
            .because(&[
                &self.children.allowance,
                &" for each of ",
                &Count(outcome.chosen.with_allowance),
                &": more than child benefit",
            ]);
        if outcome.chosen.with_allowance < self.children.count {
            ledger.ignore(
                "child-allowance",
                "Child benefit is worth more than the allowance of some or all children.",
            );
        }
    }

    fn add_tax(&self, outcome: &Outcome, ledger: &mut Ledger) {
        let half = if self.heads == 2 {
            "twice the tariff on half of "
        } else {
            "the tariff on "
        };
        let mut entry = ledger.tax("tax.tariff", "Income tax by the tariff", outcome.chosen.tax);
        for node in [
            &law::TARIFF_ZERO_UPTO,
            &law::TARIFF_ZONE_2_UPTO,
            &law::TARIFF_ZONE_3_UPTO,
            &law::TARIFF_ZONE_4_UPTO,
        ] {
            entry = entry.uses(node);
        }
        entry.because(&[
            &half,
            &outcome.taxable,
            &", in whole euros, rounded down to whole euros",
        ]);
        ledger
            .surcharge(
                "surcharge.child-benefit",
                "Child benefit that the allowances take the place of",
                self.benefit(outcome),
            )
            .uses(&law::CHILD_BENEFIT_MONTHLY)
            .because(&[
                &self.children.benefit,
                &" for each of ",
                &Count(outcome.chosen.with_allowance),
                &", whether it was paid out or not",
            ]);
        let year = self.facts.year();
        ledger
            .surcharge("surcharge.solidarity", "Solidarity surcharge", outcome.surcharge)
            .uses(&law::SOLIDARITY_SURCHARGE_RATE)
            .uses(&law::SOLIDARITY_SURCHARGE_EXEMPT)
            .uses(&law::SOLIDARITY_SURCHARGE_TAPER)
            .because(&[
                &law::SOLIDARITY_SURCHARGE_RATE.at(year),
                &" of the tax with all child allowances, ",
                &outcome.surcharge_base,
                &", at most ",
                &law::SOLIDARITY_SURCHARGE_TAPER.at(year),
                &" of what exceeds ",
                &(law::SOLIDARITY_SURCHARGE_EXEMPT.at(year) * self.heads),
            ]);
    }
}

/// Relief of single parents (EStG § 24b).
fn single_parent(facts: &Facts<'_>) -> i64 {
    let year = facts.year();
    let children = facts.get(&CHILDREN);
    if !facts.get(&SINGLE_PARENT) || children == 0 || country::is_joint(facts) {
        return 0;
    }
    law::SINGLE_PARENT_FIRST_CHILD.at(year) + law::SINGLE_PARENT_FURTHER_CHILD.at(year) * (children - 1)
}

/// Childcare: a share of what was paid, up to a limit for each child (EStG § 10 Abs. 1 Nr. 5).
fn childcare(facts: &Facts<'_>) -> i64 {
    let year = facts.year();
    let share = law::CHILDCARE_SHARE.at(year).of(facts.spent(&CHILDCARE));
    let most = law::CHILDCARE_MOST.at(year) * facts.get(&CHILDCARE_CHILDREN);
    share.round(Rounding::up(1)).min(most)
}
