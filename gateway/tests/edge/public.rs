//! What is public is said in two tables: the methods', and the gateway's own routes. Nothing else answers without a
//! token.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use pfms_gateway::routes::{HEALTH_PATH, OWN_ROUTES};
use pfms_proto::METHODS;
use pfms_proto::method::{Access, Method};
use serde_json::{Value, json};

use crate::rig::{Rig, get};

/// An edge of these tests' own: they use up what others count.
fn edge() -> &'static Rig {
    static EDGE: OnceLock<Rig> = OnceLock::new();
    EDGE.get_or_init(|| Rig::start(&crate::redis::url()))
}

/// The object of this name, wherever it is.
fn find<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) => members
            .get(key)
            .or_else(|| members.values().find_map(|value| find(value, key))),
        Value::Array(items) => items.iter().find_map(|value| find(value, key)),
        _ => None,
    }
}

/// The configuration as Envoy runs it.
fn running() -> Value {
    let answer = get(&edge().admin, "/config_dump").unwrap();
    let start = answer.find("\r\n\r\n").unwrap();
    let body = &answer[start..];
    // Sent in pieces: what stands between the braces is one document all the same.
    let body: String = if answer.to_lowercase().contains("transfer-encoding: chunked") {
        dechunked(body.trim_start())
    } else {
        body.to_owned()
    };
    serde_json::from_str(body.trim()).unwrap()
}

fn dechunked(mut rest: &str) -> String {
    let mut whole = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        if size == 0 {
            break;
        }
        whole.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    whole
}

/// What a route matches: the HTTP method where that is said, and the path.
fn matched(route: &Value) -> (String, String) {
    let pattern = &route["match"];
    let path = ["path", "prefix", "path_separated_prefix"]
        .iter()
        .find_map(|kind| pattern[kind].as_str())
        .or_else(|| pattern["safe_regex"]["regex"].as_str())
        .unwrap();
    let verb = pattern["headers"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|header| header["name"] == ":method")
        .and_then(|header| header["string_match"]["exact"].as_str());
    (verb.unwrap_or_default().to_owned(), path.to_owned())
}

/// A template as the routes write it.
fn pattern(template: &str) -> String {
    let mut out = String::new();
    for (index, part) in template.split('{').enumerate() {
        if index == 0 {
            out.push_str(part);
        } else {
            out.push_str("[^/:]+");
            out.push_str(part.split_once('}').unwrap().1);
        }
    }
    if template.contains('{') {
        out.replace('.', r"\.")
    } else {
        out
    }
}

#[test]
fn exactly_the_routes_of_the_tables_go_past_the_checks() {
    let config = running();
    let routes = find(&config, "virtual_hosts").unwrap()[0]["routes"]
        .as_array()
        .unwrap();
    let mut open = BTreeSet::new();
    for route in routes {
        let off = |filter: &str| {
            route["typed_per_filter_config"][format!("envoy.filters.http.{filter}")]["disabled"] == true
        };
        assert_eq!(off("jwt_authn"), off("ext_authz"), "half a check: {route}");
        let preflight = route["match"]["headers"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|header| header["name"] == "access-control-request-method");
        // A refusal that Envoy writes itself reaches nothing, and the CORS filter answers preflights.
        if off("jwt_authn") && route.get("direct_response").is_none() && !preflight {
            open.insert(matched(route));
        }
    }
    let mut expected = BTreeSet::new();
    for method in METHODS.iter().filter(|method| method.access == Access::Public) {
        expected.insert((String::new(), method.path.to_owned()));
        for (verb, template) in method.http {
            expected.insert(((*verb).to_owned(), pattern(template)));
        }
    }
    expected.extend(
        OWN_ROUTES
            .iter()
            .map(|route| (String::new(), route.path.to_owned())),
    );
    assert_eq!(open, expected);
}

#[test]
fn only_personal_access_tokens_go_past_the_check_of_jwts() {
    let config = running();
    let rules = find(&config, "rules").unwrap().as_array().unwrap();
    assert_eq!(rules.len(), 2, "{rules:?}");
    let header = &rules[0]["match"]["headers"][0];
    assert_eq!(header["name"], "authorization");
    assert_eq!(header["string_match"]["prefix"], "Bearer pfms_pat_");
    assert_eq!(rules[1]["match"], json!({"prefix": "/"}));
    assert_eq!(rules[1]["requires"]["provider_name"], "pfms");
}

/// Whether a request without a token is let in.
async fn lets_in(verb: &str, path: &str, kind: Option<&str>) -> bool {
    let mut request = edge().request(verb, path);
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
        request = request.body(if kind == "application/json" {
            b"{}".to_vec()
        } else {
            vec![0; 5]
        });
    }
    let response = request.send().await.unwrap();
    let grpc = response.headers().get("grpc-status").cloned();
    response.status() != 401 && grpc.is_none_or(|status| status != "16")
}

#[tokio::test]
async fn exactly_the_routes_of_the_tables_answer_without_a_token() {
    for path in std::iter::once(HEALTH_PATH).chain(OWN_ROUTES.iter().map(|route| route.path)) {
        if !path.contains("grpc") {
            assert!(lets_in("GET", path, None).await, "{path}");
        }
    }
    for method in METHODS.iter().filter(|method| method.access != Access::Mesh) {
        let public = method.access == Access::Public;
        assert_eq!(
            lets_in("POST", method.path, Some("application/grpc")).await,
            public,
            "{}",
            method.path
        );
        for (verb, template) in method.http {
            let path = template.replace("{id}", "1").replace(['{', '}'], "");
            let kind = body_type(method, verb);
            assert_eq!(lets_in(verb, &path, kind).await, public, "{verb} {template}");
        }
    }
    for path in [
        "/",
        "/api/v1/nothing",
        "/metrics",
        "/readyz",
        "/.well-known/other",
    ] {
        let answer = edge().request("GET", path).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
}

fn body_type(method: &Method, verb: &str) -> Option<&'static str> {
    match verb {
        "GET" | "DELETE" => None,
        _ if ["/CreateModule", "/CreateTaxComponent"]
            .iter()
            .any(|uploads| method.path.ends_with(uploads)) =>
        {
            Some("application/wasm")
        }
        _ => Some("application/json"),
    }
}
