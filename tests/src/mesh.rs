//! A whole mesh: `pfms up`.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use uuid::Uuid;

use crate::client::{Client, Person};
use crate::process::Process;
use crate::site::Site;
use crate::tokens::Signer;
use crate::traces::Traces;
use crate::within;

/// A cold start, migrations included, on a machine that compiles at the same time.
const START: Duration = Duration::from_mins(2);

/// A running mesh, until it is dropped.
pub struct Mesh {
    site: Site,
    signer: Signer,
    _up: Process,
}

impl Mesh {
    /// The mesh that all tests of this program share. Its users may make as many requests as they like.
    pub fn shared() -> &'static Self {
        static MESH: OnceLock<Mesh> = OnceLock::new();
        MESH.get_or_init(|| {
            // Each test has a runtime, in which no other can wait; a thread of its own has none.
            let start = || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                // The tests that follow an event read the lines that say so.
                runtime.block_on(Self::start(&[("RUST_LOG", "info,sqlx=warn,pfms_runtime=debug")]))
            };
            std::thread::spawn(start).join().expect("the mesh starts")
        })
    }

    /// Starts a mesh with further settings.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let mut site = Site::new().await;
        for (name, value) in settings {
            site.set(name, value);
        }
        site.pfms("migrate", &["migrate"]).succeed();
        let signer = Signer::published(site.database_url()).await;
        let data = site.folder().join("data");
        let mut up = site.pfms("up", &["up", "--data-dir", &data.to_string_lossy()]);
        let client = Client::new(&site.edge());
        within(START, "the edge answers", || {
            up.require_running();
            client.try_get("/openapi.json")
        })
        .await;
        Self {
            site,
            signer,
            _up: up,
        }
    }

    /// Where the edge is.
    #[must_use]
    pub fn url(&self) -> String {
        self.site.edge()
    }

    /// The log of all services.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.site.folder().join("data/log/mesh.log")
    }

    /// What a command of `pfms` prints that looks after this mesh; panics when it fails.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> String {
        let name = format!("command-{}", Uuid::now_v7().simple());
        self.site.pfms(&name, arguments).succeed();
        let printed = self.site.folder().join(format!("{name}.log"));
        std::fs::read_to_string(printed).expect("what was printed can be read")
    }

    /// The folder of logs and data.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.site.folder()
    }

    /// What `pfms up` tells whoever started it.
    #[must_use]
    pub fn told(&self) -> PathBuf {
        self.site.folder().join("up.log")
    }

    /// Signs tokens with a key that auth publishes.
    #[must_use]
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Looks for texts in everything that the mesh stores.
    #[must_use]
    pub fn traces(&self, texts: &[&str]) -> Traces<'_> {
        Traces::new(&self.site, texts)
    }

    /// A client that is not signed in.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(&self.url())
    }

    /// A new account, signed in.
    pub async fn person(&self) -> Person {
        Person::register(&self.url()).await
    }
}
