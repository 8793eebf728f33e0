//! Runs rules as plain Rust, for the tests of their authors.
//!
//! What only the sandbox can show (limits, size, determinism of the binary) is not tested here.

use crate::log::Level;
use crate::{
    Action, AutomationRule, Budget, Context, Date, Event, Expense, Facts, Goal, Input, Instant, Money,
    PeriodSpending, RuleError, Tick, User,
};

/// The day of [`expense`].
const TODAY: Date = Date {
    year: 2025,
    month: 12,
    day: 11,
};

/// An event with all that surrounds it, on its way to a rule.
#[derive(Debug, Clone)]
pub struct Case {
    /// What the rule is given.
    pub input: Input,
    /// The configuration, as JSON.
    pub config: String,
}

/// What a rule answered.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The actions, or why there are none.
    pub result: Result<Vec<Action>, RuleError>,
    /// What it logged, in order.
    pub logs: Vec<(Level, String)>,
}

impl Case {
    /// An event in a context that suits it: the day of its expense or tick is today in UTC, the currency of its
    /// expense is the user's; else 11 December 2025 and EUR. Without facts, and with the configuration `{}`.
    #[must_use]
    pub fn new(event: Event) -> Self {
        let today = match &event {
            Event::Time(tick) => tick.date,
            other => other.expense().map_or(TODAY, |expense| expense.date),
        };
        let user = User {
            currency: event
                .expense()
                .map_or_else(|| "EUR".into(), |expense| expense.amount.currency.clone()),
            time_zone: "UTC".into(),
            utc_offset_seconds: 0,
            today,
        };
        let context = Context {
            event_id: "01890000-0000-7000-8000-0000000000e1".into(),
            rule_id: "01890000-0000-7000-8000-0000000000f1".into(),
            occurred_at: Instant {
                seconds: 1_765_432_800,
                nanoseconds: 0,
            },
            user,
        };
        let facts = Facts {
            recent_expenses: None,
            spending: None,
            budgets: None,
            goals: None,
        };
        Self {
            input: Input {
                context,
                event,
                facts,
            },
            config: "{}".into(),
        }
    }

    /// The same with a configuration.
    #[must_use]
    pub fn config(self, json: impl Into<String>) -> Self {
        Self {
            config: json.into(),
            ..self
        }
    }

    /// The same with recent expenses, the latest first.
    #[must_use]
    pub fn recent_expenses(mut self, expenses: Vec<Expense>) -> Self {
        self.input.facts.recent_expenses = Some(expenses);
        self
    }

    /// The same with sums of expenses, the latest period first.
    #[must_use]
    pub fn spending(mut self, periods: Vec<PeriodSpending>) -> Self {
        self.input.facts.spending = Some(periods);
        self
    }

    /// The same with budgets.
    #[must_use]
    pub fn budgets(mut self, budgets: Vec<Budget>) -> Self {
        self.input.facts.budgets = Some(budgets);
        self
    }

    /// The same with goals.
    #[must_use]
    pub fn goals(mut self, goals: Vec<Goal>) -> Self {
        self.input.facts.goals = Some(goals);
        self
    }

    /// Asks a rule.
    #[must_use]
    pub fn run<R: AutomationRule>(&self) -> Outcome {
        crate::log::native::take();
        let result = crate::rule::run::<R>(&self.input, &self.config);
        Outcome {
            result,
            logs: crate::log::native::take(),
        }
    }
}

/// An expense of 4.50 EUR on 11 December 2025, described so. Expenses with a greater number were recorded
/// later.
#[must_use]
pub fn expense(number: u32, description: &str) -> Expense {
    Expense {
        id: format!("01890000-0000-7000-8000-{number:012x}"),
        amount: euros(450),
        category_id: None,
        category: None,
        merchant: None,
        description: Some(description.into()),
        date: TODAY,
        tags: vec![],
    }
}

/// So many euros, given in cents.
#[must_use]
pub fn euros(minor: i64) -> Money {
    Money {
        minor,
        currency: "EUR".into(),
        exponent: 2,
    }
}

/// A schedule that comes due at midnight UTC of a day.
#[must_use]
pub fn tick(date: Date) -> Event {
    Event::Time(Tick {
        scheduled_for: Instant {
            seconds: i64::from(date.day_number()) * 86_400,
            nanoseconds: 0,
        },
        date,
        minute: 0,
    })
}
