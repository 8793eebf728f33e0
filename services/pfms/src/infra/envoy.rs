//! The Envoy edge, run on a configuration that the caller has written.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::binaries;
use super::data_dir::DataDir;
use super::error::InfraError;
use super::guard::Guard;
use super::process::{Launch, Process};
use crate::progress::Part;

const NAME: &str = "Envoy";
const READY_BOUND: Duration = Duration::from_secs(20);
const STOP_BOUND: Duration = Duration::from_secs(5);

/// How Envoy is run.
pub struct EnvoyOptions {
    /// Its configuration file.
    pub configuration: PathBuf,
    /// The loopback port of its admin interface, as the configuration has it.
    pub admin_port: u16,
    /// Further arguments, such as `--concurrency 2`.
    pub arguments: Vec<OsString>,
}

/// Starts Envoy and waits until its admin interface calls it ready.
pub async fn start(dir: &DataDir, options: &EnvoyOptions, shown: &Part) -> Result<Process, InfraError> {
    let home = dir.part("envoy")?;
    let program = binaries::envoy().ok_or_else(|| InfraError::MissingBinary {
        part: NAME,
        binary: "envoy".into(),
        advice: "Run `make tools`, which puts it into .tools/, or put it on PATH.".into(),
    })?;
    shown.state("starting");
    let mut args: Vec<OsString> = vec![
        "--config-path".into(),
        options.configuration.clone().into(),
        // Hot restart shares memory by a machine-wide number; we never use it.
        "--disable-hot-restart".into(),
        "--log-level".into(),
        "warning".into(),
    ];
    args.extend(options.arguments.iter().cloned());
    let launch = Launch {
        name: NAME,
        log: "envoy",
        program,
        args,
        env: vec![("HOME", home.clone().into())],
        dir: home,
        guard: Guard {
            signal: Signal::SIGKILL,
            user: None,
            pass_through: false,
        },
        stop: Signal::SIGTERM,
        grace: STOP_BOUND,
    };
    let process = Process::start(dir, launch).await?;
    let ready = format!("http://127.0.0.1:{}/ready", options.admin_port);
    #[allow(
        clippy::disallowed_methods,
        reason = "it asks the Envoy that it has just started"
    )]
    let asked = || async { reqwest::get(&ready).await?.error_for_status().map(drop) };
    process.until_ready(READY_BOUND, asked).await?;
    Ok(process)
}
