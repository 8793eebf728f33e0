//! What rules do outside of the service: once, in order, and the owner is told what will not be done.
#![allow(clippy::unwrap_used)]

mod outside;

use jiff::SignedDuration;
use jiff::civil::date;
use outside::Mesh;
use pfms_automation::effects::{Change, NewExpense, Status, Task};
use pfms_types::{Money, UserId};
use tonic::Status as RpcStatus;
use uuid::Uuid;

fn tag(text: &str) -> Task {
    Task::Apply(Change {
        expense_id: Uuid::from_u128(7),
        category_id: None,
        add_tags: vec![text.to_owned()],
    })
}

fn statuses(results: &[pfms_automation::effects::Settled]) -> Vec<(Status, &str)> {
    results
        .iter()
        .map(|result| (result.status, result.reason.as_str()))
        .collect()
}

#[tokio::test]
async fn effects_happen_in_the_order_of_the_actions() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let amount = Money::parse("3.50", "EUR".parse().unwrap()).unwrap();
    let create = Task::Create(NewExpense {
        amount: amount.into(),
        category_id: Some(Uuid::from_u128(9)),
        merchant: "Café".to_owned(),
        description: "Tip".to_owned(),
        date: date(2026, 3, 9),
        tags: vec!["auto".to_owned()],
    });
    let execution = mesh.enqueue(user, vec![tag("a"), create, tag("b")]).await;
    let results = mesh.until_settled(user, execution).await;
    assert_eq!(statuses(&results), [(Status::Done, ""); 3]);
    assert_eq!(
        results[1].detail,
        format!("recorded as {}", Uuid::nil()),
        "what was done is said"
    );
    let applied = mesh.expenses.applied.lock().unwrap().clone();
    let tags: Vec<_> = applied
        .iter()
        .map(|(whose, request)| (*whose, request.add_tags.join(",")))
        .collect();
    assert_eq!(tags, [(user, "a".to_owned()), (user, "b".to_owned())]);
    let request = &applied[0].1;
    assert_eq!(request.expense_id, Uuid::from_u128(7).to_string());
    assert_eq!(request.rule_chain.len(), 2);
    let (_, created) = mesh.expenses.created.lock().unwrap()[0].clone();
    let expense = created.expense.unwrap();
    assert_eq!(expense.amount.unwrap().amount, "3.50");
    assert_eq!(
        (expense.date.as_str(), expense.merchant.as_str()),
        ("2026-03-09", "Café")
    );
    assert_eq!(expense.category_id, Uuid::from_u128(9).to_string());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_fails_is_tried_again_with_the_same_id_before_the_next_is() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let refusals = [RpcStatus::unavailable("away"), RpcStatus::internal("broken")];
    mesh.expenses.refusals.lock().unwrap().extend(refusals);
    let execution = mesh.enqueue(user, vec![tag("a"), tag("b")]).await;
    let results = mesh.until_tried(user, execution, 1).await;
    assert_eq!(
        statuses(&results),
        [(Status::Pending, "UNAVAILABLE"), (Status::Pending, "")]
    );
    assert_eq!(results[1].attempts, 0, "it waits for its turn");
    // Pauses grow.
    mesh.clock.advance(SignedDuration::from_secs(5));
    let results = mesh.until_tried(user, execution, 2).await;
    assert_eq!(results[0].reason, "INTERNAL");
    mesh.clock.advance(SignedDuration::from_secs(10));
    let results = mesh.until_settled(user, execution).await;
    assert_eq!(statuses(&results), [(Status::Done, ""); 2]);
    assert_eq!((results[0].attempts, results[1].attempts), (3, 1));
    let applied = mesh.expenses.applied.lock().unwrap().clone();
    let ids: Vec<_> = applied.iter().map(|(_, request)| &request.effect_id).collect();
    assert_eq!(ids.len(), 4);
    assert!(ids[0] == ids[1] && ids[1] == ids[2] && ids[2] != ids[3]);
    assert!(mesh.told().is_empty());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_is_refused_is_told_and_does_not_keep_the_next_from_happening() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let refusal = RpcStatus::not_found("the expense does not exist");
    mesh.expenses.refusals.lock().unwrap().push_back(refusal);
    let execution = mesh.enqueue(user, vec![tag("a"), tag("b")]).await;
    let results = mesh.until_settled(user, execution).await;
    assert_eq!(
        statuses(&results),
        [(Status::Failed, "EXPENSE_NOT_FOUND"), (Status::Done, "")]
    );
    let told = mesh.until_told(1).await;
    assert_eq!(told[0].user_id, user.to_string());
    assert_eq!(told[0].variables["rule"], "Coffee");
    assert_eq!(told[0].variables["why"], "the expense does not exist");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn tries_come_to_an_end() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let broken = (0..12).map(|_| RpcStatus::internal("broken"));
    mesh.expenses.refusals.lock().unwrap().extend(broken);
    let execution = mesh.enqueue(user, vec![tag("a")]).await;
    for attempts in 1..12 {
        mesh.until_tried(user, execution, attempts).await;
        mesh.clock.advance(SignedDuration::from_secs(5 << (attempts - 1)));
    }
    let results = mesh.until_settled(user, execution).await;
    assert_eq!(statuses(&results), [(Status::Failed, "INTERNAL")]);
    assert_eq!(results[0].attempts, 12);
    assert_eq!(mesh.until_told(1).await.len(), 1);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_a_killed_process_had_taken_is_done_by_another_when_its_lease_has_run_out() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let pool = mesh.pool();
    let execution = mesh.enqueue(user, vec![tag("a")]).await;
    mesh.until_settled(user, execution).await;
    // As if the process had died before it could note that it was done.
    sqlx::query(
        "UPDATE effects SET status = 'PENDING', attempts = 1, due_at = $1::timestamptz + interval '2 minutes'",
    )
    .bind(jiff_sqlx::ToSqlx::to_sqlx(mesh.clock.now()))
    .execute(&pool)
    .await
    .unwrap();
    mesh.clock.advance(SignedDuration::from_mins(2));
    let results = mesh.until_settled(user, execution).await;
    assert_eq!((results[0].status, results[0].attempts), (Status::Done, 2));
    let applied = mesh.expenses.applied.lock().unwrap().clone();
    assert_eq!(applied.len(), 2);
    assert_eq!(applied[0].1.effect_id, applied[1].1.effect_id);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_user_whose_effects_fail_holds_up_nobody_else() {
    let mesh = Mesh::start().await;
    let (slow, other) = (UserId::generate(), UserId::generate());
    let broken = (0..3).map(|_| RpcStatus::internal("broken"));
    mesh.expenses.refusals.lock().unwrap().extend(broken);
    let mut waiting = Vec::new();
    for _ in 0..3 {
        waiting.push(mesh.enqueue(slow, vec![tag("a")]).await);
    }
    for execution in &waiting {
        mesh.until_tried(slow, *execution, 1).await;
    }
    let execution = mesh.enqueue(other, vec![tag("b")]).await;
    let results = mesh.until_settled(other, execution).await;
    assert_eq!(statuses(&results), [(Status::Done, "")]);
    let results = mesh.results(slow, waiting[0]).await;
    assert_eq!(statuses(&results), [(Status::Pending, "INTERNAL")]);
    mesh.harness.stop().await;
}
