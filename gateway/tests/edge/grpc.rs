//! gRPC through the edge, as it is and from browsers.

use pfms_proto::auth::v1::SignInRequest;
use pfms_proto::auth::v1::auth_service_client::AuthServiceClient;
use pfms_proto::expense::v1::expense_service_client::ExpenseServiceClient;
use pfms_proto::expense::v1::{Expense, GetExpenseRequest};
use prost::Message;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::rig::{ORIGIN, Person, rig};

/// Reads an expense over gRPC.
pub async fn get_expense(person: &Person, id: &str) -> Result<tonic::Response<Expense>, Status> {
    let mut request = Request::new(GetExpenseRequest {
        id: id.into(),
        ..GetExpenseRequest::default()
    });
    let bearer = format!("Bearer {}", person.token).parse().unwrap();
    request.metadata_mut().insert("authorization", bearer);
    ExpenseServiceClient::new(rig().channel().await)
        .get_expense(request)
        .await
}

/// Checks that a status carries the one shape of error.
pub fn error(status: &Status, code: Code, reason: &str) {
    assert_eq!(status.code(), code, "{status:?}");
    assert!(
        !status.message().is_empty() && !status.message().starts_with('{'),
        "{status:?}"
    );
    let info = status
        .get_details_error_info()
        .unwrap_or_else(|| panic!("no details: {status:?}"));
    assert_eq!((info.reason.as_str(), info.domain.as_str()), (reason, "pfms"));
}

#[tokio::test]
async fn a_native_client_calls_through_the_edge() {
    let answer = get_expense(&rig().person(), "e-1").await.unwrap();
    assert_eq!(answer.metadata().get("ratelimit-remaining").unwrap(), "99");
    assert_eq!(answer.get_ref().id, "e-1");
    let seen = &answer.get_ref().metadata.as_ref().unwrap().fields;
    assert!(
        seen.contains_key("grpc-timeout"),
        "a client without a deadline gets one"
    );
}

#[tokio::test]
async fn errors_reach_a_native_client_whole() {
    let status = get_expense(&rig().person(), "missing").await.unwrap_err();
    error(&status, Code::NotFound, "NOT_FOUND");
    let nobody = Person {
        token: "junk".into(),
        ..rig().person()
    };
    error(
        &get_expense(&nobody, "1").await.unwrap_err(),
        Code::Unauthenticated,
        "UNAUTHENTICATED",
    );
    let late = get_expense(&rig().person(), "slow").await.unwrap_err();
    error(&late, Code::DeadlineExceeded, "DEADLINE_EXCEEDED");
}

#[tokio::test]
async fn a_native_client_signs_in_without_a_token() {
    let mut client = AuthServiceClient::new(rig().channel().await);
    let request = SignInRequest {
        email: "a@example.com".into(),
        password: "x".into(),
    };
    assert_eq!(
        client.sign_in(request).await.unwrap().into_inner().user_id,
        "a@example.com"
    );
}

#[tokio::test]
async fn a_page_calls_over_grpc_web() {
    let person = rig().person();
    let answer = grpc_web(&person.token).await;
    assert_eq!(answer.headers()["access-control-allow-origin"], ORIGIN);
    assert_eq!(answer.headers()["content-type"], "application/grpc-web+proto");
    let bytes = answer.bytes().await.unwrap();
    let length = u32::from_be_bytes(bytes[1..5].try_into().unwrap()) as usize;
    assert_eq!(Expense::decode(&bytes[5..5 + length]).unwrap().id, "web");
    let trailers = String::from_utf8_lossy(&bytes[5 + length..]).into_owned();
    assert!(trailers.contains("grpc-status:0"), "{trailers}");

    let refused = grpc_web("junk").await;
    assert_eq!(refused.headers()["grpc-status"], "16");
}

async fn grpc_web(token: &str) -> reqwest::Response {
    let message = GetExpenseRequest {
        id: "web".into(),
        ..GetExpenseRequest::default()
    }
    .encode_to_vec();
    let mut body = vec![0];
    body.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    body.extend(message);
    rig()
        .request("POST", "/pfms.expense.v1.ExpenseService/GetExpense")
        .bearer_auth(token)
        .header("content-type", "application/grpc-web+proto")
        .header("x-grpc-web", "1")
        .header("origin", ORIGIN)
        .body(body)
        .send()
        .await
        .unwrap()
}
