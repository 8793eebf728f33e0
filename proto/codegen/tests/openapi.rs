//! The `OpenAPI` document says what the descriptor says, and nothing in it dangles.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{
    DescriptorPool, DynamicMessage, Kind, MessageDescriptor, MethodDescriptor, Value as Proto,
};
use serde_json::Value;

fn document() -> Value {
    serde_json::from_slice(&generated("openapi.json")).expect("the document is JSON")
}

fn pool() -> DescriptorPool {
    DescriptorPool::decode(generated("descriptor.bin").as_slice()).expect("the descriptor decodes")
}

/// A generated file of the tree; another test holds them current.
fn generated(name: &str) -> Vec<u8> {
    let path = pfms_proto_codegen::repository_root()
        .join("proto/src/gen")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Verb, path and operation of everything in the document.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().expect("path item");
            item.iter()
                .map(|(verb, operation)| (verb.to_uppercase(), path.clone(), operation.clone()))
        })
        .collect()
}

struct Route {
    method: MethodDescriptor,
    verb: &'static str,
    path: String,
    body: String,
}

/// Every route of the descriptor, read independently of the generator.
fn routes(pool: &DescriptorPool) -> Vec<Route> {
    let http = pool
        .get_extension_by_name("google.api.http")
        .expect("google.api.http");
    let mut routes = Vec::new();
    for method in pool
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
    {
        let options = method.options();
        if !options.has_extension(&http) {
            continue;
        }
        let rule = options.get_extension(&http).as_message().expect("a rule").clone();
        let mut rules = vec![rule.clone()];
        let more = rule
            .get_field_by_name("additional_bindings")
            .expect("a field of HttpRule")
            .into_owned();
        rules.extend(
            more.as_list()
                .expect("a list")
                .iter()
                .map(|rule| rule.as_message().expect("a rule").clone()),
        );
        for rule in rules {
            let string = |name: &str| rule.get_field_by_name(name).unwrap().as_str().unwrap().to_owned();
            let (field, verb) = [
                ("get", "GET"),
                ("put", "PUT"),
                ("post", "POST"),
                ("delete", "DELETE"),
                ("patch", "PATCH"),
            ]
            .into_iter()
            .find(|(field, _)| rule.has_field_by_name(field))
            .expect("an HTTP method");
            routes.push(Route {
                method: method.clone(),
                verb,
                path: with_json_names(&method.input(), &string(field)),
                body: string("body"),
            });
        }
    }
    routes
}

/// A template whose parameters have their fields' JSON names, as in the rest of the document.
fn with_json_names(input: &MessageDescriptor, template: &str) -> String {
    input.fields().fold(template.to_owned(), |path, field| {
        let (name, json) = (
            format!("{{{}}}", field.name()),
            format!("{{{}}}", field.json_name()),
        );
        path.replace(&name, &json)
    })
}

fn access(pool: &DescriptorPool, method: &MethodDescriptor) -> i32 {
    let access = pool
        .get_extension_by_name("pfms.types.v1.access")
        .expect("pfms.types.v1.access");
    method
        .options()
        .get_extension(&access)
        .as_enum_number()
        .expect("an enum")
}

fn parameters<'a>(document: &'a Value, operation: &'a Value) -> Vec<&'a Value> {
    let resolve = |parameter: &'a Value| match parameter["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).expect("a parameter"),
        None => parameter,
    };
    operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(resolve)
        .collect()
}

#[test]
fn every_route_is_one_operation_and_nothing_else_is() {
    let pool = pool();
    let mut expected: Vec<_> = routes(&pool)
        .iter()
        .map(|route| (route.verb.to_owned(), route.path.clone()))
        .collect();
    let mut found: Vec<_> = operations(&document())
        .into_iter()
        .map(|(verb, path, _)| (verb, path))
        .collect();
    expected.sort();
    found.sort();
    assert!(!expected.is_empty());
    assert_eq!(found, expected);
}

#[test]
fn methods_of_the_mesh_are_not_in_it() {
    let pool = pool();
    let mesh: BTreeSet<_> = pool
        .services()
        .filter(|service| service.name().ends_with("InternalService"))
        .flat_map(|service| {
            service
                .methods()
                .map(|method| method.name().to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(!mesh.is_empty());
    for (verb, path, operation) in operations(&document()) {
        let id = operation["operationId"].as_str().expect("an id");
        assert!(!mesh.contains(id), "{verb} {path}: {id} is for the mesh only");
    }
}

#[test]
fn operation_ids_are_unique_and_name_their_methods() {
    let document = document();
    let mut seen = BTreeSet::new();
    let methods: BTreeMap<_, _> = routes(&pool())
        .into_iter()
        .map(|route| ((route.verb.to_owned(), route.path), route.method))
        .collect();
    for (verb, path, operation) in operations(&document) {
        let id = operation["operationId"].as_str().expect("an id").to_owned();
        let method = &methods[&(verb, path)];
        assert!(
            id.starts_with(method.name()),
            "{id} does not name {}",
            method.full_name()
        );
        assert!(seen.insert(id.clone()), "{id} is there twice");
    }
}

#[test]
fn every_reference_resolves_and_every_schema_is_referred_to() {
    let document = document();
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    for reference in &references {
        let pointer = reference
            .strip_prefix('#')
            .expect("a reference within the document");
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} does not resolve"
        );
    }
    for name in document["components"]["schemas"]
        .as_object()
        .expect("schemas")
        .keys()
    {
        assert!(
            references.contains(&format!("#/components/schemas/{name}")),
            "{name} is not used"
        );
    }
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                found.insert(reference.to_owned());
            }
            members
                .values()
                .for_each(|value| collect_references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}

#[test]
fn an_operation_says_which_tokens_it_takes() {
    use serde_json::json;
    let (document, pool) = (document(), pool());
    assert_eq!(document["security"], json!([{"bearer": []}]));
    let mut seen = BTreeSet::new();
    for route in routes(&pool) {
        let operation = &document["paths"][&route.path][route.verb.to_lowercase()];
        let method = route.method.full_name();
        let security = &operation["security"];
        if access(&pool, &route.method) == 2 {
            assert_eq!(security, &json!([]), "{method} is public");
            continue;
        }
        assert_eq!(security[0], json!({"bearer": []}), "{method}");
        match security[1]["personalToken"][0].as_str() {
            Some(scope) => {
                let domain = method.split('.').nth(1).unwrap();
                assert!(
                    [format!("{domain}:read"), format!("{domain}:write")].contains(&scope.to_owned()),
                    "{method}: {scope}"
                );
                assert!(
                    scope.ends_with(":write") || route.verb == "GET",
                    "{method} {scope} changes something"
                );
                seen.insert(scope.to_owned());
            }
            None => assert_eq!(security.as_array().unwrap().len(), 1, "{method}"),
        }
    }
    assert!(
        seen.contains("expense:read") && seen.contains("expense:write"),
        "{seen:?}"
    );
    assert!(
        !seen.iter().any(|scope| scope.starts_with("auth:")),
        "credentials are for sessions only: {seen:?}"
    );
}

#[test]
fn exactly_the_writes_take_an_idempotency_key() {
    let document = document();
    for (verb, path, operation) in operations(&document) {
        let takes = parameters(&document, &operation)
            .iter()
            .any(|parameter| parameter["name"] == "Idempotency-Key" && parameter["in"] == "header");
        assert_eq!(takes, verb != "GET", "{verb} {path}");
    }
}

#[test]
fn path_parameters_are_declared_once_and_required() {
    let document = document();
    for (verb, path, operation) in operations(&document) {
        let mut named: Vec<_> = path
            .split('{')
            .skip(1)
            .map(|part| part.split('}').next().unwrap())
            .collect();
        let declared = parameters(&document, &operation);
        let mut in_path: Vec<_> = declared
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| {
                assert_eq!(parameter["required"], true, "{verb} {path}");
                parameter["name"].as_str().unwrap()
            })
            .collect();
        named.sort_unstable();
        in_path.sort_unstable();
        assert_eq!(in_path, named, "{verb} {path}");
    }
}

#[test]
fn every_field_of_a_request_can_be_sent_in_one_place() {
    let document = document();
    for route in routes(&pool()) {
        let operation = &document["paths"][&route.path][route.verb.to_lowercase()];
        let sent: Vec<_> = parameters(&document, operation)
            .iter()
            .filter(|parameter| parameter["in"] != "header")
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect();
        for field in route.method.input().fields() {
            let in_body = route.body == field.name()
                || route.body == "*" && !sent.contains(&field.json_name().to_owned());
            let as_parameter = sent.iter().filter(|name| *name == field.json_name()).count();
            assert_eq!(usize::from(in_body) + as_parameter, 1, "{}", field.full_name());
            assert!(
                !in_body || operation.get("requestBody").is_some(),
                "{}",
                field.full_name()
            );
        }
    }
}

#[test]
fn what_only_answers_carry_is_read_only_and_never_required() {
    let (document, pool) = (document(), pool());
    let behavior = pool
        .get_extension_by_name("google.api.field_behavior")
        .expect("google.api.field_behavior");
    let expense = pool
        .get_message_by_name("pfms.expense.v1.Expense")
        .expect("Expense");
    let schema = &document["components"]["schemas"]["Expense"];
    let required = schema["required"].as_array().expect("required");
    for field in expense.fields() {
        let options = field.options();
        let behaviors = options.get_extension(&behavior);
        let has = |wanted| behaviors.as_list().unwrap().contains(&Proto::EnumNumber(wanted));
        let property = &schema["properties"][field.json_name()];
        assert_eq!(property["readOnly"] == true, has(3), "{}", field.full_name());
        assert_eq!(
            required.contains(&field.json_name().into()),
            has(2),
            "{}",
            field.full_name()
        );
    }
    assert!(
        document["components"]["schemas"]["ExpenseChange"]
            .get("required")
            .is_none()
    );
}

#[test]
fn example_bodies_are_messages_of_their_methods() {
    let document = document();
    let mut count = 0;
    for route in routes(&pool()) {
        let operation = &document["paths"][&route.path][route.verb.to_lowercase()];
        let examples = operation["requestBody"]["content"]["application/json"]["examples"].as_object();
        let message = body_message(&route);
        for (name, example) in examples.into_iter().flatten() {
            let parsed = DynamicMessage::deserialize(message.clone().expect("a body"), &example["value"]);
            parsed.unwrap_or_else(|error| panic!("{} {name}: {error}", route.method.full_name()));
            count += 1;
        }
    }
    assert!(count > 10, "{count} examples were read");
}

fn body_message(route: &Route) -> Option<MessageDescriptor> {
    match route.body.as_str() {
        "" => None,
        "*" => Some(route.method.input()),
        name => match route.method.input().get_field_by_name(name)?.kind() {
            Kind::Message(message) => Some(message),
            _ => None,
        },
    }
}

#[test]
fn example_messages_are_messages_of_their_schemas() {
    let (document, pool) = (document(), pool());
    let mut count = 0;
    for name in [
        "types.v1.Money",
        "automation.v1.Condition",
        "automation.v1.Comparison",
        "automation.v1.Component",
    ] {
        let message = pool
            .get_message_by_name(&format!("pfms.{name}"))
            .expect("a message");
        let schema = &document["components"]["schemas"][message.name()];
        for example in schema["examples"].as_array().expect("examples") {
            DynamicMessage::deserialize(message.clone(), example)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            count += 1;
        }
    }
    assert_eq!(count, 4);
}
