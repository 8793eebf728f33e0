//! Privacy settings.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::events::v1::{AuditRecorded, UserPrivacyUpdated};
use pfms_proto::user::v1::privacy_service_client::PrivacyServiceClient;
use pfms_proto::user::v1::{
    GetPrivacySettingsRequest, PrivacySettings, ProfileVisibility, UpdatePrivacySettingsRequest,
};
use pfms_runtime::testing::{AuthorizedChannel, Harness, invalid_fields, reason};
use pfms_types::UserId;
use support::seen::Seen;
use support::{keyed, mask, start};
use tonic::Status;

type Client = PrivacyServiceClient<AuthorizedChannel>;

fn client(harness: &Harness, user_id: UserId) -> Client {
    PrivacyServiceClient::new(harness.as_user("user", user_id))
}

async fn get(client: &mut Client) -> PrivacySettings {
    let answer = client.get_privacy_settings(GetPrivacySettingsRequest {}).await;
    answer.unwrap().into_inner()
}

fn request(settings: PrivacySettings, paths: &[&str]) -> UpdatePrivacySettingsRequest {
    UpdatePrivacySettingsRequest {
        settings: Some(settings),
        update_mask: mask(paths),
    }
}

async fn update(
    client: &mut Client,
    settings: PrivacySettings,
    paths: &[&str],
) -> Result<PrivacySettings, Status> {
    let answer = client.update_privacy_settings(request(settings, paths)).await?;
    Ok(answer.into_inner())
}

fn off() -> PrivacySettings {
    PrivacySettings {
        profile_visibility: ProfileVisibility::Private.into(),
        show_net_worth: Some(false),
        allow_analytics: Some(false),
        data_sharing: Some(false),
        update_time: None,
    }
}

fn analytics() -> PrivacySettings {
    PrivacySettings {
        allow_analytics: Some(true),
        ..PrivacySettings::default()
    }
}

fn written(settings: PrivacySettings) -> PrivacySettings {
    PrivacySettings {
        update_time: None,
        ..settings
    }
}

#[tokio::test]
async fn whoever_said_nothing_allows_nothing() {
    let harness = start().await;
    assert_eq!(get(&mut client(&harness, UserId::generate())).await, off());
    harness.stop().await;
}

#[tokio::test]
async fn without_a_mask_the_fields_that_are_there_change_and_false_is_there() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    let all = PrivacySettings {
        profile_visibility: ProfileVisibility::Family.into(),
        show_net_worth: Some(true),
        allow_analytics: Some(true),
        data_sharing: Some(true),
        update_time: None,
    };
    assert_eq!(written(update(&mut client, all, &[]).await.unwrap()), all);
    let change = PrivacySettings {
        allow_analytics: Some(false),
        ..PrivacySettings::default()
    };
    let changed = update(&mut client, change, &[]).await.unwrap();
    let expected = PrivacySettings {
        allow_analytics: Some(false),
        ..all
    };
    assert_eq!(written(changed), expected);
    assert_eq!(get(&mut client).await, changed);
    harness.stop().await;
}

#[tokio::test]
async fn a_mask_turns_off_what_it_names_and_is_absent() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    update(&mut client, analytics(), &[]).await.unwrap();
    let change = PrivacySettings {
        data_sharing: Some(true),
        show_net_worth: Some(true),
        ..PrivacySettings::default()
    };
    let changed = update(&mut client, change, &["allow_analytics", "data_sharing"])
        .await
        .unwrap();
    let expected = PrivacySettings {
        data_sharing: Some(true),
        ..off()
    };
    assert_eq!(written(changed), expected);
    let cleared = update(&mut client, PrivacySettings::default(), &["*"]).await;
    assert_eq!(written(cleared.unwrap()), off());
    harness.stop().await;
}

#[tokio::test]
async fn wrong_fields_are_named_and_nothing_is_written() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    let wrong = PrivacySettings {
        profile_visibility: 99,
        allow_analytics: Some(true),
        ..PrivacySettings::default()
    };
    let status = update(&mut client, wrong, &[]).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["settings.profileVisibility"]);
    let status = update(&mut client, analytics(), &["update_time"])
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["updateMask"]);
    let nothing = UpdatePrivacySettingsRequest::default();
    let status = client.update_privacy_settings(nothing).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["settings"]);
    assert_eq!(get(&mut client).await, off());
    harness.stop().await;
}

#[tokio::test]
async fn a_change_is_told_and_audited_once_and_a_repetition_is_not() {
    let seen = Seen::default();
    let harness = Harness::start(vec![
        seen.listen::<UserPrivacyUpdated, AuditRecorded>(),
        pfms_user::service(),
    ])
    .await;
    let user_id = UserId::generate();
    let mut client = client(&harness, user_id);
    let first = client
        .update_privacy_settings(keyed(request(analytics(), &[]), "k"))
        .await
        .unwrap()
        .into_inner();
    let again = client
        .update_privacy_settings(keyed(request(analytics(), &[]), "k"))
        .await;
    assert_eq!(again.unwrap().into_inner(), first);
    let reused = client
        .update_privacy_settings(keyed(request(off(), &[]), "k"))
        .await
        .unwrap_err();
    assert_eq!(reason(&reused), "IDEMPOTENCY_KEY_REUSED");
    // Changes nothing.
    update(&mut client, analytics(), &[]).await.unwrap();
    update(&mut client, off(), &[]).await.unwrap();
    let events = seen.until(4).await;
    let told: Vec<UserPrivacyUpdated> = Seen::of(&events);
    assert_eq!(
        told.iter().map(|one| one.allow_analytics).collect::<Vec<_>>(),
        [true, false]
    );
    assert!(told.iter().all(|one| one.user_id == user_id.to_string()));
    let audited: Vec<AuditRecorded> = Seen::of(&events);
    let audited: Vec<_> = audited
        .iter()
        .map(|one| (one.action.as_str(), one.target.as_str(), one.actor.as_str()))
        .collect();
    assert_eq!(
        audited,
        [
            ("user.privacy.changed", "allow_analytics=on", "user"),
            ("user.privacy.changed", "allow_analytics=off", "user"),
        ]
    );
    harness.stop().await;
}

#[tokio::test]
async fn nobody_sees_or_changes_the_settings_of_another() {
    let harness = start().await;
    let mut ada = client(&harness, UserId::generate());
    let mut eve = client(&harness, UserId::generate());
    let settings = update(&mut ada, analytics(), &[]).await.unwrap();
    assert_eq!(get(&mut eve).await, off());
    update(&mut eve, PrivacySettings::default(), &["*"])
        .await
        .unwrap();
    assert_eq!(get(&mut ada).await, settings);
    harness.stop().await;
}
