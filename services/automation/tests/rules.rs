//! Rules over gRPC.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::automation::v1 as wire;
use pfms_runtime::testing::{invalid_fields, reason};
use pfms_types::{Id, UserId};
use serde_json::{Value, json};
use support::{Mesh, rule_of};
use tonic::{Code, Request};

fn over_100_in_food() -> Value {
    json!({
        "name": "Large food bill",
        "condition": {"all": {"conditions": [
            {"compare": {"field": "category", "operator": "OPERATOR_EQUALS", "text": "Food"}},
            {"compare": {"field": "amount", "operator": "OPERATOR_GREATER_THAN",
                         "money": {"amount": "100.00", "currency": "USD"}}},
        ]}},
        "actions": [{"notify": {"title": "{{ amount }} at {{ merchant }}", "priority": "PRIORITY_HIGH"}}],
    })
}

fn mask(paths: &[&str]) -> pbjson_types::FieldMask {
    pbjson_types::FieldMask {
        paths: paths.iter().map(|&path| path.to_owned()).collect(),
    }
}

#[tokio::test]
async fn a_rule_is_kept_as_it_was_written() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let written = rule_of(&over_100_in_food());
    let created = mesh.create_rule(user, over_100_in_food()).await.unwrap();
    assert_eq!(created.condition, written.condition);
    assert_eq!(created.actions, written.actions);
    assert_eq!(created.active, Some(true));
    assert_eq!(created.execution_count, 0);

    let request = wire::GetRuleRequest {
        id: created.id.clone(),
    };
    let read = mesh.rules(user).get_rule(request).await.unwrap().into_inner();
    assert_eq!(read, created);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn faults_name_their_fields() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let notify = json!([{"notify": {}}]);
    let condition = |money: Value| {
        json!({"all": {"conditions": [
            {"compare": {"field": "category", "operator": "OPERATOR_EQUALS", "text": "Food"}},
            {"compare": {"field": "amount", "operator": "OPERATOR_GREATER_THAN", "money": money}},
        ]}})
    };
    let no_module = Id::<()>::generate().to_string();
    let cases = [
        (json!({"name": " ", "actions": notify}), "name"),
        (json!({"name": "x".repeat(201), "actions": notify}), "name"),
        (
            json!({"description": "x".repeat(1_001), "actions": notify}),
            "description",
        ),
        (
            json!({"trigger": "expense.eaten", "actions": notify}),
            "trigger.event",
        ),
        (json!({}), "actions"),
        (json!({"actions": [{}]}), "actions[0]"),
        (
            json!({"actions": [{"notify": {}}, {"notify": {"title": "{{ salary }}"}}]}),
            "actions[1].notify.title",
        ),
        (
            json!({"actions": [{"notify": {"body": "x".repeat(2_001)}}]}),
            "actions[0].notify.body",
        ),
        (json!({"actions": vec![json!({"notify": {}}); 11]}), "actions"),
        (
            json!({"actions": notify, "condition": condition(json!({"amount": "12.345", "currency": "USD"}))}),
            "condition.all.conditions[1].compare.money.amount",
        ),
        (
            json!({"actions": notify, "condition": condition(json!({"amount": "NaN", "currency": "USD"}))}),
            "condition.all.conditions[1].compare.money.amount",
        ),
        (json!({"component": {"moduleId": "7"}}), "component.moduleId"),
        (
            json!({"component": {"moduleId": no_module}}),
            "component.moduleId",
        ),
        (
            json!({"component": {"moduleId": no_module, "config": {"text": "x".repeat(16_000)}}}),
            "component.config",
        ),
    ];
    for (rule, field) in cases {
        let status = mesh.create_rule(user, rule.clone()).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{rule}");
        assert_eq!(invalid_fields(&status), [field], "{rule}");
    }
    let without = mesh
        .rules(user)
        .create_rule(wire::CreateRuleRequest::default())
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&without), ["rule"]);
    // Nothing is half-written.
    let list = mesh
        .rules(user)
        .list_rules(wire::ListRulesRequest::default())
        .await
        .unwrap();
    assert!(list.into_inner().rules.is_empty());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let rule = mesh.create_rule(user, over_100_in_food()).await.unwrap();
    let update = async |change: wire::Rule, update_mask| {
        let request = wire::UpdateRuleRequest {
            id: rule.id.clone(),
            rule: Some(change),
            update_mask,
        };
        mesh.rules(user)
            .update_rule(request)
            .await
            .map(tonic::Response::into_inner)
    };

    // Without a mask: the populated fields.
    let renamed = wire::Rule {
        name: "Renamed".into(),
        active: Some(false),
        ..wire::Rule::default()
    };
    let updated = update(renamed, None).await.unwrap();
    assert_eq!((updated.name.as_str(), updated.active), ("Renamed", Some(false)));
    assert_eq!(updated.condition, rule.condition);
    assert_eq!(updated.actions, rule.actions);

    // With a mask: a named field that is empty is cleared.
    let updated = update(wire::Rule::default(), Some(mask(&["condition"])))
        .await
        .unwrap();
    assert_eq!(updated.condition, None);
    assert_eq!(updated.name, "Renamed");

    let refused = update(wire::Rule::default(), Some(mask(&["actions"])))
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&refused), ["actions"]);
    let refused = update(wire::Rule::default(), Some(mask(&["execution_count"])))
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&refused), ["updateMask"]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_rule_whose_category_has_gone_can_still_be_switched_off() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let categorize = json!({"actions": [{"categorize": {"categoryId": support::FOOD}}]});
    let rule = mesh.create_rule(user, categorize.clone()).await.unwrap();
    mesh.recent().no_categories = true;
    let update = async |change: wire::Rule| {
        let request = wire::UpdateRuleRequest {
            id: rule.id.clone(),
            rule: Some(change),
            update_mask: None,
        };
        mesh.rules(user).update_rule(request).await
    };
    let off = wire::Rule {
        active: Some(false),
        ..wire::Rule::default()
    };
    assert_eq!(update(off).await.unwrap().into_inner().active, Some(false));
    let another =
        json!({"actions": [{"log": {"message": "x"}}, {"categorize": {"categoryId": support::FOOD}}]});
    let refused = update(rule_of(&another)).await.unwrap_err();
    assert_eq!(invalid_fields(&refused), ["actions[1].categorize.categoryId"]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn another_users_rules_do_not_exist() {
    let mesh = Mesh::start().await;
    let (owner, other) = (UserId::generate(), UserId::generate());
    let rule = mesh.create_rule(owner, over_100_in_food()).await.unwrap();
    let id = rule.id.clone();
    let mut rules = mesh.rules(other);
    let statuses = [
        rules
            .get_rule(wire::GetRuleRequest { id: id.clone() })
            .await
            .map(|_| ())
            .unwrap_err(),
        rules
            .update_rule(wire::UpdateRuleRequest {
                id: id.clone(),
                rule: Some(rule.clone()),
                update_mask: None,
            })
            .await
            .map(|_| ())
            .unwrap_err(),
        rules
            .delete_rule(wire::DeleteRuleRequest { id: id.clone() })
            .await
            .map(|_| ())
            .unwrap_err(),
        rules
            .list_executions(wire::ListExecutionsRequest {
                rule_id: id.clone(),
                ..wire::ListExecutionsRequest::default()
            })
            .await
            .map(|_| ())
            .unwrap_err(),
    ];
    for status in statuses {
        assert_eq!(status.code(), Code::NotFound);
        assert_eq!(reason(&status), "RULE_NOT_FOUND");
    }
    let list = rules.list_rules(wire::ListRulesRequest::default()).await.unwrap();
    assert!(list.into_inner().rules.is_empty());
    let kept = mesh.rules(owner).get_rule(wire::GetRuleRequest { id }).await;
    assert_eq!(kept.unwrap().into_inner(), rule);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn pages_are_walked_with_tokens_of_their_owner_only() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(mesh.create_rule(user, over_100_in_food()).await.unwrap().id);
    }
    ids.reverse();
    let list = async |user: UserId, page_size: i32, page_token: String| {
        let request = wire::ListRulesRequest {
            page_size,
            page_token,
        };
        mesh.rules(user)
            .list_rules(request)
            .await
            .map(tonic::Response::into_inner)
    };
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let page = list(user, 2, token).await.unwrap();
        seen.extend(page.rules.into_iter().map(|rule| rule.id));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ids);

    let token = list(user, 2, String::new()).await.unwrap().next_page_token;
    let status = list(UserId::generate(), 2, token.clone()).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["pageToken"]);
    let status = list(user, 2, token[..token.len() - 1].into()).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["pageToken"]);
    let status = list(user, -1, String::new()).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["pageSize"]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_repeated_write_gives_the_first_answer() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let create = async |rule: Value| {
        let mut request = Request::new(wire::CreateRuleRequest {
            rule: Some(rule_of(&rule)),
        });
        request
            .metadata_mut()
            .insert("idempotency-key", "once".parse().unwrap());
        mesh.rules(user)
            .create_rule(request)
            .await
            .map(tonic::Response::into_inner)
    };
    let first = create(over_100_in_food()).await.unwrap();
    assert_eq!(create(over_100_in_food()).await.unwrap(), first);
    let status = create(json!({"actions": [{"notify": {}}]})).await.unwrap_err();
    assert_eq!(reason(&status), "IDEMPOTENCY_KEY_REUSED");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn ten_thousand_rules_are_the_most_and_deleting_one_makes_room() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let rule = mesh.create_rule(user, over_100_in_food()).await.unwrap();
    let database = mesh.harness.database("automation");
    sqlx::query("UPDATE quotas SET rules = 10000 WHERE user_id = $1")
        .bind(user.uuid())
        .execute(database.pool())
        .await
        .unwrap();
    let status = mesh.create_rule(user, over_100_in_food()).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(reason(&status), "TOO_MANY_RULES");
    let request = wire::DeleteRuleRequest { id: rule.id };
    mesh.rules(user).delete_rule(request).await.unwrap();
    mesh.create_rule(user, over_100_in_food()).await.unwrap();
    mesh.harness.stop().await;
}
