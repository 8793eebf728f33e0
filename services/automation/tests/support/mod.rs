//! The service with an expense service and a notification service that tests can play.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod components;
mod played;

#[allow(unused_imports)]
pub use played::FOOD;

use std::sync::{Arc, Mutex, OnceLock};

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::automation_internal_service_client::AutomationInternalServiceClient;
use pfms_proto::automation::v1::automation_service_client::AutomationServiceClient;
use pfms_proto::automation::v1::module_service_client::ModuleServiceClient;
use pfms_proto::automation::v1::rule_group_service_client::RuleGroupServiceClient;
use pfms_proto::event::EventData;
use pfms_proto::events::v1::{ExpenseCreated, NotificationSend, UserFamilyInvited};
use pfms_proto::expense::v1::*;
use pfms_proto::google::api::HttpBody;
use pfms_proto::types::v1::Money;
use pfms_runtime::events::{Consumer, Event, HandleError, Handler, Outgoing, outbox};
use pfms_runtime::serve::Running;
use pfms_runtime::testing::{AuthorizedChannel, Harness, eventually};
use pfms_runtime::{Database, Parts, Service, Settings};
use pfms_types::{Id, UserId};
use serde_json::Value;
use sqlx::migrate::Migrator;
use tonic::{Request, Status};

static NO_TABLES: Migrator = Migrator::DEFAULT;

/// The services under test.
pub struct Mesh {
    pub harness: Harness,
    expense: Arc<OnceLock<Database>>,
    recent: Arc<Mutex<Recent>>,
    sent: Arc<Mutex<Vec<NotificationSend>>>,
}

/// What the played expense service answers.
#[derive(Default)]
pub struct Recent {
    /// The user's expenses.
    pub expenses: Vec<RecentExpense>,
    /// How often it fails before it answers.
    pub failures: u32,
    /// Who asked for what.
    pub asked: Vec<(UserId, GatherFactsRequest)>,
    /// Whether the one category was deleted.
    pub no_categories: bool,
    /// How often it refuses to change an expense.
    pub refusals: u32,
    /// What rules changed.
    pub changed: Vec<(UserId, ApplyRuleActionsRequest)>,
    /// What rules recorded.
    pub recorded: Vec<(UserId, CreateForRuleRequest)>,
}

impl Mesh {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let expense = Arc::new(OnceLock::new());
        let recent = Arc::new(Mutex::new(Recent::default()));
        let sent = Arc::new(Mutex::new(Vec::new()));
        let services = vec![
            pfms_automation::service(),
            expense_service(Arc::clone(&expense), Arc::clone(&recent)),
            notification_service(Arc::clone(&sent)),
        ];
        let harness = Harness::start_with(services, change).await;
        Self {
            harness,
            expense,
            recent,
            sent,
        }
    }

    /// The service once more, as another process of the same mesh has it.
    pub async fn second_process(&self) -> Running {
        let settings = self.harness.settings().clone();
        let services = vec![pfms_automation::service().at_port(0)];
        Running::start(services, settings)
            .await
            .expect("the service starts")
    }

    /// Waits until everything that was published for a user is handled: the outboxes are empty, and an event that is
    /// published after them has taken effect. A process handles the events of one user in their order.
    pub async fn settled(&self, user: UserId) {
        let fence = serde_json::json!({
            "name": "fence", "trigger": "user.family.invited", "actions": [{"notify": {"title": "fence"}}]});
        self.create_rule(user, fence).await.unwrap();
        let databases = ["automation", "expense"].map(|service| self.harness.database(service));
        for database in &databases {
            eventually("the outbox is empty", || async {
                let query = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM outbox");
                let waiting = query.fetch_one(database.pool()).await.unwrap();
                (waiting == 0).then_some(())
            })
            .await;
        }
        self.publish(user, &UserFamilyInvited::default()).await;
        eventually("the fence is reached", || async {
            let sent = self.sent.lock().unwrap();
            let reached = sent.iter().any(|one| {
                one.user_id == user.to_string()
                    && one.variables.get("rule").is_some_and(|rule| rule == "fence")
            });
            reached.then_some(())
        })
        .await;
    }

    pub fn rules(&self, user_id: UserId) -> AutomationServiceClient<AuthorizedChannel> {
        AutomationServiceClient::new(self.harness.as_user("automation", user_id))
    }

    pub fn modules(&self, user_id: UserId) -> ModuleServiceClient<AuthorizedChannel> {
        ModuleServiceClient::new(self.harness.as_user("automation", user_id))
    }

    pub fn groups(&self, user_id: UserId) -> RuleGroupServiceClient<AuthorizedChannel> {
        RuleGroupServiceClient::new(self.harness.as_user("automation", user_id))
    }

    pub fn internal(&self, user_id: UserId) -> AutomationInternalServiceClient<AuthorizedChannel> {
        AutomationInternalServiceClient::new(self.harness.as_user("automation", user_id))
    }

    /// One execution with all that was kept of it.
    pub async fn execution(&self, user_id: UserId, id: &str) -> wire::Execution {
        let request = wire::GetExecutionRequest { id: id.to_owned() };
        self.rules(user_id)
            .get_execution(request)
            .await
            .unwrap()
            .into_inner()
    }

    pub fn recent(&self) -> std::sync::MutexGuard<'_, Recent> {
        self.recent.lock().unwrap()
    }

    /// Publishes an event as the expense service does, and gives its id.
    pub async fn publish<D: EventData>(&self, user_id: UserId, data: &D) -> String {
        let event = Outgoing::new(user_id, pfms_runtime::Clock::system().now(), data).unwrap();
        let id = event.id.to_string();
        self.publish_again(event).await;
        id
    }

    /// Publishes an event that may have been published before.
    pub async fn publish_again(&self, event: Outgoing) {
        self.publish_all(&[event]).await;
    }

    /// Publishes events of any users at once.
    pub async fn publish_all(&self, events: &[Outgoing]) {
        let database = self.expense.get().expect("the expense service runs");
        let mut connection = database.pool().acquire().await.unwrap();
        outbox::insert(&mut connection, events).await.unwrap();
        database.wake_relay();
    }

    /// What a user was sent, once there are at least so many.
    pub async fn notifications(&self, user_id: UserId, at_least: usize) -> Vec<NotificationSend> {
        let what = format!("{at_least} notifications");
        eventually(&what, || async {
            let sent = self.sent.lock().unwrap();
            let of_user: Vec<_> = sent
                .iter()
                .filter(|one| one.user_id == user_id.to_string())
                .cloned()
                .collect();
            (of_user.len() >= at_least).then_some(of_user)
        })
        .await
    }

    /// The log of a user, once it holds at least so many runs, the latest first.
    pub async fn executions(&self, user_id: UserId, at_least: usize) -> Vec<wire::Execution> {
        eventually(&format!("{at_least} executions"), || async {
            let request = wire::ListExecutionsRequest::default();
            let page = self.rules(user_id).list_executions(request).await.unwrap();
            let executions = page.into_inner().executions;
            (executions.len() >= at_least).then_some(executions)
        })
        .await
    }

    pub async fn create_rule(&self, user_id: UserId, rule: Value) -> Result<wire::Rule, Status> {
        let request = wire::CreateRuleRequest {
            rule: Some(rule_of(&rule)),
        };
        Ok(self.rules(user_id).create_rule(request).await?.into_inner())
    }

    pub async fn upload(&self, user_id: UserId, bytes: &[u8]) -> Result<wire::Module, Status> {
        let request = Request::new(tokio_stream::iter(pieces(bytes)));
        Ok(self.modules(user_id).create_module(request).await?.into_inner())
    }
}

/// Bytes in pieces as the edge makes them.
pub fn pieces(bytes: &[u8]) -> Vec<wire::CreateModuleRequest> {
    bytes
        .chunks(64 << 10)
        .map(|piece| wire::CreateModuleRequest {
            content: Some(HttpBody {
                content_type: "application/wasm".into(),
                data: piece.to_vec().into(),
                ..HttpBody::default()
            }),
            ..wire::CreateModuleRequest::default()
        })
        .collect()
}

/// A rule from JSON; `Rule` as a whole has none, because only its stored parts need it.
pub fn rule_of(rule: &Value) -> wire::Rule {
    let part = |name: &str| rule.get(name).cloned();
    let text = |name: &str| part(name).map(|text| text.as_str().unwrap().to_owned());
    let number = |name: &str| part(name).map(|number| i32::try_from(number.as_i64().unwrap()).unwrap());
    let flag = |name: &str| part(name).map(|flag| flag.as_bool().unwrap());
    wire::Rule {
        name: text("name").unwrap_or_else(|| "a rule".into()),
        description: text("description").unwrap_or_default(),
        trigger: Some(match part("trigger") {
            Some(Value::String(event)) => wire::Trigger {
                event,
                ..wire::Trigger::default()
            },
            Some(trigger) => serde_json::from_value(trigger).unwrap(),
            None => wire::Trigger {
                event: "expense.created".into(),
                ..wire::Trigger::default()
            },
        }),
        condition: part("condition").map(|condition| serde_json::from_value(condition).unwrap()),
        actions: part("actions")
            .map(|actions| serde_json::from_value(actions).unwrap())
            .unwrap_or_default(),
        component: part("component").map(|component| serde_json::from_value(component).unwrap()),
        active: flag("active"),
        stage: match text("stage").as_deref() {
            Some("pre") => wire::Stage::Pre,
            Some("post") => wire::Stage::Post,
            _ => wire::Stage::Unspecified,
        }
        .into(),
        position: number("position"),
        stop_processing: flag("stopProcessing"),
        group_id: text("groupId").unwrap_or_default(),
        cooldown_seconds: number("cooldownSeconds"),
        daily_cap: number("dailyCap"),
        active_from: text("activeFrom").unwrap_or_default(),
        active_until: text("activeUntil").unwrap_or_default(),
        failure_limit: number("failureLimit"),
        ..wire::Rule::default()
    }
}

/// An expense of 120.00 USD for food.
pub fn expense() -> ExpenseCreated {
    ExpenseCreated {
        user_id: String::new(),
        expense_id: Id::<()>::generate().to_string(),
        amount: Some(Money {
            amount: "120.00".into(),
            currency: "USD".into(),
        }),
        category: "Food".into(),
        category_id: "01890a5d-ac96-774b-bcce-b302099a8058".into(),
        description: "Coffee beans".into(),
        merchant: "Roastery".into(),
        date: "2025-12-11".into(),
        tags: vec!["treat".into()],
    }
}

/// The same as the expense service tells it.
pub fn recent(expense: &ExpenseCreated) -> RecentExpense {
    RecentExpense {
        id: expense.expense_id.clone(),
        amount: expense.amount.clone(),
        category_id: expense.category_id.clone(),
        category: expense.category.clone(),
        description: expense.description.clone(),
        merchant: expense.merchant.clone(),
        date: expense.date.clone(),
        tags: expense.tags.clone(),
    }
}

fn expense_service(database: Arc<OnceLock<Database>>, recent: Arc<Mutex<Recent>>) -> Service {
    Service::new("expense", 3003, move |context| {
        database.set(context.database).expect("is started once");
        let played = played::Played(Arc::clone(&recent));
        async { Ok(played.parts()) }
    })
    .migrations(&NO_TABLES)
}

fn notification_service(sent: Arc<Mutex<Vec<NotificationSend>>>) -> Service {
    Service::new("notification", 3010, move |_| {
        let consumer = Consumer::new("test.notifications", Sent(Arc::clone(&sent)));
        async { Ok(Parts::new().consumer(consumer.on::<NotificationSend>())) }
    })
    .migrations(&NO_TABLES)
}

struct Sent(Arc<Mutex<Vec<NotificationSend>>>);

#[async_trait::async_trait]
impl Handler for Sent {
    type Plan = NotificationSend;

    async fn plan(&self, event: &Event) -> Result<NotificationSend, HandleError> {
        Ok(event.data()?)
    }

    async fn apply(
        &self,
        _: &mut sqlx::PgConnection,
        _: &Event,
        plan: NotificationSend,
    ) -> Result<Vec<Outgoing>, HandleError> {
        self.0.lock().unwrap().push(plan);
        Ok(vec![])
    }
}
