//! Expenses: create, get, update, delete, batches.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pfms_proto::expense::v1::{Expense, ExpenseSource};
use pfms_runtime::testing::invalid_fields;
use pfms_types::UserId;
use support::expense::*;
use support::*;
use tonic::Code;

#[tokio::test]
async fn what_is_recorded_is_read_back() {
    let harness = start().await;
    let user = UserId::generate();
    let category = add(&mut categories(&harness, user), named("Food")).await;
    let mut client = expenses(&harness, user);

    let given = full(&category.id);
    let created = record(&mut client, given.clone()).await;
    assert_eq!(created.create_time, created.update_time);
    let expected = Expense {
        id: created.id.clone(),
        time: "08:30:00".into(),
        tags: vec!["food".into(), "work".into()],
        create_time: created.create_time,
        update_time: created.update_time,
        ..given
    };
    assert_eq!(created, expected);
    assert_eq!(get(&mut client, &created.id).await.unwrap(), expected);

    let least = record(&mut client, coffee()).await;
    assert_eq!(least.source, i32::from(ExpenseSource::Manual));
    assert_eq!(get(&mut client, &least.id).await.unwrap(), least);
    let most = Expense {
        amount: usd("92233720368547758.07"),
        ..coffee()
    };
    assert_eq!(record(&mut client, most.clone()).await.amount, most.amount);
    harness.stop().await;
}

#[tokio::test]
async fn without_a_mask_the_populated_fields_change() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    let before = record(&mut client, full("")).await;
    let change = Expense {
        merchant: "Bakery".into(),
        tags: vec!["bread".into()],
        ..Expense::default()
    };
    let after = update(&mut client, &before.id, change, None).await.unwrap();
    let expected = Expense {
        merchant: "Bakery".into(),
        tags: vec!["bread".into()],
        update_time: after.update_time,
        ..before.clone()
    };
    assert_eq!(after, expected);
    let at = |expense: &Expense| expense.update_time.map(|time| (time.seconds, time.nanos));
    assert!(at(&after) > at(&before));
    assert_eq!(get(&mut client, &before.id).await.unwrap(), after);
    harness.stop().await;
}

#[tokio::test]
async fn a_mask_clears_what_it_names_and_leaves_the_rest() {
    let harness = start().await;
    let user = UserId::generate();
    let category = add(&mut categories(&harness, user), named("Food")).await;
    let mut client = expenses(&harness, user);
    let before = record(&mut client, full(&category.id)).await;
    let change = Expense {
        description: "new".into(),
        merchant: "not named".into(),
        ..Expense::default()
    };
    let mask = [
        "description",
        "category_id",
        "time",
        "location",
        "tags",
        "metadata",
        "source",
    ];
    let after = update(&mut client, &before.id, change, Some(&mask))
        .await
        .unwrap();
    let expected = Expense {
        description: "new".into(),
        category_id: String::new(),
        time: String::new(),
        location: None,
        tags: Vec::new(),
        metadata: None,
        source: ExpenseSource::Manual.into(),
        update_time: after.update_time,
        ..before.clone()
    };
    assert_eq!(after, expected);

    let replaced = update(&mut client, &before.id, coffee(), Some(&["*"]))
        .await
        .unwrap();
    assert_eq!((replaced.merchant.as_str(), replaced.attachments.len()), ("", 0));
    for field in ["amount", "date"] {
        assert_invalid(
            update(&mut client, &before.id, Expense::default(), Some(&[field])).await,
            &[field],
        );
    }
    for path in ["id", "amount.currency", "createTime", "nonsense", ""] {
        assert_invalid(
            update(&mut client, &before.id, coffee(), Some(&[path])).await,
            &["updateMask"],
        );
    }
    let other = Expense {
        id: NOBODYS.into(),
        ..coffee()
    };
    assert_invalid(
        update(&mut client, &before.id, other, None).await,
        &["expense.id"],
    );
    assert_eq!(get(&mut client, &before.id).await.unwrap(), replaced);
    harness.stop().await;
}

#[tokio::test]
async fn a_deleted_expense_is_gone() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    let expense = record(&mut client, coffee()).await;
    delete(&mut client, &expense.id).await.unwrap();
    let gone = "EXPENSE_NOT_FOUND";
    assert_code(get(&mut client, &expense.id).await, Code::NotFound, gone);
    assert_code(delete(&mut client, &expense.id).await, Code::NotFound, gone);
    assert_code(
        update(&mut client, &expense.id, coffee(), None).await,
        Code::NotFound,
        gone,
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_batch_is_stored_as_a_whole_in_its_order() {
    let harness = start().await;
    let user = UserId::generate();
    let category = add(&mut categories(&harness, user), named("Food")).await;
    let mut client = expenses(&harness, user);
    let mut rows: Vec<Expense> = (1..=999)
        .map(|number| Expense {
            amount: usd(&format!("{number}.00")),
            ..coffee()
        })
        .collect();
    rows.push(full(&category.id));
    let created = batch(&mut client, rows.clone()).await.unwrap();
    assert_eq!(
        created.iter().map(|expense| &expense.amount).collect::<Vec<_>>(),
        rows.iter().map(|expense| &expense.amount).collect::<Vec<_>>()
    );
    assert_eq!(get(&mut client, &created[999].id).await.unwrap(), created[999]);
    assert_eq!(count(&pool(&harness), "expenses").await, 1_000);
    harness.stop().await;
}

#[tokio::test]
async fn one_bad_row_refuses_the_batch() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    assert_invalid(batch(&mut client, vec![coffee(); 1_001]).await, &["expenses"]);
    assert_invalid(batch(&mut client, Vec::new()).await, &["expenses"]);
    let mut rows = vec![coffee(); 1_000];
    rows[7].date = "2025-02-30".into();
    assert_invalid(batch(&mut client, rows.clone()).await, &["expenses[7].date"]);
    rows[7].date = "2025-02-28".into();
    rows[998].category_id = NOBODYS.into();
    assert_invalid(batch(&mut client, rows).await, &["expenses[998].categoryId"]);

    // However many rows are bad, the answer stays small enough for a client to read.
    for worst in [
        Expense::default(),
        Expense {
            category_id: NOBODYS.into(),
            ..coffee()
        },
    ] {
        let status = batch(&mut client, vec![worst; 1_000]).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
        assert!((1..=25).contains(&invalid_fields(&status).len()));
    }
    let pool = pool(&harness);
    assert_eq!(
        (count(&pool, "expenses").await, count(&pool, "outbox").await),
        (0, 0)
    );
    harness.stop().await;
}
