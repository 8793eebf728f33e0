//! What the sandbox costs: the example rule as a component, instance included, beside the same rule as plain
//! Rust. `cargo run --release -p pfms-plugin-host --example evaluate`

use std::error::Error;
use std::hint::black_box;
use std::io::{Write, stdout};
use std::time::{Duration, Instant as Clock};

use habit_counter::HabitCounter;
use pfms_plugin_host::{Context, Date, Event, Expense, Facts, Host, Instant, Limits, Module, Money, User};
use pfms_rules::testing::{Case, expense};

const CONFIG: &str = r#"{"keyword":"coffee","count":3}"#;
const ROUNDS: usize = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let built = pfms_plugin_build::build_all(&pfms_plugin_build::Layout::of_repository())?;
    let path = built
        .iter()
        .find(|path| path.ends_with("habit-counter.wasm"))
        .ok_or("habit-counter is missing")?;
    let host = Host::new(Limits::default(), None)?;
    let module = host.load(&std::fs::read(path)?)?;
    let mut out = stdout();
    writeln!(
        out,
        "{:>8} {:>12} {:>12} {:>8} {:>10}",
        "expenses", "component µs", "native µs", "ratio", "fuel"
    )?;
    for recent in [0, 2, 50, 500] {
        let (component, native, fuel) = measure(&host, &module, recent);
        let ratio = component / native;
        writeln!(
            out,
            "{recent:>8} {component:>12.2} {native:>12.2} {ratio:>8.1} {fuel:>10}"
        )?;
    }
    Ok(())
}

/// Medians in µs of interleaved runs, and the fuel of one.
fn measure(host: &Host, module: &Module, recent: u32) -> (f64, f64, u64) {
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
        .config(CONFIG)
        .recent_expenses(expenses);
    let context = context();
    let mut component = Vec::with_capacity(ROUNDS);
    let mut native = Vec::with_capacity(ROUNDS);
    let mut fuel = 0;
    for _ in 0..ROUNDS {
        let start = Clock::now();
        fuel = black_box(host.evaluate(module, &context, &event, &facts, CONFIG)).fuel;
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
