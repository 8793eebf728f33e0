//! Lists of expenses: filters and pages.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pfms_proto::expense::v1::{
    BatchCreateExpensesRequest, Expense, ListExpensesRequest, ListExpensesResponse,
};
use pfms_types::UserId;
use support::*;
use tonic::Status;

async fn page(client: &mut Expenses, request: ListExpensesRequest) -> Result<ListExpensesResponse, Status> {
    client
        .list_expenses(request)
        .await
        .map(tonic::Response::into_inner)
}

/// The descriptions that a filter finds, in their order.
async fn found(client: &mut Expenses, request: ListExpensesRequest) -> Vec<String> {
    let expenses = page(client, request).await.unwrap().expenses;
    expenses.into_iter().map(|expense| expense.description).collect()
}

fn spent(description: &str, amount: &str, date: &str) -> Expense {
    Expense {
        amount: usd(amount),
        description: description.into(),
        date: date.into(),
        ..Expense::default()
    }
}

fn filter(change: impl FnOnce(&mut ListExpensesRequest)) -> ListExpensesRequest {
    let mut request = ListExpensesRequest::default();
    change(&mut request);
    request
}

#[tokio::test]
async fn dates_amounts_and_tags_narrow_the_list() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    for (expense, tags) in [
        (spent("first", "10.00", "2025-01-01"), vec!["a"]),
        (spent("second", "20.00", "2025-01-02"), vec!["a", "b"]),
        (spent("third", "30.00", "2025-01-03"), vec![]),
    ] {
        let tags = tags.into_iter().map(str::to_owned).collect();
        record(&mut client, Expense { tags, ..expense }).await;
    }
    let yen = Expense {
        amount: money("20", "JPY"),
        ..spent("yen", "1", "2025-01-04")
    };
    record(&mut client, yen).await;

    let client = &mut client;
    assert_eq!(
        found(client, filter(|_| {})).await,
        ["yen", "third", "second", "first"]
    );
    let from = filter(|f| f.start_date = "2025-01-02".into());
    assert_eq!(found(client, from).await, ["yen", "third", "second"]);
    let day = filter(|f| {
        f.start_date = "2025-01-02".into();
        f.end_date = "2025-01-02".into();
    });
    assert_eq!(found(client, day).await, ["second"]);
    let amounts = |min: &str, max: &str, currency: &str| {
        filter(|f| {
            f.min_amount = min.into();
            f.max_amount = max.into();
            f.currency = currency.into();
        })
    };
    assert_eq!(
        found(client, amounts("20.00", "", "USD")).await,
        ["third", "second"]
    );
    assert_eq!(found(client, amounts("10.01", "29.99", "USD")).await, ["second"]);
    assert_eq!(found(client, amounts("", "20", "JPY")).await, ["yen"]);
    assert_eq!(found(client, amounts("", "", "JPY")).await, ["yen"]);
    let tags = |tags: &[&str]| filter(|f| f.tags = tags.iter().map(|&tag| tag.to_owned()).collect());
    assert_eq!(found(client, tags(&["a"])).await, ["second", "first"]);
    assert_eq!(found(client, tags(&["b", " a "])).await, ["second"]);
    assert!(found(client, tags(&["A"])).await.is_empty());
    harness.stop().await;
}

#[tokio::test]
async fn a_category_stands_for_all_below_it() {
    let harness = start().await;
    let (user, other) = (UserId::generate(), UserId::generate());
    let mut tree = categories(&harness, user);
    let food = add(&mut tree, named("Food")).await;
    let fruit = add(&mut tree, below("Fruit", &food)).await;
    let apples = add(&mut tree, below("Apples", &fruit)).await;
    let rent = add(&mut tree, named("Rent")).await;
    let mut client = expenses(&harness, user);
    for (category, name) in [(&food, "lunch"), (&apples, "apple"), (&rent, "flat")] {
        let category_id = category.id.clone();
        record(
            &mut client,
            Expense {
                category_id,
                ..spent(name, "1", "2025-01-01")
            },
        )
        .await;
    }
    record(&mut client, spent("none", "1", "2025-01-01")).await;
    let within = |category_id: &str| filter(|f| f.category_id = category_id.into());
    assert_eq!(found(&mut client, within(&food.id)).await, ["apple", "lunch"]);
    assert_eq!(found(&mut client, within(&fruit.id)).await, ["apple"]);
    assert!(found(&mut client, within(NOBODYS)).await.is_empty());
    assert!(
        found(&mut expenses(&harness, other), within(&food.id))
            .await
            .is_empty()
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_text_is_found_as_it_is_written() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    let texts = [
        "100% wool",
        "100 wool",
        "a_b",
        "axb",
        r"back\slash",
        "O'Brien; DROP TABLE expenses",
        "Été",
        "$1",
    ];
    for text in texts {
        record(&mut client, spent(text, "1", "2025-01-01")).await;
    }
    let merchant = Expense {
        merchant: "The WOOL shop".into(),
        ..spent("jumper", "1", "2025-01-02")
    };
    record(&mut client, merchant).await;
    let cases: [(&str, &[&str]); 11] = [
        ("100%", &["100% wool"]),
        ("a_b", &["a_b"]),
        (r"\", &[r"back\slash"]),
        ("'", &["O'Brien; DROP TABLE expenses"]),
        ("drop table", &["O'Brien; DROP TABLE expenses"]),
        ("wool", &["jumper", "100 wool", "100% wool"]),
        ("été", &["Été"]),
        ("$1", &["$1"]),
        ("%%", &[]),
        (" axb ", &["axb"]),
        ("\"", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(
            found(&mut client, filter(|f| f.text = text.into())).await,
            expected,
            "{text}"
        );
    }
    harness.stop().await;
}

#[tokio::test]
async fn bad_filters_are_named() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    let cases: Vec<(ListExpensesRequest, &str)> = vec![
        (filter(|f| f.start_date = "2025-02-30".into()), "startDate"),
        (filter(|f| f.end_date = "yesterday".into()), "endDate"),
        (
            filter(|f| {
                f.start_date = "2025-01-02".into();
                f.end_date = "2025-01-01".into();
            }),
            "endDate",
        ),
        (filter(|f| f.category_id = "food".into()), "categoryId"),
        (filter(|f| f.currency = "XXX1".into()), "currency"),
        (filter(|f| f.min_amount = "1".into()), "currency"),
        (
            filter(|f| {
                f.currency = "USD".into();
                f.min_amount = "1e3".into();
            }),
            "minAmount",
        ),
        (
            filter(|f| {
                f.currency = "USD".into();
                f.min_amount = "2".into();
                f.max_amount = "1.99".into();
            }),
            "maxAmount",
        ),
        (filter(|f| f.tags = vec!["a\0b".into()]), "tags[0]"),
        (filter(|f| f.tags = vec![String::new()]), "tags[0]"),
        (filter(|f| f.tags = vec!["x".into(); 51]), "tags"),
        (filter(|f| f.text = "a\0b".into()), "text"),
        (filter(|f| f.text = "x".repeat(201)), "text"),
        (filter(|f| f.page_size = -1), "pageSize"),
    ];
    for (request, field) in cases {
        assert_invalid(page(&mut client, request).await, &[field]);
    }
    harness.stop().await;
}

#[tokio::test]
async fn pages_hold_every_row_once_in_order_also_while_rows_are_added() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    let rows = (0..95)
        .map(|number| {
            spent(
                &number.to_string(),
                "1",
                &format!("2025-01-{:02}", number % 7 + 1),
            )
        })
        .collect();
    let batch = BatchCreateExpensesRequest { expenses: rows };
    let created = client
        .batch_create_expenses(batch)
        .await
        .unwrap()
        .into_inner()
        .expenses;
    let mut expected: Vec<(String, String)> = created
        .into_iter()
        .map(|expense| (expense.date, expense.id))
        .collect();
    expected.sort_unstable_by(|a, b| b.cmp(a));

    let mut seen = Vec::new();
    let mut request = filter(|f| f.page_size = 10);
    let mut added = Vec::new();
    loop {
        let answer = page(&mut client, request.clone()).await.unwrap();
        assert!(answer.expenses.len() <= 10);
        seen.extend(
            answer
                .expenses
                .into_iter()
                .map(|expense| (expense.date, expense.id)),
        );
        if answer.next_page_token.is_empty() {
            break;
        }
        request.page_token = answer.next_page_token;
        for date in ["2024-12-31", "2025-01-04", "2025-01-31"] {
            if added.len() < 24 {
                added.push(record(&mut client, spent("added", "1", date)).await.id);
            }
        }
    }
    assert!(seen.is_sorted_by(|a, b| a > b), "in order and none twice");
    seen.retain(|(_, id)| !added.contains(id));
    assert_eq!(seen, expected);
    harness.stop().await;
}

#[tokio::test]
async fn pages_have_fifty_rows_unless_asked_otherwise_and_five_hundred_at_most() {
    let harness = start().await;
    let mut client = expenses(&harness, UserId::generate());
    let batch = BatchCreateExpensesRequest {
        expenses: vec![coffee(); 501],
    };
    client.batch_create_expenses(batch).await.unwrap();
    for (page_size, rows) in [(0, 50), (1, 1), (500, 500), (10_000, 500)] {
        let answer = page(&mut client, filter(|f| f.page_size = page_size))
            .await
            .unwrap();
        assert_eq!(
            (answer.expenses.len(), answer.next_page_token.is_empty()),
            (rows, false)
        );
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_page_token_is_good_for_its_caller_and_filter_only() {
    let harness = start().await;
    let (alice, bob) = (UserId::generate(), UserId::generate());
    let mut client = expenses(&harness, alice);
    for _ in 0..3 {
        record(&mut client, coffee()).await;
    }
    let first = page(&mut client, filter(|f| f.page_size = 1)).await.unwrap();
    let token = first.next_page_token;
    let next = |token: &str| filter(|f| f.page_token = token.into());
    assert_eq!(page(&mut client, next(&token)).await.unwrap().expenses.len(), 2);

    assert_invalid(
        page(&mut expenses(&harness, bob), next(&token)).await,
        &["pageToken"],
    );
    for changed in [
        ListExpensesRequest {
            text: "x".into(),
            ..next(&token)
        },
        ListExpensesRequest {
            start_date: "2025-01-01".into(),
            ..next(&token)
        },
        ListExpensesRequest {
            tags: vec!["x".into()],
            ..next(&token)
        },
        next(&token[..token.len() - 1]),
        next(&token[..token.len() / 2]),
        next("not a token"),
        next(&format!("{token}A")),
    ] {
        assert_invalid(page(&mut client, changed).await, &["pageToken"]);
    }
    let mut tree = categories(&harness, alice);
    let request = pfms_proto::expense::v1::ListCategoriesRequest {
        page_size: 1,
        page_token: token,
        ..pfms_proto::expense::v1::ListCategoriesRequest::default()
    };
    assert_invalid(tree.list_categories(request).await, &["pageToken"]);
    harness.stop().await;
}
