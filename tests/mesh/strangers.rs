//! No caller sees or changes what is another user's.

use std::collections::BTreeMap;

use pfms_proto::METHODS;
use pfms_proto::method::{Access, Method};
use pfms_tests::client::{expense, id_of, personal_token, rule};
use pfms_tests::{Mesh, Person, component, grpc};
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, Value as Reflected};
use serde_json::{Value, json};
use tonic::Code;
use uuid::Uuid;

use crate::authenticator::Authenticator;
use crate::{factors, rules, tax};

const PROPOSALS: &str = "/api/v1/automation/proposals";

/// One of each that a person can own, by the REST collection that it is in.
struct Owned {
    person: Person,
    ids: BTreeMap<&'static str, String>,
}

impl Owned {
    async fn new() -> Self {
        let person = Mesh::shared().person().await;
        let module = person
            .upload(component::evaluating("global.get $empty"))
            .await
            .ok();
        let rule = person.watch_expenses().await;
        let category = person
            .create("/api/v1/categories", &json!({"name": "Mine"}))
            .await;
        let spent = person.spend("mine").await;
        let token = person
            .create("/api/v1/auth/personal-tokens", &personal_token(&["expense:read"]))
            .await;
        let told = person.notified("mine").await;
        let passkey = factors::register_passkey(&person, &mut Authenticator::new()).await;
        let invitation = invite(&person, &Uuid::now_v7().to_string()).await;
        let archive = person.export().await;
        let taxes = tax::settle(&person, &category).await;
        let automation = rules::settle(&person, &rule).await;
        let ids = [
            ("/api/v1/auth/passkeys", id_of(&passkey["passkey"])),
            ("/api/v1/auth/personal-tokens", token),
            ("/api/v1/auth/sessions", person.session_id.to_string()),
            ("/api/v1/automation/executions", automation.execution),
            ("/api/v1/automation/groups", automation.group),
            ("/api/v1/automation/modules", id_of(&module)),
            (PROPOSALS, automation.proposal),
            ("/api/v1/automation/rules", rule),
            ("/api/v1/automation/runs", automation.run),
            ("/api/v1/automation/webhooks", automation.webhook),
            ("/api/v1/categories", category),
            ("/api/v1/expenses", id_of(&spent)),
            ("/api/v1/notifications", id_of(&told)),
            ("/api/v1/tax/calculations", taxes.calculation),
            ("/api/v1/tax/deductions", taxes.deduction),
            ("/api/v1/tax/incomes", taxes.income),
            ("/api/v1/tax/mappings", taxes.mapping),
            ("/api/v1/user/exports", archive),
            ("/api/v1/user/family/invitations", invitation),
            ("/api/v1/user/family/members", person.user_id.to_string()),
        ];
        Self {
            person,
            ids: ids.into(),
        }
    }

    /// The id that a route's template asks for. A resource that is not among the above fails the test.
    fn id(&self, template: &str) -> &str {
        let (collection, _) = asked(template).expect("the template has an id");
        self.ids
            .get(collection)
            .unwrap_or_else(|| panic!("{collection} is new: let Owned::new create one"))
    }

    /// The path that a route's template gives.
    fn path(&self, template: &str) -> String {
        let (_, field) = asked(template).expect("the template has an id");
        template.replace(&format!("{{{field}}}"), self.id(template))
    }

    /// Everything, as its owner sees it.
    async fn snapshot(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for (collection, id) in &self.ids {
            // Proposals are only listed.
            let path = if *collection == PROPOSALS {
                PROPOSALS.to_owned()
            } else {
                format!("{collection}/{id}")
            };
            let mut one = self.person.get(&path).await.ok();
            // These change by themselves when the rule has run.
            for own in ["executionCount", "lastExecutionTime"] {
                one.as_object_mut().unwrap().remove(own);
            }
            all.push(one);
        }
        all
    }
}

/// Invites an account to the person's family, and gives the invitation's id.
async fn invite(person: &Person, user_id: &str) -> String {
    let invitee = json!({"userId": user_id, "role": "FAMILY_ROLE_ADULT"});
    let answer = person.post("/api/v1/user/family/invite", &invitee).await.ok();
    id_of(&answer["invitation"])
}

/// The collection and the field of the id that a route's template asks for, if it asks for one.
fn asked(template: &str) -> Option<(&str, &str)> {
    let (collection, rest) = template.split_once("/{")?;
    let (field, _) = rest.split_once('}')?;
    (field == "id" || field.ends_with("_id")).then_some((collection, field))
}

/// Methods whose main route has an id.
fn methods_with_id() -> impl Iterator<Item = &'static Method> {
    METHODS
        .iter()
        .filter(|method| method.http.iter().any(|(_, path)| asked(path).is_some()))
}

/// A body that would be good if the id were the caller's.
fn body(template: &str) -> Value {
    if template.ends_with(":applyToPast") {
        return json!({});
    }
    match asked(template).map(|(collection, _)| collection) {
        Some("/api/v1/expenses") => expense("taken over"),
        Some("/api/v1/automation/rules") => rule(),
        Some("/api/v1/automation/webhooks") if template.contains("}:") => json!({}),
        Some(
            "/api/v1/categories"
            | "/api/v1/auth/passkeys"
            | "/api/v1/automation/groups"
            | "/api/v1/automation/webhooks",
        ) => json!({"name": "Taken over"}),
        Some("/api/v1/tax/deductions") => tax::gift("1.00"),
        Some("/api/v1/tax/incomes") => tax::wages("1.00"),
        Some("/api/v1/user/family/members") => json!({"role": "FAMILY_ROLE_CHILD"}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn what_another_user_owns_is_not_found_by_any_route() {
    let owned = Owned::new().await;
    let before = owned.snapshot().await;
    let stranger = Mesh::shared().person().await;
    for method in methods_with_id() {
        for (verb, template) in method.http {
            let answer = stranger.call(verb, &owned.path(template), &body(template)).await;
            assert_eq!(answer.status, 404, "{verb} {template}: {}", answer.text);
            let reason = answer.error().reason().to_owned();
            assert!(reason.ends_with("NOT_FOUND"), "{verb} {template}: {reason}");
        }
    }
    assert_eq!(owned.snapshot().await, before);
}

#[tokio::test]
async fn what_another_user_owns_is_not_found_by_any_method() {
    let owned = Owned::new().await;
    let before = owned.snapshot().await;
    let mesh = Mesh::shared();
    let stranger = mesh.person().await;
    let channel = grpc::connect(&mesh.url()).await;
    let pool = DescriptorPool::decode(pfms_proto::DESCRIPTOR).unwrap();
    let mut tried = 0;
    for method in METHODS.iter().filter(|method| method.access == Access::User) {
        let input = input(&pool, method);
        let has_id = input.get_field_by_name("id").is_some();
        let routed = method.http.iter().any(|(_, path)| path.contains("{id}"));
        assert_eq!(has_id, routed, "{}: an id belongs into the path", method.path);
        let template = method.http[0].1;
        let Some((_, field)) = asked(template) else {
            continue;
        };
        let mut message = DynamicMessage::new(input.clone());
        message.set_field_by_name(field, Reflected::String(owned.id(template).to_owned()));
        fill_resource(&mut message, &input, template);
        let answer = grpc::call(&channel, method.path, stranger.token(), message.encode_to_vec()).await;
        assert_eq!(answer.unwrap_err().code(), Code::NotFound, "{}", method.path);
        tried += 1;
    }
    assert!(tried > 10, "only {tried} methods were tried");
    assert_eq!(owned.snapshot().await, before);
}

#[tokio::test]
async fn whoever_names_an_owner_who_shares_nothing_finds_nobody_and_only_reads_can_name_one() {
    let owned = Owned::new().await;
    let mesh = Mesh::shared();
    let stranger = mesh.person().await;
    let channel = grpc::connect(&mesh.url()).await;
    let pool = DescriptorPool::decode(pfms_proto::DESCRIPTOR).unwrap();
    let named = owned.person.user_id.to_string();
    let mut tried = 0;
    for method in METHODS.iter().filter(|method| method.access == Access::User) {
        let input = input(&pool, method);
        if input.get_field_by_name("owner_user_id").is_none() {
            continue;
        }
        let verbs: Vec<_> = method.http.iter().map(|(verb, _)| *verb).collect();
        assert_eq!(verbs, ["GET"], "{}: what is shared is read only", method.path);
        let template = method.http[0].1;
        let mut message = DynamicMessage::new(input);
        message.set_field_by_name("owner_user_id", Reflected::String(named.clone()));
        let mut path = template.to_owned();
        if template.contains("{id}") {
            message.set_field_by_name("id", Reflected::String(owned.id(template).to_owned()));
            path = path.replace("{id}", owned.id(template));
        }
        let answer = grpc::call(&channel, method.path, stranger.token(), message.encode_to_vec()).await;
        assert_eq!(answer.unwrap_err().code(), Code::NotFound, "{}", method.path);
        let answer = stranger.get(&format!("{path}?ownerUserId={named}")).await;
        let _ = answer.refused(404, "OWNER_NOT_FOUND");
        tried += 1;
    }
    assert!(tried >= 4, "only {tried} methods were tried");
}

fn input(pool: &DescriptorPool, method: &Method) -> MessageDescriptor {
    let (service, name) = method.path.trim_start_matches('/').split_once('/').unwrap();
    let service = pool.get_service_by_name(service).unwrap();
    service
        .methods()
        .find(|found| found.name() == name)
        .unwrap()
        .input()
}

/// Sets the resource of an update to one that would be good if the id were the caller's.
fn fill_resource(message: &mut DynamicMessage, input: &MessageDescriptor, template: &str) {
    for name in [
        "expense",
        "rule",
        "category",
        "passkey",
        "deduction",
        "income",
        "group",
        "webhook",
    ] {
        let Some(field) = input.get_field_by_name(name) else {
            continue;
        };
        let kind = field.kind();
        let descriptor = kind.as_message().unwrap().clone();
        let resource = DynamicMessage::deserialize(descriptor, body(template)).unwrap();
        message.set_field(&field, Reflected::Message(resource));
    }
}

#[tokio::test]
async fn what_another_user_owns_cannot_be_referred_to() {
    let owned = Owned::new().await;
    let stranger = Mesh::shared().person().await;
    let (category, module) = (
        &owned.ids["/api/v1/categories"],
        &owned.ids["/api/v1/automation/modules"],
    );
    let with = |mut value: Value, field: &str, id: &str| {
        value[field] = json!(id);
        value
    };
    let before = stranger.holdings().await;

    let in_category = with(expense("theirs"), "categoryId", category);
    let refusal = stranger.post("/api/v1/expenses", &in_category).await.error();
    assert_eq!(refusal.fields(), ["categoryId"]);
    let batch = json!({"expenses": [expense("good"), in_category]});
    let refusal = stranger
        .post("/api/v1/expenses:batchCreate", &batch)
        .await
        .error();
    assert_eq!(refusal.fields(), ["expenses[1].categoryId"]);
    let below = json!({"name": "Below", "parentId": category});
    let refusal = stranger.post("/api/v1/categories", &below).await.error();
    assert_eq!(refusal.fields(), ["parentId"]);
    let with_module = json!({
        "name": "Theirs",
        "trigger": {"event": "expense.created"},
        "component": {"moduleId": module},
    });
    let refusal = stranger
        .post("/api/v1/automation/rules", &with_module)
        .await
        .error();
    assert_eq!(refusal.fields(), ["component.moduleId"]);
    let group = &owned.ids["/api/v1/automation/groups"];
    let refusal = stranger
        .post("/api/v1/automation/rules", &with(rule(), "groupId", group))
        .await
        .error();
    assert_eq!(refusal.fields(), ["groupId"]);
    for (kind, field, collection) in [
        ("categorize", "categoryId", "/api/v1/categories"),
        ("webhook", "webhookId", "/api/v1/automation/webhooks"),
        ("run", "moduleId", "/api/v1/automation/modules"),
    ] {
        let action = json!({kind: {field: owned.ids[collection]}});
        let acting = json!({"name": "Theirs", "trigger": {"event": "expense.created"}, "actions": [action]});
        let refusal = stranger.post("/api/v1/automation/rules", &acting).await.error();
        assert_eq!(refusal.fields(), [format!("actions[0].{kind}.{field}")]);
    }
    let tried = json!({"rule": rule(), "expenseId": owned.ids["/api/v1/expenses"]});
    let refusal = stranger
        .post("/api/v1/automation/rules:dryRun", &tried)
        .await
        .error();
    assert_eq!(refusal.fields(), ["expenseId"]);
    for (path, field) in [
        ("/api/v1/automation/rules:dryRun", "ruleId"),
        ("/api/v1/automation/backtests", "ruleId"),
    ] {
        let mut theirs = json!({field: owned.ids["/api/v1/automation/rules"]});
        if path.ends_with(":dryRun") {
            theirs["event"] = json!({"data": expense("theirs")});
        }
        let _ = stranger.post(path, &theirs).await.refused(404, "RULE_NOT_FOUND");
    }
    assert_eq!(stranger.holdings().await, before);

    let own = stranger
        .create("/api/v1/categories", &json!({"name": "Own"}))
        .await;
    let _ = stranger
        .post("/api/v1/expenses", &with(expense("own"), "categoryId", &own))
        .await
        .ok();
    let path = format!("/api/v1/categories/{own}?reassignTo={category}");
    let refusal = stranger.call("DELETE", &path, &json!({})).await.error();
    assert_eq!(refusal.fields(), ["reassignTo"]);

    let path = format!("/api/v1/expenses?categoryId={category}");
    let listed = stranger.get(&path).await;
    if listed.status == 200 {
        assert_eq!(listed.ok()["expenses"], json!([]));
    } else {
        assert_eq!(listed.error().fields(), ["categoryId"]);
    }
    let path = format!(
        "/api/v1/automation/executions?ruleId={}",
        owned.ids["/api/v1/automation/rules"]
    );
    let listed = stranger.get(&path).await;
    if listed.status == 200 {
        assert_eq!(listed.ok()["executions"], json!([]));
    } else {
        let _ = listed.refused(404, "RULE_NOT_FOUND");
    }
}

#[tokio::test]
async fn lists_hold_only_ones_own() {
    let owned = Owned::new().await;
    let stranger = Mesh::shared().person().await;
    let categories = stranger.get("/api/v1/categories?pageSize=500").await.ok();
    let listed = categories["categories"].as_array().unwrap();
    assert!(listed.iter().all(|one| one["system"] == true), "{categories}");
    let holdings = stranger.holdings().await;
    assert_eq!([holdings[0], holdings[2], holdings[3], holdings[4]], [0; 4]);
    let profile = stranger.get("/api/v1/user/profile").await.ok();
    assert_eq!(profile["userId"], stranger.user_id.to_string());
    assert_ne!(stranger.user_id, owned.person.user_id);
}
