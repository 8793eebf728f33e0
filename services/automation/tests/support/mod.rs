//! The service with an expense service and a notification service that tests can play.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod components;

use std::sync::{Arc, Mutex, OnceLock};

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::automation_service_client::AutomationServiceClient;
use pfms_proto::automation::v1::module_service_client::ModuleServiceClient;
use pfms_proto::event::EventData;
use pfms_proto::events::v1::{ExpenseCreated, NotificationSend};
use pfms_proto::expense::v1::expense_internal_service_server::{
    ExpenseInternalService, ExpenseInternalServiceServer,
};
use pfms_proto::expense::v1::{ListRecentExpensesRequest, ListRecentExpensesResponse, RecentExpense};
use pfms_proto::google::api::HttpBody;
use pfms_proto::types::v1::Money;
use pfms_runtime::events::{Consumer, Event, HandleError, Handler, Outgoing, outbox};
use pfms_runtime::testing::{AuthorizedChannel, Harness, eventually};
use pfms_runtime::{Call, Database, Parts, Service, Settings};
use pfms_types::{Id, UserId};
use serde_json::Value;
use sqlx::migrate::Migrator;
use tonic::{Request, Response, Status};

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
    pub asked: Vec<(UserId, ListRecentExpensesRequest)>,
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

    pub fn rules(&self, user_id: UserId) -> AutomationServiceClient<AuthorizedChannel> {
        AutomationServiceClient::new(self.harness.as_user("automation", user_id))
    }

    pub fn modules(&self, user_id: UserId) -> ModuleServiceClient<AuthorizedChannel> {
        ModuleServiceClient::new(self.harness.as_user("automation", user_id))
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
        let database = self.expense.get().expect("the expense service runs");
        let mut connection = database.pool().acquire().await.unwrap();
        outbox::insert(&mut connection, &[event]).await.unwrap();
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
        })
        .collect()
}

/// A rule from JSON; `Rule` as a whole has none, because only its stored parts need it.
pub fn rule_of(rule: &Value) -> wire::Rule {
    let part = |name: &str| rule.get(name).cloned();
    let text = |name: &str| part(name).map(|text| text.as_str().unwrap().to_owned());
    wire::Rule {
        name: text("name").unwrap_or_else(|| "a rule".into()),
        description: text("description").unwrap_or_default(),
        trigger: Some(wire::Trigger {
            event: text("trigger").unwrap_or_else(|| "expense.created".into()),
        }),
        condition: part("condition").map(|condition| serde_json::from_value(condition).unwrap()),
        actions: part("actions")
            .map(|actions| serde_json::from_value(actions).unwrap())
            .unwrap_or_default(),
        component: part("component").map(|component| serde_json::from_value(component).unwrap()),
        active: part("active").map(|active| active.as_bool().unwrap()),
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
        let server = ExpenseInternalServiceServer::new(Played(Arc::clone(&recent)));
        async { Ok(Parts::new().grpc(server)) }
    })
    .migrations(&NO_TABLES)
}

struct Played(Arc<Mutex<Recent>>);

#[tonic::async_trait]
impl ExpenseInternalService for Played {
    async fn list_recent_expenses(
        &self,
        request: Request<ListRecentExpensesRequest>,
    ) -> Result<Response<ListRecentExpensesResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut recent = self.0.lock().unwrap();
        if recent.failures > 0 {
            recent.failures -= 1;
            return Err(Status::unavailable("the expense service is away"));
        }
        let request = request.into_inner();
        let limit = usize::try_from(request.limit).unwrap();
        let since = request.start_date.clone();
        recent.asked.push((user_id, request));
        let mut expenses: Vec<_> = recent
            .expenses
            .iter()
            .filter(|expense| expense.date >= since)
            .cloned()
            .collect();
        expenses.sort_by(|one, another| (&another.date, &another.id).cmp(&(&one.date, &one.id)));
        expenses.truncate(limit);
        Ok(Response::new(ListRecentExpensesResponse { expenses }))
    }
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
