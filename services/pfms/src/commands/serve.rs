//! `pfms serve`: services in this process, against servers that are named by URL.

use std::error::Error;
use std::process::ExitCode;

use pfms_runtime::Settings;
use pfms_runtime::serve::Running;
use pfms_runtime::telemetry::Telemetry;

use super::signals::Signals;
use crate::services;

/// Exit code for a setting that is missing or wrong (`EX_USAGE` of sysexits).
const EXIT_USAGE: u8 = 64;

/// Which services, and with which settings.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Names of services; all of them when none is named
    services: Vec<String>,
    #[command(flatten)]
    settings: Settings,
}

/// Serves until a signal, then lets requests in progress finish.
///
/// # Errors
/// What is wrong with the settings, or what failed.
pub async fn run(mut args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let mut signals = Signals::listen()?;
    let services = services::named(&args.services)?;
    let telemetry = Telemetry::start(None, args.settings.otlp_endpoint.as_deref())?;
    let names: Vec<_> = services.iter().map(pfms_runtime::Service::name).collect();
    args.settings.holders = services::holders();
    let mut running = match Running::start(services, args.settings).await {
        Ok(running) => running,
        Err(error) => {
            tracing::error!(%error, "not started");
            return Ok(ExitCode::from(EXIT_USAGE));
        }
    };
    tracing::info!(services = names.join(","), "serving");
    let failure = tokio::select! {
        failure = running.failed() => Some(failure),
        signal = signals.next() => {
            tracing::info!(%signal, "stopping");
            None
        }
    };
    running.stop().await;
    telemetry.stop();
    match failure {
        None => Ok(ExitCode::SUCCESS),
        Some(failure) => Err(failure.into()),
    }
}
