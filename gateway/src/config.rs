//! The edge's settings, and the Envoy configuration that they give.

use std::path::{Path, PathBuf};

use minijinja::value::Serde;
use minijinja::{Environment, Value};
use pfms_runtime::identity::PERSONAL_TOKEN_PREFIX;
use serde::Serialize;
use serde_json::json;

use crate::answer::{DENIED, TO_CLIENT, TO_SERVICE};
use crate::authorize;
use crate::error::{INTERNAL, INVALID, REPLIES, ReplyView, UNAUTHENTICATED, UNAVAILABLE};
use crate::routes::{HEALTH_PATH, JSON_TYPE, OWN_ROUTES, RouteError, Routes};

const TEMPLATE: &str = include_str!("../envoy.yaml.j2");

/// The service that Envoy asks, and that answers what no other service does.
pub const GATEWAY: &str = "gateway";
/// The service that publishes the keys of access tokens.
pub(crate) const AUTH: &str = "auth";

/// On every answer, unless it has its own.
const SECURITY_HEADERS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// The same where clients come by TLS; over plain HTTP it must not be sent (RFC 6797, section 7.2).
const STRICT_TRANSPORT: (&str, &str) = ("strict-transport-security", "max-age=31536000; includeSubDomains");

/// What only the mesh may say.
const STRIPPED_HEADERS: &[&str] = &[
    "x-user-id",
    "x-session-id",
    "x-pfms-mesh-token",
    "x-mesh-token",
    "l5d-dst-override",
    "l5d-client-id",
    "l5d-retry-http",
    "l5d-retry-grpc",
    "l5d-retry-limit",
    "l5d-timeout",
    "l5d-response-timeout",
    "x-envoy-original-path",
    "x-envoy-original-method",
    "x-envoy-upstream-rq-timeout-ms",
    "x-envoy-upstream-rq-per-try-timeout-ms",
    "x-envoy-max-retries",
    "x-envoy-retry-on",
    "x-envoy-retry-grpc-on",
    "x-envoy-internal",
    "x-http-method-override",
];

/// Where something listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Address {
    /// An IP address.
    pub address: String,
    /// 0 takes any free port.
    pub port: u16,
}

impl Address {
    /// On this machine only.
    #[must_use]
    pub fn loopback(port: u16) -> Self {
        Self {
            address: "127.0.0.1".into(),
            port,
        }
    }
}

/// A service behind the edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Upstream {
    /// The service's name, for example "expense".
    pub name: String,
    /// A DNS name or an IP address.
    pub host: String,
    /// The gRPC port.
    pub port: u16,
}

/// What the edge lets through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Largest JSON body, in bytes. A batch of 1,000 expenses takes about one MiB.
    pub json_body_bytes: u32,
    /// Largest JSON answer, in bytes.
    pub json_response_bytes: u32,
    /// How long a call may take, in seconds; a gRPC client may name a shorter deadline.
    pub request_timeout_seconds: u32,
    /// How long the gateway service may think, in seconds.
    pub authorize_timeout_seconds: u32,
    /// When a silent stream is closed, in seconds.
    pub stream_idle_timeout_seconds: u32,
    /// When the TLS handshake must be done, and when a request's headers must have arrived, in seconds.
    pub headers_arrival_seconds: u32,
    /// When a request must have arrived whole, in seconds: also an upload.
    pub request_arrival_seconds: u32,
    /// Requests per minute from one client address to each public write; 0 sets no limit.
    pub public_per_minute: u32,
    /// Open connections from clients.
    pub max_connections: u32,
    /// Requests at one service at a time.
    pub max_requests_per_service: u32,
    /// Requests on one upstream connection at a time, before another is opened.
    pub streams_per_connection: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_body_bytes: 4 << 20,
            json_response_bytes: 32 << 20,
            request_timeout_seconds: 15,
            authorize_timeout_seconds: 2,
            stream_idle_timeout_seconds: 300,
            headers_arrival_seconds: 10,
            request_arrival_seconds: 60,
            public_per_minute: 60,
            max_connections: 10_000,
            max_requests_per_service: 1024,
            streams_per_connection: 32,
        }
    }
}

/// How Envoy recognises an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Claim `iss`.
    pub issuer: String,
    /// Claim `aud`.
    pub audience: String,
    /// Where the keys are read, through `jwks_cluster`.
    pub jwks_uri: String,
    /// The service that has the keys.
    pub jwks_cluster: String,
}

impl Default for Token {
    fn default() -> Self {
        Self {
            issuer: "pfms".into(),
            audience: "pfms".into(),
            jwks_uri: "http://auth/.well-known/jwks.json".into(),
            jwks_cluster: AUTH.into(),
        }
    }
}

/// How clients come by TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// PEM file of the certificate and its chain, the leaf first. Replaced by renaming, it is taken up at once.
    pub certificate: PathBuf,
    /// PEM file of its private key, in the same folder.
    pub key: PathBuf,
    /// Where plain requests are answered with a redirection.
    pub redirect: Option<Address>,
}

/// The edge's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeConfig {
    /// Where clients connect.
    pub listen: Address,
    /// Where Envoy's own administration listens; never reachable from outside.
    pub admin: Address,
    /// TLS 1.2 or newer; none listens in plain, for this machine or behind what terminates TLS.
    pub tls: Option<Tls>,
    /// The services, "gateway" and "auth" among them.
    pub services: Vec<Upstream>,
    /// The descriptor set on disk, as [`EdgeConfig::write`] puts it there.
    pub descriptor: PathBuf,
    /// Origins whose pages may call, for example `https://app.example.com`; none by default.
    pub allowed_origins: Vec<String>,
    /// How many proxies before the edge are trusted to name the client in `x-forwarded-for`.
    pub trusted_proxies: u32,
    /// File of the access log, one JSON object per line; "/dev/stdout" in a container.
    pub access_log: PathBuf,
    /// Sizes, times, numbers.
    pub limits: Limits,
    /// How a token is recognised.
    pub token: Token,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The methods give no routes.
    #[error(transparent)]
    Routes(#[from] RouteError),
    /// A service has methods to route but no address.
    #[error("the edge routes to the service {0:?}, which has no address")]
    MissingUpstream(String),
    /// An origin is not one.
    #[error("allowed origin {0:?}: name scheme and host without a path, for example https://app.example.com")]
    Origin(String),
    /// A file of TLS is not what it has to be.
    #[error("{path}: {problem}")]
    Tls {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The template is wrong.
    #[error("envoy.yaml.j2: {0}")]
    Template(#[from] minijinja::Error),
    /// A file could not be written.
    #[error("{path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
}

impl EdgeConfig {
    /// Settings with the defaults of a local mesh: no origins, no proxies before the edge.
    #[must_use]
    pub fn new(listen: Address, admin: Address, services: Vec<Upstream>, folder: &Path) -> Self {
        Self {
            listen,
            admin,
            tls: None,
            services,
            descriptor: folder.join("descriptor.bin"),
            allowed_origins: Vec::new(),
            trusted_proxies: 0,
            access_log: folder.join("access.log"),
            limits: Limits::default(),
            token: Token::default(),
        }
    }

    /// The Envoy configuration as YAML.
    ///
    /// # Errors
    /// When a routed service has no address, or an origin is malformed.
    pub fn render(&self) -> Result<String, ConfigError> {
        let routes = Routes::derive(pfms_proto::METHODS, pfms_proto::DESCRIPTOR)?;
        for name in routes
            .upstreams()
            .into_iter()
            .chain([GATEWAY, self.token.jwks_cluster.as_str()])
        {
            if !self.services.iter().any(|service| service.name == name) {
                return Err(ConfigError::MissingUpstream(name.into()));
            }
        }
        if let Some(origin) = self.allowed_origins.iter().find(|origin| !is_origin(origin)) {
            return Err(ConfigError::Origin(origin.clone()));
        }
        let mut environment = Environment::new();
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::Json);
        environment.add_template("envoy.yaml", TEMPLATE)?;
        let view = |error| ReplyView::from(error);
        let mut security_headers = SECURITY_HEADERS.to_vec();
        if self.tls.is_some() || self.trusted_proxies > 0 {
            security_headers.push(STRICT_TRANSPORT);
        }
        let tls = self.tls.as_ref().map(
            |tls| json!({"secret": self.secret_path(), "redirect": tls.redirect, "port": self.listen.port}),
        );
        let values = json!({
            "listen": self.listen,
            "admin": self.admin,
            "tls": tls,
            "own_routes": OWN_ROUTES,
            "health_path": HEALTH_PATH,
            "services": self.services,
            "descriptor": self.descriptor,
            "allowed_origins": self.allowed_origins,
            "trusted_proxies": self.trusted_proxies,
            "access_log": self.access_log,
            "limits": self.limits,
            "token": self.token,
            "personal_token_prefix": PERSONAL_TOKEN_PREFIX,
            "authorize": {"path": authorize::PATH, "to_service": TO_SERVICE, "to_client": TO_CLIENT, "denied": DENIED},
            "security_headers": security_headers,
            "stripped_headers": STRIPPED_HEADERS,
            "json_type": JSON_TYPE,
            "rest_methods": routes.rest_methods,
            "rest_prefixes": routes.rest_prefixes,
            "grpc_methods": routes.grpc_methods,
            "grpc_services": routes.grpc_services,
            "transcoded": routes.transcoded,
            "replies": REPLIES.iter().map(view).collect::<Vec<_>>(),
            "errors": json!({
                "unavailable": view(&UNAVAILABLE),
                "unauthenticated": view(&UNAUTHENTICATED),
                "internal": view(&INTERNAL),
                "invalid": view(&INVALID),
            }),
        });
        Ok(environment
            .get_template("envoy.yaml")?
            .render(Value::from(Serde(&values)))?)
    }

    /// Writes the descriptor and where certificates are to their places, and the configuration to `path`. Envoy
    /// reads all of them at its start.
    ///
    /// # Errors
    /// As [`EdgeConfig::render`], or when a certificate or key is not one, or a file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), ConfigError> {
        let yaml = self.render()?;
        let mut files = vec![
            (self.descriptor.clone(), pfms_proto::DESCRIPTOR.to_vec()),
            (path.to_owned(), yaml.into_bytes()),
        ];
        if let Some(tls) = &self.tls {
            files.push((self.secret_path(), tls.secret()?.into_bytes()));
        }
        for (path, content) in files {
            std::fs::write(&path, content).map_err(|source| ConfigError::Write { path, source })?;
        }
        Ok(())
    }

    /// Beside the descriptor.
    fn secret_path(&self) -> PathBuf {
        self.descriptor.with_file_name("tls.yaml")
    }

    /// What Envoy is started with. `concurrency` is its number of worker threads.
    #[must_use]
    pub fn arguments(path: &Path, concurrency: usize) -> Vec<String> {
        [
            "--config-path",
            &path.to_string_lossy(),
            "--concurrency",
            &concurrency.max(1).to_string(),
            "--log-level",
            "warning",
            "--disable-hot-restart",
        ]
        .map(str::to_owned)
        .to_vec()
    }
}

impl Tls {
    /// The files as Envoy's secret discovery reads them.
    fn secret(&self) -> Result<String, ConfigError> {
        require_pem(&self.certificate, "CERTIFICATE")?;
        require_pem(&self.key, "PRIVATE KEY")?;
        let folder = self
            .certificate
            .parent()
            .filter(|folder| *folder != Path::new(""));
        let secret = json!({"resources": [{
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
            "name": "edge",
            "tls_certificate": {
                "certificate_chain": {"filename": self.certificate},
                "private_key": {"filename": self.key},
                "watched_directory": {"path": folder.unwrap_or(Path::new("."))},
            },
        }]});
        Ok(secret.to_string())
    }
}

/// Checks early what Envoy would only refuse at a client's handshake.
fn require_pem(path: &Path, label: &str) -> Result<(), ConfigError> {
    let wrong = |problem: String| ConfigError::Tls {
        path: path.to_owned(),
        problem,
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let found = text
        .lines()
        .any(|line| line.starts_with("-----BEGIN ") && line.trim_end().ends_with(&format!("{label}-----")));
    if found {
        Ok(())
    } else {
        Err(wrong(format!("holds no PEM block of a {}", label.to_lowercase())))
    }
}

/// Whether a browser would send this as `Origin`.
fn is_origin(text: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .filter_map(|scheme| text.strip_prefix(scheme))
        .any(|host| {
            !host.is_empty()
                && host
                    .chars()
                    .all(|char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | ':' | '[' | ']'))
        })
}
