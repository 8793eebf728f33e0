//! Countries that users bring.
#![allow(clippy::unwrap_used, clippy::wildcard_imports)]

mod support;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use pfms_proto::google::api::HttpBody;
use pfms_proto::tax::v1 as wire;
use pfms_types::UserId;
use support::*;
use tonic::{Code, Request, Status};

fn publisher() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn key() -> String {
    hex(publisher().public_key().as_ref())
}

async fn start() -> Mesh {
    Mesh::start_with(|settings| settings.tax.tax_publishers = vec![key()]).await
}

fn britain() -> Vec<u8> {
    std::fs::read(countries().join("tax-uk.wasm")).unwrap()
}

/// In pieces as the edge makes them, key and signature with the first.
fn pieces(content: &[u8], signature: String) -> Vec<wire::CreateTaxComponentRequest> {
    let mut pieces: Vec<_> = content
        .chunks(64 << 10)
        .map(|piece| wire::CreateTaxComponentRequest {
            content: Some(HttpBody {
                content_type: "application/wasm".into(),
                data: piece.to_vec().into(),
                ..HttpBody::default()
            }),
            ..wire::CreateTaxComponentRequest::default()
        })
        .collect();
    pieces[0].publisher_key = key();
    pieces[0].signature = signature;
    pieces
}

async fn bring(
    mesh: &Mesh,
    user: UserId,
    pieces: Vec<wire::CreateTaxComponentRequest>,
) -> Result<wire::TaxComponent, Status> {
    let request = Request::new(tokio_stream::iter(pieces));
    let answer = mesh.components(user).create_tax_component(request).await?;
    Ok(answer.into_inner())
}

fn signed(content: &[u8]) -> Vec<wire::CreateTaxComponentRequest> {
    pieces(content, hex(publisher().sign(content).as_ref()))
}

#[tokio::test]
async fn a_country_that_a_user_brings_calculates_for_that_user() {
    let mesh = start().await;
    let (user, other) = (UserId::generate(), UserId::generate());
    let content = britain();
    let component = bring(&mesh, user, signed(&content)).await.unwrap();
    assert_eq!(component.size_bytes, i64::try_from(content.len()).unwrap());
    assert_eq!(component.publisher_key, key());
    assert_eq!(component.description.as_ref().unwrap().country, "GB");
    // The same bytes are the same component.
    assert_eq!(bring(&mesh, user, signed(&content)).await.unwrap(), component);
    let list = async |user| {
        let request = wire::ListTaxComponentsRequest {};
        let answer = mesh.components(user).list_tax_components(request).await;
        answer.unwrap().into_inner().components
    };
    assert_eq!(list(user).await, std::slice::from_ref(&component));
    assert_eq!(list(other).await, []);

    let profile = wire::TaxProfile {
        country: "GB".into(),
        region: "ENG".into(),
        component_hash: component.hash.clone(),
        ..wire::TaxProfile::default()
    };
    let chosen = mesh.set_profile(user, 2025, profile.clone()).await.unwrap();
    assert_eq!(chosen.component_hash, component.hash);
    assert_invalid(
        mesh.set_profile(other, 2025, profile.clone()).await,
        &["componentHash"],
    );
    let american = wire::TaxProfile {
        component_hash: component.hash.clone(),
        ..single()
    };
    assert_invalid(mesh.set_profile(user, 2025, american).await, &["componentHash"]);

    let get = || wire::GetTaxComponentRequest {
        hash: component.hash.clone(),
    };
    let delete = || wire::DeleteTaxComponentRequest {
        hash: component.hash.clone(),
    };
    let mut theirs = mesh.components(other);
    assert_code(
        theirs.get_tax_component(get()).await,
        Code::NotFound,
        "COMPONENT_NOT_FOUND",
    );
    assert_code(
        theirs.delete_tax_component(delete()).await,
        Code::NotFound,
        "COMPONENT_NOT_FOUND",
    );
    let mut own = mesh.components(user);
    assert_eq!(
        own.get_tax_component(get()).await.unwrap().into_inner(),
        component
    );
    assert_code(
        own.delete_tax_component(delete()).await,
        Code::FailedPrecondition,
        "COMPONENT_IN_USE",
    );
    let missing: Vec<_> = chosen.missing.iter().map(|one| one.field.clone()).collect();
    assert_eq!(missing, Vec::<String>::new(), "set what Britain asks for");
    let calculation = mesh.calculate(user, 2025).await.unwrap();
    assert_eq!(calculation.component.unwrap().hash, component.hash);

    let without = wire::TaxProfile {
        component_hash: String::new(),
        ..profile
    };
    mesh.set_profile(user, 2025, without).await.unwrap();
    own.delete_tax_component(delete()).await.unwrap();
    assert_code(
        own.get_tax_component(get()).await,
        Code::NotFound,
        "COMPONENT_NOT_FOUND",
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn only_what_an_allowed_publisher_signed_is_taken() {
    let mesh = start().await;
    let user = UserId::generate();
    let content = britain();
    let forged = pieces(&content, hex(&[1; 64]));
    assert_invalid(bring(&mesh, user, forged).await, &["signature"]);
    let mut damaged = signed(&content);
    damaged.pop();
    assert_invalid(bring(&mesh, user, damaged).await, &["signature"]);
    let mut foreign = signed(&content);
    foreign[0].publisher_key = hex(&[9; 32]);
    assert_code(
        bring(&mesh, user, foreign).await,
        Code::FailedPrecondition,
        "PUBLISHER_NOT_ALLOWED",
    );
    assert_invalid(
        bring(&mesh, user, vec![wire::CreateTaxComponentRequest::default()]).await,
        &["publisherKey", "signature"],
    );
    // A signature makes no component of what is none.
    assert_code(
        bring(&mesh, user, signed(b"no component")).await,
        Code::InvalidArgument,
        "NOT_WASM",
    );
    let large = vec![0; (2 << 20) + 1];
    assert_code(
        bring(&mesh, user, signed(&large)).await,
        Code::ResourceExhausted,
        "MODULE_TOO_LARGE",
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn where_the_operator_names_no_publisher_nothing_is_taken() {
    let mesh = Mesh::start().await;
    assert_code(
        bring(&mesh, UserId::generate(), signed(&britain())).await,
        Code::FailedPrecondition,
        "COMPONENTS_OFF",
    );
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_file_that_is_no_country_costs_no_other_one() {
    let folder = std::env::temp_dir().join(format!("pfms-tax-{}", UserId::generate()));
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(countries().join("tax-us.wasm"), folder.join("tax-us.wasm")).unwrap();
    std::fs::write(folder.join("tax-bad.wasm"), b"no component").unwrap();
    std::fs::write(folder.join("readme.txt"), b"no component either").unwrap();
    let mesh = Mesh::start_with(|settings| settings.tax.tax_components = Some(folder.clone())).await;
    let list = mesh
        .countries(UserId::generate())
        .list_tax_countries(wire::ListTaxCountriesRequest {})
        .await;
    let countries = list.unwrap().into_inner().countries;
    let codes: Vec<_> = countries.iter().map(|one| one.country.as_str()).collect();
    assert_eq!(codes, ["US"]);
    mesh.harness.stop().await;
    std::fs::remove_dir_all(&folder).unwrap();
}
