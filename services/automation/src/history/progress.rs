//! What a run found so far.

use std::collections::BTreeMap;

use pfms_proto::automation::v1 as wire;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::action::{Deed, Planned, Standing};
use crate::execution::Outcome;
use crate::fact::Fact;

/// Expenses that are shown.
const MAX_EXAMPLES: usize = 20;

/// Counts and examples. It only grows, page by page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Expenses in all; none until they are counted.
    pub total: Option<i64>,
    /// Expenses that were looked at.
    pub examined: i64,
    /// Those for which the rule acts.
    pub matched: i64,
    /// Those for which it fails.
    pub failed: i64,
    actions: BTreeMap<String, Count>,
    examples: Vec<Example>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Count {
    asked: i64,
    done: i64,
    skipped: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Example {
    expense_id: Uuid,
    summary: String,
    outcomes: Vec<String>,
    error_message: String,
}

/// What became of an action in a run that applies a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing is done in a backtest.
    Counted,
    /// It changed something.
    Done,
    /// Everything was so already.
    Unchanged,
    /// It is not done for the past, or could not be.
    Skipped,
}

impl Progress {
    /// Counts an expense that a rule passes over.
    pub fn pass(&mut self) {
        self.examined += 1;
    }

    /// Counts an expense for which a rule ran; `fates` are those of the outcome's actions, in their order.
    pub fn add(&mut self, fact: &Fact, outcome: &Outcome, fates: &[Fate]) {
        self.examined += 1;
        let (_, problem) = outcome.problem();
        if outcome.acts() {
            self.matched += 1;
        } else if outcome.is_failure() {
            self.failed += 1;
        } else {
            return;
        }
        for (action, fate) in outcome.actions().iter().zip(fates) {
            let count = self.actions.entry(action.kind.to_owned()).or_default();
            count.asked += 1;
            count.done += i64::from(*fate == Fate::Done);
            count.skipped += i64::from(*fate == Fate::Skipped);
        }
        if self.examples.len() < MAX_EXAMPLES
            && let Some(expense_id) = fact.expense_id()
        {
            self.examples.push(Example {
                expense_id,
                summary: summary(fact),
                outcomes: outcome
                    .actions()
                    .iter()
                    .map(|action| told(fact, action))
                    .collect(),
                error_message: problem.to_owned(),
            });
        }
    }

    /// As they go out.
    #[must_use]
    pub fn action_counts(&self) -> Vec<wire::ActionCount> {
        let count = |(kind, count): (&String, &Count)| wire::ActionCount {
            kind: kind.clone(),
            asked: count.asked,
            done: count.done,
            skipped: count.skipped,
        };
        self.actions.iter().map(count).collect()
    }

    /// As they go out.
    #[must_use]
    pub fn examples(&self) -> Vec<wire::HistoryExample> {
        let example = |example: &Example| wire::HistoryExample {
            expense_id: example.expense_id.to_string(),
            summary: example.summary.clone(),
            outcomes: example.outcomes.clone(),
            error_message: example.error_message.clone(),
        };
        self.examples.iter().map(example).collect()
    }
}

/// Day, amount, merchant and description, as far as there are any.
fn summary(fact: &Fact) -> String {
    let parts = ["date", "amount", "merchant", "description"].map(|name| fact.shown(name));
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

fn told(fact: &Fact, action: &Planned) -> String {
    let kind = action.kind;
    match &action.standing {
        Standing::Due(Deed::Categorize { category_id, .. }) => {
            let before = fact.shown("category");
            let before = if before.is_empty() { "no category" } else { &before };
            format!("{kind}: {before} → {category_id}")
        }
        Standing::Due(Deed::Tag { tags, .. }) => format!("{kind}: {}", tags.join(", ")),
        Standing::Due(Deed::Log(line)) => format!("{kind}: {line}"),
        Standing::Due(Deed::Notify(notice)) if !notice.title.is_empty() => {
            format!("{kind}: {}", notice.title)
        }
        Standing::Due(Deed::CreateExpense { amount, .. }) => format!("{kind}: {amount}"),
        Standing::Due(Deed::Emit { topic, .. }) => format!("{kind}: {topic}"),
        Standing::Due(Deed::Notify(_) | Deed::Webhook { .. }) => kind.to_owned(),
        Standing::Done(detail) => format!("{kind}: {detail}"),
        Standing::Refused(refusal) => format!("{kind}: {} ({})", refusal.detail, refusal.reason),
    }
}
