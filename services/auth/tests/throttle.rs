//! How often anyone may try.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use futures::future::join_all;
use pfms_auth::throttle::{Act, Limit, Subject, list_limits, set_limit};
use pfms_proto::auth::v1::credential_service_client::CredentialServiceClient;
use pfms_proto::auth::v1::session_service_client::SessionServiceClient;
use pfms_proto::auth::v1::{ReauthenticateRequest, RequestPasswordResetRequest, SignInRequest, TokenSet};
use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::testing::{Harness, eventually, reason};
use support::limits;
use support::probe::Probe;
use support::{EMAIL, PASSWORD, anonymous, ask, register, registration, start};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

const HOME: &str = "198.51.100.1";
const WRONG: &str = "not the password";
/// Tries for one account that are not delayed; the one after them is let through too, and closes the door.
const FREE: usize = 5;

fn from<T>(ip: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request
        .metadata_mut()
        .insert("x-envoy-external-address", ip.parse().unwrap());
    request
}

async fn sign_in(harness: &Harness, ip: &str, email: &str, password: &str) -> Result<TokenSet, Status> {
    let request = SignInRequest {
        email: email.into(),
        password: password.into(),
    };
    let answer = anonymous(harness).sign_in(from(ip, request)).await;
    answer.map(tonic::Response::into_inner)
}

/// An address of a stranger's, another one each time.
fn elsewhere(number: usize) -> String {
    format!("203.0.113.{number}")
}

/// Guesses from many addresses until the account is closed to strangers.
async fn close(harness: &Harness, email: &str) {
    for number in 0..=FREE {
        let status = sign_in(harness, &elsewhere(number), email, WRONG)
            .await
            .unwrap_err();
        assert_eq!(reason(&status), "INVALID_CREDENTIALS", "try {number}");
    }
}

fn wait(status: &Status) -> Duration {
    assert_eq!(
        (status.code(), reason(status).as_str()),
        (Code::ResourceExhausted, "TOO_MANY_TRIES"),
        "{status:?}"
    );
    let delay = status.get_details_retry_info().unwrap().retry_delay.unwrap();
    let header = status.metadata().get("retry-after").unwrap().to_str().unwrap();
    assert_eq!(header.parse::<u128>().unwrap(), delay.as_millis().div_ceil(1000));
    delay
}

/// Sets a limit, as an operator does.
async fn limit(harness: &Harness, act: Act, subject: Subject, limit: Limit) {
    set_limit(&harness.database("auth"), act, subject, limit)
        .await
        .unwrap();
}

fn seconds(free_tries: u32, first: u64, longest: u64) -> Limit {
    Limit {
        free_tries,
        forget: Duration::from_hours(1),
        first_delay: Duration::from_secs(first),
        longest_delay: Duration::from_secs(longest),
    }
}

#[tokio::test]
async fn who_guesses_has_to_wait_whether_there_is_an_account_or_not() {
    let harness = start().await;
    register(&harness).await;
    let mut told = Vec::new();
    for email in [EMAIL, "nobody@example.com", "no address at all"] {
        let mut answers = Vec::new();
        for number in 0..=FREE {
            let status = sign_in(&harness, &elsewhere(number), email, WRONG)
                .await
                .unwrap_err();
            answers.push((status.code(), reason(&status)));
        }
        let status = sign_in(&harness, &elsewhere(99), email, PASSWORD)
            .await
            .unwrap_err();
        let delay = wait(&status);
        assert!(delay <= Duration::from_secs(10), "{email}: {delay:?}");
        answers.push((status.code(), reason(&status)));
        told.push(answers);
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
    harness.stop().await;
}

#[tokio::test]
async fn the_delay_grows_with_each_guess_and_passes() {
    let harness = start().await;
    limits::only(&harness, seconds(5, 1, 60)).await;
    register(&harness).await;
    close(&harness, EMAIL).await;
    let mut longest = Duration::ZERO;
    for _ in 0..2 {
        let ip = elsewhere(50);
        eventually("the delay passes", || async {
            let status = sign_in(&harness, &ip, EMAIL, WRONG).await.unwrap_err();
            (reason(&status) == "INVALID_CREDENTIALS").then_some(())
        })
        .await;
        let delay = wait(&sign_in(&harness, &ip, EMAIL, WRONG).await.unwrap_err());
        assert!(
            delay > longest + Duration::from_millis(500),
            "{delay:?} after {longest:?}"
        );
        longest = delay;
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_stranger_does_not_keep_the_owner_out() {
    let harness = start().await;
    register(&harness).await;
    sign_in(&harness, HOME, EMAIL, PASSWORD).await.unwrap();
    close(&harness, EMAIL).await;
    sign_in(&harness, HOME, EMAIL, PASSWORD).await.unwrap();
    // The owner's success is the owner's alone.
    let status = sign_in(&harness, &elsewhere(99), EMAIL, PASSWORD)
        .await
        .unwrap_err();
    wait(&status);
    harness.stop().await;
}

#[tokio::test]
async fn a_known_address_has_a_budget_of_its_own_and_clears_it_by_succeeding() {
    let harness = start().await;
    register(&harness).await;
    sign_in(&harness, HOME, EMAIL, PASSWORD).await.unwrap();
    for _ in 0..3 {
        for _ in 1..FREE {
            let status = sign_in(&harness, HOME, EMAIL, WRONG).await.unwrap_err();
            assert_eq!(reason(&status), "INVALID_CREDENTIALS");
        }
        sign_in(&harness, HOME, EMAIL, PASSWORD).await.unwrap();
    }
    for _ in 0..=FREE {
        sign_in(&harness, HOME, EMAIL, WRONG).await.unwrap_err();
    }
    wait(&sign_in(&harness, HOME, EMAIL, WRONG).await.unwrap_err());
    // What was guessed there is not held against anyone elsewhere.
    sign_in(&harness, &elsewhere(1), EMAIL, PASSWORD).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn one_address_cannot_try_many_accounts() {
    let harness = start().await;
    register(&harness).await;
    let strict = seconds(3, 3_600, 3_600);
    limit(&harness, Act::SignIn, Subject::Address, strict).await;
    let mut tried = 0;
    // The service follows the table within seconds; before that the address has the default of 30 tries.
    let status = eventually("the new limit", || {
        tried += 1;
        let (ip, email) = (
            format!("2001:db8:1:2::{tried}"),
            format!("person{tried}@example.com"),
        );
        let harness = &harness;
        async move {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let status = sign_in(harness, &ip, &email, WRONG).await.unwrap_err();
            (status.code() == Code::ResourceExhausted).then_some(status)
        }
    })
    .await;
    assert!(
        wait(&status) > Duration::from_mins(50),
        "an operator's number, not the default"
    );
    let status = sign_in(&harness, "2001:db8:1:2:3:4:5:6", EMAIL, PASSWORD)
        .await
        .unwrap_err();
    wait(&status);
    sign_in(&harness, "2001:db8:1:3::1", EMAIL, PASSWORD)
        .await
        .unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn tries_at_the_same_time_do_not_pass_for_one() {
    let harness = start().await;
    register(&harness).await;
    let tries = (0..30).map(|number| {
        let harness = &harness;
        async move {
            let status = sign_in(harness, &elsewhere(number), EMAIL, WRONG)
                .await
                .unwrap_err();
            reason(&status)
        }
    });
    let reasons = join_all(tries).await;
    let refused = reasons
        .iter()
        .filter(|reason| *reason == "TOO_MANY_TRIES")
        .count();
    assert_eq!(refused, 30 - (FREE + 1), "{reasons:?}");
    harness.stop().await;
}

#[tokio::test]
async fn registrations_of_one_address_are_delayed() {
    let harness = start().await;
    let mut codes = Vec::new();
    for number in 0..=FREE + 1 {
        let request = from(&elsewhere(number), registration(EMAIL));
        let answer = anonymous(&harness).register(request).await;
        codes.push(answer.map_or_else(|status| status.code(), |_| Code::Ok));
    }
    assert_eq!(codes[..=FREE], [Code::Ok; FREE + 1]);
    assert_eq!(codes[FREE + 1], Code::ResourceExhausted);
    assert_eq!(ask(&harness, "SELECT count(*)::text FROM users").await, "1");
    harness.stop().await;
}

#[tokio::test]
async fn mails_to_one_address_are_delayed_whether_it_has_an_account_or_not() {
    let harness = start().await;
    register(&harness).await;
    let mut told = Vec::new();
    for email in [EMAIL, "nobody@example.com"] {
        let mut codes = Vec::new();
        for number in 0..5 {
            let request = RequestPasswordResetRequest { email: email.into() };
            let mut client = CredentialServiceClient::new(harness.anonymous("auth"));
            let answer = client
                .request_password_reset(from(&elsewhere(number), request))
                .await;
            codes.push(answer.map_or_else(|status| status.code(), |_| Code::Ok));
        }
        told.push(codes);
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0][..4], [Code::Ok; 4]);
    assert_eq!(told[0][4], Code::ResourceExhausted);
    harness.stop().await;
}

#[tokio::test]
async fn who_finds_a_session_open_cannot_guess_the_password_there() {
    let harness = start().await;
    register(&harness).await;
    let tokens = sign_in(&harness, HOME, EMAIL, PASSWORD).await.unwrap();
    let channel = harness.with_token("auth", Some(tokens.access_token));
    let mut client = SessionServiceClient::new(channel);
    let mut reasons = Vec::new();
    for _ in 0..=FREE + 1 {
        let request = ReauthenticateRequest {
            password: WRONG.into(),
        };
        let status = client.reauthenticate(from(HOME, request)).await.unwrap_err();
        reasons.push(reason(&status));
    }
    assert_eq!(reasons[FREE + 1], "TOO_MANY_TRIES", "{reasons:?}");
    assert!(
        reasons[..=FREE].iter().all(|reason| reason == "INVALID_ARGUMENT"),
        "{reasons:?}"
    );
    harness.stop().await;
}

#[tokio::test]
async fn an_operators_change_is_listed_and_audited() {
    let probe = Probe::default();
    let services = vec![pfms_auth::service(), probe.service::<AuditRecorded>("audit")];
    let harness = Harness::start(services).await;
    let database = harness.database("auth");
    assert_eq!(list_limits(&database).await.unwrap().len(), 9);
    let wanted = seconds(7, 8, 9);
    limit(&harness, Act::Mail, Subject::Account, wanted).await;
    let listed = list_limits(&database).await.unwrap();
    assert!(
        listed.contains(&(Act::Mail, Subject::Account, wanted)),
        "{listed:?}"
    );
    assert_eq!(listed.len(), 9);
    let audited = probe
        .wait(|audited: &AuditRecorded| audited.action == "auth.limit.set")
        .await;
    assert_eq!(
        (audited.actor.as_str(), audited.user_id.as_str()),
        ("operator", "")
    );
    assert!(audited.target.starts_with("mail account: 7 free"), "{audited:?}");
    let backwards = seconds(1, 9, 8);
    assert!(
        set_limit(&database, Act::Mail, Subject::Account, backwards)
            .await
            .is_err()
    );
    harness.stop().await;
}

#[tokio::test]
async fn no_key_holds_an_address_in_the_clear() {
    let harness = start().await;
    register(&harness).await;
    sign_in(&harness, HOME, EMAIL, PASSWORD).await.unwrap();
    sign_in(&harness, HOME, EMAIL, WRONG).await.unwrap_err();
    let redis = harness.redis();
    redis.wait().await.unwrap();
    let every = pfms_runtime::redis::Script::new(
        "local found = 0
         for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*throttle*')) do
           if string.find(key, ARGV[2], 1, true) or string.find(key, '@', 1, true) then return {-1} end
           found = found + 1
         end
         return {found}",
    );
    let arguments = [redis.key(""), HOME.to_owned()];
    let found = every.run_i64s(&redis, &[], &arguments).await.unwrap();
    assert!(found[0] > 0, "{found:?}");
    harness.stop().await;
}
