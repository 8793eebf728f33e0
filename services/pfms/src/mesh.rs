//! The mesh on this machine: migrations, every service in this process, and Envoy before them.

use std::error::Error;
use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use clap::Parser as _;
use futures::FutureExt as _;
use pfms_runtime::events::outbox;
use pfms_runtime::serve::Running;
use pfms_runtime::storage::{migrate as migrate_tables, migrate_schema};
use pfms_runtime::telemetry::Telemetry;
use pfms_runtime::{Settings, audit};
use sqlx::{Connection as _, PgConnection};

use crate::edge::{self, AccessArgs, EdgeOptions};
use crate::infra::data_dir::DataDir;
use crate::infra::envoy::{self, EnvoyOptions};
use crate::infra::ports::require_free;
use crate::infra::process::Process;
use crate::infra::{Infra, Urls};
use crate::progress::Progress;
use crate::services;

/// The part of the data directory that mails are written to where no server takes them.
const MAIL: &str = "mail";

/// How the mesh is reached.
#[derive(Clone, Debug, clap::Args)]
pub struct MeshOptions {
    /// Port of the edge
    #[arg(long, env = "PFMS_EDGE_PORT", default_value_t = edge::PORT)]
    pub port: u16,
    /// Address of the edge; the default is reached from this machine only
    #[arg(long, env = "PFMS_EDGE_HOST", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub edge_host: IpAddr,
    /// Added to every port, for several meshes on one machine
    #[arg(long, env = "PFMS_PORT_OFFSET", default_value_t = 0)]
    pub port_offset: u16,
    /// How clients come to the edge.
    #[command(flatten)]
    pub access: AccessArgs,
}

impl MeshOptions {
    /// The edge's port with its offset.
    #[must_use]
    pub fn edge_port(&self) -> u16 {
        self.port.saturating_add(self.port_offset)
    }

    /// Where the edge is.
    #[must_use]
    pub fn url(&self) -> String {
        format!(
            "{}://{}:{}",
            self.access.scheme(),
            self.edge_host,
            self.edge_port()
        )
    }

    /// Checks that the ports that the mesh publishes are free.
    ///
    /// # Errors
    /// Names what holds them.
    pub fn require_ports(&self) -> Result<(), Box<dyn Error>> {
        let services = services::all();
        let mut ports: Vec<(&str, u16)> = services
            .iter()
            .map(|service| (service.name(), service.port().saturating_add(self.port_offset)))
            .collect();
        ports.push(("the edge", self.edge_port()));
        ports.push((
            "Envoy's administration",
            edge::ADMIN_PORT.saturating_add(self.port_offset),
        ));
        Ok(require_free(&ports)?)
    }
}

/// Settings from the environment, with the servers that were started.
#[derive(clap::Parser)]
struct FromEnvironment {
    #[command(flatten)]
    settings: Settings,
}

/// The running mesh.
pub struct Mesh {
    running: Running,
    envoy: Process,
    telemetry: Telemetry,
    url: String,
    mail_folder: Option<PathBuf>,
}

impl Mesh {
    /// Migrates, starts every service and the edge.
    ///
    /// # Errors
    /// What failed and what to do.
    pub async fn start(
        infra: &Infra,
        options: &MeshOptions,
        progress: &Progress,
    ) -> Result<Self, Box<dyn Error>> {
        let dir = infra.data_dir();
        let settings = settings(dir, infra.urls(), options)?;
        let mail_folder = settings.mail_folder.clone();
        let (log, _) = dir.new_log("mesh")?;
        let telemetry = Telemetry::start(Some(&log), settings.otlp_endpoint.as_deref())?;
        let services = services::all();
        migrate(&services, &settings, progress).await?;

        let part = progress.part("services");
        part.state("starting");
        let count = services.len();
        let running = match Running::start(services, settings).await {
            Ok(running) => running,
            Err(error) => {
                part.failed();
                return Err(error.into());
            }
        };
        part.ready(format!("{count} in this process"));

        let part = progress.part("Envoy");
        match start_edge(dir, options, &part).await {
            Ok(envoy) => {
                let url = options.url();
                part.ready(&url);
                Ok(Self {
                    running,
                    envoy,
                    telemetry,
                    url,
                    mail_folder,
                })
            }
            Err(error) => {
                part.failed();
                running.stop().await;
                Err(error)
            }
        }
    }

    /// Where the edge is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder that mails are written to, if they are.
    #[must_use]
    pub fn mail_folder(&self) -> Option<&Path> {
        self.mail_folder.as_deref()
    }

    /// Resolves when a part ends by itself, to what is to be said of it.
    pub async fn failed(&mut self) -> Box<dyn Error> {
        let envoy = self.envoy.failed().boxed();
        tokio::select! {
            failure = self.running.failed() => failure.into(),
            failure = envoy => failure.into(),
        }
    }

    /// Stops the edge, then the services.
    pub async fn stop(self) {
        self.envoy.stop().await;
        self.running.stop().await;
        self.telemetry.stop();
    }
}

fn settings(dir: &DataDir, urls: &Urls, options: &MeshOptions) -> Result<Settings, Box<dyn Error>> {
    let mut arguments: Vec<OsString> = vec!["pfms".into()];
    for (flag, value) in [
        ("--database-url", urls.database_url.clone()),
        ("--redis-url", urls.redis_url.clone()),
        ("--amqp-url", urls.amqp_url.clone()),
        ("--port-offset", options.port_offset.to_string()),
    ] {
        arguments.extend([flag.into(), value.into()]);
    }
    let given = |name| std::env::var_os(name).is_some();
    if !given("PFMS_MASTER_KEY") && !given("PFMS_MASTER_KEY_FILE") {
        arguments.extend(["--master-key".into(), dir.key("master-key")?.into()]);
    }
    let mut settings = FromEnvironment::try_parse_from(arguments)?.settings;
    settings.holders = services::holders();
    settings.module_cache.get_or_insert(dir.part("modules")?);
    if settings.tax.tax_components.is_none() {
        settings.tax.tax_components = built_components();
    }
    if settings.smtp_url.is_none() {
        settings.mail_folder.get_or_insert(dir.part(MAIL)?);
    }
    if std::env::var_os("PFMS_PUBLIC_URL").is_none() {
        settings.public_url = options.url();
    }
    Ok(settings)
}

/// Where `make plugins` puts components: in the target directory that the program itself was built into.
fn built_components() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let mut folders = program.ancestors().skip(1).take(3).map(|dir| dir.join("plugins"));
    folders.find(|folder| folder.is_dir())
}

async fn start_edge(
    dir: &DataDir,
    options: &MeshOptions,
    part: &crate::progress::Part,
) -> Result<Process, Box<dyn Error>> {
    let folder = dir.part("envoy")?;
    let admin_port = edge::ADMIN_PORT.saturating_add(options.port_offset);
    let config = edge::config(
        &folder,
        &EdgeOptions {
            host: options.edge_host,
            port: options.edge_port(),
            admin_port,
            service_host: "127.0.0.1".into(),
            port_offset: options.port_offset,
            access: options.access.clone(),
        },
    );
    let configuration = folder.join("envoy.yaml");
    config.write(&configuration)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let envoy = EnvoyOptions {
        configuration,
        admin_port,
        arguments: vec!["--concurrency".into(), threads.to_string().into()],
    };
    Ok(envoy::start(dir, &envoy, part).await?)
}

/// Creates roles, schemas and tables where they are missing.
///
/// # Errors
/// What could not be applied.
pub async fn migrate(
    services: &[pfms_runtime::Service],
    settings: &Settings,
    progress: &Progress,
) -> Result<(), Box<dyn Error>> {
    let part = progress.part("migrations");
    let mut count = 0;
    for service in services {
        let Some(tables) = service.tables() else { continue };
        part.state(service.name());
        let applied = async {
            if let Some(admin) = &settings.database_url {
                migrate_schema(admin, service.name(), &settings.master_key).await?;
            }
            let url = settings.database_url_of(service.name())?;
            let versions = migrate_tables(&url, service.name(), tables).await?;
            tell_audit(&url, service.name(), &versions, settings).await?;
            Ok::<_, Box<dyn Error>>(())
        };
        if let Err(error) = applied.await {
            part.failed();
            return Err(error);
        }
        count += 1;
    }
    part.ready(format!("{count} schemas"));
    Ok(())
}

/// Says in the service's outbox which migrations were applied; the service publishes it for the audit log.
async fn tell_audit(
    url: &str,
    service: &str,
    versions: &[i64],
    settings: &Settings,
) -> Result<(), Box<dyn Error>> {
    if versions.is_empty() {
        return Ok(());
    }
    let versions: Vec<_> = versions.iter().map(|version| format!("{version:04}")).collect();
    let what = format!("{service} {}", versions.join(" "));
    let act = audit::act(
        audit::OPERATOR,
        "operator.schema.migrated",
        &what,
        settings.clock.now(),
    )?;
    let mut connection = PgConnection::connect(url).await?;
    outbox::insert(&mut connection, &[act]).await?;
    connection.close().await?;
    Ok(())
}
