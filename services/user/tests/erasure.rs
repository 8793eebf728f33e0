//! What is left of a user who was erased, and what arrives too late.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::events::v1::UserDeleted;
use pfms_proto::user::v1::{FinancialPreferences, Profile};
use pfms_runtime::Clock;
use pfms_runtime::events::Outgoing;
use pfms_runtime::testing::{Harness, eventually};
use pfms_types::UserId;
use support::{client, get, money, prefer, publish, start, update, user_created};
use uuid::Uuid;

fn user_deleted(user_id: UserId) -> Outgoing {
    let data = UserDeleted {
        user_id: user_id.to_string(),
        erasure_id: Uuid::now_v7().to_string(),
    };
    Outgoing::new(user_id, Clock::system().now(), &data).unwrap()
}

async fn rows(harness: &Harness, table: &str, user_id: UserId) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "SELECT count(*) FROM {table} WHERE user_id = $1"
    )))
    .bind(user_id.uuid())
    .fetch_one(harness.database("user").pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn everything_goes_and_late_events_bring_nothing_back() {
    let harness = start().await;
    let (erased, other) = (UserId::generate(), UserId::generate());
    for user_id in [erased, other] {
        let profile = Profile {
            first_name: "Ada".into(),
            phone: "+4915112345678".into(),
            ..Profile::default()
        };
        update(&mut client(&harness, user_id), profile, &["first_name", "phone"])
            .await
            .unwrap();
        let preferences = FinancialPreferences {
            savings_target: money("10.00", "EUR"),
            ..FinancialPreferences::default()
        };
        prefer(&mut client(&harness, user_id), preferences, &["savings_target"])
            .await
            .unwrap();
    }
    publish(&harness, &[user_deleted(erased)]).await;
    let tables = [
        "user_profiles",
        "financial_preferences",
        "data_keys",
        "idempotency_keys",
    ];
    eventually("the rows are gone", || async {
        let mut left = 0;
        for table in tables {
            left += rows(&harness, table, erased).await;
        }
        (left == 0).then_some(())
    })
    .await;
    assert_eq!(get(&mut client(&harness, other)).await.first_name, "Ada");

    // In order for the same lane: what comes after the late event shows that it was handled.
    let marker = UserId::from(Uuid::from_bytes({
        let mut bytes = *Uuid::now_v7().as_bytes();
        bytes[15] = erased.uuid().as_bytes()[15];
        bytes
    }));
    publish(
        &harness,
        &[
            user_created(erased, "Late", "Comer"),
            user_created(marker, "On", "Time"),
        ],
    )
    .await;
    eventually("the marker is there", || async {
        (rows(&harness, "user_profiles", marker).await == 1).then_some(())
    })
    .await;
    assert_eq!(rows(&harness, "user_profiles", erased).await, 0);
    assert_eq!(rows(&harness, "data_keys", erased).await, 0);
    harness.stop().await;
}
