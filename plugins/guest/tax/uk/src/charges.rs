//! The charge on child benefit, and student loans.

use pfms_tax::{AnyNode, Facts, Ledger, Node, Rate, Rounding};

use crate::allowances::Reliefs;
use crate::country::{
    CHILD_BENEFIT_CHILDREN, PARTNER_HAS_HIGHER_INCOME, POSTGRADUATE_LOAN, STUDENT_LOAN, StudentLoan,
};
use crate::figures::{
    CHILD_BENEFIT_CHARGE_STEP, CHILD_BENEFIT_CHARGE_THRESHOLD, CHILD_BENEFIT_ELDEST, CHILD_BENEFIT_OTHER,
    STUDENT_LOAN_PLAN_1, STUDENT_LOAN_PLAN_2, STUDENT_LOAN_PLAN_4, STUDENT_LOAN_PLAN_5,
    STUDENT_LOAN_POSTGRADUATE, STUDENT_LOAN_POSTGRADUATE_RATE, STUDENT_LOAN_RATE,
    STUDENT_LOAN_UNEARNED_LIMIT,
};
use crate::income::Income;

/// Weeks for which child benefit is paid in a year.
const WEEKS: i64 = 52;

/// Adds the lines.
pub fn assess(facts: &Facts<'_>, income: &Income, reliefs: &Reliefs, ledger: &mut Ledger) {
    child_benefit(facts, reliefs, ledger);
    let counted = counted(facts, income, reliefs);
    student_loan(facts, counted, ledger);
    postgraduate_loan(facts, counted, ledger);
}

/// One per cent of child benefit for each step of adjusted net income above the threshold; benefit, per cent and
/// charge are each rounded down to whole ones (ITEPA 2003, s. 681C).
fn child_benefit(facts: &Facts<'_>, reliefs: &Reliefs, ledger: &mut Ledger) {
    let year = facts.year();
    let children = facts.get(&CHILD_BENEFIT_CHILDREN);
    if children == 0 {
        return;
    }
    if facts.get(&PARTNER_HAS_HIGHER_INCOME) {
        ledger.ignore(
            "child-benefit-children",
            "The partner with the higher adjusted net income pays the charge.",
        );
        return;
    }
    let weekly = CHILD_BENEFIT_ELDEST.at(year) + CHILD_BENEFIT_OTHER.at(year) * (children - 1);
    let benefit = Rounding::down(1_00).of(weekly * WEEKS);
    let threshold = CHILD_BENEFIT_CHARGE_THRESHOLD.at(year);
    let excess = (reliefs.adjusted_net_income - threshold).max(0);
    let per_cent = Rounding::down(1)
        .share(excess, 1, CHILD_BENEFIT_CHARGE_STEP.at(year))
        .min(100);
    let share = Rate(per_cent * 10_000);
    ledger
        .surcharge(
            "surcharge.child-benefit",
            "High Income Child Benefit Charge",
            share.of(benefit).round(Rounding::down(1_00)),
        )
        .uses(&CHILD_BENEFIT_ELDEST)
        .uses(&CHILD_BENEFIT_OTHER)
        .uses(&CHILD_BENEFIT_CHARGE_THRESHOLD)
        .uses(&CHILD_BENEFIT_CHARGE_STEP)
        .because(&[
            &share,
            &" of child benefit of ",
            &benefit,
            &": adjusted net income is ",
            &excess,
            &" above ",
            &threshold,
        ]);
}

/// What counts for a loan when a return is made: what is earned, and the rest as well when that is more than the
/// limit, less contributions to pensions, those from pay included (Education (Student Loans) (Repayment)
/// Regulations 2009, reg. 29(4)).
fn counted(facts: &Facts<'_>, income: &Income, reliefs: &Reliefs) -> i64 {
    let earned = income.employment + income.trade;
    let unearned = income.net() - earned;
    let counts = unearned > STUDENT_LOAN_UNEARNED_LIMIT.at(facts.year());
    (earned + if counts { unearned } else { 0 } - reliefs.pension_at_source).max(0)
}

fn student_loan(facts: &Facts<'_>, counted: i64, ledger: &mut Ledger) {
    let year = facts.year();
    let (threshold, node): (Option<i64>, &dyn AnyNode) = match facts.get(&STUDENT_LOAN) {
        None | Some(StudentLoan::None) => return,
        Some(StudentLoan::Plan1) => (Some(STUDENT_LOAN_PLAN_1.at(year)), &STUDENT_LOAN_PLAN_1),
        Some(StudentLoan::Plan2) => (Some(STUDENT_LOAN_PLAN_2.at(year)), &STUDENT_LOAN_PLAN_2),
        Some(StudentLoan::Plan4) => (Some(STUDENT_LOAN_PLAN_4.at(year)), &STUDENT_LOAN_PLAN_4),
        Some(StudentLoan::Plan5) => (STUDENT_LOAN_PLAN_5.at(year), &STUDENT_LOAN_PLAN_5),
    };
    let Some(threshold) = threshold else {
        ledger.ignore(
            "student-loan",
            "Loans of plan 5 are not repaid before April 2026.",
        );
        return;
    };
    let loan = Loan {
        id: "surcharge.student-loan",
        label: "Student loan",
        threshold,
        node,
        rate: &STUDENT_LOAN_RATE,
    };
    loan.add(facts, counted, ledger);
}

fn postgraduate_loan(facts: &Facts<'_>, counted: i64, ledger: &mut Ledger) {
    if !facts.get(&POSTGRADUATE_LOAN) {
        return;
    }
    let loan = Loan {
        id: "surcharge.postgraduate-loan",
        label: "Postgraduate loan",
        threshold: STUDENT_LOAN_POSTGRADUATE.at(facts.year()),
        node: &STUDENT_LOAN_POSTGRADUATE,
        rate: &STUDENT_LOAN_POSTGRADUATE_RATE,
    };
    loan.add(facts, counted, ledger);
}

struct Loan<'n> {
    id: &'static str,
    label: &'static str,
    threshold: i64,
    node: &'n dyn AnyNode,
    rate: &'static Node<Rate>,
}

impl Loan<'_> {
    /// A share of the income above the threshold, in whole pounds (Education (Student Loans) (Repayment)
    /// Regulations 2009, reg. 29).
    fn add(&self, facts: &Facts<'_>, counted: i64, ledger: &mut Ledger) {
        let rate = self.rate.at(facts.year());
        let repaid = rate
            .of((counted - self.threshold).max(0))
            .round(Rounding::down(1_00));
        ledger
            .surcharge(self.id, self.label, repaid)
            .uses(self.node)
            .uses(self.rate)
            .uses(&STUDENT_LOAN_UNEARNED_LIMIT)
            .because(&[&rate, &" of what ", &counted, &" exceeds ", &self.threshold]);
    }
}
