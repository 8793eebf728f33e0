//! Taxes, calculated, kept, repeated, compared and estimated.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::tax_field_value::Value as Said;
use pfms_types::UserId;
use support::*;
use tonic::{Code, Status};

async fn get(mesh: &Mesh, user: UserId, id: &str) -> wire::TaxCalculation {
    let request = wire::GetTaxCalculationRequest { id: id.into() };
    let answer = mesh.taxes(user).get_tax_calculation(request).await.unwrap();
    answer.into_inner()
}

#[tokio::test]
async fn a_tax_is_explained_line_by_line() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.single(user).await;
    mesh.earn(user, wages("100000.00", "20000.00")).await.unwrap();
    let calculation = mesh.calculate(user, 2025).await.unwrap();
    // 2025, single: the standard deduction is 15,750, and the bands 10 % to 11,925, 12 % to 48,475, then 22 %.
    assert_eq!(calculation.taxable_income, usd("84250.00"));
    // Social Security and Medicare: 7.65 % of the wages.
    assert_eq!(calculation.contributions, usd("7650.00"));
    assert_eq!(calculation.owed, usd("21099.00"));
    assert_eq!(
        (calculation.paid.clone(), calculation.balance.clone()),
        (usd("20000.00"), usd("1099.00"))
    );
    assert_eq!(calculation.effective_rate, "0.21099");
    let effects: i64 = calculation
        .lines
        .iter()
        .map(|line| cents(line.effect.as_ref()))
        .sum();
    assert_eq!(effects, cents(calculation.owed.as_ref()));
    let named: Vec<_> = calculation
        .lines
        .iter()
        .flat_map(|line| &line.parameters)
        .collect();
    assert!(!named.is_empty());
    for id in named {
        let figure = calculation
            .parameters
            .iter()
            .find(|one| one.parameter == *id)
            .unwrap();
        assert!(!figure.legal_source.is_empty(), "{id}");
    }
    assert!(calculation.fuel > 0 && !calculation.stale);
    let component = calculation.component.unwrap();
    assert_eq!((component.name.as_str(), component.hash.len()), ("tax-us", 64));
    mesh.harness.stop().await;
}

#[tokio::test]
async fn it_is_calculated_anew_when_an_input_changes_and_only_then() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.single(user).await;
    let income = mesh.earn(user, wages("100000.00", "0")).await.unwrap();
    let first = mesh.calculate(user, 2025).await.unwrap();
    assert_eq!(mesh.calculate(user, 2025).await.unwrap(), first);
    // What belongs to another year, or does not count, changes nothing.
    let next_year = wire::TaxIncome {
        date: "2026-01-01".into(),
        ..wages("1.00", "0")
    };
    mesh.earn(user, next_year).await.unwrap();
    assert_eq!(mesh.calculate(user, 2025).await.unwrap(), first);

    let change = wire::UpdateTaxIncomeRequest {
        id: income.id.clone(),
        income: Some(wire::TaxIncome {
            amount: usd("120000.00"),
            ..wire::TaxIncome::default()
        }),
        update_mask: None,
    };
    mesh.incomes(user).update_tax_income(change).await.unwrap();
    assert!(get(&mesh, user, &first.id).await.stale);
    let second = mesh.calculate(user, 2025).await.unwrap();
    assert_ne!(second.id, first.id);
    assert!(cents(second.owed.as_ref()) > cents(first.owed.as_ref()));
    let married = wire::TaxProfile {
        fields: fields(&[
            ("filing-status", Said::Choice("married-jointly".into())),
            ("age", Said::Whole(40)),
            ("partner-age", Said::Whole(40)),
        ]),
        ..single()
    };
    mesh.set_profile(user, 2025, married).await.unwrap();
    let third = mesh.calculate(user, 2025).await.unwrap();
    assert!(cents(third.owed.as_ref()) < cents(second.owed.as_ref()));

    let request = wire::ListTaxCalculationsRequest {
        year: 2025,
        page_size: 2,
        ..wire::ListTaxCalculationsRequest::default()
    };
    let page = mesh
        .taxes(user)
        .list_tax_calculations(request.clone())
        .await
        .unwrap()
        .into_inner();
    let shown: Vec<_> = page
        .calculations
        .iter()
        .map(|one| (one.id.as_str(), one.stale))
        .collect();
    assert_eq!(shown, [(third.id.as_str(), false), (second.id.as_str(), true)]);
    assert_eq!(page.calculations[0].owed, third.owed);
    assert_eq!(
        (
            page.calculations[0].lines.len(),
            page.calculations[0].situation.as_ref()
        ),
        (0, None)
    );
    let next = wire::ListTaxCalculationsRequest {
        page_token: page.next_page_token,
        ..request
    };
    let page = mesh
        .taxes(user)
        .list_tax_calculations(next)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(page.calculations.len(), 1);
    assert_eq!(page.next_page_token, "");

    let stranger = wire::GetTaxCalculationRequest { id: first.id };
    assert_code(
        mesh.taxes(UserId::generate()).get_tax_calculation(stranger).await,
        Code::NotFound,
        "CALCULATION_NOT_FOUND",
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_calculation_can_be_repeated_to_the_cent_from_what_was_stored() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.single(user).await;
    mesh.earn(user, wages("100000.00", "15000.00")).await.unwrap();
    let gain = wire::TaxIncome {
        kind: "capital-gains".into(),
        amount: usd("-4321.09"),
        acquired: "2024-06-30".into(),
        date: "2025-06-29".into(),
        ..wages("1", "0")
    };
    mesh.earn(user, gain).await.unwrap();
    mesh.deduct(user, gift("18000.00")).await.unwrap();
    let stored = mesh.calculate(user, 2025).await.unwrap();
    let verify = |id: &str| wire::VerifyTaxCalculationRequest { id: id.into() };
    // What is stored now does not matter.
    mesh.earn(user, wages("5.00", "0")).await.unwrap();
    let verified = mesh.taxes(user).verify_tax_calculation(verify(&stored.id)).await;
    let verified = verified.unwrap().into_inner();
    assert!(verified.matches);
    let repeated = verified.calculation.unwrap();
    assert_eq!(
        (&repeated.lines, &repeated.situation),
        (&stored.lines, &stored.situation)
    );
    assert_eq!(repeated.fuel, stored.fuel);

    // An answer that is not what follows from the inputs is found out.
    sqlx::query(
        "UPDATE tax_calculations SET assessment = jsonb_set(assessment, '{owed}', '1') WHERE user_id = $1 AND id = $2",
    )
    .bind(user.uuid())
    .bind(stored.id.parse::<uuid::Uuid>().unwrap())
    .execute(mesh.harness.database("tax").pool())
    .await
    .unwrap();
    let verified = mesh.taxes(user).verify_tax_calculation(verify(&stored.id)).await;
    assert!(!verified.unwrap().into_inner().matches);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn wrong_use_gets_a_named_error() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.single(user).await;
    for year in [0, -1, 25, 3000] {
        assert_invalid(mesh.calculate(user, year).await, &["year"]);
    }
    assert_code(
        mesh.calculate(user, 2024).await,
        Code::FailedPrecondition,
        "PROFILE_MISSING",
    );
    // A profile from before the country dropped its year.
    sqlx::query("UPDATE tax_profiles SET year = 2019 WHERE user_id = $1")
        .bind(user.uuid())
        .execute(mesh.harness.database("tax").pool())
        .await
        .unwrap();
    assert_code(
        mesh.calculate(user, 2019).await,
        Code::FailedPrecondition,
        "UNSUPPORTED_YEAR",
    );
    sqlx::query("UPDATE tax_profiles SET year = 2025, country = 'XX' WHERE user_id = $1")
        .bind(user.uuid())
        .execute(mesh.harness.database("tax").pool())
        .await
        .unwrap();
    assert_code(
        mesh.calculate(user, 2025).await,
        Code::FailedPrecondition,
        "COUNTRY_NOT_INSTALLED",
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_if_compares_and_stores_nothing() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.single(user).await;
    // A day of the tax year 2025 in both countries.
    let summer = wire::TaxIncome {
        date: "2025-06-30".into(),
        ..wages("100000.00", "0")
    };
    let income = mesh.earn(user, summer).await.unwrap();
    let ask = async |changes: wire::TaxChanges, base: Option<wire::TaxChanges>| {
        let request = wire::CalculateTaxWhatIfRequest {
            year: 2025,
            accept_unverified: true,
            changes: Some(changes),
            base,
        };
        let answer = mesh.taxes(user).calculate_tax_what_if(request).await;
        answer.map(tonic::Response::into_inner)
    };
    let same = ask(wire::TaxChanges::default(), None).await.unwrap();
    assert_eq!(same.differences, []);
    assert_eq!(same.owed_difference, usd("0.00"));

    let bonus = wire::TaxChanges {
        incomes: vec![wages("10000.00", "0")],
        ..wire::TaxChanges::default()
    };
    let answer = ask(bonus.clone(), None).await.unwrap();
    // 22 % of tax and 7.65 % of contributions.
    assert_eq!(answer.owed_difference, usd("2965.00"));
    let sum: i64 = answer
        .differences
        .iter()
        .map(|one| cents(one.effect_difference.as_ref()))
        .sum();
    assert_eq!(sum, 296_500);
    assert_eq!(answer.base.unwrap().id, "");

    let married = wire::TaxChanges {
        fields: fields(&[
            ("filing-status", Said::Choice("married-jointly".into())),
            ("partner-age", Said::Whole(38)),
        ]),
        ..wire::TaxChanges::default()
    };
    let answer = ask(married.clone(), Some(bonus)).await.unwrap();
    assert!(cents(answer.owed_difference.as_ref()) < -296_500);
    let gone = wire::TaxChanges {
        without_incomes: vec![income.id.clone()],
        ..wire::TaxChanges::default()
    };
    let answer = ask(gone, None).await.unwrap();
    assert_eq!(answer.changed.unwrap().total_income, usd("0.00"));
    // Another country counts what is in its own currency and terms.
    let abroad = wire::TaxChanges {
        country: "GB".into(),
        region: "SCT".into(),
        ..wire::TaxChanges::default()
    };
    let answer = ask(abroad, None).await.unwrap();
    let changed = answer.changed.unwrap();
    assert_eq!((changed.country.as_str(), changed.region.as_str()), ("GB", "SCT"));
    assert_eq!(answer.differences, []);
    assert!(changed.ignored.iter().any(|one| one.what == income.id));

    let wrong = wire::TaxChanges {
        incomes: vec![wire::TaxIncome::default()],
        without_deductions: vec![NOBODYS.into()],
        fields: fields(&[("age", Said::Whole(1_000))]),
        ..wire::TaxChanges::default()
    };
    assert_invalid(
        ask(wrong, None).await,
        &[
            "changes.fields.age",
            "changes.withoutDeductions[0]",
            "changes.incomes[0].date",
            "changes.incomes[0].amount",
            "changes.incomes[0].kind",
        ],
    );
    let unknown = wire::TaxChanges {
        country: "XX".into(),
        ..wire::TaxChanges::default()
    };
    assert_invalid(
        ask(wire::TaxChanges::default(), Some(unknown)).await,
        &["base.country"],
    );

    let list = mesh
        .taxes(user)
        .list_tax_calculations(wire::ListTaxCalculationsRequest::default())
        .await;
    assert_eq!(list.unwrap().into_inner().calculations, []);
    assert_eq!(mesh.incomes_of(user, 1).await, [income]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_year_that_is_not_verified_is_calculated_with_for_who_asks_for_it() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let country = wire::GetTaxCountryRequest { country: "BD".into() };
    let country = mesh.countries(user).get_tax_country(country).await.unwrap();
    let years = country.into_inner().years;
    assert!(
        years.iter().any(|year| year.year == 2025 && !year.verified),
        "{years:?}"
    );
    let profile = wire::TaxProfile {
        country: "BD".into(),
        fields: fields(&[("age", Said::Whole(35))]),
        ..wire::TaxProfile::default()
    };
    mesh.set_profile(user, 2025, profile).await.unwrap();
    let income = wire::TaxIncome {
        country: "BD".into(),
        kind: "business".into(),
        amount: money("1000000.00", "BDT"),
        date: "2025-12-31".into(),
        ..wire::TaxIncome::default()
    };
    mesh.earn(user, income).await.unwrap();
    let refused = |answer: Result<(), Status>| {
        assert_code(answer, Code::FailedPrecondition, "YEAR_NOT_VERIFIED");
    };
    let (year, accept_unverified) = (2025, false);
    let mut taxes = mesh.taxes(user);
    let request = wire::CalculateTaxRequest {
        year,
        accept_unverified,
    };
    refused(taxes.calculate_tax(request).await.map(drop));
    let request = wire::EstimateTaxRequest {
        year,
        accept_unverified,
    };
    refused(taxes.estimate_tax(request).await.map(drop));
    let request = wire::GenerateFullTaxReportRequest {
        year,
        accept_unverified,
    };
    refused(taxes.generate_full_tax_report(request).await.map(drop));
    let request = wire::CalculateTaxWhatIfRequest {
        year,
        accept_unverified,
        changes: Some(wire::TaxChanges::default()),
        base: None,
    };
    refused(taxes.calculate_tax_what_if(request).await.map(drop));
    let calculation = mesh.calculate(user, 2025).await.unwrap();
    assert_eq!(calculation.owed, money("75000.00", "BDT"));
    assert!(!calculation.verified);
    // Nobody has to ask for a year that is verified.
    let single = UserId::generate();
    mesh.single(single).await;
    let request = wire::CalculateTaxRequest {
        year,
        accept_unverified,
    };
    let calculation = mesh.taxes(single).calculate_tax(request).await.unwrap();
    assert!(calculation.into_inner().verified);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn the_report_holds_everything_about_a_year() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let profile = mesh.single(user).await;
    mesh.earn(user, wages("60000.00", "6000.00")).await.unwrap();
    mesh.earn(user, wages("40000.00", "4000.00")).await.unwrap();
    mesh.deduct(user, gift("300.00")).await.unwrap();
    let rejected = wire::TaxDeduction {
        status: wire::TaxDeductionStatus::Rejected.into(),
        ..gift("99.00")
    };
    mesh.deduct(user, rejected).await.unwrap();
    let request = wire::GenerateFullTaxReportRequest {
        year: 2025,
        accept_unverified: true,
    };
    let report = mesh
        .taxes(user)
        .generate_full_tax_report(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(report.profile, Some(profile));
    assert_eq!(
        report.calculation,
        Some(mesh.calculate(user, 2025).await.unwrap())
    );
    assert_eq!(report.year.unwrap().last_day, "2025-12-31");
    assert_eq!((report.incomes.len(), report.deductions.len()), (2, 2));
    assert_eq!(report.income_totals.len(), 1);
    let total = &report.income_totals[0];
    assert_eq!(
        (total.total.clone(), total.withheld.clone(), total.count),
        (usd("100000.00"), usd("10000.00"), 2)
    );
    assert_eq!(report.deduction_totals[0].total, usd("300.00"));
    assert!(report.parameters.len() > 20 && !report.summary.is_empty());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn so_many_calculations_of_a_year_are_kept() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.single(user).await;
    for count in 1..=52 {
        mesh.earn(user, wages("1000.00", "0")).await.unwrap();
        let calculation = mesh.calculate(user, 2025).await.unwrap();
        assert_eq!(calculation.total_income, usd(&format!("{}.00", count * 1_000)));
    }
    let request = wire::ListTaxCalculationsRequest {
        page_size: 500,
        ..wire::ListTaxCalculationsRequest::default()
    };
    let list = mesh
        .taxes(user)
        .list_tax_calculations(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(list.calculations.len(), 50);
    assert_eq!(list.calculations[0].total_income, usd("52000.00"));
    mesh.harness.stop().await;
}
