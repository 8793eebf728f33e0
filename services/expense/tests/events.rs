//! What the service publishes, and that it commits with the fact.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pbjson_types::FieldMask;
use pfms_proto::expense::v1::{
    BatchCreateExpensesRequest, DeleteExpenseRequest, Expense, UpdateExpenseRequest,
};
use pfms_runtime::testing::eventually;
use pfms_types::UserId;
use serde_json::{Value, json};
use support::*;

fn lunch(category_id: &str) -> Expense {
    Expense {
        category_id: category_id.into(),
        description: "Lunch \"special\"".into(),
        merchant: "Café".into(),
        tags: vec!["work".into()],
        ..coffee()
    }
}

/// The envelope without what differs from run to run, after a look at that.
fn checked(mut event: Value, user: UserId, expense: &Expense) -> Value {
    let envelope = event.as_object_mut().unwrap();
    let id: uuid::Uuid = envelope.remove("id").unwrap().as_str().unwrap().parse().unwrap();
    assert_eq!(id.get_version_num(), 7);
    let at: jiff::Timestamp = envelope
        .remove("occurredAt")
        .unwrap()
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let changed = expense.update_time.unwrap();
    assert_eq!(
        (at.as_second(), at.subsec_nanosecond()),
        (changed.seconds, changed.nanos)
    );
    assert_eq!(envelope.remove("userId").unwrap(), user.to_string());
    let data = event["data"].as_object_mut().unwrap();
    assert_eq!(data.remove("userId").unwrap(), user.to_string());
    assert_eq!(data.remove("expenseId").unwrap(), expense.id);
    event
}

#[tokio::test]
async fn each_write_publishes_one_event_with_the_categorys_name() {
    let harness = start_without_broker().await;
    let user = UserId::generate();
    let food = add(&mut categories(&harness, user), named("Food & \"Co\"")).await;
    let mut client = expenses(&harness, user);
    let pool = pool(&harness);
    let created = record(&mut client, lunch(&food.id)).await;
    let events = outbox(&pool).await;
    assert_eq!(events.len(), 1);
    let expected = json!({
        "event": "expense.created",
        "data": {
            "amount": { "amount": "3.50", "currency": "USD" },
            "category": "Food & \"Co\"",
            "categoryId": food.id,
            "description": "Lunch \"special\"",
            "merchant": "Café",
            "date": "2025-12-11",
            "tags": ["work"],
        },
    });
    assert_eq!(checked(events[0].clone(), user, &created), expected);

    let change = Expense {
        amount: usd("4.00"),
        date: "2025-12-12".into(),
        ..Expense::default()
    };
    let request = UpdateExpenseRequest {
        id: created.id.clone(),
        expense: Some(change),
        update_mask: Some(FieldMask {
            paths: ["amount", "date", "category_id"].map(str::to_owned).into(),
        }),
    };
    let updated = client.update_expense(request).await.unwrap().into_inner();
    let events = outbox(&pool).await;
    assert_eq!(events.len(), 2);
    let event = checked(events[1].clone(), user, &updated);
    assert_eq!(event["event"], "expense.updated");
    let data = &event["data"];
    assert_eq!(data["amount"], json!({ "amount": "4.00", "currency": "USD" }));
    assert_eq!(
        data["previousAmount"],
        json!({ "amount": "3.50", "currency": "USD" })
    );
    assert_eq!(
        (&data["date"], &data["previousDate"]),
        (&json!("2025-12-12"), &json!("2025-12-11"))
    );
    assert_eq!(data["previousCategoryId"], food.id);
    assert_eq!(data["description"], "Lunch \"special\"");
    assert!(data.get("category").is_none_or(|name| name == ""));

    let request = DeleteExpenseRequest {
        id: created.id.clone(),
    };
    client.delete_expense(request).await.unwrap();
    let events = outbox(&pool).await;
    assert_eq!(events.len(), 3);
    assert_eq!(events[2]["event"], "expense.deleted");
    assert_eq!(events[2]["data"]["expenseId"], created.id);
    assert_eq!(
        events[2]["data"]["amount"],
        json!({ "amount": "4.00", "currency": "USD" })
    );
    harness.stop().await;
}

#[tokio::test]
async fn updates_and_deletions_name_the_category_too() {
    let harness = start_without_broker().await;
    let user = UserId::generate();
    let food = add(&mut categories(&harness, user), named("Food")).await;
    let mut client = expenses(&harness, user);
    let created = record(&mut client, coffee()).await;
    let request = UpdateExpenseRequest {
        id: created.id.clone(),
        expense: Some(Expense {
            category_id: food.id.clone(),
            ..Expense::default()
        }),
        update_mask: None,
    };
    client.update_expense(request).await.unwrap();
    client
        .delete_expense(DeleteExpenseRequest { id: created.id })
        .await
        .unwrap();
    for event in &outbox(&pool(&harness)).await[1..] {
        assert_eq!(
            (&event["data"]["category"], &event["data"]["categoryId"]),
            (&json!("Food"), &json!(food.id))
        );
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_batch_publishes_each_of_its_expenses_in_order() {
    let harness = start_without_broker().await;
    let user = UserId::generate();
    let food = add(&mut categories(&harness, user), named("Food")).await;
    let request = BatchCreateExpensesRequest {
        expenses: vec![coffee(), lunch(&food.id), coffee()],
    };
    let mut client = expenses(&harness, user);
    let created = client
        .batch_create_expenses(request)
        .await
        .unwrap()
        .into_inner()
        .expenses;
    let events = outbox(&pool(&harness)).await;
    let published: Vec<_> = events
        .iter()
        .map(|event| event["data"]["expenseId"].clone())
        .collect();
    assert_eq!(
        published,
        created
            .iter()
            .map(|expense| json!(expense.id))
            .collect::<Vec<_>>()
    );
    assert_eq!(events[1]["data"]["category"], "Food");
    harness.stop().await;
}

#[tokio::test]
async fn a_write_that_fails_publishes_nothing() {
    let harness = start_without_broker().await;
    let mut client = expenses(&harness, UserId::generate());
    let unknown = Expense {
        category_id: NOBODYS.into(),
        ..coffee()
    };
    let gone = || UpdateExpenseRequest {
        id: NOBODYS.into(),
        expense: Some(coffee()),
        update_mask: None,
    };
    client
        .create_expense(creation(unknown.clone()))
        .await
        .unwrap_err();
    client
        .create_expense(keyed(creation(unknown.clone()), "k"))
        .await
        .unwrap_err();
    let batch = BatchCreateExpensesRequest {
        expenses: vec![coffee(), unknown],
    };
    client.batch_create_expenses(batch).await.unwrap_err();
    client.update_expense(gone()).await.unwrap_err();
    client
        .delete_expense(DeleteExpenseRequest { id: NOBODYS.into() })
        .await
        .unwrap_err();
    let pool = pool(&harness);
    assert_eq!(
        (count(&pool, "outbox").await, count(&pool, "expenses").await),
        (0, 0)
    );
    harness.stop().await;
}

#[tokio::test]
async fn the_event_is_stored_with_its_exchange_and_user() {
    let harness = start_without_broker().await;
    let user = UserId::generate();
    record(&mut expenses(&harness, user), coffee()).await;
    let row: (String, String, uuid::Uuid, String) =
        sqlx::query_as("SELECT exchange, event, user_id, traceparent FROM outbox")
            .fetch_one(&pool(&harness))
            .await
            .unwrap();
    assert_eq!(
        (row.0.as_str(), row.1.as_str(), row.2),
        ("financial.events", "expense.created", user.uuid())
    );
    harness.stop().await;
}

#[tokio::test]
async fn the_outbox_empties_into_the_broker() {
    let harness = start().await;
    record(&mut expenses(&harness, UserId::generate()), coffee()).await;
    let pool = pool(&harness);
    eventually("the relay publishes", || async {
        (count(&pool, "outbox").await == 0).then_some(())
    })
    .await;
    harness.stop().await;
}
