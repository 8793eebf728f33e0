//! The service under test, and events for it that take the way through the outbox and the broker.
#![allow(dead_code)]

use std::collections::HashMap;

use pfms_proto::events::v1::NotificationSend;
use pfms_proto::notification::v1::notification_service_client::NotificationServiceClient;
use pfms_proto::notification::v1::{ListNotificationsRequest, Notification};
use pfms_runtime::Clock;
use pfms_runtime::events::{Outgoing, outbox};
use pfms_runtime::testing::{AuthorizedChannel, Harness, eventually};
use pfms_types::UserId;

pub type Client = NotificationServiceClient<AuthorizedChannel>;

pub struct Mesh {
    pub harness: Harness,
}

impl Mesh {
    pub async fn start() -> Self {
        Self {
            harness: Harness::start(vec![pfms_notification::service()]).await,
        }
    }

    /// The same at a time that the test sets.
    pub async fn start_at(clock: Clock) -> Self {
        let services = vec![pfms_notification::service()];
        Self {
            harness: Harness::start_with(services, |settings| settings.clock = clock).await,
        }
    }

    pub fn client(&self, user_id: UserId) -> Client {
        Client::new(self.harness.as_user("notification", user_id))
    }

    pub fn anonymous(&self) -> Client {
        Client::new(self.harness.anonymous("notification"))
    }

    /// Leaves events in the outbox, in this order; the service's own relay publishes them.
    pub async fn publish(&self, events: &[Outgoing]) {
        let database = self.harness.database("notification");
        let mut connection = database.pool().acquire().await.unwrap();
        outbox::insert(&mut connection, events).await.unwrap();
    }

    /// A user's notifications, once there are this many.
    pub async fn stored(&self, user_id: UserId, count: usize) -> Vec<Notification> {
        let client = self.client(user_id);
        eventually(&format!("{count} notifications"), || {
            let mut client = client.clone();
            async move {
                let page = client
                    .list_notifications(ListNotificationsRequest::default())
                    .await
                    .unwrap();
                let notifications = page.into_inner().notifications;
                (notifications.len() >= count).then_some(notifications)
            }
        })
        .await
    }
}

/// A good event with the variables that rules give.
pub fn event(user_id: UserId, change: impl FnOnce(&mut NotificationSend)) -> Outgoing {
    let variables = [
        ("rule", "Eating out"),
        ("amount", "12.50 USD"),
        ("merchant", "Fish & Chips"),
        ("category", "Food"),
        ("date", "2026-11-22"),
    ];
    let mut send = NotificationSend {
        user_id: user_id.to_string(),
        category: "rule".into(),
        title: "a title".into(),
        variables: variables
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<HashMap<_, _>>(),
        ..NotificationSend::default()
    };
    change(&mut send);
    Outgoing::new(user_id, Clock::system().now(), &send).unwrap()
}
