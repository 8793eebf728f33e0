//! Financial preferences.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pfms_proto::user::v1::{
    EarningSchedule, FinancialPreferences, GetFinancialPreferencesRequest, InvestmentRiskLevel,
    UpdateFinancialPreferencesRequest,
};
use pfms_runtime::testing::{invalid_fields, reason};
use pfms_types::UserId;
use support::{Client, client, keyed, mask, money, prefer, start};
use tonic::Code;

fn full() -> FinancialPreferences {
    FinancialPreferences {
        daily_budget_limit: money("50.00", "USD"),
        monthly_budget_limit: money("1500", "JPY"),
        savings_target: money("250.500", "KWD"),
        investment_risk_level: InvestmentRiskLevel::Medium.into(),
        salary_day: 31,
        earning_schedule: EarningSchedule::Biweekly.into(),
        update_time: None,
    }
}

fn written(preferences: FinancialPreferences) -> FinancialPreferences {
    FinancialPreferences {
        update_time: None,
        ..preferences
    }
}

async fn get(client: &mut Client) -> FinancialPreferences {
    let answer = client
        .get_financial_preferences(GetFinancialPreferencesRequest {})
        .await;
    answer.unwrap().into_inner()
}

#[tokio::test]
async fn what_was_never_said_is_empty() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    assert_eq!(get(&mut client).await, FinancialPreferences::default());
    harness.stop().await;
}

#[tokio::test]
async fn without_a_mask_the_populated_fields_change() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    let preferences = prefer(&mut client, full(), &[]).await.unwrap();
    assert!(preferences.update_time.is_some());
    assert_eq!(written(preferences.clone()), full());
    assert_eq!(get(&mut client).await, preferences);
    let change = FinancialPreferences {
        salary_day: 1,
        ..FinancialPreferences::default()
    };
    let expected = FinancialPreferences {
        salary_day: 1,
        ..full()
    };
    assert_eq!(written(prefer(&mut client, change, &[]).await.unwrap()), expected);
    harness.stop().await;
}

#[tokio::test]
async fn a_mask_says_which_fields_change_and_clears_the_empty_ones() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    prefer(&mut client, full(), &[]).await.unwrap();
    let change = FinancialPreferences {
        savings_target: money("1.00", "EUR"),
        salary_day: 7,
        ..FinancialPreferences::default()
    };
    let paths = ["savings_target", "daily_budget_limit", "investment_risk_level"];
    let expected = FinancialPreferences {
        savings_target: money("1.00", "EUR"),
        daily_budget_limit: None,
        investment_risk_level: 0,
        ..full()
    };
    assert_eq!(
        written(prefer(&mut client, change, &paths).await.unwrap()),
        expected
    );
    let cleared = prefer(&mut client, FinancialPreferences::default(), &["*"])
        .await
        .unwrap();
    assert_eq!(written(cleared), FinancialPreferences::default());
    let status = prefer(&mut client, full(), &["savings_target.amount"])
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["updateMask"]);
    harness.stop().await;
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_written() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    let wrong = FinancialPreferences {
        daily_budget_limit: money("0", "USD"),
        monthly_budget_limit: money("12.345", "USD"),
        savings_target: money("1.00", "XXX1"),
        investment_risk_level: 99,
        salary_day: 32,
        earning_schedule: -1,
        update_time: None,
    };
    let status = prefer(&mut client, wrong, &[]).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let expected = [
        "preferences.dailyBudgetLimit.amount",
        "preferences.monthlyBudgetLimit.amount",
        "preferences.savingsTarget.currency",
        "preferences.investmentRiskLevel",
        "preferences.salaryDay",
        "preferences.earningSchedule",
    ];
    assert_eq!(invalid_fields(&status), expected);
    for amount in ["1e3", "-5.00", "NaN", &"9".repeat(40), ""] {
        let wrong = FinancialPreferences {
            savings_target: money(amount, "USD"),
            ..FinancialPreferences::default()
        };
        let status = prefer(&mut client, wrong, &[]).await.unwrap_err();
        assert_eq!(
            invalid_fields(&status),
            ["preferences.savingsTarget.amount"],
            "{amount}"
        );
    }
    let nothing = UpdateFinancialPreferencesRequest::default();
    let status = client.update_financial_preferences(nothing).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["preferences"]);
    assert_eq!(get(&mut client).await, FinancialPreferences::default());
    harness.stop().await;
}

#[tokio::test]
async fn a_repeated_update_gets_the_first_answer_and_takes_effect_once() {
    let harness = start().await;
    let mut client = client(&harness, UserId::generate());
    let request = |day: i32| UpdateFinancialPreferencesRequest {
        preferences: Some(FinancialPreferences {
            salary_day: day,
            ..FinancialPreferences::default()
        }),
        update_mask: mask(&["salary_day"]),
    };
    let send = |day: i32, key: &'static str| {
        let mut client = client.clone();
        async move {
            client
                .update_financial_preferences(keyed(request(day), key))
                .await
        }
    };
    let first = send(1, "k1").await.unwrap().into_inner();
    send(2, "k2").await.unwrap();
    assert_eq!(send(1, "k1").await.unwrap().into_inner(), first);
    assert_eq!(
        reason(&send(3, "k1").await.unwrap_err()),
        "IDEMPOTENCY_KEY_REUSED"
    );
    assert_eq!(get(&mut client).await.salary_day, 2);
    harness.stop().await;
}

#[tokio::test]
async fn updates_at_once_lose_nothing() {
    let harness = start().await;
    let user_id = UserId::generate();
    let (mut one, mut two) = (client(&harness, user_id), client(&harness, user_id));
    let day = FinancialPreferences {
        salary_day: 15,
        ..FinancialPreferences::default()
    };
    let target = FinancialPreferences {
        savings_target: money("10.00", "USD"),
        ..FinancialPreferences::default()
    };
    let (day, target) = tokio::join!(prefer(&mut one, day, &[]), prefer(&mut two, target, &[]));
    day.and(target).unwrap();
    let both = get(&mut one).await;
    assert_eq!(
        (both.salary_day, both.savings_target),
        (15, money("10.00", "USD"))
    );
    harness.stop().await;
}

#[tokio::test]
async fn nobody_sees_or_changes_the_preferences_of_another() {
    let harness = start().await;
    let mut ada = client(&harness, UserId::generate());
    let mut eve = client(&harness, UserId::generate());
    let preferences = prefer(&mut ada, full(), &[]).await.unwrap();
    assert_eq!(get(&mut eve).await, FinancialPreferences::default());
    prefer(&mut eve, FinancialPreferences::default(), &["*"])
        .await
        .unwrap();
    assert_eq!(get(&mut ada).await, preferences);
    harness.stop().await;
}
