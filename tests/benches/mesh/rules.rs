//! What the sandbox costs: the example rule as a component, its instance included, beside the same rule compiled
//! natively.

use std::hint::black_box;
use std::time::Instant as Clock;

use habit_counter::HabitCounter;
use pfms_plugin_build::Layout;
use pfms_plugin_host::{Context, Date, Event, Expense, Facts, Host, Instant, Limits, Module, Money, User};
use pfms_rules::testing::{Case, expense};

use crate::Result;
use crate::stats::{Ratio, median, ratio};

const CONFIG: &str = r#"{"keyword":"coffee","count":3}"#;
/// Evaluations of each kind, in turn.
pub const ROUNDS: usize = 2_000;
/// Expenses that the rule is given as facts.
const RECENT: [u32; 3] = [2, 50, 500];

/// Components that are loaded in each way.
pub const LOADS: usize = 10;

/// Milliseconds to load a component.
#[derive(Default)]
pub struct Loading {
    compiled: Vec<f64>,
    cached: Vec<f64>,
}

impl Loading {
    /// From the ahead-of-time cache ÷ by compiling.
    pub fn cached_to_compiled(&self) -> Ratio {
        ratio(&self.cached, &self.compiled)
    }

    /// Medians: compiled, cached.
    pub fn medians(&self) -> [f64; 2] {
        [median(&self.compiled), median(&self.cached)]
    }
}

/// Loads a component into hosts that have just started, with an empty cache and with one that holds it.
pub fn load() -> Result<Loading> {
    let bytes = component()?;
    let mut loading = Loading::default();
    for _ in 0..LOADS {
        let cache = tempfile::tempdir()?;
        for times in [&mut loading.compiled, &mut loading.cached] {
            let host = Host::new(Limits::default(), Some(cache.path()))?;
            let started = Clock::now();
            black_box(host.load(&bytes)?);
            times.push(started.elapsed().as_secs_f64() * 1e3);
        }
    }
    Ok(loading)
}

fn component() -> Result<Vec<u8>> {
    let path = Layout::of_repository().output.join("habit-counter.wasm");
    Ok(std::fs::read(&path).map_err(|error| format!("{}: {error}; run `make plugins`", path.display()))?)
}

/// Microseconds per evaluation.
pub struct Evaluation {
    /// Expenses that the rule was given.
    pub expenses: u32,
    /// As a component.
    pub component: f64,
    /// As native code.
    pub native: f64,
    /// Units of fuel that the component used.
    pub fuel: u64,
}

/// Measures with few, some and many facts.
pub fn measure() -> Result<Vec<Evaluation>> {
    let host = Host::new(Limits::default(), None)?;
    let module = host.load(&component()?)?;
    RECENT
        .into_iter()
        .map(|expenses| evaluate(&host, &module, expenses))
        .collect()
}

fn evaluate(host: &Host, module: &Module, recent: u32) -> Result<Evaluation> {
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
    let (mut component, mut native, mut fuel) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let started = Clock::now();
        let evaluation = black_box(host.evaluate(module, &context, &event, &facts, CONFIG));
        component.push(started.elapsed().as_secs_f64() * 1e6);
        fuel = evaluation.fuel;
        let started = Clock::now();
        black_box(case.run::<HabitCounter>());
        native.push(started.elapsed().as_secs_f64() * 1e6);
    }
    if fuel == 0 {
        return Err("the component did not run".into());
    }
    Ok(Evaluation {
        expenses: recent,
        component: median(&component),
        native: median(&native),
        fuel,
    })
}

fn shown(expense: &pfms_rules::Expense) -> Expense {
    Expense {
        id: expense.id.clone(),
        amount: Money {
            minor: expense.amount.minor,
            currency: expense.amount.currency.clone(),
            exponent: expense.amount.exponent,
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
