//! What auth asks of others it asks of those that the operator named, wherever they point.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::Uri;
use axum::response::Redirect;
use pfms_proto::auth::v1::StartOauthSignInRequest;
use pfms_proto::auth::v1::oauth_service_client::OauthServiceClient;
use pfms_runtime::testing::{Harness, eventually, reason};
use serde_json::json;
use support::sms::{NUMBER, TOKEN, enrol};
use support::{register, sign_in};
use tempfile::NamedTempFile;

/// A server that sends everybody on to another one; gives its URL and the paths that it was asked for.
async fn sending_on_to(elsewhere: String) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&asked);
    let router = Router::new().fallback(move |uri: Uri| {
        seen.lock().unwrap().push(uri.path().to_owned());
        let to = format!("{elsewhere}{}", uri.path());
        async move { Redirect::temporary(&to) }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, asked)
}

#[tokio::test]
async fn no_server_that_is_asked_leads_to_another_one() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let (url, asked) = sending_on_to(format!("http://{}", elsewhere.local_addr().unwrap())).await;
    let providers = NamedTempFile::new().unwrap();
    let entry = json!({"name": "plain", "issuer": format!("{url}/issuer"), "client_id": "pfms"});
    std::fs::write(providers.path(), json!({"providers": [entry]}).to_string()).unwrap();
    let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
        settings.sign_in.identity_providers = Some(providers.path().to_owned());
        settings.breached_passwords_url = Some(format!("{url}/breached"));
        let sms = &mut settings.sign_in.sms;
        sms.sms_url = Some(format!("{url}/sms"));
        sms.sms_token = Some(TOKEN.into());
        sms.sms_from = Some("PFMS".into());
    })
    .await;
    let times = |path: &str| {
        let asked = asked.lock().unwrap();
        asked.iter().filter(|one| one.starts_with(path)).count()
    };

    let mut client = OauthServiceClient::new(harness.anonymous("auth"));
    let request = StartOauthSignInRequest {
        provider: "plain".into(),
    };
    let refused = client.start_oauth_sign_in(request).await.unwrap_err();
    assert_eq!(reason(&refused), "UNAVAILABLE");
    assert_eq!(times("/issuer/"), 1);
    register(&harness).await;
    assert_eq!(times("/breached/range/"), 1);
    let tokens = sign_in(&harness).await;
    enrol(&harness, &tokens, NUMBER).await.unwrap();
    // The first try is over when there is a second one.
    eventually("the message is sent again", || async {
        (times("/sms") > 1).then_some(())
    })
    .await;

    let nobody = elsewhere.accept().unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::WouldBlock);
    harness.stop().await;
}
