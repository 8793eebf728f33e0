//! Servers left over from a run that was killed. They are known by what they are and where they run:
//! every server's working directory is its own directory under the data directory.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{Instant, sleep};

/// The programs we start and those they start; a shell that stands in the directory is not ours.
const SERVERS: &[&str] = &[
    "postgres",
    "initdb",
    "redis-server",
    "beam.smp",
    "epmd",
    "erl_child_setup",
    "inet_gethost",
    "envoy",
];
/// How long an orderly end may take.
const GRACE: Duration = Duration::from_secs(15);
const KILL_BOUND: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(20);

/// Ends leftover servers below `dir`: asks, and after a bound kills. Returns when they are gone. The caller
/// holds the directory's lock, so that no other pfms has a use for them.
pub(crate) async fn end(dir: &Path) {
    for (pid, server) in leaders(&below(dir)) {
        // PostgreSQL takes SIGTERM as "when all clients have left".
        let signal = if server.name == "postgres" {
            Signal::SIGINT
        } else {
            Signal::SIGTERM
        };
        let _ = kill(pid, signal);
    }
    until_gone(dir, GRACE).await;
    for pid in below(dir).into_keys() {
        let _ = kill(pid, Signal::SIGKILL);
    }
    until_gone(dir, KILL_BOUND).await;
}

async fn until_gone(dir: &Path, bound: Duration) {
    let deadline = Instant::now() + bound;
    while !below(dir).is_empty() && Instant::now() < deadline {
        sleep(POLL).await;
    }
}

/// A running server of ours.
struct Server {
    name: String,
    parent: Pid,
}

/// Our servers that run below a directory. Empty where there is no /proc.
fn below(dir: &Path) -> HashMap<Pid, Server> {
    let Ok(dir) = dir.canonicalize() else {
        return HashMap::new();
    };
    let process = |entry: fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let cwd = fs::read_link(entry.path().join("cwd")).ok()?;
        let (name, parent) = parse_stat(&fs::read_to_string(entry.path().join("stat")).ok()?)?;
        (cwd.starts_with(&dir) && SERVERS.contains(&name.as_str())).then(|| {
            (
                Pid::from_raw(pid),
                Server {
                    name,
                    parent: Pid::from_raw(parent),
                },
            )
        })
    };
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(process)
        .collect()
}

/// Those whose parent is not among them: they end their own children.
fn leaders(servers: &HashMap<Pid, Server>) -> Vec<(Pid, &Server)> {
    let leads = |server: &Server| !servers.contains_key(&server.parent);
    servers
        .iter()
        .filter(|(_, server)| leads(server))
        .map(|(pid, server)| (*pid, server))
        .collect()
}

/// Name and parent from /proc/<pid>/stat, whose second field may hold spaces and parentheses.
fn parse_stat(stat: &str) -> Option<(String, i32)> {
    let (head, rest) = stat.rsplit_once(") ")?;
    let (_, name) = head.split_once(" (")?;
    Some((name.to_owned(), rest.split_whitespace().nth(1)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_with_parentheses() {
        assert_eq!(
            parse_stat("7 (a) b (c)) S 3 7 7 0"),
            Some(("a) b (c)".to_owned(), 3))
        );
        assert_eq!(parse_stat("nonsense"), None);
    }

    #[test]
    fn only_leaders_are_asked() {
        let pid = Pid::from_raw;
        let child_of = |parent| Server {
            name: "postgres".into(),
            parent: pid(parent),
        };
        let family = HashMap::from([
            (pid(10), child_of(1)),
            (pid(11), child_of(10)),
            (pid(12), child_of(10)),
        ]);
        let asked: Vec<_> = leaders(&family).into_iter().map(|(pid, _)| pid).collect();
        assert_eq!(asked, [pid(10)]);
    }
}
