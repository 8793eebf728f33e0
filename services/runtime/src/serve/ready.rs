//! Whether the process can do its work.

use serde::Serialize;

use crate::Database;
use crate::events::{Broker, BrokerState};
use crate::redis::Redis;

/// What a process depends on.
#[derive(Clone)]
pub struct Readiness {
    pub databases: Vec<(&'static str, Database)>,
    pub redis: Redis,
    pub broker: Broker,
}

/// The answer of `/readyz`.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Whether requests can be answered.
    pub ready: bool,
    /// Each part: "ok" or what is wrong.
    pub parts: std::collections::BTreeMap<String, String>,
}

impl Readiness {
    /// Asks every part. Without the broker requests are still answered, and events wait in the outbox.
    pub async fn report(&self) -> Report {
        let mut report = Report {
            ready: true,
            parts: std::collections::BTreeMap::new(),
        };
        for (name, database) in &self.databases {
            let answer = sqlx::query("SELECT 1").execute(database.pool()).await;
            report.ready &= answer.is_ok();
            report
                .parts
                .insert(format!("{name} database"), word(answer.map(|_| ())));
        }
        // Without Redis the edge asks auth for sessions, so requests are still answered.
        report.parts.insert("redis".into(), word(self.redis.ping().await));
        let broker = match self.broker.state().await {
            BrokerState::Connected => "ok",
            BrokerState::Blocked => "takes no events: it is short of memory or disk",
            BrokerState::Disconnected => "not connected",
        };
        report.parts.insert("rabbitmq".into(), broker.into());
        report
    }
}

fn word<E: std::fmt::Display>(answer: Result<(), E>) -> String {
    match answer {
        Ok(()) => "ok".into(),
        Err(error) => error.to_string(),
    }
}
