//! What changes make other services know.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use pfms_proto::events::v1::UserUpdated;
use pfms_proto::types::v1::Money;
use pfms_proto::user::v1::{FinancialPreferences, Profile};
use pfms_runtime::events::{Consumer, Event, HandleError, Handler, Outgoing};
use pfms_runtime::testing::{Harness, eventually};
use pfms_runtime::{Parts, Service};
use pfms_types::UserId;
use sqlx::PgConnection;
use sqlx::migrate::Migrator;
use support::{client, money, prefer, update};

static NO_TABLES: Migrator = Migrator::DEFAULT;

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Event>>>);

#[async_trait]
impl Handler for Seen {
    type Plan = ();

    async fn plan(&self, _: &Event) -> Result<(), HandleError> {
        Ok(())
    }

    async fn apply(&self, _: &mut PgConnection, event: &Event, (): ()) -> Result<Vec<Outgoing>, HandleError> {
        self.0.lock().unwrap().push(event.clone());
        Ok(Vec::new())
    }
}

fn probe(seen: Seen) -> Service {
    Service::new("probe", 0, move |_| {
        let seen = seen.clone();
        async move { Ok(Parts::new().consumer(Consumer::new("probe.user-updated", seen).on::<UserUpdated>())) }
    })
    .migrations(&NO_TABLES)
}

fn language(tag: &str) -> Profile {
    Profile {
        language: tag.into(),
        phone: "+14155550123".into(),
        ..Profile::default()
    }
}

#[tokio::test]
async fn a_change_is_told_once_and_nothing_else_is() {
    let seen = Seen::default();
    let harness = Harness::start(vec![probe(seen.clone()), pfms_user::service()]).await;
    let user_id = UserId::generate();
    let mut client = client(&harness, user_id);
    update(&mut client, language("de"), &[]).await.unwrap();
    // Changes nothing, or is refused.
    update(&mut client, language("de"), &[]).await.unwrap();
    update(&mut client, language("d_e"), &[]).await.unwrap_err();
    let day = FinancialPreferences {
        salary_day: 5,
        daily_budget_limit: money("20.00", "EUR"),
        ..FinancialPreferences::default()
    };
    prefer(&mut client, day.clone(), &[]).await.unwrap();
    prefer(&mut client, day, &[]).await.unwrap();
    // One user's events arrive in their order, so that the last one closes the list.
    update(&mut client, language("fr"), &[]).await.unwrap();
    let events = eventually("the last change arrives", || async {
        let events = seen.0.lock().unwrap().clone();
        events
            .last()
            .is_some_and(|event| event.data["language"] == "fr")
            .then_some(events)
    })
    .await;
    let told: Vec<UserUpdated> = events.iter().map(|event| event.data().unwrap()).collect();
    let expected = |language: &str, limit: Option<Money>| UserUpdated {
        user_id: user_id.to_string(),
        currency: "USD".into(),
        time_zone: "UTC".into(),
        language: language.into(),
        daily_budget_limit: limit,
        monthly_budget_limit: None,
    };
    let limit = || money("20.00", "EUR");
    assert_eq!(
        told,
        [
            expected("de", None),
            expected("de", limit()),
            // A change of the profile says the limits too: whoever hears one event knows all.
            expected("fr", limit()),
        ]
    );
    assert!(
        events
            .iter()
            .all(|event| !event.data.to_string().contains("+1415"))
    );
    harness.stop().await;
}
