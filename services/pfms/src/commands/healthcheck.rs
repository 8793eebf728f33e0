//! `pfms healthcheck`: for container probes and scripts.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

const BOUND: Duration = Duration::from_secs(3);

/// Whom to ask.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The readiness endpoint of the admin port
    #[arg(long, default_value = "http://127.0.0.1:3100/readyz")]
    url: String,
}

/// Asks once.
///
/// # Errors
/// When nothing answers in time, or the answer is not "ready".
pub async fn run(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let client = reqwest::Client::builder().timeout(BOUND).build()?;
    let answer = client.get(&args.url).send().await.map_err(|error| {
        let cause = error
            .source()
            .map_or_else(String::new, |cause| format!(" ({cause})"));
        format!(
            "{} does not answer{cause}.\n  Is pfms running? Start it with `pfms up`.",
            args.url
        )
    })?;
    if answer.status().is_success() {
        return Ok(ExitCode::SUCCESS);
    }
    let status = answer.status();
    let body: String = answer.text().await?.chars().take(500).collect();
    Err(format!("not ready: {} answered {status}\n  {body}", args.url).into())
}
