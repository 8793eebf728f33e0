//! Income that the tariff taxes, by kind and person.

use pfms_tax::{Facts, IncomeKind, Ledger, Person};

use crate::country::{self, OTHER_INCOME, RENTAL, SELF_EMPLOYMENT, WAGES, WORK_EXPENSES};
use crate::figures::WORK_EXPENSES_LUMP_SUM;

/// What the kinds of income come to.
#[derive(Debug, Clone, Copy)]
pub struct Income {
    /// Sum of income after expenses, of all who are assessed; negative when losses exceed it (EStG § 2 Abs. 3).
    pub sum: i64,
}

/// Adds up income and takes expenses and losses off.
pub fn gather(facts: &Facts<'_>, ledger: &mut Ledger) -> Income {
    let mut sum = 0;
    for &person in country::people(facts) {
        let wages = facts.sum_of(&WAGES, person);
        ledger.income("income.wages", WAGES.label, wages).person(person);
        let mut losses = 0;
        for kind in [&SELF_EMPLOYMENT, &RENTAL, &OTHER_INCOME] {
            let amount = facts.sum_of(kind, person);
            ledger.income(id(kind), kind.label, amount).person(person);
            losses += (-amount).max(0);
            sum += amount;
        }
        sum += wages - expenses(facts, person, wages, ledger);
        ledger
            .adjustment("adjustment.losses", "Losses", losses)
            .person(person)
            .because(&[&"set against other income of the year"]);
    }
    Income { sum }
}

fn id(kind: &IncomeKind) -> &'static str {
    match kind.name {
        "self-employment" => "income.self-employment",
        "rental" => "income.rental",
        _ => "income.other",
    }
}

/// Expenses of an employee: the lump sum, no more than the wages, or what was spent where that is more (EStG
/// § 9a).
fn expenses(facts: &Facts<'_>, person: Person, wages: i64, ledger: &mut Ledger) -> i64 {
    let spent = facts.spent_by(&WORK_EXPENSES, person);
    let lump_sum = WORK_EXPENSES_LUMP_SUM.at(facts.year());
    let taken = spent.max(lump_sum.min(wages));
    ledger
        .adjustment("adjustment.work-expenses", WORK_EXPENSES.label, taken)
        .uses(&WORK_EXPENSES_LUMP_SUM)
        .person(person)
        .because(&[
            &"the greater of ",
            &spent,
            &" spent and the lump sum of ",
            &lump_sum,
            &", of wages of ",
            &wages,
        ]);
    taken
}
