//! Repeated writes.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pfms_proto::expense::v1::{
    BatchCreateExpensesRequest, CreateCategoryRequest, DeleteCategoryRequest, DeleteExpenseRequest, Expense,
    UpdateExpenseRequest,
};
use pfms_types::UserId;
use support::*;
use tonic::Code;

const REUSED: (Code, &str) = (Code::AlreadyExists, "IDEMPOTENCY_KEY_REUSED");

/// An expense with metadata, whose fields come over the wire in another order each time.
fn tagged() -> Expense {
    let fields: Vec<String> = (0..20)
        .map(|number| format!(r#""field{number}": {number}"#))
        .collect();
    Expense {
        metadata: serde_json::from_str(&format!("{{{}}}", fields.join(","))).ok(),
        ..coffee()
    }
}

#[tokio::test]
async fn the_same_request_gets_the_first_answer_and_one_row() {
    let harness = start_without_broker().await;
    let mut client = expenses(&harness, UserId::generate());
    let first = client
        .create_expense(keyed(creation(tagged()), "k"))
        .await
        .unwrap()
        .into_inner();
    for _ in 0..5 {
        let again = client
            .create_expense(keyed(creation(tagged()), "k"))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(again, first);
    }
    let pool = pool(&harness);
    assert_eq!(
        (count(&pool, "expenses").await, count(&pool, "outbox").await),
        (1, 1)
    );
    harness.stop().await;
}

#[tokio::test]
async fn eight_at_once_write_once() {
    let harness = start_without_broker().await;
    let client = expenses(&harness, UserId::generate());
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let mut client = client.clone();
            tokio::spawn(async move { client.create_expense(keyed(creation(tagged()), "k")).await })
        })
        .collect();
    let batches: Vec<_> = (0..8)
        .map(|_| {
            let mut client = client.clone();
            let request = BatchCreateExpensesRequest {
                expenses: vec![tagged(), coffee()],
            };
            tokio::spawn(async move { client.batch_create_expenses(keyed(request, "batch")).await })
        })
        .collect();
    let mut ids = Vec::new();
    for call in calls {
        ids.push(call.await.unwrap().unwrap().into_inner().id);
    }
    let mut pairs = Vec::new();
    for batch in batches {
        pairs.push(batch.await.unwrap().unwrap().into_inner().expenses);
    }
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert!(pairs.iter().all(|pair| *pair == pairs[0]));
    let pool = pool(&harness);
    assert_eq!(
        (count(&pool, "expenses").await, count(&pool, "outbox").await),
        (3, 3)
    );
    harness.stop().await;
}

#[tokio::test]
async fn updates_and_deletions_are_repeated_alike() {
    let harness = start_without_broker().await;
    let mut client = expenses(&harness, UserId::generate());
    let created = record(&mut client, coffee()).await;
    let change = UpdateExpenseRequest {
        id: created.id.clone(),
        expense: Some(tagged()),
        update_mask: None,
    };
    let first = client
        .update_expense(keyed(change.clone(), "u"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        client
            .update_expense(keyed(change, "u"))
            .await
            .unwrap()
            .into_inner(),
        first
    );
    let gone = DeleteExpenseRequest { id: created.id };
    client.delete_expense(keyed(gone.clone(), "d")).await.unwrap();
    client.delete_expense(keyed(gone.clone(), "d")).await.unwrap();
    assert_code(
        client.delete_expense(keyed(gone, "e")).await,
        Code::NotFound,
        "EXPENSE_NOT_FOUND",
    );
    assert_eq!(count(&pool(&harness), "outbox").await, 3);
    harness.stop().await;
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_user() {
    let harness = start().await;
    let (alice, bob) = (UserId::generate(), UserId::generate());
    let mut client = expenses(&harness, alice);
    let first = client
        .create_expense(keyed(creation(coffee()), "k"))
        .await
        .unwrap()
        .into_inner();
    let other = Expense {
        amount: usd("3.51"),
        ..coffee()
    };
    assert_code(
        client.create_expense(keyed(creation(other), "k")).await,
        REUSED.0,
        REUSED.1,
    );
    assert_code(
        client.create_expense(keyed(creation(tagged()), "k")).await,
        REUSED.0,
        REUSED.1,
    );
    let unknown = Expense {
        category_id: NOBODYS.into(),
        ..coffee()
    };
    assert_code(
        client.create_expense(keyed(creation(unknown), "k")).await,
        REUSED.0,
        REUSED.1,
    );
    let batch = BatchCreateExpensesRequest {
        expenses: vec![coffee()],
    };
    assert_code(
        client.batch_create_expenses(keyed(batch, "k")).await,
        REUSED.0,
        REUSED.1,
    );
    let gone = DeleteExpenseRequest { id: first.id.clone() };
    assert_code(client.delete_expense(keyed(gone, "k")).await, REUSED.0, REUSED.1);
    let category = CreateCategoryRequest {
        category: Some(named("Food")),
    };
    assert_code(
        categories(&harness, alice)
            .create_category(keyed(category, "k"))
            .await,
        REUSED.0,
        REUSED.1,
    );

    let his = expenses(&harness, bob)
        .create_expense(keyed(creation(coffee()), "k"))
        .await
        .unwrap();
    assert_ne!(his.into_inner().id, first.id);
    assert_eq!(count(&pool(&harness), "expenses").await, 2);
    harness.stop().await;
}

#[tokio::test]
async fn a_write_that_fails_leaves_its_key_free() {
    let harness = start().await;
    let user = UserId::generate();
    let mut client = expenses(&harness, user);
    let wrong = Expense {
        date: "2025-02-30".into(),
        ..coffee()
    };
    let unknown = Expense {
        category_id: NOBODYS.into(),
        ..coffee()
    };
    assert_invalid(
        client.create_expense(keyed(creation(wrong), "k")).await,
        &["date"],
    );
    assert_invalid(
        client.create_expense(keyed(creation(unknown.clone()), "k")).await,
        &["categoryId"],
    );
    let batch = BatchCreateExpensesRequest {
        expenses: vec![coffee(), unknown],
    };
    assert_invalid(
        client.batch_create_expenses(keyed(batch, "k")).await,
        &["expenses[1].categoryId"],
    );
    let gone = DeleteExpenseRequest { id: NOBODYS.into() };
    assert_code(
        client.delete_expense(keyed(gone, "k")).await,
        Code::NotFound,
        "EXPENSE_NOT_FOUND",
    );
    assert_eq!(count(&pool(&harness), "idempotency_keys").await, 0);
    client
        .create_expense(keyed(creation(coffee()), "k"))
        .await
        .unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn a_repetition_gets_its_answer_although_the_category_is_gone() {
    let harness = start().await;
    let user = UserId::generate();
    let mut tree = categories(&harness, user);
    let (food, other) = (
        add(&mut tree, named("Food")).await,
        add(&mut tree, named("Other things")).await,
    );
    let lunch = Expense {
        category_id: food.id.clone(),
        ..coffee()
    };
    let mut client = expenses(&harness, user);
    let first = client
        .create_expense(keyed(creation(lunch.clone()), "k"))
        .await
        .unwrap()
        .into_inner();
    let deletion = DeleteCategoryRequest {
        id: food.id,
        reassign_to: other.id,
    };
    tree.delete_category(deletion).await.unwrap();
    assert_eq!(
        client
            .create_expense(keyed(creation(lunch), "k"))
            .await
            .unwrap()
            .into_inner(),
        first
    );
    harness.stop().await;
}

#[tokio::test]
async fn keys_have_1_to_255_visible_characters() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    let long = "x".repeat(256);
    for key in ["", "two words", long.as_str()] {
        let result = client.create_expense(keyed(creation(coffee()), key)).await;
        assert_invalid(result, &["Idempotency-Key"]);
    }
    assert_eq!(count(&pool(&harness), "expenses").await, 0);
    client
        .create_expense(keyed(creation(coffee()), &"x".repeat(255)))
        .await
        .unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn after_a_day_a_key_is_free_again() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    client
        .create_expense(keyed(creation(coffee()), "k"))
        .await
        .unwrap();
    let age = |text: &'static str| sqlx::query(text);
    let pool = pool(&harness);
    age("UPDATE idempotency_keys SET created_at = created_at - interval '25 hours'")
        .execute(&pool)
        .await
        .unwrap();
    let other = Expense {
        amount: usd("3.51"),
        ..coffee()
    };
    client.create_expense(keyed(creation(other), "k")).await.unwrap();
    assert_eq!(count(&pool, "expenses").await, 2);
    harness.stop().await;
}
