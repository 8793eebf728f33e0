//! Rules that corrections suggest. A person who moves an expense from one category to another says something about its
//! merchant; from that a rule is proposed, with how often it would have been right. Nothing is created unasked.

mod api;
mod events;
mod store;

use jiff::Timestamp;
use pfms_plugin_host as host;
use pfms_proto::automation::v1 as wire;
use pfms_proto::event::EventData as _;
use pfms_proto::events::v1::ExpenseCreated;
use pfms_runtime::parse::wire_time;
use pfms_types::Id;
use uuid::Uuid;

pub use self::api::Proposals;
pub use self::events::Corrections;

/// Days that are looked back upon.
const DAYS: u16 = 366;
/// Expenses of a merchant that are looked at, the latest first.
const LIMIT: u16 = 500;
/// A rule's name holds at most this many characters of the merchant.
const MERCHANT_CHARS: usize = 150;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum ProposalMarker {}

/// The id of a proposal.
pub type ProposalId = Id<ProposalMarker>;

/// A rule that corrections suggest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// Who was paid, as it was last written.
    pub merchant: String,
    /// Where the expenses belong.
    pub category_id: Uuid,
    /// That category's name when it was last chosen.
    pub category: String,
    /// Corrections that say so.
    pub corrections: i32,
    /// How often it would have been right, and wrong.
    pub record: Record,
    /// When it was first proposed.
    pub created_at: Timestamp,
    /// When a correction last changed it.
    pub updated_at: Timestamp,
}

/// Of a merchant's expenses, how many are in a category and how many are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Are.
    pub right: i32,
    /// Are not.
    pub wrong: i32,
}

impl Record {
    /// Counts expenses of one merchant.
    #[must_use]
    pub fn of<'a>(expenses: impl IntoIterator<Item = &'a host::Expense>, category_id: Uuid) -> Self {
        let wanted = category_id.to_string();
        let mut record = Self::default();
        for expense in expenses {
            if expense.category_id.as_deref() == Some(&wanted) {
                record.right = record.right.saturating_add(1);
            } else {
                record.wrong = record.wrong.saturating_add(1);
            }
        }
        record
    }

    /// The share that is right, in millionths; 0 without expenses.
    #[must_use]
    pub fn share_millionth(self) -> i32 {
        let all = i64::from(self.right) + i64::from(self.wrong);
        if all == 0 {
            return 0;
        }
        i32::try_from(i64::from(self.right) * 1_000_000 / all).unwrap_or(1_000_000)
    }
}

impl Proposal {
    /// The rule as it would be created.
    #[must_use]
    pub fn rule(&self) -> wire::Rule {
        let merchant: String = self.merchant.chars().take(MERCHANT_CHARS).collect();
        let comparison = wire::Comparison {
            field: "merchant".to_owned(),
            operator: wire::Operator::Equals.into(),
            operand: Some(wire::comparison::Operand::Text(self.merchant.clone())),
        };
        let categorize = wire::Categorize {
            category_id: self.category_id.to_string(),
        };
        wire::Rule {
            name: format!("{merchant}: {}", self.category)
                .chars()
                .take(200)
                .collect(),
            trigger: Some(wire::Trigger {
                event: ExpenseCreated::NAME.to_owned(),
                ..wire::Trigger::default()
            }),
            condition: Some(wire::Condition {
                kind: Some(wire::condition::Kind::Compare(comparison)),
            }),
            actions: vec![wire::Action {
                kind: Some(wire::action::Kind::Categorize(categorize)),
            }],
            ..wire::Rule::default()
        }
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::Proposal {
        wire::Proposal {
            id: self.id.to_string(),
            rule: Some(self.rule()),
            merchant: self.merchant.clone(),
            category_id: self.category_id.to_string(),
            corrections: self.corrections,
            right: self.record.right,
            wrong: self.record.wrong,
            create_time: Some(wire_time(self.created_at)),
            update_time: Some(wire_time(self.updated_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Draft;

    fn proposal(merchant: &str) -> Proposal {
        Proposal {
            id: ProposalId::generate(),
            merchant: merchant.to_owned(),
            category_id: Uuid::now_v7(),
            category: "Groceries".to_owned(),
            corrections: 1,
            record: Record::default(),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_is_proposed_is_a_rule_that_can_be_saved() {
        for merchant in ["Corner Shop", &"x".repeat(200)] {
            let proposal = proposal(merchant);
            let draft = Draft::parse(proposal.rule()).unwrap();
            assert!(draft.name.starts_with(&merchant[..5]));
            assert_eq!(draft.actions.len(), 1);
        }
    }

    #[test]
    fn shares_are_exact_at_both_ends() {
        let share = |right, wrong| Record { right, wrong }.share_millionth();
        assert_eq!(
            [share(0, 0), share(0, 3), share(1, 2), share(500, 0)],
            [0, 0, 333_333, 1_000_000]
        );
        assert_eq!(share(i32::MAX, i32::MAX), 500_000);
    }
}
