//! Looks for texts in everything that a mesh stores: every table, every queue, every Redis key and value.

use std::time::Duration;

use lapin::options::{BasicGetOptions, BasicNackOptions};
use lapin::{Connection as Amqp, ConnectionProperties};
use pfms_runtime::redis::{Redis, Script};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use crate::site::Site;
use crate::within;

/// How long an erasure may take, with processes that start again in between.
const ERASURE: Duration = Duration::from_mins(2);

/// Consumers, each with a queue, waiting queues and dead letters.
const CONSUMERS: &[&str] = &[
    "auth.audit",
    "auth.user-deleted",
    "auth.user-purged",
    "automation.corrections",
    "automation.expenses",
    "automation.people",
    "automation.user-deleted",
    "expense.user-deleted",
    "notification.preferences",
    "notification.send",
    "notification.user-deleted",
    "tax.expenses",
    "tax.incomes",
    "tax.user-deleted",
    "user.family-invited",
    "user.user-created",
    "user.user-deleted",
];
/// What is beside a consumer's own queue.
const BESIDE: &[&str] = &[
    "",
    ".dead",
    ".retry.1s",
    ".retry.5s",
    ".retry.30s",
    ".retry.120s",
    ".retry.600s",
];

/// Counts the keys that begin with the first argument and hold, or whose value holds, one of the others.
const SEARCH: &str = "
    local found = 0
    for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
        local value = redis.pcall('GET', key)
        if type(value) ~= 'string' then value = redis.call('DUMP', key) end
        local text = string.lower(key .. ' ' .. value)
        for index = 2, #ARGV do
            if string.find(text, ARGV[index], 1, true) then found = found + 1 break end
        end
    end
    return {found}";

/// A search in one mesh.
pub struct Traces<'a> {
    site: &'a Site,
    /// In lower case, as they are and in the ways in which bytes are shown.
    forms: Vec<String>,
}

impl<'a> Traces<'a> {
    /// For these texts. An id is looked for in every form.
    pub(crate) fn new(site: &'a Site, texts: &[&str]) -> Self {
        let mut forms = Vec::new();
        for text in texts {
            forms.push(text.to_lowercase());
            forms.push(hexadecimal(text.as_bytes()));
            if let Ok(id) = text.parse::<Uuid>() {
                forms.push(id.simple().to_string());
            }
        }
        Self { site, forms }
    }

    /// Where they are: tables, queues, and "redis".
    pub async fn found(&self) -> Vec<String> {
        let mut places = self.in_tables().await;
        places.extend(self.in_queues().await);
        if self.in_redis().await > 0 {
            places.push("redis".to_owned());
        }
        places
    }

    /// Waits until they are nowhere.
    pub async fn until_none(&self) {
        let mut last = Vec::new();
        let deadline = tokio::time::Instant::now() + ERASURE;
        while tokio::time::Instant::now() < deadline {
            last = self.found().await;
            if last.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("still there: {last:?}");
    }

    /// Waits until an erasure is done.
    pub async fn until_erased(&self, erasure_id: Uuid) {
        within(ERASURE, "the erasure is done", || async {
            let mut connection = self.database().await;
            let done: bool =
                sqlx::query_scalar("SELECT completed_at IS NOT NULL FROM auth.erasures WHERE id = $1")
                    .bind(erasure_id)
                    .fetch_one(&mut connection)
                    .await
                    .expect("there is such an erasure");
            done.then_some(())
        })
        .await;
    }

    /// Runs a statement in the mesh's database.
    pub async fn sql(&self, statement: String) {
        let mut connection = self.database().await;
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await
            .expect("the statement is good");
    }

    async fn database(&self) -> PgConnection {
        PgConnection::connect(self.site.database_url())
            .await
            .expect("PostgreSQL answers")
    }

    async fn in_tables(&self) -> Vec<String> {
        let mut connection = self.database().await;
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables
             WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'
             ORDER BY 1",
        )
        .fetch_all(&mut connection)
        .await
        .expect("tables can be listed");
        let patterns: Vec<String> = self.forms.iter().map(|form| format!("%{form}%")).collect();
        let mut places = Vec::new();
        for table in tables {
            let statement = format!("SELECT count(*) FROM {table} AS held WHERE held::text ILIKE ANY ($1)");
            let count: i64 = sqlx::query_scalar(AssertSqlSafe(statement))
                .bind(&patterns)
                .fetch_one(&mut connection)
                .await
                .expect("a table can be read");
            if count > 0 {
                places.push(table);
            }
        }
        places
    }

    async fn in_queues(&self) -> Vec<String> {
        let connection = Amqp::connect(self.site.get("AMQP_URL"), ConnectionProperties::default())
            .await
            .expect("RabbitMQ answers");
        let channel = connection.create_channel().await.expect("a channel");
        let mut places = Vec::new();
        for queue in CONSUMERS
            .iter()
            .flat_map(|consumer| BESIDE.iter().map(move |part| format!("{consumer}{part}")))
        {
            let name = format!("{}{queue}", self.site.get("PFMS_NAMESPACE"));
            let mut last = None;
            let mut found = false;
            while let Some(message) = channel
                .basic_get(name.as_str().into(), BasicGetOptions::default())
                .await
                .unwrap_or_else(|error| panic!("{name}: {error}"))
            {
                let text = String::from_utf8_lossy(&message.delivery.data).to_lowercase();
                found |= self.forms.iter().any(|form| text.contains(form));
                last = Some(message.delivery);
            }
            if let Some(last) = last {
                let all = BasicNackOptions {
                    multiple: true,
                    requeue: true,
                };
                last.nack(all).await.expect("messages can be given back");
            }
            if found {
                places.push(queue);
            }
        }
        let _ = connection.close(200, "done".into()).await;
        places
    }

    async fn in_redis(&self) -> i64 {
        let redis = Redis::open(self.site.get("REDIS_URL"), "").expect("the URL is good");
        redis.wait().await.expect("Redis answers");
        let mut arguments = vec![self.site.get("PFMS_NAMESPACE").to_owned()];
        arguments.extend(self.forms.iter().cloned());
        let found = Script::new(SEARCH).run_i64s(&redis, &[], &arguments).await;
        found.expect("Redis answers")[0]
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
