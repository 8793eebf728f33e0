//! Resident memory, at rest and after many requests.

use std::sync::Arc;

use pfms_proto::expense::v1::Expense;
use prost::Message as _;

use crate::load::{self, Call};
use crate::mesh::Mesh;
use crate::people::People;
use crate::process::Usage;
use crate::{Result, say, writes};

/// Requests before the first reading: pools, caches and buffers are filled by then.
pub const WARM_UP: usize = 20_000;
/// Requests between the readings.
pub const REQUESTS: usize = 100_000;
/// Reads for each write.
pub const READS: usize = 4;
const EXPENSE_PORT: u16 = 3003;

/// MiB by group of processes.
#[derive(Default)]
pub struct Memory {
    /// Just started.
    pub idle: Usage,
    /// After the warm-up.
    pub warm: Usage,
    /// After the requests that follow.
    pub loaded: Usage,
}

/// Sends requests through the edge, and reads memory whenever the mesh has come to rest.
pub async fn measure(mesh: &Mesh, people: &mut People, idle: Usage) -> Result<Memory> {
    let edge = load::connect(&mesh.edge()).await?;
    let mut service = load::connect(&mesh.service(EXPENSE_PORT)).await?;
    let mut calls = Vec::new();
    for person in &people.0 {
        let create = "/pfms.expense.v1.ExpenseService/CreateExpense";
        let create = Call::grpc(
            &mesh.service(EXPENSE_PORT),
            create,
            person,
            &writes::request(person),
        )?;
        let expense = Expense::decode(create.send(&mut service[0]).await?)?;
        calls.push(writes::rest(&mesh.edge(), person)?);
        let path = format!("/api/v1/expenses/{}", expense.id);
        calls.extend(vec![Call::get(&mesh.edge(), &path, person)?; READS]);
    }
    let calls = Arc::new(calls);
    say(&format!("memory: {WARM_UP} requests to warm up"));
    load::for_count(&edge, &calls, WARM_UP).await?;
    mesh.settle().await?;
    let warm = mesh.resident()?;
    say(&format!("memory: {REQUESTS} requests"));
    load::for_count(&edge, &calls, REQUESTS).await?;
    mesh.settle().await?;
    Ok(Memory {
        idle,
        warm,
        loaded: mesh.resident()?,
    })
}
