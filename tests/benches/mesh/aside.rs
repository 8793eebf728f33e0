//! Edges beside the mesh's own: each an Envoy on the same configuration but for one thing.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use http::StatusCode;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::mesh::Mesh;
use crate::{Result, load};

const PATIENCE: Duration = Duration::from_secs(30);
/// Ports of the mesh's edge, of its administration, and of the gateway service.
const EDGE: u16 = 3000;
const ADMIN: u16 = 3101;
const GATEWAY: u16 = 3015;
/// From the edge's ports to those of the edge that does not ask, and of the one that asks elsewhere.
const UNASKED: u16 = 50;
const AGREED: u16 = 60;
const FILTER: &str = "          - name: envoy.filters.http.ext_authz\n";
const NEXT_FILTER: &str = "\n          - name: ";

/// An edge of its own; it ends when dropped.
pub struct Aside {
    base: String,
    envoy: Child,
    _folder: TempDir,
}

impl Aside {
    /// Nobody is asked.
    pub async fn unasked(mesh: &Mesh) -> Result<Self> {
        let mut yaml = configuration(mesh)?;
        let start = yaml.find(FILTER).ok_or("the edge has no ext_authz")?;
        let after = start + FILTER.len();
        let length = yaml[after..]
            .find(NEXT_FILTER)
            .ok_or("ext_authz is the last filter")?;
        yaml.replace_range(start..=after + length, "");
        Self::start(mesh, yaml, UNASKED).await
    }

    /// The server at this address is asked in place of the gateway service.
    pub async fn asking(mesh: &Mesh, address: SocketAddr) -> Result<Self> {
        let yaml = configuration(mesh)?;
        let [gateway, other] = [mesh.published(GATEWAY), address.port()].map(in_yaml);
        if !yaml.contains(&gateway) {
            return Err("the edge does not know the gateway service".into());
        }
        Self::start(mesh, yaml.replace(&gateway, &other), AGREED).await
    }

    /// Its address.
    pub fn base(&self) -> String {
        self.base.clone()
    }

    async fn start(mesh: &Mesh, mut yaml: String, ports: u16) -> Result<Self> {
        for port in [EDGE, ADMIN].map(|port| mesh.published(port)) {
            yaml = yaml.replace(&in_yaml(port), &in_yaml(port + ports));
        }
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("envoy.yaml");
        std::fs::write(&path, yaml)?;
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/venv/bin/envoy");
        let envoy = Command::new(program)
            .arg("--config-path")
            .arg(&path)
            .args(["--disable-hot-restart", "--log-level", "error"])
            .args([
                "--concurrency",
                &std::thread::available_parallelism()?.to_string(),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let aside = Self {
            base: format!("http://127.0.0.1:{}", mesh.published(EDGE) + ports),
            envoy,
            _folder: folder,
        };
        let started = Instant::now();
        while load::connect(&aside.base).await.is_err() {
            if started.elapsed() > PATIENCE {
                return Err("another edge does not start".into());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(aside)
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        let _ = self.envoy.kill();
        let _ = self.envoy.wait();
    }
}

/// The mesh's own edge.
fn configuration(mesh: &Mesh) -> Result<String> {
    Ok(std::fs::read_to_string(mesh.folder().join("envoy/envoy.yaml"))?)
}

/// How the configuration names a port.
fn in_yaml(port: u16) -> String {
    format!("port_value: {port}}}")
}

/// What Envoy can ask without anything being looked up: it says yes at once. So what it costs is what asking costs.
pub struct YesSayer {
    /// Where it listens.
    pub address: SocketAddr,
    server: JoinHandle<()>,
}

impl YesSayer {
    /// Starts it in this process.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let yes = Router::new().fallback(async || StatusCode::OK);
        let server = Server::builder()
            .add_routes(Routes::from(yes))
            .serve_with_incoming(incoming);
        let server = tokio::spawn(async move {
            // When it fails, so does every request through the edge that asks it.
            let _ = server.await;
        });
        Ok(Self { address, server })
    }
}

impl Drop for YesSayer {
    fn drop(&mut self) {
        self.server.abort();
    }
}
