//! How a request fails: the answers, their headers and their schemas.

use super::json::{Json, array, object, reference, text};

/// Adds the schemas of errors.
pub fn add_schemas(schemas: &mut Json) {
    schemas.set("Status", status());
    schemas.set("ErrorInfo", error_info());
    schemas.set("BadRequest", bad_request());
    schemas.set("RetryInfo", retry_info());
}

/// Answers that many operations give.
pub fn responses() -> Json {
    object([
        ("Unauthenticated", unauthenticated()),
        ("PermissionDenied", permission_denied()),
        ("TooManyRequests", too_many_requests()),
        ("Error", error()),
    ])
}

/// Headers of answers.
pub fn headers() -> Json {
    let header = |description: &str, example: i32| {
        object([
            ("description", text(description)),
            (
                "schema",
                object([
                    ("type", text("integer")),
                    ("minimum", 0.into()),
                    ("examples", array([example.into()])),
                ]),
            ),
        ])
    };
    object([
        (
            "RetryAfter",
            header("Seconds after which the request may be sent again.", 17),
        ),
        (
            "RateLimitLimit",
            header("Requests that are allowed in a window of one minute.", 100),
        ),
        (
            "RateLimitRemaining",
            header("Requests that are left in the window.", 0),
        ),
        ("RateLimitReset", header("Seconds until the window ends.", 17)),
    ])
}

fn unauthenticated() -> Json {
    let token = problem(
        16,
        "Send a valid access token as \"Authorization: Bearer <token>\"; sign in or refresh to obtain one.",
        [info_detail("UNAUTHENTICATED")],
    );
    let session = problem(
        16,
        "This session has ended. Sign in again.",
        [info_detail("SESSION_REVOKED")],
    );
    response(
        "The token is missing, forged or expired, or its session has ended.",
        [
            ("token", "No valid token", token),
            ("session", "Ended session", session),
        ],
    )
}

fn permission_denied() -> Json {
    let scope = problem(
        7,
        "this token does not hold the scope expense:write, which the request needs",
        [info_detail("SCOPE_REQUIRED").with("metadata", object([("scope", text("expense:write"))]))],
    );
    let session = problem(
        7,
        "a personal access token cannot do this; sign in",
        [info_detail("SESSION_REQUIRED")],
    );
    response(
        "A personal access token that does not hold the scope, or that stands where only a session may.",
        [
            ("scope", "A scope is missing", scope),
            ("session", "Sessions only", session),
        ],
    )
}

fn too_many_requests() -> Json {
    let value = problem(
        8,
        "Too many requests. Wait for the seconds that Retry-After names, then try again.",
        [info_detail("RATE_LIMITED")],
    );
    response(
        "More requests than are allowed: of the user, or of the address where no token is needed. Answers to users \
         carry the `RateLimit-*` headers.",
        [("limited", "Rate limit", value)],
    )
    .with(
        "headers",
        object([
            ("Retry-After", reference("headers", "RetryAfter")),
            ("RateLimit-Limit", reference("headers", "RateLimitLimit")),
            ("RateLimit-Remaining", reference("headers", "RateLimitRemaining")),
            ("RateLimit-Reset", reference("headers", "RateLimitReset")),
        ]),
    )
}

fn error() -> Json {
    let violation = object([
        ("field", text("expense.amount.amount")),
        ("description", text("USD has at most 2 fraction digits")),
    ]);
    let invalid = problem(
        3,
        "expense.amount.amount: USD has at most 2 fraction digits",
        [
            info_detail("INVALID_ARGUMENT"),
            object([
                ("@type", text("type.googleapis.com/google.rpc.BadRequest")),
                ("fieldViolations", array([violation])),
            ]),
        ],
    );
    let missing = problem(
        5,
        "the expense does not exist",
        [info_detail("EXPENSE_NOT_FOUND")],
    );
    let reused = problem(
        6,
        "this Idempotency-Key was used for another request; choose a new one",
        [info_detail("IDEMPOTENCY_KEY_REUSED")],
    );
    response(
        "The request failed, and nothing was changed.",
        [
            ("invalid", "Invalid field (400)", invalid),
            ("missing", "Not found (404)", missing),
            ("reused", "Reused Idempotency-Key (409)", reused),
        ],
    )
}

fn response<const N: usize>(description: &str, examples: [(&str, &str, Json); N]) -> Json {
    let examples = examples
        .into_iter()
        .map(|(name, summary, value)| {
            (
                name.to_owned(),
                object([("summary", text(summary)), ("value", value)]),
            )
        })
        .collect();
    object([
        ("description", text(description)),
        (
            "content",
            object([(
                "application/json",
                object([
                    ("schema", reference("schemas", "Status")),
                    ("examples", Json::Object(examples)),
                ]),
            )]),
        ),
    ])
}

fn problem<const N: usize>(code: i32, message: &str, details: [Json; N]) -> Json {
    object([
        ("code", code.into()),
        ("message", text(message)),
        ("details", array(details)),
    ])
}

fn info_detail(reason: &str) -> Json {
    object([
        ("@type", text("type.googleapis.com/google.rpc.ErrorInfo")),
        ("reason", text(reason)),
        ("domain", text("pfms")),
    ])
}

fn status() -> Json {
    object([
        ("type", text("object")),
        ("description", text("An error, as `google.rpc.Status`.")),
        ("required", array([text("code"), text("message")])),
        (
            "properties",
            object([
                (
                    "code",
                    object([
                        (
                            "description",
                            text("A gRPC status code; the HTTP status follows from it."),
                        ),
                        ("type", text("integer")),
                        ("format", text("int32")),
                    ]),
                ),
                (
                    "message",
                    string("What is wrong and what to do, for the developer."),
                ),
                (
                    "details",
                    object([
                        ("description", text("The same for programs.")),
                        ("type", text("array")),
                        (
                            "items",
                            object([(
                                "anyOf",
                                array([
                                    reference("schemas", "ErrorInfo"),
                                    reference("schemas", "BadRequest"),
                                    reference("schemas", "RetryInfo"),
                                ]),
                            )]),
                        ),
                    ]),
                ),
            ]),
        ),
    ])
}

fn error_info() -> Json {
    object([
        ("type", text("object")),
        (
            "description",
            text("Why a request failed, as `google.rpc.ErrorInfo`."),
        ),
        ("required", array([text("@type"), text("reason"), text("domain")])),
        (
            "properties",
            object([
                ("@type", constant("type.googleapis.com/google.rpc.ErrorInfo")),
                ("reason", string("A constant such as `IDEMPOTENCY_KEY_REUSED`.")),
                ("domain", constant("pfms")),
                (
                    "metadata",
                    object([
                        ("description", text("More about the reason.")),
                        ("type", text("object")),
                        ("additionalProperties", object([("type", text("string"))])),
                    ]),
                ),
            ]),
        ),
    ])
}

fn bad_request() -> Json {
    let violation = object([
        ("type", text("object")),
        ("required", array([text("field"), text("description")])),
        (
            "properties",
            object([
                ("field", string("The field's path in the request.")),
                ("description", string("What is wrong with it.")),
            ]),
        ),
    ]);
    object([
        ("type", text("object")),
        (
            "description",
            text("Which fields are wrong, as `google.rpc.BadRequest`."),
        ),
        ("required", array([text("@type"), text("fieldViolations")])),
        (
            "properties",
            object([
                ("@type", constant("type.googleapis.com/google.rpc.BadRequest")),
                (
                    "fieldViolations",
                    object([("type", text("array")), ("items", violation)]),
                ),
            ]),
        ),
    ])
}

fn retry_info() -> Json {
    object([
        ("type", text("object")),
        (
            "description",
            text(
                "When to try again, as `google.rpc.RetryInfo`; `Retry-After` says the same in whole seconds.",
            ),
        ),
        ("required", array([text("@type"), text("retryDelay")])),
        (
            "properties",
            object([
                ("@type", constant("type.googleapis.com/google.rpc.RetryInfo")),
                (
                    "retryDelay",
                    string("Seconds with a fraction, for example `59.987s`."),
                ),
            ]),
        ),
    ])
}

fn string(description: &str) -> Json {
    object([("description", text(description)), ("type", text("string"))])
}

fn constant(value: &str) -> Json {
    object([("type", text("string")), ("const", text(value))])
}
