//! Measures the mesh: `make bench`. Each figure stands beside the floor it is held against, measured in the same
//! run on the same servers; the ratios count. Writes `docs/performance.md`.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and times become ratios of a few digits"
)]

mod engine;
mod floor;
mod guarding;
mod history;
mod hops;
mod load;
mod memory;
mod mesh;
mod pages;
mod people;
mod process;
mod report;
mod rules;
mod stats;
mod taxes;
mod writes;

use std::error::Error;
use std::io::Write as _;
use std::time::Instant;

use mesh::Mesh;
use people::People;
use report::Report;

/// The result of any step; an error ends the run.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(measure())
}

async fn measure() -> Result<()> {
    let started = Instant::now();
    let mut report = Report::default();

    say("sandbox");
    report.rules = rules::measure()?;
    report.loading = rules::load()?;
    report.taxes = taxes::measure()?;

    say("starting the mesh");
    let mesh = Mesh::start().await?;
    mesh.settle().await?;
    let idle = mesh.resident()?;
    let mut people = People::register(&mesh).await?;

    report.memory = memory::measure(&mesh, &mut people, idle).await?;
    report.guarding = guarding::measure(&mesh, &mut people).await?;
    report.writes = writes::measure(&mesh, &mut people).await?;
    report.pages = pages::measure(&mesh, &mut people).await?;
    report.hops = hops::measure(&mesh, &mut people).await?;
    report.engine = engine::measure(&mesh, &mut people).await?;
    report.history = history::measure(&mesh, &mut people).await?;
    mesh.stop()?;

    report.seconds = started.elapsed().as_secs();
    std::io::stdout().write_all(report.table().as_bytes())?;
    report.write()
}

/// Tells on standard error what is being measured.
fn say(step: &str) {
    // Nobody listens when standard error is closed.
    let _ = writeln!(std::io::stderr(), "bench: {step}");
}
