//! From an error to what a client is told. This is the one place where statuses are made.

use std::fmt::{Display, Write as _};
use std::time::Duration;

use tonic::metadata::MetadataMap;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// The domain of every `ErrorInfo`.
const DOMAIN: &str = "pfms";
/// Longest message about violations, in bytes.
const MAX_MESSAGE_BYTES: usize = 2_000;

/// What can go wrong in a handler. A message says what the client can do; causes go to the log only.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request breaks a rule; each violation names a field.
    #[error("the request is invalid")]
    Invalid(Violations),
    /// There is no such thing, or it is another user's.
    #[error("{0} does not exist")]
    NotFound(&'static str),
    /// Something with this name or key exists.
    #[error("{message}")]
    AlreadyExists {
        /// In upper snake case.
        reason: &'static str,
        /// What to do.
        message: String,
    },
    /// The state of things does not allow it.
    #[error("{message}")]
    FailedPrecondition {
        /// In upper snake case.
        reason: &'static str,
        /// What to do.
        message: String,
    },
    /// The credentials are not good.
    #[error("{message}")]
    Unauthenticated {
        /// In upper snake case.
        reason: &'static str,
        /// What to do.
        message: String,
    },
    /// A limit is reached.
    #[error("{message}")]
    ResourceExhausted {
        /// In upper snake case.
        reason: &'static str,
        /// What to do.
        message: String,
    },
    /// Something was tried too often.
    #[error("too many tries; try again in {} s", whole_seconds(*retry_after))]
    TooManyTries {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Something that is needed is away for the moment.
    #[error("{what} is unavailable")]
    Unavailable {
        /// What is away.
        what: &'static str,
        /// For the log.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another service answered so; passed on as it is.
    #[error("{0}")]
    Upstream(Box<Status>),
    /// A fault of ours.
    #[error("internal error")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A fault of ours; the cause goes to the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// One field is wrong.
    pub fn invalid(field: impl Into<String>, description: impl Display) -> Self {
        let mut violations = Violations::default();
        violations.add(field, description);
        Self::Invalid(violations)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            // A proxy without a server behind it accepts connections and says nothing that PostgreSQL would.
            | sqlx::Error::Protocol(_) => Self::Unavailable {
                what: "the database",
                cause: Box::new(error),
            },
            // Class 57P: the server is shutting down or starting; 53: it is out of resources.
            sqlx::Error::Database(database)
                if database
                    .code()
                    .is_some_and(|code| code.starts_with("57P") || code.starts_with("53")) =>
            {
                Self::Unavailable {
                    what: "the database",
                    cause: Box::new(error),
                }
            }
            _ => Self::internal(error),
        }
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        match status.code() {
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => Self::Unavailable {
                what: "a service that is needed",
                cause: Box::new(status),
            },
            Code::Internal | Code::Unknown | Code::Unauthenticated | Code::PermissionDenied => {
                Self::internal(status)
            }
            _ => Self::Upstream(Box::new(status)),
        }
    }
}

impl From<Violations> for Error {
    fn from(violations: Violations) -> Self {
        Self::Invalid(violations)
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Invalid(violations) => violations.into_status(),
            Error::NotFound(what) => {
                let reason = format!(
                    "{}_NOT_FOUND",
                    what.trim_start_matches("the ").to_uppercase().replace(' ', "_")
                );
                status(Code::NotFound, &reason, message)
            }
            Error::AlreadyExists { reason, .. } => status(Code::AlreadyExists, reason, message),
            Error::FailedPrecondition { reason, .. } => status(Code::FailedPrecondition, reason, message),
            Error::Unauthenticated { reason, .. } => status(Code::Unauthenticated, reason, message),
            Error::ResourceExhausted { reason, .. } => status(Code::ResourceExhausted, reason, message),
            Error::TooManyTries { retry_after } => too_many_tries(retry_after, message),
            Error::Unavailable { cause, .. } => {
                tracing::warn!(error = %chain(cause.as_ref()), "{message}");
                status(Code::Unavailable, "UNAVAILABLE", format!("{message}; try again"))
            }
            Error::Upstream(status) => *status,
            Error::Internal(cause) => {
                tracing::error!(error = %chain(cause.as_ref()), "internal error");
                status(
                    Code::Internal,
                    "INTERNAL",
                    "internal error; the operator finds the cause in the log".into(),
                )
            }
        }
    }
}

/// A status with an `ErrorInfo`.
#[must_use]
pub fn status(code: Code, reason: &str, message: String) -> Status {
    let details = ErrorDetails::with_error_info(reason, DOMAIN, std::collections::HashMap::new());
    Status::with_error_details(code, message, details)
}

/// With the time to wait for gRPC clients (`RetryInfo`) and for REST clients (the header `Retry-After`).
fn too_many_tries(retry_after: Duration, message: String) -> Status {
    let mut details =
        ErrorDetails::with_error_info("TOO_MANY_TRIES", DOMAIN, std::collections::HashMap::new());
    details.set_retry_info(Some(retry_after));
    let mut headers = MetadataMap::new();
    headers.insert("retry-after", whole_seconds(retry_after).into());
    Status::with_error_details_and_metadata(Code::ResourceExhausted, message, details, headers)
}

/// Rounded up: who waits for so long has waited long enough.
fn whole_seconds(duration: Duration) -> u64 {
    duration
        .as_millis()
        .div_ceil(1_000)
        .try_into()
        .unwrap_or(u64::MAX)
}

/// A token lacks the scope that a method asks for.
#[must_use]
pub(crate) fn scope_required(scope: &str) -> Status {
    let metadata = [("scope".to_owned(), scope.to_owned())];
    let details = ErrorDetails::with_error_info("SCOPE_REQUIRED", DOMAIN, metadata);
    let message = format!("this token does not hold the scope {scope}, which the request needs");
    Status::with_error_details(Code::PermissionDenied, message, details)
}

/// An error and its causes, for the log.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Many errors repeat their cause in their own message.
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// Fields of a request that break a rule.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<(String, String)>);

impl Violations {
    /// Adds a field, as a path in the request's JSON names, and what it has to be.
    pub fn add(&mut self, field: impl Into<String>, description: impl Display) {
        self.0.push((field.into(), description.to_string()));
    }

    /// Keeps the value, or adds a violation of the field and gives nothing.
    pub fn keep<T, E: Display>(&mut self, field: impl Into<String>, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(description) => {
                self.add(field, description);
                None
            }
        }
    }

    /// Takes over the violations of a part, below `prefix`.
    pub fn nest(&mut self, prefix: &str, inner: Self) {
        self.0.extend(inner.0.into_iter().map(|(field, text)| {
            (
                if field.is_empty() {
                    prefix.to_owned()
                } else {
                    format!("{prefix}.{field}")
                },
                text,
            )
        }));
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields and what they have to be.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, text)| (field.as_str(), text.as_str()))
    }

    fn into_status(self) -> Status {
        let mut message = String::new();
        let mut details =
            ErrorDetails::with_error_info("INVALID_ARGUMENT", DOMAIN, std::collections::HashMap::new());
        for (index, (field, text)) in self.0.iter().enumerate() {
            // All of this travels in headers, whose size every proxy limits.
            if message.len() + field.len() + text.len() > MAX_MESSAGE_BYTES {
                let _ = write!(message, "; and {} more", self.0.len() - index);
                break;
            }
            let separator = if index == 0 { "" } else { "; " };
            let _ = write!(message, "{separator}{field}: {text}");
            details.add_bad_request_violation(field, text);
        }
        Status::with_error_details(Code::InvalidArgument, message, details)
    }
}

impl Display for Violations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (field, text)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{field}: {text}")?;
        }
        Ok(())
    }
}
