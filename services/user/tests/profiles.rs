//! Profiles: made from an event or on first use, read and changed by their owner.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::user::v1::{GetProfileRequest, Profile, UpdateProfileRequest};
use pfms_runtime::testing::{eventually, invalid_fields, reason};
use pfms_types::UserId;
use support::{ask, client, get, keyed, mask, publish, start, update, user_created};
use tonic::Code;

fn full() -> Profile {
    Profile {
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
        phone: "+14155550123".into(),
        avatar_url: "https://example.com/ada.png".into(),
        date_of_birth: "1990-12-10".into(),
        currency: "EUR".into(),
        time_zone: "Europe/Berlin".into(),
        language: "pt-BR".into(),
        ..Profile::default()
    }
}

fn written(profile: Profile) -> Profile {
    Profile {
        user_id: String::new(),
        create_time: None,
        update_time: None,
        ..profile
    }
}

#[tokio::test]
async fn an_account_gets_a_profile_with_its_names_and_the_usual_settings() {
    let harness = start().await;
    let user_id = UserId::generate();
    publish(&harness, &[user_created(user_id, "Ada", "Lovelace")]).await;
    eventually("the profile is made", || async {
        (ask(&harness, "SELECT count(*)::text FROM user_profiles").await == "1").then_some(())
    })
    .await;
    let profile = get(&mut client(&harness, user_id)).await;
    assert_eq!(profile.user_id, user_id.to_string());
    assert!(profile.create_time.is_some() && profile.update_time.is_some());
    let expected = Profile {
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
        currency: "USD".into(),
        time_zone: "UTC".into(),
        language: "en".into(),
        ..Profile::default()
    };
    assert_eq!(written(profile), expected);
    harness.stop().await;
}

#[tokio::test]
async fn an_event_that_comes_twice_or_late_takes_nothing_back() {
    let harness = start().await;
    let user_id = UserId::generate();
    let mut client = client(&harness, user_id);
    let first = get(&mut client).await;
    assert_eq!((first.first_name.as_str(), first.currency.as_str()), ("", "USD"));
    let change = Profile {
        first_name: "Augusta".into(),
        currency: "EUR".into(),
        ..Profile::default()
    };
    update(&mut client, change, &[]).await.unwrap();

    let created = user_created(user_id, "Ada", "Lovelace");
    publish(&harness, &[created.clone(), created]).await;
    let mut named = client.clone();
    eventually("the last name arrives", || {
        let mut client = named.clone();
        async move { (get(&mut client).await.last_name == "Lovelace").then_some(()) }
    })
    .await;
    let profile = get(&mut named).await;
    assert_eq!(
        (profile.first_name.as_str(), profile.currency.as_str()),
        ("Augusta", "EUR")
    );
    assert_eq!(profile.create_time, first.create_time);
    harness.stop().await;
}

#[tokio::test]
async fn first_calls_at_once_make_one_profile() {
    let harness = start().await;
    let user_id = UserId::generate();
    let (mut reader, mut writer, mut other) = (
        client(&harness, user_id),
        client(&harness, user_id),
        client(&harness, user_id),
    );
    let change = Profile {
        language: "de".into(),
        ..Profile::default()
    };
    let (read, wrote, also) = tokio::join!(
        get(&mut reader),
        update(&mut writer, change, &[]),
        get(&mut other),
    );
    assert_eq!(read.create_time, also.create_time);
    assert_eq!(wrote.unwrap().create_time, read.create_time);
    assert_eq!(get(&mut reader).await.language, "de");
    assert_eq!(
        ask(&harness, "SELECT count(*)::text FROM user_profiles").await,
        "1"
    );
    harness.stop().await;
}

#[tokio::test]
async fn without_a_mask_the_populated_fields_change() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    let profile = update(&mut client, full(), &[]).await.unwrap();
    assert_eq!(written(profile.clone()), full());
    assert_eq!(get(&mut client).await, profile);
    let change = Profile {
        language: "en-GB".into(),
        ..Profile::default()
    };
    let profile = update(&mut client, change, &[]).await.unwrap();
    let expected = Profile {
        language: "en-GB".into(),
        ..full()
    };
    assert_eq!(written(profile), expected);
    harness.stop().await;
}

#[tokio::test]
async fn the_times_of_a_profile_are_those_of_its_creation_and_its_last_change() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    let first = update(&mut client, full(), &[]).await.unwrap();
    assert_eq!(first.create_time, first.update_time);
    let same = update(&mut client, full(), &[]).await.unwrap();
    assert_eq!(same, first);
    harness.stop().await;
}

#[tokio::test]
async fn a_mask_says_which_fields_change_and_clears_the_empty_ones() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    update(&mut client, full(), &[]).await.unwrap();
    let change = Profile {
        first_name: "Augusta".into(),
        last_name: "ignored".into(),
        ..Profile::default()
    };
    let paths = ["first_name", "phone", "date_of_birth", "currency"];
    let profile = update(&mut client, change, &paths).await.unwrap();
    let expected = Profile {
        first_name: "Augusta".into(),
        phone: String::new(),
        date_of_birth: String::new(),
        currency: "USD".into(),
        ..full()
    };
    assert_eq!(written(profile), expected);
    let profile = update(&mut client, Profile::default(), &["*"]).await.unwrap();
    assert_eq!(
        (profile.avatar_url.as_str(), profile.time_zone.as_str()),
        ("", "UTC")
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_mask_names_only_what_can_be_changed() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    for path in ["user_id", "create_time", "profile.phone", "", "Phone"] {
        let status = update(&mut client, full(), &[path]).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{path}");
        assert_eq!(invalid_fields(&status), ["updateMask"], "{path}");
    }
    assert_eq!(get(&mut client).await.phone, "");
    harness.stop().await;
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_written() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    let before = get(&mut client).await;
    let wrong = Profile {
        first_name: "x".repeat(101),
        last_name: "two\nlines".into(),
        phone: "0123".into(),
        avatar_url: "http://example.com/a.png".into(),
        date_of_birth: "2999-01-01".into(),
        currency: "XXX1".into(),
        time_zone: "Mars/Olympus".into(),
        language: "en_US".into(),
        ..Profile::default()
    };
    let status = update(&mut client, wrong, &[]).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let expected = [
        "profile.firstName",
        "profile.lastName",
        "profile.phone",
        "profile.avatarUrl",
        "profile.dateOfBirth",
        "profile.currency",
        "profile.timeZone",
        "profile.language",
    ];
    assert_eq!(invalid_fields(&status), expected);
    for date in ["2025-02-30", "2199-01-01", "1890-01-01", "10.12.1990"] {
        let wrong = Profile {
            date_of_birth: date.into(),
            ..Profile::default()
        };
        let status = update(&mut client, wrong, &[]).await.unwrap_err();
        assert_eq!(invalid_fields(&status), ["profile.dateOfBirth"], "{date}");
    }
    let nothing = client
        .update_profile(UpdateProfileRequest::default())
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&nothing), ["profile"]);
    assert_eq!(get(&mut client).await, before);
    harness.stop().await;
}

#[tokio::test]
async fn a_repeated_update_gets_the_first_answer_and_takes_effect_once() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    let request = |language: &str| UpdateProfileRequest {
        profile: Some(Profile {
            language: language.into(),
            ..Profile::default()
        }),
        update_mask: mask(&["language"]),
    };
    let first = client
        .update_profile(keyed(request("de"), "k1"))
        .await
        .unwrap()
        .into_inner();
    client.update_profile(keyed(request("fr"), "k2")).await.unwrap();
    let again = client
        .update_profile(keyed(request("de"), "k1"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(again, first);
    assert_eq!(get(&mut client).await.language, "fr");
    let status = client
        .update_profile(keyed(request("it"), "k1"))
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "IDEMPOTENCY_KEY_REUSED");
    harness.stop().await;
}

#[tokio::test]
async fn nobody_sees_or_changes_the_profile_of_another() {
    let harness = start().await;
    let mut ada = client(&harness, UserId::generate());
    let mut eve = client(&harness, UserId::generate());
    let profile = update(&mut ada, full(), &[]).await.unwrap();
    assert_eq!(get(&mut eve).await.first_name, "");
    // The id in the body names nobody: the caller's own profile changes.
    let forged = Profile {
        user_id: profile.user_id.clone(),
        first_name: "Eve".into(),
        ..Profile::default()
    };
    let own = update(&mut eve, forged, &[]).await.unwrap();
    assert_ne!(own.user_id, profile.user_id);
    assert_eq!(get(&mut ada).await, profile);
    let mut nobody =
        pfms_proto::user::v1::user_service_client::UserServiceClient::new(harness.anonymous("user"));
    let status = nobody.get_profile(GetProfileRequest {}).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    harness.stop().await;
}

#[tokio::test]
async fn what_tells_who_a_person_is_is_not_stored_in_the_clear() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    update(&mut client, full(), &[]).await.unwrap();
    let stored = ask(&harness, "SELECT string_agg(p::text, '') FROM user_profiles p").await;
    for secret in [
        "Ada",
        "Lovelace",
        "+14155550123",
        "https://example.com/ada.png",
        "1990-12-10",
    ] {
        let hexadecimal = support::hexadecimal(secret);
        assert!(
            !stored.contains(secret) && !stored.contains(&hexadecimal),
            "{secret}"
        );
    }
    assert!(stored.contains("Europe/Berlin"));
    harness.stop().await;
}
