//! What conditions have to know of a rule's owner.

use pfms_types::Money;
use serde_json::{Value, json};

use crate::condition::{Known, Measure, Share};
use crate::facts::{AverageOf, By, Gathered};
use crate::store::people::Person;

/// The limits that the owner set.
pub fn budgets(known: &mut Known, person: &Person) {
    let share = |limit: Option<Money>| limit.map(|total| Share { total, count: 1 });
    known.learn(Measure::DailyBudget, share(person.daily_limit));
    known.learn(Measure::MonthlyBudget, share(person.monthly_limit));
}

/// The average that a measure is; none for what is no average.
pub fn average(measure: Measure) -> Option<AverageOf> {
    let (by, days) = match measure {
        Measure::MerchantAverage(days) => (By::Merchant, days),
        Measure::CategoryAverage(days) => (By::Category, days),
        Measure::Average(days) => (By::All, days),
        Measure::DailyBudget | Measure::MonthlyBudget => return None,
    };
    Some(AverageOf { by, days })
}

/// The averages that were asked for.
pub fn averages(known: &mut Known, gathered: &Gathered, measures: &[Measure]) {
    for measure in measures {
        if let Some(of) = average(*measure) {
            let share = gathered.average(of).map(|average| Share {
                total: average.total,
                count: average.count,
            });
            known.learn(*measure, share);
        }
    }
}

/// What was known of some measures, for a replay.
pub fn shown(known: &Known, measures: &[Measure]) -> Value {
    let one = |measure: &Measure| {
        let share = known.get(*measure).flatten();
        json!({
            "measure": format!("{measure:?}"),
            "total": share.map(|share| share.total.to_string()),
            "count": share.map(|share| share.count),
        })
    };
    measures.iter().map(one).collect()
}
