//! The main journey: from an empty account to notifications that two rules sent.

mod client;
mod foreign;
mod story;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use client::Client;
use story::Story;

/// How long a notification may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the journey needs.
pub struct Options {
    /// The edge.
    pub url: String,
    /// The component to upload.
    pub component: Option<PathBuf>,
    /// The gRPC client that is not ours.
    pub buf: Option<PathBuf>,
}

/// A step that was not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The edge did not answer.
    #[error("{0}\n  Is the mesh running? Start it with `make up` in another terminal.")]
    Unreachable(String),
    /// An answer was not what it has to be.
    #[error("{step}: {problem}")]
    Wrong {
        /// What was tried.
        step: String,
        /// What came back instead.
        problem: String,
    },
    /// Something that the journey needs is missing.
    #[error("{0}")]
    Missing(String),
}

fn wrong(step: &str, problem: impl Into<String>) -> DemoError {
    DemoError::Wrong {
        step: step.to_owned(),
        problem: problem.into(),
    }
}

/// Walks the journey, telling each step.
///
/// # Errors
/// The first step that was not as it should be.
pub async fn run(options: &Options) -> Result<(), DemoError> {
    let story = Story::begin();
    let mut client = Client::new(&options.url, story)?;
    sign_in(&mut client).await?;
    let (food, coffee) = set_up(&client).await?;
    let (large, third) = create_rules(&client, options).await?;

    let lunch = client
        .create(
            "Spend 120.00 on food",
            "/api/v1/expenses",
            &expense("120.00", &food, "dinner for six"),
        )
        .await?;
    told(&client, &lunch, &large).await?;

    for cup in ["the first coffee of the day", "the second"] {
        client
            .create(
                &format!("Drink {cup}"),
                "/api/v1/expenses",
                &expense("3.50", &coffee, cup),
            )
            .await?;
    }
    let call = "pfms.expense.v1.ExpenseService/CreateExpense";
    let body = json!({ "expense": expense("3.50", &coffee, "the third") });
    let cup = foreign::call(&client, options.buf.as_deref(), call, &body).await?;
    told(&client, &cup, &third).await?;

    look_back(&client, &[&large, &third]).await?;
    client
        .post("Sign out", "/api/v1/auth/sign-out", &json!({}))
        .await?;
    client
        .refused("The session is over at once", "/api/v1/expenses")
        .await?;
    client.story().end();
    Ok(())
}

async fn sign_in(client: &mut Client) -> Result<(), DemoError> {
    let email = format!("demo-{}@example.com", uuid::Uuid::now_v7().simple());
    #[allow(clippy::disallowed_methods, reason = "the account is nobody's")]
    let password = format!("demo {:032x}", rand::random::<u128>());
    let account = json!({ "email": email, "password": password, "firstName": "Ada" });
    client
        .create("Register", "/api/v1/auth/register", &account)
        .await?;
    let tokens = client
        .create(
            "Sign in",
            "/api/v1/auth/sign-in",
            &json!({ "email": email, "password": password }),
        )
        .await?;
    client.authorize(text(&tokens, "accessToken"));
    Ok(())
}

/// Sets the account up; gives the ids of the categories Food and Coffee.
async fn set_up(client: &Client) -> Result<(String, String), DemoError> {
    let profile = json!({ "currency": "EUR", "timeZone": "Europe/Berlin" });
    let step = "Set currency and time zone";
    let profile = client.put(step, "/api/v1/user/profile", &profile).await?;
    if profile["currency"] != "EUR" || profile["timeZone"] != "Europe/Berlin" {
        return Err(wrong(step, format!("the profile is {profile}")));
    }
    let food = client
        .create(
            "Create the category Food",
            "/api/v1/categories",
            &json!({ "name": "Food" }),
        )
        .await?;
    let coffee = json!({ "name": "Coffee", "parentId": food["id"] });
    let coffee = client
        .create("Create Coffee below it", "/api/v1/categories", &coffee)
        .await?;
    Ok((text(&food, "id"), text(&coffee, "id")))
}

/// Creates both rules; gives their ids.
async fn create_rules(client: &Client, options: &Options) -> Result<(String, String), DemoError> {
    let large = json!({
        "name": "Large food expense",
        "trigger": { "event": "expense.created" },
        "condition": { "all": { "conditions": [
            { "compare": { "field": "amount", "operator": "OPERATOR_GREATER_THAN",
                           "money": { "amount": "100.00", "currency": "EUR" } } },
            { "compare": { "field": "category", "operator": "OPERATOR_EQUALS", "text": "Food" } },
        ] } },
        "actions": [{ "notify": { "title": "{{ amount }} on {{ category }}", "priority": "PRIORITY_HIGH" } }],
    });
    let large = client
        .create(
            "Create a rule as data: over 100.00 in Food → notify",
            "/api/v1/automation/rules",
            &large,
        )
        .await?;

    let path = component(options.component.as_deref())?;
    let bytes =
        std::fs::read(&path).map_err(|error| DemoError::Missing(format!("{}: {error}", path.display())))?;
    let module = client
        .upload(
            "Upload a WebAssembly component",
            "/api/v1/automation/modules",
            bytes,
        )
        .await?;
    let third = json!({
        "name": "Third coffee",
        "trigger": { "event": "expense.created" },
        "component": { "moduleId": module["id"], "config": { "category": "Coffee", "count": 3 } },
    });
    let step = "Create a rule with it: the third coffee in a day → notify";
    let third = client.create(step, "/api/v1/automation/rules", &third).await?;
    Ok((text(&large, "id"), text(&third, "id")))
}

/// Waits for the notification that a rule sent about an expense, and tells how long it took.
async fn told(client: &Client, expense: &Value, rule: &str) -> Result<(), DemoError> {
    let step = "The rule notified";
    let started = Instant::now();
    loop {
        let list = client.get("/api/v1/notifications?unreadOnly=true").await?;
        let found = list["notifications"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|one| one["data"]["expenseId"] == expense["id"] && one["data"]["ruleId"] == rule);
        if let Some(notification) = found {
            let took = between(&expense["createTime"], &notification["createTime"])
                .ok_or_else(|| wrong(step, format!("times are missing in {notification}")))?;
            client.story().event(step, &text(notification, "title"), took);
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            return Err(wrong(
                step,
                format!("no notification within {PATIENCE:?}; there are {list}"),
            ));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn look_back(client: &Client, rules: &[&str]) -> Result<(), DemoError> {
    let count = rules.len().to_string();
    let step = "List notifications";
    let list = client.get("/api/v1/notifications").await?;
    let notifications = list["notifications"].as_array().cloned().unwrap_or_default();
    if notifications.len() != rules.len() || text(&list, "unreadCount") != count {
        return Err(wrong(
            step,
            format!("{} notifications are wanted, there are {list}", rules.len()),
        ));
    }
    client.story().step(step, &format!("{} unread", rules.len()));

    let step = "Mark all as read";
    let marked = client
        .post(step, "/api/v1/notifications:markAllRead", &json!({}))
        .await?;
    if text(&marked, "markedCount") != count {
        return Err(wrong(step, marked.to_string()));
    }
    for rule in rules {
        let step = "The execution log";
        let log = client
            .get(&format!("/api/v1/automation/executions?ruleId={rule}"))
            .await?;
        let succeeded = log["executions"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|one| one["status"] == "EXECUTION_STATUS_SUCCEEDED");
        let Some(run) = succeeded else {
            return Err(wrong(step, format!("no success in {log}")));
        };
        let fuel = text(run, "fuel");
        let code = if fuel == "0" {
            "data".to_owned()
        } else {
            format!("component, fuel {fuel}")
        };
        client
            .story()
            .step(step, &format!("{code}, {} µs", text(run, "durationMicros")));
    }
    Ok(())
}

fn expense(amount: &str, category: &str, description: &str) -> Value {
    json!({
        "amount": { "amount": amount, "currency": "EUR" },
        "categoryId": category,
        "description": description,
        "date": "2025-12-11",
    })
}

/// The component to upload: the one that was named, or the one that `make plugins` built beside this program.
fn component(named: Option<&Path>) -> Result<PathBuf, DemoError> {
    let beside = || {
        Some(
            std::env::current_exe()
                .ok()?
                .parent()?
                .parent()?
                .join("plugins/habit-counter.wasm"),
        )
    };
    let path = named.map(Path::to_owned).or_else(beside).unwrap_or_default();
    if path.is_file() {
        Ok(path)
    } else {
        Err(DemoError::Missing(format!(
            "{} is missing: run `make plugins`",
            path.display()
        )))
    }
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn between(from: &Value, to: &Value) -> Option<Duration> {
    let instant = |value: &Value| value.as_str()?.parse::<jiff::Timestamp>().ok();
    instant(to)?.duration_since(instant(from)?).try_into().ok()
}
