//! What is outside of the service: an expense service and a receiver of webhooks that are played, and rows that the
//! engine would have written.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response as HttpResponse};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_automation::effects::{self, Effect, Settled, Task};
use pfms_automation::execution::ExecutionId;
use pfms_automation::rule::RuleId;
use pfms_proto::automation::v1::webhook_service_client::WebhookServiceClient;
use pfms_proto::event::EventData;
use pfms_proto::events::v1::{AuditRecorded, NotificationSend};
use pfms_proto::expense::v1::expense_internal_service_server::{
    ExpenseInternalService, ExpenseInternalServiceServer,
};
use pfms_proto::expense::v1::*;
use pfms_runtime::events::{Consumer, Event, HandleError, Handler, Outgoing};
use pfms_runtime::settings::Webhooks;
use pfms_runtime::testing::{AuthorizedChannel, Harness, eventually};
use pfms_runtime::{Call, Clock, Parts, Service};
use pfms_types::UserId;
use sqlx::PgPool;
use sqlx::migrate::Migrator;
use tonic::{Request, Response, Status};
use uuid::Uuid;

static NO_TABLES: Migrator = Migrator::DEFAULT;

/// When it is, until a test moves the clock.
pub const NOON: &str = "2026-03-10T12:00:00Z";

pub struct Mesh {
    pub harness: Harness,
    pub clock: Clock,
    pub expenses: Expenses,
    sent: Arc<Mutex<Vec<NotificationSend>>>,
    acts: Arc<Mutex<Vec<AuditRecorded>>>,
}

/// What the expense service was asked for, and what it answers before it does as it is told.
#[derive(Clone, Default)]
pub struct Expenses {
    pub applied: Arc<Mutex<Vec<(UserId, ApplyRuleActionsRequest)>>>,
    pub created: Arc<Mutex<Vec<(UserId, CreateForRuleRequest)>>>,
    pub refusals: Arc<Mutex<VecDeque<Status>>>,
}

impl Mesh {
    pub async fn start() -> Self {
        let clock = Clock::fixed(NOON.parse().unwrap());
        let expenses = Expenses::default();
        let sent = Arc::new(Mutex::new(Vec::new()));
        let acts = Arc::new(Mutex::new(Vec::new()));
        let services = vec![
            pfms_automation::service(),
            expense_service(expenses.clone()),
            listening_service(Arc::clone(&sent), Arc::clone(&acts)),
        ];
        let harness = Harness::start_with(services, |settings| {
            settings.clock = clock.clone();
            settings.webhooks = Webhooks {
                webhook_loopback: true,
                ..Webhooks::default()
            };
        })
        .await;
        Self {
            harness,
            clock,
            expenses,
            sent,
            acts,
        }
    }

    pub fn pool(&self) -> PgPool {
        self.harness.database("automation").pool().clone()
    }

    /// A client whose token is good now: tokens end when the clock is moved.
    pub fn webhooks(&self, user: UserId) -> WebhookServiceClient<AuthorizedChannel> {
        WebhookServiceClient::new(self.harness.as_user("automation", user))
    }

    pub fn told(&self) -> Vec<NotificationSend> {
        self.sent.lock().unwrap().clone()
    }

    /// What the audit log is told, once it is as much: actions, targets and addresses.
    pub async fn until_recorded(&self, count: usize) -> Vec<(String, String, String)> {
        eventually("the audit log is told", || async {
            let acts = self.acts.lock().unwrap();
            let told = acts
                .iter()
                .map(|act| (act.action.clone(), act.target.clone(), act.ip_address.clone()));
            (acts.len() >= count).then(|| told.collect())
        })
        .await
    }

    pub async fn until_told(&self, count: usize) -> Vec<NotificationSend> {
        eventually("the owner is told", || async {
            let told = self.told();
            (told.len() >= count).then_some(told)
        })
        .await
    }

    /// Writes an execution of a rule with these tasks, as the engine does.
    pub async fn enqueue(&self, user: UserId, tasks: Vec<Task>) -> ExecutionId {
        let pool = self.pool();
        let rule_id = rule(&pool, user, "Coffee").await;
        let execution_id = ExecutionId::generate();
        let now = self.clock.now();
        sqlx::query(
            "INSERT INTO rule_executions (user_id, id, rule_id, event_id, event, status, error_reason, error_message,
                                          action_count, module_hash, fuel, duration_micros, trigger_data, action_result,
                                          logs, executed_at)
             VALUES ($1, $2, $3, $4, 'expense.created', 'SUCCEEDED', '', '', 1, '', 0, 0, '{}', '[]', '[]', $5)",
        )
        .bind(user.uuid())
        .bind(execution_id.uuid())
        .bind(rule_id.uuid())
        .bind(Uuid::now_v7())
        .bind(now.to_sqlx())
        .execute(&pool)
        .await
        .unwrap();
        let effects: Vec<_> = tasks
            .into_iter()
            .enumerate()
            .map(|(position, task)| Effect {
                execution_id,
                rule_id,
                position,
                rule_chain: vec![Uuid::nil(), rule_id.uuid()],
                task,
            })
            .collect();
        let mut connection = pool.acquire().await.unwrap();
        effects::enqueue(&mut connection, user, &effects, now)
            .await
            .unwrap();
        execution_id
    }

    pub async fn results(&self, user: UserId, execution: ExecutionId) -> Vec<Settled> {
        effects::results(&self.pool(), user, execution).await.unwrap()
    }

    /// The results, once as many tries were made.
    pub async fn until_tried(&self, user: UserId, execution: ExecutionId, attempts: i32) -> Vec<Settled> {
        eventually("it is tried", || async {
            let results = self.results(user, execution).await;
            // A try that has ended says why, and when.
            let idle = results.iter().all(|result| {
                result.status != effects::Status::Pending
                    || result.attempts == 0
                    || (!result.reason.is_empty() && result.updated_at == self.clock.now())
            });
            let tries: i32 = results.iter().map(|result| result.attempts).sum();
            (idle && tries >= attempts).then_some(results)
        })
        .await
    }

    pub async fn until_settled(&self, user: UserId, execution: ExecutionId) -> Vec<Settled> {
        eventually("it is settled", || async {
            let results = self.results(user, execution).await;
            let settled = results
                .iter()
                .all(|result| result.status != effects::Status::Pending);
            settled.then_some(results)
        })
        .await
    }
}

/// A rule's row.
pub async fn rule(pool: &PgPool, user: UserId, name: &str) -> RuleId {
    let id = RuleId::generate();
    sqlx::query(
        "INSERT INTO automation_rules (user_id, id, name, description, event, actions, is_active, created_at, updated_at)
         VALUES ($1, $2, $3, '', 'expense.created', '[]', true, now(), now())",
    )
    .bind(user.uuid())
    .bind(id.uuid())
    .bind(name)
    .execute(pool)
    .await
    .unwrap();
    id
}

fn expense_service(expenses: Expenses) -> Service {
    Service::new("expense", 3003, move |_| {
        let server = ExpenseInternalServiceServer::new(expenses.clone());
        async { Ok(Parts::new().grpc(server)) }
    })
}

#[tonic::async_trait]
impl ExpenseInternalService for Expenses {
    async fn gather_facts(
        &self,
        _: Request<GatherFactsRequest>,
    ) -> Result<Response<GatherFactsResponse>, Status> {
        Ok(Response::new(GatherFactsResponse::default()))
    }

    async fn list_history(
        &self,
        _: Request<ListHistoryRequest>,
    ) -> Result<Response<ListHistoryResponse>, Status> {
        Ok(Response::new(ListHistoryResponse::default()))
    }

    async fn apply_rule_actions(
        &self,
        request: Request<ApplyRuleActionsRequest>,
    ) -> Result<Response<ApplyRuleActionsResponse>, Status> {
        let user = Call::of(&request)?.user()?;
        self.applied.lock().unwrap().push((user, request.into_inner()));
        match self.refusals.lock().unwrap().pop_front() {
            Some(status) => Err(status),
            None => Ok(Response::new(ApplyRuleActionsResponse { changed: true })),
        }
    }

    async fn create_for_rule(
        &self,
        request: Request<CreateForRuleRequest>,
    ) -> Result<Response<CreateForRuleResponse>, Status> {
        let user = Call::of(&request)?.user()?;
        self.created.lock().unwrap().push((user, request.into_inner()));
        match self.refusals.lock().unwrap().pop_front() {
            Some(status) => Err(status),
            None => Ok(Response::new(CreateForRuleResponse {
                expense_id: Uuid::nil().to_string(),
            })),
        }
    }
}

fn listening_service(
    sent: Arc<Mutex<Vec<NotificationSend>>>,
    acts: Arc<Mutex<Vec<AuditRecorded>>>,
) -> Service {
    Service::new("notification", 3010, move |_| {
        let sent = Consumer::new("test.notifications", Heard(Arc::clone(&sent)));
        let acts = Consumer::new("test.acts", Heard(Arc::clone(&acts)));
        async {
            Ok(Parts::new()
                .consumer(sent.on::<NotificationSend>())
                .consumer(acts.on::<AuditRecorded>()))
        }
    })
    .migrations(&NO_TABLES)
}

/// Keeps what it hears.
struct Heard<D>(Arc<Mutex<Vec<D>>>);

#[async_trait::async_trait]
impl<D: EventData> Handler for Heard<D> {
    type Plan = D;

    async fn plan(&self, event: &Event) -> Result<D, HandleError> {
        Ok(event.data()?)
    }

    async fn apply(
        &self,
        _: &mut sqlx::PgConnection,
        _: &Event,
        plan: D,
    ) -> Result<Vec<Outgoing>, HandleError> {
        self.0.lock().unwrap().push(plan);
        Ok(vec![])
    }
}

/// A web server on this machine that takes what is posted to it, and answers as it is told.
pub struct Receiver {
    pub url: String,
    state: Arc<Received>,
}

#[derive(Default)]
struct Received {
    posts: Mutex<Vec<Posted>>,
    answers: Mutex<VecDeque<(StatusCode, HeaderMap, String)>>,
}

#[derive(Clone, Debug)]
pub struct Posted {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Posted {
    pub fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).expect("the header is there");
        value.to_str().unwrap().to_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Receiver {
    pub async fn start() -> Self {
        let state = Arc::new(Received::default());
        let app = Router::new().fallback(receive).with_state(Arc::clone(&state));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?a=b", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
        Self { url, state }
    }

    /// What it answers next; 204 when there is nothing.
    pub fn answers(&self, status: u16, body: &str) {
        self.answers_with(status, &[], body);
    }

    pub fn answers_with(&self, status: u16, headers: &[(&'static str, &str)], body: &str) {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap()))
            .collect();
        let answer = (StatusCode::from_u16(status).unwrap(), headers, body.to_owned());
        self.state.answers.lock().unwrap().push_back(answer);
    }

    pub fn posts(&self) -> Vec<Posted> {
        self.state.posts.lock().unwrap().clone()
    }

    pub async fn until_posted(&self, count: usize) -> Vec<Posted> {
        eventually("a message arrives", || async {
            let posts = self.posts();
            (posts.len() >= count).then_some(posts)
        })
        .await
    }
}

async fn receive(State(state): State<Arc<Received>>, headers: HeaderMap, body: Bytes) -> HttpResponse {
    let posted = Posted {
        headers,
        body: body.to_vec(),
    };
    state.posts.lock().unwrap().push(posted);
    match state.answers.lock().unwrap().pop_front() {
        Some(answer) => answer.into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

/// A point in time as the tests write it.
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
