//! Where a request ends, and which methods there are: what proxies in a row must not see differently.

use std::io::Write;

use crate::rig::rig;
use crate::slow::{connect, rest};

/// What would be answered if the edge took it for a request of its own.
const SMUGGLED: &str = "GET /healthz HTTP/1.1\r\nhost: edge\r\n\r\n";
const MARK: &str = "a-header-that-must-not-come-back";

#[test]
fn a_request_whose_end_is_ambiguous_is_refused_and_its_connection_closed() {
    let length = SMUGGLED.len();
    for headers in [
        format!("content-length: {length}\r\ntransfer-encoding: chunked"),
        format!("content-length: 0\r\ncontent-length: {length}"),
        format!("content-length: 0, {length}"),
        "content-length: -1".to_owned(),
        "content-length: +0".to_owned(),
        "content-length : 0".to_owned(),
        "transfer-encoding: xchunked".to_owned(),
        "transfer-encoding: chunked, identity".to_owned(),
    ] {
        let mut stream = connect(rig());
        let request = format!(
            "POST /api/v1/auth/sign-in HTTP/1.1\r\nhost: edge\r\ncontent-type: application/json\r\n{headers}\r\n\r\n0\r\n\r\n{SMUGGLED}"
        );
        // The edge may have closed before all of it was sent.
        let _ = stream.write_all(request.as_bytes());
        let answer = rest(stream);
        let refused = answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.1 501 ");
        assert!(refused, "{headers}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{headers}: {answer}");
    }
}

#[tokio::test]
async fn nothing_answers_a_trace() {
    let person = rig().person();
    for path in [
        "/",
        "/api/v1/expenses",
        "/api/v1/auth/sign-in",
        "/docs",
        "/openapi.json",
    ] {
        let request = rig().call(&person, "TRACE", path).header("x-mark", MARK);
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = format!(
            "{:?} {}",
            response.headers().clone(),
            response.text().await.unwrap()
        );
        assert!(status.is_client_error(), "{path}: {status} {text}");
        assert!(
            !text.contains(MARK) && !text.contains(&person.token),
            "{path}: {text}"
        );
    }
}
