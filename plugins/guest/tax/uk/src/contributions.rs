//! National Insurance contributions.

use pfms_tax::{Band, Facts, Ledger, Rate, Rounding};

use crate::country::OVER_STATE_PENSION_AGE;
use crate::figures::{CLASS_1_EMPLOYEE, CLASS_4_PROFITS};
use crate::income::Income;

/// Adds the lines of class 1 and class 4.
pub fn assess(facts: &Facts<'_>, income: &Income, ledger: &mut Ledger) {
    if facts.get(&OVER_STATE_PENSION_AGE) {
        return;
    }
    let main_class_1 = class_1(facts, income.earnings, ledger);
    class_4(facts, income.trade, main_class_1, ledger);
}

/// Contributions of an employee: each rate is rounded to the nearest penny, a halfpenny is disregarded (Social
/// Security (Contributions) Regulations 2001, reg. 12). Returns what was paid at the main rate.
fn class_1(facts: &Facts<'_>, earnings: i64, ledger: &mut Ledger) -> i64 {
    let schedule = CLASS_1_EMPLOYEE.at(facts.year());
    let (mut sum, mut main) = (0, 0);
    for slice in schedule.slices(0, earnings) {
        let part = slice.rate.of(slice.amount).round(Rounding::half_down(1));
        sum += part;
        if slice.upper.is_some() {
            main += part;
        }
    }
    let Some(Limits {
        lower,
        upper,
        main: rate,
        above,
    }) = Limits::of(schedule.0)
    else {
        return main;
    };
    ledger
        .contribution("contribution.class-1", "Class 1 National Insurance", sum)
        .uses(&CLASS_1_EMPLOYEE)
        .because(&[
            &rate,
            &" of pay from ",
            &lower,
            &" to ",
            &upper,
            &", ",
            &above,
            &" above, of ",
            &earnings,
        ]);
    main
}

/// Limits and rates of a schedule that is free up to a limit, has a main rate up to another, and one above.
struct Limits {
    lower: i64,
    upper: i64,
    main: Rate,
    above: Rate,
}

impl Limits {
    fn of(bands: &[Band]) -> Option<Self> {
        let [free, main, above] = bands else {
            return None;
        };
        Some(Self {
            lower: free.upper?,
            upper: main.upper?,
            main: main.rate,
            above: above.rate,
        })
    }
}

/// Contributions on profits. Who pays class 1 as well pays at the main rate no more than both come to for a
/// full band; the rest of the band is charged at the rate above (Social Security (Contributions) Regulations
/// 2001, reg. 100).
fn class_4(facts: &Facts<'_>, profit: i64, main_class_1: i64, ledger: &mut Ledger) {
    let Some(Limits {
        lower,
        upper,
        main,
        above,
    }) = Limits::of(CLASS_4_PROFITS.at(facts.year()).0)
    else {
        return;
    };
    let down = Rounding::down(1);
    let in_band = (profit.min(upper) - lower).max(0);
    let full = main.of(in_band).round(down);
    let most = if main_class_1 > 0 {
        (main.of(upper - lower).round(down) - main_class_1).max(0)
    } else {
        full
    };
    let at_main = full.min(most);
    let rest_of_band = down.share(full - at_main, above.0, main.0);
    let on_top = above.of((profit - upper).max(0)).round(down);
    let entry = ledger
        .contribution(
            "contribution.class-4",
            "Class 4 National Insurance",
            at_main + rest_of_band + on_top,
        )
        .uses(&CLASS_4_PROFITS);
    if at_main < full {
        entry.because(&[
            &at_main,
            &" at ",
            &main,
            &", which class 1 leaves of the most at that rate; the rest at ",
            &above,
            &", of a profit of ",
            &profit,
        ]);
    } else {
        entry.because(&[
            &main,
            &" of profits from ",
            &lower,
            &" to ",
            &upper,
            &", ",
            &above,
            &" above, of ",
            &profit,
        ]);
    }
}
