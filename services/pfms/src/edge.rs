//! The edge's configuration for the services of this program.

use std::net::IpAddr;
use std::path::Path;

use pfms_gateway::EdgeConfig;
use pfms_gateway::config::{Address, Upstream};

use crate::services;

/// Port of the edge.
pub const PORT: u16 = 3000;
/// Port of Envoy's own administration, on loopback only.
pub const ADMIN_PORT: u16 = 3101;

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
    /// Origins whose pages may call.
    pub origins: Vec<String>,
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
    config.allowed_origins.clone_from(&options.origins);
    config
}
