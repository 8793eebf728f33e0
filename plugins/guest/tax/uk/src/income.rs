//! Income by how it is taxed.

use pfms_tax::{Category, Facts, IncomeKind, Ledger, Node};

use crate::country::{
    DIVIDENDS, EMPLOYMENT, PENSION, PENSION_NET_PAY, PROPERTY_EXPENSES, PROPERTY_PROFIT, PROPERTY_RECEIPTS,
    RESIDENTIAL_FINANCE_COSTS, SAVINGS_INTEREST, TRADING_EXPENSES, TRADING_PROFIT, TRADING_RECEIPTS,
};
use crate::figures::{PROPERTY_ALLOWANCE_AMOUNT, TRADING_ALLOWANCE_AMOUNT};

/// Income after expenses, the allowances of trade and property, and contributions from pay; nothing in it is
/// negative.
#[derive(Debug, Clone, Copy, Default)]
pub struct Income {
    /// Pay before contributions: what class 1 is about.
    pub earnings: i64,
    /// Pay after contributions to a pension.
    pub employment: i64,
    /// Pensions and taxable benefits.
    pub pension: i64,
    /// Profit of trades.
    pub trade: i64,
    /// Profit of letting.
    pub property: i64,
    /// Whether the property allowance was used: then costs of finance lessen no tax.
    pub uses_property_allowance: bool,
    /// Interest.
    pub savings: i64,
    /// Dividends.
    pub dividends: i64,
}

impl Income {
    /// What is neither savings nor dividend income.
    pub fn non_savings(&self) -> i64 {
        self.employment + self.pension + self.trade + self.property
    }

    /// Net income (Step 2 of s. 23).
    pub fn net(&self) -> i64 {
        self.non_savings() + self.savings + self.dividends
    }
}

/// What is taken off receipts of letting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Property {
    /// The allowance, where it is more than the expenses.
    Allowance,
    /// The expenses; then costs of finance lessen the tax.
    Expenses,
}

/// Whether either way may owe less: the allowance takes more off, but costs of finance lessen no tax beside it.
pub fn has_choice(facts: &Facts<'_>) -> bool {
    facts.spent(&RESIDENTIAL_FINANCE_COSTS) > 0
        && PROPERTY.allowance_of(facts) > facts.spent(&PROPERTY_EXPENSES)
}

/// Adds up the incomes and takes off what comes off each.
pub fn gather(facts: &Facts<'_>, way: Property, ledger: &mut Ledger) -> Income {
    let earnings = facts.sum(&EMPLOYMENT);
    ledger.income("income.employment", "Employment", earnings);
    let employment = earnings - net_pay(facts, earnings, ledger);
    let pension = facts.sum(&PENSION);
    ledger.income("income.pension", "Pensions and taxable benefits", pension);
    let trade = TRADE.profit(facts, true, ledger);
    let property = PROPERTY.profit(facts, way == Property::Allowance, ledger);
    let savings = facts.sum(&SAVINGS_INTEREST);
    ledger.income("income.savings", "Interest", savings);
    let dividends = facts.sum(&DIVIDENDS);
    ledger.income("income.dividends", "Dividends", dividends);
    Income {
        earnings,
        employment,
        pension,
        trade: trade.amount,
        property: property.amount,
        uses_property_allowance: property.uses_allowance,
        savings,
        dividends,
    }
}

fn net_pay(facts: &Facts<'_>, earnings: i64, ledger: &mut Ledger) -> i64 {
    let given = facts.spent(&PENSION_NET_PAY);
    let contributions = given.min(earnings);
    if contributions < given {
        ledger.ignore("pension-net-pay", "No more than the pay can be taken from it.");
    }
    ledger
        .adjustment(
            "adjustment.net-pay-pension",
            "Pension contributions from pay",
            contributions,
        )
        .because(&[&"taken from pay before tax"]);
    contributions
}

/// A source of profit with an allowance that may take the place of its expenses.
struct Source {
    profit: &'static IncomeKind,
    receipts: &'static IncomeKind,
    expenses: &'static Category,
    allowance: &'static Node<i64>,
    income_id: &'static str,
    label: &'static str,
    adjustment_id: &'static str,
    adjustment_label: &'static str,
    loss: &'static str,
}

static TRADE: Source = Source {
    profit: &TRADING_PROFIT,
    receipts: &TRADING_RECEIPTS,
    expenses: &TRADING_EXPENSES,
    allowance: &TRADING_ALLOWANCE_AMOUNT,
    income_id: "income.trading",
    label: "Trading",
    adjustment_id: "adjustment.trading",
    adjustment_label: "Trading allowance or expenses",
    loss: "trading-loss",
};

static PROPERTY: Source = Source {
    profit: &PROPERTY_PROFIT,
    receipts: &PROPERTY_RECEIPTS,
    expenses: &PROPERTY_EXPENSES,
    allowance: &PROPERTY_ALLOWANCE_AMOUNT,
    income_id: "income.property",
    label: "Property",
    adjustment_id: "adjustment.property",
    adjustment_label: "Property allowance or expenses",
    loss: "property-loss",
};

struct Profit {
    amount: i64,
    uses_allowance: bool,
}

impl Source {
    /// The allowance, no more than the receipts.
    fn allowance_of(&self, facts: &Facts<'_>) -> i64 {
        self.allowance.at(facts.year()).min(facts.sum(self.receipts))
    }

    /// Receipts less expenses or, when it is more and no other profit had expenses, less the allowance
    /// (ITTOIA 2005, ss. 783A to 783BQ).
    fn profit(&self, facts: &Facts<'_>, may_use_allowance: bool, ledger: &mut Ledger) -> Profit {
        let receipts = facts.sum(self.receipts);
        let expenses = facts.spent(self.expenses);
        let profit = facts.sum(self.profit);
        let allowance = self.allowance_of(facts);
        let has_profit = facts.of_kind(self.profit).next().is_some();
        let uses_allowance = may_use_allowance && allowance > expenses && !has_profit;
        let off = if uses_allowance { allowance } else { expenses };

        let before_loss = receipts - off + profit;
        let amount = before_loss.max(0);
        if before_loss < 0 {
            ledger.ignore(
                self.loss,
                "A loss is not set against other income; it can be carried forward.",
            );
        }
        // What goes beyond receipts and profits takes nothing off here.
        let income = receipts + profit.max(0);
        ledger.income(self.income_id, self.label, income);
        let entry = ledger.adjustment(self.adjustment_id, self.adjustment_label, income - amount);
        if uses_allowance {
            entry.uses(self.allowance).because(&[
                &"the allowance of ",
                &allowance,
                &" is more than expenses of ",
                &expenses,
            ]);
        } else {
            entry.because(&[&"expenses and losses, no more than ", &income]);
        }
        if has_profit && receipts > 0 && allowance > expenses {
            ledger.ignore(
                self.adjustment_id,
                "The allowance is not given beside a profit after expenses.",
            );
        }
        Profit {
            amount,
            uses_allowance,
        }
    }
}
