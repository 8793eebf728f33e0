//! Tells a rule's owner that an action will not be done.

use std::collections::HashMap;

use jiff::Timestamp;
use pfms_proto::events::v1::NotificationSend;
use pfms_runtime::Error;
use pfms_runtime::events::Outgoing;

use super::Task;
use super::store::Taken;

/// The notification.
pub(super) fn failed(
    taken: &Taken,
    rule: &str,
    (reason, detail): (&str, &str),
    now: Timestamp,
) -> Result<Outgoing, Error> {
    let what = match *taken.task {
        Task::Apply(_) => "changing an expense",
        Task::Create(_) => "recording an expense",
        Task::Call(_) | Task::Ping { .. } => "calling a webhook",
    };
    let why = if detail.is_empty() { reason } else { detail };
    let variables = [("rule", rule), ("what", what), ("why", why)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let ids = [("ruleId", taken.rule_id), ("executionId", taken.execution_id)];
    let refers: HashMap<String, pbjson_types::Value> = ids
        .into_iter()
        .filter_map(|(name, id)| Some((name.to_owned(), id?.to_string().into())))
        .collect();
    let send = NotificationSend {
        user_id: taken.user_id.to_string(),
        category: "rule".to_owned(),
        title: "An action of {{ rule }} failed".to_owned(),
        body: "What failed is {{ what }}: {{ why }}.".to_owned(),
        priority: "medium".to_owned(),
        variables,
        data: Some(refers.into()),
        ..NotificationSend::default()
    };
    Outgoing::new(taken.user_id, now, &send)
}
