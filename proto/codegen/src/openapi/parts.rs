//! What all operations share: the introduction, authentication, idempotency and errors.

use super::json::{Json, array, object, reference, text};

const DESCRIPTION: &str = "\
Personal finances over REST. The same operations are served over gRPC and gRPC-Web on the same port.

**Signing in.** Register, then sign in: the answer holds an access token, which is sent as \
`Authorization: Bearer <accessToken>` and lasts a few minutes, and a refresh token, which is exchanged for the next \
pair and works once. What a request may see follows from its token alone: the data of others does not exist for it.

**Formats.** Money is an exact decimal string with its currency, `{\"amount\": \"500.00\", \"currency\": \"USD\"}`. \
Dates are `2025-12-11`, instants are RFC 3339 in UTC, 64-bit integers are strings. Answers print numbers, strings, \
booleans and lists also when they are empty.

**Lists.** `pageSize` is 50 unless given, and at most 500. `nextPageToken` of one page is `pageToken` of the next; \
keep the filters the same. It is empty on the last page.

**Changes.** PUT and PATCH do the same: they change the fields that are populated, or exactly those that \
`updateMask` names, and clear a named field that is empty.

**Repeating a write.** Send an `Idempotency-Key` of your own with every write. The same key with the same body within \
24 hours gives the first answer again and does nothing; with another body it is an error.

**Errors.** An answer of 400 or more is a `Status`: a code, a message that says what to do, and details. `ErrorInfo` \
names the reason for programs, `BadRequest` the fields that are wrong.";

/// Title, version and introduction.
pub fn info() -> Json {
    object([
        ("title", text("PFMS")),
        ("summary", text("Personal financial management")),
        ("description", text(DESCRIPTION)),
        ("version", text(env!("CARGO_PKG_VERSION"))),
        (
            "license",
            object([("name", text("Apache-2.0")), ("identifier", text("Apache-2.0"))]),
        ),
    ])
}

/// The shared parts, with the errors' schemas among the others.
pub fn components(mut schemas: Json) -> Json {
    for (name, schema) in [
        ("Status", status()),
        ("ErrorInfo", error_info()),
        ("BadRequest", bad_request()),
    ] {
        schemas.set(name, schema);
    }
    object([
        ("securitySchemes", object([("bearer", bearer())])),
        ("parameters", object([("IdempotencyKey", idempotency_key())])),
        ("headers", headers()),
        (
            "responses",
            object([
                ("Unauthenticated", unauthenticated()),
                ("TooManyRequests", too_many_requests()),
                ("Error", error()),
            ]),
        ),
        ("schemas", schemas),
    ])
}

fn bearer() -> Json {
    object([
        ("type", text("http")),
        ("scheme", text("bearer")),
        ("bearerFormat", text("JWT")),
        (
            "description",
            text("`accessToken` of the answer to SignIn or Refresh."),
        ),
    ])
}

fn idempotency_key() -> Json {
    object([
        ("name", text("Idempotency-Key")),
        ("in", text("header")),
        (
            "description",
            text(
                "Chosen by the client, new for each write; repeated when the same write is sent again, which then \
                 has no second effect. Kept for 24 hours.",
            ),
        ),
        (
            "schema",
            object([
                ("type", text("string")),
                ("minLength", 1.into()),
                ("examples", array([text("6f1c2a9e-0d55-4c1b-9a57-3f0a7f0f6b1d")])),
            ]),
        ),
    ])
}

fn headers() -> Json {
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
    let value = problem(
        16,
        "The access token has expired. Exchange the refresh token for a new one.",
        [info_detail("TOKEN_EXPIRED")],
    );
    response(
        "The token is missing, forged or expired, or its session has ended.",
        [("expired", "Expired token", value)],
    )
}

fn too_many_requests() -> Json {
    let value = problem(
        8,
        "Too many requests. Try again in 17 seconds.",
        [info_detail("RATE_LIMITED")],
    );
    response(
        "More requests than are allowed.",
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
    let invalid = problem(
        3,
        "The request has an invalid field: expense.amount.amount.",
        [
            info_detail("INVALID_ARGUMENT"),
            object([
                ("@type", text("type.googleapis.com/google.rpc.BadRequest")),
                (
                    "fieldViolations",
                    array([object([
                        ("field", text("expense.amount.amount")),
                        ("description", text("USD has 2 fraction digits at most.")),
                    ])]),
                ),
            ]),
        ],
    );
    let missing = problem(5, "There is no such expense.", [info_detail("NOT_FOUND")]);
    let reused = problem(
        6,
        "This Idempotency-Key was used for another request. Choose a new one.",
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
        ("metadata", Json::empty()),
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

fn string(description: &str) -> Json {
    object([("description", text(description)), ("type", text("string"))])
}

fn constant(value: &str) -> Json {
    object([("type", text("string")), ("const", text(value))])
}
