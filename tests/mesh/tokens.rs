//! Tokens that are not good.

use pfms_runtime::identity::{AccessClaims, MeshTokens};
use pfms_runtime::secrets::MasterKey;
use pfms_runtime::{Clock, testing};
use pfms_tests::tokens::{claims, forge, unsigned};
use pfms_tests::{Mesh, grpc};
use tonic::Code;

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_everywhere() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let good = claims(person.user_id, person.session_id);
    let sign = |change: &dyn Fn(&mut AccessClaims)| {
        let mut changed = good.clone();
        change(&mut changed);
        mesh.signer().sign(&changed)
    };

    // The same key and session, unharmed: what follows is refused for its own sake.
    let accepted = person.with_token(Some(&sign(&|_| {})));
    let _ = accepted.get("/api/v1/expenses").await.ok();

    let master = MasterKey::parse(testing::MASTER_KEY).unwrap();
    let mesh_token = MeshTokens::new(&master, Clock::system())
        .sign("expense", Some(person.user_id.into()))
        .unwrap();
    let issued = person.token().unwrap();
    let (head, signature) = issued.rsplit_once('.').unwrap();
    let (header, _) = head.split_once('.').unwrap();
    let (_, other_payload) = unsigned(&claims(uuid::Uuid::now_v7(), person.session_id))
        .trim_end_matches('.')
        .split_once('.')
        .map(|(header, payload)| (header.to_owned(), payload.to_owned()))
        .unwrap();
    let cases = [
        ("junk", "junk".to_owned()),
        (
            "expired",
            sign(&|claims| {
                claims.iat -= 3600;
                claims.exp -= 3600;
            }),
        ),
        ("another audience", sign(&|claims| claims.aud = "other".into())),
        ("another issuer", sign(&|claims| claims.iss = "other".into())),
        ("forged", forge(&good)),
        ("without a signature", unsigned(&good)),
        ("with half a signature", issued[..issued.len() - 20].to_owned()),
        ("of other claims", format!("{header}.{other_payload}.{signature}")),
        ("of another type", mesh.signer().sign_as(Some("JWT"), &good)),
        ("of a service", mesh_token),
    ];
    let channel = grpc::connect(&mesh.url()).await;
    for (what, token) in cases {
        let client = person.with_token(Some(&token));
        for path in [
            "/api/v1/expenses",
            "/api/v1/user/profile",
            "/api/v1/automation/rules",
        ] {
            let answer = client.get(path).await;
            assert_eq!(answer.status, 401, "{what}: {}", answer.text);
            let _ = answer.refused(401, "UNAUTHENTICATED");
        }
        let path = "/pfms.user.v1.UserService/GetProfile";
        let status = grpc::call(&channel, path, Some(&token), Vec::new())
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated, "{what}: {status:?}");
    }
}

#[tokio::test]
async fn a_session_is_over_as_soon_as_it_is_signed_out() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    let _ = person
        .post("/api/v1/auth/sign-out", &serde_json::json!({}))
        .await
        .ok();
    let _ = person
        .get("/api/v1/expenses")
        .await
        .refused(401, "SESSION_REVOKED");
    let channel = grpc::connect(&mesh.url()).await;
    let path = "/pfms.user.v1.UserService/GetProfile";
    let status = grpc::call(&channel, path, person.token(), Vec::new())
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn a_good_token_of_a_session_that_never_was_is_refused() {
    let mesh = Mesh::shared();
    let person = mesh.person().await;
    for claims in [
        claims(person.user_id, uuid::Uuid::now_v7()),
        // Another's session does not serve either.
        claims(person.user_id, mesh.person().await.session_id),
    ] {
        let client = person.with_token(Some(&mesh.signer().sign(&claims)));
        let _ = client
            .get("/api/v1/expenses")
            .await
            .refused(401, "SESSION_REVOKED");
    }
}
