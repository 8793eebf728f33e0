//! A gRPC call by a client that is not ours: `buf curl`, which learns the API by server reflection.
#![allow(
    clippy::disallowed_types,
    reason = "it starts a client that the operator installed"
)]

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::client::Client;
use super::{DemoError, wrong};

/// Where `make tools` puts it.
const PROJECT_LOCAL: &str = ".tools/npm/node_modules/.bin/buf";

/// Calls a method through the edge.
pub async fn call(
    client: &Client,
    named: Option<&Path>,
    method: &str,
    body: &Value,
) -> Result<Value, DemoError> {
    let step = "Drink the third, recorded over gRPC by `buf curl`";
    let program = program(named);
    let output = tokio::process::Command::new(&program)
        .args([
            "curl",
            "--protocol",
            "grpc",
            "--http2-prior-knowledge",
            "--data",
            &body.to_string(),
        ])
        .args(["--header", &format!("authorization: Bearer {}", client.token())])
        .args(["--reflect-header", "*"])
        .arg(format!("{}/{method}", client.url()))
        .output()
        .await
        .map_err(|error| {
            DemoError::Missing(format!(
                "{}: {error}; run `make tools`, or name it with --buf",
                program.display()
            ))
        })?;
    if !output.status.success() {
        return Err(wrong(step, String::from_utf8_lossy(&output.stderr)));
    }
    let answer: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| wrong(step, error.to_string()))?;
    client.story().step(step, &format!("{method} → {answer}"));
    Ok(answer)
}

fn program(named: Option<&Path>) -> PathBuf {
    let local = PathBuf::from(PROJECT_LOCAL);
    match named {
        Some(named) => named.to_owned(),
        None if local.exists() => local,
        None => "buf".into(),
    }
}
