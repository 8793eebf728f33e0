//! What all operations share: the introduction, authentication and idempotency; the errors have a file of their own.

use super::errors;
use super::json::{Json, array, object, text};

const DESCRIPTION: &str = "\
Personal financial management over REST. The same operations are served over gRPC and gRPC-Web on the same port.

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
names the reason for programs, `BadRequest` the fields that are wrong, `RetryInfo` when to try again.";

/// Title, version and introduction.
pub fn info() -> Json {
    object([
        ("title", text("PFMS")),
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
    errors::add_schemas(&mut schemas);
    object([
        (
            "securitySchemes",
            object([("bearer", bearer()), ("personalToken", personal_token())]),
        ),
        ("parameters", object([("IdempotencyKey", idempotency_key())])),
        ("headers", errors::headers()),
        ("responses", errors::responses()),
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

fn personal_token() -> Json {
    object([
        ("type", text("http")),
        ("scheme", text("bearer")),
        (
            "description",
            text(
                "A personal access token that holds the scope which the operation names, for example `expense:read`. \
                 Operations that name none take the tokens of a session only.",
            ),
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
