//! Expenses that a family member shares: who reads them, and that nobody writes them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use pfms_proto::expense::v1::{
    Expense, GetCategoryRequest, GetExpenseRequest, ListCategoriesRequest, ListExpensesRequest,
};
use pfms_proto::user::v1::sharing_internal_service_server::{
    SharingInternalService, SharingInternalServiceServer,
};
use pfms_proto::user::v1::{CheckShareRequest, CheckShareResponse, SharedArea};
use pfms_runtime::testing::{Harness, invalid_fields};
use pfms_runtime::{Call, Parts, Service};
use pfms_types::UserId;
use support::{
    Expenses, NOBODYS, add, assert_code, categories, coffee, count, expenses, named, pool, record,
};
use tonic::{Code, Request, Response, Status, async_trait};

/// Who shows expenses to whom, as a user service that the test plays says it.
#[derive(Clone, Default)]
struct Shares(Arc<Mutex<HashSet<(UserId, UserId)>>>);

impl Shares {
    fn allow(&self, owner: UserId, reader: UserId) {
        self.0.lock().unwrap().insert((owner, reader));
    }

    fn end(&self) {
        self.0.lock().unwrap().clear();
    }

    fn service(&self) -> Service {
        let shares = self.clone();
        Service::new("user", 0, move |_| {
            let server = SharingInternalServiceServer::new(shares.clone());
            async move { Ok(Parts::new().grpc(server)) }
        })
    }
}

#[async_trait]
impl SharingInternalService for Shares {
    async fn check_share(
        &self,
        request: Request<CheckShareRequest>,
    ) -> Result<Response<CheckShareResponse>, Status> {
        let reader = Call::of(&request)?.user()?;
        let asked = request.into_inner();
        let owner = asked.owner_user_id.parse().unwrap();
        let allowed =
            asked.area() == SharedArea::Expenses && self.0.lock().unwrap().contains(&(owner, reader));
        Ok(Response::new(CheckShareResponse { allowed }))
    }
}

async fn start(shares: &Shares) -> Harness {
    Harness::start(vec![shares.service(), pfms_expense::service()]).await
}

fn all_of(owner: &str) -> ListExpensesRequest {
    ListExpensesRequest {
        owner_user_id: owner.into(),
        ..ListExpensesRequest::default()
    }
}

fn one_of(owner: &str, id: &str) -> GetExpenseRequest {
    GetExpenseRequest {
        id: id.into(),
        owner_user_id: owner.into(),
    }
}

fn categories_of(owner: &str) -> ListCategoriesRequest {
    ListCategoriesRequest {
        page_size: 500,
        owner_user_id: owner.into(),
        ..ListCategoriesRequest::default()
    }
}

fn category_of(owner: &str, id: &str) -> GetCategoryRequest {
    GetCategoryRequest {
        id: id.into(),
        owner_user_id: owner.into(),
    }
}

async fn listed(client: &mut Expenses, owner: &str) -> Vec<Expense> {
    let page = client.list_expenses(all_of(owner)).await.unwrap();
    page.into_inner().expenses
}

#[tokio::test]
async fn what_is_shared_is_read_whole_by_whom_it_is_shared_with() {
    let shares = Shares::default();
    let harness = start(&shares).await;
    let (ada, bob) = (UserId::generate(), UserId::generate());
    let category = add(&mut categories(&harness, ada), named("Shared")).await;
    let spent = Expense {
        category_id: category.id.clone(),
        ..coffee()
    };
    let spent = record(&mut expenses(&harness, ada), spent).await;
    shares.allow(ada, bob);
    let owner = ada.to_string();
    let (mut reader, mut tree) = (expenses(&harness, bob), categories(&harness, bob));
    assert_eq!(listed(&mut reader, &owner).await, std::slice::from_ref(&spent));
    let got = reader.get_expense(one_of(&owner, &spent.id)).await.unwrap();
    assert_eq!(got.into_inner(), spent);
    let got = tree
        .get_category(category_of(&owner, &category.id))
        .await
        .unwrap();
    assert_eq!(got.into_inner(), category);
    let all = tree.list_categories(categories_of(&owner)).await.unwrap();
    assert!(all.into_inner().categories.contains(&category));
    // Without the owner's name, and with one's own, a read is about oneself.
    assert_eq!(listed(&mut reader, "").await, []);
    assert_eq!(listed(&mut reader, &bob.to_string()).await, []);
    assert_code(
        reader.get_expense(one_of("", &spent.id)).await,
        Code::NotFound,
        "EXPENSE_NOT_FOUND",
    );
    // It goes one way.
    assert_code(
        expenses(&harness, ada)
            .list_expenses(all_of(&bob.to_string()))
            .await,
        Code::NotFound,
        "OWNER_NOT_FOUND",
    );
    harness.stop().await;
}

#[tokio::test]
async fn what_is_not_shared_any_more_is_gone_with_the_next_request() {
    let shares = Shares::default();
    let harness = start(&shares).await;
    let (ada, bob) = (UserId::generate(), UserId::generate());
    let spent = record(&mut expenses(&harness, ada), coffee()).await;
    record(&mut expenses(&harness, ada), coffee()).await;
    shares.allow(ada, bob);
    let owner = ada.to_string();
    let mut reader = expenses(&harness, bob);
    let first = ListExpensesRequest {
        page_size: 1,
        ..all_of(&owner)
    };
    let token = reader.list_expenses(first.clone()).await.unwrap().into_inner();
    let token = token.next_page_token;
    // A page token is of the owner that it was made for.
    let own = ListExpensesRequest {
        page_size: 1,
        page_token: token.clone(),
        ..ListExpensesRequest::default()
    };
    let status = reader.list_expenses(own).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["pageToken"]);
    shares.end();
    let next = ListExpensesRequest {
        page_token: token,
        ..first
    };
    let mut tree = categories(&harness, bob);
    assert_code(
        reader.list_expenses(next).await,
        Code::NotFound,
        "OWNER_NOT_FOUND",
    );
    assert_code(
        reader.get_expense(one_of(&owner, &spent.id)).await,
        Code::NotFound,
        "OWNER_NOT_FOUND",
    );
    assert_code(
        tree.list_categories(categories_of(&owner)).await,
        Code::NotFound,
        "OWNER_NOT_FOUND",
    );
    assert_code(
        tree.get_category(category_of(&owner, NOBODYS)).await,
        Code::NotFound,
        "OWNER_NOT_FOUND",
    );
    harness.stop().await;
}

#[tokio::test]
async fn an_owner_who_shares_nothing_and_one_who_is_nobody_look_the_same() {
    let shares = Shares::default();
    let harness = start(&shares).await;
    let (ada, bob) = (UserId::generate(), UserId::generate());
    record(&mut expenses(&harness, ada), coffee()).await;
    let mut reader = expenses(&harness, bob);
    let real = reader.list_expenses(all_of(&ada.to_string())).await.unwrap_err();
    let nobody = reader.list_expenses(all_of(NOBODYS)).await.unwrap_err();
    assert_eq!((real.code(), real.message()), (nobody.code(), nobody.message()));
    assert_eq!(real.details(), nobody.details());
    let status = reader.list_expenses(all_of("ada")).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["ownerUserId"]);
    harness.stop().await;
}

#[tokio::test]
async fn reading_what_another_shares_writes_nothing_there() {
    let shares = Shares::default();
    let harness = start(&shares).await;
    let (ada, bob) = (UserId::generate(), UserId::generate());
    shares.allow(ada, bob);
    let page = categories(&harness, bob)
        .list_categories(categories_of(&ada.to_string()))
        .await
        .unwrap();
    assert_eq!(page.into_inner().categories, []);
    assert_eq!(count(&pool(&harness), "categories").await, 0);
    harness.stop().await;
}

#[tokio::test]
async fn while_nobody_can_say_who_shares_nothing_is_shown() {
    // No user service.
    let harness = support::start().await;
    let (ada, bob) = (UserId::generate(), UserId::generate());
    record(&mut expenses(&harness, ada), coffee()).await;
    let mut reader = expenses(&harness, bob);
    let status = reader.list_expenses(all_of(&ada.to_string())).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(listed(&mut reader, "").await, []);
    harness.stop().await;
}
