//! Measures the mesh: `make bench`. Each figure stands beside the floor it is held against, measured in the same
//! run on the same servers; the ratios count. Writes `docs/performance.md`.
#![allow(clippy::disallowed_types, reason = "tests start programs")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and times become ratios of a few digits"
)]

mod aside;
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

use floor::Floor;
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

/// What can be measured by itself, by name.
const SECTIONS: [&str; 9] = [
    "sandbox", "taxes", "memory", "guarding", "writes", "pages", "hops", "engine", "history",
];

async fn measure() -> Result<()> {
    let started = Instant::now();
    let named = named()?;
    let wanted = |section: &str| named.is_empty() || named.iter().any(|name| name == section);
    let mut report = Report::default();

    if wanted("sandbox") {
        say("sandbox");
        report.rules = rules::measure()?;
        report.loading = rules::load()?;
    }
    if wanted("taxes") {
        report.taxes = taxes::measure()?;
    }
    if SECTIONS[2..].iter().any(|section| wanted(section)) {
        say("starting the mesh");
        let mesh = Mesh::start().await?;
        mesh.settle().await?;
        let idle = mesh.resident()?;
        let mut people = People::register(&mesh).await?;
        if wanted("memory") {
            report.memory = memory::measure(&mesh, &mut people, idle).await?;
        }
        if wanted("guarding") {
            report.guarding = guarding::measure(&mesh, &mut people).await?;
        }
        if wanted("writes") || wanted("hops") || wanted("engine") {
            let floor = Floor::prepare(&mesh, &mut people).await?;
            if wanted("writes") {
                report.writes = writes::measure(&mesh, &mut people, &floor).await?;
            }
            if wanted("hops") {
                report.hops = hops::measure(&mesh, &mut people).await?;
            }
            if wanted("engine") {
                report.engine = engine::measure(&mesh, &mut people).await?;
            }
        }
        if wanted("pages") {
            report.pages = pages::measure(&mesh, &mut people).await?;
        }
        if wanted("history") {
            report.history = history::measure(&mesh, &mut people).await?;
        }
        mesh.stop()?;
    }

    report.seconds = started.elapsed().as_secs();
    std::io::stdout().write_all(report.table().as_bytes())?;
    // What was not measured must not take the place of what was.
    if named.is_empty() { report.write() } else { Ok(()) }
}

/// The sections that were asked for; all when none is.
fn named() -> Result<Vec<String>> {
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|name| !name.starts_with('-'))
        .collect();
    match named.iter().find(|name| !SECTIONS.contains(&name.as_str())) {
        Some(unknown) => Err(format!("there is no section {unknown:?}: {}", SECTIONS.join(", ")).into()),
        None => Ok(named),
    }
}

/// Tells on standard error what is being measured.
fn say(step: &str) {
    // Nobody listens when standard error is closed.
    let _ = writeln!(std::io::stderr(), "bench: {step}");
}
