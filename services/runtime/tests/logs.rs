//! What the log holds, and what clients learn instead. One telemetry for the whole process, as in production.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use pfms_proto::auth::v1::auth_internal_service_client::AuthInternalServiceClient;
use pfms_proto::auth::v1::auth_internal_service_server::{AuthInternalService, AuthInternalServiceServer};
use pfms_proto::auth::v1::security_service_client::SecurityServiceClient;
use pfms_proto::auth::v1::security_service_server::{SecurityService, SecurityServiceServer};
use pfms_proto::auth::v1::{
    CheckSessionRequest, CheckSessionResponse, ListSecurityEventsRequest, ListSecurityEventsResponse,
};
use pfms_runtime::telemetry::{Telemetry, metrics};
use pfms_runtime::testing::{AuthorizedChannel, Harness, reason};
use pfms_runtime::{Error, Parts, Service};
use pfms_types::UserId;
use serde_json::Value;
use tempfile::TempDir;
use tonic::{Code, Request, Response, Status, async_trait};
use uuid::Uuid;

const AUTH: &str = "auth";

#[derive(Debug, thiserror::Error)]
#[error("the row of {0} is broken")]
struct Row(String);

#[derive(Debug, thiserror::Error)]
#[error("the table cannot be read")]
struct Table(#[source] Row);

#[derive(Debug, thiserror::Error)]
#[error("the disk is at its end")]
struct Disk(#[source] Table);

/// A method whose every call fails deep inside, with what the caller sent in the cause.
struct Failing;

#[async_trait]
impl AuthInternalService for Failing {
    async fn check_session(
        &self,
        request: Request<CheckSessionRequest>,
    ) -> Result<Response<CheckSessionResponse>, Status> {
        let CheckSessionRequest { user_id, session_id } = request.into_inner();
        tracing::warn!(session_id, "asked about {user_id}");
        let cause = Disk(Table(Row(user_id)));
        Err(match session_id.as_str() {
            "away" => Error::Unavailable {
                what: "the session store",
                cause: Box::new(cause),
            },
            _ => Error::internal(cause),
        }
        .into())
    }
}

/// A method for people.
#[async_trait]
impl SecurityService for Failing {
    async fn list_security_events(
        &self,
        _: Request<ListSecurityEventsRequest>,
    ) -> Result<Response<ListSecurityEventsResponse>, Status> {
        Ok(Response::new(ListSecurityEventsResponse::default()))
    }
}

async fn start() -> Harness {
    log();
    Harness::start(vec![Service::new(AUTH, 3001, |_| async {
        Ok(Parts::new()
            .grpc(AuthInternalServiceServer::new(Failing))
            .grpc(SecurityServiceServer::new(Failing)))
    })])
    .await
}

/// The process' log.
fn log() -> &'static Path {
    static RUNNING: OnceLock<(PathBuf, TempDir, Telemetry)> = OnceLock::new();
    let (path, ..) = RUNNING.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let telemetry = Telemetry::start(Some(&path), None).unwrap();
        (path, folder, telemetry)
    });
    path
}

/// Every line of the log, each of which is a JSON object.
fn lines() -> Vec<Value> {
    let text = std::fs::read_to_string(log()).unwrap();
    let parsed = text.lines().map(|line| serde_json::from_str(line).expect(line));
    parsed
        .inspect(|line: &Value| assert!(line.is_object(), "{line}"))
        .collect()
}

async fn ask(channel: AuthorizedChannel, user_id: &str, session_id: &str) -> Status {
    let request = CheckSessionRequest {
        user_id: user_id.into(),
        session_id: session_id.into(),
    };
    let mut client = AuthInternalServiceClient::new(channel);
    client.check_session(request).await.unwrap_err()
}

#[tokio::test]
async fn causes_go_to_the_log_whole_and_none_to_the_client() {
    let harness = start().await;
    for (session_id, code, level) in [
        ("broken", Code::Internal, "ERROR"),
        ("away", Code::Unavailable, "WARN"),
    ] {
        let about = Uuid::now_v7().to_string();
        let status = ask(harness.as_service(AUTH), &about, session_id).await;
        assert_eq!(status.code(), code);
        let told = format!("{status:?} {}", String::from_utf8_lossy(status.details()));
        for inside in ["disk", "table", "row", &about] {
            assert!(!told.contains(inside), "{inside}: {told}");
        }
        let cause = format!("the disk is at its end: the table cannot be read: the row of {about} is broken");
        let lines = lines();
        let line = lines.iter().find(|line| line["error"] == cause.as_str());
        let line = line.expect("the cause is in the log");
        assert_eq!(line["level"], level);
        // What else belongs to the request is found by what all its lines share.
        let span = &line["span"];
        assert_eq!(span["method"], "/pfms.auth.v1.AuthInternalService/CheckSession");
        assert!(
            span["correlation_id"].is_string() && span["trace_id"].is_string(),
            "{line}"
        );
    }
    harness.stop().await;
}

#[tokio::test]
async fn what_a_client_sends_is_no_line_of_the_log() {
    let harness = start().await;
    let forged = Uuid::now_v7().to_string();
    let sent = format!(
        "nobody\"}}\n{{\"level\":\"ERROR\",\"message\":\"{forged}\"}}\r\n\u{85}\u{2028}\u{1b}[2J\0{forged}"
    );
    let before = std::fs::read_to_string(log()).unwrap();
    assert!(!before.contains(&forged));
    ask(harness.as_service(AUTH), &sent, &sent).await;
    // Three times in two lines: a field and a message, and a cause.
    let lines: Vec<_> = lines()
        .into_iter()
        .filter(|line| line.to_string().contains(&forged))
        .collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["session_id"], sent.as_str());
    assert_eq!(lines[0]["message"], format!("asked about {sent}"));
    assert_eq!(lines[1]["message"], "internal error");
    let text = std::fs::read_to_string(log()).unwrap();
    let control = |c: char| c.is_control() && c != '\n' && c != '\u{85}';
    assert!(!text.contains(control), "what steers a terminal is written out");
    harness.stop().await;
}

#[tokio::test]
async fn refusals_are_counted_by_method_and_code() {
    let harness = start().await;
    let call = async |channel: AuthorizedChannel| {
        let request = ListSecurityEventsRequest::default();
        let answer = SecurityServiceClient::new(channel)
            .list_security_events(request)
            .await;
        answer.map_err(|status| reason(&status)).map(drop)
    };
    let refused = |reason: &str| Err(reason.to_owned());
    assert_eq!(call(harness.anonymous(AUTH)).await, refused("UNAUTHENTICATED"));
    let wrong = harness.with_token(AUTH, Some("not a token".to_owned()));
    assert_eq!(call(wrong).await, refused("TOKEN_INVALID"));
    assert_eq!(call(harness.as_service(AUTH)).await, refused("WRONG_CALLER"));
    assert_eq!(call(harness.as_user(AUTH, UserId::generate())).await, Ok(()));
    let text = metrics::text().unwrap();
    let count = |code: &str| {
        let labels = [
            "rpc_method=\"pfms.auth.v1.SecurityService/ListSecurityEvents\"".to_owned(),
            format!("rpc_response_status_code=\"{code}\""),
        ];
        let counts = text.lines().filter(|line| {
            line.starts_with("rpc_server_call_duration_seconds_count")
                && labels.iter().all(|label| line.contains(label))
        });
        counts
            .map(|line| line.rsplit(' ').next().unwrap().parse::<u32>().unwrap())
            .collect::<Vec<_>>()
    };
    for (code, calls) in [("UNAUTHENTICATED", 2), ("PERMISSION_DENIED", 1), ("OK", 1)] {
        assert_eq!(count(code), [calls], "{code}: {text}");
    }
    harness.stop().await;
}
