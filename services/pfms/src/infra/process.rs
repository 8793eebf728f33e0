//! One supervised server: started, watched, stopped.

use std::ffi::OsString;
use std::fmt::Display;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep, timeout};

use super::data_dir::DataDir;
use super::error::InfraError;
use super::guard::Guard;
use super::log;

const POLL: Duration = Duration::from_millis(20);
/// How long after SIGKILL a process may still be in the kernel.
const KILL_BOUND: Duration = Duration::from_secs(2);

/// How a server is run.
pub(crate) struct Launch {
    /// The part, as shown to people.
    pub(crate) name: &'static str,
    /// The name of its log file.
    pub(crate) log: &'static str,
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<OsString>,
    /// The whole environment beside PATH: nothing else is inherited, so that a stray PGDATA or
    /// `RABBITMQ_NODENAME` of the caller changes nothing.
    pub(crate) env: Vec<(&'static str, OsString)>,
    /// The working directory; by it the process is found again after a crash of ours.
    pub(crate) dir: PathBuf,
    pub(crate) guard: Guard,
    /// The signal that asks for an orderly end.
    pub(crate) stop: Signal,
    /// How long the orderly end may take before SIGKILL.
    pub(crate) grace: Duration,
}

/// A running server in a process group of its own. Dropped without [`Process::stop`], it is told to end
/// and not waited for.
pub struct Process {
    name: &'static str,
    pid: Pid,
    log: PathBuf,
    exit: watch::Receiver<Option<ExitStatus>>,
    stop: Signal,
    grace: Duration,
}

impl Process {
    pub(crate) async fn start(dir: &DataDir, launch: Launch) -> Result<Self, InfraError> {
        let (log, output) = dir.new_log(launch.log)?;
        let mut child = spawn(&launch, output)
            .await
            .map_err(InfraError::io("run", &launch.program))?;
        let pid = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .map(Pid::from_raw);
        let pid = pid.ok_or_else(|| io::Error::other("it ended at once"));
        let pid = pid.map_err(InfraError::io("run", &launch.program))?;
        let (ended, exit) = watch::channel(None);
        tokio::spawn(async move {
            if let Ok(status) = child.wait().await {
                let _ = ended.send(Some(status));
            }
        });
        Ok(Self {
            name: launch.name,
            pid,
            log,
            exit,
            stop: launch.stop,
            grace: launch.grace,
        })
    }

    /// Resolves when the process ends by itself, to an error that names it and shows its last log lines.
    /// The future borrows nothing; drop it before stopping the process.
    pub fn failed(&self) -> impl Future<Output = InfraError> + Send + use<> {
        let (name, log, mut exit) = (self.name, self.log.clone(), self.exit.clone());
        async move {
            let status = wait(&mut exit).await;
            let tail = log::tail(&log);
            let advice = log::advice(&tail);
            InfraError::Crashed {
                name,
                status: describe(status),
                log,
                tail,
                advice,
            }
        }
    }

    /// Waits until `probe` succeeds. Fails when the process ends first, or after `bound`.
    pub(crate) async fn until_ready<F, E>(
        &self,
        bound: Duration,
        probe: impl Fn() -> F,
    ) -> Result<(), InfraError>
    where
        F: Future<Output = Result<(), E>>,
        E: Display,
    {
        let deadline = Instant::now() + bound;
        let probing = async {
            loop {
                let left = deadline.saturating_duration_since(Instant::now());
                let reason = match timeout(left, probe()).await {
                    Ok(Ok(())) => return Ok(()),
                    Ok(Err(error)) => error.to_string(),
                    Err(_) => "it accepts connections but does not answer".to_owned(),
                };
                if Instant::now() >= deadline {
                    return Err(reason);
                }
                sleep(POLL).await;
            }
        };
        tokio::select! {
            crash = self.failed() => Err(crash),
            outcome = probing => outcome.map_err(|reason| InfraError::NotReady {
                name: self.name,
                seconds: bound.as_secs(),
                reason,
                log: self.log.clone(),
                tail: log::tail(&self.log),
            }),
        }
    }

    /// Waits for a process that is meant to end by itself. Any end but success is a crash.
    pub(crate) async fn until_done(self) -> Result<(), InfraError> {
        let status = wait(&mut self.exit.clone()).await;
        if status.is_some_and(|status| status.success()) {
            Ok(())
        } else {
            Err(self.failed().await)
        }
    }

    /// Asks the process to end, and after its bound kills it. Returns when it has ended.
    pub async fn stop(self) {
        let mut exit = self.exit.clone();
        self.signal(self.stop);
        if timeout(self.grace, wait(&mut exit)).await.is_err() {
            let _ = killpg(self.pid, Signal::SIGKILL);
            let _ = timeout(KILL_BOUND, wait(&mut exit)).await;
        }
    }

    fn signal(&self, signal: Signal) {
        // Once reaped, the number may belong to somebody else.
        if self.exit.borrow().is_none() {
            let _ = kill(self.pid, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(self.stop);
    }
}

async fn wait(exit: &mut watch::Receiver<Option<ExitStatus>>) -> Option<ExitStatus> {
    exit.wait_for(Option::is_some)
        .await
        .ok()
        .and_then(|status| *status)
}

fn describe(status: Option<ExitStatus>) -> String {
    status.map_or_else(|| "its end was not seen".to_owned(), |status| status.to_string())
}

async fn spawn(launch: &Launch, output: File) -> io::Result<Child> {
    let errors = output.try_clone()?;
    let mut command = guarded(launch.guard, &launch.program);
    command
        .args(&launch.args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(launch.env.iter().map(|(key, value)| (key, value)))
        .current_dir(&launch.dir)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .process_group(0);
    spawn_lasting(command).await
}

/// A command that runs `program` tied to this process.
pub(crate) fn guarded(guard: Guard, program: &Path) -> Command {
    Command::from(guard.command(program))
}

/// Spawns from a thread that lasts as long as the process does: the kernel counts the end of the spawning
/// *thread* as the parent's death, and a runtime's threads come and go.
pub(crate) async fn spawn_lasting(command: Command) -> io::Result<Child> {
    type Request = (Command, Handle, oneshot::Sender<io::Result<Child>>);
    static SPAWNER: OnceLock<mpsc::Sender<Request>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (requests, queue) = mpsc::channel::<Request>();
        std::thread::spawn(move || {
            for (mut command, runtime, reply) in queue {
                let _inside = runtime.enter();
                let _ = reply.send(command.spawn());
            }
        });
        requests
    });
    let (reply, answer) = oneshot::channel();
    let gone = || io::Error::other("the spawning thread is gone");
    spawner
        .send((command, Handle::current(), reply))
        .map_err(|_| gone())?;
    answer.await.map_err(|_| gone())?
}
