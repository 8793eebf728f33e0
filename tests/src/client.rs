//! A client of the edge over REST.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Answer, within};

/// How long an event may take to show its effect, on a machine that compiles at the same time.
const EFFECT: Duration = Duration::from_secs(20);

/// How long an archive may take to be made.
const ARCHIVE: Duration = Duration::from_mins(1);

/// A client, signed in or not.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

impl Client {
    /// A client that is not signed in. Each has an address of its own, as clients of a real edge have, since some
    /// limits are per address.
    #[must_use]
    pub fn new(url: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let address = Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() + next);
        let http = reqwest::Client::builder()
            .timeout(Duration::from_mins(1))
            .redirect(reqwest::redirect::Policy::none())
            .local_address(cfg!(target_os = "linux").then_some(IpAddr::V4(address)))
            .build()
            .expect("a client can be made");
        Self {
            http,
            url: url.to_owned(),
            token: None,
        }
    }

    /// The same client with another token, or with none.
    #[must_use]
    pub fn with_token(&self, token: Option<&str>) -> Self {
        Self {
            token: token.map(str::to_owned),
            ..self.clone()
        }
    }

    /// Where the edge is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The access token.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A request that is not sent yet.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::read(request.send().await.expect("the edge answers")).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    /// The bytes that a GET gives.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let response = self.request("GET", path).send().await.expect("the edge answers");
        assert_eq!(response.status(), 200, "{path}");
        response.bytes().await.expect("the answer ends").to_vec()
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("POST", path).json(body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("PUT", path).json(body)).await
    }

    /// Any method, with a JSON body where the method has one.
    pub async fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path);
        let request = if matches!(method, "GET" | "DELETE") {
            request
        } else {
            request.json(body)
        };
        self.send(request).await
    }

    /// POST of a component.
    pub async fn upload(&self, bytes: Vec<u8>) -> Answer {
        let request = self.request("POST", "/api/v1/automation/modules");
        self.send(request.header("content-type", "application/wasm").body(bytes))
            .await
    }

    /// The answer of a GET that succeeds; nothing when it fails, or nobody answers.
    pub async fn try_get(&self, path: &str) -> Option<Answer> {
        let response = self.request("GET", path).send().await.ok()?;
        if response.status().is_success() {
            Some(Answer::read(response).await)
        } else {
            None
        }
    }
}

/// A person with an account, signed in.
pub struct Person {
    client: Client,
    /// The account.
    pub user_id: Uuid,
    /// The session.
    pub session_id: Uuid,
    /// What it signs in with.
    pub credentials: Value,
}

impl std::ops::Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Person {
    /// Creates an account, and signs in.
    pub async fn register(url: &str) -> Self {
        Self::register_as(url, "", "").await
    }

    /// The same with a name, and with a key under which the registration's answer is kept.
    pub async fn register_as(url: &str, first_name: &str, last_name: &str) -> Self {
        let client = Client::new(url);
        let credentials = json!({
            "email": format!("{}@example.com", Uuid::now_v7().simple()),
            "password": Uuid::now_v7().to_string(),
        });
        let mut registration = credentials.clone();
        registration["firstName"] = json!(first_name);
        registration["lastName"] = json!(last_name);
        let request = client
            .request("POST", "/api/v1/auth/register")
            .header("idempotency-key", Uuid::now_v7().to_string());
        let _ = client.send(request.json(&registration)).await.ok();
        let tokens = client.post("/api/v1/auth/sign-in", &credentials).await.ok();
        let id = |field: &str| -> Uuid { tokens[field].as_str().unwrap().parse().unwrap() };
        Self {
            user_id: id("userId"),
            session_id: id("sessionId"),
            client: client.with_token(tokens["accessToken"].as_str()),
            credentials,
        }
    }

    /// The address that the account has.
    #[must_use]
    pub fn email(&self) -> &str {
        self.credentials["email"].as_str().expect("an address")
    }

    /// Deletes the account, and gives the erasure's id.
    pub async fn delete_account(&self) -> Uuid {
        let answer = self.post("/api/v1/auth/account:delete", &json!({})).await.ok();
        answer["erasureId"].as_str().unwrap().parse().unwrap()
    }

    /// Orders an archive of everything, and gives its id once it is ready.
    pub async fn export(&self) -> String {
        let id = self.create("/api/v1/user/exports", &json!({})).await;
        within(ARCHIVE, "the archive is ready", || async {
            let export = self.try_get(&format!("/api/v1/user/exports/{id}")).await?.ok();
            (export["state"] == "EXPORT_STATE_READY").then_some(())
        })
        .await;
        id
    }

    /// Creates something, and gives its id.
    pub async fn create(&self, path: &str, body: &Value) -> String {
        id_of(&self.post(path, body).await.ok())
    }

    /// Records an expense of this description.
    pub async fn spend(&self, description: &str) -> Value {
        self.post("/api/v1/expenses", &expense(description)).await.ok()
    }

    /// Asks to be notified of each expense, and gives the rule's id.
    pub async fn watch_expenses(&self) -> String {
        self.create("/api/v1/automation/rules", &rule()).await
    }

    /// The notifications' titles, the first one first.
    pub async fn titles(&self) -> Vec<String> {
        let answer = self.get("/api/v1/notifications?pageSize=500").await.ok();
        let listed = answer["notifications"].as_array().expect("a list");
        let title = |one: &Value| one["title"].as_str().unwrap().to_owned();
        listed.iter().rev().map(title).collect()
    }

    /// The notification of this title, once it is there.
    pub async fn notified(&self, title: &str) -> Value {
        within(EFFECT, &format!("the notification {title:?}"), || async {
            let list = self.try_get("/api/v1/notifications?pageSize=500").await?.ok();
            let mut all = list["notifications"].as_array().cloned()?.into_iter();
            all.find(|one| one["title"] == title)
        })
        .await
    }

    /// How many expenses, categories, rules, modules and notifications there are.
    pub async fn holdings(&self) -> Vec<usize> {
        let mut counts = Vec::new();
        for (path, list) in [
            ("/api/v1/expenses", "expenses"),
            ("/api/v1/categories", "categories"),
            ("/api/v1/automation/rules", "rules"),
            ("/api/v1/automation/modules", "modules"),
            ("/api/v1/notifications", "notifications"),
        ] {
            let answer = self.get(&format!("{path}?pageSize=500")).await.ok();
            counts.push(answer[list].as_array().expect("a list").len());
        }
        counts
    }
}

/// The id of what was created.
#[must_use]
pub fn id_of(created: &Value) -> String {
    created["id"].as_str().expect("it has an id").to_owned()
}

/// An expense of this description, without a category.
#[must_use]
pub fn expense(description: &str) -> Value {
    json!({
        "amount": {"amount": "12.50", "currency": "EUR"},
        "date": "2026-01-31",
        "description": description,
    })
}

/// A personal access token of these scopes, for a day.
#[must_use]
pub fn personal_token(scopes: &[&str]) -> Value {
    let tomorrow = pfms_runtime::Clock::system().now() + jiff::SignedDuration::from_hours(24);
    json!({"name": "Test", "scopes": scopes, "expireTime": tomorrow.to_string()})
}

/// A rule as data: each expense is notified under its own description.
#[must_use]
pub fn rule() -> Value {
    json!({
        "name": "Everything",
        "trigger": {"event": "expense.created"},
        "actions": [{"notify": {"title": "{{ description }}"}}],
    })
}
