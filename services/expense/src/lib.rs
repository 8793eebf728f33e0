//! Expenses and their categories.

mod api;
pub mod category;
mod events;
pub mod expense;
pub mod filter;
pub mod internal;
mod store;

use pfms_proto::expense::v1::category_service_server::CategoryServiceServer;
use pfms_proto::expense::v1::expense_internal_service_server::ExpenseInternalServiceServer;
use pfms_proto::expense::v1::expense_service_server::ExpenseServiceServer;
use pfms_runtime::personal::{PersonalData, Table};
use pfms_runtime::sharing::Sharing;
use pfms_runtime::{Parts, Service};
use sqlx::migrate::Migrator;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Largest request: a batch of 1,000 expenses with long texts fits.
const MAX_REQUEST_BYTES: usize = 4 * 1024 * 1024;

/// What is held about users.
const PERSONAL: PersonalData = PersonalData {
    tables: &[
        Table::owned("expenses"),
        Table::owned("expense_categories"),
        Table::owned("category_seeds").internal(),
    ],
    redis: &[],
    formerly_sealed_for: None,
};

/// The service's name.
pub const NAME: &str = "expense";
/// The service's port.
pub const PORT: u16 = 3003;

/// The service.
#[must_use]
pub fn service() -> Service {
    Service::new(NAME, PORT, |context| async move {
        let sharing = Sharing::new(&context.clients)?;
        let expenses = api::Expenses::new(&context, sharing.clone());
        Ok(Parts::new()
            .grpc(ExpenseServiceServer::new(expenses.clone()).max_decoding_message_size(MAX_REQUEST_BYTES))
            .grpc(ExpenseInternalServiceServer::new(expenses))
            .grpc(CategoryServiceServer::new(api::Categories::new(
                &context, sharing,
            ))))
    })
    .migrations(&MIGRATIONS)
    .personal(PERSONAL)
}
