//! Rules over the past: what they would have done, and having it done.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::create_backtest_request::Subject;
use pfms_proto::automation::v1::history_run_service_client::HistoryRunServiceClient;
use pfms_proto::automation::v1::{HistoryRunKind, HistoryRunState};
use pfms_proto::expense::v1::RecentExpense;
use pfms_runtime::testing::{AuthorizedChannel, eventually, invalid_fields, reason};
use pfms_types::{Id, UserId};
use serde_json::json;
use support::components::habit_counter;
use support::{FOOD, Mesh, expense, recent, rule_of};
use tonic::{Code, Status};

fn runs(mesh: &Mesh, user: UserId) -> HistoryRunServiceClient<AuthorizedChannel> {
    HistoryRunServiceClient::new(mesh.harness.as_user("automation", user))
}

/// So many expenses, each on its own of the days of December, every third of them at the roastery.
fn past(count: u32) -> Vec<RecentExpense> {
    let one = |number: u32| RecentExpense {
        id: Id::<()>::generate().to_string(),
        merchant: if number.is_multiple_of(3) {
            "Roastery"
        } else {
            "Grocer"
        }
        .to_owned(),
        category_id: String::new(),
        category: String::new(),
        date: format!("2025-12-{:02}", number % 28 + 1),
        tags: Vec::new(),
        ..recent(&expense())
    };
    (0..count).map(one).collect()
}

fn coffee() -> serde_json::Value {
    json!({
        "condition": {"compare": {"field": "merchant", "operator": "OPERATOR_EQUALS", "text": "roastery"}},
        "actions": [
            {"categorize": {"categoryId": FOOD}},
            {"tag": {"tags": ["coffee"]}},
            {"notify": {"title": "{{ amount }}"}},
        ],
    })
}

async fn backtest(mesh: &Mesh, user: UserId, rule: serde_json::Value) -> Result<wire::HistoryRun, Status> {
    let request = wire::CreateBacktestRequest {
        subject: Some(Subject::Rule(rule_of(&rule))),
        ..wire::CreateBacktestRequest::default()
    };
    Ok(runs(mesh, user).create_backtest(request).await?.into_inner())
}

async fn get(mesh: &Mesh, user: UserId, id: &str) -> wire::HistoryRun {
    let request = wire::GetHistoryRunRequest { id: id.to_owned() };
    runs(mesh, user)
        .get_history_run(request)
        .await
        .unwrap()
        .into_inner()
}

async fn ended(mesh: &Mesh, user: UserId, id: &str) -> wire::HistoryRun {
    eventually("the run ends", || async {
        let run = get(mesh, user, id).await;
        run.end_time.is_some().then_some(run)
    })
    .await
}

fn counts(run: &wire::HistoryRun) -> Vec<(&str, i64, i64, i64)> {
    let count = |count: &'_ wire::ActionCount| (count.asked, count.done, count.skipped);
    run.actions
        .iter()
        .map(|one| {
            let (asked, done, skipped) = count(one);
            (one.kind.as_str(), asked, done, skipped)
        })
        .collect()
}

#[tokio::test]
async fn a_backtest_counts_and_shows_and_changes_nothing() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.recent().expenses = past(450);
    let begun = backtest(&mesh, user, coffee()).await.unwrap();
    assert_eq!(begun.kind(), HistoryRunKind::Backtest);
    assert_eq!(begun.state(), HistoryRunState::Pending);
    let run = ended(&mesh, user, &begun.id).await;
    assert_eq!(run.state(), HistoryRunState::Succeeded);
    // More than two pages.
    assert_eq!(
        (run.total, run.examined, run.matched, run.failed),
        (450, 450, 150, 0)
    );
    assert_eq!(
        counts(&run),
        [
            ("categorize", 150, 0, 0),
            ("notify", 150, 0, 0),
            ("tag", 150, 0, 0)
        ]
    );
    assert_eq!(run.examples.len(), 20);
    assert!(
        run.examples[0].summary.contains("Roastery"),
        "{}",
        run.examples[0].summary
    );
    assert_eq!(run.examples[0].outcomes[1], "tag: coffee");
    assert!(mesh.recent().changed.is_empty());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn only_the_days_that_are_asked_for_are_looked_at() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.recent().expenses = past(28);
    let request = |start: &str, end: &str| wire::CreateBacktestRequest {
        subject: Some(Subject::Rule(rule_of(&coffee()))),
        start_date: start.to_owned(),
        end_date: end.to_owned(),
    };
    let mut client = runs(&mesh, user);
    let begun = client
        .create_backtest(request("2025-12-02", "2025-12-07"))
        .await
        .unwrap();
    let run = ended(&mesh, user, &begun.into_inner().id).await;
    assert_eq!((run.total, run.examined), (6, 6));
    let refused = client
        .create_backtest(request("2025-12-07", "2025-12-02"))
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&refused), ["endDate"]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn applying_changes_expenses_once_and_tells_nobody() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.recent().expenses = past(9);
    let rule = mesh.create_rule(user, coffee()).await.unwrap();
    let apply = || async {
        let request = wire::ApplyRuleRequest {
            rule_id: rule.id.clone(),
            ..wire::ApplyRuleRequest::default()
        };
        let begun = runs(&mesh, user).apply_rule(request).await.unwrap().into_inner();
        ended(&mesh, user, &begun.id).await
    };
    let run = apply().await;
    assert_eq!(run.kind(), HistoryRunKind::Apply);
    assert_eq!(
        counts(&run),
        [("categorize", 3, 3, 0), ("notify", 3, 0, 3), ("tag", 3, 3, 0)]
    );
    {
        let recent = mesh.recent();
        let tagged: Vec<_> = recent
            .expenses
            .iter()
            .filter(|one| one.tags == ["coffee"])
            .collect();
        assert_eq!(tagged.len(), 3);
        assert!(
            tagged
                .iter()
                .all(|one| one.category_id == FOOD && one.merchant == "Roastery")
        );
        // The chain keeps the rule from meeting what it did.
        assert!(
            recent
                .changed
                .iter()
                .all(|(whose, one)| *whose == user && one.rule_chain == [rule.id.clone()])
        );
    }
    let again = apply().await;
    assert_eq!(
        counts(&again),
        [("categorize", 3, 0, 0), ("notify", 3, 0, 3), ("tag", 3, 0, 0)]
    );
    mesh.settled(user).await;
    let sent = mesh.notifications(user, 1).await;
    assert_eq!(sent.len(), 1, "the fence alone: {sent:?}");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_page_that_is_done_again_asks_for_the_same_effects() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.recent().expenses = past(3);
    let rule = mesh.create_rule(user, coffee()).await.unwrap();
    let request = wire::ApplyRuleRequest {
        rule_id: rule.id.clone(),
        ..wire::ApplyRuleRequest::default()
    };
    let begun = runs(&mesh, user).apply_rule(request).await.unwrap().into_inner();
    ended(&mesh, user, &begun.id).await;
    // As if the process had been killed before it noted that the page was done.
    let database = mesh.harness.database("automation");
    sqlx::query(
        "UPDATE history_runs SET state = 'RUNNING', after_id = NULL, due_at = now() - interval '1 minute', ended_at = NULL",
    )
    .execute(database.pool())
    .await
    .unwrap();
    ended(&mesh, user, &begun.id).await;
    let changed = mesh.recent().changed.clone();
    let ids: Vec<_> = changed.iter().map(|(_, one)| one.effect_id.clone()).collect();
    assert_eq!(ids.len(), 4);
    assert_eq!(ids[..2], ids[2..]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_component_runs_over_the_past_with_facts_of_its_time() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let coffees = |day: &str, count: usize| {
        let one = |_| RecentExpense {
            id: Id::<()>::generate().to_string(),
            description: "coffee".to_owned(),
            date: day.to_owned(),
            ..recent(&expense())
        };
        (0..count).map(one).collect::<Vec<_>>()
    };
    mesh.recent().expenses = [coffees("2025-12-01", 3), coffees("2025-12-02", 2)].concat();
    let module = mesh.upload(user, habit_counter()).await.unwrap();
    let rule = json!({"component": {"moduleId": module.id, "config": {"keyword": "coffee", "count": 3}}});
    let begun = backtest(&mesh, user, rule).await.unwrap();
    let run = ended(&mesh, user, &begun.id).await;
    assert_eq!((run.examined, run.matched, run.failed), (5, 1, 0), "{run:?}");
    assert!(run.examples[0].summary.starts_with("2025-12-01"));
    // What was recorded for later days was not known then.
    let asked = mesh.recent().asked.clone();
    let mut days: Vec<_> = asked
        .iter()
        .flat_map(|(_, request)| &request.recent)
        .map(|query| query.selection.clone().unwrap().end_date)
        .collect();
    days.sort_unstable();
    let on = |day: &str, count: usize| vec![day.to_owned(); count];
    assert_eq!(days, [on("2025-12-01", 3), on("2025-12-02", 2)].concat());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_run_waits_while_the_expense_service_is_away() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    {
        let mut recent = mesh.recent();
        recent.expenses = past(5);
        recent.failures = 1;
    }
    let begun = backtest(&mesh, user, coffee()).await.unwrap();
    eventually("the failure is noted", || async {
        let query = sqlx::query_scalar::<_, i32>("SELECT failures FROM history_runs");
        let database = mesh.harness.database("automation");
        let failures = query.fetch_one(database.pool()).await.unwrap();
        (failures == 1).then_some(())
    })
    .await;
    assert_eq!(
        get(&mesh, user, &begun.id).await.state(),
        HistoryRunState::Running
    );
    let database = mesh.harness.database("automation");
    sqlx::query("UPDATE history_runs SET due_at = now() - interval '1 minute'")
        .execute(database.pool())
        .await
        .unwrap();
    let run = ended(&mesh, user, &begun.id).await;
    assert_eq!((run.state(), run.examined), (HistoryRunState::Succeeded, 5));
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_run_that_is_watched_is_sent_until_it_has_ended() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.recent().expenses = past(40);
    let begun = backtest(&mesh, user, coffee()).await.unwrap();
    let request = wire::WatchHistoryRunRequest { id: begun.id.clone() };
    let mut stream = runs(&mesh, user)
        .watch_history_run(request)
        .await
        .unwrap()
        .into_inner();
    let mut last = None;
    while let Some(message) = stream.message().await.unwrap() {
        let run = message.run.unwrap();
        let before = last.replace((run.examined, run.state()));
        assert!(before.is_none_or(|(examined, _)| examined <= run.examined));
    }
    assert_eq!(last, Some((40, HistoryRunState::Succeeded)));
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_run_can_be_cancelled_and_stays_so() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    // It cannot get further than its first page.
    mesh.recent().failures = u32::MAX;
    let begun = backtest(&mesh, user, coffee()).await.unwrap();
    let request = wire::CancelHistoryRunRequest { id: begun.id.clone() };
    let run = runs(&mesh, user)
        .cancel_history_run(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(run.state(), HistoryRunState::Cancelled);
    assert!(run.end_time.is_some());
    // Once more, it is as it was.
    let again = runs(&mesh, user)
        .cancel_history_run(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(again, run);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn runs_are_their_owners_and_not_too_many() {
    let mesh = Mesh::start().await;
    let (user, stranger) = (UserId::generate(), UserId::generate());
    mesh.recent().failures = u32::MAX;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(backtest(&mesh, user, coffee()).await.unwrap().id);
    }
    let refused = backtest(&mesh, user, coffee()).await.unwrap_err();
    assert_eq!(reason(&refused), "RUN_LIMIT");
    let request = wire::GetHistoryRunRequest { id: ids[0].clone() };
    let unseen = runs(&mesh, stranger).get_history_run(request).await.unwrap_err();
    assert_eq!(unseen.code(), Code::NotFound);
    let request = wire::CancelHistoryRunRequest { id: ids[0].clone() };
    let unseen = runs(&mesh, stranger)
        .cancel_history_run(request)
        .await
        .unwrap_err();
    assert_eq!(unseen.code(), Code::NotFound);
    let list = wire::ListHistoryRunsRequest {
        page_size: 2,
        ..wire::ListHistoryRunsRequest::default()
    };
    assert!(
        runs(&mesh, stranger)
            .list_history_runs(list.clone())
            .await
            .unwrap()
            .into_inner()
            .runs
            .is_empty()
    );
    let page = runs(&mesh, user)
        .list_history_runs(list.clone())
        .await
        .unwrap()
        .into_inner();
    let listed: Vec<_> = page.runs.iter().map(|run| run.id.clone()).collect();
    assert_eq!(listed, [ids[4].clone(), ids[3].clone()]);
    let next = wire::ListHistoryRunsRequest {
        page_token: page.next_page_token,
        ..list
    };
    let page = runs(&mesh, user)
        .list_history_runs(next)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(page.runs[0].id, ids[2]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_rule_without_a_past_is_refused() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let deleted = json!({"trigger": "expense.deleted", "actions": [{"notify": {}}]});
    let refused = backtest(&mesh, user, deleted).await.unwrap_err();
    assert_eq!(reason(&refused), "NO_HISTORY");
    let wrong = json!({"actions": [{"tag": {"tags": []}}]});
    let refused = backtest(&mesh, user, wrong).await.unwrap_err();
    assert!(
        invalid_fields(&refused)[0].starts_with("rule.actions[0].tag"),
        "{refused:?}"
    );
    let calls = json!({"actions": [{"webhook": {"webhookId": Id::<()>::generate().to_string()}}]});
    let refused = backtest(&mesh, user, calls).await.unwrap_err();
    assert_eq!(invalid_fields(&refused), ["rule.actions[0].webhook.webhookId"]);
    mesh.harness.stop().await;
}
