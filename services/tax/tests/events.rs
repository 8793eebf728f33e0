//! Deductions follow expenses, and incomes come from the services that know of them.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use jiff::{SignedDuration, Timestamp};
use pfms_proto::events::v1::{ExpenseDeleted, ExpenseUpdated, IncomeReceived, InvestmentTransaction};
use pfms_proto::expense::v1::{DeleteExpenseRequest, Expense, UpdateExpenseRequest};
use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::TaxIncomeOrigin as Origin;
use pfms_runtime::events::Outgoing;
use pfms_types::UserId;
use support::*;
use tonic::Code;

const CATEGORY: wire::TaxSource = wire::TaxSource::ExpenseCategory;

async fn change(mesh: &Mesh, user: UserId, id: &str, expense: Expense) {
    let request = UpdateExpenseRequest {
        id: id.into(),
        expense: Some(expense),
        update_mask: None,
    };
    mesh.expenses(user).update_expense(request).await.unwrap();
}

#[tokio::test]
async fn a_deduction_follows_the_expense_that_made_it() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let (gifts, food) = (
        mesh.category(user, "Donations").await,
        mesh.category(user, "Food").await,
    );
    mesh.map(user, CATEGORY, &gifts, "charity").await.unwrap();
    mesh.spend(user, &food, "9.00", "2025-06-01").await;
    let expense = mesh.spend(user, &gifts, "50.00", "2025-06-01").await;
    let made = mesh
        .deductions_until(user, "a deduction", |all| !all.is_empty())
        .await;
    assert_eq!(made.len(), 1);
    let first = &made[0];
    assert_eq!((first.expense_id.as_str(), first.year), (expense.as_str(), 2025));
    assert_eq!(
        (
            first.category.as_str(),
            first.amount.clone(),
            first.description.as_str()
        ),
        ("charity", usd("50.00"), "Red Cross")
    );

    // What a person says of it stays; what was approved is claimed anew with another amount.
    let update = |status: wire::TaxDeductionStatus| wire::UpdateTaxDeductionRequest {
        id: first.id.clone(),
        deduction: Some(wire::TaxDeduction {
            status: status.into(),
            document_url: "https://files.example/1.pdf".into(),
            ..wire::TaxDeduction::default()
        }),
        update_mask: None,
    };
    let mut client = mesh.deductions(user);
    let request = update(wire::TaxDeductionStatus::Approved);
    client.update_tax_deduction(request).await.unwrap();
    let other_amount = Expense {
        amount: usd("60.00"),
        date: "2026-01-02".into(),
        ..Expense::default()
    };
    change(&mesh, user, &expense, other_amount).await;
    let followed = mesh
        .deductions_until(user, "the new amount", |all| all[0].amount == usd("60.00"))
        .await;
    assert_eq!(
        (followed[0].id.as_str(), followed[0].year),
        (first.id.as_str(), 2026)
    );
    assert_eq!(followed[0].status(), wire::TaxDeductionStatus::Claimed);
    assert_eq!(followed[0].document_url, "https://files.example/1.pdf");

    // It cannot be told otherwise than the expense, nor be deleted, but rejected.
    let request = wire::UpdateTaxDeductionRequest {
        id: first.id.clone(),
        deduction: Some(gift("70.00")),
        update_mask: None,
    };
    assert_invalid(
        client.update_tax_deduction(request).await,
        &["country", "year", "category", "amount"],
    );
    let request = wire::DeleteTaxDeductionRequest { id: first.id.clone() };
    assert_code(
        client.delete_tax_deduction(request).await,
        Code::FailedPrecondition,
        "DEDUCTION_OF_EXPENSE",
    );

    // Into another category, back, and away.
    let category = |id: &str| Expense {
        category_id: id.into(),
        ..Expense::default()
    };
    change(&mesh, user, &expense, category(&food)).await;
    mesh.deductions_until(user, "no deduction", <[_]>::is_empty).await;
    change(&mesh, user, &expense, category(&gifts)).await;
    mesh.deductions_until(user, "a deduction again", |all| all.len() == 1)
        .await;
    let request = DeleteExpenseRequest { id: expense };
    mesh.expenses(user).delete_expense(request).await.unwrap();
    mesh.deductions_until(user, "no deduction any more", <[_]>::is_empty)
        .await;
    mesh.harness.stop().await;
}

#[tokio::test]
async fn late_news_of_what_happened_before_changes_nothing() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let gifts = mesh.category(user, "Donations").await;
    mesh.map(user, CATEGORY, &gifts, "charity").await.unwrap();
    let news = |expense: &str, amount: &str| ExpenseUpdated {
        user_id: user.to_string(),
        expense_id: expense.into(),
        amount: usd(amount),
        category_id: gifts.clone(),
        date: "2025-06-01".into(),
        ..ExpenseUpdated::default()
    };
    let at: Timestamp = "2025-06-01T12:00:00Z".parse().unwrap();
    let later = at + SignedDuration::from_secs(1);
    let (one, other) = (UserId::generate().to_string(), UserId::generate().to_string());
    mesh.publish_at(user, &news(&one, "2.00"), later).await;
    mesh.publish_at(user, &news(&one, "1.00"), at).await;
    // Deleted, and told to have changed before.
    let gone = ExpenseDeleted {
        user_id: user.to_string(),
        expense_id: other.clone(),
        ..ExpenseDeleted::default()
    };
    mesh.publish_at(user, &gone, later).await;
    mesh.publish_at(user, &news(&other, "9.00"), at).await;
    // The same again, under its own id and under another.
    let again = Outgoing::new(user, later, &news(&one, "2.00")).unwrap();
    mesh.publish_again(again.clone()).await;
    mesh.publish_again(again).await;
    // What comes last shows that all before it was heard.
    let last = mesh.spend(user, &gifts, "5.00", "2025-06-02").await;
    let all = mesh
        .deductions_until(user, "the last one", |all| {
            all.iter().any(|one| one.expense_id == last)
        })
        .await;
    let amounts: Vec<_> = all.iter().map(|one| one.amount.clone()).collect();
    assert_eq!(amounts, [usd("2.00"), usd("5.00")]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_mapping_counts_from_then_on_and_for_the_past_when_asked() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let (gifts, doctor) = (
        mesh.category(user, "Donations").await,
        mesh.category(user, "Doctor").await,
    );
    mesh.map(user, CATEGORY, &doctor, "medical-expenses")
        .await
        .unwrap();
    let before = mesh.spend(user, &gifts, "10.00", "2025-02-01").await;
    mesh.spend(user, &gifts, "20.00", "2024-12-31").await;
    let deleted = mesh.spend(user, &gifts, "30.00", "2025-02-02").await;
    let request = DeleteExpenseRequest { id: deleted };
    mesh.expenses(user).delete_expense(request).await.unwrap();
    // What comes last shows that all before it was heard.
    let visit = mesh.spend(user, &doctor, "90.00", "2025-02-02").await;
    mesh.deductions_until(user, "the doctor's", |all| all.len() == 1)
        .await;
    let mapping = mesh.map(user, CATEGORY, &gifts, "charity").await.unwrap();
    let after = mesh.spend(user, &gifts, "40.00", "2025-02-03").await;
    let made = mesh
        .deductions_until(user, "one of the two", |all| all.len() == 2)
        .await;
    let expenses: Vec<_> = made.iter().map(|one| one.expense_id.as_str()).collect();
    assert_eq!(expenses, [visit.as_str(), after.as_str()]);

    let apply = || wire::ApplyTaxMappingRequest {
        id: mapping.id.clone(),
        year: 2025,
    };
    let mut client = mesh.mappings(user);
    let answer = client.apply_tax_mapping(apply()).await.unwrap().into_inner();
    assert_eq!(answer.deduction_count, 2);
    let all = mesh.all_deductions(user).await;
    let mut expenses: Vec<_> = all.iter().map(|one| one.expense_id.clone()).collect();
    expenses.sort();
    assert_eq!(expenses, [before, visit.clone(), after]);
    client.apply_tax_mapping(apply()).await.unwrap();
    assert_eq!(mesh.all_deductions(user).await.len(), 3);

    // With the mapping goes what it made.
    let delete = wire::DeleteTaxMappingRequest {
        id: mapping.id.clone(),
    };
    client.delete_tax_mapping(delete).await.unwrap();
    let left: Vec<_> = mesh
        .all_deductions(user)
        .await
        .into_iter()
        .map(|one| one.expense_id)
        .collect();
    assert_eq!(left, [visit]);
    assert_code(
        client.apply_tax_mapping(apply()).await,
        Code::NotFound,
        "MAPPING_NOT_FOUND",
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn mappings_are_of_ones_own_categories_in_the_terms_of_the_country() {
    let mesh = Mesh::start().await;
    let (user, other) = (UserId::generate(), UserId::generate());
    let theirs = mesh.category(other, "Theirs").await;
    assert_invalid(mesh.map(user, CATEGORY, &theirs, "charity").await, &["from"]);
    assert_invalid(mesh.map(user, CATEGORY, "x", "boats").await, &["from", "to"]);
    let sale = wire::TaxSource::Sale;
    assert_invalid(mesh.map(user, sale, "stock", "charity").await, &["to"]);
    let mapping = mesh.map(user, sale, "Stock", "long-term-gains").await.unwrap();
    assert_eq!(mapping.from, "stock");
    assert_code(
        mesh.map(user, sale, "stock", "capital-gains").await,
        Code::AlreadyExists,
        "MAPPING_EXISTS",
    );
    let mut client = mesh.mappings(user);
    let list = client
        .list_tax_mappings(wire::ListTaxMappingsRequest::default())
        .await;
    assert_eq!(
        list.unwrap().into_inner().mappings,
        std::slice::from_ref(&mapping)
    );
    let apply = wire::ApplyTaxMappingRequest {
        id: mapping.id.clone(),
        year: 2025,
    };
    assert_code(
        client.apply_tax_mapping(apply).await,
        Code::FailedPrecondition,
        "MAPPING_NOT_OF_EXPENSES",
    );
    let get = wire::GetTaxMappingRequest { id: mapping.id };
    assert_code(
        mesh.mappings(other).get_tax_mapping(get).await,
        Code::NotFound,
        "MAPPING_NOT_FOUND",
    );
    mesh.harness.stop().await;
}

fn salary(user: UserId, id: &str, amount: &str) -> IncomeReceived {
    IncomeReceived {
        user_id: user.to_string(),
        income_id: id.into(),
        source: "Acme".into(),
        r#type: "salary".into(),
        amount: usd(amount),
        tax_deducted: usd("1000.00"),
        date: "2025-03-31".into(),
        ..IncomeReceived::default()
    }
}

fn transaction(user: UserId, r#type: &str) -> InvestmentTransaction {
    InvestmentTransaction {
        user_id: user.to_string(),
        transaction_id: UserId::generate().to_string(),
        asset_id: NOBODYS.into(),
        symbol: "ACME".into(),
        asset_type: "stock".into(),
        r#type: r#type.into(),
        amount: usd("500.00"),
        date: "2025-05-02".into(),
        ..InvestmentTransaction::default()
    }
}

#[tokio::test]
async fn incomes_and_gains_come_from_the_services_that_know_of_them() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.single(user).await;
    let id = UserId::generate().to_string();
    let event = Outgoing::new(user, Timestamp::UNIX_EPOCH, &salary(user, &id, "8000.00")).unwrap();
    mesh.publish_again(event.clone()).await;
    mesh.publish_again(event).await;
    mesh.publish(user, &transaction(user, "buy")).await;
    let sale = InvestmentTransaction {
        realised_gain: usd("-120.00"),
        acquired: "2020-01-31".into(),
        date: "2025-05-03".into(),
        ..transaction(user, "sell")
    };
    mesh.publish(user, &sale).await;
    mesh.publish(user, &transaction(user, "dividend")).await;
    let incomes = mesh.incomes_of(user, 3).await;
    let shown: Vec<_> = incomes
        .iter()
        .map(|one| (one.origin(), one.r#type.as_str(), one.amount.clone()))
        .collect();
    assert_eq!(
        shown,
        [
            (Origin::Sale, "stock", usd("-120.00")),
            (Origin::Dividend, "stock", usd("500.00")),
            (Origin::Income, "salary", usd("8000.00")),
        ]
    );
    assert_eq!(
        (incomes[0].acquired.as_str(), incomes[2].withheld.clone()),
        ("2020-01-31", usd("1000.00"))
    );

    let calculation = mesh.calculate(user, 2025).await.unwrap();
    let kinds = |calculation: &wire::TaxCalculation| -> Vec<String> {
        let situation = calculation.situation.as_ref().unwrap();
        situation.incomes.iter().map(|one| one.kind.clone()).collect()
    };
    assert_eq!(
        kinds(&calculation),
        ["wages", "ordinary-dividends", "capital-gains"]
    );
    // By a mapping for all, and by a choice for one.
    mesh.map(user, wire::TaxSource::Dividend, "stock", "qualified-dividends")
        .await
        .unwrap();
    let calculation = mesh.calculate(user, 2025).await.unwrap();
    assert_eq!(
        kinds(&calculation),
        ["wages", "qualified-dividends", "capital-gains"]
    );
    let choose = |id: &str, income: wire::TaxIncome| wire::UpdateTaxIncomeRequest {
        id: id.into(),
        income: Some(income),
        update_mask: None,
    };
    let mut client = mesh.incomes(user);
    let interest = wire::TaxIncome {
        kind: "interest".into(),
        ..wire::TaxIncome::default()
    };
    client
        .update_tax_income(choose(&incomes[1].id, interest))
        .await
        .unwrap();
    let calculation = mesh.calculate(user, 2025).await.unwrap();
    assert_eq!(kinds(&calculation), ["wages", "interest", "capital-gains"]);
    // Nothing else of it is the user's to say.
    assert_invalid(
        client
            .update_tax_income(choose(&incomes[2].id, wages("1", "0")))
            .await,
        &["amount", "date", "withheld"],
    );
    let request = wire::DeleteTaxIncomeRequest {
        id: incomes[2].id.clone(),
    };
    assert_code(
        client.delete_tax_income(request).await,
        Code::FailedPrecondition,
        "INCOME_OF_ANOTHER_SERVICE",
    );

    // A correction replaces what was told, an older one does not.
    mesh.publish(user, &salary(user, &id, "8500.00")).await;
    mesh.publish_at(user, &salary(user, &id, "1.00"), Timestamp::UNIX_EPOCH)
        .await;
    mesh.publish(user, &transaction(user, "dividend")).await;
    let incomes = mesh.incomes_of(user, 4).await;
    let told = incomes.iter().find(|one| one.id == id).unwrap();
    assert_eq!(told.amount, usd("8500.00"));
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_no_rule_knows_is_left_out_and_said() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.single(user).await;
    let lottery = IncomeReceived {
        r#type: "lottery".into(),
        ..salary(user, NOBODYS, "8000.00")
    };
    mesh.publish(user, &lottery).await;
    let euros = IncomeReceived {
        amount: money("10.00", "EUR"),
        tax_deducted: None,
        ..salary(user, &UserId::generate().to_string(), "1")
    };
    mesh.publish(user, &euros).await;
    mesh.incomes_of(user, 2).await;
    let calculation = mesh.calculate(user, 2025).await.unwrap();
    assert_eq!(calculation.total_income, usd("0.00"));
    let whys: Vec<_> = calculation.ignored.iter().map(|one| one.why.as_str()).collect();
    assert!(whys.iter().any(|why| why.contains("lottery")), "{whys:?}");
    assert!(whys.iter().any(|why| why.contains("EUR")), "{whys:?}");
    mesh.harness.stop().await;
}
