//! Tells a rule's owner that an action will not be done, and that a rule was switched off.

use std::collections::HashMap;

use jiff::Timestamp;
use pfms_proto::events::v1::NotificationSend;
use pfms_runtime::Error;
use pfms_runtime::events::Outgoing;
use pfms_types::UserId;

use super::Task;
use super::store::Taken;
use crate::rule::RuleId;

/// Why something failed, in words if there are any.
pub(super) fn why<'a>(reason: &'a str, detail: &'a str) -> &'a str {
    if detail.is_empty() { reason } else { detail }
}

/// The notification of a rule, by id and name, that was switched off after so many failures in a row; the problem of the
/// last one may be empty.
pub(crate) fn switched_off(
    user_id: UserId,
    (rule_id, rule): (RuleId, &str),
    failures: i32,
    problem: &str,
    now: Timestamp,
) -> Result<Outgoing, Error> {
    let body = match problem {
        "" => "It failed {{ failures }} times in a row.",
        _ => "It failed {{ failures }} times in a row; the last time: {{ problem }}",
    };
    let failures = failures.to_string();
    let variables = [("rule", rule), ("failures", &failures), ("problem", problem)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let refers = HashMap::from([("ruleId".to_owned(), rule_id.to_string().into())]);
    let send = NotificationSend {
        user_id: user_id.to_string(),
        category: "rule".to_owned(),
        title: "{{ rule }} was switched off".to_owned(),
        body: body.to_owned(),
        priority: "high".to_owned(),
        variables,
        data: Some(refers.into()),
        ..NotificationSend::default()
    };
    Outgoing::new(user_id, now, &send)
}

/// The notification of an action that failed.
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
    let variables = [("rule", rule), ("what", what), ("why", why(reason, detail))]
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
