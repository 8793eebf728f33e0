//! Requests that schemathesis draws from the OpenAPI document: none breaks the edge, none is answered otherwise than the
//! document says.

use std::path::{Path, PathBuf};

use pfms_tests::Mesh;
use pfms_tests::process::Process;
use pfms_tests::tokens::claims;

/// Operations that end the caller's session or account: after them all answers would be 401. An id that was seen in
/// one answer is used in later requests, the caller's own session among them.
const ENDINGS: &str = "^(SignOut|RevokeSession|RevokeAllSessions|DeleteAccount)$";
/// What is drawn is the same in each run.
const SEED: &str = "1";
/// Cases that are drawn for an operation, besides those that cover its schema; `make schemathesis` sets it.
const CASES: &str = "SCHEMATHESIS_CASES";
const FEW_CASES: &str = "10";

#[tokio::test]
async fn no_request_breaks_the_edge_and_no_answer_is_undocumented() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let mut claims = claims(person.user_id, person.session_id);
    // Longer than this takes.
    claims.exp += 3600;
    let token = mesh.signer().sign(&claims);
    let client = person.with_token(Some(&token));
    assert_eq!(client.get("/api/v1/user/profile").await.status, 200);

    let cases = std::env::var(CASES).unwrap_or_else(|_| FEW_CASES.to_owned());
    let document = format!("{}/openapi.json", mesh.url());
    let bearer = format!("Authorization: Bearer {token}");
    let arguments = [
        "run",
        &document,
        "--header",
        &bearer,
        "--checks",
        "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        "--phases",
        "examples,coverage,fuzzing",
        "--seed",
        SEED,
        "--max-examples",
        &cases,
        "--exclude-operation-id-regex",
        ENDINGS,
        "--generation-database",
        "none",
        "--suppress-health-check",
        "all",
        "--no-color",
    ];
    let environment = [
        ("PYTHONPATH", hooks().to_string_lossy().into_owned()),
        ("SCHEMATHESIS_HOOKS", "hooks".to_owned()),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value));
    let log = mesh.folder().join("schemathesis.log");
    Process::start(&program(), &arguments, &environment, &log).succeed();
    assert_eq!(
        client.get("/api/v1/user/profile").await.status,
        200,
        "an operation ended the session, so that what followed showed nothing: see {}",
        log.display()
    );
}

/// As `make test` installs it.
fn program() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/venv/bin/schemathesis");
    assert!(path.is_file(), "{} is missing: run `make test`", path.display());
    path
}

fn hooks() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemathesis")
}
