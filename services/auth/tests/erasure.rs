//! The erasure of accounts, as far as auth drives it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use pfms_auth::erasure;
use pfms_proto::auth::v1::account_service_client::AccountServiceClient;
use pfms_proto::auth::v1::personal_token_internal_service_client::PersonalTokenInternalServiceClient;
use pfms_proto::auth::v1::personal_token_service_client::PersonalTokenServiceClient;
use pfms_proto::auth::v1::{
    CreatePersonalTokenRequest, DeleteAccountRequest, ExchangePersonalTokenRequest, PersonalToken,
};
use pfms_proto::events::v1::{AuditRecorded, UserDeleted, UserPurged};
use pfms_runtime::events::{Consumer, Event, HandleError, Handler, Outgoing, outbox};
use pfms_runtime::parse::wire_time;
use pfms_runtime::redis::Script;
use pfms_runtime::testing::{Harness, eventually, reason};
use pfms_runtime::{Clock, Holder, Parts, Service};
use pfms_types::UserId;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, PgConnection};
use support::{
    EMAIL, PASSWORD, anonymous, ask, challenge, refresh, register, registration, set_up_app, sign_in,
    sign_in_as, sql,
};
use tonic::Status;
use uuid::Uuid;

static NO_TABLES: Migrator = Migrator::DEFAULT;

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Event>>>);

impl Seen {
    fn names(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap()
            .iter()
            .map(|event| event.name.clone())
            .collect()
    }

    async fn until(&self, name: &str, count: usize) -> Event {
        eventually(&format!("{count} of {name}"), || async {
            let seen = self.0.lock().unwrap();
            seen.iter()
                .filter(|event| event.name == name)
                .nth(count - 1)
                .cloned()
        })
        .await
    }

    /// What the audit log was told of an act.
    async fn until_act(&self, action: &str) -> Event {
        eventually(action, || async {
            let seen = self.0.lock().unwrap();
            let is_it = |event: &&Event| {
                event.name == "audit.recorded"
                    && event
                        .data::<AuditRecorded>()
                        .is_ok_and(|data| data.action == action)
            };
            seen.iter().find(is_it).cloned()
        })
        .await
    }
}

#[async_trait]
impl Handler for Seen {
    type Plan = ();

    async fn plan(&self, event: &Event) -> Result<(), HandleError> {
        self.0.lock().unwrap().push(event.clone());
        Ok(())
    }

    async fn apply(&self, _: &mut PgConnection, _: &Event, (): ()) -> Result<Vec<Outgoing>, HandleError> {
        Ok(Vec::new())
    }
}

/// A second service that holds data, and sees what is published.
fn probe(seen: Seen) -> Service {
    Service::new("probe", 0, move |_| {
        let consumer = Consumer::new("probe.seen", seen.clone())
            .on::<UserDeleted>()
            .on::<AuditRecorded>();
        async move { Ok(Parts::new().consumer(consumer)) }
    })
    .migrations(&NO_TABLES)
}

async fn delete(harness: &Harness, token: &str) -> Result<Uuid, Status> {
    let channel = harness.with_token("auth", Some(token.to_owned()));
    let request = DeleteAccountRequest {};
    let answer = AccountServiceClient::new(channel).delete_account(request).await?;
    Ok(answer.into_inner().erasure_id.parse().unwrap())
}

async fn until_completed(harness: &Harness) {
    eventually("the erasure ends", || async {
        let open = erasure::open(harness.database("auth").pool(), &[]).await.unwrap();
        open.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_deleted_account_stops_at_once_and_leaves_nothing_but_the_erasure() {
    let seen = Seen::default();
    let harness = Harness::start(vec![probe(seen.clone()), pfms_auth::service()]).await;
    let user_id = register(&harness).await;
    let tokens = sign_in(&harness).await;

    let id = delete(&harness, &tokens.access_token).await.unwrap();
    let refused = sign_in_as(&harness, EMAIL, PASSWORD).await.unwrap_err();
    assert_eq!(reason(&refused), "INVALID_CREDENTIALS");
    let refused = refresh(&harness, &tokens.refresh_token).await.unwrap_err();
    assert_eq!(reason(&refused), "REFRESH_TOKEN_INVALID");

    let deleted = seen.until("user.deleted", 1).await;
    assert_eq!(deleted.user_id.to_string(), user_id);
    assert_eq!(deleted.data::<UserDeleted>().unwrap().erasure_id, id.to_string());
    until_completed(&harness).await;
    for query in [
        "SELECT count(*)::text FROM users",
        "SELECT count(*)::text FROM sessions",
        "SELECT count(*)::text FROM data_keys",
        "SELECT count(*)::text FROM erasures WHERE subject IS NOT NULL",
    ] {
        assert_eq!(ask(&harness, query).await, "0", "{query}");
    }
    let receipts = "SELECT string_agg(service, ' ' ORDER BY service) FROM erasure_receipts";
    assert_eq!(ask(&harness, receipts).await, "auth probe");

    // The request names the user, the end does not.
    let requested = seen.until_act("auth.account.deletion_requested").await;
    assert_eq!(requested.user_id.to_string(), user_id);
    let erased = seen.until_act("auth.account.erased").await;
    assert_eq!(erased.data::<AuditRecorded>().unwrap().target, id.to_string());
    assert!(!serde_json::to_string(&erased).unwrap().contains(&user_id));

    // The address is free again.
    register(&harness).await;
    harness.stop().await;
}

/// In which of auth's tables there are rows of a user.
async fn held(harness: &Harness, user_id: UserId) -> Vec<&'static str> {
    let mut held = Vec::new();
    for table in pfms_auth::service().personal_data().tables {
        let query = format!("SELECT count(*) FROM {} WHERE {} = $1", table.name, table.column);
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(query))
            .bind(user_id.uuid())
            .fetch_one(harness.database("auth").pool())
            .await
            .unwrap();
        if count > 0 {
            held.push(table.name);
        }
    }
    held
}

/// How many counters of tries there are.
async fn counters(harness: &Harness) -> i64 {
    let redis = harness.redis();
    redis.wait().await.unwrap();
    let count = Script::new("return {#redis.call('KEYS', ARGV[1] .. 'pfms:throttle:*')}");
    count.run_i64s(&redis, &[], &[redis.key("")]).await.unwrap()[0]
}

/// An act of one user that was done to another.
fn act(user_id: UserId, action: &str, target: UserId) -> Outgoing {
    let data = AuditRecorded {
        user_id: user_id.to_string(),
        actor: "user".into(),
        action: action.into(),
        target: target.to_string(),
        succeeded: true,
        ..AuditRecorded::default()
    };
    Outgoing::new(user_id, Clock::system().now(), &data).unwrap()
}

async fn publish(harness: &Harness, event: Outgoing) {
    let mut connection = harness.database("auth").pool().acquire().await.unwrap();
    outbox::insert(&mut connection, &[event]).await.unwrap();
}

/// Waits until the audit log has an act, whose target it names or not.
async fn until_logged(harness: &Harness, action: &'static str, named: bool) {
    eventually(action, || async {
        let found: Option<bool> =
            sqlx::query_scalar("SELECT target IS NOT NULL FROM audit_log WHERE action = $1")
                .bind(action)
                .fetch_optional(harness.database("auth").pool())
                .await
                .unwrap();
        (found? == named).then_some(())
    })
    .await;
}

#[tokio::test]
async fn all_that_an_account_has_goes_with_it_and_the_audit_log_names_it_no_more() {
    let harness = Harness::start(vec![pfms_auth::service()]).await;
    let other = anonymous(&harness)
        .register(registration("bob@example.com"))
        .await
        .unwrap()
        .into_inner();
    let other: UserId = other.user_id.parse().unwrap();
    let others = counters(&harness).await;
    let user_id: UserId = register(&harness).await.parse().unwrap();
    let tokens = sign_in(&harness).await;
    set_up_app(&harness, &tokens).await;
    challenge(&harness).await;
    let wanted = PersonalToken {
        name: "Backup".into(),
        scopes: vec!["expense:read".into()],
        expire_time: Some(wire_time(Clock::system().now() + SignedDuration::from_hours(24))),
        ..PersonalToken::default()
    };
    let request = CreatePersonalTokenRequest {
        personal_token: Some(wanted),
    };
    let channel = harness.with_token("auth", Some(tokens.access_token.clone()));
    let token = PersonalTokenServiceClient::new(channel)
        .create_personal_token(request)
        .await
        .unwrap()
        .into_inner();
    publish(&harness, act(other, "test.before", user_id)).await;
    until_logged(&harness, "test.before", true).await;
    let before = held(&harness, user_id).await;
    for table in [
        "security_events",
        "devices",
        "mail_tokens",
        "mfa_challenges",
        "backup_codes",
        "totp_factors",
        "personal_tokens",
        "sessions",
        "audit_subjects",
        "users",
    ] {
        assert!(before.contains(&table), "{table} is not among {before:?}");
    }
    assert!(counters(&harness).await > others);

    delete(&harness, &tokens.access_token).await.unwrap();
    let exchange = ExchangePersonalTokenRequest { token: token.token };
    let exchanged = PersonalTokenInternalServiceClient::new(harness.as_service("auth"))
        .exchange_personal_token(exchange)
        .await;
    assert_eq!(exchanged.unwrap().into_inner().access_token, "");
    until_completed(&harness).await;
    assert_eq!(held(&harness, user_id).await, [""; 0]);
    assert_eq!(counters(&harness).await, others);
    until_logged(&harness, "test.before", false).await;
    publish(&harness, act(other, "test.after", user_id)).await;
    until_logged(&harness, "test.after", false).await;
    publish(&harness, act(user_id, "test.late", other)).await;
    until_logged(&harness, "test.late", false).await;
    assert_eq!(held(&harness, user_id).await, [""; 0]);
    assert!(held(&harness, other).await.contains(&"users"));
    harness.stop().await;
}

#[tokio::test]
async fn services_are_asked_again_until_every_one_has_answered() {
    let seen = Seen::default();
    let harness = Harness::start_with(vec![probe(seen.clone()), pfms_auth::service()], |settings| {
        settings.holders.push(Holder {
            service: "ghost",
            port: 1,
        });
    })
    .await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let id = delete(&harness, &tokens.access_token).await.unwrap();
    let database = harness.database("auth");
    let holders = harness.settings().holders.clone();
    let missing = || async {
        let open = erasure::open(database.pool(), &holders).await.unwrap();
        open.into_iter().next().map(|open| open.missing)
    };
    eventually("two services answer", || async {
        (missing().await? == ["ghost"]).then_some(())
    })
    .await;

    sql(
        &harness,
        "UPDATE erasures SET asked_at = asked_at - interval '1 hour'",
    )
    .await;
    seen.until("user.deleted", 2).await;
    assert_eq!(missing().await.unwrap(), ["ghost"], "{:?}", seen.names());

    let purged = UserPurged {
        erasure_id: id.to_string(),
        service: "ghost".into(),
    };
    let purged = Outgoing::new(Uuid::nil().into(), Clock::system().now(), &purged).unwrap();
    let mut connection = database.pool().acquire().await.unwrap();
    outbox::insert(&mut connection, &[purged]).await.unwrap();
    drop(connection);
    until_completed(&harness).await;
    harness.stop().await;
}

#[tokio::test]
async fn within_the_grace_period_an_operator_can_take_it_back() {
    let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
        settings.erasure_grace_days = 1;
    })
    .await;
    register(&harness).await;
    let tokens = sign_in(&harness).await;
    let id = delete(&harness, &tokens.access_token).await.unwrap();
    assert!(sign_in_as(&harness, EMAIL, PASSWORD).await.is_err());
    let database = harness.database("auth");
    let now = database.clock().now();
    assert!(erasure::cancel(database.pool(), id, now).await.unwrap());
    sign_in(&harness).await;
    assert!(!erasure::cancel(database.pool(), id, now).await.unwrap());
    harness.stop().await;
}

#[tokio::test]
async fn only_the_person_deletes_the_account_and_only_after_a_fresh_sign_in() {
    let clock = Clock::fixed(Timestamp::constant(1_800_000_000, 0));
    let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
        settings.clock = clock.clone();
    })
    .await;
    let user_id: UserId = register(&harness).await.parse().unwrap();
    let mut client = AccountServiceClient::new(harness.as_user("auth", user_id));
    let refused = client.delete_account(DeleteAccountRequest {}).await.unwrap_err();
    assert_eq!(reason(&refused), "FRESH_SIGN_IN_REQUIRED");
    let tokens = sign_in(&harness).await;
    clock.advance(SignedDuration::from_mins(4));
    let tokens = refresh(&harness, &tokens.refresh_token).await.unwrap();
    clock.advance(SignedDuration::from_mins(7));
    let tokens = refresh(&harness, &tokens.refresh_token).await.unwrap();
    let refused = delete(&harness, &tokens.access_token).await.unwrap_err();
    assert_eq!(reason(&refused), "FRESH_SIGN_IN_REQUIRED");
    sign_in(&harness).await;
    harness.stop().await;
}
