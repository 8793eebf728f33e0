//! Version 1.0 of the contract: its bindings, and how its types become the host's and back.
//!
//! What is shown to a rule is lent, not copied: a rule may be shown hundreds of expenses for each event.

use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Result, Store};

use self::bindings::exports::pfms::rules::automation as exported;
use self::bindings::pfms::rules::{log, types as wit};
use super::Decision;
use crate::sandbox::Sandbox;
use crate::{
    Action, Context, Date, Description, EvaluateError, Event, Expense, FactRequest, Facts, Instant, LogLevel,
    Money, Notification, Priority, User,
};

/// Longest error message of a rule that is kept, in characters.
const MESSAGE_CHARS: usize = 1_000;

mod bindings {
    #![allow(missing_docs, unsafe_code, unused_qualifications, clippy::pedantic)]

    wasmtime::component::bindgen!({
        path: "../wit",
        world: "automation-rule",
        imports: { default: trappable },
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}

/// A component that implements this version.
pub(crate) struct Rule(bindings::AutomationRulePre<Sandbox>);

impl Rule {
    pub(crate) fn link(linker: &mut Linker<Sandbox>, component: &Component) -> Result<Self> {
        bindings::AutomationRule::add_to_linker::<_, HasSelf<_>>(linker, |sandbox| sandbox)?;
        bindings::AutomationRulePre::new(linker.instantiate_pre(component)?).map(Self)
    }

    pub(crate) fn describe(&self, store: &mut Store<Sandbox>) -> Result<Description> {
        let instance = self.0.instantiate(&mut *store)?;
        instance
            .pfms_rules_automation()
            .call_describe(store)
            .map(description)
    }

    pub(crate) fn evaluate(
        &self,
        store: &mut Store<Sandbox>,
        given: &Context,
        event: &Event,
        facts: &Facts,
        config: &str,
    ) -> Result<Decision> {
        let event_tags = tags(event.expense());
        let shown: Option<Vec<&Expense>> = facts.recent_expenses.as_ref().map(|expenses| {
            expenses
                .iter()
                .filter(|expense| expense.id != event.expense().id)
                .collect()
        });
        let shown_tags: Vec<Vec<&str>> = shown.iter().flatten().map(|expense| tags(expense)).collect();
        let expenses: Option<Vec<wit::Expense<'_>>> = shown.map(|shown| {
            shown
                .into_iter()
                .zip(&shown_tags)
                .map(|(expense, tags)| lend_expense(expense, tags))
                .collect()
        });
        let facts = wit::Facts {
            recent_expenses: expenses.as_deref(),
        };
        let event = lend_event(event, &event_tags);

        let instance = self.0.instantiate(&mut *store)?;
        let rule = instance.pfms_rules_automation();
        let answer = rule.call_evaluate(store, lend_context(given), event, facts, config)?;
        Ok(answer
            .map(|actions| actions.into_iter().map(action).collect())
            .map_err(rule_error))
    }
}

impl log::Host for Sandbox {
    fn log(&mut self, level: log::Level, message: String) -> Result<()> {
        let level = match level {
            log::Level::Debug => LogLevel::Debug,
            log::Level::Info => LogLevel::Info,
            log::Level::Warn => LogLevel::Warn,
            log::Level::Error => LogLevel::Error,
        };
        Self::log(self, level, message)
    }
}

impl wit::Host for Sandbox {}

fn tags(expense: &Expense) -> Vec<&str> {
    expense.tags.iter().map(String::as_str).collect()
}

fn lend_expense<'a>(expense: &'a Expense, tags: &'a [&'a str]) -> wit::Expense<'a> {
    wit::Expense {
        id: &expense.id,
        amount: lend_money(&expense.amount),
        category_id: expense.category_id.as_deref(),
        category: expense.category.as_deref(),
        merchant: expense.merchant.as_deref(),
        description: expense.description.as_deref(),
        date: date(expense.date),
        tags,
    }
}

fn lend_event<'a>(event: &'a Event, tags: &'a [&'a str]) -> wit::Event<'a> {
    let expense = lend_expense(event.expense(), tags);
    match event {
        Event::ExpenseCreated(_) => wit::Event::ExpenseCreated(expense),
        Event::ExpenseUpdated(_) => wit::Event::ExpenseUpdated(expense),
        Event::ExpenseDeleted(_) => wit::Event::ExpenseDeleted(expense),
    }
}

fn lend_context(context: &Context) -> wit::Context<'_> {
    wit::Context {
        event_id: &context.event_id,
        rule_id: &context.rule_id,
        occurred_at: instant(context.occurred_at),
        user: lend_user(&context.user),
    }
}

fn lend_user(user: &User) -> wit::User<'_> {
    wit::User {
        currency: &user.currency,
        time_zone: &user.time_zone,
        utc_offset_seconds: user.utc_offset_seconds,
        today: date(user.today),
    }
}

fn lend_money(money: &Money) -> wit::Money<'_> {
    wit::Money {
        minor: money.minor,
        currency: &money.currency,
        exponent: money.exponent,
    }
}

fn date(date: Date) -> wit::Date {
    wit::Date {
        year: date.year,
        month: date.month,
        day: date.day,
    }
}

fn instant(instant: Instant) -> wit::Instant {
    wit::Instant {
        seconds: instant.seconds,
        nanoseconds: instant.nanoseconds,
    }
}

fn action(action: wit::Action) -> Action {
    match action {
        wit::Action::Notify(notification) => Action::Notify(Notification {
            title: notification.title,
            body: notification.body,
            priority: match notification.priority {
                wit::Priority::Low => Priority::Low,
                wit::Priority::Medium => Priority::Medium,
                wit::Priority::High => Priority::High,
                wit::Priority::Urgent => Priority::Urgent,
            },
        }),
    }
}

fn rule_error(error: exported::RuleError) -> EvaluateError {
    let cut = |message: String| message.chars().take(MESSAGE_CHARS).collect();
    match error {
        exported::RuleError::InvalidConfig(message) => EvaluateError::InvalidConfig {
            message: cut(message),
        },
        exported::RuleError::Failed(message) => EvaluateError::RuleFailed {
            message: cut(message),
        },
    }
}

fn description(description: exported::Description) -> Description {
    Description {
        name: description.name,
        version: description.version,
        summary: description.summary,
        config_schema: description.config_schema,
        triggers: description.triggers,
        facts: description.facts.into_iter().map(fact_request).collect(),
    }
}

fn fact_request(request: wit::FactRequest) -> FactRequest {
    match request {
        wit::FactRequest::RecentExpenses(request) => FactRequest::RecentExpenses {
            days: request.days,
            limit: request.limit,
        },
    }
}
