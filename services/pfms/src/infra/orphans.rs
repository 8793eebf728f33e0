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
const SERVERS: &[&str] =
    &["postgres", "initdb", "redis-server", "beam.smp", "epmd", "erl_child_setup", "inet_gethost", "envoy"];
const POLL: Duration = Duration::from_millis(20);

/// Ends leftover servers below `dir`: asks with `signal`, and after `grace` kills. Returns when they are gone.
pub(crate) async fn end(dir: &Path, signal: Signal, grace: Duration) {
    for leader in leaders(&below(dir)) {
        let _ = kill(leader, signal);
    }
    let deadline = Instant::now() + grace;
    while !below(dir).is_empty() && Instant::now() < deadline {
        sleep(POLL).await;
    }
    for pid in below(dir).into_keys() {
        let _ = kill(pid, Signal::SIGKILL);
    }
    let deadline = Instant::now() + Duration::from_secs(2);
    while !below(dir).is_empty() && Instant::now() < deadline {
        sleep(POLL).await;
    }
}

/// Our servers that run below a directory, with their parents. Empty where there is no /proc.
fn below(dir: &Path) -> HashMap<Pid, Pid> {
    let Ok(dir) = dir.canonicalize() else { return HashMap::new() };
    let process = |entry: fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let cwd = fs::read_link(entry.path().join("cwd")).ok()?;
        let (name, parent) = parse_stat(&fs::read_to_string(entry.path().join("stat")).ok()?)?;
        (cwd.starts_with(&dir) && SERVERS.contains(&name.as_str()))
            .then_some((Pid::from_raw(pid), Pid::from_raw(parent)))
    };
    fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(process).collect()
}

/// Those whose parent is not among them: they end their own children.
fn leaders(processes: &HashMap<Pid, Pid>) -> Vec<Pid> {
    processes.iter().filter(|(_, parent)| !processes.contains_key(parent)).map(|(pid, _)| *pid).collect()
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
        assert_eq!(parse_stat("7 (a) b (c)) S 3 7 7 0"), Some(("a) b (c)".to_owned(), 3)));
        assert_eq!(parse_stat("nonsense"), None);
    }

    #[test]
    fn only_leaders_are_asked() {
        let pid = Pid::from_raw;
        let family = HashMap::from([(pid(10), pid(1)), (pid(11), pid(10)), (pid(12), pid(10))]);
        assert_eq!(leaders(&family), [pid(10)]);
    }
}
