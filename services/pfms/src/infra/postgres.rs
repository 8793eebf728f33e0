//! A private PostgreSQL: one cluster under the data directory, reached over loopback with a password.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::{Uid, User};
use sqlx::{Connection as _, PgConnection};

use super::binaries::{self, OLDEST_POSTGRES};
use super::data_dir::{DataDir, write_private};
use super::error::InfraError;
use super::guard::Guard;
use super::process::{Launch, Process};
use crate::progress::Part;

const NAME: &str = "PostgreSQL";
const SUPERUSER: &str = "pfms";
/// Recovery after a kill can take a while on a slow disk.
const READY_BOUND: Duration = Duration::from_mins(1);
const STOP_BOUND: Duration = Duration::from_secs(15);

/// What differs from PostgreSQL's defaults. `fsync` stays on: what is committed is kept.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    // The password protects loopback; a socket would need a short path that others cannot enter.
    "unix_socket_directories=",
    // Fourteen services with a pool each, and as many tests at once.
    "max_connections=400",
    "shared_buffers=256MB",
    "max_wal_size=2GB",
    "wal_compression=on",
    "checkpoint_timeout=15min",
    // Short statements: compiling them costs more than it saves.
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_line_prefix=%m [%p] %u ",
];

/// Starts the cluster, creating it the first time. Gives the superuser's URL.
pub(crate) async fn start(dir: &DataDir, port: u16, shown: &Part) -> Result<(String, Process), InfraError> {
    let home = dir.part("postgres")?;
    let data = home.join("data");
    let bin = choose_binaries(&data)?;
    let guard = Guard {
        signal: Signal::SIGINT,
        ..account(&home, &data)?
    };
    let password = dir.secret("postgres")?;
    if !data.exists() {
        shown.state("creating the cluster");
        create_cluster(dir, &home, &data, &bin, guard, &password).await?;
    }
    // We hold the directory's lock and no server runs in it, so this is left over; its process id may by
    // now belong to another program, which would keep PostgreSQL from starting.
    let _ = fs::remove_file(data.join("postmaster.pid"));

    shown.state("starting");
    let mut args: Vec<OsString> = vec!["-D".into(), data.into(), "-p".into(), port.to_string().into()];
    args.extend(
        SETTINGS
            .iter()
            .flat_map(|setting| ["-c".into(), OsString::from(*setting)]),
    );
    let process = Process::start(dir, launch(bin.join("postgres"), args, &home, guard, "postgres")).await?;

    let url = format!("postgres://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres");
    process.until_ready(READY_BOUND, || probe(&url)).await?;
    Ok((url, process))
}

/// Connects, authenticates and leaves.
pub(crate) async fn probe(url: &str) -> Result<(), sqlx::Error> {
    PgConnection::connect(url).await?.close().await
}

fn launch(program: PathBuf, args: Vec<OsString>, home: &Path, guard: Guard, log: &'static str) -> Launch {
    Launch {
        name: NAME,
        log,
        program,
        args,
        env: vec![("LC_ALL", "C.UTF-8".into()), ("HOME", home.into())],
        dir: home.to_owned(),
        guard,
        // Fast shutdown: sessions are ended, everything is written.
        stop: Signal::SIGINT,
        grace: STOP_BOUND,
    }
}

/// The newest installed version, or the one that wrote the data.
fn choose_binaries(data: &Path) -> Result<PathBuf, InfraError> {
    let installed = binaries::postgres_installations();
    let chosen = match fs::read_to_string(data.join("PG_VERSION")) {
        Ok(wrote) => {
            let wrote = wrote.trim();
            let found = installed.iter().find(|(version, _)| version.to_string() == wrote);
            if found.is_none() && !installed.is_empty() {
                let versions: Vec<_> = installed.iter().map(|(version, _)| version.to_string()).collect();
                return Err(InfraError::DatabaseVersion {
                    data: data.to_owned(),
                    found: wrote.to_owned(),
                    installed: versions.join(", "),
                });
            }
            found
        }
        Err(_) => installed.iter().find(|(version, _)| *version >= OLDEST_POSTGRES),
    };
    chosen
        .map(|(_, bin)| bin.clone())
        .ok_or_else(|| binaries::missing(NAME, "postgres (15 or newer)", "postgresql", "DATABASE_URL"))
}

/// Whom to run as: ourselves, or as root whoever owns the data, or else the account named postgres.
fn account(home: &Path, data: &Path) -> Result<Guard, InfraError> {
    let ourselves = Guard {
        signal: Signal::SIGINT,
        user: None,
        pass_through: false,
    };
    if !Uid::effective().is_root() {
        return Ok(ourselves);
    }
    let owner = fs::metadata(data)
        .ok()
        .map(|data| data.uid())
        .filter(|uid| *uid != 0);
    let user = match owner {
        Some(uid) => User::from_uid(Uid::from_raw(uid)),
        None => User::from_name("postgres"),
    };
    let user = user.ok().flatten().ok_or(InfraError::NoPostgresAccount)?;
    chown(home, Some(user.uid.as_raw()), Some(user.gid.as_raw())).map_err(InfraError::io("own", home))?;
    let closed = home.ancestors().skip(1).any(|dir| !may_enter(dir, &user));
    Ok(Guard {
        user: Some(user.uid),
        pass_through: closed,
        ..ourselves
    })
}

fn may_enter(dir: &Path, user: &User) -> bool {
    fs::metadata(dir).is_ok_and(|dir| {
        let mode = dir.permissions().mode();
        let execute = match () {
            () if dir.uid() == user.uid.as_raw() => 0o100,
            () if dir.gid() == user.gid.as_raw() => 0o010,
            () => 0o001,
        };
        mode & execute != 0
    })
}

/// Created beside its place and moved there when whole, so that an interrupted run leaves nothing half.
async fn create_cluster(
    dir: &DataDir,
    home: &Path,
    data: &Path,
    bin: &Path,
    guard: Guard,
    password: &str,
) -> Result<(), InfraError> {
    let draft = home.join("draft");
    if draft.exists() {
        fs::remove_dir_all(&draft).map_err(InfraError::io("remove", &draft))?;
    }
    let password_file = home.join("password");
    write_private(&password_file, password)?;
    if let Some(user) = guard.user {
        chown(&password_file, Some(user.as_raw()), None).map_err(InfraError::io("own", &password_file))?;
    }
    let args = vec![
        "--pgdata".into(),
        draft.clone().into(),
        "--username".into(),
        SUPERUSER.into(),
        "--pwfile".into(),
        password_file.clone().into(),
        "--auth=scram-sha-256".into(),
        "--encoding=UTF8".into(),
        // Sorts by code point, which is fast and the same everywhere, yet knows every letter's case.
        "--lc-collate=C".into(),
        "--lc-ctype=C.UTF-8".into(),
        "--data-checksums".into(),
    ];
    // A killed initdb leaves only a draft, which the next run removes.
    let guard = Guard {
        signal: Signal::SIGTERM,
        ..guard
    };
    let initdb = Process::start(dir, launch(bin.join("initdb"), args, home, guard, "initdb")).await?;
    let created = initdb.until_done().await;
    let _ = fs::remove_file(&password_file);
    created?;
    fs::rename(&draft, data).map_err(InfraError::io("create", data))
}
