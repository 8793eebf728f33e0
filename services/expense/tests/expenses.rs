//! Expenses: create, get, update, delete, batches, and all that is refused.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use std::collections::HashMap;

use pbjson_types::{FieldMask, Struct, Value};
use pfms_proto::expense::v1::{
    BatchCreateExpensesRequest, CreateExpenseRequest, DeleteExpenseRequest, Expense, ExpenseSource,
    GetExpenseRequest, Location, UpdateExpenseRequest,
};
use pfms_runtime::testing::invalid_fields;
use pfms_types::UserId;
use support::*;
use tonic::{Code, Response, Status};

fn full(category_id: &str) -> Expense {
    Expense {
        amount: money("1234.567", "KWD"),
        category_id: category_id.into(),
        description: "Line one\nline \"two\" \\ % _ é".into(),
        merchant: "Café".into(),
        date: "2024-02-29".into(),
        time: "08:30".into(),
        location: Some(Location {
            latitude: 29.375_9,
            longitude: -47.977_4,
            address: "Souq".into(),
        }),
        payment_method: "card".into(),
        tags: vec!["food".into(), " food ".into(), "work".into()],
        attachments: vec!["https://files.example/1.pdf".into()],
        source: ExpenseSource::Voice.into(),
        metadata: Some(Struct {
            fields: [
                ("number".to_owned(), 1.5.into()),
                (
                    "list".to_owned(),
                    vec![Value::from(()), true.into(), "x".into()].into(),
                ),
                (
                    "map".to_owned(),
                    HashMap::from([("text".to_owned(), r"\u0000".into())]).into(),
                ),
            ]
            .into(),
        }),
        ..Expense::default()
    }
}

async fn update(
    client: &mut Expenses,
    id: &str,
    expense: Expense,
    mask: Option<&[&str]>,
) -> Result<Expense, Status> {
    let request = UpdateExpenseRequest {
        id: id.into(),
        expense: Some(expense),
        update_mask: mask.map(|paths| FieldMask {
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
        }),
    };
    client.update_expense(request).await.map(Response::into_inner)
}

async fn get(client: &mut Expenses, id: &str) -> Result<Expense, Status> {
    let request = GetExpenseRequest { id: id.into() };
    client.get_expense(request).await.map(Response::into_inner)
}

async fn delete(client: &mut Expenses, id: &str) -> Result<(), Status> {
    let request = DeleteExpenseRequest { id: id.into() };
    client.delete_expense(request).await.map(|_| ())
}

async fn batch(client: &mut Expenses, expenses: Vec<Expense>) -> Result<Vec<Expense>, Status> {
    let request = BatchCreateExpensesRequest { expenses };
    let answer = client.batch_create_expenses(request).await?;
    Ok(answer.into_inner().expenses)
}

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
async fn another_users_ids_are_those_of_nobody() {
    let harness = start().await;
    let (alice, bob) = (UserId::generate(), UserId::generate());
    let category = add(&mut categories(&harness, alice), named("Secret")).await;
    let hers = record(&mut expenses(&harness, alice), full(&category.id)).await;
    let mut client = expenses(&harness, bob);
    let his = record(&mut client, coffee()).await;

    for id in [hers.id.as_str(), NOBODYS] {
        let gone = "EXPENSE_NOT_FOUND";
        assert_code(get(&mut client, id).await, Code::NotFound, gone);
        assert_code(
            update(&mut client, id, coffee(), None).await,
            Code::NotFound,
            gone,
        );
        assert_code(delete(&mut client, id).await, Code::NotFound, gone);
    }
    let refusals = |category_id: &str| {
        let mut client = client.clone();
        let (his, wrong) = (
            his.id.clone(),
            Expense {
                category_id: category_id.into(),
                ..coffee()
            },
        );
        async move {
            let mut seen = Vec::new();
            for result in [
                client.create_expense(creation(wrong.clone())).await.map(|_| ()),
                update(&mut client, &his, wrong.clone(), None).await.map(|_| ()),
                batch(&mut client, vec![wrong.clone()]).await.map(|_| ()),
                batch(&mut client, vec![coffee(), wrong.clone()])
                    .await
                    .map(|_| ()),
            ] {
                let status = result.unwrap_err();
                seen.push((
                    status.code(),
                    invalid_fields(&status),
                    status.message().to_owned(),
                ));
            }
            seen
        }
    };
    let seen = refusals(&category.id).await;
    assert_eq!(seen, refusals(NOBODYS).await);
    let fields: Vec<_> = seen
        .iter()
        .map(|(code, fields, _)| (*code, fields[0].as_str()))
        .collect();
    let invalid = |field| (Code::InvalidArgument, field);
    assert_eq!(
        fields,
        [
            invalid("categoryId"),
            invalid("categoryId"),
            invalid("expenses[0].categoryId"),
            invalid("expenses[1].categoryId"),
        ]
    );
    assert_eq!(get(&mut expenses(&harness, alice), &hers.id).await.unwrap(), hers);
    assert_eq!(count(&pool(&harness), "expenses").await, 2);
    harness.stop().await;
}

#[tokio::test]
async fn every_bad_field_is_named_and_nothing_is_stored() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    let with = |change: &dyn Fn(&mut Expense)| {
        let mut expense = coffee();
        change(&mut expense);
        expense
    };
    let mut cases: Vec<(Expense, &str)> = Vec::new();
    let digits = "9".repeat(40);
    for amount in [
        "1e3",
        "12.345",
        "-1",
        "-0.01",
        "0",
        "0.00",
        "NaN",
        "inf",
        "",
        " 1",
        "1,000",
        "0x10",
        digits.as_str(),
    ] {
        cases.push((with(&|e| e.amount = usd(amount)), "amount.amount"));
    }
    for currency in ["XXX1", "XXX", "usd", ""] {
        cases.push((with(&|e| e.amount = money("1", currency)), "amount.currency"));
    }
    cases.push((with(&|e| e.amount = money("1.5", "JPY")), "amount.amount"));
    cases.push((with(&|e| e.amount = None), "amount"));
    for date in [
        "2025-02-30",
        "",
        "11.12.2025",
        "2025-13-01",
        "20251211",
        "1899-12-31",
        "2200-01-01",
        "2025-12-11T",
    ] {
        cases.push((with(&|e| e.date = date.into()), "date"));
    }
    for time in ["25:00", "8:30", "08:30:00.5", "noon", "08:60"] {
        cases.push((with(&|e| e.time = time.into()), "time"));
    }
    cases.push((with(&|e| e.category_id = "food".into()), "categoryId"));
    cases.push((with(&|e| e.description = "x".repeat(1_001)), "description"));
    cases.push((with(&|e| e.description = "a\0b".into()), "description"));
    cases.push((with(&|e| e.merchant = "x".repeat(201)), "merchant"));
    cases.push((with(&|e| e.payment_method = "x".repeat(51)), "paymentMethod"));
    cases.push((with(&|e| e.source = 99), "source"));
    cases.push((with(&|e| e.tags = vec!["a\0".into()]), "tags[0]"));
    cases.push((with(&|e| e.tags = vec!["x".repeat(51)]), "tags[0]"));
    cases.push((with(&|e| e.tags = vec!["x".into(); 51]), "tags"));
    for address in [
        "http://x.example/",
        "ftp://x",
        "no address",
        "https://x.example/a\0b",
        "https://x.example/a\nb",
    ] {
        cases.push((with(&|e| e.attachments = vec![address.into()]), "attachments[0]"));
    }
    // Many faults of a kind are one fault: what an answer says travels in headers.
    cases.push((
        with(&|e| e.attachments = vec!["no address".into(); 50_000]),
        "attachments",
    ));
    let place = |latitude, longitude| Location {
        latitude,
        longitude,
        address: String::new(),
    };
    cases.push((
        with(&|e| e.location = Some(place(f64::NAN, 0.0))),
        "location.latitude",
    ));
    cases.push((
        with(&|e| e.location = Some(place(90.5, 0.0))),
        "location.latitude",
    ));
    cases.push((
        with(&|e| e.location = Some(place(0.0, f64::INFINITY))),
        "location.longitude",
    ));
    let metadata = |value: Value| {
        Some(Struct {
            fields: [("a".to_owned(), value)].into(),
        })
    };
    cases.push((with(&|e| e.metadata = metadata(f64::NAN.into())), "metadata"));
    cases.push((with(&|e| e.metadata = metadata("a\0b".into())), "metadata"));
    cases.push((
        with(&|e| e.metadata = metadata("x".repeat(17_000).into())),
        "metadata",
    ));
    for (expense, field) in cases {
        assert_invalid(client.create_expense(creation(expense)).await, &[field]);
    }
    assert_invalid(
        client.create_expense(CreateExpenseRequest::default()).await,
        &["amount", "date"],
    );
    for id in ["", "1", "01890a5d-ac96-774b-bcce-b302099a805"] {
        assert_invalid(get(&mut client, id).await, &["id"]);
        assert_invalid(delete(&mut client, id).await, &["id"]);
        assert_invalid(update(&mut client, id, coffee(), None).await, &["id"]);
    }
    let pool = pool(&harness);
    assert_eq!(
        (count(&pool, "expenses").await, count(&pool, "outbox").await),
        (0, 0)
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_the_next_one_served() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    let huge = Expense {
        description: "x".repeat(10 * 1024 * 1024),
        ..coffee()
    };
    let status = client.create_expense(creation(huge)).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
    assert!(status.message().contains("4194304"), "{}", status.message());
    record(&mut client, coffee()).await;
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
