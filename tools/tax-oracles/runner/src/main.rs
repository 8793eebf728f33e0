//! Asks a country's component about many households: `pfms-tax-oracles tax-us < inputs > answers`.
//!
//! Reads inputs as JSON, one a line, each as the sandbox is given it, and writes for each a line: the assessment,
//! or `{"error": …}`. Every household runs in the sandbox, as in production, but with time to spare: fuel decides.
//! What it cost goes to standard error.

use std::env::args;
use std::error::Error;
use std::io::{BufRead, BufWriter, Write, stderr, stdin, stdout};
use std::time::Duration;

use pfms_plugin_build::{Layout, build};
use pfms_plugin_host::{Host, Limits, TaxInput};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let package = args().nth(1).ok_or("which country? for example: tax-us")?;
    let built = build(&Layout::of_repository(), &[package])?;
    let component = std::fs::read(built.first().ok_or("nothing was built")?)?;
    let limits = Limits {
        deadline: Duration::from_secs(30),
        ..Limits::default()
    };
    let host = Host::new(limits, None)?;
    let module = host.load_tax(&component)?;

    let inputs = stdin()
        .lock()
        .lines()
        .map(|line| Ok(serde_json::from_str::<TaxInput>(&line?)?))
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let answers: Vec<_> = inputs
        .iter()
        .map(|input| host.calculate(&module, input))
        .collect();

    let mut out = BufWriter::new(stdout().lock());
    for answer in &answers {
        let line = match &answer.outcome {
            Ok(assessment) => serde_json::to_value(assessment)?,
            Err(error) => json!({ "error": error.to_string() }),
        };
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    let fuel: u64 = answers.iter().map(|answer| answer.fuel).sum();
    let count = answers.len().max(1);
    writeln!(
        stderr(),
        "{count} households in the sandbox, {} units of fuel each; the component has {} kB",
        fuel / u64::try_from(count)?,
        module.size().div_ceil(1000)
    )?;
    Ok(())
}
