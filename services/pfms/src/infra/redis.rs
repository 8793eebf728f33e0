//! A private Redis. It mirrors sessions and counts requests, all of which may be lost: nothing is persisted.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::binaries;
use super::data_dir::{DataDir, write_private};
use super::error::InfraError;
use super::guard::Guard;
use super::process::{Launch, Process};
use crate::progress::Part;

const NAME: &str = "Redis";
const READY_BOUND: Duration = Duration::from_secs(20);
const STOP_BOUND: Duration = Duration::from_secs(5);

/// Starts the server. Gives its URL.
pub(crate) async fn start(dir: &DataDir, port: u16, shown: &Part) -> Result<(String, Process), InfraError> {
    let home = dir.part("redis")?;
    let program = binaries::require(NAME, "redis-server", "redis-server", "REDIS_URL")?;
    let password = dir.secret("redis")?;
    let configuration = home.join("redis.conf");
    write_private(&configuration, &render(port, &password))?;

    shown.state("starting");
    let launch = Launch {
        name: NAME,
        log: "redis",
        program,
        args: vec![configuration.into()],
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
    process
        .until_ready(READY_BOUND, || probe(port, &password))
        .await?;
    Ok((format!("redis://:{password}@127.0.0.1:{port}/0"), process))
}

/// The password goes through a file, since arguments are visible to everyone.
fn render(port: u16, password: &str) -> String {
    // Rather refuse a write than silently forget a session or a revocation: hence noeviction.
    format!(
        "bind 127.0.0.1\nport {port}\nrequirepass {password}\ndaemonize no\nsave \"\"\nappendonly no\n\
         maxmemory 256mb\nmaxmemory-policy noeviction\n"
    )
}

async fn probe(port: u16, password: &str) -> std::io::Result<()> {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).await?;
    connection
        .write_all(format!("AUTH {password}\r\nPING\r\n").as_bytes())
        .await?;
    let expected = b"+OK\r\n+PONG\r\n";
    let mut answer = [0; 12];
    connection.read_exact(&mut answer).await?;
    if &answer == expected {
        Ok(())
    } else {
        Err(std::io::Error::other("it does not accept our password"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listens_on_loopback_with_a_password_and_persists_nothing() {
        let text = render(20_100, "secret");
        for line in [
            "bind 127.0.0.1",
            "port 20100",
            "requirepass secret",
            "save \"\"",
            "appendonly no",
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "{line} is missing in {text}"
            );
        }
    }
}
