//! What a running tax year will come to.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pfms_proto::tax::v1 as wire;
use pfms_types::UserId;
use support::*;
use tonic::Code;

#[tokio::test]
async fn an_estimate_says_what_to_set_aside() {
    let mesh = Mesh::start_at("2025-06-30T12:00:00Z").await;
    let user = UserId::generate();
    let estimate = async |year| {
        let request = wire::EstimateTaxRequest {
            year,
            accept_unverified: true,
        };
        let answer = mesh.taxes(user).estimate_tax(request).await;
        answer.map(tonic::Response::into_inner)
    };
    assert_code(estimate(0).await, Code::FailedPrecondition, "PROFILE_MISSING");
    mesh.single(user).await;
    for month in 1..=6 {
        let wage = wire::TaxIncome {
            date: format!("2025-{month:02}-28"),
            ..wages("10000.00", "1500.00")
        };
        mesh.earn(user, wage).await.unwrap();
    }
    let answer = estimate(0).await.unwrap();
    assert_eq!(
        (answer.year, answer.as_of.as_str(), answer.months_left),
        (2025, "2025-06-30", 6)
    );
    assert_eq!(answer.projections.len(), 1);
    assert_eq!(answer.projections[0].so_far, usd("60000.00"));
    assert_eq!(answer.projections[0].expected, usd("60000.00"));
    let projected = answer.projected.unwrap();
    assert_eq!(
        (projected.total_income, projected.paid),
        (usd("120000.00"), usd("18000.00"))
    );
    assert_eq!(answer.to_date.unwrap().total_income, usd("60000.00"));
    // Of 120,000, 104,250 are taxed with 17,867, up to 24 %; contributions are 9,180; 18,000 are withheld.
    assert_eq!(projected.owed, usd("27047.00"));
    assert_eq!(answer.left_to_pay, usd("9047.00"));
    assert_eq!(answer.set_aside_per_month, usd("1507.84"));
    let list = mesh
        .taxes(user)
        .list_tax_calculations(wire::ListTaxCalculationsRequest::default())
        .await;
    assert_eq!(list.unwrap().into_inner().calculations, []);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn days_of_an_estimate_are_the_users_own() {
    // On a Pacific island the new tax year has begun, in the east of America the old one goes on.
    let mesh = Mesh::start_at("2025-12-31T20:00:00Z").await;
    let (island, coast) = (UserId::generate(), UserId::generate());
    mesh.zones.set(island, "Pacific/Auckland");
    mesh.zones.set(coast, "America/New_York");
    let mut years = Vec::new();
    for user in [island, coast] {
        mesh.single(user).await;
        mesh.set_profile(user, 2026, single()).await.unwrap();
        let new_year = wire::TaxIncome {
            date: "2026-01-01".into(),
            ..wages("1000.00", "0")
        };
        mesh.earn(user, new_year).await.unwrap();
        let request = wire::EstimateTaxRequest {
            year: 0,
            accept_unverified: true,
        };
        let answer = mesh.taxes(user).estimate_tax(request).await.unwrap().into_inner();
        let came_in = answer.to_date.unwrap().total_income;
        years.push((answer.year, answer.as_of, came_in, answer.months_left));
    }
    assert_eq!(
        years,
        [
            (2026, "2026-01-01".to_owned(), usd("1000.00"), 12),
            (2025, "2025-12-31".to_owned(), usd("0.00"), 0),
        ]
    );
    mesh.harness.stop().await;
}
