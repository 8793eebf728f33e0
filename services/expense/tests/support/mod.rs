//! What the tests of this service share.
#![allow(dead_code, clippy::unwrap_used, clippy::wildcard_imports)]

pub mod category;
pub mod expense;

use pfms_proto::expense::v1::category_service_client::CategoryServiceClient;
use pfms_proto::expense::v1::expense_service_client::ExpenseServiceClient;
use pfms_proto::expense::v1::{Category, CreateCategoryRequest, CreateExpenseRequest, Expense};
use pfms_proto::types::v1::Money;
use pfms_runtime::testing::{AuthorizedChannel, Harness, invalid_fields};
use pfms_types::UserId;
use sqlx::PgPool;
use tonic::{Code, Request, Response, Status};

pub type Expenses = ExpenseServiceClient<AuthorizedChannel>;
pub type Categories = CategoryServiceClient<AuthorizedChannel>;

/// An id that nobody has.
pub const NOBODYS: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

pub async fn start() -> Harness {
    Harness::start(vec![pfms_expense::service()]).await
}

/// The service without its relay, as if the broker were away: events stay in the outbox, where they can be seen.
pub async fn start_without_broker() -> Harness {
    Harness::start_with(vec![pfms_expense::service()], |settings| {
        settings.amqp_url = "amqp://guest:guest@127.0.0.1:1/%2f".into();
    })
    .await
}

pub fn expenses(harness: &Harness, user: UserId) -> Expenses {
    ExpenseServiceClient::new(harness.as_user("expense", user))
}

pub fn categories(harness: &Harness, user: UserId) -> Categories {
    CategoryServiceClient::new(harness.as_user("expense", user))
}

pub fn usd(amount: &str) -> Option<Money> {
    money(amount, "USD")
}

/// As the fields hold it: set.
#[allow(clippy::unnecessary_wraps)]
pub fn money(amount: &str, currency: &str) -> Option<Money> {
    Some(Money {
        amount: amount.into(),
        currency: currency.into(),
    })
}

/// An expense of 3.50 USD on 2025-12-11.
pub fn coffee() -> Expense {
    Expense {
        amount: usd("3.50"),
        date: "2025-12-11".into(),
        ..Expense::default()
    }
}

pub fn creation(expense: Expense) -> CreateExpenseRequest {
    CreateExpenseRequest {
        expense: Some(expense),
    }
}

pub async fn record(client: &mut Expenses, expense: Expense) -> Expense {
    client
        .create_expense(creation(expense))
        .await
        .unwrap()
        .into_inner()
}

pub fn named(name: &str) -> Category {
    Category {
        name: name.into(),
        ..Category::default()
    }
}

pub fn below(name: &str, parent: &Category) -> Category {
    Category {
        parent_id: parent.id.clone(),
        ..named(name)
    }
}

pub async fn add(client: &mut Categories, category: Category) -> Category {
    try_add(client, category).await.unwrap()
}

pub async fn try_add(client: &mut Categories, category: Category) -> Result<Category, Status> {
    let request = CreateCategoryRequest {
        category: Some(category),
    };
    client.create_category(request).await.map(Response::into_inner)
}

/// A request with an idempotency key.
pub fn keyed<T>(message: T, key: &str) -> Request<T> {
    let mut request = Request::new(message);
    request
        .metadata_mut()
        .insert("idempotency-key", key.parse().unwrap());
    request
}

#[track_caller]
pub fn assert_invalid<T: std::fmt::Debug>(result: Result<T, Status>, fields: &[&str]) {
    let status = result.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    assert_eq!(invalid_fields(&status), fields, "{}", status.message());
}

#[track_caller]
pub fn assert_code<T: std::fmt::Debug>(result: Result<T, Status>, code: Code, reason: &str) {
    let status = result.unwrap_err();
    assert_eq!(
        (status.code(), pfms_runtime::testing::reason(&status)),
        (code, reason.to_owned())
    );
}

/// The service's own tables.
pub fn pool(harness: &Harness) -> PgPool {
    harness.database("expense").pool().clone()
}

/// The bodies in the outbox, the oldest first.
pub async fn outbox(pool: &PgPool) -> Vec<serde_json::Value> {
    let bodies: Vec<String> = sqlx::query_scalar("SELECT body FROM outbox ORDER BY seq")
        .fetch_all(pool)
        .await
        .unwrap();
    bodies
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect()
}

pub async fn count(pool: &PgPool, table: &'static str) -> i64 {
    let text = match table {
        "expenses" => "SELECT count(*) FROM expenses",
        "outbox" => "SELECT count(*) FROM outbox",
        "idempotency_keys" => "SELECT count(*) FROM idempotency_keys",
        _ => "SELECT count(*) FROM expense_categories",
    };
    sqlx::query_scalar(text).fetch_one(pool).await.unwrap()
}
