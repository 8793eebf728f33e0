//! The edge's configuration for the services of this program.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use pfms_gateway::EdgeConfig;
use pfms_gateway::config::{Address, Limits, Tls, Upstream};

use crate::services;

/// Port of the edge.
pub const PORT: u16 = 3000;
/// Port of Envoy's own administration, on loopback only.
pub const ADMIN_PORT: u16 = 3101;

/// How clients come to the edge.
#[derive(Clone, Debug, clap::Args)]
pub struct AccessArgs {
    /// An origin whose pages may call; may be repeated
    #[arg(long = "allow-origin", env = "PFMS_ALLOWED_ORIGINS", value_delimiter = ',')]
    pub origins: Vec<String>,
    /// PEM file of the certificate with its chain; with it the edge speaks TLS only
    #[arg(long, env = "PFMS_TLS_CERTIFICATE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// PEM file of the certificate's private key
    #[arg(long, env = "PFMS_TLS_KEY", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// Port where plain requests are redirected to TLS
    #[arg(long, env = "PFMS_HTTP_REDIRECT_PORT", requires = "tls_certificate")]
    pub redirect_port: Option<u16>,
    /// How many proxies before the edge are trusted to name the client in x-forwarded-for
    #[arg(long, env = "PFMS_TRUSTED_PROXIES", default_value_t = 0)]
    pub trusted_proxies: u32,
    /// Connections that clients may have open
    #[arg(long, env = "PFMS_MAX_CONNECTIONS", default_value_t = Limits::default().max_connections, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_connections: u32,
    /// Requests per minute from one address to each public write, such as sign-in; 0 sets no limit
    #[arg(long, env = "PFMS_PUBLIC_RATE_PER_MINUTE", default_value_t = Limits::default().public_per_minute)]
    pub public_per_minute: u32,
}

impl AccessArgs {
    /// "https" where the edge speaks TLS.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.tls_certificate.is_some() {
            "https"
        } else {
            "http"
        }
    }

    fn tls(&self, host: IpAddr) -> Option<Tls> {
        Some(Tls {
            certificate: self.tls_certificate.clone()?,
            key: self.tls_key.clone()?,
            redirect: self.redirect_port.map(|port| Address {
                address: host.to_string(),
                port,
            }),
        })
    }
}

/// What differs between one machine and a cluster.
pub struct EdgeOptions {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on.
    pub port: u16,
    /// Port of Envoy's administration.
    pub admin_port: u16,
    /// Where services are found; `{service}` is filled in.
    pub service_host: String,
    /// Added to services' ports.
    pub port_offset: u16,
    /// How clients come.
    pub access: AccessArgs,
}

/// The edge's configuration, with its files in `folder`.
#[must_use]
pub fn config(folder: &Path, options: &EdgeOptions) -> EdgeConfig {
    let upstreams = services::all()
        .iter()
        .map(|service| Upstream {
            name: service.name().to_owned(),
            host: options.service_host.replace("{service}", service.name()),
            port: service.port().saturating_add(options.port_offset),
        })
        .collect();
    let listen = Address {
        address: options.host.to_string(),
        port: options.port,
    };
    let mut config = EdgeConfig::new(listen, Address::loopback(options.admin_port), upstreams, folder);
    let access = &options.access;
    config.allowed_origins.clone_from(&access.origins);
    config.tls = access.tls(options.host);
    config.trusted_proxies = access.trusted_proxies;
    config.limits.max_connections = access.max_connections;
    config.limits.public_per_minute = access.public_per_minute;
    config
}
