//! The tree of categories, also under changes at once, and what happens to expenses when a category goes.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pfms_proto::expense::v1::{Category, Expense, GetExpenseRequest};
use pfms_runtime::testing::{Harness, invalid_fields};
use pfms_types::UserId;
use support::category::*;
use support::*;
use tonic::Code;

async fn spend(harness: &Harness, user: UserId, category: &Category) -> Expense {
    let expense = Expense {
        category_id: category.id.clone(),
        ..coffee()
    };
    record(&mut expenses(harness, user), expense).await
}

#[tokio::test]
async fn the_tree_has_no_cycles_and_eight_levels_at_most() {
    let harness = start().await;
    let mut client = categories(&harness, UserId::generate());
    let mut chain = vec![add(&mut client, named("1")).await];
    for level in 2..=8 {
        let next = below(&level.to_string(), &chain[level - 2]);
        chain.push(add(&mut client, next).await);
    }
    assert_invalid(try_add(&mut client, below("9", &chain[7])).await, &["parentId"]);
    for parent in [&chain[0], &chain[1], &chain[7]] {
        assert_invalid(
            update(&mut client, &chain[0].id, below("1", parent), &["parent_id"]).await,
            &["parentId"],
        );
    }
    let branch = add(&mut client, named("branch")).await;
    add(&mut client, below("leaf", &branch)).await;
    let under = |parent: &Category| below("branch", parent);
    assert_invalid(
        update(&mut client, &branch.id, under(&chain[6]), &["parent_id"]).await,
        &["parentId"],
    );
    update(&mut client, &branch.id, under(&chain[5]), &["parent_id"])
        .await
        .unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn two_moves_at_once_make_no_cycle() {
    let harness = start().await;
    let mut client = categories(&harness, UserId::generate());
    for round in 0..10 {
        let a = add(&mut client, named(&format!("a{round}"))).await;
        let b = add(&mut client, named(&format!("b{round}"))).await;
        let (mut one, mut two) = (client.clone(), client.clone());
        let (first, second) = tokio::join!(
            update(&mut one, &a.id, below("", &b), &["parent_id"]),
            update(&mut two, &b.id, below("", &a), &["parent_id"])
        );
        assert!(first.is_ok() != second.is_ok(), "one of them is refused");
    }
    harness.stop().await;
}

#[tokio::test]
async fn changes_at_once_lose_nothing_and_do_not_starve_each_other() {
    let harness = start().await;
    let user = UserId::generate();
    let mut client = categories(&harness, user);
    let category = add(&mut client, named("Busy")).await;
    let changes = (0..32).map(|number| {
        let (mut client, id) = (client.clone(), category.id.clone());
        tokio::spawn(async move {
            let change = Category {
                name: format!("Busy {number}"),
                icon: "bee".into(),
                ..Category::default()
            };
            let mask: &[&str] = if number == 0 { &["icon"] } else { &["name"] };
            update(&mut client, &id, change, mask).await.map(|_| ())
        })
    });
    for change in changes.collect::<Vec<_>>() {
        change.await.unwrap().unwrap();
    }
    let after = get(&mut client, &category.id).await.unwrap();
    assert_eq!(after.icon, "bee");
    assert!(after.name.starts_with("Busy "));
    harness.stop().await;
}

#[tokio::test]
async fn a_category_goes_when_nothing_needs_it() {
    let harness = start().await;
    let user = UserId::generate();
    let mut client = categories(&harness, user);
    let food = add(&mut client, named("Food")).await;
    let fruit = add(&mut client, below("Fruit", &food)).await;
    let other = add(&mut client, named("Others")).await;
    let expense = spend(&harness, user, &fruit).await;

    let state = Code::FailedPrecondition;
    assert_code(
        delete(&mut client, &food.id, "").await,
        state,
        "CATEGORY_HAS_CHILDREN",
    );
    assert_code(
        delete(&mut client, &food.id, &other.id).await,
        state,
        "CATEGORY_HAS_CHILDREN",
    );
    assert_code(delete(&mut client, &fruit.id, "").await, state, "CATEGORY_IN_USE");
    for target in [fruit.id.as_str(), NOBODYS] {
        assert_invalid(delete(&mut client, &fruit.id, target).await, &["reassignTo"]);
    }
    assert_eq!(get(&mut client, &fruit.id).await.unwrap(), fruit);

    delete(&mut client, &fruit.id, &other.id).await.unwrap();
    let moved = GetExpenseRequest {
        id: expense.id,
        ..GetExpenseRequest::default()
    };
    let moved = expenses(&harness, user)
        .get_expense(moved)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(moved.category_id, other.id);
    delete(&mut client, &food.id, "").await.unwrap();
    assert_code(
        get(&mut client, &food.id).await,
        Code::NotFound,
        "CATEGORY_NOT_FOUND",
    );
    assert_code(
        delete(&mut client, &food.id, "").await,
        Code::NotFound,
        "CATEGORY_NOT_FOUND",
    );
    harness.stop().await;
}

#[tokio::test]
async fn an_expense_recorded_while_its_category_goes_is_told_so() {
    let harness = start().await;
    let user = UserId::generate();
    let mut client = categories(&harness, user);
    for round in 0..20 {
        let category = add(&mut client, named(&round.to_string())).await;
        let expense = Expense {
            category_id: category.id.clone(),
            ..coffee()
        };
        let mut spender = expenses(&harness, user);
        let (recorded, deleted) = tokio::join!(
            spender.create_expense(creation(expense)),
            delete(&mut client, &category.id, "")
        );
        match (recorded, deleted) {
            (Ok(_), deleted) => assert_code(deleted, Code::FailedPrecondition, "CATEGORY_IN_USE"),
            (Err(refused), deleted) => {
                assert_eq!(invalid_fields(&refused), ["categoryId"], "{refused:?}");
                deleted.unwrap();
            }
        }
    }
    harness.stop().await;
}
