//! `pfms up`: the local mesh, from its servers to its edge, until Ctrl-C.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::signals::Signals;
use crate::infra::{Infra, InfraOptions, Urls, end_leftovers};
use crate::mail;
use crate::mesh::{Mesh, MeshOptions};
use crate::progress::Progress;

/// Where to keep data, and which servers to use instead of private ones.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where private servers keep their data and logs
    #[arg(long, env = "PFMS_DATA_DIR", default_value = ".pfms")]
    data_dir: PathBuf,
    /// A PostgreSQL to use instead of a private one
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// A Redis to use instead of a private one
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: Option<String>,
    /// A RabbitMQ to use instead of a private one
    #[arg(long, env = "AMQP_URL", hide_env_values = true)]
    amqp_url: Option<String>,
    #[command(flatten)]
    mesh: MeshOptions,
}

impl Args {
    fn infra(self) -> InfraOptions {
        InfraOptions {
            data_dir: self.data_dir,
            database_url: self.database_url,
            redis_url: self.redis_url,
            amqp_url: self.amqp_url,
        }
    }
}

/// Runs until a signal, which is a success, or until something fails.
///
/// # Errors
/// What could not be started or did not keep running, and what to do.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let mut signals = Signals::listen()?;
    let progress = Progress::stdout();
    let started_at = Instant::now();
    let mesh_options = args.mesh.clone();
    let options = args.infra();
    mesh_options.require_ports()?;

    let started = tokio::select! {
        started = Infra::start(&options, &progress) => Some(started?),
        _ = signals.next() => None,
    };
    let Some(infra) = started else {
        progress.note("Stopping before all was up.");
        end_leftovers(&options.data_dir).await;
        return Ok(ExitCode::SUCCESS);
    };
    let started = tokio::select! {
        started = Mesh::start(&infra, &mesh_options, &progress) => Some(started),
        _ = signals.next() => None,
    };
    let mut mesh = match started {
        Some(Ok(mesh)) => mesh,
        Some(Err(error)) => {
            infra.stop().await;
            return Err(error);
        }
        None => {
            stop(infra, None, &mut signals, &progress).await;
            return Ok(ExitCode::SUCCESS);
        }
    };
    summarise(&progress, &mesh, infra.urls(), started_at.elapsed());
    let mails = mesh.mail_folder().map(Path::to_owned);

    let failure: Option<Box<dyn Error>> = tokio::select! {
        failure = infra.failed() => Some(failure.into()),
        failure = mesh.failed() => Some(failure),
        () = tell_of_mails(mails.as_deref(), &progress) => None,
        _ = signals.next() => None,
    };
    stop(infra, Some(mesh), &mut signals, &progress).await;
    failure.map_or(Ok(ExitCode::SUCCESS), Err)
}

/// Never ends.
async fn tell_of_mails(folder: Option<&Path>, progress: &Progress) {
    match folder {
        Some(folder) => mail::tell(folder, progress).await,
        None => std::future::pending().await,
    }
}

fn summarise(progress: &Progress, mesh: &Mesh, urls: &Urls, took: Duration) {
    let url = mesh.url();
    let mails = mesh
        .mail_folder()
        .map_or_else(|| "sent".into(), |folder| folder.display().to_string());
    progress.summary(&[
        ("ready after", &format!("{:.1} s", took.as_secs_f64())),
        ("REST, gRPC, gRPC-Web", url),
        ("API page", &format!("{url}/docs")),
        ("OpenAPI", &format!("{url}/openapi.json")),
        ("health, metrics", "http://127.0.0.1:3100/readyz  /metrics"),
        ("PostgreSQL", &without_password(&urls.database_url)),
        ("Redis", &without_password(&urls.redis_url)),
        ("RabbitMQ", &without_password(&urls.amqp_url)),
        ("mail", &mails),
        ("try", "make demo   (in another terminal)"),
        ("stop with", "Ctrl-C"),
    ]);
}

/// A server's URL for showing.
fn without_password(url: &str) -> String {
    match url
        .split_once("://")
        .and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?)))
    {
        Some((scheme, (credentials, place))) => {
            let user = credentials.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        None => url.to_owned(),
    }
}

/// An orderly stop, which a second signal cuts short: what is left then ends with this process.
async fn stop(infra: Infra, mesh: Option<Mesh>, signals: &mut Signals, progress: &Progress) {
    progress.note("\nStopping. (Ctrl-C again: at once.)");
    let orderly = async {
        if let Some(mesh) = mesh {
            mesh.stop().await;
        }
        infra.stop().await;
    };
    tokio::select! {
        () = orderly => progress.note("All stopped."),
        _ = signals.next() => progress.note("Stopped at once."),
    }
}
