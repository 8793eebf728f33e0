//! What countries may use.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pfms_runtime::settings::Limits;
use pfms_types::UserId;
use support::*;
use tonic::Code;

/// So many incomes in 2025, every second one a gain.
async fn many_incomes(mesh: &Mesh, user: UserId, count: i32) {
    sqlx::query(
        "INSERT INTO tax_incomes (user_id, id, origin, type, country, kind, person, amount_minor, withheld_minor,
                                  currency, date, acquired, description, created_at, updated_at)
         SELECT $1, gen_random_uuid(), 'entered', '', 'US', CASE WHEN n % 2 = 0 THEN 'wages' ELSE 'capital-gains' END,
                'taxpayer', 1001, 7, 'USD', date '2025-01-01' + n % 365,
                CASE WHEN n % 2 = 1 THEN date '2020-01-01' + n % 1800 END, '', now(), now()
         FROM generate_series(1, $2) AS n",
    )
    .bind(user.uuid())
    .bind(count)
    .execute(mesh.harness.database("tax").pool())
    .await
    .unwrap();
}

#[tokio::test]
async fn a_year_with_as_many_incomes_as_are_allowed_is_within_the_sandboxs_limits() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    mesh.single(user).await;
    many_incomes(&mesh, user, 10_000).await;
    let calculation = mesh.calculate(user, 2025).await.unwrap();
    assert_eq!(calculation.situation.as_ref().unwrap().incomes.len(), 10_000);
    assert_eq!(calculation.total_income, usd("100100.00"));
    // One more is refused by name.
    mesh.earn(user, wages("1.00", "0")).await.unwrap();
    assert_code(
        mesh.calculate(user, 2025).await,
        Code::FailedPrecondition,
        "TOO_MANY_INPUTS",
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_country_fails_at_the_operators_limit() {
    // Enough to describe itself, not to calculate with ten thousand incomes.
    let mesh = Mesh::start_with(|settings| {
        settings.sandbox.native_limits = Limits::parse("fuel=3000000").unwrap();
    })
    .await;
    let user = UserId::generate();
    mesh.single(user).await;
    mesh.calculate(user, 2025).await.unwrap();
    many_incomes(&mesh, user, 10_000).await;
    assert_code(
        mesh.calculate(user, 2025).await,
        Code::FailedPrecondition,
        "FUEL_EXHAUSTED",
    );
    mesh.harness.stop().await;
}
