//! Effects on expenses.

use pfms_proto::expense::v1 as wire;
use pfms_proto::expense::v1::expense_internal_service_client::ExpenseInternalServiceClient;
use pfms_runtime::Error;
use pfms_runtime::client::MeshChannel;
use pfms_runtime::parse::wire_money;
use tonic::Code;
use uuid::Uuid;

use super::store::Taken;
use super::worker::Outcome;
use super::{Change, NewExpense};

/// Changes expenses.
pub(super) struct Expenses {
    channel: MeshChannel,
}

impl Expenses {
    pub(super) fn new(channel: MeshChannel) -> Self {
        Self { channel }
    }

    pub(super) async fn apply(&self, taken: &Taken, change: &Change) -> Outcome {
        let request = wire::ApplyRuleActionsRequest {
            expense_id: change.expense_id.to_string(),
            category_id: change.category_id.map(|id| id.to_string()).unwrap_or_default(),
            add_tags: change.add_tags.clone(),
            rule_chain: texts(&taken.rule_chain),
            effect_id: taken.id.to_string(),
        };
        let answer = self.client(taken).apply_rule_actions(request).await;
        outcome(answer, |answer| {
            if answer.changed {
                ""
            } else {
                "the expense was so already"
            }
            .to_owned()
        })
    }

    pub(super) async fn create(&self, taken: &Taken, expense: &NewExpense) -> Outcome {
        let Some(amount) = expense.amount.money() else {
            return Outcome::Failed("INVALID_ACTION", "the amount is not one".to_owned());
        };
        let request = wire::CreateForRuleRequest {
            expense: Some(wire::Expense {
                amount: Some(wire_money(amount)),
                category_id: expense.category_id.map(|id| id.to_string()).unwrap_or_default(),
                merchant: expense.merchant.clone(),
                description: expense.description.clone(),
                date: expense.date.to_string(),
                tags: expense.tags.clone(),
                ..wire::Expense::default()
            }),
            rule_chain: texts(&taken.rule_chain),
            effect_id: taken.id.to_string(),
        };
        let answer = self.client(taken).create_for_rule(request).await;
        outcome(answer, |answer| format!("recorded as {}", answer.expense_id))
    }

    fn client(&self, taken: &Taken) -> ExpenseInternalServiceClient<MeshChannel> {
        ExpenseInternalServiceClient::new(self.channel.acting_for(taken.user_id))
    }
}

fn texts(ids: &[Uuid]) -> Vec<String> {
    ids.iter().map(Uuid::to_string).collect()
}

fn outcome<T>(answer: Result<tonic::Response<T>, tonic::Status>, done: impl FnOnce(&T) -> String) -> Outcome {
    let status = match answer {
        Ok(answer) => return Outcome::Done(done(answer.get_ref())),
        Err(status) => status,
    };
    let reason = match status.code() {
        Code::NotFound => "EXPENSE_NOT_FOUND",
        Code::InvalidArgument => "INVALID_ACTION",
        _ => "REFUSED",
    };
    match Error::from(status) {
        Error::Upstream(status) => Outcome::Failed(reason, status.message().to_owned()),
        Error::Unavailable { .. } => Outcome::Away("the expense service is away"),
        error => {
            tracing::warn!(error = %pfms_runtime::error::chain(&error), "an effect failed");
            Outcome::Again("INTERNAL", "the expense service could not do it".to_owned())
        }
    }
}
