//! A mesh of its own for this run: `pfms up` of the release build, on an empty data directory.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use pfms_runtime::secrets::MasterKey;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use tempfile::TempDir;

use crate::process::{self, LOAD, Usage};
use crate::{Result, say};

/// The mesh's ports are the usual ones and this.
const PORT_OFFSET: u16 = 10_000;
/// Connections per service: enough to keep commits flowing together, far fewer than clients.
pub const CONNECTIONS: u32 = 32;
/// The slowest start that is waited for.
const START_BOUND: Duration = Duration::from_mins(3);
/// How long the backlog of a measurement may take to drain.
const SETTLE_BOUND: Duration = Duration::from_mins(2);
/// Processor use, as a share of one core, below which the mesh counts as at rest.
const REST: f64 = 0.15;
/// How long it has to be so, twice.
const REST_TIME: Duration = Duration::from_millis(300);

/// The running mesh; stopped when dropped.
pub struct Mesh {
    child: Child,
    dir: TempDir,
    port_offset: u16,
    /// The key that its secrets are derived from.
    pub master_key: MasterKey,
}

impl Mesh {
    /// Starts it twice: commit times, which [`crate::hops`] reads, are kept only when the server starts so.
    pub async fn start() -> Result<Self> {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let key = "5e".repeat(32);
        let child = spawn(dir.path(), &key)?;
        let master_key = MasterKey::parse(&key)?;
        let mut mesh = Self {
            child,
            dir,
            port_offset: PORT_OFFSET,
            master_key,
        };
        let mut admin = mesh.admin().await?;
        sqlx::query("ALTER SYSTEM SET track_commit_timestamp = on")
            .execute(&mut admin)
            .await?;
        admin.close().await?;
        mesh.end()?;
        let started = Instant::now();
        mesh.child = spawn(mesh.dir.path(), &key)?;
        say(&format!(
            "the second start took {:.1} s",
            started.elapsed().as_secs_f64()
        ));
        Ok(mesh)
    }

    /// The mesh's process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A service's own address.
    pub fn service(&self, port: u16) -> String {
        format!("http://127.0.0.1:{}", port + self.port_offset)
    }

    /// A port that it publishes.
    pub fn published(&self, port: u16) -> u16 {
        port + self.port_offset
    }

    /// Its data directory.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// The edge's address.
    pub fn edge(&self) -> String {
        self.service(3000)
    }

    /// The broker's URL.
    pub fn broker_url(&self) -> Result<String> {
        Ok(format!(
            "amqp://pfms:{}@127.0.0.1:{}/%2f",
            self.secret("rabbitmq")?,
            self.port("rabbitmq")?
        ))
    }

    /// The superuser's URL of a database.
    pub fn database_url(&self, database: &str) -> Result<String> {
        let (password, port) = (self.secret("postgres")?, self.port("postgres")?);
        Ok(format!("postgres://pfms:{password}@127.0.0.1:{port}/{database}"))
    }

    /// A superuser's connection to the mesh's database.
    pub async fn admin(&self) -> Result<PgConnection> {
        Ok(PgConnection::connect(&self.database_url("postgres")?).await?)
    }

    /// Waits until no event is on its way and the processes rest, so that no measurement pays for the one before.
    pub async fn settle(&self) -> Result<()> {
        let mut admin = self.admin().await?;
        let started = Instant::now();
        let mut calm = 0;
        while calm < 2 {
            if started.elapsed() > SETTLE_BOUND {
                return Err("the mesh does not come to rest".into());
            }
            let before = process::processor_seconds(self.pid())?;
            tokio::time::sleep(REST_TIME).await;
            let used = process::between(&before, &process::processor_seconds(self.pid())?);
            let busy: f64 = used
                .iter()
                .filter(|(group, _)| **group != LOAD)
                .map(|(_, seconds)| seconds)
                .sum();
            let rests = busy < REST * REST_TIME.as_secs_f64() && waiting_events(&mut admin).await? == 0;
            calm = if rests { calm + 1 } else { 0 };
        }
        admin.close().await?;
        Ok(())
    }

    /// MiB of resident memory, by group of processes.
    pub fn resident(&self) -> Result<Usage> {
        process::resident_mib(self.pid())
    }

    /// Stops it in an orderly way.
    pub fn stop(mut self) -> Result<()> {
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGINT)?;
        self.child.wait()?;
        Ok(())
    }

    fn secret(&self, name: &str) -> Result<String> {
        Ok(fs::read_to_string(self.dir.path().join("secrets").join(name))?
            .trim()
            .to_owned())
    }

    fn port(&self, name: &str) -> Result<String> {
        let ports = fs::read_to_string(self.dir.path().join("ports"))?;
        let port = ports
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        Ok(port.ok_or("a server's port is not known")?.to_owned())
    }
}

impl Drop for Mesh {
    fn drop(&mut self) {
        // After `stop` there is nothing left to end.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.end();
        }
    }
}

async fn waiting_events(admin: &mut PgConnection) -> Result<i64> {
    let schemas = sqlx::query("SELECT schemaname::text FROM pg_tables WHERE tablename = 'outbox'")
        .fetch_all(&mut *admin)
        .await?;
    let mut waiting = 0;
    for schema in schemas {
        let statement = format!("SELECT count(*) FROM \"{}\".outbox", schema.get::<String, _>(0));
        waiting += sqlx::query_scalar::<_, i64>(AssertSqlSafe(statement))
            .fetch_one(&mut *admin)
            .await?;
    }
    Ok(waiting)
}

/// `pfms` beside this program: both are release builds.
fn program() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let pfms = own
        .ancestors()
        .nth(2)
        .map(|release| release.join("pfms"))
        .filter(|path| path.exists());
    pfms.ok_or_else(|| "the release build of pfms is missing: run `make bench`".into())
}

/// Starts `pfms up`, and returns when it says that it is ready.
fn spawn(dir: &Path, key: &str) -> Result<Child> {
    let mut command = Command::new(program()?);
    for name in [
        "DATABASE_URL",
        "REDIS_URL",
        "AMQP_URL",
        "PFMS_NAMESPACE",
        "RUST_LOG",
    ] {
        command.env_remove(name);
    }
    let mut child = command
        // Envoy is found below the repository.
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .args(["up", "--data-dir"])
        .arg(dir)
        .args(["--port-offset", &PORT_OFFSET.to_string()])
        .env("PFMS_MASTER_KEY", key)
        .env("PFMS_RATE_LIMIT_PER_MINUTE", "1000000000")
        .env("PFMS_DATABASE_CONNECTIONS", CONNECTIONS.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or("no standard output")?;
    let (sender, ready) = std::sync::mpsc::channel();
    // Read to its end, so that the mesh never waits for a reader.
    std::thread::spawn(move || {
        let mut said = Vec::new();
        for line in BufReader::new(output).lines().map_while(std::result::Result::ok) {
            if line.contains("ready after") {
                let _ = sender.send(Ok(()));
            }
            said.push(line);
        }
        let _ = sender.send(Err(said.join("\n")));
    });
    match ready.recv_timeout(START_BOUND) {
        Ok(Ok(())) => Ok(child),
        Ok(Err(said)) => {
            child.wait()?;
            Err(format!("the mesh did not start:\n{said}").into())
        }
        Err(_) => {
            child.kill()?;
            child.wait()?;
            Err("the mesh was not ready in time".into())
        }
    }
}
