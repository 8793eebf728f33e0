//! What a mesh needs of its own: ports, a folder, a database, a namespace.

use std::path::{Path, PathBuf};

use pfms_runtime::testing::{MASTER_KEY, create_database, server};
use uuid::Uuid;

use crate::component::publisher_key;
use crate::ports::Ports;
use crate::process::{Process, pfms, target};

/// The place of one mesh.
pub struct Site {
    ports: Ports,
    folder: PathBuf,
    database_url: String,
    environment: Vec<(String, String)>,
}

impl Site {
    /// A place with a new, empty database on the servers that `make test` started.
    pub async fn new() -> Self {
        let ports = Ports::claim();
        // The block of ports is ours, so the folder is too. It stays for whoever reads the logs of a failure.
        let folder = target().join(format!("tmp/mesh-{}", ports.offset()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the target folder can be written");
        let database_url = create_database().await;
        let environment = [
            ("DATABASE_URL", database_url.clone()),
            ("REDIS_URL", server("REDIS_URL")),
            ("AMQP_URL", server("AMQP_URL")),
            ("PFMS_MASTER_KEY", MASTER_KEY.to_owned()),
            ("PFMS_NAMESPACE", format!("m{}.", Uuid::now_v7().simple())),
            ("PFMS_PORT_OFFSET", ports.offset().to_string()),
            ("PFMS_DATABASE_CONNECTIONS", "4".to_owned()),
            // The tests themselves see to it that nothing is done in the name of who is being erased.
            ("PFMS_ERASURE_SETTLE_SECONDS", "1".to_owned()),
            ("PFMS_TAX_PUBLISHERS", publisher_key()),
            // Receivers are on this machine.
            ("PFMS_WEBHOOK_LOOPBACK", "true".to_owned()),
            // The tests of a mesh are one machine's; the limits have tests of their own.
            ("PFMS_RATE_LIMIT_PER_MINUTE", "1000000".to_owned()),
        ];
        Self {
            ports,
            folder,
            database_url,
            environment: environment.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        }
    }

    /// Sets a variable of the environment.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(held, _)| held != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// A variable of the environment.
    pub fn get(&self, name: &str) -> &str {
        let found = self.environment.iter().find(|(held, _)| held == name);
        found.map(|(_, value)| value.as_str()).expect("it is set")
    }

    /// A port with this mesh's offset.
    pub fn port(&self, port: u16) -> u16 {
        port + self.ports.offset()
    }

    /// Where the edge is.
    pub fn edge(&self) -> String {
        format!("http://127.0.0.1:{}", self.port(3000))
    }

    /// The folder of logs and data.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database, directly.
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// Starts `pfms` with arguments, and a log of this name.
    pub fn pfms(&self, log: &str, arguments: &[&str]) -> Process {
        let log = self.folder.join(format!("{log}.log"));
        Process::start(&pfms(), arguments, &self.environment, &log)
    }
}
