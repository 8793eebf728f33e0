//! Notification preferences.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::events::v1::{UserNotificationPreferencesUpdated, UserUpdated};
use pfms_proto::user::v1::notification_preferences_service_client::NotificationPreferencesServiceClient;
use pfms_proto::user::v1::{
    GetNotificationPreferencesRequest, NotificationCategory as Category, NotificationChannel as Channel,
    NotificationChoice, NotificationPreferences, Profile, QuietHours, UpdateNotificationPreferencesRequest,
};
use pfms_runtime::testing::{AuthorizedChannel, Harness, invalid_fields};
use pfms_types::UserId;
use support::seen::Seen;
use support::{mask, start};
use tonic::Status;

type Client = NotificationPreferencesServiceClient<AuthorizedChannel>;

fn client(harness: &Harness, user_id: UserId) -> Client {
    Client::new(harness.as_user("user", user_id))
}

async fn get(client: &mut Client) -> NotificationPreferences {
    let answer = client
        .get_notification_preferences(GetNotificationPreferencesRequest {})
        .await;
    answer.unwrap().into_inner()
}

async fn update(
    client: &mut Client,
    preferences: NotificationPreferences,
    paths: &[&str],
) -> Result<NotificationPreferences, Status> {
    let request = UpdateNotificationPreferencesRequest {
        preferences: Some(preferences),
        update_mask: mask(paths),
    };
    Ok(client
        .update_notification_preferences(request)
        .await?
        .into_inner())
}

fn choice(channel: Channel, category: Category, enabled: bool) -> NotificationChoice {
    NotificationChoice {
        channel: channel.into(),
        category: category.into(),
        enabled,
    }
}

fn choosing(choices: Vec<NotificationChoice>) -> NotificationPreferences {
    NotificationPreferences {
        choices,
        ..NotificationPreferences::default()
    }
}

fn quiet(start: &str, end: &str) -> NotificationPreferences {
    NotificationPreferences {
        quiet_hours: Some(QuietHours {
            start: start.into(),
            end: end.into(),
        }),
        ..NotificationPreferences::default()
    }
}

fn enabled(preferences: &NotificationPreferences, channel: Channel, category: Category) -> bool {
    let mut found = preferences
        .choices
        .iter()
        .filter(|one| one.channel() == channel && one.category() == category);
    let one = found.next().expect("each pair is there");
    assert!(found.next().is_none(), "each pair is there once");
    one.enabled
}

#[tokio::test]
async fn at_first_all_is_listed_and_little_is_mailed() {
    let harness = start().await;
    let preferences = get(&mut client(&harness, UserId::generate())).await;
    assert_eq!(preferences.choices.len(), 4 * 12);
    assert_eq!(
        (preferences.quiet_hours.as_ref(), preferences.update_time),
        (None, None)
    );
    assert!(enabled(&preferences, Channel::InApp, Category::Rule));
    assert!(enabled(&preferences, Channel::Email, Category::Security));
    assert!(!enabled(&preferences, Channel::Email, Category::Rule));
    assert!(!enabled(&preferences, Channel::Sms, Category::Tax));
    harness.stop().await;
}

#[tokio::test]
async fn without_a_mask_others_stay_and_with_one_they_are_as_at_first() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    let first = choosing(vec![
        choice(Channel::InApp, Category::Rule, false),
        choice(Channel::Email, Category::Report, true),
    ]);
    let stored = update(&mut client, first, &[]).await.unwrap();
    assert!(!enabled(&stored, Channel::InApp, Category::Rule));
    assert!(enabled(&stored, Channel::Email, Category::Report));

    let night = update(&mut client, quiet("22:00", "07:30"), &[]).await.unwrap();
    assert_eq!(night.choices, stored.choices);
    assert_eq!(night.quiet_hours, quiet("22:00", "07:30").quiet_hours);
    assert_eq!(get(&mut client).await, night);

    let loans = choosing(vec![choice(Channel::Push, Category::Loan, false)]);
    let stored = update(&mut client, loans.clone(), &[]).await.unwrap();
    assert!(!enabled(&stored, Channel::InApp, Category::Rule));
    let stored = update(&mut client, loans, &["choices"]).await.unwrap();
    assert!(enabled(&stored, Channel::InApp, Category::Rule));
    assert!(!enabled(&stored, Channel::Push, Category::Loan));
    assert!(stored.quiet_hours.is_some());

    let stored = update(&mut client, NotificationPreferences::default(), &["quiet_hours"])
        .await
        .unwrap();
    assert_eq!(stored.quiet_hours, None);
    assert!(!enabled(&stored, Channel::Push, Category::Loan));
    harness.stop().await;
}

#[tokio::test]
async fn wrong_fields_are_named_and_nothing_is_written() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    let before = get(&mut client).await;
    let unknown = |channel, category| NotificationChoice {
        channel,
        category,
        enabled: true,
    };
    let wrong = NotificationPreferences {
        choices: vec![
            unknown(0, Category::Rule.into()),
            unknown(Channel::Sms.into(), 99),
            choice(Channel::InApp, Category::Security, false),
            choice(Channel::Sms, Category::Security, false),
            choice(Channel::Sms, Category::Security, true),
        ],
        ..quiet("24:00", "7")
    };
    let status = update(&mut client, wrong, &[]).await.unwrap_err();
    let expected = [
        "preferences.choices[0].channel",
        "preferences.choices[1].category",
        "preferences.choices[2].enabled",
        "preferences.choices[4]",
        "preferences.quietHours.start",
        "preferences.quietHours.end",
    ];
    assert_eq!(invalid_fields(&status), expected);
    let status = update(&mut client, quiet("08:00", "08:00"), &[])
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["preferences.quietHours.end"]);
    let nothing = UpdateNotificationPreferencesRequest::default();
    let status = client.update_notification_preferences(nothing).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["preferences"]);
    assert_eq!(get(&mut client).await, before);
    harness.stop().await;
}

#[tokio::test]
async fn the_event_carries_all_that_is_off_and_follows_the_zone() {
    let seen = Seen::default();
    let harness = Harness::start(vec![
        seen.listen::<UserNotificationPreferencesUpdated, UserUpdated>(),
        pfms_user::service(),
    ])
    .await;
    let user_id = UserId::generate();
    let mut client = client(&harness, user_id);
    let zone = |time_zone: &str| Profile {
        time_zone: time_zone.into(),
        ..Profile::default()
    };
    let mut profile = support::client(&harness, user_id);
    // Without preferences there is nothing to tell of.
    support::update(&mut profile, zone("Asia/Tokyo"), &[])
        .await
        .unwrap();
    let change = NotificationPreferences {
        choices: vec![choice(Channel::InApp, Category::Rule, false)],
        ..quiet("22:00", "07:00")
    };
    update(&mut client, change.clone(), &[]).await.unwrap();
    update(&mut client, change, &[]).await.unwrap();
    support::update(&mut profile, zone("Europe/Berlin"), &[])
        .await
        .unwrap();
    let events = seen.until(4).await;
    assert_eq!(events.len(), 4);
    let told: Vec<UserNotificationPreferencesUpdated> = Seen::of(&events);
    let zones: Vec<_> = told.iter().map(|one| one.time_zone.as_str()).collect();
    assert_eq!(zones, ["Asia/Tokyo", "Europe/Berlin"]);
    for one in &told {
        assert_eq!(
            (one.quiet_start.as_str(), one.quiet_end.as_str()),
            ("22:00", "07:00")
        );
        let off = |channel: &str, category: &str| {
            one.disabled
                .iter()
                .any(|route| route.channel == channel && route.category == category)
        };
        assert!(off("in_app", "rule") && off("sms", "tax"));
        assert!(!off("in_app", "expense") && !off("email", "security"));
    }
    harness.stop().await;
}

#[tokio::test]
async fn nobody_sees_or_changes_the_preferences_of_another() {
    let harness = start().await;
    let mut ada = client(&harness, UserId::generate());
    let mut eve = client(&harness, UserId::generate());
    let stored = update(&mut ada, quiet("22:00", "07:00"), &[]).await.unwrap();
    assert_eq!(get(&mut eve).await.quiet_hours, None);
    update(&mut eve, NotificationPreferences::default(), &["*"])
        .await
        .unwrap();
    assert_eq!(get(&mut ada).await, stored);
    harness.stop().await;
}
