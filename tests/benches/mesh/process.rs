//! What processes use, from /proc.

use std::collections::{BTreeMap, HashMap};
use std::fs;

use crate::Result;

/// The group of the mesh's own process.
pub const MESH: &str = "pfms";
/// The group of this process and what it runs.
pub const LOAD: &str = "load generator";
/// A figure for each group of processes, by the group's name.
pub type Usage = BTreeMap<&'static str, f64>;
/// Linux counts processor time in hundredths of a second.
const TICKS_PER_SECOND: f64 = 100.0;

struct Process {
    parent: u32,
    name: String,
    /// Own processor time and that of children that have ended.
    ticks: u64,
}

/// Processor seconds so far of the mesh's process, its servers, and this process with what it runs.
pub fn processor_seconds(mesh: u32) -> Result<Usage> {
    sum(mesh, |_, process| process.ticks as f64 / TICKS_PER_SECOND)
}

/// MiB of resident memory, by group. Memory that processes share is counted for each of them: `PostgreSQL`'s
/// figure is an upper bound.
pub fn resident_mib(mesh: u32) -> Result<Usage> {
    sum(mesh, |pid, _| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let kib = status.lines().find_map(|line| {
            let rest = line.strip_prefix("VmRSS:")?;
            rest.split_whitespace().next()?.parse::<f64>().ok()
        });
        // A process that has just ended uses nothing.
        kib.unwrap_or(0.0) / 1024.0
    })
}

/// What was used between two readings.
pub fn between(before: &Usage, after: &Usage) -> Usage {
    let used =
        |(group, seconds): (&&'static str, &f64)| (*group, seconds - before.get(group).unwrap_or(&0.0));
    after.iter().map(used).collect()
}

fn sum(mesh: u32, figure: impl Fn(u32, &Process) -> f64) -> Result<Usage> {
    let all = all()?;
    let mut usage = Usage::new();
    for (pid, process) in &all {
        if let Some(group) = group(&all, *pid, mesh) {
            *usage.entry(group).or_default() += figure(*pid, process);
        }
    }
    Ok(usage)
}

/// By the name of the process, or of its closest ancestor that is known; none outside of this run.
fn group(all: &HashMap<u32, Process>, pid: u32, mesh: u32) -> Option<&'static str> {
    if pid == mesh {
        return Some(MESH);
    }
    if pid == std::process::id() {
        return Some(LOAD);
    }
    let process = all.get(&pid)?;
    let above = group(all, process.parent, mesh)?;
    Some(match process.name.as_str() {
        "postgres" => "PostgreSQL",
        "redis-server" => "Redis",
        "envoy" => "Envoy",
        name if name.starts_with("beam") || name.starts_with("epmd") => "RabbitMQ",
        _ => above,
    })
}

fn all() -> Result<HashMap<u32, Process>> {
    let mut all = HashMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // It may have ended since.
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        all.extend(parse(&stat).map(|process| (pid, process)));
    }
    Ok(all)
}

/// Reads /proc/…/stat: `pid (name) state parent …`, where the name may hold anything.
fn parse(stat: &str) -> Option<Process> {
    let (before, after) = stat.rsplit_once(')')?;
    let (_, name) = before.split_once('(')?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = fields
        .get(11..15)?
        .iter()
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        name: name.to_owned(),
        ticks,
    })
}
