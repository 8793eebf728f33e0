//! Taxes, calculated by countries' components and explained.
//!
//! No rule of any country is here: a country is a component ([`sandbox`]), which declares what it covers and asks
//! ([`country`]). What is stored about a tax year is put together for it ([`situation`]), what it answers is kept with
//! all that it follows from ([`calculation`]). Deductions follow the expenses whose categories a user maps, incomes
//! come from the services that know of them ([`events`]).

mod api;
pub mod calculation;
pub mod component;
pub mod country;
pub mod deduction;
mod desk;
pub mod estimate;
mod events;
mod expenses;
pub mod figure;
#[cfg(test)]
mod fixture;
pub mod income;
pub mod mapping;
mod people;
pub mod person;
pub mod profile;
mod report;
mod sandbox;
mod scenario;
pub mod situation;
mod store;
pub mod value;

use std::sync::Arc;

use pfms_proto::events::v1::{
    ExpenseCreated, ExpenseDeleted, ExpenseUpdated, IncomeReceived, InvestmentTransaction,
};
use pfms_proto::tax::v1::tax_component_service_server::TaxComponentServiceServer;
use pfms_proto::tax::v1::tax_country_service_server::TaxCountryServiceServer;
use pfms_proto::tax::v1::tax_deduction_service_server::TaxDeductionServiceServer;
use pfms_proto::tax::v1::tax_income_service_server::TaxIncomeServiceServer;
use pfms_proto::tax::v1::tax_mapping_service_server::TaxMappingServiceServer;
use pfms_proto::tax::v1::tax_profile_service_server::TaxProfileServiceServer;
use pfms_proto::tax::v1::tax_service_server::TaxServiceServer;
use pfms_runtime::events::Consumer;
use pfms_runtime::personal::{PersonalData, Table};
use pfms_runtime::retention::Kept;
use pfms_runtime::{Context, Error, Parts, Service};

use crate::component::Publishers;
use crate::desk::Desk;
use crate::expenses::Expenses;
use crate::people::People;
use crate::sandbox::Sandbox;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// What is held about users.
const PERSONAL: PersonalData = PersonalData {
    tables: &[
        Table::owned("tax_calculations"),
        Table::owned("tax_deductions"),
        Table::owned("tax_mappings"),
        Table::owned("tax_incomes"),
        Table::owned("tax_profiles"),
        Table::owned("tax_components"),
        Table::owned("tax_expense_versions").internal(),
        Table::owned("tax_quotas").internal(),
    ],
    redis: &[],
    formerly_sealed_for: None,
};

/// What is removed when it is old. News of an expense need to be remembered for as long as older ones may arrive.
const KEPT: &[Kept] = &[Kept::new("tax_expense_versions", "noted_at", |days| {
    days.inbox_days
})];

/// Largest message, in bytes: a scenario with as many changes as it may have, or a piece of a component.
const MAX_MESSAGE_BYTES: usize = 4 << 20;

/// The service's name.
pub const NAME: &str = "tax";
/// The service's port.
pub const PORT: u16 = 3008;

/// The service.
#[must_use]
pub fn service() -> Service {
    Service::new(NAME, PORT, parts)
        .migrations(&MIGRATIONS)
        .keeps(KEPT)
        .personal(PERSONAL)
}

async fn parts(context: Context) -> Result<Parts, Error> {
    let settings = &context.settings;
    let limits = &settings.sandbox.native_limits;
    let sandbox = Arc::new(Sandbox::new(settings.module_cache.as_deref(), limits)?);
    let folder = settings.tax.tax_components.as_deref();
    let desk = Desk::open(context.database.clone(), Arc::clone(&sandbox), folder).await?;
    let api = api::Api {
        database: context.database.clone(),
        pages: context.page_tokens.clone(),
        desk: Arc::new(desk),
        sandbox,
        expenses: Expenses::new(context.clients.channel("expense", 3003)?),
        people: People::new(context.clients.channel("user", 3002)?),
        publishers: Publishers::new(&settings.tax.tax_publishers).map_err(Error::internal)?,
    };
    let expenses = events::Expenses {
        database: context.database,
    };
    let incomes = events::Incomes { clock: context.clock };
    Ok(Parts::new()
        .grpc(TaxServiceServer::new(api.clone()).max_decoding_message_size(MAX_MESSAGE_BYTES))
        .grpc(TaxProfileServiceServer::new(api.clone()))
        .grpc(TaxCountryServiceServer::new(api.clone()))
        .grpc(TaxDeductionServiceServer::new(api.clone()))
        .grpc(TaxIncomeServiceServer::new(api.clone()))
        .grpc(TaxMappingServiceServer::new(api.clone()))
        .grpc(TaxComponentServiceServer::new(api).max_decoding_message_size(MAX_MESSAGE_BYTES))
        .consumer(
            Consumer::new("tax.expenses", expenses)
                .on::<ExpenseCreated>()
                .on::<ExpenseUpdated>()
                .on::<ExpenseDeleted>(),
        )
        .consumer(
            Consumer::new("tax.incomes", incomes)
                .on::<IncomeReceived>()
                .on::<InvestmentTransaction>(),
        ))
}
