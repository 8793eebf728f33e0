//! What can go wrong with a server, told so that the reader knows what to do next.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use super::ports::Holder;

/// Why the servers could not be started or kept running. Every message ends in what to do.
#[derive(Debug, thiserror::Error)]
pub enum InfraError {
    /// A program that has to be run is installed nowhere we look.
    #[error("{binary} is not installed, and {part} needs it.\n  {advice}")]
    MissingBinary {
        /// The part that cannot start, as shown in the progress.
        part: &'static str,
        /// The program's file name.
        binary: String,
        /// What to do about it.
        advice: String,
    },
    /// Ports that the mesh publishes are held by other programs.
    #[error("{}", describe_taken(.0))]
    PortsTaken(Vec<TakenPort>),
    /// Another pfms holds the data directory.
    #[error(
        "{} is in use by another pfms{}.\n  Stop that one first, or give this one its own --data-dir.",
        .data_dir.display(), pid_note(*.pid)
    )]
    InUse {
        /// The contested directory.
        data_dir: PathBuf,
        /// The other process, when it could be read.
        pid: Option<u32>,
    },
    /// A server ended though nobody asked it to.
    #[error("{name} ended unexpectedly ({status}).{}\n  {advice}", log_note(.log, .tail))]
    Crashed {
        /// The part, as shown in the progress.
        name: &'static str,
        /// How it ended: an exit code or a signal.
        status: String,
        /// Where its whole log lies.
        log: PathBuf,
        /// Its last log lines.
        tail: Vec<String>,
        /// What to do about it.
        advice: &'static str,
    },
    /// A server runs but did not answer within its bound.
    #[error(
        "{name} did not become ready within {seconds} s: {reason}.{}\n  \
         Start again; if it stays so, look into the log.", log_note(.log, .tail)
    )]
    NotReady {
        /// The part, as shown in the progress.
        name: &'static str,
        /// The bound, in seconds.
        seconds: u64,
        /// What the last probe met.
        reason: String,
        /// Where its whole log lies.
        log: PathBuf,
        /// Its last log lines.
        tail: Vec<String>,
    },
    /// A server named by the environment does not answer.
    #[error(
        "{variable} names {endpoint}, which does not answer: {reason}.\n  \
         Start that server or correct {variable}; unset it to get a private server."
    )]
    Unreachable {
        /// The environment variable.
        variable: &'static str,
        /// Host and port, or what stands for them; never the password.
        endpoint: String,
        /// What the attempt met.
        reason: String,
    },
    /// PostgreSQL's data were written by another major version than any that is installed.
    #[error(
        "{} was created by PostgreSQL {found}, which is not installed (installed: {installed}).\n  \
         Install postgresql-{found}, or delete that directory to begin anew with no data.", .data.display()
    )]
    DatabaseVersion {
        /// The cluster's directory.
        data: PathBuf,
        /// The version that wrote it.
        found: String,
        /// The versions that are installed.
        installed: String,
    },
    /// PostgreSQL refuses to run as root, and there is no account to run it as.
    #[error(
        "PostgreSQL does not run as root, and there is no account named postgres to run it as.\n  \
         Create one (useradd --system postgres), or run pfms as an ordinary user."
    )]
    NoPostgresAccount,
    /// The operating system refused something.
    #[error("cannot {action} {}: {source}{}", .path.display(), io_advice(.source))]
    Io {
        /// What was attempted, as an infinitive.
        action: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl InfraError {
    /// Gives an operating-system error its file and purpose; for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

/// A published port that somebody else listens on.
#[derive(Debug)]
pub struct TakenPort {
    /// Who wanted it.
    pub part: String,
    /// The port.
    pub port: u16,
    /// Who has it, when /proc tells.
    pub holder: Option<Holder>,
}

fn describe_taken(taken: &[TakenPort]) -> String {
    let mut text = String::new();
    for TakenPort { part, port, holder } in taken {
        let by = match holder {
            Some(holder) => format!("process {} ({})", holder.pid, holder.command),
            None => "another program (of another user, so its name is hidden)".into(),
        };
        let _ = writeln!(text, "port {port}, which {part} needs, is taken by {by}.");
    }
    let mut pids: Vec<_> = taken
        .iter()
        .filter_map(|t| Some(t.holder.as_ref()?.pid.to_string()))
        .collect();
    pids.sort_unstable();
    pids.dedup();
    text.push_str("  Stop it and start again");
    if !pids.is_empty() {
        let _ = write!(text, " (kill {})", pids.join(" "));
    }
    text.push('.');
    text
}

fn pid_note(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

fn log_note(log: &Path, tail: &[String]) -> String {
    let mut text = format!("\n  The end of {}:", log.display());
    if tail.is_empty() {
        text.push_str(" (nothing was logged)");
    }
    for line in tail {
        text.push_str("\n  | ");
        text.push_str(line);
    }
    text
}

fn io_advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            ".\n  It may have been made by another user, for example by a run as root: \
             remove it, or choose another --data-dir."
        }
        io::ErrorKind::StorageFull => ".\n  Free some disk space and start again.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_ports_name_the_holder_and_the_remedy() {
        let text = InfraError::PortsTaken(vec![
            TakenPort {
                part: "the edge".into(),
                port: 3000,
                holder: Some(Holder {
                    pid: 42,
                    command: "node server.js".into(),
                }),
            },
            TakenPort {
                part: "auth".into(),
                port: 3001,
                holder: None,
            },
        ])
        .to_string();
        assert!(text.contains("port 3000, which the edge needs, is taken by process 42 (node server.js)"));
        assert!(text.contains("port 3001, which auth needs"));
        assert!(text.contains("kill 42"));
    }
}
