//! `pfms demo`: the main journey, as a person would walk it.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::demo::{self, Options};

/// Which mesh, and what the journey needs.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The edge of a running mesh
    #[arg(long, env = "PFMS_URL", default_value = "http://127.0.0.1:3000")]
    url: String,
    /// The component to upload; the habit counter that `make plugins` builds when absent
    #[arg(long)]
    component: Option<PathBuf>,
    /// The gRPC client that is not ours: `buf`, which calls by server reflection
    #[arg(long)]
    buf: Option<PathBuf>,
}

/// Walks it.
///
/// # Errors
/// The first step that was not as it should be.
pub async fn run(args: Args) -> Result<ExitCode, Box<dyn Error>> {
    demo::run(&Options {
        url: args.url,
        component: args.component,
        buf: args.buf,
    })
    .await?;
    Ok(ExitCode::SUCCESS)
}
