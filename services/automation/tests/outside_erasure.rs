//! With a user go webhooks, what became of their messages, effects and schedules.
#![allow(clippy::unwrap_used)]

mod outside;

use outside::{Mesh, Receiver};
use pfms_automation::effects::{Change, Task};
use pfms_automation::schedule::{self, Cron, Schedule};
use pfms_proto::automation::v1::{CreateWebhookRequest, PingWebhookRequest, Webhook};
use pfms_proto::events::v1::UserDeleted;
use pfms_runtime::Begun;
use pfms_runtime::events::Outgoing;
use pfms_runtime::testing::eventually;
use pfms_types::UserId;
use tonic::Status;
use uuid::Uuid;

/// Rows in the webhooks' and the workers' tables, and keys that seal.
async fn rows(mesh: &Mesh) -> Vec<i64> {
    let mut rows = Vec::new();
    for table in [
        "SELECT count(*) FROM webhooks",
        "SELECT count(*) FROM webhook_deliveries",
        "SELECT count(*) FROM effects",
        "SELECT count(*) FROM schedules",
        "SELECT count(*) FROM data_keys",
    ] {
        rows.push(sqlx::query_scalar(table).fetch_one(&mesh.pool()).await.unwrap());
    }
    rows
}

/// A webhook with a delivery, an effect that waits, and a rule that comes due.
async fn lives(mesh: &Mesh, user: UserId, receiver: &Receiver) {
    let mut client = mesh.webhooks(user);
    let webhook = Webhook {
        name: "Mine".into(),
        url: receiver.url.clone(),
        ..Webhook::default()
    };
    let request = CreateWebhookRequest {
        webhook: Some(webhook),
    };
    let id = client.create_webhook(request).await.unwrap().into_inner().id;
    client.ping_webhook(PingWebhookRequest { id }).await.unwrap();
    let refusal = Status::internal("broken");
    mesh.expenses.refusals.lock().unwrap().push_back(refusal);
    let change = Change {
        expense_id: Uuid::from_u128(7),
        category_id: None,
        add_tags: vec!["a".to_owned()],
    };
    let execution = mesh.enqueue(user, vec![Task::Apply(change)]).await;
    mesh.until_tried(user, execution, 1).await;
    let rule = outside::rule(&mesh.pool(), user, "Due").await;
    let schedule = Schedule::Cron(Box::new(Cron::parse("0 8 * * *").unwrap()));
    let mut connection = mesh.pool().acquire().await.unwrap();
    schedule::set(&mut connection, user, rule, &schedule, "UTC", mesh.clock.now())
        .await
        .unwrap();
}

#[tokio::test]
async fn nothing_is_left_of_who_was_erased_and_everything_of_the_others() {
    let mesh = Mesh::start().await;
    let receiver = Receiver::start().await;
    let (erased, other) = (UserId::generate(), UserId::generate());
    lives(&mesh, erased, &receiver).await;
    lives(&mesh, other, &receiver).await;
    eventually("both are there", || async {
        (rows(&mesh).await == [2, 2, 2, 2, 2]).then_some(())
    })
    .await;
    let deleted = UserDeleted {
        user_id: erased.to_string(),
        erasure_id: Uuid::now_v7().to_string(),
    };
    let database = mesh.harness.database("notification");
    let Begun::Fresh(mut unit) = database.begin::<()>(erased, None).await.unwrap() else {
        unreachable!("there is no key");
    };
    unit.publish(Outgoing::new(erased, mesh.clock.now(), &deleted).unwrap());
    unit.commit(()).await.unwrap();
    eventually("one is gone", || async {
        (rows(&mesh).await == [1, 1, 1, 1, 1]).then_some(())
    })
    .await;
    let left: Uuid = sqlx::query_scalar("SELECT user_id FROM effects")
        .fetch_one(&mesh.pool())
        .await
        .unwrap();
    assert_eq!(left, other.uuid());
    mesh.harness.stop().await;
}
