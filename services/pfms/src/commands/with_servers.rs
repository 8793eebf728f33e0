//! `pfms with-servers`: a command with private servers around it, such as the tests.

use std::error::Error;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Child;

use super::signals::Signals;
use crate::infra::guard::Guard;
use crate::infra::process::{guarded, spawn_lasting};
use crate::infra::{Infra, InfraOptions, Urls, end_leftovers};
use crate::progress::Progress;

/// What to run, and where its servers keep their data.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the servers keep their data and logs; without it a temporary directory, removed at the end
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// The command and its arguments
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

/// Runs the command; its exit code is ours, 128 and the signal's number when a signal ended it.
///
/// # Errors
/// When the servers or the command cannot be started, or a server ends before the command.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let mut signals = Signals::listen()?;
    let temporary = match &args.data_dir {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("pfms-").tempdir()?),
    };
    let data_dir = match (&args.data_dir, &temporary) {
        (Some(given), _) => given.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => return Err("there is no directory for the servers".into()),
    };
    let outcome = run_in(&data_dir, &args.command, &mut signals).await;
    // Also when the start was cut short: a directory in use cannot be removed.
    end_leftovers(&data_dir).await;
    outcome
}

async fn run_in(
    data_dir: &Path,
    command: &[OsString],
    signals: &mut Signals,
) -> Result<ExitCode, Box<dyn Error>> {
    let options = InfraOptions {
        data_dir: data_dir.to_owned(),
        ..InfraOptions::default()
    };
    let progress = Progress::stderr();
    let infra = tokio::select! {
        infra = Infra::start(&options, &progress) => infra?,
        signal = signals.next() => return Ok(exit_code(128 + signal as i32)),
    };
    progress.note("");
    let outcome = match start(command, infra.urls(), infra.rabbitmqctl()).await {
        Ok(mut child) => tokio::select! {
            status = attend(&mut child, signals) => status.map_err(Into::into),
            failure = infra.failed() => Err(failure.into()),
        },
        Err(error) => Err(error),
    };
    infra.stop().await;
    outcome.map(|status: ExitStatus| {
        exit_code(
            status
                .code()
                .unwrap_or_else(|| 128 + status.signal().unwrap_or_default()),
        )
    })
}

/// Started in our own process group, so that it may use the terminal, and tied to us like a server.
async fn start(
    command: &[OsString],
    urls: &Urls,
    rabbitmqctl: Option<PathBuf>,
) -> Result<Child, Box<dyn Error>> {
    let (program, arguments) = command.split_first().ok_or("no command is given")?;
    let guard = Guard {
        signal: Signal::SIGTERM,
        user: None,
        pass_through: false,
    };
    let mut guarded = guarded(guard, Path::new(program));
    guarded
        .args(arguments)
        .env("DATABASE_URL", &urls.database_url)
        .env("REDIS_URL", &urls.redis_url)
        .env("AMQP_URL", &urls.amqp_url)
        .envs(rabbitmqctl.map(|path| ("RABBITMQCTL", path)))
        .kill_on_drop(true);
    spawn_lasting(guarded)
        .await
        .map_err(|error| format!("cannot start the command: {error}").into())
}

/// Waits for the command, handing on the signals that it does not get from the terminal itself.
async fn attend(child: &mut Child, signals: &mut Signals) -> std::io::Result<ExitStatus> {
    loop {
        let signal = tokio::select! {
            status = child.wait() => return status,
            signal = signals.next() => signal,
        };
        let from_terminal = signal == Signal::SIGINT && std::io::stdin().is_terminal();
        let pid = child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = pid.filter(|_| !from_terminal) {
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}

fn exit_code(code: i32) -> ExitCode {
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
