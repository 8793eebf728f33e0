//! Connections for the statements that everyone waits for.
#![allow(clippy::unwrap_used, clippy::panic)]

use futures::poll;
use pfms_runtime::storage::Connection;
use pfms_runtime::testing::create_database;
use pfms_runtime::{Clock, Database};
use sqlx::PgConnection;

/// A database with two such connections, and two that are left to the pool.
async fn database() -> Database {
    Database::open(&create_database().await, "test", 4, Clock::system()).unwrap()
}

async fn process(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(connection)
        .await
}

async fn kept(mut connection: Connection) -> i32 {
    let process = process(&mut connection).await.unwrap();
    connection.keep();
    process
}

#[tokio::test]
async fn the_last_one_that_answered_serves_next() {
    let database = database().await;
    let (first, second) = (
        database.connect().await.unwrap(),
        database.connect().await.unwrap(),
    );
    let (first, second) = (kept(first).await, kept(second).await);
    assert_ne!(first, second);
    for _ in 0..3 {
        assert_eq!(kept(database.connect().await.unwrap()).await, second);
    }
}

#[tokio::test]
async fn one_that_did_not_answer_serves_nobody() {
    let database = database().await;
    let mut lost = database.connect().await.unwrap();
    let lost_process = process(&mut lost).await.unwrap();
    let other = database.connect().await.unwrap();
    let other_process = kept(other).await;
    lost.keep();

    let mut lost = database.connect().await.unwrap();
    sqlx::query("SELECT pg_terminate_backend($1, 5000)")
        .bind(lost_process)
        .execute(database.pool())
        .await
        .unwrap();
    process(&mut lost).await.unwrap_err();
    drop(lost);

    let (next, new) = (
        database.connect().await.unwrap(),
        database.connect().await.unwrap(),
    );
    assert_eq!(kept(next).await, other_process);
    let new = kept(new).await;
    assert!(new != lost_process && new != other_process);
}

#[tokio::test]
async fn who_waits_gets_one_and_the_pool_keeps_its_half() {
    let database = database().await;
    let (mut first, second) = (
        database.connect().await.unwrap(),
        database.connect().await.unwrap(),
    );
    let freed = process(&mut first).await.unwrap();

    let mut third = Box::pin(database.connect());
    assert!(poll!(&mut third).is_pending());
    let rest = [database.pool().acquire().await, database.pool().acquire().await];
    assert!(rest.iter().all(Result::is_ok));
    assert!(poll!(&mut third).is_pending());
    first.keep();
    assert_eq!(kept(third.await.unwrap()).await, freed);
    drop(second);
}
