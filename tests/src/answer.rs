//! What the edge answers over REST.

use std::collections::BTreeSet;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer with its body read.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// Reads an answer to its end.
    pub async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("the answer arrives whole");
        Self {
            status,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// The body of a success.
    #[track_caller]
    #[must_use]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text);
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// Checks that this is an error in the one shape that errors have, with this status and reason.
    #[track_caller]
    #[must_use]
    pub fn refused(self, status: u16, reason: &str) -> Refusal {
        assert_eq!(self.status, status, "{}", self.text);
        let refusal = self.error();
        assert_eq!(refusal.reason(), reason, "{}", refusal.0);
        refusal
    }

    /// Checks that this is an error in the one shape that errors have.
    #[track_caller]
    #[must_use]
    pub fn error(self) -> Refusal {
        assert!(self.status >= 400, "{} {}", self.status, self.text);
        assert_eq!(self.headers["content-type"], "application/json", "{}", self.text);
        assert!(!self.headers.contains_key("grpc-status"), "{:?}", self.headers);
        let body: Value =
            serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text));
        let keys: BTreeSet<_> = body
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(keys, ["code", "details", "message"].into(), "{body}");
        assert!(!body["message"].as_str().unwrap().is_empty(), "{body}");
        let refusal = Refusal(body);
        assert_eq!(refusal.info()["domain"], "pfms", "{}", refusal.0);
        refusal
    }
}

/// The body of an error.
#[derive(Debug)]
pub struct Refusal(Value);

impl Refusal {
    /// What it says to people.
    #[must_use]
    pub fn message(&self) -> &str {
        self.0["message"].as_str().unwrap_or_default()
    }

    /// What it says to programs.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.info()["reason"].as_str().unwrap_or_default()
    }

    /// The fields that it names.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        let violations = self.detail("google.rpc.BadRequest")["fieldViolations"].as_array();
        violations
            .into_iter()
            .flatten()
            .filter_map(|violation| violation["field"].as_str())
            .collect()
    }

    fn info(&self) -> &Value {
        self.detail("google.rpc.ErrorInfo")
    }

    fn detail(&self, kind: &str) -> &Value {
        let details = self.0["details"].as_array();
        details
            .into_iter()
            .flatten()
            .find(|detail| detail["@type"] == format!("type.googleapis.com/{kind}"))
            .unwrap_or(&Value::Null)
    }
}
