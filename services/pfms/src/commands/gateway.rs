//! `pfms gateway config`: the edge's configuration, for an Envoy that something else starts.

use std::error::Error;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::edge::{self, AccessArgs, EdgeOptions};

/// What to do with the edge.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// Write envoy.yaml and the descriptor that it reads into a folder
    Config {
        /// The folder
        #[arg(long, default_value = ".")]
        folder: PathBuf,
        /// Address to listen on
        #[arg(long, env = "PFMS_EDGE_HOST", default_value = "0.0.0.0")]
        host: IpAddr,
        /// Port to listen on
        #[arg(long, env = "PFMS_EDGE_PORT", default_value_t = edge::PORT)]
        port: u16,
        /// Where services are found; {service} is filled in
        #[arg(long, env = "PFMS_SERVICE_HOST", default_value = "{service}")]
        service_host: String,
        /// Added to every port, for several meshes on one machine
        #[arg(long, env = "PFMS_PORT_OFFSET", default_value_t = 0)]
        port_offset: u16,
        #[command(flatten)]
        access: AccessArgs,
        /// Where requests are logged
        #[arg(long, default_value = "/dev/stdout")]
        access_log: PathBuf,
    },
}

/// Writes the configuration.
///
/// # Errors
/// When an origin is malformed or a file cannot be written.
pub fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    let Kind::Config {
        folder,
        host,
        port,
        service_host,
        port_offset,
        access,
        access_log,
    } = args.kind;
    let options = EdgeOptions {
        host,
        port: port.saturating_add(port_offset),
        admin_port: edge::ADMIN_PORT.saturating_add(port_offset),
        service_host,
        port_offset,
        access,
    };
    let mut config = edge::config(&folder, &options);
    config.access_log = access_log;
    config.write(&folder.join("envoy.yaml"))?;
    Ok(ExitCode::SUCCESS)
}
