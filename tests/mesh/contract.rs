//! What holds for every method, by the table of methods and the descriptor: a new one is covered before it is
//! written.

use std::collections::BTreeSet;

use pfms_proto::METHODS;
use pfms_proto::method::Access;
use pfms_tests::{Mesh, grpc};
use serde_json::{Value, json};
use tonic::Code;
use tonic_types::StatusExt;
use uuid::Uuid;

/// A template with an id that nobody has, and a provider that nobody is.
fn filled(template: &str) -> String {
    template
        .replace("{id}", &Uuid::now_v7().to_string())
        .replace("{provider}", "nobody")
        .replace("{year}", "2025")
}

#[tokio::test]
async fn over_grpc_only_public_methods_answer_without_a_token_and_no_internal_one_answers_at_all() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let channel = grpc::connect(&mesh.url()).await;
    for method in METHODS {
        let anonymous = grpc::call(&channel, method.path, None, Vec::new()).await;
        let code = anonymous.as_ref().map_or_else(tonic::Status::code, |_| Code::Ok);
        match method.access {
            // An empty message is no registration; what counts is that nobody asked for a token.
            Access::Public => assert!(
                matches!(code, Code::Ok | Code::InvalidArgument),
                "{}: {anonymous:?}",
                method.path
            ),
            Access::User => {
                assert_eq!(code, Code::Unauthenticated, "{}", method.path);
                let info = anonymous.unwrap_err().get_details_error_info();
                assert_eq!(
                    info.expect("errors have details").reason,
                    "UNAUTHENTICATED",
                    "{}",
                    method.path
                );
            }
            Access::Mesh => {
                assert_eq!(code, Code::Unimplemented, "{}", method.path);
                let signed_in = grpc::call(&channel, method.path, person.token(), Vec::new()).await;
                assert_eq!(
                    signed_in.unwrap_err().code(),
                    Code::Unimplemented,
                    "{}",
                    method.path
                );
            }
        }
    }
}

#[tokio::test]
async fn over_rest_exactly_the_public_routes_answer_without_a_token() {
    let client = Mesh::shared().anonymous();
    let routes = || {
        METHODS
            .iter()
            .flat_map(|method| method.http.iter().map(move |route| (method, route)))
    };
    let public: BTreeSet<_> = routes()
        .filter(|(method, _)| method.access == Access::Public)
        .map(|(_, route)| route)
        .collect();
    let mut open = BTreeSet::new();
    for (_, route) in routes() {
        let (verb, template) = route;
        let path = filled(template);
        let mut answer = client.call(verb, &path, &json!({})).await;
        if answer.status == 415 {
            // It takes no JSON, which is said to anyone.
            let request = client
                .request(verb, &path)
                .header("content-type", "application/wasm");
            answer = client.send(request.body("\0asm")).await;
        }
        if answer.status == 401 {
            let _ = answer.refused(401, "UNAUTHENTICATED");
        } else {
            open.insert(route);
        }
    }
    assert_eq!(open, public);
}

#[tokio::test]
async fn no_internal_method_has_a_rest_route_and_unknown_paths_say_nothing_of_what_there_is() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    for method in METHODS.iter().filter(|method| method.access == Access::Mesh) {
        assert!(method.http.is_empty(), "{}", method.path);
        assert!(method.service().ends_with("InternalService"), "{}", method.path);
        let answer = person.post(method.path, &json!({})).await;
        assert_eq!(answer.status, 404, "{}: {}", method.path, answer.text);
    }
    for client in [&mesh.anonymous(), &*person] {
        let _ = client.get("/api/v1/nothing").await.refused(404, "NOT_FOUND");
        let _ = client.get("/readyz").await.refused(404, "NOT_FOUND");
        let _ = client.get("/metrics").await.refused(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn the_published_document_names_exactly_the_routes_of_the_table() {
    let document: Value = Mesh::shared().anonymous().get("/openapi.json").await.ok();
    let mut documented = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for verb in operations.as_object().unwrap().keys() {
            if ["get", "put", "post", "delete", "patch"].contains(&verb.as_str()) {
                documented.insert((verb.to_uppercase(), path.clone()));
            }
        }
    }
    let routed: BTreeSet<_> = METHODS
        .iter()
        .flat_map(|method| method.http)
        .map(|(verb, path)| ((*verb).to_owned(), with_json_names(path)))
        .collect();
    assert_eq!(documented, routed);
}

/// A template whose parameters have their JSON names, as in the rest of the document.
fn with_json_names(template: &str) -> String {
    let mut out = String::new();
    let mut raise = false;
    for char in template.chars() {
        match char {
            '_' => raise = true,
            _ if raise => {
                out.extend(char.to_uppercase());
                raise = false;
            }
            _ => out.push(char),
        }
    }
    out
}
