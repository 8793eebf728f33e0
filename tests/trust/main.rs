//! Whom the mesh believes when it connects: servers that show a certificate which is trusted, and no others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod untrusted;

use jiff::Timestamp;
use pfms_proto::auth::v1::auth_service_client::AuthServiceClient;
use pfms_proto::auth::v1::oauth_service_client::OauthServiceClient;
use pfms_proto::auth::v1::sms_service_client::SmsServiceClient;
use pfms_proto::auth::v1::{EnrolSmsRequest, RegisterRequest, SignInRequest, StartOauthSignInRequest};
use pfms_proto::automation::v1::webhook_service_client::WebhookServiceClient;
use pfms_proto::automation::v1::{CreateWebhookRequest, PingWebhookRequest, Webhook};
use pfms_runtime::events::{Broker, DeadLetters};
use pfms_runtime::mail::{Letter, MailError, Mailer};
use pfms_runtime::redis::Redis;
use pfms_runtime::testing::{Harness, default_settings, reason};
use pfms_runtime::{Clock, Database, Settings};
use pfms_types::UserId;
use serde_json::json;
use untrusted::{Before, Ended, Plain, Untrusted};
use uuid::Uuid;

const PASSWORD: &str = "umbrella tractor violet";

/// Connects to PostgreSQL on this machine, with what the URL says of TLS.
async fn connect(port: u16, tls: &str) -> Result<(), sqlx::Error> {
    let url = format!("postgres://pfms:secret@localhost:{port}/pfms?{tls}");
    let database = Database::open(&url, "test", 1, Clock::system()).unwrap();
    database.pool().acquire().await.map(drop)
}

fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = default_settings("redis://127.0.0.1", "amqp://127.0.0.1");
    change(&mut settings);
    settings
}

#[tokio::test]
async fn postgresql_is_believed_with_a_trusted_certificate_only() {
    let server = Untrusted::start(Before::Postgres);
    let refused = connect(server.port, "sslmode=verify-full").await.unwrap_err();
    assert!(refused.to_string().contains("certificate"), "{refused}");
    server.assert_refused("PostgreSQL").await;

    // The same kind of server is let in when the operator names its authority, and then learns who connects.
    let server = Untrusted::start(Before::Postgres);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, &server.pem).unwrap();
    let trusting = format!("sslmode=verify-full&sslrootcert={}", root.display());
    let (connected, (_, ended)) = tokio::join!(connect(server.port, &trusting), server.next());
    connected.unwrap_err();
    assert!(
        matches!(&ended, Ended::Trusted(said) if said.windows(4).any(|part| part == b"pfms")),
        "{ended:?}"
    );
}

#[tokio::test]
async fn a_database_url_that_asks_for_tls_asks_for_the_right_server() {
    let problem = |tls: &str| {
        let url = format!("postgres://pfms:secret@db.example/pfms{tls}");
        let settings = settings(|settings| settings.database_url = Some(url));
        let names = settings.database_url_of("expense").err().map(|error| error.name);
        assert_eq!(names, settings.validate().err().map(|error| error.name), "{tls}");
        names
    };
    // What PostgreSQL's own library encrypts for whoever answers.
    for tls in ["?sslmode=require", "?sslmode=verify-ca"] {
        assert_eq!(problem(tls).as_deref(), Some("DATABASE_URL"), "{tls}");
    }
    for tls in [
        "",
        "?sslmode=disable",
        "?sslmode=verify-full",
        "?sslmode=verify-full&sslrootcert=/ca.pem",
    ] {
        assert_eq!(problem(tls), None, "{tls}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_sent_nothing_where_tls_is_asked_for() {
    let server = Plain::start(Before::Postgres);
    connect(server.port, "sslmode=verify-full").await.unwrap_err();
    assert_eq!(server.received().await, b"");

    let server = Plain::start(Before::Smtp);
    let url = format!("smtp://user:secret@localhost:{}?tls=required", server.port);
    send(&url).await.unwrap_err();
    let received = server.received().await;
    assert!(
        received.is_empty() || received == b"QUIT\r\n",
        "{:?}",
        String::from_utf8_lossy(&received)
    );
}

#[tokio::test]
async fn redis_is_believed_with_a_trusted_certificate_only() {
    let server = Untrusted::start(Before::Nothing);
    let redis = Redis::open(&format!("rediss://:secret@localhost:{}", server.port), "").unwrap();
    server.assert_refused("Redis").await;
    redis.ping().await.unwrap_err();
}

#[tokio::test]
async fn rabbitmq_is_believed_with_a_trusted_certificate_only() {
    let server = Untrusted::start(Before::Nothing);
    let broker = Broker::new(&format!("amqps://pfms:secret@localhost:{}", server.port), "");
    let letters = DeadLetters::new(broker);
    let (listed, ()) = tokio::join!(letters.list("test", 1), server.assert_refused("RabbitMQ"));
    let refused = listed.unwrap_err().to_string();
    assert!(refused.contains("certificate"), "{refused}");
}

/// Sends a letter through this server.
async fn send(url: &str) -> Result<(), MailError> {
    let settings = settings(|settings| {
        settings.smtp_url = Some(url.into());
        settings.mail_from = Some("PFMS <pfms@example.com>".into());
    });
    let letter = Letter {
        subject: "Confirm your address".into(),
        opening: vec!["A link that nobody else may read.".into()],
        action: None,
        closing: Vec::new(),
    };
    let mailer = Mailer::open(&settings).unwrap();
    let now = Timestamp::constant(1_800_000_000, 0);
    mailer.send(Uuid::nil(), "ada@example.com", &letter, now).await
}

#[tokio::test]
async fn a_mail_server_is_believed_with_a_trusted_certificate_only() {
    let server = Untrusted::start(Before::Nothing);
    let url = format!("smtps://user:secret@localhost:{}", server.port);
    let (sent, ()) = tokio::join!(send(&url), server.assert_refused("SMTP with TLS"));
    assert!(matches!(sent, Err(MailError::Failed(_))), "{sent:?}");

    let server = Untrusted::start(Before::Smtp);
    let url = format!("smtp://user:secret@localhost:{}?tls=required", server.port);
    let (sent, ()) = tokio::join!(send(&url), server.assert_refused("SMTP with STARTTLS"));
    assert!(matches!(sent, Err(MailError::Failed(_))), "{sent:?}");
}

#[tokio::test]
async fn web_servers_are_believed_with_a_trusted_certificate_only() {
    let [issuer, list, gateway, receiver] = [(); 4].map(|()| Untrusted::start(Before::Nothing));
    let url = |server: &Untrusted| format!("https://localhost:{}", server.port);
    let providers = tempfile::NamedTempFile::new().unwrap();
    let entry = json!({"name": "plain", "issuer": url(&issuer), "client_id": "pfms"});
    std::fs::write(providers.path(), json!({"providers": [entry]}).to_string()).unwrap();
    let harness = Harness::start_with(
        vec![pfms_auth::service(), pfms_automation::service()],
        |settings| {
            settings.sign_in.identity_providers = Some(providers.path().to_owned());
            settings.breached_passwords_url = Some(url(&list));
            settings.sign_in.sms.sms_url = Some(url(&gateway));
            settings.sign_in.sms.sms_from = Some("PFMS".into());
            settings.webhooks.webhook_loopback = true;
        },
    )
    .await;

    let request = StartOauthSignInRequest {
        provider: "plain".into(),
    };
    let mut providers = OauthServiceClient::new(harness.anonymous("auth"));
    let started = providers.start_oauth_sign_in(request).await.unwrap_err();
    assert_eq!(reason(&started), "UNAVAILABLE");
    issuer.assert_refused("an identity provider").await;

    let mut auth = AuthServiceClient::new(harness.anonymous("auth"));
    let request = RegisterRequest {
        email: "ada@example.com".into(),
        password: PASSWORD.into(),
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
    };
    auth.register(request).await.unwrap();
    list.assert_refused("the list of breached passwords").await;

    let request = SignInRequest {
        email: "ada@example.com".into(),
        password: PASSWORD.into(),
    };
    let token = auth.sign_in(request).await.unwrap().into_inner().access_token;
    let mut numbers = SmsServiceClient::new(harness.with_token("auth", Some(token)));
    let request = EnrolSmsRequest {
        phone: "+14155550123".into(),
    };
    numbers.enrol_sms(request).await.unwrap();
    gateway.assert_refused("the gateway of SMS").await;

    let mut webhooks = WebhookServiceClient::new(harness.as_user("automation", UserId::generate()));
    let webhook = Webhook {
        name: "My receiver".into(),
        url: url(&receiver),
        ..Webhook::default()
    };
    let request = CreateWebhookRequest {
        webhook: Some(webhook),
    };
    let id = webhooks.create_webhook(request).await.unwrap().into_inner().id;
    webhooks.ping_webhook(PingWebhookRequest { id }).await.unwrap();
    receiver.assert_refused("the receiver of a webhook").await;
    harness.stop().await;
}
