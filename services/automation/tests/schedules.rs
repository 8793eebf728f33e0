//! Rules that come due: each moment runs once, and a missed one is made up for.
#![allow(clippy::unwrap_used)]

mod outside;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use outside::{NOON, at, rule};
use pfms_automation::rule::RuleId;
use pfms_automation::schedule::{self, Cron, Runs, Schedule, Tick, Worker};
use pfms_runtime::events::{HandleError, Outgoing};
use pfms_runtime::testing::Harness;
use pfms_runtime::{Clock, Database, Error, Parts, Service};
use pfms_types::UserId;
use sqlx::{PgConnection, PgPool};

/// Notes what runs.
#[derive(Clone, Default)]
struct Noted {
    applied: Arc<Mutex<Vec<Tick>>>,
    failures: Arc<AtomicU32>,
}

#[async_trait]
impl Runs for Noted {
    type Plan = ();

    async fn plan(&self, _: &Tick) -> Result<Option<()>, HandleError> {
        let fails = self
            .failures
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
            .is_ok();
        if fails {
            return Err(Error::internal("broken").into());
        }
        Ok(Some(()))
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        tick: &Tick,
        (): (),
    ) -> Result<Vec<Outgoing>, HandleError> {
        // Written once, or the transaction fails.
        sqlx::query("INSERT INTO inbox (consumer, event_id) VALUES ('test.ticks', $1)")
            .bind(tick.event_id())
            .execute(transaction)
            .await?;
        self.applied.lock().unwrap().push(tick.clone());
        Ok(Vec::new())
    }
}

struct Scene {
    harness: Harness,
    clock: Clock,
    database: Database,
    user: UserId,
    noted: Noted,
    worker: Worker<Noted>,
}

impl Scene {
    async fn start() -> Self {
        let clock = Clock::fixed(at(NOON));
        // The tables without the service, whose own worker would run the rules.
        let tables = pfms_automation::service().tables().unwrap();
        let service = Service::new("automation", 0, |_| async { Ok(Parts::new()) }).migrations(tables);
        let harness = Harness::start_with(vec![service], |settings| settings.clock = clock.clone()).await;
        let database = harness.database("automation");
        let noted = Noted::default();
        Self {
            worker: Worker::new(database.clone(), noted.clone()),
            user: UserId::generate(),
            harness,
            clock,
            database,
            noted,
        }
    }

    fn pool(&self) -> &PgPool {
        self.database.pool()
    }

    async fn lives_in(&self, zone: &str) {
        sqlx::query(
            "INSERT INTO people (user_id, currency, time_zone, updated_at) VALUES ($1, 'EUR', $2, now())
             ON CONFLICT (user_id) DO UPDATE SET time_zone = excluded.time_zone",
        )
        .bind(self.user.uuid())
        .bind(zone)
        .execute(self.pool())
        .await
        .unwrap();
    }

    /// A rule that comes due by five fields in a zone.
    async fn rule(&self, cron: &str, zone: &str) -> RuleId {
        let id = rule(self.pool(), self.user, "Due").await;
        let schedule = Schedule::Cron(Box::new(Cron::parse(cron).unwrap()));
        let mut connection = self.pool().acquire().await.unwrap();
        sqlx::query("UPDATE automation_rules SET event = 'time', schedule = $2 WHERE id = $1")
            .bind(id.uuid())
            .bind(serde_json::to_value(schedule.wire()).unwrap())
            .execute(&mut *connection)
            .await
            .unwrap();
        schedule::set(&mut connection, self.user, id, &schedule, zone, self.clock.now())
            .await
            .unwrap();
        id
    }

    async fn next(&self, rule: RuleId) -> Option<Timestamp> {
        let next: Option<jiff_sqlx::Timestamp> =
            sqlx::query_scalar("SELECT next_due_at FROM schedules WHERE rule_id = $1")
                .bind(rule.uuid())
                .fetch_optional(self.pool())
                .await
                .unwrap();
        next.map(jiff_sqlx::Timestamp::to_jiff)
    }

    fn ran(&self) -> Vec<String> {
        let applied = self.noted.applied.lock().unwrap();
        applied
            .iter()
            .map(|tick| tick.scheduled_for.to_string())
            .collect()
    }

    async fn work(&self) {
        self.worker.work().await.unwrap();
    }
}

#[tokio::test]
async fn a_rule_runs_at_its_moments_on_its_owners_clock() {
    let scene = Scene::start().await;
    scene.lives_in("Europe/Berlin").await;
    let rule = scene.rule("30 18 * * *", "Europe/Berlin").await;
    assert_eq!(scene.next(rule).await, Some(at("2026-03-10T17:30:00Z")));
    scene.work().await;
    assert!(scene.ran().is_empty(), "it is not due yet");
    scene.clock.advance(SignedDuration::from_mins(331));
    scene.work().await;
    scene.work().await;
    assert_eq!(scene.ran(), ["2026-03-10T17:30:00Z"]);
    let tick = scene.noted.applied.lock().unwrap()[0].clone();
    assert_eq!(
        (tick.date.to_string().as_str(), tick.minute),
        ("2026-03-10", 18 * 60 + 30)
    );
    assert_eq!((tick.user_id, tick.rule_id), (scene.user, rule));
    assert_eq!(scene.next(rule).await, Some(at("2026-03-11T17:30:00Z")));
    scene.harness.stop().await;
}

#[tokio::test]
async fn after_a_time_without_runs_the_latest_moment_is_made_up_for() {
    let scene = Scene::start().await;
    let minutely = scene.rule("* * * * *", "UTC").await;
    scene.clock.advance(SignedDuration::from_hours(24 * 9));
    scene.work().await;
    assert_eq!(scene.ran(), ["2026-03-19T12:00:00Z"]);
    assert_eq!(scene.next(minutely).await, Some(at("2026-03-19T12:01:00Z")));
    scene.harness.stop().await;
}

#[tokio::test]
async fn several_processes_run_a_moment_once() {
    let scene = Scene::start().await;
    for _ in 0..20 {
        scene.rule("0 * * * *", "UTC").await;
    }
    let others: Vec<_> = (0..3)
        .map(|_| Worker::new(scene.harness.database("automation"), scene.noted.clone()))
        .collect();
    for _ in 0..3 {
        scene.clock.advance(SignedDuration::from_hours(1));
        let all = others.iter().chain([&scene.worker]).map(Worker::work);
        for done in futures::future::join_all(all).await {
            done.unwrap();
        }
    }
    assert_eq!(scene.ran().len(), 60);
    scene.harness.stop().await;
}

#[tokio::test]
async fn a_run_that_fails_is_tried_again() {
    let scene = Scene::start().await;
    let rule = scene.rule("0 13 * * *", "UTC").await;
    scene.noted.failures.store(1, Ordering::SeqCst);
    scene.clock.advance(SignedDuration::from_hours(1));
    scene.work().await;
    assert!(scene.ran().is_empty());
    assert_eq!(scene.next(rule).await, Some(at("2026-03-10T13:00:00Z")));
    scene.clock.advance(SignedDuration::from_mins(1));
    scene.work().await;
    assert_eq!(scene.ran(), ["2026-03-10T13:00:00Z"]);
    scene.harness.stop().await;
}

#[tokio::test]
async fn who_moves_to_another_zone_takes_the_schedules_along() {
    let scene = Scene::start().await;
    let rule = scene.rule("0 18 * * *", "UTC").await;
    scene.lives_in("Asia/Dhaka").await;
    let mut connection = scene.pool().acquire().await.unwrap();
    schedule::rezone(&mut connection, scene.user, "Asia/Dhaka", scene.clock.now())
        .await
        .unwrap();
    // 18:00 in Dhaka was exactly now; the next is tomorrow's.
    assert_eq!(scene.next(rule).await, Some(at("2026-03-11T12:00:00Z")));
    schedule::unset(&mut connection, scene.user, rule).await.unwrap();
    assert_eq!(scene.next(rule).await, None);
    drop(connection);
    scene.harness.stop().await;
}
