//! Rules, their components and executions.
//!
//! A rule is data: a trigger, a condition, actions, and possibly a component that decides. When it is saved, what
//! an event must be like for it to match is entered in an index ([`index`]); an event then meets only those rules
//! ([`run`]). Components run in the sandbox of `pfms-plugin-host`, off the threads that serve ([`sandbox`]).

pub mod action;
mod api;
pub mod condition;
pub mod config;
mod derived;
pub mod effects;
mod events;
pub mod execution;
pub mod fact;
pub mod facts;
pub mod group;
pub mod history;
pub mod index;
pub mod learning;
pub mod module;
pub mod occasion;
pub mod policy;
pub mod rule;
pub mod run;
pub mod sandbox;
pub mod schedule;
pub mod schema;
mod store;
pub mod template;
pub mod trigger;
pub mod webhook;

use std::sync::Arc;
use std::time::Duration;

use pfms_proto::automation::v1::automation_internal_service_server::AutomationInternalServiceServer;
use pfms_proto::automation::v1::automation_service_server::AutomationServiceServer;
use pfms_proto::automation::v1::history_run_service_server::HistoryRunServiceServer;
use pfms_proto::automation::v1::module_service_server::ModuleServiceServer;
use pfms_proto::automation::v1::proposal_service_server::ProposalServiceServer;
use pfms_proto::automation::v1::rule_group_service_server::RuleGroupServiceServer;
use pfms_proto::automation::v1::webhook_service_server::WebhookServiceServer;
use pfms_proto::events::v1::{ExpenseUpdated, UserUpdated};
use pfms_runtime::events::Consumer;
use pfms_runtime::personal::{PersonalData, Table};
use pfms_runtime::retention::Kept;
use pfms_runtime::{Context, Error, Parts, Service};
use tokio::sync::Notify;

use crate::run::Engine;
use crate::sandbox::Sandbox;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What is held about users.
const PERSONAL: PersonalData = PersonalData {
    tables: &[
        Table::owned("history_runs"),
        Table::owned("proposals"),
        Table::owned("effects").internal(),
        Table::owned("webhook_deliveries"),
        Table::owned("webhooks").secret(&["secret_sealed", "former_secret_sealed"]),
        Table::owned("schedules").internal(),
        Table::owned("rule_executions"),
        Table::owned("rule_index").internal(),
        Table::owned("rule_modules").internal(),
        Table::owned("automation_rules"),
        Table::owned("rule_groups"),
        Table::owned("modules"),
        Table::owned("people"),
        Table::owned("quotas").internal(),
    ],
    redis: &[],
    formerly_sealed_for: None,
};

/// Largest message, in bytes; a component comes in several.
const MAX_MESSAGE_BYTES: usize = 4 << 20;
/// The share of a request's time for which the upload of a component waits for the compiler.
const MODULE_PATIENCE: f32 = 0.7;
/// What is removed when it is old.
const KEPT: &[Kept] = &[
    Kept::new("rule_executions", "executed_at", |days| days.execution_days),
    Kept::new("webhook_deliveries", "attempted_at", |days| days.execution_days),
    Kept::new("history_runs", "created_at", |_| HISTORY_RUN_DAYS),
];
/// Days for which a run over the past can be read.
const HISTORY_RUN_DAYS: u16 = 30;
/// How often it is looked for effects that another process left, and for rules that come due.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The service.
#[must_use]
pub fn service() -> Service {
    Service::new("automation", 3011, parts)
        .migrations(&MIGRATIONS)
        .keeps(KEPT)
        .personal(PERSONAL)
}

async fn parts(context: Context) -> Result<Parts, Error> {
    let settings = &context.settings;
    let sandbox = Arc::new(Sandbox::new(settings.module_cache.as_deref(), &settings.sandbox)?);
    let expenses = context.clients.channel("expense", 3003)?;
    let engine = Engine {
        database: context.database.clone(),
        sandbox: Arc::clone(&sandbox),
        facts: facts::Source::new(expenses.clone()),
        clock: context.clock.clone(),
    };
    let rules = api::Rules {
        database: context.database.clone(),
        page_tokens: context.page_tokens.clone(),
        engine: engine.clone(),
        expenses: expenses.clone(),
    };
    let groups = api::Groups {
        database: context.database.clone(),
        page_tokens: context.page_tokens.clone(),
    };
    let internal = api::Internal {
        database: context.database.clone(),
    };
    let modules = api::Modules {
        database: context.database.clone(),
        page_tokens: context.page_tokens.clone(),
        sandbox,
        patience: settings.deadline().mul_f32(MODULE_PATIENCE),
    };
    let people = events::People {
        database: context.database.clone(),
    };
    let allowed = webhook::Allowed::new(&context.settings.webhooks);
    let courier = webhook::Courier::new(context.database.clone(), context.seals.clone(), allowed)?;
    let effects = Arc::new(effects::Worker::new(
        context.database.clone(),
        expenses.clone(),
        courier,
    ));
    let due = Arc::new(schedule::Worker::new(context.database.clone(), engine.clone()));
    // Apart from commits: events commit all the time, and begin no run.
    let begun = Arc::new(Notify::new());
    let past = Arc::new(history::Worker::new(
        context.database.clone(),
        engine.clone(),
        expenses,
    ));
    let corrections = learning::Corrections {
        facts: engine.facts.clone(),
    };
    Ok(Parts::new()
        .grpc(AutomationServiceServer::new(rules).max_decoding_message_size(MAX_MESSAGE_BYTES))
        .grpc(ModuleServiceServer::new(modules).max_decoding_message_size(MAX_MESSAGE_BYTES))
        .grpc(RuleGroupServiceServer::new(groups).max_decoding_message_size(MAX_MESSAGE_BYTES))
        .grpc(AutomationInternalServiceServer::new(internal).max_decoding_message_size(MAX_MESSAGE_BYTES))
        .grpc(
            WebhookServiceServer::new(webhook::Webhooks::new(&context))
                .max_decoding_message_size(MAX_MESSAGE_BYTES),
        )
        .grpc(
            HistoryRunServiceServer::new(history::HistoryRuns::new(&context, Arc::clone(&begun)))
                .max_decoding_message_size(MAX_MESSAGE_BYTES),
        )
        .grpc(ProposalServiceServer::new(learning::Proposals::new(&context)))
        .consumer(
            events::Rules {
                engine: engine.clone(),
            }
            .consumer(),
        )
        .consumer(Consumer::new("automation.people", people).on::<UserUpdated>())
        .consumer(Consumer::new("automation.corrections", corrections).on::<ExpenseUpdated>())
        .when_woken(begun, LOOK_EVERY, "history", move || Arc::clone(&past).work())
        .after_commits(&context.database, LOOK_EVERY, "effects", move || {
            Arc::clone(&effects).work()
        })
        .every(LOOK_EVERY, "schedules", move || {
            let due = Arc::clone(&due);
            async move { due.work().await }
        }))
}
