//! What a batch of households costs on one thread and on several: each is a call of its own, and what threads share is
//! the engine. `cargo run --release -p pfms-plugin-host --example households -- tax-us.wasm inputs.jsonl`, where a line
//! of the inputs is a household as JSON (`tools/tax-oracles/us_speed.py draw` writes such).
#![allow(clippy::cast_precision_loss, reason = "counts become means of a few digits")]

use std::error::Error;
use std::io::{Write, stdout};
use std::time::Instant as Clock;

use pfms_plugin_host::{Host, Limits, TaxInput, TaxModule};

/// How often all of them are calculated with each number of threads.
const ROUNDS: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let component = arguments.next().ok_or("name a component")?;
    let inputs = arguments.next().ok_or("name a file of inputs")?;
    let inputs: Vec<TaxInput> = std::fs::read_to_string(inputs)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let host = Host::new(Limits::default(), None)?;
    let module = host.load_tax(&std::fs::read(component)?)?;
    let mut out = stdout();
    writeln!(
        out,
        "{:>8} {:>14} {:>14} {:>12} {:>12}",
        "threads", "µs/household", "µs of a call", "fuel", "memory KiB"
    )?;
    for threads in 1..=cores.max(2) {
        let mut walls: Vec<f64> = (0..ROUNDS)
            .map(|_| batch(&host, &module, &inputs, threads))
            .collect();
        walls.sort_by(f64::total_cmp);
        let each = walls[ROUNDS / 2] / inputs.len() as f64 * 1e6;
        let calls: Vec<_> = inputs
            .iter()
            .map(|input| host.calculate(&module, input))
            .collect();
        if let Some(error) = calls.iter().find_map(|call| call.outcome.as_ref().err()) {
            return Err(error.clone().into());
        }
        let fuel: u64 = calls.iter().map(|call| call.fuel).sum();
        let memory = calls.iter().map(|call| call.memory_bytes).max().unwrap_or(0) >> 10;
        writeln!(
            out,
            "{threads:>8} {each:>14.2} {:>14.2} {:>12} {memory:>12}",
            each * threads as f64,
            fuel / inputs.len() as u64
        )?;
    }
    Ok(())
}

/// Seconds for all of them, of which each thread has a share.
fn batch(host: &Host, module: &TaxModule, inputs: &[TaxInput], threads: usize) -> f64 {
    let start = Clock::now();
    std::thread::scope(|scope| {
        for share in inputs.chunks(inputs.len().div_ceil(threads).max(1)) {
            scope.spawn(move || {
                for input in share {
                    std::hint::black_box(host.calculate(module, input));
                }
            });
        }
    });
    start.elapsed().as_secs_f64()
}
