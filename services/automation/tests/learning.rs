//! Rules that corrections suggest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::proposal_service_client::ProposalServiceClient;
use pfms_proto::events::v1::ExpenseUpdated;
use pfms_proto::expense::v1::RecentExpense;
use pfms_runtime::Clock;
use pfms_runtime::events::Outgoing;
use pfms_runtime::testing::{AuthorizedChannel, eventually};
use pfms_types::{Id, UserId};
use support::{FOOD, Mesh, expense, recent};
use tonic::Code;

const SHOPPING: &str = "01890a5d-ac96-774b-bcce-b302099a8059";

fn proposals(mesh: &Mesh, user: UserId) -> ProposalServiceClient<AuthorizedChannel> {
    ProposalServiceClient::new(mesh.harness.as_user("automation", user))
}

async fn list(mesh: &Mesh, user: UserId) -> Vec<wire::Proposal> {
    let request = wire::ListProposalsRequest::default();
    proposals(mesh, user)
        .list_proposals(request)
        .await
        .unwrap()
        .into_inner()
        .proposals
}

async fn until(mesh: &Mesh, user: UserId, wanted: impl Fn(&[wire::Proposal]) -> bool) -> Vec<wire::Proposal> {
    eventually("the proposals are as expected", || async {
        let proposals = list(mesh, user).await;
        wanted(&proposals).then_some(proposals)
    })
    .await
}

/// An expense at a merchant was moved from one category to another.
fn moved(merchant: &str, from: &str, to: &str) -> ExpenseUpdated {
    let expense = expense();
    ExpenseUpdated {
        expense_id: expense.expense_id,
        amount: expense.amount.clone(),
        category: "Groceries".to_owned(),
        category_id: to.to_owned(),
        description: expense.description,
        merchant: merchant.to_owned(),
        date: expense.date.clone(),
        tags: expense.tags,
        previous_amount: expense.amount,
        previous_date: expense.date,
        previous_category_id: from.to_owned(),
        ..ExpenseUpdated::default()
    }
}

fn earlier(merchant: &str, category_id: &str, count: usize) -> Vec<RecentExpense> {
    let one = |_| RecentExpense {
        id: Id::<()>::generate().to_string(),
        merchant: merchant.to_owned(),
        category_id: category_id.to_owned(),
        ..recent(&expense())
    };
    (0..count).map(one).collect()
}

#[tokio::test]
async fn a_correction_is_proposed_as_a_rule_with_how_often_it_would_have_been_right() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let mut past = earlier("corner shop", FOOD, 2);
    past.extend(earlier("Corner Shop", SHOPPING, 1));
    past.extend(earlier("Elsewhere", SHOPPING, 7));
    mesh.recent().expenses = past;
    mesh.publish(user, &moved("Corner Shop", SHOPPING, FOOD)).await;
    let proposals = until(&mesh, user, |proposals| !proposals.is_empty()).await;
    assert_eq!(proposals.len(), 1);
    let proposal = &proposals[0];
    assert_eq!((proposal.right, proposal.wrong, proposal.corrections), (3, 1, 1));
    assert_eq!(
        (proposal.merchant.as_str(), proposal.category_id.as_str()),
        ("Corner Shop", FOOD)
    );
    // Nothing is created unasked.
    let request = wire::ListRulesRequest::default();
    assert!(
        mesh.rules(user)
            .list_rules(request)
            .await
            .unwrap()
            .into_inner()
            .rules
            .is_empty()
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_proposal_that_is_accepted_is_a_rule_that_works() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.publish(user, &moved("Corner Shop", SHOPPING, FOOD)).await;
    let proposal = until(&mesh, user, |proposals| !proposals.is_empty())
        .await
        .remove(0);
    let request = wire::AcceptProposalRequest {
        id: proposal.id.clone(),
    };
    let stranger = proposals(&mesh, UserId::generate())
        .accept_proposal(request.clone())
        .await;
    assert_eq!(stranger.unwrap_err().code(), Code::NotFound);
    let rule = proposals(&mesh, user)
        .accept_proposal(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(rule.actions, proposal.rule.unwrap().actions);
    assert!(list(&mesh, user).await.is_empty());
    let twice = proposals(&mesh, user).accept_proposal(request).await.unwrap_err();
    assert_eq!(twice.code(), Code::NotFound);
    let new = pfms_proto::events::v1::ExpenseCreated {
        merchant: "CORNER SHOP".to_owned(),
        category_id: SHOPPING.to_owned(),
        ..expense()
    };
    mesh.publish(user, &new).await;
    eventually("the expense is put where it belongs", || async {
        let recent = mesh.recent();
        recent
            .changed
            .iter()
            .any(|(_, one)| one.expense_id == new.expense_id && one.category_id == FOOD)
            .then_some(())
    })
    .await;
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_was_dismissed_is_not_proposed_again() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.publish(user, &moved("Corner Shop", SHOPPING, FOOD)).await;
    let proposal = until(&mesh, user, |proposals| !proposals.is_empty())
        .await
        .remove(0);
    let request = wire::DismissProposalRequest { id: proposal.id };
    proposals(&mesh, user).dismiss_proposal(request).await.unwrap();
    mesh.publish(user, &moved("Corner Shop", SHOPPING, FOOD)).await;
    mesh.publish(user, &moved("Market", SHOPPING, FOOD)).await;
    let left = until(&mesh, user, |proposals| !proposals.is_empty()).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].merchant, "Market");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn who_changes_their_mind_is_proposed_the_latest() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.publish(user, &moved("Corner Shop", SHOPPING, FOOD)).await;
    mesh.publish(user, &moved("Corner Shop", SHOPPING, FOOD)).await;
    let proposals = until(&mesh, user, |proposals| {
        proposals.first().is_some_and(|one| one.corrections == 2)
    })
    .await;
    assert_eq!(proposals[0].category_id, FOOD);
    mesh.publish(user, &moved("Corner Shop", FOOD, SHOPPING)).await;
    let proposals = until(&mesh, user, |proposals| {
        proposals.first().is_some_and(|one| one.corrections == 1)
    })
    .await;
    assert_eq!(proposals.len(), 1);
    assert_eq!(proposals[0].category_id, SHOPPING);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_is_no_correction_teaches_nothing() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let now = Clock::system().now();
    let by_rule = Outgoing::new(user, now, &moved("By a rule", SHOPPING, FOOD)).unwrap();
    mesh.publish_again(by_rule.caused_by(&[uuid::Uuid::now_v7()]))
        .await;
    mesh.publish(user, &moved("Same category", FOOD, FOOD)).await;
    mesh.publish(user, &moved("Taken out", FOOD, "")).await;
    mesh.publish(user, &moved("", SHOPPING, FOOD)).await;
    mesh.publish(user, &moved("A correction", SHOPPING, FOOD)).await;
    let proposals = until(&mesh, user, |proposals| !proposals.is_empty()).await;
    let merchants: Vec<_> = proposals.iter().map(|one| one.merchant.as_str()).collect();
    assert_eq!(merchants, ["A correction"]);
    mesh.harness.stop().await;
}
