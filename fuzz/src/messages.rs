//! Events from the broker, and conditions of rules.

use pfms_automation::condition::Condition;
use pfms_automation::index;
use pfms_automation::occasion::Occasion;
use pfms_automation::schema::Schema;
use pfms_automation::trigger::Trigger;
use pfms_proto::automation::v1 as wire;
use pfms_proto::events::v1::{AuditRecorded, NotificationSend, UserCreated, UserDeleted};
use pfms_runtime::Violations;
use pfms_runtime::events::Event;
use prost::Message;

/// The envelope, and the data of each event that anyone listens to.
pub fn event(data: &[u8]) {
    let Ok(event) = serde_json::from_slice::<Event>(data) else {
        return;
    };
    let _ = event.data::<UserCreated>();
    let _ = event.data::<UserDeleted>();
    let _ = event.data::<AuditRecorded>();
    let _ = event.data::<NotificationSend>();
    if let Ok(occasion) = Occasion::of_event(&event) {
        assert!(index::keys(&occasion.fact).contains(&String::new()));
        for field in occasion.fact.schema().fields() {
            let _ = occasion.fact.shown(&field.name);
        }
    }
    let written = serde_json::to_vec(&event).expect("an event can be written");
    assert!(serde_json::from_slice::<Event>(&written).is_ok());
}

pub fn event_seeds() -> Vec<Vec<u8>> {
    let event = |name: &str, data: &str| {
        format!(
            r#"{{"id":"01890a5d-ac96-774b-bcce-b302099a8057","event":"{name}","occurredAt":"2026-01-31T08:00:00Z","userId":"01890a5d-ac96-774b-bcce-b302099a8058","data":{data}}}"#
        )
        .into_bytes()
    };
    vec![
        event(
            "expense.created",
            r#"{"userId":"01890a5d-ac96-774b-bcce-b302099a8058","expenseId":"01890a5d-ac96-774b-bcce-b302099a8059","amount":{"amount":"12.50","currency":"EUR"},"category":"Food","date":"2026-01-31","tags":["a"]}"#,
        ),
        event(
            "notification.send",
            r#"{"userId":"01890a5d-ac96-774b-bcce-b302099a8058","category":"rule","variables":{"a":"b"},"data":{"ruleId":"c"}}"#,
        ),
        event(
            "audit.recorded",
            r#"{"actor":"user","action":"auth.sign_in","succeeded":true}"#,
        ),
        event(
            "income.received",
            r#"{"incomeId":"01890a5d-ac96-774b-bcce-b302099a8059","source":"Acme","amount":{"amount":"12.50","currency":"EUR"},"date":"2026-01-31"}"#,
        ),
        event(
            "automation.trigger",
            r#"{"topic":"habit.kept","data":{"days":3,"rate":0.5,"name":"Run","first":true}}"#,
        ),
    ]
}

/// Conditions as JSON, which is how REST clients send them.
pub fn condition_json(data: &[u8]) {
    if let Ok(source) = serde_json::from_slice::<wire::Condition>(data) {
        condition(&source);
    }
}

pub fn condition_json_seeds() -> Vec<Vec<u8>> {
    vec![
        br#"{"all":{"conditions":[{"compare":{"field":"amount","operator":"OPERATOR_GREATER_THAN","money":{"amount":"100.00","currency":"EUR"}}},{"not":{"condition":{"compare":{"field":"category","operator":"OPERATOR_EQUALS","text":"Food"}}}}]}}"#.to_vec(),
        br#"{"any":{"conditions":[{"compare":{"field":"date","operator":"OPERATOR_LESS_THAN","text":"2026-01-31"}}]}}"#.to_vec(),
        br#"{"any":{"conditions":[{"compare":{"field":"merchant","operator":"OPERATOR_MATCHES","text":"^a+(b|c)?$"}},{"compare":{"field":"amount","operator":"OPERATOR_AT_LEAST","relative":{"percent":"150","of":"MEASURE_AVERAGE","days":30}}},{"compare":{"field":"date","operator":"OPERATOR_DAY_OF_MONTH","number":"-1"}},{"compare":{"field":"merchant","operator":"OPERATOR_ONE_OF","texts":{"values":["a","b"]}}}]}}"#.to_vec(),
        br#"{"compare":{"field":"data.days","operator":"OPERATOR_BETWEEN","range":{"from":"1","to":"2.5"}}}"#.to_vec(),
    ]
}

/// Conditions as protobuf, which is how gRPC clients send them.
pub fn condition_protobuf(data: &[u8]) {
    if let Ok(source) = wire::Condition::decode(data) {
        condition(&source);
    }
}

pub fn condition_protobuf_seeds() -> Vec<Vec<u8>> {
    condition_json_seeds()
        .iter()
        .filter_map(|json| serde_json::from_slice::<wire::Condition>(json).ok())
        .map(|condition| condition.encode_to_vec())
        .collect()
}

/// What is refused names a field; what is accepted is bounded, and can be indexed and asked.
fn condition(source: &wire::Condition) {
    for schema in Schema::all() {
        let mut violations = Violations::default();
        let parsed = Condition::parse(&mut violations, "condition", schema, source.clone());
        assert_eq!(parsed.is_some(), violations.is_empty());
        if let Some(condition) = parsed {
            let trigger = Trigger {
                schema,
                topic: String::new(),
                schedule: None,
            };
            let _ = index::entries(&trigger, Some(condition.test()));
        }
    }
}
