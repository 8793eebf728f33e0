//! `pfms plugin backtest`: shows what a rule would have done with what its owner recorded.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use super::mesh::{Mesh, MeshArgs};
use super::say;

/// How long to wait before asking how far it is.
const PAUSE: Duration = Duration::from_millis(500);

/// Which rule over which time. The token needs the scopes automation:read and automation:write.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The id of a stored rule, or a file that holds a rule as JSON, which is not stored
    #[arg(long)]
    rule: String,
    /// The first day, for example 2025-01-01; from the beginning when absent
    #[arg(long)]
    from: Option<String>,
    /// The last day; to the end when absent
    #[arg(long)]
    to: Option<String>,
    #[command(flatten)]
    mesh: MeshArgs,
}

/// Begins it, waits for its end, and tells what came of it. Nothing is done.
///
/// # Errors
/// What the mesh answered, in its words.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let body = request(&args)?;
    let mesh = Mesh::new(args.mesh)?;
    let mut run = mesh
        .post("backtests", "application/json", body.to_string().into_bytes())
        .await?;
    let path = format!("runs/{}", run["id"].as_str().unwrap_or_default());
    while matches!(
        run["state"].as_str(),
        Some("HISTORY_RUN_STATE_PENDING" | "HISTORY_RUN_STATE_RUNNING")
    ) {
        tokio::time::sleep(PAUSE).await;
        run = mesh.get(&path).await?;
    }
    tell(&run);
    Ok(match run["state"].as_str() {
        Some("HISTORY_RUN_STATE_SUCCEEDED") => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn request(args: &Args) -> Result<Value, Box<dyn Error>> {
    let mut body = json!({
        "startDate": args.from.clone().unwrap_or_default(),
        "endDate": args.to.clone().unwrap_or_default(),
    });
    if uuid::Uuid::try_parse(&args.rule).is_ok() {
        body["ruleId"] = json!(args.rule);
    } else {
        let text = std::fs::read_to_string(&args.rule)
            .map_err(|error| format!("{} is no id of a rule, and no file of one: {error}", args.rule))?;
        body["rule"] = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", args.rule))?;
    }
    Ok(body)
}

fn tell(run: &Value) {
    let count = |field: &str| number(&run[field]);
    say(&format!(
        "looked at {} of {} expenses: acts for {}, fails for {}",
        count("examined"),
        count("total"),
        count("matched"),
        count("failed")
    ));
    for action in run["actions"].as_array().into_iter().flatten() {
        let kind = action["kind"].as_str().unwrap_or_default();
        say(&format!("  {kind:<16} {}", number(&action["asked"])));
    }
    for example in run["examples"].as_array().into_iter().flatten() {
        say(&format!("\n{}", example["summary"].as_str().unwrap_or_default()));
        for outcome in example["outcomes"].as_array().into_iter().flatten() {
            say(&format!("  {}", outcome.as_str().unwrap_or_default()));
        }
        if let Some(error) = example["errorMessage"].as_str().filter(|error| !error.is_empty()) {
            say(&format!("  failed: {error}"));
        }
    }
    if let Some(error) = run["errorMessage"].as_str().filter(|error| !error.is_empty()) {
        say(&format!("\nit could not go on: {error}"));
    }
}

/// 64-bit numbers are text in JSON.
fn number(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.as_i64().unwrap_or(0).to_string(), str::to_owned)
}
