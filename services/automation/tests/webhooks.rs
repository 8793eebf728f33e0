//! Webhooks: registering, signing, delivering, and what is kept of it.
#![allow(clippy::unwrap_used)]

mod outside;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::SignedDuration;
use outside::{Mesh, Posted, Receiver};
use pbjson_types::FieldMask;
use pfms_automation::effects::{Message, Status, Task};
use pfms_proto::automation::v1::webhook_service_client::WebhookServiceClient;
use pfms_proto::automation::v1::*;
use pfms_runtime::secrets::mac;
use pfms_runtime::testing::{AuthorizedChannel, Harness, eventually, invalid_fields, reason};
use pfms_types::UserId;
use tonic::{Code, Request, Status as RpcStatus};

type Client = WebhookServiceClient<AuthorizedChannel>;

fn to(url: &str) -> Webhook {
    Webhook {
        name: "My receiver".into(),
        url: url.into(),
        ..Webhook::default()
    }
}

async fn create(client: &mut Client, webhook: Webhook) -> Result<Webhook, RpcStatus> {
    let request = CreateWebhookRequest {
        webhook: Some(webhook),
    };
    client
        .create_webhook(request)
        .await
        .map(tonic::Response::into_inner)
}

async fn ping(client: &mut Client, id: &str) -> String {
    let request = PingWebhookRequest { id: id.into() };
    client
        .ping_webhook(request)
        .await
        .unwrap()
        .into_inner()
        .message_id
}

async fn deliveries(client: &mut Client, id: &str) -> Vec<WebhookDelivery> {
    let request = ListWebhookDeliveriesRequest {
        webhook_id: id.into(),
        ..ListWebhookDeliveriesRequest::default()
    };
    let page = client.list_webhook_deliveries(request).await.unwrap();
    page.into_inner().deliveries
}

async fn until_kept(client: &Client, id: &str, count: usize) -> Vec<WebhookDelivery> {
    eventually("the try is kept", || {
        let mut client = client.clone();
        async move {
            let kept = deliveries(&mut client, id).await;
            (kept.len() >= count).then_some(kept)
        }
    })
    .await
}

/// The signature as a receiver computes it.
fn signature(secret: &str, post: &Posted) -> String {
    let key = BASE64_STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let head = format!(
        "{}.{}.",
        post.header("webhook-id"),
        post.header("webhook-timestamp")
    );
    let signed = mac(&key.try_into().unwrap(), &[head.as_bytes(), &post.body]);
    format!("v1,{}", BASE64_STANDARD.encode(signed))
}

fn call(webhook: &Webhook) -> Task {
    Task::Call(Message {
        webhook_id: webhook.id.parse().unwrap(),
        payload: serde_json::json!({"merchant": "Café", "amount": "3.50"}),
    })
}

/// A request as the edge passes it on.
fn from_outside<M>(message: M) -> Request<M> {
    let mut request = Request::new(message);
    request
        .metadata_mut()
        .insert("x-envoy-external-address", CLIENT.parse().unwrap());
    request
}

/// Where requests come from.
const CLIENT: &str = "203.0.113.7";

#[tokio::test]
async fn a_webhook_shows_its_secret_once() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let mut client = mesh.webhooks(user);
    let request = || {
        let mut request = Request::new(CreateWebhookRequest {
            webhook: Some(to("http://127.0.0.1:1/")),
        });
        request
            .metadata_mut()
            .insert("idempotency-key", "k".parse().unwrap());
        request
    };
    let created = client.create_webhook(request()).await.unwrap().into_inner();
    assert!(created.secret.starts_with("whsec_"));
    assert_eq!(created.active, Some(true));
    let shown = Webhook {
        secret: String::new(),
        ..created.clone()
    };
    let repeated = client.create_webhook(request()).await.unwrap().into_inner();
    assert_eq!(repeated, shown, "a repetition makes no second one");
    let get = GetWebhookRequest {
        id: created.id.clone(),
    };
    assert_eq!(client.get_webhook(get).await.unwrap().into_inner(), shown);
    let second = create(&mut client, to("http://127.0.0.1:2/")).await.unwrap();
    let listed = client.list_webhooks(ListWebhooksRequest {}).await.unwrap();
    let ids: Vec<_> = listed
        .into_inner()
        .webhooks
        .into_iter()
        .map(|webhook| webhook.id)
        .collect();
    assert_eq!(ids, [second.id.clone(), created.id.clone()]);
    let held: Vec<Vec<u8>> = sqlx::query_scalar("SELECT secret_sealed FROM webhooks")
        .fetch_all(&mesh.pool())
        .await
        .unwrap();
    let plain = BASE64_STANDARD.decode(&created.secret[6..]).unwrap();
    assert!(
        held.iter()
            .all(|sealed| !sealed.windows(plain.len()).any(|part| part == plain))
    );

    let update = |webhook: Webhook, paths: &[&str]| UpdateWebhookRequest {
        id: created.id.clone(),
        webhook: Some(webhook),
        update_mask: (!paths.is_empty()).then(|| FieldMask {
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
        }),
    };
    let renamed = Webhook {
        name: "Another".into(),
        active: Some(false),
        ..Webhook::default()
    };
    let changed = client
        .update_webhook(update(renamed, &[]))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (changed.name.as_str(), changed.url.as_str(), changed.active),
        ("Another", "http://127.0.0.1:1/", Some(false))
    );
    let status = client
        .update_webhook(update(Webhook::default(), &["name"]))
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["webhook.name"]);
    let status = client
        .update_webhook(update(Webhook::default(), &["secret"]))
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["updateMask"]);
    let pinged = PingWebhookRequest {
        id: created.id.clone(),
    };
    let status = client.ping_webhook(pinged).await.unwrap_err();
    assert_eq!(reason(&status), "WEBHOOK_INACTIVE");

    let delete = || DeleteWebhookRequest {
        id: created.id.clone(),
    };
    client.delete_webhook(delete()).await.unwrap();
    let status = client.delete_webhook(delete()).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn where_a_persons_data_goes_is_in_the_audit_log_and_who_sent_it_there() {
    let mesh = Mesh::start().await;
    let mut client = mesh.webhooks(UserId::generate());
    let request = CreateWebhookRequest {
        webhook: Some(to("http://127.0.0.1:1/")),
    };
    let created = client.create_webhook(from_outside(request)).await.unwrap();
    let id = created.into_inner().id;
    let rename = UpdateWebhookRequest {
        id: id.clone(),
        webhook: Some(Webhook {
            name: "Another".into(),
            ..Webhook::default()
        }),
        update_mask: None,
    };
    client.update_webhook(from_outside(rename)).await.unwrap();
    let rotate = RotateWebhookSecretRequest { id: id.clone() };
    client.rotate_webhook_secret(from_outside(rotate)).await.unwrap();
    let delete = DeleteWebhookRequest { id: id.clone() };
    client.delete_webhook(from_outside(delete)).await.unwrap();
    // Not everybody comes through the edge.
    let inside = create(&mut client, to("http://127.0.0.1:2/")).await.unwrap();
    let acts = mesh.until_recorded(5).await;
    let of = |what: &str, id: &str, address: &str| {
        (
            format!("automation.webhook.{what}"),
            id.to_owned(),
            address.to_owned(),
        )
    };
    assert_eq!(
        acts,
        [
            of("created", &id, CLIENT),
            of("changed", &id, CLIENT),
            of("secret_rotated", &id, CLIENT),
            of("deleted", &id, CLIENT),
            of("created", &inside.id, "")
        ]
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_named_and_there_are_fifty_at_most() {
    let mesh = Mesh::start().await;
    let mut client = mesh.webhooks(UserId::generate());
    let wrong = Webhook {
        name: " ".into(),
        ..to("http://10.0.0.1/")
    };
    let status = create(&mut client, wrong).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["webhook.name", "webhook.url"]);
    for _ in 0..50 {
        create(&mut client, to("http://127.0.0.1:1/")).await.unwrap();
    }
    let status = create(&mut client, to("http://127.0.0.1:1/")).await.unwrap_err();
    assert_eq!(reason(&status), "TOO_MANY_WEBHOOKS");
    mesh.harness.stop().await;

    let strict = Harness::start(vec![pfms_automation::service()]).await;
    let mut client = WebhookServiceClient::new(strict.as_user("automation", UserId::generate()));
    for url in [
        "http://127.0.0.1:1/",
        "https://127.0.0.1/",
        "https://hooks.example.com:22/",
    ] {
        let status = create(&mut client, to(url)).await.unwrap_err();
        assert_eq!(invalid_fields(&status), ["webhook.url"], "{url}");
    }
    create(&mut client, to("https://hooks.example.com/"))
        .await
        .unwrap();
    strict.stop().await;
}

#[tokio::test]
async fn nobody_sees_or_uses_the_webhooks_of_another() {
    let mesh = Mesh::start().await;
    let mut ada = mesh.webhooks(UserId::generate());
    let mut eve = mesh.webhooks(UserId::generate());
    let webhook = create(&mut ada, to("http://127.0.0.1:1/")).await.unwrap();
    let id = || webhook.id.clone();
    let codes = [
        eve.get_webhook(GetWebhookRequest { id: id() }).await.unwrap_err(),
        eve.update_webhook(UpdateWebhookRequest {
            id: id(),
            webhook: Some(to("http://127.0.0.1:1/")),
            update_mask: None,
        })
        .await
        .unwrap_err(),
        eve.rotate_webhook_secret(RotateWebhookSecretRequest { id: id() })
            .await
            .unwrap_err(),
        eve.ping_webhook(PingWebhookRequest { id: id() })
            .await
            .unwrap_err(),
        eve.delete_webhook(DeleteWebhookRequest { id: id() })
            .await
            .unwrap_err(),
        eve.list_webhook_deliveries(ListWebhookDeliveriesRequest {
            webhook_id: id(),
            ..ListWebhookDeliveriesRequest::default()
        })
        .await
        .unwrap_err(),
    ]
    .map(|status| status.code());
    assert_eq!(codes, [Code::NotFound; 6]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_ping_is_signed_and_kept() {
    let mesh = Mesh::start().await;
    let receiver = Receiver::start().await;
    receiver.answers(200, &"ok ".repeat(1_000));
    let mut client = mesh.webhooks(UserId::generate());
    let webhook = create(&mut client, to(&receiver.url)).await.unwrap();
    let message_id = ping(&mut client, &webhook.id).await;
    let post = receiver.until_posted(1).await.remove(0);
    assert_eq!(post.header("webhook-id"), message_id);
    assert_eq!(
        post.header("webhook-timestamp"),
        outside::at(outside::NOON).as_second().to_string()
    );
    assert_eq!(
        post.header("webhook-signature"),
        signature(&webhook.secret, &post)
    );
    assert_eq!(post.header("content-type"), "application/json");
    assert_eq!(
        post.json(),
        serde_json::json!({
            "type": "webhook.ping", "timestamp": outside::NOON, "data": {"webhookId": webhook.id},
        })
    );
    let kept = until_kept(&client, &webhook.id, 1).await.remove(0);
    assert_eq!(kept.message_id, message_id);
    assert_eq!(
        (kept.attempt, kept.succeeded, kept.response_status),
        (1, true, 200)
    );
    assert_eq!(kept.response_body.len(), 1_000, "it is cut");
    assert!(kept.duration_micros > 0);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_ping_that_is_not_taken_is_not_repeated() {
    let mesh = Mesh::start().await;
    let receiver = Receiver::start().await;
    receiver.answers(500, "broken");
    let mut client = mesh.webhooks(UserId::generate());
    let webhook = create(&mut client, to(&receiver.url)).await.unwrap();
    ping(&mut client, &webhook.id).await;
    until_kept(&client, &webhook.id, 1).await;
    let pool = mesh.pool();
    eventually("it is forgotten", || async {
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM effects")
            .fetch_one(&pool)
            .await
            .unwrap();
        (left == 0).then_some(())
    })
    .await;
    assert_eq!(receiver.posts().len(), 1);
    assert!(mesh.told().is_empty());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_former_secret_signs_for_a_day() {
    let mesh = Mesh::start().await;
    let receiver = Receiver::start().await;
    let user = UserId::generate();
    let mut client = mesh.webhooks(user);
    let first = create(&mut client, to(&receiver.url)).await.unwrap();
    let rotate = RotateWebhookSecretRequest { id: first.id.clone() };
    let second = client.rotate_webhook_secret(rotate).await.unwrap().into_inner();
    assert_ne!(first.secret, second.secret);
    ping(&mut client, &first.id).await;
    let post = receiver.until_posted(1).await.remove(0);
    let both = [&second.secret, &first.secret].map(|secret| signature(secret, &post));
    assert_eq!(post.header("webhook-signature"), both.join(" "));
    mesh.clock.advance(SignedDuration::from_hours(24));
    let mut client = mesh.webhooks(user);
    ping(&mut client, &first.id).await;
    let post = receiver.until_posted(2).await.remove(1);
    assert_eq!(post.header("webhook-signature"), signature(&second.secret, &post));
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_message_that_is_not_taken_is_sent_again_and_no_redirect_is_followed() {
    let mesh = Mesh::start().await;
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    receiver.answers(503, "busy");
    receiver.answers_with(307, &[("location", &elsewhere.url)], "");
    let user = UserId::generate();
    let mut client = mesh.webhooks(user);
    let webhook = create(&mut client, to(&receiver.url)).await.unwrap();
    let execution = mesh.enqueue(user, vec![call(&webhook)]).await;
    mesh.until_tried(user, execution, 1).await;
    mesh.clock.advance(SignedDuration::from_secs(5));
    mesh.until_tried(user, execution, 2).await;
    mesh.clock.advance(SignedDuration::from_secs(10));
    let results = mesh.until_settled(user, execution).await;
    assert_eq!((results[0].status, results[0].attempts), (Status::Done, 3));
    let posts = receiver.posts();
    assert_eq!(posts.len(), 3);
    assert!(elsewhere.posts().is_empty());
    let ids: Vec<_> = posts.iter().map(|post| post.header("webhook-id")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert!(posts.iter().all(|post| post.body == posts[0].body));
    assert_eq!(
        posts[2].header("webhook-signature"),
        signature(&webhook.secret, &posts[2])
    );
    assert_eq!(
        posts[0].json()["data"],
        serde_json::json!({"merchant": "Café", "amount": "3.50"})
    );
    let mut client = mesh.webhooks(user);
    let kept = deliveries(&mut client, &webhook.id).await;
    let seen: Vec<_> = kept
        .iter()
        .map(|delivery| (delivery.attempt, delivery.response_status, delivery.succeeded))
        .collect();
    assert_eq!(seen, [(3, 204, true), (2, 307, false), (1, 503, false)]);
    assert_eq!(kept[2].response_body, "busy");
    assert_eq!(kept[0].execution_id, execution.to_string());
    // Pages.
    let page = |page_token: String| ListWebhookDeliveriesRequest {
        webhook_id: webhook.id.clone(),
        page_size: 2,
        page_token,
        message_id: ids[0].clone(),
    };
    let first = client
        .list_webhook_deliveries(page(String::new()))
        .await
        .unwrap()
        .into_inner();
    let second = client
        .list_webhook_deliveries(page(first.next_page_token))
        .await
        .unwrap()
        .into_inner();
    assert_eq!((first.deliveries.len(), second.deliveries.len()), (2, 1));
    assert_eq!(second.next_page_token, "");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_will_never_be_taken_is_told() {
    let mesh = Mesh::start().await;
    let receiver = Receiver::start().await;
    receiver.answers(410, "no more");
    let user = UserId::generate();
    let mut client = mesh.webhooks(user);
    let gone = create(&mut client, to(&receiver.url)).await.unwrap();
    let off = Webhook {
        active: Some(false),
        ..to(&receiver.url)
    };
    let off = create(&mut client, off).await.unwrap();
    let unknown = Webhook {
        id: UserId::generate().to_string(),
        ..Webhook::default()
    };
    let tasks = vec![call(&gone), call(&off), call(&unknown)];
    let execution = mesh.enqueue(user, tasks).await;
    let results = mesh.until_settled(user, execution).await;
    let reasons: Vec<_> = results
        .iter()
        .map(|result| (result.status, result.reason.as_str()))
        .collect();
    assert_eq!(
        reasons,
        [
            (Status::Failed, "GONE"),
            (Status::Failed, "WEBHOOK_INACTIVE"),
            (Status::Failed, "WEBHOOK_NOT_FOUND")
        ]
    );
    assert_eq!(receiver.posts().len(), 1);
    assert_eq!(mesh.until_told(3).await[0].variables["what"], "calling a webhook");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_receiver_that_is_not_there_or_says_nothing_is_kept_too() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let mut client = mesh.webhooks(user);
    // Nobody listens on a port that was just free.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let webhook = create(&mut client, to(&format!("http://127.0.0.1:{port}/")))
        .await
        .unwrap();
    ping(&mut client, &webhook.id).await;
    let kept = until_kept(&client, &webhook.id, 1).await.remove(0);
    assert_eq!(
        (kept.error_reason.as_str(), kept.response_status),
        ("NOT_CONNECTED", 0)
    );
    assert!(!kept.succeeded);
    // Plain text where TLS is meant.
    let receiver = Receiver::start().await;
    let secure = receiver.url.replacen("http", "https", 1);
    let webhook = create(&mut client, to(&secure)).await.unwrap();
    ping(&mut client, &webhook.id).await;
    let kept = until_kept(&client, &webhook.id, 1).await.remove(0);
    assert_eq!(kept.error_reason, "TLS_FAILED", "{kept:?}");
    assert!(receiver.posts().is_empty());
    mesh.harness.stop().await;
}
