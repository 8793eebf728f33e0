//! Rules, their components and executions.
//!
//! A rule is data: a trigger, a condition, actions, and possibly a component that decides. When it is saved, what
//! an event must be like for it to match is entered in an index ([`index`]); an event then meets only those rules
//! ([`run`]). Components run in the sandbox of `pfms-plugin-host`, off the threads that serve ([`sandbox`]).

pub mod action;
mod api;
pub mod condition;
pub mod config;
mod events;
pub mod execution;
mod expenses;
pub mod fact;
pub mod index;
pub mod module;
pub mod rule;
mod run;
mod sandbox;
mod store;
pub mod trigger;

use std::sync::Arc;

use pfms_proto::automation::v1::automation_service_server::AutomationServiceServer;
use pfms_proto::automation::v1::module_service_server::ModuleServiceServer;
use pfms_proto::events::v1::{ExpenseCreated, ExpenseDeleted, ExpenseUpdated, UserUpdated};
use pfms_runtime::events::Consumer;
use pfms_runtime::personal::{PersonalData, Table};
use pfms_runtime::retention::Kept;
use pfms_runtime::{Context, Error, Parts, Service};

use crate::expenses::Expenses;
use crate::run::Runner;
use crate::sandbox::Sandbox;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What is held about users.
const PERSONAL: PersonalData = PersonalData {
    tables: &[
        Table::owned("rule_executions"),
        Table::owned("rule_index").internal(),
        Table::owned("automation_rules"),
        Table::owned("modules"),
        Table::owned("people"),
        Table::owned("quotas").internal(),
    ],
    redis: &[],
    formerly_sealed_for: None,
};

/// Largest message, in bytes; a component comes in several.
const MAX_MESSAGE_BYTES: usize = 4 << 20;
/// What is removed when it is old.
const KEPT: &[Kept] = &[Kept::new("rule_executions", "executed_at", |days| {
    days.execution_days
})];

/// The service.
#[must_use]
pub fn service() -> Service {
    Service::new("automation", 3011, parts)
        .migrations(&MIGRATIONS)
        .keeps(KEPT)
        .personal(PERSONAL)
}

async fn parts(context: Context) -> Result<Parts, Error> {
    let sandbox = Arc::new(Sandbox::new(context.settings.module_cache.as_deref())?);
    let runner = Runner {
        database: context.database.clone(),
        sandbox: Arc::clone(&sandbox),
        expenses: Expenses::new(context.clients.channel("expense", 3003)?),
    };
    let rules = api::Rules {
        database: context.database.clone(),
        page_tokens: context.page_tokens.clone(),
    };
    let modules = api::Modules {
        database: context.database.clone(),
        page_tokens: context.page_tokens,
        sandbox,
    };
    let events = events::Expenses {
        clock: context.clock,
        runner,
    };
    Ok(Parts::new()
        .grpc(AutomationServiceServer::new(rules).max_decoding_message_size(MAX_MESSAGE_BYTES))
        .grpc(ModuleServiceServer::new(modules).max_decoding_message_size(MAX_MESSAGE_BYTES))
        .consumer(
            Consumer::new("automation.expenses", events)
                .on::<ExpenseCreated>()
                .on::<ExpenseUpdated>()
                .on::<ExpenseDeleted>(),
        )
        .consumer(Consumer::new("automation.people", events::People).on::<UserUpdated>()))
}
