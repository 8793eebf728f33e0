//! Categories: the tree, its names, and what happens to expenses when one goes.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pbjson_types::FieldMask;
use pfms_expense::category::SYSTEM;
use pfms_proto::expense::v1::{
    Category, DeleteCategoryRequest, Expense, GetCategoryRequest, GetExpenseRequest, ListCategoriesRequest,
    UpdateCategoryRequest,
};
use pfms_runtime::testing::{Harness, invalid_fields, reason};
use pfms_types::UserId;
use support::*;
use tonic::{Code, Response, Status};

async fn list(client: &mut Categories) -> Vec<Category> {
    let request = ListCategoriesRequest {
        page_size: 500,
        ..ListCategoriesRequest::default()
    };
    client
        .list_categories(request)
        .await
        .unwrap()
        .into_inner()
        .categories
}

async fn get(client: &mut Categories, id: &str) -> Result<Category, Status> {
    let request = GetCategoryRequest { id: id.into() };
    client.get_category(request).await.map(Response::into_inner)
}

async fn update(
    client: &mut Categories,
    id: &str,
    category: Category,
    mask: &[&str],
) -> Result<Category, Status> {
    let request = UpdateCategoryRequest {
        id: id.into(),
        category: Some(category),
        update_mask: Some(FieldMask {
            paths: mask.iter().map(|&path| path.to_owned()).collect(),
        }),
    };
    client.update_category(request).await.map(Response::into_inner)
}

async fn delete(client: &mut Categories, id: &str, reassign_to: &str) -> Result<(), Status> {
    let request = DeleteCategoryRequest {
        id: id.into(),
        reassign_to: reassign_to.into(),
    };
    client.delete_category(request).await.map(|_| ())
}

async fn spend(harness: &Harness, user: UserId, category: &Category) -> Expense {
    let expense = Expense {
        category_id: category.id.clone(),
        ..coffee()
    };
    record(&mut expenses(harness, user), expense).await
}

#[tokio::test]
async fn the_usual_categories_are_given_once() {
    let harness = start().await;
    let mut client = categories(&harness, UserId::generate());
    let given = list(&mut client).await;
    let mut names: Vec<_> = SYSTEM.iter().map(|(name, _, _)| *name).collect();
    names.sort_unstable_by_key(|name| name.to_lowercase());
    assert_eq!(
        given
            .iter()
            .map(|category| category.name.as_str())
            .collect::<Vec<_>>(),
        names
    );
    assert!(
        given
            .iter()
            .all(|category| category.system && category.parent_id.is_empty())
    );
    assert_eq!(list(&mut client).await, given);

    for category in &given {
        delete(&mut client, &category.id, "").await.unwrap();
    }
    assert!(list(&mut client).await.is_empty());
    add(&mut client, named("Groceries")).await;
    assert_eq!(list(&mut client).await.len(), 1);
    harness.stop().await;
}

#[tokio::test]
async fn first_calls_at_the_same_time_give_them_once() {
    let harness = start().await;
    let user = UserId::generate();
    let (mut one, mut two, mut three) = (
        categories(&harness, user),
        categories(&harness, user),
        categories(&harness, user),
    );
    let (first, second, added) = tokio::join!(list(&mut one), list(&mut two), add(&mut three, named("Own")));
    assert!(!added.system);
    for seen in [first, second] {
        assert_eq!(
            seen.iter().filter(|category| category.system).count(),
            SYSTEM.len()
        );
    }
    assert_eq!(list(&mut one).await.len(), SYSTEM.len() + 1);
    harness.stop().await;
}

#[tokio::test]
async fn a_category_is_changed_field_by_field() {
    let harness = start().await;
    let mut client = categories(&harness, UserId::generate());
    let given = Category {
        icon: "cup".into(),
        color: "#ABCDEF".into(),
        ..named("  Drinks ")
    };
    let created = add(&mut client, given).await;
    assert_eq!(
        (created.name.as_str(), created.color.as_str(), created.system),
        ("Drinks", "#abcdef", false)
    );
    assert_eq!(get(&mut client, &created.id).await.unwrap(), created);
    let food = add(&mut client, named("Food")).await;

    let change = Category {
        icon: "glass".into(),
        parent_id: food.id.clone(),
        ..Category::default()
    };
    let changed = update(&mut client, &created.id, change.clone(), &[])
        .await
        .unwrap();
    let expected = Category {
        icon: "glass".into(),
        parent_id: food.id.clone(),
        ..created.clone()
    };
    assert_eq!(changed, expected);
    let cleared = update(
        &mut client,
        &created.id,
        Category::default(),
        &["icon", "parent_id"],
    )
    .await
    .unwrap();
    assert_eq!(
        cleared,
        Category {
            icon: String::new(),
            ..created.clone()
        }
    );
    assert_invalid(
        update(&mut client, &created.id, Category::default(), &["name"]).await,
        &["name"],
    );
    assert_invalid(
        update(&mut client, &created.id, change, &["system"]).await,
        &["updateMask"],
    );
    assert_eq!(get(&mut client, &created.id).await.unwrap(), cleared);
    harness.stop().await;
}

#[tokio::test]
async fn bad_fields_are_named() {
    let harness = start().await;
    let mut client = categories(&harness, UserId::generate());
    let plain = || named("Plain");
    for (category, field) in [
        (named(" "), "name"),
        (named(&"x".repeat(101)), "name"),
        (named("a\0b"), "name"),
        (
            Category {
                icon: "x".repeat(51),
                ..plain()
            },
            "icon",
        ),
        (
            Category {
                color: "red".into(),
                ..plain()
            },
            "color",
        ),
        (
            Category {
                color: "#12345".into(),
                ..plain()
            },
            "color",
        ),
        (
            Category {
                color: "#12345é".into(),
                ..plain()
            },
            "color",
        ),
        (
            Category {
                parent_id: "food".into(),
                ..plain()
            },
            "parentId",
        ),
        (
            Category {
                parent_id: NOBODYS.into(),
                ..plain()
            },
            "parentId",
        ),
    ] {
        assert_invalid(try_add(&mut client, category).await, &[field]);
    }
    assert_invalid(get(&mut client, "1").await, &["id"]);
    assert_invalid(delete(&mut client, "1", "").await, &["id"]);
    assert_invalid(delete(&mut client, NOBODYS, "1").await, &["reassignTo"]);
    harness.stop().await;
}

#[tokio::test]
async fn names_are_unique_whatever_the_case_for_each_user() {
    let harness = start().await;
    let user = UserId::generate();
    let mut client = categories(&harness, user);
    let cafe = add(&mut client, named("Café")).await;
    let bar = add(&mut client, named("Bar")).await;
    let taken = (Code::AlreadyExists, "CATEGORY_NAME_TAKEN");
    assert_code(try_add(&mut client, named("CAFÉ")).await, taken.0, taken.1);
    assert_code(try_add(&mut client, named("gROCERIES")).await, taken.0, taken.1);
    assert_code(
        update(&mut client, &bar.id, named("café"), &["name"]).await,
        taken.0,
        taken.1,
    );
    assert_eq!(
        update(&mut client, &cafe.id, named("CAFÉ"), &["name"])
            .await
            .unwrap()
            .name,
        "CAFÉ"
    );
    add(&mut categories(&harness, UserId::generate()), named("Café")).await;

    // Two that want the same name at once: one gets it, the other is told.
    let mut other = client.clone();
    let (one, two) = tokio::join!(
        try_add(&mut client, named("Race")),
        update(&mut other, &bar.id, named("race"), &["name"])
    );
    let lost = one.and(two).unwrap_err();
    assert_eq!((lost.code(), reason(&lost).as_str()), taken);
    harness.stop().await;
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
    let moved = GetExpenseRequest { id: expense.id };
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

#[tokio::test]
async fn another_users_categories_are_those_of_nobody() {
    let harness = start().await;
    let (alice, bob) = (UserId::generate(), UserId::generate());
    let hers = add(&mut categories(&harness, alice), named("Hers")).await;
    let mut client = categories(&harness, bob);
    let his = add(&mut client, named("His")).await;
    for id in [hers.id.as_str(), NOBODYS] {
        let gone = "CATEGORY_NOT_FOUND";
        assert_code(get(&mut client, id).await, Code::NotFound, gone);
        assert_code(
            update(&mut client, id, named("Mine"), &[]).await,
            Code::NotFound,
            gone,
        );
        assert_code(delete(&mut client, id, "").await, Code::NotFound, gone);
        let parent = Category {
            id: id.into(),
            ..Category::default()
        };
        assert_invalid(try_add(&mut client, below("Below", &parent)).await, &["parentId"]);
        assert_invalid(
            update(&mut client, &his.id, below("His", &parent), &[]).await,
            &["parentId"],
        );
        assert_invalid(delete(&mut client, &his.id, id).await, &["reassignTo"]);
    }
    assert_eq!(
        get(&mut categories(&harness, alice), &hers.id).await.unwrap(),
        hers
    );
    assert!(
        list(&mut client)
            .await
            .iter()
            .all(|category| category.id != hers.id)
    );
    harness.stop().await;
}

#[tokio::test]
async fn pages_hold_every_name_once() {
    let harness = start().await;
    let mut client = categories(&harness, UserId::generate());
    // The dotted capital I becomes two characters in lower case.
    for name in ["Äpfel", "zebra", "İstanbul", "ΣΟΦΟΣ", "Ωmega", "ÀB"] {
        add(&mut client, named(name)).await;
    }
    let all: Vec<_> = list(&mut client)
        .await
        .into_iter()
        .map(|category| category.name)
        .collect();
    assert_eq!(all.len(), SYSTEM.len() + 6);
    let mut seen = Vec::new();
    let mut request = ListCategoriesRequest {
        page_size: 1,
        ..ListCategoriesRequest::default()
    };
    loop {
        let answer = client
            .list_categories(request.clone())
            .await
            .unwrap()
            .into_inner();
        seen.extend(answer.categories.into_iter().map(|category| category.name));
        if answer.next_page_token.is_empty() {
            break;
        }
        request.page_token = answer.next_page_token;
    }
    assert_eq!(seen, all);
    harness.stop().await;
}
