//! Notifications: from the event to the list, for their owner only.
#![allow(clippy::unwrap_used, clippy::panic)]

mod mesh;

use mesh::Mesh;
use pfms_proto::notification::v1::{
    GetNotificationRequest, ListNotificationsRequest, MarkAllNotificationsReadRequest,
    MarkNotificationReadRequest, Priority,
};
use pfms_runtime::testing::{invalid_fields, reason};
use pfms_types::UserId;
use tonic::{Code, Request};

fn list(page_size: i32, page_token: &str, unread_only: bool) -> ListNotificationsRequest {
    ListNotificationsRequest {
        page_size,
        page_token: page_token.into(),
        unread_only,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_published_twice_is_stored_once() {
    let mesh = Mesh::start().await;
    let user_id = UserId::generate();
    let event = mesh::event(user_id, |send| send.title = "{{ merchant }}".into());
    mesh.publish(&[
        event.clone(),
        event,
        mesh::event(user_id, |send| send.title = "last".into()),
    ])
    .await;
    let titles: Vec<_> = mesh
        .stored(user_id, 2)
        .await
        .into_iter()
        .map(|notification| notification.title)
        .collect();
    // Events of one user are handled in their order: with the last one here, nothing is on its way any more.
    assert_eq!(titles, ["last", "Fish & Chips"]);
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_shows_what_the_event_said() {
    let mesh = Mesh::start().await;
    let user_id = UserId::generate();
    let event = mesh::event(user_id, |send| {
        send.title = "Spent {{ amount }}".into();
        send.body = "At {{ merchant }}{{ nothing }}\nand {% broken".into();
        send.priority = "urgent".into();
        send.data = Some([("expenseId".to_owned(), "e".into())].into_iter().collect());
    });
    mesh.publish(std::slice::from_ref(&event)).await;
    let stored = mesh.stored(user_id, 1).await.remove(0);
    assert_eq!(stored.title, "Spent 12.50 USD");
    assert_eq!(stored.body, "At {{ merchant }}{{ nothing }}\nand {% broken");
    assert_eq!(stored.priority(), Priority::Urgent);
    assert_eq!(stored.category, "rule");
    assert_eq!(stored.id, event.id.to_string());
    assert!(!stored.read && stored.read_time.is_none() && stored.create_time.is_some());
    let data = serde_json::to_value(stored.data.clone()).unwrap();
    assert_eq!(data, serde_json::json!({"expenseId": "e"}));
    let got = mesh
        .client(user_id)
        .get_notification(GetNotificationRequest {
            id: stored.id.clone(),
        })
        .await;
    assert_eq!(got.unwrap().into_inner(), stored);
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_and_belong_to_caller_and_filter() {
    let mesh = Mesh::start().await;
    let (user_id, other) = (UserId::generate(), UserId::generate());
    let events: Vec<_> = (0..7)
        .map(|n| mesh::event(user_id, |send| send.title = format!("number {n}")))
        .chain([mesh::event(other, |_| {})])
        .collect();
    mesh.publish(&events).await;
    mesh.stored(user_id, 7).await;
    mesh.stored(other, 1).await;

    let mut client = mesh.client(user_id);
    let mut titles = Vec::new();
    let mut token = String::new();
    let mut pages = 0;
    loop {
        let page = client
            .list_notifications(list(3, &token, false))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(page.unread_count, 7);
        titles.extend(
            page.notifications
                .into_iter()
                .map(|notification| notification.title),
        );
        pages += 1;
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let expected: Vec<_> = (0..7).rev().map(|n| format!("number {n}")).collect();
    assert_eq!((titles, pages), (expected, 3));

    let token = client
        .list_notifications(list(3, "", false))
        .await
        .unwrap()
        .into_inner()
        .next_page_token;
    let mut forged = token.clone().into_bytes();
    forged[0] = if forged[0] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    let mut others = mesh.client(other);
    for refused in [
        others.list_notifications(list(3, &token, false)).await,
        client.list_notifications(list(3, &token, true)).await,
        client
            .list_notifications(list(3, &token[..token.len() - 1], false))
            .await,
        client.list_notifications(list(3, &forged, false)).await,
        client.list_notifications(list(3, "no token", false)).await,
    ] {
        let status = refused.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(invalid_fields(&status), ["pageToken"]);
    }
    let status = client.list_notifications(list(-1, "", false)).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["pageSize"]);
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_again_changes_nothing() {
    let mesh = Mesh::start().await;
    let user_id = UserId::generate();
    let events: Vec<_> = (0..3)
        .map(|n| mesh::event(user_id, |send| send.title = format!("number {n}")))
        .collect();
    mesh.publish(&events).await;
    let id = mesh.stored(user_id, 3).await[1].id.clone();
    let mut client = mesh.client(user_id);
    let mark = MarkNotificationReadRequest { id };
    let first = client
        .mark_notification_read(mark.clone())
        .await
        .unwrap()
        .into_inner();
    assert!(first.read && first.read_time.is_some());
    let second = client.mark_notification_read(mark).await.unwrap().into_inner();
    assert_eq!(first, second);

    let unread = client
        .list_notifications(list(1, "", true))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (unread.notifications[0].title.as_str(), unread.unread_count),
        ("number 2", 2)
    );
    let rest = client
        .list_notifications(list(1, &unread.next_page_token, true))
        .await;
    let rest = rest.unwrap().into_inner();
    assert_eq!(rest.notifications[0].title, "number 0");
    assert!(rest.next_page_token.is_empty());

    for expected in [2, 0] {
        let marked = client
            .mark_all_notifications_read(MarkAllNotificationsReadRequest {})
            .await;
        assert_eq!(marked.unwrap().into_inner().marked_count, expected);
    }
    let unread = client
        .list_notifications(list(0, "", true))
        .await
        .unwrap()
        .into_inner();
    assert_eq!((unread.notifications.len(), unread.unread_count), (0, 0));
    let all = client
        .list_notifications(list(0, "", false))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(all.notifications.len(), 3);
    assert_eq!(all.notifications[1], first);
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_repeats_the_answer() {
    let mesh = Mesh::start().await;
    let user_id = UserId::generate();
    mesh.publish(&[mesh::event(user_id, |_| {})]).await;
    let id = mesh.stored(user_id, 1).await[0].id.clone();
    let mut client = mesh.client(user_id);
    let keyed = || {
        let mut request = Request::new(MarkAllNotificationsReadRequest {});
        request
            .metadata_mut()
            .insert("idempotency-key", "k".parse().unwrap());
        request
    };
    for _ in 0..2 {
        let marked = client.mark_all_notifications_read(keyed()).await.unwrap();
        assert_eq!(marked.into_inner().marked_count, 1);
    }
    let mut reused = Request::new(MarkNotificationReadRequest { id });
    reused
        .metadata_mut()
        .insert("idempotency-key", "k".parse().unwrap());
    let status = client.mark_notification_read(reused).await.unwrap_err();
    assert_eq!(status.code(), Code::AlreadyExists);
    assert_eq!(reason(&status), "IDEMPOTENCY_KEY_REUSED");
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_users_notifications_do_not_exist() {
    let mesh = Mesh::start().await;
    let (owner, stranger) = (UserId::generate(), UserId::generate());
    mesh.publish(&[mesh::event(owner, |_| {})]).await;
    let id = mesh.stored(owner, 1).await[0].id.clone();
    let mut client = mesh.client(stranger);
    let got = client
        .get_notification(GetNotificationRequest { id: id.clone() })
        .await;
    let marked = client
        .mark_notification_read(MarkNotificationReadRequest { id })
        .await;
    for status in [got.unwrap_err(), marked.unwrap_err()] {
        assert_eq!(status.code(), Code::NotFound);
        assert_eq!(reason(&status), "NOTIFICATION_NOT_FOUND");
    }
    let page = client
        .list_notifications(list(0, "", false))
        .await
        .unwrap()
        .into_inner();
    assert_eq!((page.notifications.len(), page.unread_count), (0, 0));
    let marked = client
        .mark_all_notifications_read(MarkAllNotificationsReadRequest {})
        .await;
    assert_eq!(marked.unwrap().into_inner().marked_count, 0);
    assert!(!mesh.stored(owner, 1).await[0].read);
    mesh.harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_an_id_is_told_and_nobody_sees_nothing() {
    let mesh = Mesh::start().await;
    let mut client = mesh.client(UserId::generate());
    let status = client
        .get_notification(GetNotificationRequest { id: "7".into() })
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(invalid_fields(&status), ["id"]);
    let status = mesh
        .anonymous()
        .list_notifications(list(-1, "", false))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    mesh.harness.stop().await;
}
