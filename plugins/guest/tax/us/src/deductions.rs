//! Deductions from the adjusted gross income: standard or itemised, and those for seniors, tips and overtime.

use pfms_tax::{Count, Ledger, Node, Section};

use crate::CENT;
use crate::asked::{CHARITY, OVERTIME, TIPS};
use crate::figures::{
    NON_ITEMISER_CHARITY, OVERTIME_CAP, SENIOR_AMOUNT, SENIOR_REDUCTION_RATE, SENIOR_START,
    STANDARD_DEDUCTION, STANDARD_DEDUCTION_AGE, STANDARD_DEDUCTION_EXTRA, TIPS_AND_OVERTIME_REDUCTION,
    TIPS_AND_OVERTIME_START, TIPS_AND_OVERTIME_STEP, TIPS_CAP,
};
use crate::household::Household;
use crate::itemised::Itemised;
use crate::status::Status;

/// What is deducted beside the standard or the itemised deductions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Others {
    /// For seniors.
    pub(crate) senior: i64,
    /// For tips and overtime.
    pub(crate) tips_and_overtime: i64,
}

/// What is deducted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deductions {
    /// The itemised ones, when they are taken; the standard deduction otherwise.
    pub(crate) itemised: Option<Itemised>,
    standard: Standard,
    others: Others,
}

/// Both ways for a household to deduct.
pub(crate) struct Ways {
    standard: Standard,
    itemised: Itemised,
    others: Others,
    must_itemise: bool,
}

/// Adds the deductions of a household with this adjusted gross income that do not depend on the way, and finds
/// both ways.
pub(crate) fn ways(household: &Household<'_>, income: i64, ledger: &mut Ledger) -> Ways {
    let wages = household.all_wages();
    let received = household.facts.spent(&TIPS);
    let tips = tips(household, income, wages, ledger);
    let overtime = overtime(household, income, (wages - received).max(0), ledger);
    let others = Others {
        senior: senior(household, income, ledger),
        tips_and_overtime: tips + overtime,
    };
    Ways {
        standard: Standard::of(household),
        itemised: Itemised::of(household, income, others.senior + others.tips_and_overtime),
        others,
        must_itemise: household.must_itemise(),
    }
}

impl Ways {
    /// The way on which less tax is due, by what `tax` says of each; the standard deduction when it is the same.
    pub(crate) fn cheaper(&self, mut tax: impl FnMut(&Deductions) -> i64) -> Deductions {
        let standard = Deductions {
            itemised: None,
            standard: self.standard,
            others: self.others,
        };
        let itemised = Deductions {
            itemised: Some(self.itemised),
            ..standard
        };
        let is_itemised = self.must_itemise || (self.itemised.total() > 0 && tax(&itemised) < tax(&standard));
        if is_itemised { itemised } else { standard }
    }
}

impl Deductions {
    /// Standard or itemised.
    fn main(&self) -> i64 {
        self.itemised
            .map_or(self.standard.total(), |itemised| itemised.total())
    }

    /// The sum of all.
    pub(crate) fn total(&self) -> i64 {
        self.main() + self.others.senior + self.others.tips_and_overtime
    }

    /// Those that the minimum tax knows, too: for tips and overtime, and the itemised ones but for taxes.
    pub(crate) fn for_minimum(&self) -> i64 {
        let itemised = self
            .itemised
            .map_or(0, |itemised| itemised.total() - itemised.salt);
        self.others.tips_and_overtime + itemised
    }

    /// Adds the lines of the way that is taken.
    pub(crate) fn show(&self, ways: &Ways, household: &Household<'_>, income: i64, ledger: &mut Ledger) {
        let (label, other, words) = if let Some(itemised) = self.itemised {
            itemised.show(household, income, ledger);
            (
                "Itemised deductions are taken",
                ways.standard.total(),
                "the standard deduction would be ",
            )
        } else {
            self.standard.show(household, ledger);
            (
                "The standard deduction is taken",
                ways.itemised.total(),
                "itemised deductions would be ",
            )
        };
        ledger
            .note(Section::Deduction, "standard-or-itemised", label, self.main())
            .because(&[&"no less tax is due the other way: ", &words, &other]);
    }
}

/// The standard deduction and what is given beside it.
#[derive(Debug, Clone, Copy)]
struct Standard {
    basic: i64,
    extra: i64,
    extra_count: i64,
    charity: i64,
}

impl Standard {
    fn of(household: &Household<'_>) -> Self {
        let (status, year) = (household.status, household.year);
        let extra_count = household.seniors + household.blind;
        let charity = NON_ITEMISER_CHARITY.at(status, year).unwrap_or_default();
        Self {
            basic: STANDARD_DEDUCTION.at(status, year),
            extra: STANDARD_DEDUCTION_EXTRA.at(status, year) * extra_count,
            extra_count,
            charity: household.facts.spent(&CHARITY).min(charity),
        }
    }

    fn total(&self) -> i64 {
        self.basic + self.extra + self.charity
    }

    fn show(&self, household: &Household<'_>, ledger: &mut Ledger) {
        let (status, year) = (household.status, household.year);
        ledger
            .deduction("standard.basic", "Standard deduction", self.basic)
            .uses(STANDARD_DEDUCTION.node(status))
            .because(&[STANDARD_DEDUCTION.node(status)]);
        ledger
            .deduction("standard.extra", "Addition for age and blindness", self.extra)
            .uses(STANDARD_DEDUCTION_EXTRA.node(status))
            .uses(&STANDARD_DEDUCTION_AGE)
            .because(&[
                &Count(self.extra_count),
                &" × ",
                &STANDARD_DEDUCTION_EXTRA.at(status, year),
            ]);
        let given = household.facts.spent(&CHARITY);
        ledger
            .deduction("standard.charity", "Gifts without itemising", self.charity)
            .uses(NON_ITEMISER_CHARITY.node(status))
            .because(&[
                &given,
                &" given, at most ",
                &NON_ITEMISER_CHARITY.at(status, year),
            ]);
    }
}

/// 26 USC 151(d)(5)(C): for each senior, less a share of the income above a threshold; not when married filing
/// separately.
fn senior(household: &Household<'_>, income: i64, ledger: &mut Ledger) -> i64 {
    let (status, year) = (household.status, household.year);
    let seniors = household.seniors;
    if seniors == 0 {
        return 0;
    }
    if status == Status::Separate {
        ledger.ignore(
            "senior",
            "The deduction for seniors is not for the married filing separately.",
        );
        return 0;
    }
    let excess = (income - SENIOR_START.at(status, year)).max(0);
    let reduction = SENIOR_REDUCTION_RATE.at(year).of(excess).round(CENT);
    let each = (SENIOR_AMOUNT.at(year) - reduction).max(0);
    let amount = each * seniors;
    ledger
        .deduction("senior", "Deduction for seniors", amount)
        .uses(&SENIOR_AMOUNT)
        .uses(&SENIOR_REDUCTION_RATE)
        .uses(SENIOR_START.node(status))
        .because(&[
            &Count(seniors),
            &" × (",
            &SENIOR_AMOUNT.at(year),
            &" less ",
            &reduction,
            &", which is ",
            &SENIOR_REDUCTION_RATE.at(year),
            &" of the income above ",
            &SENIOR_START.at(status, year),
            &")",
        ]);
    amount
}

/// 26 USC 224.
fn tips(household: &Household<'_>, income: i64, wages: i64, ledger: &mut Ledger) -> i64 {
    let part = Part {
        id: "qualified-tips",
        label: "Deduction for tips",
        received: household.facts.spent(&TIPS),
        wages,
        cap: &TIPS_CAP,
    };
    part.deduct(household, income, ledger)
}

/// 26 USC 225.
fn overtime(household: &Household<'_>, income: i64, wages: i64, ledger: &mut Ledger) -> i64 {
    let part = Part {
        id: "qualified-overtime",
        label: "Deduction for overtime",
        received: household.facts.spent(&OVERTIME),
        wages,
        cap: OVERTIME_CAP.node(household.status),
    };
    part.deduct(household, income, ledger)
}

/// A part of the wages that is deducted up to a cap, which falls with the income.
struct Part {
    id: &'static str,
    label: &'static str,
    received: i64,
    /// The wages that it may be a part of.
    wages: i64,
    cap: &'static Node<i64>,
}

impl Part {
    fn deduct(&self, household: &Household<'_>, income: i64, ledger: &mut Ledger) -> i64 {
        let (status, year) = (household.status, household.year);
        if self.received == 0 {
            return 0;
        }
        if status == Status::Separate {
            ledger.ignore(self.id, "The deduction is not for the married filing separately.");
            return 0;
        }
        let received = self.received.min(self.wages);
        if received < self.received {
            ledger.ignore(
                self.id,
                "It is a part of the wages: what exceeds them is not deducted.",
            );
        }
        let start = TIPS_AND_OVERTIME_START.at(status, year);
        let steps = (income - start).max(0) / TIPS_AND_OVERTIME_STEP.at(year).max(1);
        let reduction = steps * TIPS_AND_OVERTIME_REDUCTION.at(year);
        let cap = self.cap.at(year);
        let amount = (received.min(cap) - reduction).max(0);
        ledger
            .deduction(self.id, self.label, amount)
            .uses(self.cap)
            .uses(TIPS_AND_OVERTIME_START.node(status))
            .uses(&TIPS_AND_OVERTIME_STEP)
            .uses(&TIPS_AND_OVERTIME_REDUCTION)
            .because(&[
                &received,
                &" of the wages, at most ",
                &cap,
                &", less ",
                &TIPS_AND_OVERTIME_REDUCTION.at(year),
                &" for each full ",
                &TIPS_AND_OVERTIME_STEP.at(year),
                &" of income above ",
                &start,
            ]);
        amount
    }
}
