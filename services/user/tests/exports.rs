//! Archives of everything that is held about a user.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::{Cursor, Read};

use pfms_proto::user::v1::export_service_client::ExportServiceClient;
use pfms_proto::user::v1::{
    CreateExportRequest, DownloadExportRequest, Export, ExportState, FinancialPreferences, GetExportRequest,
    ListExportsRequest, Profile,
};
use pfms_runtime::testing::{AuthorizedChannel, Harness, eventually, invalid_fields, reason};
use pfms_types::UserId;
use serde_json::Value;
use support::{ask, client, keyed, money, prefer, start, update};
use tonic::{Code, Status};
use uuid::Uuid;
use zip::ZipArchive;

type Exports = ExportServiceClient<AuthorizedChannel>;

fn exports(harness: &Harness, user_id: UserId) -> Exports {
    ExportServiceClient::new(harness.as_user("user", user_id))
}

async fn order(client: &mut Exports) -> Result<Export, Status> {
    Ok(client.create_export(CreateExportRequest {}).await?.into_inner())
}

async fn get(client: &mut Exports, id: &str) -> Result<Export, Status> {
    let request = GetExportRequest { id: id.into() };
    Ok(client.get_export(request).await?.into_inner())
}

async fn until_ready(client: &Exports, id: &str) -> Export {
    eventually("the archive is ready", || async {
        let export = get(&mut client.clone(), id).await.unwrap();
        (export.state() == ExportState::Ready).then_some(export)
    })
    .await
}

async fn download(client: &mut Exports, id: &str) -> Result<Vec<u8>, Status> {
    let request = DownloadExportRequest { id: id.into() };
    let mut pieces = client.download_export(request).await?.into_inner();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.message().await? {
        assert_eq!(piece.content_type, "application/zip");
        bytes.extend_from_slice(&piece.data);
    }
    Ok(bytes)
}

fn file(archive: &[u8], name: &str) -> String {
    let mut zip = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// A row as if it had been ordered earlier.
async fn insert(harness: &Harness, user_id: UserId, state: &str, leased_until: &str) -> String {
    let id = Uuid::now_v7();
    sqlx::query(
        "INSERT INTO exports (user_id, id, state, attempts, leased_until, created_at, expires_at)
         VALUES ($1, $2, $3, 1, $4::timestamptz, now(), now() + interval '1 day')",
    )
    .bind(user_id.uuid())
    .bind(id)
    .bind(state)
    .bind(leased_until)
    .execute(harness.database("user").pool())
    .await
    .unwrap();
    id.to_string()
}

#[tokio::test]
async fn an_archive_holds_what_the_user_gave_with_seals_opened() {
    let harness = start().await;
    let (user_id, other) = (UserId::generate(), UserId::generate());
    for (user_id, name) in [(user_id, "Ada"), (other, "Eve")] {
        let profile = Profile {
            first_name: name.into(),
            phone: "+4915112345678".into(),
            ..Profile::default()
        };
        update(&mut client(&harness, user_id), profile, &["first_name", "phone"])
            .await
            .unwrap();
    }
    let preferences = FinancialPreferences {
        savings_target: money("10.50", "EUR"),
        ..FinancialPreferences::default()
    };
    prefer(&mut client(&harness, user_id), preferences, &["savings_target"])
        .await
        .unwrap();

    let mut client = exports(&harness, user_id);
    let ordered = order(&mut client).await.unwrap();
    let ready = until_ready(&client, &ordered.id).await;
    assert_eq!(ready.progress_percent, 100);
    let archive = download(&mut client, &ordered.id).await.unwrap();
    assert_eq!(ready.size_bytes, i64::try_from(archive.len()).unwrap());

    assert!(file(&archive, "README.txt").contains(&user_id.to_string()));
    let profiles: Value = serde_json::from_str(&file(&archive, "user/user_profiles.json")).unwrap();
    assert_eq!(profiles.as_array().unwrap().len(), 1);
    assert_eq!(profiles[0]["firstName"], "Ada");
    assert_eq!(profiles[0]["phone"], "+4915112345678");
    let csv = file(&archive, "user/user_profiles.csv");
    assert!(csv.starts_with("firstName,lastName,phone,"), "{csv}");
    assert!(csv.contains("Ada,,'+4915112345678,"), "{csv}");
    assert_eq!(csv.lines().count(), 2);
    let text = file(&archive, "user/financial_preferences.json");
    let preferences: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(preferences[0]["savingsTarget"]["amount"], "10.50");

    // At rest it is sealed: a zip file begins with PK.
    let at_rest = "SELECT encode(substring(sealed FROM 1 FOR 64), 'escape') FROM export_chunks LIMIT 1";
    assert!(!ask(&harness, at_rest).await.contains("PK"));
    harness.stop().await;
}

#[tokio::test]
async fn another_users_archive_does_not_exist() {
    let harness = start().await;
    let owner = UserId::generate();
    let id = insert(&harness, owner, "ready", "2026-01-01").await;
    get(&mut exports(&harness, owner), &id).await.unwrap();
    let mut stranger = exports(&harness, UserId::generate());
    assert_eq!(
        reason(&get(&mut stranger, &id).await.unwrap_err()),
        "EXPORT_NOT_FOUND"
    );
    assert_eq!(
        reason(&download(&mut stranger, &id).await.unwrap_err()),
        "EXPORT_NOT_FOUND"
    );
    let listed = stranger
        .list_exports(ListExportsRequest {})
        .await
        .unwrap()
        .into_inner();
    assert!(listed.exports.is_empty());
    let listed = exports(&harness, owner)
        .list_exports(ListExportsRequest {})
        .await
        .unwrap();
    assert_eq!(listed.into_inner().exports[0].id, id);
    harness.stop().await;
}

#[tokio::test]
async fn one_is_made_at_a_time_and_one_whose_maker_died_is_taken_over() {
    let harness = start().await;
    let user_id = UserId::generate();
    let mut client = exports(&harness, user_id);
    let id = insert(&harness, user_id, "running", "2100-01-01").await;
    assert_eq!(reason(&order(&mut client).await.unwrap_err()), "EXPORT_RUNNING");
    assert_eq!(
        reason(&download(&mut client, &id).await.unwrap_err()),
        "EXPORT_NOT_READY"
    );
    sqlx::query("UPDATE exports SET leased_until = now() - interval '1 minute'")
        .execute(harness.database("user").pool())
        .await
        .unwrap();
    until_ready(&client, &id).await;
    let archive = download(&mut client, &id).await.unwrap();
    assert!(file(&archive, "README.txt").contains(&user_id.to_string()));
    assert_eq!(ask(&harness, "SELECT attempts::text FROM exports").await, "2");
    harness.stop().await;
}

#[tokio::test]
async fn three_a_day_are_enough_and_the_repeated_key_orders_none() {
    let harness = start().await;
    let user_id = UserId::generate();
    let mut client = exports(&harness, user_id);
    for _ in 0..2 {
        insert(&harness, user_id, "ready", "2026-01-01").await;
    }
    let first = client
        .create_export(keyed(CreateExportRequest {}, "k"))
        .await
        .unwrap()
        .into_inner();
    let again = client
        .create_export(keyed(CreateExportRequest {}, "k"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first.id, again.id);
    until_ready(&client, &first.id).await;
    let refused = order(&mut client).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused).as_str()),
        (Code::ResourceExhausted, "EXPORT_LIMIT")
    );
    harness.stop().await;
}

#[tokio::test]
async fn an_archive_whose_time_is_over_does_not_exist() {
    let harness = start().await;
    let user_id = UserId::generate();
    let mut client = exports(&harness, user_id);
    let id = insert(&harness, user_id, "ready", "2026-01-01").await;
    sqlx::query("UPDATE exports SET expires_at = now() - interval '1 second'")
        .execute(harness.database("user").pool())
        .await
        .unwrap();
    assert_eq!(
        reason(&get(&mut client, &id).await.unwrap_err()),
        "EXPORT_NOT_FOUND"
    );
    assert_eq!(
        reason(&download(&mut client, &id).await.unwrap_err()),
        "EXPORT_NOT_FOUND"
    );
    harness.stop().await;
}

#[tokio::test]
async fn an_archive_and_its_files_have_names_of_ours() {
    let harness = start().await;
    let user_id = UserId::generate();
    // Nothing that a person may be called is a name of a file.
    let profile = Profile {
        first_name: "../../etc/passwd".into(),
        last_name: "x\"; filename=\"evil.exe".into(),
        ..Profile::default()
    };
    update(
        &mut client(&harness, user_id),
        profile,
        &["first_name", "last_name"],
    )
    .await
    .unwrap();
    let mut client = exports(&harness, user_id);
    let id = order(&mut client).await.unwrap().id;
    until_ready(&client, &id).await;
    let request = DownloadExportRequest { id: id.clone() };
    let answer = client.download_export(request).await.unwrap();
    assert_eq!(
        answer.metadata().get("content-disposition").unwrap(),
        &format!("attachment; filename=\"pfms-export-{id}.zip\"")
    );
    let archive = download(&mut client, &id).await.unwrap();
    assert!(file(&archive, "user/user_profiles.json").contains("../../etc/passwd"));
    let zip = ZipArchive::new(Cursor::new(&archive)).unwrap();
    let names: Vec<_> = zip.file_names().map(Result::unwrap).collect();
    assert!(names.len() > 2, "{names:?}");
    let plain =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    for name in names {
        let ours = name == "README.txt"
            || name.split_once('/').is_some_and(|(service, file)| {
                let table = file.strip_suffix(".json").or_else(|| file.strip_suffix(".csv"));
                plain(service) && table.is_some_and(plain)
            });
        assert!(ours, "{name}");
    }
    // What is asked for is an id, and nothing else.
    for id in ["../../etc/passwd", "", "x\"; filename=\"evil.exe"] {
        let refused = download(&mut client, id).await.unwrap_err();
        assert_eq!(invalid_fields(&refused), ["id"], "{id}");
    }
    harness.stop().await;
}
