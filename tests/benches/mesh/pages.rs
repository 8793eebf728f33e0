//! `ListExpenses`: what a page costs when the table is small and when it is large.

use std::time::Instant;

use pfms_proto::expense::v1::{ListExpensesRequest, ListExpensesResponse};
use pfms_runtime::storage::service_url;
use prost::Message as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tonic::transport::Channel;

use crate::load::{self, Call};
use crate::mesh::Mesh;
use crate::people::{People, Person};
use crate::stats::{Ratio, median, percentile, ratio};
use crate::{Result, say};

/// Rows of the small and of the large table.
pub const ROWS: [usize; 2] = [10_000, 2_000_000];
const TABLES: [&str; 2] = ["expenses_small", "expenses_large"];
/// The service's own table, while another is in its place.
const OWN: &str = "expenses_own";
/// One row of this many belongs to the user who lists.
pub const SHARE: usize = 4;
/// Interleaved rounds.
pub const ROUNDS: usize = 5;
/// Calls of each round and table; every other one is for a first page, the others for pages anywhere.
pub const CALLS: usize = 1_000;
const EXPENSE_PORT: u16 = 3003;
const LIST: &str = "/pfms.expense.v1.ExpenseService/ListExpenses";

/// Milliseconds of each round.
#[derive(Default)]
pub struct Table {
    p99: Vec<f64>,
    p50_first: Vec<f64>,
    p50_deep: Vec<f64>,
}

impl Table {
    /// Medians over the rounds: 99 % of all calls, 50 % of first pages, 50 % of pages anywhere.
    pub fn medians(&self) -> [f64; 3] {
        [median(&self.p99), median(&self.p50_first), median(&self.p50_deep)]
    }
}

/// The small and the large table.
#[derive(Default)]
pub struct Pages(pub [Table; 2]);

impl Pages {
    /// p99 of the large table ÷ of the small one.
    pub fn ratio(&self) -> Ratio {
        ratio(&self.0[1].p99, &self.0[0].p99)
    }
}

/// Fills both tables, puts each in turn in the place of the real one, and lists.
pub async fn measure(mesh: &Mesh, people: &mut People) -> Result<Pages> {
    people.sign_in(mesh).await?;
    let url = service_url(
        &mesh.database_url("postgres")?,
        pfms_expense::NAME,
        &mesh.master_key,
    )?;
    let mut tables = PgConnection::connect(&url).await?;
    for (table, rows) in TABLES.iter().zip(ROWS) {
        say(&format!("ListExpenses: filling {rows} rows"));
        fill(&mut tables, table, rows, &people.0[0]).await?;
    }
    let channel = &mut load::connect(&mesh.service(EXPENSE_PORT)).await?[0];
    people.sign_in(mesh).await?;
    let mut calls = Vec::new();
    for table in TABLES {
        swap(&mut tables, OWN, table).await?;
        calls.push(calls_for(mesh, channel, &people.0[0]).await?);
        swap(&mut tables, table, OWN).await?;
    }
    say("ListExpenses: listing");
    let mut pages = Pages::default();
    for _ in 0..ROUNDS {
        for (index, table) in TABLES.iter().enumerate() {
            swap(&mut tables, OWN, table).await?;
            mesh.settle().await?;
            // All rounds together take longer than a token lasts.
            people.sign_in(mesh).await?;
            for call in &mut calls[index] {
                call.authorize(&people.0[0])?;
            }
            round(channel, &calls[index], &mut pages.0[index]).await?;
            swap(&mut tables, table, OWN).await?;
        }
    }
    tables.close().await?;
    Ok(pages)
}

async fn fill(connection: &mut PgConnection, table: &str, rows: usize, person: &Person) -> Result<()> {
    let create = format!("CREATE TABLE {table} (LIKE expenses INCLUDING ALL)");
    sqlx::query(AssertSqlSafe(create))
        .execute(&mut *connection)
        .await?;
    // Ids grow with the row, as UUIDv7 do; a user's dates spread over three years.
    let insert = format!(
        "INSERT INTO {table}
         SELECT CASE WHEN n % {SHARE} = 0 THEN $1 ELSE lpad(to_hex(n % 4000), 32, 'a')::uuid END,
                lpad(to_hex(n), 32, '0')::uuid, 100 + n % 90000, 'EUR', $2,
                'monthly ticket, zones one to three', 'City Transport', date '2024-01-01' + (n % 1009)::int, NULL,
                NULL, '', '{{commute}}', '{{}}', 'manual', NULL, now(), now()
         FROM generate_series(1, $3::bigint) AS n"
    );
    sqlx::query(AssertSqlSafe(insert))
        .bind(person.id)
        .bind(person.category)
        .bind(i64::try_from(rows)?)
        .execute(&mut *connection)
        .await?;
    sqlx::query(AssertSqlSafe(format!("VACUUM ANALYZE {table}")))
        .execute(connection)
        .await?;
    Ok(())
}

/// The table in use gets the name `away`, and `incoming` takes its place.
async fn swap(connection: &mut PgConnection, away: &str, incoming: &str) -> Result<()> {
    let statements = format!(
        "BEGIN; ALTER TABLE expenses RENAME TO {away}; ALTER TABLE {incoming} RENAME TO expenses; COMMIT"
    );
    sqlx::raw_sql(AssertSqlSafe(statements))
        .execute(connection)
        .await?;
    Ok(())
}

/// First pages and pages anywhere in turn, for one user.
async fn calls_for(mesh: &Mesh, channel: &mut Channel, person: &Person) -> Result<Vec<Call>> {
    let call = |request: ListExpensesRequest| Call::grpc(&mesh.service(EXPENSE_PORT), LIST, person, &request);
    let mut tokens = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListExpensesRequest {
            page_size: 500,
            page_token,
            ..ListExpensesRequest::default()
        };
        let page = ListExpensesResponse::decode(call(request)?.send(channel).await?)?;
        if page.next_page_token.is_empty() {
            break;
        }
        tokens.push(page.next_page_token.clone());
        page_token = page.next_page_token;
    }
    let mut calls = Vec::with_capacity(CALLS);
    for number in 0..CALLS / 2 {
        calls.push(call(ListExpensesRequest::default())?);
        // A prime step goes through all depths, in an order that caches cannot follow.
        let page_token = tokens[number * 7919 % tokens.len()].clone();
        calls.push(call(ListExpensesRequest {
            page_token,
            ..ListExpensesRequest::default()
        })?);
    }
    Ok(calls)
}

async fn round(channel: &mut Channel, calls: &[Call], table: &mut Table) -> Result<()> {
    // Each pooled connection plans anew after the tables changed places.
    for call in calls.iter().take(CALLS / 4) {
        call.send(channel).await?;
    }
    let mut times = [Vec::new(), Vec::new()];
    for (number, call) in calls.iter().enumerate() {
        let started = Instant::now();
        call.send(channel).await?;
        times[number % 2].push(started.elapsed().as_secs_f64() * 1e3);
    }
    table.p50_first.push(percentile(&times[0], 0.5));
    table.p50_deep.push(percentile(&times[1], 0.5));
    table.p99.push(percentile(&times.concat(), 0.99));
    Ok(())
}
