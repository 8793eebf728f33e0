//! The rule engine: what many rules cost an event, and how many events an automation process takes, beside consuming
//! and committing alone.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Consumer};
use pfms_proto::automation::v1::automation_service_client::AutomationServiceClient;
use pfms_proto::automation::v1::{
    Action, Comparison, Condition, CreateRuleRequest, Notify, Operator, Rule, Trigger, WriteLog, action,
    comparison, condition,
};
use pfms_proto::events::v1::ExpenseCreated;
use pfms_proto::expense::v1::Expense;
use pfms_proto::types::v1::Money;
use pfms_runtime::Clock;
use pfms_runtime::events::Outgoing;
use pfms_runtime::identity::MeshTokens;
use pfms_types::UserId;
use prost::Message as _;
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgConnection, PgPool};
use tokio::task::JoinSet;
use tonic::Request;
use tonic::transport::Channel as Connection;

use crate::hops::{self, AUTOMATION_PORT, CREATE, EXPENSE_PORT};
use crate::load::{self, Call};
use crate::mesh::{CONNECTIONS, Mesh};
use crate::people::{People, Person};
use crate::stats::{Ratio, median, percentile, ratio};
use crate::{Result, say, writes};

/// Interleaved rounds.
pub const ROUNDS: usize = 5;
/// Events of each user in each round, one after the other.
pub const EVENTS: usize = 60;
/// Rules of the user with few and of the user with many. One of them matches.
pub const RULES: [usize; 2] = [10, 10_000];
/// People whose events come all at once.
pub const USERS: usize = 1_000;
/// Rules of each of them. One of them matches each event.
pub const RULES_EACH: usize = 20;
/// Events of each round, spread over the people.
pub const BURST: usize = 10_000;
/// Events of the bare consumer that are worked on at the same time: as many as the service's.
const LANES: usize = 64;
const PREFETCH: u16 = 2_048;
const QUEUE: &str = "bare.burst";
const PATIENCE: Duration = Duration::from_mins(2);
const LOOK: Duration = Duration::from_millis(100);

/// Of each round.
#[derive(Default)]
pub struct Engine {
    /// Milliseconds from commit to notification, p50, with [`RULES`].
    with_rules: [Vec<f64>; 2],
    /// Events per second of the automation service.
    service: Vec<f64>,
    /// Events per second of the bare consumer.
    bare: Vec<f64>,
}

impl Engine {
    /// Time of an event: with many rules ÷ with few.
    pub fn many_to_few(&self) -> Ratio {
        ratio(&self.with_rules[1], &self.with_rules[0])
    }

    /// Events per second: the service ÷ the bare consumer.
    pub fn service_to_bare(&self) -> Ratio {
        ratio(&self.service, &self.bare)
    }

    /// Medians of the rounds: ms with few and many rules, events per second of the service and the bare consumer.
    pub fn medians(&self) -> [f64; 4] {
        let [few, many] = &self.with_rules;
        [few, many, &self.service, &self.bare].map(|values| median(values))
    }
}

/// Measures both.
pub async fn measure(mesh: &Mesh, people: &mut People) -> Result<Engine> {
    let mut engine = Engine::default();
    many_rules(mesh, people, &mut engine).await?;
    burst(mesh, &mut engine).await?;
    Ok(engine)
}

async fn many_rules(mesh: &Mesh, people: &mut People, engine: &mut Engine) -> Result<()> {
    say("one event against many rules");
    people.sign_in(mesh).await?;
    // Those who have no rules yet.
    let owners = [&people.0[1], &people.0[2]];
    let connections = load::connect(&mesh.service(AUTOMATION_PORT)).await?;
    for (person, rules) in owners.into_iter().zip(RULES) {
        let mut new = vec![rule("Every expense", None, notify())];
        new.extend((1..rules).map(|number| rule("A merchant", Some(merchant(number)), notify())));
        let tokens = Authorization::Bearer(person.authorization.clone());
        create(
            &connections,
            new.into_iter().map(|rule| (tokens.clone(), rule)).collect(),
        )
        .await?;
    }
    people.sign_in(mesh).await?;
    let owners = [&people.0[1], &people.0[2]];
    let mut channel = load::connect(&mesh.service(EXPENSE_PORT)).await?.remove(0);
    let mut admin = mesh.admin().await?;
    for _ in 0..ROUNDS {
        mesh.settle().await?;
        for (person, times) in owners.into_iter().zip(&mut engine.with_rules) {
            times.push(events(mesh, &mut channel, &mut admin, person).await?);
        }
    }
    Ok(())
}

/// The p50 in milliseconds.
async fn events(
    mesh: &Mesh,
    channel: &mut Connection,
    admin: &mut PgConnection,
    person: &Person,
) -> Result<f64> {
    let call = Call::grpc(
        &mesh.service(EXPENSE_PORT),
        CREATE,
        person,
        &writes::request(person),
    )?;
    let mut times = Vec::new();
    for _ in 0..EVENTS {
        let expense = Expense::decode(call.send(channel).await?)?;
        times.push(hops::notified(admin, person, expense.id.parse()?).await?);
    }
    Ok(percentile(&times, 0.5))
}

fn notify() -> Action {
    Action {
        kind: Some(action::Kind::Notify(Notify {
            title: "{{ amount }}".to_owned(),
            ..Notify::default()
        })),
    }
}

fn note() -> Action {
    Action {
        kind: Some(action::Kind::Log(WriteLog {
            message: "{{ amount }} at {{ merchant }}".to_owned(),
        })),
    }
}

fn merchant(number: usize) -> String {
    format!("Shop {number}")
}

fn rule(name: &str, merchant: Option<String>, action: Action) -> Rule {
    Rule {
        name: name.to_owned(),
        trigger: Some(Trigger {
            event: "expense.created".to_owned(),
            ..Trigger::default()
        }),
        condition: merchant.map(|merchant| Condition {
            kind: Some(condition::Kind::Compare(Comparison {
                field: "merchant".to_owned(),
                operator: Operator::Equals.into(),
                operand: Some(comparison::Operand::Text(merchant)),
            })),
        }),
        actions: vec![action],
        ..Rule::default()
    }
}

#[derive(Clone)]
enum Authorization {
    Bearer(tonic::metadata::MetadataValue<tonic::metadata::Ascii>),
    Mesh(Arc<MeshTokens>, UserId),
}

impl Authorization {
    fn value(&self) -> Result<tonic::metadata::MetadataValue<tonic::metadata::Ascii>> {
        Ok(match self {
            Self::Bearer(value) => value.clone(),
            Self::Mesh(tokens, user_id) => {
                format!("Bearer {}", tokens.sign("bench", Some(*user_id))?).parse()?
            }
        })
    }
}

/// Creates rules, many at a time.
async fn create(connections: &[Connection], rules: Vec<(Authorization, Rule)>) -> Result<()> {
    let share = rules.len().div_ceil(load::CLIENTS);
    let mut clients = JoinSet::new();
    for (some, connection) in rules.chunks(share).zip(connections.iter().cycle()) {
        let (some, connection) = (some.to_vec(), connection.clone());
        clients.spawn(async move {
            let mut client = AutomationServiceClient::new(connection);
            for (authorization, rule) in some {
                let mut request = Request::new(CreateRuleRequest { rule: Some(rule) });
                request
                    .metadata_mut()
                    .insert("authorization", authorization.value()?);
                client.create_rule(request).await?;
            }
            Result::Ok(())
        });
    }
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    Ok(())
}

async fn burst(mesh: &Mesh, engine: &mut Engine) -> Result<()> {
    say("events of many people at once");
    let users: Vec<UserId> = (0..USERS).map(|_| UserId::generate()).collect();
    let tokens = Arc::new(MeshTokens::new(&mesh.master_key, Clock::system()));
    let rules = users.iter().flat_map(|user_id| {
        let authorization = Authorization::Mesh(Arc::clone(&tokens), *user_id);
        (0..RULES_EACH).map(move |number| {
            (
                authorization.clone(),
                rule("A merchant", Some(merchant(number)), note()),
            )
        })
    });
    let connections = load::connect(&mesh.service(AUTOMATION_PORT)).await?;
    create(&connections, rules.collect()).await?;

    let mut admin = mesh.admin().await?;
    let channel = hops::channel(mesh).await?;
    let bare = Bare::prepare(mesh).await?;
    for _ in 0..ROUNDS {
        mesh.settle().await?;
        let events = (0..BURST)
            .map(|number| event(users[number % USERS], &merchant(number / USERS % RULES_EACH)))
            .collect::<Result<Vec<_>>>()?;
        engine.bare.push(bare.round(&channel, &events).await?);
        mesh.settle().await?;
        let before = executions(&mut admin).await?;
        let started = Instant::now();
        publish(&channel, "financial.events", &events).await?;
        while executions(&mut admin).await? < before + i64::try_from(BURST)? {
            if started.elapsed() > PATIENCE {
                return Err("the automation service does not keep up".into());
            }
            tokio::time::sleep(LOOK).await;
        }
        engine
            .service
            .push(BURST as f64 / started.elapsed().as_secs_f64());
    }
    Ok(())
}

fn event(user_id: UserId, merchant: &str) -> Result<Outgoing> {
    let data = ExpenseCreated {
        user_id: user_id.to_string(),
        expense_id: uuid::Uuid::now_v7().to_string(),
        amount: Some(Money {
            amount: "12.50".to_owned(),
            currency: "EUR".to_owned(),
        }),
        description: writes::DESCRIPTION.to_owned(),
        merchant: merchant.to_owned(),
        date: writes::DATE.to_owned(),
        tags: vec!["commute".to_owned()],
        ..ExpenseCreated::default()
    };
    Ok(Outgoing::new(user_id, Clock::system().now(), &data)?)
}

async fn executions(admin: &mut PgConnection) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "SELECT coalesce(sum(execution_count), 0)::bigint FROM automation.automation_rules",
    )
    .fetch_one(admin)
    .await?)
}

async fn publish(channel: &Channel, exchange: &str, events: &[Outgoing]) -> Result<()> {
    let key = if exchange.is_empty() {
        QUEUE
    } else {
        "expense.created"
    };
    for event in events {
        let properties = BasicProperties::default()
            .with_delivery_mode(2)
            .with_message_id(event.id.to_string().into())
            .with_type(event.event.into());
        channel
            .basic_publish(
                exchange.into(),
                key.into(),
                BasicPublishOptions::default(),
                event.body.as_bytes(),
                properties,
            )
            .await?;
    }
    Ok(())
}

/// Consumes events and commits a row for each, and nothing else, on as many connections as a service has.
struct Bare {
    pool: PgPool,
    consumer_channel: Channel,
}

impl Bare {
    async fn prepare(mesh: &Mesh) -> Result<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .connect(&mesh.database_url("floor")?)
            .await?;
        sqlx::raw_sql(
            "CREATE TABLE public.burst (id uuid PRIMARY KEY, user_id uuid NOT NULL, body text NOT NULL)",
        )
        .execute(&pool)
        .await?;
        let consumer_channel = hops::channel(mesh).await?;
        let mut arguments = FieldTable::default();
        arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
        let options = QueueDeclareOptions {
            durable: true,
            ..QueueDeclareOptions::default()
        };
        consumer_channel
            .queue_declare(QUEUE.into(), options, arguments)
            .await?;
        consumer_channel
            .basic_qos(PREFETCH, BasicQosOptions::default())
            .await?;
        Ok(Self {
            pool,
            consumer_channel,
        })
    }

    /// Events per second.
    async fn round(&self, publisher: &Channel, events: &[Outgoing]) -> Result<f64> {
        let consumer: Consumer = self
            .consumer_channel
            .basic_consume(
                QUEUE.into(),
                "".into(),
                BasicConsumeOptions::default(),
                FieldTable::default(),
            )
            .await?;
        let owners: HashMap<String, UserId> = events
            .iter()
            .map(|event| (event.id.to_string(), event.user_id))
            .collect();
        let tag = consumer.tag();
        let started = Instant::now();
        let consume = consumer
            .take(events.len())
            .map(|delivery| async {
                let delivery = delivery?;
                let id = delivery
                    .properties
                    .message_id()
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                let owner = owners.get(&id).copied().ok_or("an event of nobody")?;
                sqlx::query("INSERT INTO public.burst VALUES ($1, $2, $3)")
                    .bind(id.parse::<uuid::Uuid>()?)
                    .bind(owner.uuid())
                    .bind(String::from_utf8_lossy(&delivery.data).into_owned())
                    .execute(&self.pool)
                    .await?;
                delivery.ack(BasicAckOptions::default()).await?;
                Result::Ok(())
            })
            .buffer_unordered(LANES)
            .collect::<Vec<Result<()>>>();
        let (sending, receiving) = tokio::join!(publish(publisher, "", events), consume);
        sending?;
        receiving.into_iter().collect::<Result<()>>()?;
        let rate = events.len() as f64 / started.elapsed().as_secs_f64();
        self.consumer_channel
            .basic_cancel(tag, lapin::options::BasicCancelOptions::default())
            .await?;
        Ok(rate)
    }
}
