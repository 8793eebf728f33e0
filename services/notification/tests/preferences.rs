//! What people do not want to be shown, or not now.
#![allow(clippy::unwrap_used, clippy::panic)]

mod mesh;

use jiff::{SignedDuration, Timestamp};
use mesh::Mesh;
use pfms_proto::events::v1::{NotificationRoute, UserNotificationPreferencesUpdated};
use pfms_proto::notification::v1::{
    GetNotificationRequest, ListNotificationsRequest, MarkAllNotificationsReadRequest,
    MarkNotificationReadRequest,
};
use pfms_runtime::Clock;
use pfms_runtime::events::Outgoing;
use pfms_runtime::testing::eventually;
use pfms_types::UserId;
use tonic::Code;

/// 23:30 in Berlin.
const LATE: &str = "2026-01-10T22:30:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// No rules in the list, and quiet from 22:00 to 07:00 in Berlin.
fn preferences(user_id: UserId, changed_at: Timestamp, off: &[&str]) -> Outgoing {
    let disabled = off.iter().map(|category| NotificationRoute {
        channel: "in_app".into(),
        category: (*category).into(),
    });
    let data = UserNotificationPreferencesUpdated {
        user_id: user_id.to_string(),
        disabled: disabled.collect(),
        quiet_start: "22:00".into(),
        quiet_end: "07:00".into(),
        time_zone: "Europe/Berlin".into(),
    };
    Outgoing::new(user_id, changed_at, &data).unwrap()
}

async fn start(now: &str) -> (Mesh, Clock) {
    let clock = Clock::fixed(at(now));
    (Mesh::start_at(clock.clone()).await, clock)
}

/// Publishes preferences and waits until they are known.
async fn prefer(mesh: &Mesh, user_id: UserId, off: &[&str]) {
    mesh.publish(&[preferences(user_id, at(LATE), off)]).await;
    eventually("the preferences are known", || known(mesh, user_id)).await;
}

async fn known(mesh: &Mesh, user_id: UserId) -> Option<Vec<String>> {
    sqlx::query_scalar("SELECT in_app_off FROM preferences WHERE user_id = $1")
        .bind(user_id.uuid())
        .fetch_optional(mesh.harness.database("notification").pool())
        .await
        .unwrap()
}

fn about(user_id: UserId, category: &str, title: &str, priority: &str) -> Outgoing {
    mesh::event(user_id, |send| {
        send.category = category.into();
        send.title = title.into();
        send.priority = priority.into();
    })
}

/// Titles and the unread count, as the list has them now.
async fn listed(mesh: &Mesh, user_id: UserId) -> (Vec<String>, i64) {
    let page = mesh
        .client(user_id)
        .list_notifications(ListNotificationsRequest::default())
        .await
        .unwrap()
        .into_inner();
    let titles = page.notifications.into_iter().map(|one| one.title).collect();
    (titles, page.unread_count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_that_is_off_is_not_shown_and_not_kept() {
    let (mesh, _) = start("2026-01-10T12:00:00Z").await;
    let user_id = UserId::generate();
    prefer(&mesh, user_id, &["rule", "security"]).await;
    mesh.publish(&[
        about(user_id, "rule", "off", "urgent"),
        about(user_id, "security", "always", "low"),
        about(user_id, "expense", "on", "low"),
    ])
    .await;
    let titles: Vec<_> = mesh
        .stored(user_id, 2)
        .await
        .into_iter()
        .map(|one| one.title)
        .collect();
    assert_eq!(titles, ["on", "always"]);
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM notifications")
        .fetch_one(mesh.harness.database("notification").pool())
        .await
        .unwrap();
    assert_eq!(kept, 2);
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_quiet_hours_is_there_when_they_end() {
    let (mesh, clock) = start(LATE).await;
    let user_id = UserId::generate();
    prefer(&mesh, user_id, &[]).await;
    let waiting = about(user_id, "expense", "can wait", "high");
    mesh.publish(&[
        waiting.clone(),
        about(user_id, "expense", "urgent", "urgent"),
        about(user_id, "security", "new device", "medium"),
    ])
    .await;
    mesh.stored(user_id, 2).await;
    assert_eq!(
        listed(&mesh, user_id).await,
        (vec!["new device".to_owned(), "urgent".to_owned()], 2)
    );
    // Until it is due, it is nowhere: not by its id, and it is not marked with the others.
    let id = waiting.id.to_string();
    let mut client = mesh.client(user_id);
    let got = client
        .get_notification(GetNotificationRequest { id: id.clone() })
        .await;
    assert_eq!(got.unwrap_err().code(), Code::NotFound);
    let marked = client
        .mark_notification_read(MarkNotificationReadRequest { id: id.clone() })
        .await;
    assert_eq!(marked.unwrap_err().code(), Code::NotFound);
    let marked = client
        .mark_all_notifications_read(MarkAllNotificationsReadRequest {})
        .await;
    assert_eq!(marked.unwrap().into_inner().marked_count, 2);

    // 06:59 and 07:00 in Berlin.
    clock.advance(SignedDuration::from_mins(7 * 60 + 29));
    assert_eq!(listed(&mesh, user_id).await.1, 0);
    clock.advance(SignedDuration::from_mins(1));
    let (titles, unread) = listed(&mesh, user_id).await;
    assert_eq!((titles[0].as_str(), titles.len(), unread), ("can wait", 3, 1));
    let got = mesh
        .client(user_id)
        .get_notification(GetNotificationRequest { id })
        .await;
    let got = got.unwrap().into_inner();
    assert_eq!(got.create_time.unwrap().seconds, at(LATE).as_second());
    assert_eq!(
        got.deliver_time.unwrap().seconds,
        at("2026-01-11T06:00:00Z").as_second()
    );
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_on_where_they_ended_when_something_becomes_due() {
    let (mesh, clock) = start("2026-01-10T12:00:00Z").await;
    let user_id = UserId::generate();
    prefer(&mesh, user_id, &[]).await;
    let early: Vec<_> = (0..3)
        .map(|n| about(user_id, "expense", &format!("early {n}"), "low"))
        .collect();
    mesh.publish(&early).await;
    mesh.stored(user_id, 3).await;
    clock.advance(SignedDuration::from_hours(11));
    mesh.publish(&[
        about(user_id, "expense", "held", "low"),
        about(user_id, "expense", "now", "urgent"),
    ])
    .await;
    mesh.stored(user_id, 4).await;
    let page = |token: String| ListNotificationsRequest {
        page_size: 2,
        page_token: token,
        unread_only: false,
    };
    let first = mesh.client(user_id).list_notifications(page(String::new())).await;
    let first = first.unwrap().into_inner();
    clock.advance(SignedDuration::from_hours(12));
    let rest = mesh
        .client(user_id)
        .list_notifications(page(first.next_page_token))
        .await
        .unwrap()
        .into_inner();
    let titles: Vec<_> = first
        .notifications
        .into_iter()
        .chain(rest.notifications)
        .map(|one| one.title)
        .collect();
    assert_eq!(titles, ["now", "early 2", "early 1", "early 0"]);
    assert_eq!(listed(&mesh, user_id).await.0[0], "held");
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_that_come_late_take_nothing_back() {
    let (mesh, _) = start("2026-01-10T12:00:00Z").await;
    let user_id = UserId::generate();
    let earlier = at("2026-01-10T11:00:00Z");
    let last = UserId::generate();
    mesh.publish(&[
        preferences(user_id, at("2026-01-10T11:30:00Z"), &["rule"]),
        preferences(user_id, earlier, &["tax"]),
        preferences(user_id, at("2026-01-10T11:30:00Z"), &["rule", "loan"]),
        preferences(last, earlier, &[]),
    ])
    .await;
    let off = eventually("the last change", || async {
        known(&mesh, user_id).await.filter(|off| off.len() == 2)
    })
    .await;
    assert_eq!(off, ["loan", "rule"]);
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_persons_preferences_are_nobody_elses() {
    let (mesh, _) = start(LATE).await;
    let (ada, eve) = (UserId::generate(), UserId::generate());
    prefer(&mesh, ada, &["rule"]).await;
    mesh.publish(&[about(eve, "rule", "hers", "low")]).await;
    assert_eq!(mesh.stored(eve, 1).await[0].title, "hers");
    mesh.harness.stop().await;
}
