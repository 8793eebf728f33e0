//! Programs that live no longer than the test.
#![allow(clippy::disallowed_types, reason = "tests start programs")]

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;

/// The program under test, beside the test programs: cargo names it only to tests of its own crate.
pub fn pfms() -> PathBuf {
    let test = std::env::current_exe().expect("a program knows its path");
    let folder = test
        .ancestors()
        .nth(2)
        .expect("tests are in target/<profile>/deps");
    let path = folder.join("pfms");
    assert!(
        path.is_file(),
        "{} is missing: run `make test`, or `cargo build -p pfms` first",
        path.display()
    );
    path
}

/// The folder that cargo builds into.
pub fn target() -> PathBuf {
    let pfms = pfms();
    pfms.ancestors()
        .nth(2)
        .expect("the program is in target/<profile>")
        .to_owned()
}

/// A running program. The kernel kills it when this process ends, however that happens.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program that logs to a file.
    pub fn start(
        program: &Path,
        arguments: &[impl AsRef<OsStr>],
        environment: &[(String, String)],
        log: &Path,
    ) -> Self {
        let open = || {
            let file = OpenOptions::new().create(true).append(true).open(log);
            file.unwrap_or_else(|error| panic!("{}: {error}", log.display()))
        };
        let mut command = Command::new(pfms());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PFMS_")) {
            command.env_remove(name);
        }
        // `supervised` asks the kernel for the signal, then becomes the program: the process id stays.
        command
            .args(["supervised", "--parent", &std::process::id().to_string()])
            .args(["--signal", "SIGKILL", "--"])
            .arg(program)
            .args(arguments)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(open())
            .stderr(open());
        Self {
            child: spawn(command),
            log: log.to_owned(),
        }
    }

    /// Panics with the end of the log when the program has ended.
    pub fn require_running(&mut self) {
        if let Some(status) = self.child.try_wait().expect("the process can be asked") {
            panic!("ended with {status}:\n{}", tail(&self.log));
        }
    }

    /// Waits for a program that is meant to end by itself.
    pub fn succeed(mut self) {
        let status = self.child.wait().expect("the process can be waited for");
        assert!(status.success(), "{status}:\n{}", tail(&self.log));
    }
}

impl Drop for Process {
    /// SIGKILL: nothing is tidied up, as when a machine fails.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The last lines of a log.
pub fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

/// Spawns from a thread that never ends: the kernel takes the end of the spawning thread for its parent's death,
/// and each test has a thread of its own.
fn spawn(command: Command) -> Child {
    type Request = (Command, mpsc::Sender<std::io::Result<Child>>);
    static SPAWNER: OnceLock<mpsc::Sender<Request>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (requests, queue) = mpsc::channel::<Request>();
        std::thread::spawn(move || {
            for (mut command, reply) in queue {
                let _ = reply.send(command.spawn());
            }
        });
        requests
    });
    let (reply, answer) = mpsc::channel();
    spawner.send((command, reply)).expect("the thread never ends");
    answer
        .recv()
        .expect("the thread answers")
        .expect("the program can be run")
}
