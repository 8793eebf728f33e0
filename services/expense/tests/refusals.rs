//! Expenses that are refused, and why.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pbjson_types::{Struct, Value};
use pfms_proto::expense::v1::{CreateExpenseRequest, Expense, Location};
use pfms_runtime::testing::invalid_fields;
use pfms_types::UserId;
use support::expense::*;
use support::*;
use tonic::Code;

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

type Case = (Expense, &'static str);

fn with(change: impl Fn(&mut Expense)) -> Expense {
    let mut expense = coffee();
    change(&mut expense);
    expense
}

/// Each case is refused with its one field, and leaves nothing.
async fn assert_refused(cases: Vec<Case>) {
    let harness = start_without_broker().await;
    let mut client = expenses(&harness, UserId::generate());
    for (expense, field) in cases {
        assert_invalid(client.create_expense(creation(expense)).await, &[field]);
    }
    let pool = pool(&harness);
    assert_eq!(
        (count(&pool, "expenses").await, count(&pool, "outbox").await),
        (0, 0)
    );
    harness.stop().await;
}

#[tokio::test]
async fn bad_amounts_dates_and_times_are_named() {
    let mut cases: Vec<Case> = Vec::new();
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
        cases.push((with(|e| e.amount = usd(amount)), "amount.amount"));
    }
    for currency in ["XXX1", "XXX", "usd", ""] {
        cases.push((with(|e| e.amount = money("1", currency)), "amount.currency"));
    }
    cases.push((with(|e| e.amount = money("1.5", "JPY")), "amount.amount"));
    cases.push((with(|e| e.amount = None), "amount"));
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
        cases.push((with(|e| e.date = date.into()), "date"));
    }
    for time in ["25:00", "8:30", "08:30:00.5", "noon", "08:60"] {
        cases.push((with(|e| e.time = time.into()), "time"));
    }
    assert_refused(cases).await;
}

#[tokio::test]
async fn bad_texts_and_lists_are_named() {
    let mut cases: Vec<Case> = vec![
        (with(|e| e.category_id = "food".into()), "categoryId"),
        (with(|e| e.description = "x".repeat(1_001)), "description"),
        (with(|e| e.description = "a\0b".into()), "description"),
        (with(|e| e.merchant = "x".repeat(201)), "merchant"),
        (with(|e| e.payment_method = "x".repeat(51)), "paymentMethod"),
        (with(|e| e.source = 99), "source"),
        (with(|e| e.tags = vec!["a\0".into()]), "tags[0]"),
        (with(|e| e.tags = vec!["x".repeat(51)]), "tags[0]"),
        (with(|e| e.tags = vec!["x".into(); 51]), "tags"),
    ];
    for address in [
        "http://x.example/",
        "ftp://x",
        "no address",
        "https://x.example/a\0b",
        "https://x.example/a\nb",
    ] {
        cases.push((with(|e| e.attachments = vec![address.into()]), "attachments[0]"));
    }
    // Many faults of a kind are one fault: what an answer says travels in headers.
    cases.push((
        with(|e| e.attachments = vec!["no address".into(); 50_000]),
        "attachments",
    ));
    assert_refused(cases).await;
}

#[tokio::test]
async fn bad_places_and_metadata_are_named() {
    let mut cases: Vec<Case> = Vec::new();
    let place = |latitude, longitude| Location {
        latitude,
        longitude,
        address: String::new(),
    };
    cases.push((
        with(|e| e.location = Some(place(f64::NAN, 0.0))),
        "location.latitude",
    ));
    cases.push((with(|e| e.location = Some(place(90.5, 0.0))), "location.latitude"));
    cases.push((
        with(|e| e.location = Some(place(0.0, f64::INFINITY))),
        "location.longitude",
    ));
    let metadata = |value: Value| {
        Some(Struct {
            fields: [("a".to_owned(), value)].into(),
        })
    };
    cases.push((with(|e| e.metadata = metadata(f64::NAN.into())), "metadata"));
    cases.push((with(|e| e.metadata = metadata("a\0b".into())), "metadata"));
    cases.push((
        with(|e| e.metadata = metadata("x".repeat(17_000).into())),
        "metadata",
    ));
    assert_refused(cases).await;
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    assert_invalid(
        client.create_expense(CreateExpenseRequest::default()).await,
        &["amount", "date"],
    );
    for id in ["", "1", "01890a5d-ac96-774b-bcce-b302099a805"] {
        assert_invalid(get(&mut client, id).await, &["id"]);
        assert_invalid(delete(&mut client, id).await, &["id"]);
        assert_invalid(update(&mut client, id, coffee(), None).await, &["id"]);
    }
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
