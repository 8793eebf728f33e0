//! The commands of `pfms`, a file each.

pub mod account;
pub mod audit;
pub mod demo;
pub mod events;
pub mod gateway;
pub mod healthcheck;
pub mod keys;
pub mod limits;
pub mod migrate;
mod operator;
pub mod plugin;
pub mod privacy;
pub mod serve;
pub mod signals;
pub mod up;
pub mod with_servers;

use std::error::Error;
use std::process::ExitCode;

use crate::infra::guard::{GuardArgs, SUBCOMMAND};

/// Personal financial management: a mesh of services behind a REST and gRPC edge.
#[derive(Debug, clap::Parser)]
#[command(name = "pfms", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `pfms` can do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Run the local mesh with its own PostgreSQL, Redis and RabbitMQ, until Ctrl-C
    Up(up::Args),
    /// Serve one or several services against servers that are named by URL
    Serve(serve::Args),
    /// Create or update the databases of services
    Migrate(migrate::Args),
    /// Walk the main journey against a running mesh, and say what happened
    Demo(demo::Args),
    /// Look after accounts
    Account(account::Args),
    /// Look after events
    Events(events::Args),
    /// Show and set how often anyone may try to sign in, to register, or to have mail sent
    Limits(limits::Args),
    /// Look into the audit log
    Audit(audit::Args),
    /// Look after the keys that sign, and the master key with what is wrapped with it
    Keys(keys::Args),
    /// Look after the erasure of accounts
    Privacy(privacy::Args),
    /// Write rules: make projects, build components, run their cases, publish them
    Plugin(plugin::Args),
    /// Look after the edge
    Gateway(gateway::Args),
    /// Run a command with private servers, with their URLs in its environment
    WithServers(with_servers::Args),
    /// Ask a running pfms whether it is ready; exits with 0 if so, else with 1
    Healthcheck(healthcheck::Args),
    /// Started by pfms itself
    #[command(name = SUBCOMMAND, hide = true)]
    Supervised(GuardArgs),
}

impl Command {
    /// Runs the command to its end.
    ///
    /// # Errors
    /// What went wrong and what to do, for people to read.
    pub async fn run(self) -> Result<ExitCode, Box<dyn Error>> {
        match self {
            Self::Up(args) => up::run(args).await,
            Self::Serve(args) => serve::run(args).await,
            Self::Migrate(args) => migrate::run(args).await,
            Self::Demo(args) => demo::run(args).await,
            Self::Account(args) => account::run(args).await,
            Self::Events(args) => events::run(args).await,
            Self::Limits(args) => limits::run(args).await,
            Self::Audit(args) => audit::run(args).await,
            Self::Keys(args) => keys::run(args).await,
            Self::Privacy(args) => privacy::run(args).await,
            Self::Plugin(args) => plugin::run(args).await,
            Self::Gateway(args) => gateway::run(args),
            Self::WithServers(args) => with_servers::run(args).await,
            Self::Healthcheck(args) => healthcheck::run(&args).await,
            Self::Supervised(_) => Err(format!("{SUBCOMMAND} has to run before anything else").into()),
        }
    }
}
