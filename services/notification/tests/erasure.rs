//! What is left of a user who was erased.
#![allow(clippy::unwrap_used)]

mod mesh;

use mesh::Mesh;
use pfms_proto::events::v1::UserDeleted;
use pfms_runtime::Clock;
use pfms_runtime::events::Outgoing;
use pfms_runtime::testing::eventually;
use pfms_types::UserId;
use uuid::Uuid;

fn told(user_id: UserId, title: &str, about: UserId) -> Outgoing {
    mesh::event(user_id, |send| {
        send.title = title.into();
        send.about_user_id = about.to_string();
    })
}

#[tokio::test]
async fn with_a_user_go_the_notifications_that_name_the_user() {
    let mesh = Mesh::start().await;
    let (erased, reader) = (UserId::generate(), UserId::generate());
    let other = UserId::generate();
    mesh.publish(&[
        told(reader, "Ada joined", erased),
        told(reader, "Eve joined", other),
        told(erased, "Eve joined", other),
    ])
    .await;
    mesh.stored(reader, 2).await;
    mesh.stored(erased, 1).await;
    let deleted = UserDeleted {
        user_id: erased.to_string(),
        erasure_id: Uuid::now_v7().to_string(),
    };
    mesh.publish(&[Outgoing::new(erased, Clock::system().now(), &deleted).unwrap()])
        .await;
    eventually("two are gone", || async {
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM notifications")
            .fetch_one(mesh.harness.database("notification").pool())
            .await
            .unwrap();
        (left == 1).then_some(())
    })
    .await;
    // One that names the user and comes late is left out; what follows it shows that it was handled.
    mesh.publish(&[told(reader, "Ada left", erased), told(reader, "Eve left", other)])
        .await;
    let titles: Vec<_> = mesh
        .stored(reader, 2)
        .await
        .into_iter()
        .map(|one| one.title)
        .collect();
    assert_eq!(titles, ["Eve left", "Eve joined"]);
    mesh.harness.stop().await;
}
