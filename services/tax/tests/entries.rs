//! Deductions and incomes that people enter.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pbjson_types::FieldMask;
use pfms_proto::tax::v1 as wire;
use pfms_types::UserId;
use support::*;
use tonic::Code;

/// As the fields hold it: set.
#[allow(clippy::unnecessary_wraps)]
fn mask(paths: &[&str]) -> Option<FieldMask> {
    Some(FieldMask {
        paths: paths.iter().map(|&path| path.to_owned()).collect(),
    })
}

#[tokio::test]
async fn a_deduction_is_entered_changed_and_deleted() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let mut client = mesh.deductions(user);
    let entered = wire::TaxDeduction {
        description: "Shelter".into(),
        date: "2025-12-01".into(),
        document_url: "https://files.example/receipt.pdf".into(),
        person: wire::TaxPerson::Partner.into(),
        ..gift("250.00")
    };
    let created = mesh.deduct(user, entered.clone()).await.unwrap();
    assert_eq!(created.status(), wire::TaxDeductionStatus::Claimed);
    let expected = wire::TaxDeduction {
        id: created.id.clone(),
        status: wire::TaxDeductionStatus::Claimed.into(),
        create_time: created.create_time,
        update_time: created.update_time,
        ..entered
    };
    assert_eq!(created, expected);
    let get = || wire::GetTaxDeductionRequest {
        id: created.id.clone(),
    };
    assert_eq!(
        client.get_tax_deduction(get()).await.unwrap().into_inner(),
        created
    );

    let request = wire::UpdateTaxDeductionRequest {
        id: created.id.clone(),
        deduction: Some(wire::TaxDeduction {
            status: wire::TaxDeductionStatus::Approved.into(),
            amount: usd("240"),
            ..wire::TaxDeduction::default()
        }),
        update_mask: None,
    };
    let changed = client.update_tax_deduction(request).await.unwrap().into_inner();
    assert_eq!(changed.status(), wire::TaxDeductionStatus::Approved);
    assert_eq!(
        (changed.amount, changed.description),
        (usd("240.00"), "Shelter".into())
    );
    let request = wire::UpdateTaxDeductionRequest {
        id: created.id.clone(),
        deduction: Some(wire::TaxDeduction::default()),
        update_mask: mask(&["description", "document_url"]),
    };
    let cleared = client.update_tax_deduction(request).await.unwrap().into_inner();
    assert_eq!(
        (cleared.description, cleared.document_url),
        (String::new(), String::new())
    );

    let delete = || wire::DeleteTaxDeductionRequest {
        id: created.id.clone(),
    };
    client.delete_tax_deduction(delete()).await.unwrap();
    assert_code(
        client.delete_tax_deduction(delete()).await,
        Code::NotFound,
        "DEDUCTION_NOT_FOUND",
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn every_fault_of_a_deduction_is_named() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let with = |change: fn(&mut wire::TaxDeduction)| {
        let mut deduction = gift("1.00");
        change(&mut deduction);
        deduction
    };
    for (deduction, faults) in [
        (with(|one| one.country = String::new()), &["country"][..]),
        (with(|one| one.country = "XX".into()), &["country"]),
        (with(|one| one.country = "U\0".into()), &["country"]),
        (with(|one| one.year = 2031), &["year"]),
        (with(|one| one.year = 0), &["year"]),
        (with(|one| one.category = "boats".into()), &["category"]),
        (with(|one| one.amount = None), &["amount"]),
        (with(|one| one.amount = usd("0")), &["amount.amount"]),
        (with(|one| one.amount = usd("-1")), &["amount.amount"]),
        (with(|one| one.amount = money("1", "EUR")), &["amount.currency"]),
        (with(|one| one.date = "2025-02-30".into()), &["date"]),
        (
            with(|one| one.document_url = "http://x.example".into()),
            &["documentUrl"],
        ),
        (with(|one| one.document_url = "ftp:x".into()), &["documentUrl"]),
        (with(|one| one.status = 9), &["status"]),
        (with(|one| one.person = 9), &["person"]),
        (with(|one| one.description = "x".repeat(1_001)), &["description"]),
    ] {
        assert_invalid(mesh.deduct(user, deduction).await, faults);
    }
    assert_eq!(mesh.all_deductions(user).await, []);
    // The date says the year, and the profile the country.
    mesh.single(user).await;
    let dated = wire::TaxDeduction {
        country: String::new(),
        year: 0,
        date: "2025-06-01".into(),
        ..gift("1.00")
    };
    let created = mesh.deduct(user, dated).await.unwrap();
    assert_eq!((created.country.as_str(), created.year), ("US", 2025));
    mesh.harness.stop().await;
}

#[tokio::test]
async fn deductions_are_listed_by_year_and_status_in_pages() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    for year in [2025, 2026, 2025] {
        let deduction = wire::TaxDeduction { year, ..gift("1.00") };
        mesh.deduct(user, deduction).await.unwrap();
    }
    let rejected = wire::TaxDeduction {
        status: wire::TaxDeductionStatus::Rejected.into(),
        ..gift("2.00")
    };
    let rejected = mesh.deduct(user, rejected).await.unwrap();
    let mut client = mesh.deductions(user);
    let mut ask = async |request: wire::ListTaxDeductionsRequest| {
        client
            .list_tax_deductions(request)
            .await
            .map(tonic::Response::into_inner)
    };
    let of_year = wire::ListTaxDeductionsRequest {
        year: 2025,
        page_size: 2,
        ..wire::ListTaxDeductionsRequest::default()
    };
    let page = ask(of_year.clone()).await.unwrap();
    assert_eq!(page.deductions[0], rejected);
    assert_eq!(page.deductions.len(), 2);
    let next = wire::ListTaxDeductionsRequest {
        page_token: page.next_page_token.clone(),
        ..of_year.clone()
    };
    let last = ask(next.clone()).await.unwrap();
    assert_eq!((last.deductions.len(), last.next_page_token.as_str()), (1, ""));
    let other_filter = wire::ListTaxDeductionsRequest { year: 2026, ..next };
    assert_invalid(ask(other_filter).await, &["pageToken"]);
    let of_status = wire::ListTaxDeductionsRequest {
        status: wire::TaxDeductionStatus::Rejected.into(),
        ..wire::ListTaxDeductionsRequest::default()
    };
    assert_eq!(ask(of_status).await.unwrap().deductions, [rejected]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn an_income_is_entered_changed_and_deleted() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let mut client = mesh.incomes(user);
    let created = mesh.earn(user, wages("5000.00", "600.00")).await.unwrap();
    assert_eq!(created.origin(), wire::TaxIncomeOrigin::Entered);
    assert_eq!((created.kind.as_str(), created.country.as_str()), ("wages", "US"));
    let sale = wire::TaxIncome {
        kind: "capital-gains".into(),
        amount: usd("-1200.00"),
        acquired: "2020-01-31".into(),
        date: "2025-05-05".into(),
        ..wages("1", "0")
    };
    let sale = mesh.earn(user, sale).await.unwrap();
    assert_eq!(sale.acquired, "2020-01-31");
    let list = client
        .list_tax_incomes(wire::ListTaxIncomesRequest::default())
        .await;
    assert_eq!(
        list.unwrap().into_inner().incomes,
        [sale.clone(), created.clone()]
    );
    let until = wire::ListTaxIncomesRequest {
        end_date: "2025-04-30".into(),
        ..wire::ListTaxIncomesRequest::default()
    };
    let list = client.list_tax_incomes(until).await.unwrap().into_inner();
    assert_eq!(list.incomes, std::slice::from_ref(&created));

    let update = |income: wire::TaxIncome, paths: Option<FieldMask>| wire::UpdateTaxIncomeRequest {
        id: created.id.clone(),
        income: Some(income),
        update_mask: paths,
    };
    let more = wire::TaxIncome {
        amount: usd("5100"),
        ..wire::TaxIncome::default()
    };
    let changed = client
        .update_tax_income(update(more, None))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (changed.amount, changed.withheld),
        (usd("5100.00"), usd("600.00"))
    );
    let cleared = update(wire::TaxIncome::default(), mask(&["withheld"]));
    let cleared = client.update_tax_income(cleared).await.unwrap().into_inner();
    assert_eq!(cleared.withheld, usd("0.00"));
    let wrong = wire::TaxIncome {
        kind: "capital-gains".into(),
        acquired: "2025-04-01".into(),
        ..wire::TaxIncome::default()
    };
    assert_invalid(client.update_tax_income(update(wrong, None)).await, &["acquired"]);

    let delete = || wire::DeleteTaxIncomeRequest {
        id: created.id.clone(),
    };
    client.delete_tax_income(delete()).await.unwrap();
    assert_code(
        client.delete_tax_income(delete()).await,
        Code::NotFound,
        "INCOME_NOT_FOUND",
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn every_fault_of_an_income_is_named() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let with = |change: fn(&mut wire::TaxIncome)| {
        let mut income = wages("1.00", "0.10");
        change(&mut income);
        income
    };
    for (income, faults) in [
        (with(|one| one.country = String::new()), &["country"][..]),
        (with(|one| one.kind = "lottery".into()), &["kind"]),
        (with(|one| one.kind = String::new()), &["kind"]),
        (with(|one| one.amount = usd("-1")), &["amount.amount"]),
        (with(|one| one.amount = None), &["amount"]),
        (with(|one| one.amount = money("1", "GBP")), &["amount.currency"]),
        (with(|one| one.withheld = usd("-1")), &["withheld.amount"]),
        (
            with(|one| one.withheld = money("1", "GBP")),
            &["withheld.currency"],
        ),
        (with(|one| one.date = String::new()), &["date"]),
        (with(|one| one.acquired = "2020-01-01".into()), &["acquired"]),
        (with(|one| one.person = -1), &["person"]),
    ] {
        assert_invalid(mesh.earn(user, income).await, faults);
    }
    assert_eq!(mesh.incomes_of(user, 0).await, []);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_another_user_entered_does_not_exist() {
    let mesh = Mesh::start().await;
    let (owner, stranger) = (UserId::generate(), UserId::generate());
    let income = mesh.earn(owner, wages("1", "0")).await.unwrap();
    let deduction = mesh.deduct(owner, gift("1")).await.unwrap();
    let mut incomes = mesh.incomes(stranger);
    let mut deductions = mesh.deductions(stranger);
    let id = income.id.clone();
    let request = wire::UpdateTaxIncomeRequest {
        id: id.clone(),
        income: Some(wages("2", "0")),
        update_mask: None,
    };
    assert_code(
        incomes.update_tax_income(request).await,
        Code::NotFound,
        "INCOME_NOT_FOUND",
    );
    let request = wire::DeleteTaxIncomeRequest { id };
    assert_code(
        incomes.delete_tax_income(request).await,
        Code::NotFound,
        "INCOME_NOT_FOUND",
    );
    let id = deduction.id.clone();
    let request = wire::UpdateTaxDeductionRequest {
        id: id.clone(),
        deduction: Some(gift("2")),
        update_mask: None,
    };
    assert_code(
        deductions.update_tax_deduction(request).await,
        Code::NotFound,
        "DEDUCTION_NOT_FOUND",
    );
    let request = wire::DeleteTaxDeductionRequest { id };
    assert_code(
        deductions.delete_tax_deduction(request).await,
        Code::NotFound,
        "DEDUCTION_NOT_FOUND",
    );
    assert_eq!(mesh.incomes_of(owner, 1).await, [income]);
    assert_eq!(mesh.all_deductions(owner).await, [deduction]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_repeated_key_enters_nothing_twice() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let income = || wire::CreateTaxIncomeRequest {
        income: Some(wages("1", "0")),
    };
    let mut client = mesh.incomes(user);
    let first = client
        .create_tax_income(keyed(income(), "a"))
        .await
        .unwrap()
        .into_inner();
    let again = client
        .create_tax_income(keyed(income(), "a"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, again);
    assert_eq!(mesh.incomes_of(user, 1).await, [first]);
    let deduction = || wire::CreateTaxDeductionRequest {
        deduction: Some(gift("1")),
    };
    let mut client = mesh.deductions(user);
    let first = client
        .create_tax_deduction(keyed(deduction(), "b"))
        .await
        .unwrap()
        .into_inner();
    let again = client
        .create_tax_deduction(keyed(deduction(), "b"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, again);
    assert_eq!(mesh.all_deductions(user).await, [first]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_one_user_may_enter_is_limited() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let created = mesh.deduct(user, gift("1")).await.unwrap();
    sqlx::query("UPDATE tax_quotas SET deductions = 10000 WHERE user_id = $1")
        .bind(user.uuid())
        .execute(mesh.harness.database("tax").pool())
        .await
        .unwrap();
    assert_code(
        mesh.deduct(user, gift("1")).await,
        Code::ResourceExhausted,
        "QUOTA_EXCEEDED",
    );
    let request = wire::DeleteTaxDeductionRequest { id: created.id };
    mesh.deductions(user).delete_tax_deduction(request).await.unwrap();
    mesh.deduct(user, gift("1")).await.unwrap();
    mesh.harness.stop().await;
}
