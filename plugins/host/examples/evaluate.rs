//! What the sandbox costs, and where: the example rule as a component, instance included, beside the same rule as plain
//! Rust and a component that does nothing. `cargo run --release -p pfms-plugin-host --example evaluate`

use std::error::Error;
use std::hint::black_box;
use std::io::{Write, stdout};
use std::time::{Duration, Instant as Clock};

use habit_counter::HabitCounter;
use pfms_plugin_host::{Context, Date, Event, Expense, Facts, Host, Instant, Limits, Module, Money, User};
use pfms_rules::testing::{Case, expense};

const CONFIG: &str = r#"{"keyword":"coffee","count":3}"#;
/// Matches no event, so that the rule looks at no fact: what is left is the way in and out.
const OTHER: &str = r#"{"keyword":"tea","count":3}"#;
const ROUNDS: usize = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let built = pfms_plugin_build::build_all(&pfms_plugin_build::Layout::of_repository())?;
    let path = built
        .iter()
        .find(|path| path.ends_with("habit-counter.wasm"))
        .ok_or("habit-counter is missing")?;
    let bytes = std::fs::read(path)?;
    let cache = tempfile::tempdir()?;
    let compiling = time(|| {
        Host::new(Limits::default(), Some(cache.path()))?
            .load(&bytes)
            .map_err(Box::from)
    })?;
    let host = Host::new(Limits::default(), Some(cache.path()))?;
    let loading = time(|| host.load(&bytes).map_err(Box::from))?;
    let module = host.load(&bytes)?;
    let idle = host.load(&idle()?)?;
    let mut out = stdout();
    writeln!(
        out,
        "load: {loading:.0} µs from the cache, {compiling:.0} µs with a new host and compiled: {:.3}",
        loading / compiling
    )?;
    writeln!(
        out,
        "{:>8} {:>12} {:>12} {:>12} {:>12} {:>12} {:>10} {:>10}",
        "expenses", "component µs", "native µs", "over native", "idle", "no match", "fuel", "no match"
    )?;
    for recent in [0, 2, 50, 500] {
        let (component, native, fuel) = measure(&host, &module, recent, CONFIG);
        let (start, _, _) = measure(&host, &idle, recent, CONFIG);
        let (other, _, other_fuel) = measure(&host, &module, recent, OTHER);
        let over = component - native;
        writeln!(
            out,
            "{recent:>8} {component:>12.2} {native:>12.2} {over:>12.2} {start:>12.2} {other:>12.2} {fuel:>10} \
             {other_fuel:>10}"
        )?;
    }
    Ok(())
}

/// Microseconds that something took.
fn time<T>(what: impl FnOnce() -> Result<T, Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let start = Clock::now();
    what()?;
    Ok(start.elapsed().as_secs_f64() * 1e6)
}

/// A component that answers at once that there is nothing to do: what it takes is the start of an instance, the way of
/// the arguments into it, and its end.
fn idle() -> Result<Vec<u8>, Box<dyn Error>> {
    let text = r#"(module
        (import "pfms:rules/log@1.0.0" "log" (func (param i32 i32 i32)))
        (memory (export "memory") 17)
        (global $free (mut i32) (i32.const 65536))
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (global.set $free (i32.and (i32.add (global.get $free) (i32.const 15)) (i32.const -16)))
            global.get $free
            (global.set $free (i32.add (global.get $free) (local.get 3))))
        (func (export "pfms:rules/automation@1.0.0#describe") (result i32) (i32.const 1024))
        (func (export "pfms:rules/automation@1.0.0#evaluate") (param i32) (result i32) (i32.const 4096))
        (data (i32.const 1024)
            "\00\08\00\00\04\00\00\00\06\08\00\00\05\00\00\00\00\00\00\00\00\00\00\00\04\08\00\00\02\00\00\00\00\0c\00\00\01\00\00\00\00\00\00\00\00\00\00\00")
        (data (i32.const 2048) "idle{}1.0.0time")
        (data (i32.const 3072) "\0b\08\00\00\04\00\00\00"))"#;
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../wit"))?;
    let world = resolve.select_world(&[package], Some("automation-rule"))?;
    let mut core = wat::parse_str(text)?;
    wit_component::embed_component_metadata(&mut core, &resolve, world, wit_component::StringEncoding::UTF8)?;
    pfms_plugin_build::component_of(&core).map_err(Box::from)
}

/// Medians in µs of interleaved runs, and the fuel of one.
fn measure(host: &Host, module: &Module, recent: u32, config: &str) -> (f64, f64, u64) {
    let expenses: Vec<_> = (1..=recent)
        .rev()
        .map(|number| expense(number, "black coffee"))
        .collect();
    let new = expense(recent + 1, "coffee");
    let event = Event::ExpenseCreated(shown(&new));
    let facts = Facts {
        recent_expenses: Some(expenses.iter().map(shown).collect()),
        ..Facts::default()
    };
    let case = Case::new(pfms_rules::Event::ExpenseCreated(new))
        .config(config)
        .recent_expenses(expenses);
    let context = context();
    let mut component = Vec::with_capacity(ROUNDS);
    let mut native = Vec::with_capacity(ROUNDS);
    let mut fuel = 0;
    for _ in 0..ROUNDS {
        let start = Clock::now();
        fuel = black_box(host.evaluate(module, &context, &event, &facts, config)).fuel;
        component.push(start.elapsed());
        let start = Clock::now();
        black_box(case.run::<HabitCounter>());
        native.push(start.elapsed());
    }
    (median(component), median(native), fuel)
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

fn shown(expense: &pfms_rules::Expense) -> Expense {
    let amount = &expense.amount;
    Expense {
        id: expense.id.clone(),
        amount: Money {
            minor: amount.minor,
            currency: amount.currency.clone(),
            exponent: amount.exponent,
        },
        category_id: expense.category_id.clone(),
        category: expense.category.clone(),
        merchant: expense.merchant.clone(),
        description: expense.description.clone(),
        date: Date {
            year: expense.date.year,
            month: expense.date.month,
            day: expense.date.day,
        },
        tags: expense.tags.clone(),
    }
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
