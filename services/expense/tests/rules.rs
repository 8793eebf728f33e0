//! What rules may know of expenses, and what they may do to them.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pfms_proto::expense::v1::expense_internal_service_client::ExpenseInternalServiceClient;
use pfms_proto::expense::v1::selection::Only;
use pfms_proto::expense::v1::*;
use pfms_runtime::testing::{AuthorizedChannel, Harness};
use pfms_types::UserId;
use support::expense as one;
use support::*;
use tonic::Code;
use uuid::Uuid;

type Mesh = ExpenseInternalServiceClient<AuthorizedChannel>;

fn mesh(harness: &Harness, user: UserId) -> Mesh {
    ExpenseInternalServiceClient::new(harness.as_user("expense", user))
}

fn spent(description: &str, amount: &str, date: &str) -> Expense {
    Expense {
        amount: usd(amount),
        description: description.into(),
        date: date.into(),
        ..Expense::default()
    }
}

fn since(start_date: &str) -> Selection {
    Selection {
        start_date: start_date.into(),
        ..Selection::default()
    }
}

async fn recent(mesh: &mut Mesh, selection: Selection, limit: i32) -> Vec<RecentExpense> {
    let query = RecentQuery {
        selection: Some(selection),
        limit,
    };
    let request = GatherFactsRequest {
        recent: vec![query],
        ..GatherFactsRequest::default()
    };
    let answer = mesh.gather_facts(request).await.unwrap().into_inner();
    answer.recent.into_iter().next().unwrap().expenses
}

fn descriptions(expenses: &[RecentExpense]) -> Vec<&str> {
    expenses
        .iter()
        .map(|expense| expense.description.as_str())
        .collect()
}

#[tokio::test]
async fn rules_see_their_users_expenses_as_they_select_them() {
    let harness = start().await;
    let (alice, bob) = (UserId::generate(), UserId::generate());
    let food = add(&mut categories(&harness, alice), named("Food")).await;
    let mut client = expenses(&harness, alice);
    let at_cafe = |merchant: &str, expense: Expense| Expense {
        merchant: merchant.into(),
        ..expense
    };
    let first = record(&mut client, at_cafe("Café Ñandú", spent("a", "1", "2025-01-01"))).await;
    let in_food = Expense {
        category_id: food.id.clone(),
        ..at_cafe("CAFÉ ñandú", spent("b", "2", "2025-01-02"))
    };
    record(&mut client, in_food).await;
    record(&mut client, spent("c", "3", "2025-01-03")).await;
    record(&mut client, spent("d", "4", "2025-01-03")).await;
    record(&mut expenses(&harness, bob), spent("bob's", "1", "2025-01-02")).await;

    let mut mesh = mesh(&harness, alice);
    let all = recent(&mut mesh, since("2025-01-01"), 10).await;
    assert_eq!(descriptions(&all), ["d", "c", "b", "a"]);
    assert_eq!((all[2].category.as_str(), &all[2].amount), ("Food", &usd("2.00")));
    assert_eq!(
        descriptions(&recent(&mut mesh, since("2025-01-02"), 2).await),
        ["d", "c"]
    );
    let until = Selection {
        end_date: "2025-01-02".into(),
        except_id: first.id,
        ..since("2025-01-01")
    };
    assert_eq!(descriptions(&recent(&mut mesh, until, 10).await), ["b"]);
    let only = |only| Selection {
        only: Some(only),
        ..since("2025-01-01")
    };
    for (only_these, expected) in [
        (Only::Merchant("café ñANDÚ".into()), vec!["b", "a"]),
        (Only::Merchant(String::new()), vec![]),
        (Only::CategoryId(food.id.clone()), vec!["b"]),
        (Only::CategoryId(String::new()), vec!["d", "c", "a"]),
    ] {
        assert_eq!(
            descriptions(&recent(&mut mesh, only(only_these), 10).await),
            expected
        );
    }
    harness.stop().await;
}

#[tokio::test]
async fn sums_are_by_period_category_and_currency() {
    let harness = start().await;
    let alice = UserId::generate();
    let food = add(&mut categories(&harness, alice), named("Food")).await;
    let mut client = expenses(&harness, alice);
    for (amount, currency, category, date) in [
        ("1.00", "USD", "", "2025-02-28"),
        ("2.00", "USD", &*food.id, "2025-03-01"),
        ("3.00", "USD", &*food.id, "2025-03-31"),
        ("4.00", "EUR", &*food.id, "2025-03-15"),
        ("5.00", "USD", "", "2025-03-15"),
        ("6.00", "USD", "", "2025-04-01"),
        ("92233720368547758.00", "USD", "", "2025-02-01"),
        ("92233720368547758.00", "USD", "", "2025-02-01"),
    ] {
        let expense = Expense {
            amount: money(amount, currency),
            category_id: category.into(),
            date: date.into(),
            ..Expense::default()
        };
        record(&mut client, expense).await;
    }
    let query = SpendingQuery {
        period: Period::Month.into(),
        date: "2025-03-10".into(),
        count: 3,
        until_date: false,
    };
    let request = GatherFactsRequest {
        spending: vec![query],
        averages: vec![
            AverageQuery {
                selection: Some(Selection {
                    end_date: "2025-03-31".into(),
                    only: Some(Only::CategoryId(food.id.clone())),
                    ..since("2025-03-01")
                }),
                currency: "USD".into(),
                limit: 500,
            },
            AverageQuery {
                selection: Some(since("2026-01-01")),
                currency: "USD".into(),
                limit: 500,
            },
        ],
        ..GatherFactsRequest::default()
    };
    let answer = mesh(&harness, alice)
        .gather_facts(request)
        .await
        .unwrap()
        .into_inner();
    let periods = &answer.spending[0].periods;
    let days: Vec<_> = periods
        .iter()
        .map(|period| (period.first_date.as_str(), period.last_date.as_str()))
        .collect();
    assert_eq!(
        days,
        [
            ("2025-03-01", "2025-03-31"),
            ("2025-02-01", "2025-02-28"),
            ("2025-01-01", "2025-01-31")
        ]
    );
    let mut march: Vec<_> = periods[0]
        .categories
        .iter()
        .map(|sum| (sum.category.as_str(), sum.total.clone(), sum.count))
        .collect();
    march.sort_by_key(|(category, total, _)| (*category, total.clone().unwrap().currency));
    assert_eq!(
        march,
        [
            ("", usd("5.00"), 1),
            ("Food", money("4.00", "EUR"), 1),
            ("Food", usd("5.00"), 2)
        ]
    );
    // What no amount can hold is as large as one can be.
    assert_eq!(periods[1].categories[0].total, usd("92233720368547758.07"));
    assert_eq!(periods[2].categories, []);
    let averages: Vec<_> = answer
        .averages
        .iter()
        .map(|average| (average.total.clone(), average.count))
        .collect();
    assert_eq!(averages, [(usd("5.00"), 2), (usd("0.00"), 0)]);
    harness.stop().await;
}

#[tokio::test]
async fn sums_up_to_a_day_are_without_what_was_spent_later() {
    let harness = start().await;
    let alice = UserId::generate();
    let mut client = expenses(&harness, alice);
    for (amount, date) in [("1", "2025-02-28"), ("2", "2025-03-10"), ("4", "2025-03-11")] {
        record(&mut client, spent("coffee", amount, date)).await;
    }
    let ask = |until_date| SpendingQuery {
        period: Period::Month.into(),
        date: "2025-03-10".into(),
        count: 2,
        until_date,
    };
    let request = GatherFactsRequest {
        spending: vec![ask(true), ask(false)],
        ..GatherFactsRequest::default()
    };
    let answer = mesh(&harness, alice).gather_facts(request).await.unwrap();
    let sums = answer.into_inner().spending.into_iter().map(|spending| {
        let period = |one: PeriodSpending| (one.last_date, one.categories[0].total.clone());
        spending.periods.into_iter().map(period).collect::<Vec<_>>()
    });
    let of = |march: &str| {
        vec![
            ("2025-03-31".to_owned(), usd(march)),
            ("2025-02-28".to_owned(), usd("1.00")),
        ]
    };
    assert_eq!(sums.collect::<Vec<_>>(), [of("2.00"), of("6.00")]);
    harness.stop().await;
}

#[tokio::test]
async fn the_history_comes_in_pages_in_the_order_of_recording() {
    let harness = start().await;
    let alice = UserId::generate();
    let mut client = expenses(&harness, alice);
    for (description, date) in [("a", "2025-01-03"), ("b", "2025-01-01"), ("c", "2025-01-02")] {
        record(&mut client, spent(description, "1", date)).await;
    }
    record(
        &mut expenses(&harness, UserId::generate()),
        spent("bob's", "1", "2025-01-02"),
    )
    .await;
    let mut mesh = mesh(&harness, alice);
    let mut seen = Vec::new();
    let mut after_id = String::new();
    loop {
        let request = ListHistoryRequest {
            after_id,
            limit: 2,
            ..ListHistoryRequest::default()
        };
        let page = mesh.list_history(request).await.unwrap().into_inner().expenses;
        seen.extend(page.iter().map(|expense| expense.description.clone()));
        match page.last() {
            Some(last) if page.len() == 2 => after_id = last.id.clone(),
            _ => break,
        }
    }
    assert_eq!(seen, ["a", "b", "c"]);
    let narrowed = ListHistoryRequest {
        limit: 10,
        start_date: "2025-01-02".into(),
        end_date: "2025-01-02".into(),
        ..ListHistoryRequest::default()
    };
    let page = mesh.list_history(narrowed).await.unwrap().into_inner().expenses;
    assert_eq!(descriptions(&page), ["c"]);
    harness.stop().await;
}

fn change(expense_id: &str, category_id: &str, tags: &[&str]) -> ApplyRuleActionsRequest {
    ApplyRuleActionsRequest {
        expense_id: expense_id.into(),
        category_id: category_id.into(),
        add_tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        rule_chain: vec![NOBODYS.into()],
        effect_id: Uuid::now_v7().to_string(),
    }
}

#[tokio::test]
async fn a_rules_change_happens_once_and_says_who_caused_it() {
    let harness = start_without_broker().await;
    let alice = UserId::generate();
    let food = add(&mut categories(&harness, alice), named("Food")).await;
    let mut client = expenses(&harness, alice);
    let tagged = Expense {
        tags: vec!["kept".into()],
        ..coffee()
    };
    let expense = record(&mut client, tagged).await;
    let mut mesh = mesh(&harness, alice);
    let request = change(&expense.id, &food.id, &["kept", "new"]);
    assert!(
        mesh.apply_rule_actions(request.clone())
            .await
            .unwrap()
            .into_inner()
            .changed
    );
    let now = one::get(&mut client, &expense.id).await.unwrap();
    assert_eq!(
        (now.category_id.as_str(), now.tags),
        (&*food.id, vec!["kept".to_owned(), "new".to_owned()])
    );
    let events = outbox(&pool(&harness)).await;
    let last = events.last().unwrap();
    assert_eq!(last["event"], "expense.updated");
    assert_eq!(last["ruleChain"], serde_json::json!([NOBODYS]));
    assert_eq!(last["data"]["category"], "Food");

    // The person takes it back; the effect that comes again does not happen again.
    let cleared = Expense::default();
    one::update(&mut client, &expense.id, cleared, Some(&["category_id", "tags"]))
        .await
        .unwrap();
    let answer = mesh.apply_rule_actions(request.clone()).await.unwrap();
    assert!(answer.into_inner().changed, "the first answer");
    let now = one::get(&mut client, &expense.id).await.unwrap();
    assert_eq!(now.category_id, "");
    // What is so already is not told again.
    mesh.apply_rule_actions(change(&expense.id, &food.id, &[]))
        .await
        .unwrap();
    let count = outbox(&pool(&harness)).await.len();
    let again = mesh
        .apply_rule_actions(change(&expense.id, &food.id, &[]))
        .await
        .unwrap();
    assert!(!again.into_inner().changed);
    assert_eq!(outbox(&pool(&harness)).await.len(), count);
    // The same id for something else is refused.
    let other = ApplyRuleActionsRequest {
        category_id: String::new(),
        ..request
    };
    assert_code(
        mesh.apply_rule_actions(other).await,
        Code::AlreadyExists,
        "IDEMPOTENCY_KEY_REUSED",
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_rule_records_an_expense_once() {
    let harness = start_without_broker().await;
    let alice = UserId::generate();
    let food = add(&mut categories(&harness, alice), named("Food")).await;
    let mut mesh = mesh(&harness, alice);
    let request = CreateForRuleRequest {
        expense: Some(Expense {
            category_id: food.id.clone(),
            ..coffee()
        }),
        rule_chain: vec![NOBODYS.into(), NOBODYS.into()],
        effect_id: Uuid::now_v7().to_string(),
    };
    let first = mesh.create_for_rule(request.clone()).await.unwrap().into_inner();
    let again = mesh.create_for_rule(request).await.unwrap().into_inner();
    assert_eq!(first, again);
    let recorded = one::get(&mut expenses(&harness, alice), &first.expense_id)
        .await
        .unwrap();
    assert_eq!(recorded.source, i32::from(ExpenseSource::Auto));
    assert_eq!(count(&pool(&harness), "expenses").await, 1);
    let events = outbox(&pool(&harness)).await;
    let chains: Vec<_> = events.iter().map(|event| &event["ruleChain"]).collect();
    assert_eq!(chains, [&serde_json::json!([NOBODYS, NOBODYS])]);
    assert_eq!(events[0]["data"]["category"], "Food");
    harness.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_done() {
    let harness = start_without_broker().await;
    let (alice, eve) = (UserId::generate(), UserId::generate());
    let expense = record(&mut expenses(&harness, alice), coffee()).await;
    let theirs = add(&mut categories(&harness, eve), named("Eve's")).await;
    let mut mesh = mesh(&harness, alice);
    let mut eves = self::mesh(&harness, eve);
    assert_code(
        eves.apply_rule_actions(change(&expense.id, "", &["x"])).await,
        Code::NotFound,
        "EXPENSE_NOT_FOUND",
    );
    assert_invalid(
        mesh.apply_rule_actions(change(&expense.id, &theirs.id, &[]))
            .await,
        &["categoryId"],
    );
    assert_invalid(
        mesh.apply_rule_actions(change(&expense.id, "", &[])).await,
        &["categoryId"],
    );
    let wrong = ApplyRuleActionsRequest {
        rule_chain: Vec::new(),
        effect_id: "x".into(),
        ..change("1", "2", &[" "])
    };
    assert_invalid(
        mesh.apply_rule_actions(wrong).await,
        &["expenseId", "categoryId", "addTags[0]", "ruleChain", "effectId"],
    );
    let many: Vec<String> = (0..50).map(|index| format!("tag {index}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    mesh.apply_rule_actions(change(&expense.id, "", &many))
        .await
        .unwrap();
    assert_invalid(
        mesh.apply_rule_actions(change(&expense.id, "", &["one more"]))
            .await,
        &["addTags"],
    );
    let wrong = GatherFactsRequest {
        recent: vec![RecentQuery::default()],
        spending: vec![SpendingQuery::default()],
        averages: vec![AverageQuery {
            selection: Some(since("2025-01-01")),
            currency: "usd?".into(),
            limit: 1_001,
        }],
    };
    assert_invalid(
        mesh.gather_facts(wrong).await,
        &[
            "recent[0].selection.startDate",
            "recent[0].limit",
            "spending[0].period",
            "spending[0].date",
            "spending[0].count",
            "averages[0].currency",
            "averages[0].limit",
        ],
    );
    assert_eq!(outbox(&pool(&harness)).await.len(), 2);
    harness.stop().await;
}
