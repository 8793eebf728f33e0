//! A country's component beside an independent engine, on the same households: how long each takes, and whether they
//! agree.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use pfms_plugin_build::Layout;
use pfms_plugin_host::tax::Assessment;
use pfms_plugin_host::{Host, Limits, TaxInput, TaxModule};
use serde::Deserialize;

use crate::stats::{Ratio, median};
use crate::{Result, say};

/// How often a household alone is calculated.
pub const ALONE: usize = 2_000;
/// How often all of them are.
pub const TOGETHER: usize = 5;

/// Seconds, and what the answers say.
#[derive(Default)]
pub struct Taxes {
    /// One household in the sandbox, a fresh instance included.
    pub alone: f64,
    /// All of them, on all cores.
    pub together: f64,
    /// Units of fuel for each.
    pub fuel: u64,
    /// The other engine.
    pub other: Other,
}

/// The other engine's figures.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Other {
    /// Its version.
    pub version: String,
    /// How many households there are.
    pub households: usize,
    /// How many of them both answer alike.
    pub agreed: usize,
    /// Seconds for one household: the calculation alone.
    pub alone: f64,
    /// The same with the records that it needs.
    pub alone_whole: f64,
    /// Seconds for all of them at once: the calculation alone.
    pub together: f64,
    /// The same with the records that it needs.
    pub together_whole: f64,
}

impl Taxes {
    /// How many times faster one household is.
    pub fn alone_ratio(&self) -> Ratio {
        single(self.other.alone_whole / self.alone)
    }

    /// How many times faster all of them are, the other engine's reading of its records included.
    pub fn together_ratio(&self) -> Ratio {
        single(self.other.together_whole / self.together)
    }

    /// The same, the other engine's calculation alone.
    pub fn together_alone_ratio(&self) -> Ratio {
        single(self.other.together / self.together)
    }

    /// The share of households that both answer alike.
    pub fn agreement(&self) -> Ratio {
        single(self.other.agreed as f64 / self.other.households.max(1) as f64)
    }
}

fn single(value: f64) -> Ratio {
    Ratio {
        median: value,
        least: value,
        most: value,
    }
}

/// Measures both.
pub fn measure() -> Result<Taxes> {
    say("households and their taxes");
    let scratch = tempfile::tempdir()?;
    let inputs = scratch.path().join("inputs");
    oracle("draw", &inputs)?;
    let inputs = std::fs::read_to_string(&inputs)?;
    let inputs = inputs
        .lines()
        .map(serde_json::from_str)
        .collect::<std::result::Result<Vec<TaxInput>, _>>()?;

    let component = Layout::of_repository().output.join("tax-us.wasm");
    let component = std::fs::read(&component)
        .map_err(|error| format!("{}: {error}; run `make plugins`", component.display()))?;
    let host = Host::new(Limits::default(), None)?;
    let module = host.load_tax(&component)?;
    let first = inputs.first().ok_or("no household was drawn")?;
    let mut alone = Vec::new();
    let mut fuel = 0;
    for _ in 0..ALONE {
        let started = Instant::now();
        fuel = calculate(&host, &module, first)?.1;
        alone.push(started.elapsed().as_secs_f64());
    }
    let mut together = Vec::new();
    let mut answers = Vec::new();
    for _ in 0..TOGETHER {
        let started = Instant::now();
        answers = on_all_cores(&host, &module, &inputs)?;
        together.push(started.elapsed().as_secs_f64());
    }
    let path = scratch.path().join("answers");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
    for answer in &answers {
        writeln!(file, "{}", serde_json::to_string(answer)?)?;
    }
    file.flush()?;
    drop(file);
    Ok(Taxes {
        alone: median(&alone),
        together: median(&together),
        fuel,
        other: serde_json::from_str(&oracle("time", &path)?)?,
    })
}

fn calculate(host: &Host, module: &TaxModule, input: &TaxInput) -> Result<(Assessment, u64)> {
    let answer = host.calculate(module, input);
    Ok((answer.outcome?, answer.fuel))
}

/// The answers in the order of the inputs, of which each core has a share.
fn on_all_cores(host: &Host, module: &TaxModule, inputs: &[TaxInput]) -> Result<Vec<Assessment>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = inputs.len().div_ceil(cores).max(1);
    let answer = |some: &[TaxInput]| -> Result<Vec<Assessment>> {
        some.iter()
            .map(|input| Ok(calculate(host, module, input)?.0))
            .collect()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = inputs
            .chunks(share)
            .map(|some| scope.spawn(move || answer(some)))
            .collect();
        let mut answers = Vec::with_capacity(inputs.len());
        for thread in threads {
            answers.extend(thread.join().map_err(|_| "a calculation panicked")??);
        }
        Ok(answers)
    })
}

/// Runs the other engine in its own environment.
fn oracle(command: &str, file: &Path) -> Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python: PathBuf = root.join(".tools/tax-oracles/us/bin/python");
    let output = Command::new(&python)
        .arg(root.join("tools/tax-oracles/us_speed.py"))
        .arg(command)
        .arg(file)
        .output()
        .map_err(|error| format!("{}: {error}; run `make bench`", python.display()))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
