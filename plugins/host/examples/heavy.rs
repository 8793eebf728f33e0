//! What a large component costs: compiling, loading from the cache, and a call. The component is one that answers an
//! expense with whatever it likes. `cargo run --release -p pfms-plugin-host --example heavy -- rule.wasm`

use std::error::Error;
use std::io::{Write, stdout};
use std::time::Instant as Clock;

use pfms_plugin_host::{Context, Date, Event, Facts, Host, Instant, Limits, NamedEvent, User};

const CALLS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name a component")?;
    let config = std::env::args().nth(2).unwrap_or_else(|| "{}".into());
    let bytes = std::fs::read(path)?;
    let cache = tempfile::tempdir()?;
    let mut out = stdout();
    for _ in 0..2 {
        let host = Host::new(Limits::heavy(), Some(cache.path()))?;
        let start = Clock::now();
        let module = host.load(&bytes)?;
        writeln!(
            out,
            "{} {} {}: loaded in {:?}, from cache: {}",
            module.description().name,
            module.description().version,
            module.world(),
            start.elapsed(),
            module.from_cache()
        )?;
        let event = Event::Named(NamedEvent {
            name: "income.received".into(),
            fields: vec![],
        });
        let mut times = Vec::new();
        for _ in 0..CALLS {
            let evaluation = host.evaluate(&module, &context(), &event, &Facts::default(), &config);
            times.push(evaluation.duration);
            if times.len() == 1 {
                writeln!(out, "{} units of fuel: {:?}", evaluation.fuel, evaluation.outcome)?;
            }
        }
        times.sort_unstable();
        writeln!(out, "a call takes {:?} (median of {CALLS})", times[CALLS / 2])?;
    }
    Ok(())
}

fn context() -> Context {
    Context {
        event_id: "01890000-0000-7000-8000-0000000000e1".into(),
        rule_id: "01890000-0000-7000-8000-0000000000f1".into(),
        occurred_at: Instant {
            seconds: 1_765_432_800,
            nanoseconds: 0,
        },
        user: User {
            currency: "EUR".into(),
            time_zone: "UTC".into(),
            utc_offset_seconds: 0,
            today: Date {
                year: 2025,
                month: 12,
                day: 11,
            },
        },
    }
}
