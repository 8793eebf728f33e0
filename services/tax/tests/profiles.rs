//! Profiles, and what countries ask.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::tax_field_value::Value as Said;
use pfms_types::UserId;
use support::*;
use tonic::Code;

#[tokio::test]
async fn a_country_tells_what_it_covers_and_every_figure_has_a_source() {
    let mesh = Mesh::start().await;
    let mut client = mesh.countries(UserId::generate());
    let list = client
        .list_tax_countries(wire::ListTaxCountriesRequest {})
        .await
        .unwrap();
    let codes: Vec<_> = list
        .into_inner()
        .countries
        .into_iter()
        .map(|one| one.country)
        .collect();
    assert!(
        codes.contains(&"GB".to_owned()) && codes.contains(&"US".to_owned()),
        "{codes:?}"
    );
    assert!(codes.is_sorted());
    let get = |country: &str| wire::GetTaxCountryRequest {
        country: country.into(),
    };
    let america = client.get_tax_country(get("US")).await.unwrap().into_inner();
    assert_eq!(america.currency, "USD");
    let status = america
        .fields
        .iter()
        .find(|one| one.field == "filing-status")
        .unwrap();
    assert_eq!(status.kind(), wire::TaxFieldKind::Choice);
    assert!(status.required && status.choices.iter().any(|one| one.choice == "single"));
    let age = america.fields.iter().find(|one| one.field == "age").unwrap();
    assert_eq!((age.least.as_str(), age.greatest.as_str()), ("18", "130"));
    let defaults: Vec<_> = america
        .defaults
        .iter()
        .map(|one| (one.source(), one.from.as_str(), one.to.as_str()))
        .collect();
    assert!(defaults.contains(&(wire::TaxSource::IncomeType, "salary", "wages")));
    assert!(defaults.contains(&(wire::TaxSource::Sale, "stock", "capital-gains")));
    let kinds: Vec<_> = america.income_kinds.iter().map(|one| one.kind.as_str()).collect();
    assert!(defaults.iter().all(|(_, _, to)| kinds.contains(to)));

    let parameters = wire::ListTaxParametersRequest {
        country: "US".into(),
        year: 2025,
    };
    let parameters = client
        .list_tax_parameters(parameters)
        .await
        .unwrap()
        .into_inner()
        .parameters;
    assert!(parameters.len() > 20);
    assert!(
        parameters
            .iter()
            .all(|one| !one.legal_source.is_empty() && one.value.is_some() && one.mark != 0)
    );
    let brackets = wire::ListTaxBracketsRequest {
        country: "US".into(),
        year: 2025,
    };
    let brackets = client
        .list_tax_brackets(brackets)
        .await
        .unwrap()
        .into_inner()
        .brackets;
    assert!(
        brackets
            .iter()
            .any(|one| one.rate == "0.22" && one.lower == usd("48475.00") && one.upper == usd("103350.00")),
        "{brackets:?}"
    );

    assert_code(
        client.get_tax_country(get("XX")).await,
        Code::NotFound,
        "COUNTRY_NOT_FOUND",
    );
    let unknown = wire::ListTaxParametersRequest {
        country: "US".into(),
        year: 1999,
    };
    assert_code(
        client.list_tax_parameters(unknown).await,
        Code::NotFound,
        "TAX_YEAR_NOT_FOUND",
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_profile_is_kept_as_it_was_set_and_asks_for_what_is_missing() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let first = wire::TaxProfile {
        country: "US".into(),
        fields: fields(&[("age", Said::Whole(40))]),
        prepaid: usd("1200.50"),
        ..wire::TaxProfile::default()
    };
    let set = mesh.set_profile(user, 2025, first).await.unwrap();
    let missing: Vec<_> = set.missing.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(missing, ["filing-status"]);
    assert_eq!(set.prepaid, usd("1200.50"));
    assert_code(
        mesh.calculate(user, 2025).await,
        Code::FailedPrecondition,
        "PROFILE_INCOMPLETE",
    );

    let whole = mesh.single(user).await;
    assert_eq!((whole.missing.len(), whole.year), (0, 2025));
    assert_eq!(whole.prepaid, usd("0.00"), "what is not named is no longer said");
    assert_eq!(whole.create_time, set.create_time);
    let get = wire::GetTaxProfileRequest { year: 2025 };
    assert_eq!(
        mesh.profiles(user)
            .get_tax_profile(get)
            .await
            .unwrap()
            .into_inner(),
        whole
    );
    let other = mesh.set_profile(user, 2026, single()).await.unwrap();
    let list = mesh
        .profiles(user)
        .list_tax_profiles(wire::ListTaxProfilesRequest {})
        .await;
    assert_eq!(list.unwrap().into_inner().profiles, [other, whole]);

    let delete = wire::DeleteTaxProfileRequest { year: 2025 };
    mesh.profiles(user).delete_tax_profile(delete).await.unwrap();
    assert_code(
        mesh.profiles(user).delete_tax_profile(delete).await,
        Code::NotFound,
        "PROFILE_NOT_FOUND",
    );
    assert_code(
        mesh.profiles(user).get_tax_profile(get).await,
        Code::NotFound,
        "PROFILE_NOT_FOUND",
    );
    assert_code(
        mesh.calculate(user, 2025).await,
        Code::FailedPrecondition,
        "PROFILE_MISSING",
    );
    let stranger = wire::GetTaxProfileRequest { year: 2026 };
    assert_code(
        mesh.profiles(UserId::generate()).get_tax_profile(stranger).await,
        Code::NotFound,
        "PROFILE_NOT_FOUND",
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn every_fault_of_a_profile_is_named() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let with = |change: fn(&mut wire::TaxProfile)| {
        let mut profile = single();
        change(&mut profile);
        profile
    };
    for (year, profile, faults) in [
        (2025, with(|one| one.country = String::new()), &["country"][..]),
        (2025, with(|one| one.country = "XX".into()), &["country"]),
        (2031, single(), &["year"]),
        (25, single(), &["year"]),
        (-1, single(), &["year"]),
        (2025, with(|one| one.region = "CA".into()), &["region"]),
        (
            2025,
            with(|one| one.prepaid = money("1", "EUR")),
            &["prepaid.currency"],
        ),
        (2025, with(|one| one.prepaid = usd("-1")), &["prepaid.amount"]),
        (
            2025,
            with(|one| one.component_hash = "ab".into()),
            &["componentHash"],
        ),
        (
            2025,
            with(|one| one.component_hash = "ab".repeat(32)),
            &["componentHash"],
        ),
        (
            2025,
            with(|one| one.fields = fields(&[("age", Said::Whole(17)), ("shoe-size", Said::Whole(43))])),
            &["fields.age", "fields.shoe-size"],
        ),
        (
            2025,
            with(|one| one.fields = fields(&[("filing-status", Said::Flag(true))])),
            &["fields.filing-status"],
        ),
    ] {
        assert_invalid(mesh.set_profile(user, year, profile).await, faults);
    }
    // Where rules differ by region, one must be named.
    let british = wire::TaxProfile {
        country: "GB".into(),
        ..wire::TaxProfile::default()
    };
    assert_invalid(mesh.set_profile(user, 2025, british).await, &["region"]);
    let list = mesh
        .profiles(user)
        .list_tax_profiles(wire::ListTaxProfilesRequest {})
        .await;
    assert_eq!(list.unwrap().into_inner().profiles, []);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_repeated_key_gives_the_first_answer() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let request = || wire::UpdateTaxProfileRequest {
        year: 2025,
        profile: Some(single()),
    };
    let mut client = mesh.profiles(user);
    let first = client
        .update_tax_profile(keyed(request(), "k"))
        .await
        .unwrap()
        .into_inner();
    let again = client
        .update_tax_profile(keyed(request(), "k"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(again, first);
    let mut other = request();
    other.year = 2026;
    assert_code(
        client.update_tax_profile(keyed(other, "k")).await,
        Code::AlreadyExists,
        "IDEMPOTENCY_KEY_REUSED",
    );
    mesh.harness.stop().await;
}
