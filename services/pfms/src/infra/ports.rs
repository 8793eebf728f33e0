//! Ports: those of private servers, chosen once and kept; those the mesh publishes, which must be free.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};

use rand::Rng as _;

use super::error::{InfraError, TakenPort};

/// Below the range that Linux hands to outgoing connections, so that a kept port is still free next time.
const PRIVATE: std::ops::Range<u16> = 20_000..32_000;
/// Attempts at finding a free port in a range that is nearly empty.
const ATTEMPTS: usize = 200;

/// The process that listens on a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// Its command line, cut to a readable length.
    pub command: String,
}

/// The private servers' ports by name, as kept in the data directory, a `name=port` per line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ports(BTreeMap<String, u16>);

impl Ports {
    /// Reads the kept form. A line that is not `name=port` is dropped: its port is chosen anew.
    pub(crate) fn parse(text: &str) -> Self {
        let entry = |line: &str| {
            let (name, port) = line.split_once('=')?;
            let port = port.trim().parse().ok().filter(|port| *port > 0)?;
            Some((name.trim().to_owned(), port))
        };
        Self(text.lines().filter_map(entry).collect())
    }

    /// The kept form.
    pub(crate) fn render(&self) -> String {
        let lines: Vec<_> = self
            .0
            .iter()
            .map(|(name, port)| format!("{name}={port}"))
            .collect();
        lines.join("\n")
    }

    /// The kept port of a server if it is free, and otherwise a new one, which is kept from now on.
    pub(crate) fn claim(&mut self, name: &str) -> io::Result<u16> {
        if let Some(port) = self
            .0
            .get(name)
            .copied()
            .filter(|port| is_free(Ipv4Addr::LOCALHOST, *port))
        {
            return Ok(port);
        }
        #[allow(clippy::disallowed_methods, reason = "a port is no secret")]
        let mut random = rand::rng();
        let port = (0..ATTEMPTS)
            .map(|_| random.random_range(PRIVATE))
            .find(|port| !self.0.values().any(|kept| kept == port) && is_free(Ipv4Addr::LOCALHOST, *port))
            .ok_or_else(|| io::Error::other("no free port between 20000 and 32000"))?;
        self.0.insert(name.to_owned(), port);
        Ok(port)
    }
}

fn is_free(address: Ipv4Addr, port: u16) -> bool {
    TcpListener::bind((address, port)).is_ok()
}

/// Checks that ports which the mesh publishes are free.
///
/// # Errors
/// [`InfraError::PortsTaken`] names every taken port at once, with its holder where /proc tells.
pub fn require_free(published: &[(&str, u16)]) -> Result<(), InfraError> {
    let taken: Vec<_> = published
        .iter()
        .filter(|(_, port)| !is_free(Ipv4Addr::UNSPECIFIED, *port))
        .map(|(part, port)| TakenPort {
            part: (*part).to_owned(),
            port: *port,
            holder: holder(*port),
        })
        .collect();
    if taken.is_empty() {
        Ok(())
    } else {
        Err(InfraError::PortsTaken(taken))
    }
}

/// The process that listens on a TCP port of any local address, when we may see it.
pub(crate) fn holder(port: u16) -> Option<Holder> {
    let mut inodes = HashSet::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        inodes.extend(listening_inodes(
            &fs::read_to_string(table).unwrap_or_default(),
            port,
        ));
    }
    let sockets: HashSet<String> = inodes.iter().map(|inode| format!("socket:[{inode}]")).collect();
    for process in fs::read_dir("/proc").ok()?.flatten() {
        let Some(pid) = process.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let Ok(descriptors) = fs::read_dir(process.path().join("fd")) else {
            continue;
        };
        let holds = descriptors
            .flatten()
            .filter_map(|descriptor| fs::read_link(descriptor.path()).ok())
            .any(|target| target.to_str().is_some_and(|target| sockets.contains(target)));
        if holds {
            let command = fs::read(process.path().join("cmdline")).unwrap_or_default();
            return Some(Holder {
                pid,
                command: readable_command(&command),
            });
        }
    }
    None
}

/// The inodes of sockets listening on `port`, from the text of /proc/net/tcp or tcp6.
fn listening_inodes(table: &str, port: u16) -> Vec<String> {
    let suffix = format!(":{port:04X}");
    let row = |line: &str| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
        (local.ends_with(&suffix) && *state == "0A").then(|| (*inode).to_owned())
    };
    table.lines().filter_map(row).collect()
}

fn readable_command(cmdline: &[u8]) -> String {
    String::from_utf8_lossy(cmdline)
        .trim_end_matches('\0')
        .replace('\0', " ")
        .chars()
        .take(80)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_ports_survive_a_round_trip() {
        let ports = Ports::parse("postgres=20001\nredis = 20002\n");
        assert_eq!(ports.render(), "postgres=20001\nredis=20002");
        assert_eq!(Ports::parse(&ports.render()), ports);
    }

    #[test]
    fn lines_that_are_not_ports_are_dropped() {
        let ports = Ports::parse("postgres=70000\nredis=0\nnonsense\n=\nrabbitmq=x\nepmd=21000");
        assert_eq!(ports.render(), "epmd=21000");
    }

    #[test]
    fn a_taken_port_is_replaced_and_the_new_one_kept() {
        let holding = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let taken = holding.local_addr().unwrap().port();
        let mut ports = Ports::parse(&format!("redis={taken}"));
        let chosen = ports.claim("redis").unwrap();
        assert_ne!(chosen, taken);
        assert!(PRIVATE.contains(&chosen));
        assert_eq!(Ports::parse(&ports.render()).0.get("redis"), Some(&chosen));
    }

    #[test]
    fn listening_sockets_are_told_from_others() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode\n\
             0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 111 1\n\
             1: 0100007F:0BB8 0100007F:9999 01 00000000:00000000 00:00000000 00000000 0 0 222 1\n\
             2: 0100007F:0BB9 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 333 1\n";
        assert_eq!(listening_inodes(table, 3000), ["111"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_taken_published_port_names_this_process() {
        let holding = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = holding.local_addr().unwrap().port();
        let error = require_free(&[("the edge", port)]).unwrap_err();
        assert!(
            error
                .to_string()
                .contains(&format!("process {}", std::process::id())),
            "{error}"
        );
        drop(holding);
        require_free(&[("the edge", port)]).unwrap();
    }
}
