//! `CreateExpense`: commits per second through each way in, beside the bare statement.

use std::sync::Arc;
use std::time::Duration;

use pfms_proto::expense::v1::{CreateExpenseRequest, Expense};
use pfms_proto::types::v1::Money;
use serde_json::json;
use tonic::transport::Channel;

use crate::floor::Floor;
use crate::load::{self, Call};
use crate::mesh::Mesh;
use crate::people::{People, Person};
use crate::process::{self, Usage};
use crate::stats::{Ratio, median, ratio};
use crate::{Result, say};

/// Interleaved rounds.
pub const ROUNDS: usize = 5;
/// How long each way is measured in a round.
pub const TIME: Duration = Duration::from_secs(4);
const EXPENSE_PORT: u16 = 3003;
const CREATE: &str = "/pfms.expense.v1.ExpenseService/CreateExpense";
/// What expenses say; as long as people write.
pub const DESCRIPTION: &str = "monthly ticket, zones one to three";
/// Who is paid.
pub const MERCHANT: &str = "City Transport";
/// On which day.
pub const DATE: &str = "2026-03-14";

/// One way to write, over all rounds.
#[derive(Default)]
pub struct Way {
    /// Commits per second of each round.
    pub rates: Vec<f64>,
    /// Processor microseconds per commit and group of processes, of each round.
    costs: Vec<Usage>,
}

impl Way {
    /// The median of the rounds, in commits per second.
    pub fn rate(&self) -> f64 {
        median(&self.rates)
    }

    /// Processor microseconds per commit of a group of processes: the median of the rounds.
    pub fn cost(&self, group: &str) -> f64 {
        let costs: Vec<f64> = self
            .costs
            .iter()
            .map(|cost| cost.get(group).copied().unwrap_or(0.0))
            .collect();
        median(&costs)
    }

    async fn round(&mut self, mesh: &Mesh, measured: impl Future<Output = Result<f64>>) -> Result<()> {
        mesh.settle().await?;
        let before = process::processor_seconds(mesh.pid())?;
        let rate = measured.await?;
        let used = process::between(&before, &process::processor_seconds(mesh.pid())?);
        let commits = rate * TIME.as_secs_f64();
        self.costs.push(
            used.into_iter()
                .map(|(group, seconds)| (group, seconds * 1e6 / commits))
                .collect(),
        );
        self.rates.push(rate);
        Ok(())
    }
}

/// Every way to write.
#[derive(Default)]
pub struct Writes {
    /// The statement alone.
    pub floor: Way,
    /// gRPC to the service.
    pub direct: Way,
    /// gRPC through the edge.
    pub proxied: Way,
    /// REST through the edge.
    pub rest: Way,
}

impl Writes {
    /// gRPC to the service ÷ the statement alone.
    pub fn direct_to_floor(&self) -> Ratio {
        ratio(&self.direct.rates, &self.floor.rates)
    }

    /// REST through the edge ÷ gRPC to the service.
    pub fn rest_to_direct(&self) -> Ratio {
        ratio(&self.rest.rates, &self.direct.rates)
    }

    /// gRPC through the edge ÷ gRPC to the service.
    pub fn proxied_to_direct(&self) -> Ratio {
        ratio(&self.proxied.rates, &self.direct.rates)
    }
}

/// Measures all ways in turn, several times.
pub async fn measure(mesh: &Mesh, people: &mut People, floor: &Floor) -> Result<Writes> {
    let direct = load::connect(&mesh.service(EXPENSE_PORT)).await?;
    let edge = load::connect(&mesh.edge()).await?;
    let mut writes = Writes::default();
    for round in 1..=ROUNDS {
        say(&format!("CreateExpense, round {round} of {ROUNDS}"));
        people.sign_in(mesh).await?;
        let through_service = grpc(&mesh.service(EXPENSE_PORT), people)?;
        let through_edge = grpc(&mesh.edge(), people)?;
        let as_rest = each(people, |person| rest(&mesh.edge(), person))?;
        floor.clear().await?;
        writes.floor.round(mesh, floor.run()).await?;
        writes.direct.round(mesh, rate(&direct, through_service)).await?;
        writes.proxied.round(mesh, rate(&edge, through_edge)).await?;
        writes.rest.round(mesh, rate(&edge, as_rest)).await?;
        say(&format!(
            "  commits/s: statement {:.0}, gRPC {:.0}, gRPC through the edge {:.0}, REST {:.0}",
            writes.floor.rates[round - 1],
            writes.direct.rates[round - 1],
            writes.proxied.rates[round - 1],
            writes.rest.rates[round - 1],
        ));
        say(&format!(
            "  processor µs for each commit: gRPC {}, REST {}",
            costs(&writes.direct.costs[round - 1]),
            costs(&writes.rest.costs[round - 1]),
        ));
    }
    Ok(writes)
}

fn costs(usage: &Usage) -> String {
    let costs: Vec<String> = usage
        .iter()
        .map(|(group, cost)| format!("{group} {cost:.0}"))
        .collect();
    costs.join(", ")
}

async fn rate(channels: &[Channel], calls: Arc<Vec<Call>>) -> Result<f64> {
    load::for_time(channels, &calls, TIME).await
}

/// A call of each of the people.
pub fn each(people: &People, call: impl Fn(&Person) -> Result<Call>) -> Result<Arc<Vec<Call>>> {
    Ok(Arc::new(people.0.iter().map(call).collect::<Result<_>>()?))
}

fn grpc(base: &str, people: &People) -> Result<Arc<Vec<Call>>> {
    each(people, |person| {
        Call::grpc(base, CREATE, person, &request(person))
    })
}

/// The request that every way sends.
pub fn request(person: &Person) -> CreateExpenseRequest {
    CreateExpenseRequest {
        expense: Some(Expense {
            amount: Some(Money {
                amount: "86.00".to_owned(),
                currency: "EUR".to_owned(),
            }),
            category_id: person.category.to_string(),
            description: DESCRIPTION.to_owned(),
            merchant: MERCHANT.to_owned(),
            date: DATE.to_owned(),
            tags: vec!["commute".to_owned()],
            ..Expense::default()
        }),
    }
}

/// The same over REST.
pub fn rest(base: &str, person: &Person) -> Result<Call> {
    let body = json!({
        "amount": { "amount": "86.00", "currency": "EUR" },
        "categoryId": person.category.to_string(),
        "description": DESCRIPTION,
        "merchant": MERCHANT,
        "date": DATE,
        "tags": ["commute"],
    });
    Call::post(base, "/api/v1/expenses", person, &body)
}
