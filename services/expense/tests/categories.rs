//! Categories: those that are given, their fields, their names, whose they are.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pfms_expense::category::SYSTEM;
use pfms_proto::expense::v1::{Category, ListCategoriesRequest};
use pfms_runtime::testing::reason;
use pfms_types::UserId;
use support::category::*;
use support::*;
use tonic::Code;

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
