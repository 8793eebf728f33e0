//! From the commit of an expense to the stored notification, beside the same commits, confirms and deliveries done
//! bare. Both ends are commit times as `PostgreSQL` keeps them.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions, QueueBindOptions,
    QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, Consumer};
use pfms_proto::automation::v1::automation_service_client::AutomationServiceClient;
use pfms_proto::automation::v1::{Action, CreateRuleRequest, Notify, Rule, Trigger, action};
use pfms_proto::expense::v1::Expense;
use prost::Message as _;
use sqlx::{Connection as _, PgConnection};
use tonic::Request;
use uuid::Uuid;

use crate::load::{self, Call};
use crate::mesh::Mesh;
use crate::people::{People, Person};
use crate::stats::{Ratio, median, percentile, ratio};
use crate::{Result, say, writes};

/// Interleaved rounds.
pub const ROUNDS: usize = 5;
/// Events of each round, one after the other.
pub const EVENTS: usize = 100;
const PAUSE: Duration = Duration::from_millis(15);
const PATIENCE: Duration = Duration::from_secs(10);
/// The automation service's port.
pub const AUTOMATION_PORT: u16 = 3011;
/// The expense service's port.
pub const EXPENSE_PORT: u16 = 3003;
/// The call that records an expense.
pub const CREATE: &str = "/pfms.expense.v1.ExpenseService/CreateExpense";

/// Milliseconds, p50 of each round.
#[derive(Default)]
pub struct Hops {
    mesh: Vec<f64>,
    bare: Vec<f64>,
}

impl Hops {
    /// Through the mesh ÷ bare.
    pub fn ratio(&self) -> Ratio {
        ratio(&self.mesh, &self.bare)
    }

    /// Medians of the rounds: through the mesh, bare.
    pub fn medians(&self) -> [f64; 2] {
        [median(&self.mesh), median(&self.bare)]
    }
}

/// Measures both in turn, several times.
pub async fn measure(mesh: &Mesh, people: &mut People) -> Result<Hops> {
    say("commit to notification");
    people.sign_in(mesh).await?;
    let person = &people.0[0];
    let rule = Rule {
        name: "Every expense".to_owned(),
        trigger: Some(Trigger {
            event: "expense.created".to_owned(),
            ..Trigger::default()
        }),
        actions: vec![Action {
            kind: Some(action::Kind::Notify(Notify {
                title: "{{ amount }}".to_owned(),
                ..Notify::default()
            })),
        }],
        ..Rule::default()
    };
    let mut request = Request::new(CreateRuleRequest { rule: Some(rule) });
    request
        .metadata_mut()
        .insert("authorization", person.authorization.clone());
    AutomationServiceClient::connect(mesh.service(AUTOMATION_PORT))
        .await?
        .create_rule(request)
        .await?;

    let mut channel = load::connect(&mesh.service(EXPENSE_PORT)).await?.remove(0);
    let call = Call::grpc(
        &mesh.service(EXPENSE_PORT),
        CREATE,
        person,
        &writes::request(person),
    )?;
    let mut admin = mesh.admin().await?;
    let mut bare = Bare::prepare(mesh).await?;
    let mut hops = Hops::default();
    for _ in 0..ROUNDS {
        mesh.settle().await?;
        let mut times = Vec::new();
        for _ in 0..EVENTS {
            let expense = Expense::decode(call.send(&mut channel).await?)?;
            times.push(notified(&mut admin, person, expense.id.parse()?).await?);
        }
        hops.mesh.push(percentile(&times, 0.5));
        times.clear();
        for _ in 0..EVENTS {
            times.push(bare.event().await?);
            tokio::time::sleep(PAUSE).await;
        }
        hops.bare.push(percentile(&times, 0.5));
    }
    Ok(hops)
}

/// Milliseconds from the commit of the expense to that of its notification, once that is stored.
pub async fn notified(admin: &mut PgConnection, person: &Person, expense: Uuid) -> Result<f64> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        // Looked for rarely, so that looking costs nothing that counts.
        tokio::time::sleep(PAUSE).await;
        let took: Option<f64> = sqlx::query_scalar(
            "SELECT (extract(epoch FROM pg_xact_commit_timestamp(notification.xmin)
                                      - pg_xact_commit_timestamp(expense.xmin)) * 1000)::float8
             FROM expense.expenses expense, notification.notifications notification
             WHERE expense.user_id = $1 AND expense.id = $2 AND notification.user_id = $1
               AND notification.created_at >= expense.created_at",
        )
        .bind(person.id)
        .bind(expense)
        .fetch_optional(&mut *admin)
        .await?;
        if let Some(took) = took {
            return Ok(took);
        }
    }
    Err("an expense led to no notification".into())
}

/// The same hops without anything around them.
struct Bare {
    connection: PgConnection,
    channel: Channel,
    consumers: [Consumer; 2],
    body: String,
}

const QUEUES: [&str; 2] = ["bare.first", "bare.second"];

impl Bare {
    async fn prepare(mesh: &Mesh) -> Result<Self> {
        let mut connection = PgConnection::connect(&mesh.database_url("floor")?).await?;
        sqlx::raw_sql("CREATE TABLE public.hops (id uuid NOT NULL, hop integer NOT NULL, body text NOT NULL, PRIMARY KEY (id, hop))")
            .execute(&mut connection)
            .await?;
        let channel = channel(mesh).await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        let mut consumers = Vec::new();
        for queue in QUEUES {
            let mut arguments = FieldTable::default();
            arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
            let options = QueueDeclareOptions {
                durable: true,
                ..QueueDeclareOptions::default()
            };
            channel.queue_declare(queue.into(), options, arguments).await?;
            let options = BasicConsumeOptions::default();
            consumers.push(
                channel
                    .basic_consume(queue.into(), queue.into(), options, FieldTable::default())
                    .await?,
            );
        }
        let consumers = consumers
            .try_into()
            .map_err(|_| "two queues have two consumers")?;
        Ok(Self {
            connection,
            channel,
            consumers,
            body: "x".repeat(400),
        })
    }

    /// Commit, confirm, consume, commit, confirm, consume, commit. Milliseconds from the first commit to the last.
    async fn event(&mut self) -> Result<f64> {
        let id = Uuid::now_v7();
        self.commit(id, 0).await?;
        for (hop, queue) in QUEUES.iter().enumerate() {
            let properties = BasicProperties::default().with_delivery_mode(2);
            self.channel
                .basic_publish(
                    "".into(),
                    (*queue).into(),
                    BasicPublishOptions::default(),
                    self.body.as_bytes(),
                    properties,
                )
                .await?
                .await?;
            let delivery = self.consumers[hop].next().await.ok_or("the queue is gone")??;
            self.commit(id, hop + 1).await?;
            delivery.ack(BasicAckOptions::default()).await?;
        }
        let took = sqlx::query_scalar(
            "SELECT (extract(epoch FROM pg_xact_commit_timestamp(last.xmin) - pg_xact_commit_timestamp(first.xmin)) * 1000)::float8
             FROM public.hops first, public.hops last
             WHERE first.id = $1 AND first.hop = 0 AND last.id = $1 AND last.hop = 2",
        );
        Ok(took.bind(id).fetch_one(&mut self.connection).await?)
    }

    async fn commit(&mut self, id: Uuid, hop: usize) -> Result<()> {
        sqlx::query("INSERT INTO public.hops VALUES ($1, $2, $3)")
            .bind(id)
            .bind(i32::try_from(hop)?)
            .bind(&self.body)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }
}

/// A channel to the mesh's broker.
pub async fn channel(mesh: &Mesh) -> Result<Channel> {
    let connection = Connection::connect(&mesh.broker_url()?, ConnectionProperties::default()).await?;
    Ok(connection.create_channel().await?)
}

/// An event as the expense service publishes it.
pub struct Published {
    /// JSON.
    pub body: String,
    /// The trace it belongs to.
    pub traceparent: String,
    /// The request it belongs to.
    pub correlation_id: String,
}

/// Records an expense, and gives the event that came of it.
pub async fn published(mesh: &Mesh, people: &mut People) -> Result<Published> {
    people.sign_in(mesh).await?;
    let person = &people.0[0];
    let channel = channel(mesh).await?;
    let options = QueueDeclareOptions {
        exclusive: true,
        ..QueueDeclareOptions::default()
    };
    let queue = channel
        .queue_declare("".into(), options, FieldTable::default())
        .await?;
    let name = queue.name().as_str();
    let (bind, none) = (QueueBindOptions::default(), FieldTable::default());
    channel
        .queue_bind(
            name.into(),
            "financial.events".into(),
            "expense.created".into(),
            bind,
            none,
        )
        .await?;
    let options = BasicConsumeOptions {
        no_ack: true,
        ..BasicConsumeOptions::default()
    };
    let mut consumer = channel
        .basic_consume(name.into(), "".into(), options, FieldTable::default())
        .await?;

    let call = Call::grpc(
        &mesh.service(EXPENSE_PORT),
        CREATE,
        person,
        &writes::request(person),
    )?;
    call.send(&mut load::connect(&mesh.service(EXPENSE_PORT)).await?.remove(0))
        .await?;
    let delivery = tokio::time::timeout(PATIENCE, consumer.next())
        .await?
        .ok_or("the queue is gone")??;
    let headers = delivery.properties.headers().clone().unwrap_or_default();
    let traceparent = match headers.inner().get("traceparent") {
        Some(AMQPValue::LongString(text)) => text.to_string(),
        _ => String::new(),
    };
    Ok(Published {
        body: String::from_utf8(delivery.data)?,
        traceparent,
        correlation_id: delivery
            .properties
            .correlation_id()
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
    })
}
