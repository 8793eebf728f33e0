//! The audit log: complete, in order, unchangeable, and without a trace of who was erased.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use jiff::{SignedDuration, Timestamp};
use pfms_auth::operator::{
    Anchor, AuditBreak, AuditEntry, AuditFault, AuditFilter, AuditHead, append_audit_log,
    erase_audit_personal, list_audit_log, rotate_signing_key, verify_audit_log,
};
use pfms_proto::events::v1::AuditRecorded;
use pfms_runtime::erasure::Tombstones;
use pfms_runtime::events::{DeadLetters, Outgoing, outbox};
use pfms_runtime::secrets::MasterKey;
use pfms_runtime::testing::{Harness, MASTER_KEY, eventually};
use pfms_runtime::{Clock, Error, audit};
use pfms_types::UserId;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use support::{EMAIL, anonymous, refresh, register, sign_in, sign_in_as, start};
use uuid::Uuid;

fn tombstones() -> Tombstones {
    Tombstones::new(&MasterKey::parse(MASTER_KEY).unwrap())
}

/// Appends what arrived; gives the rows that a filter lets through once there are `count`.
async fn rows(harness: &Harness, filter: &AuditFilter, count: usize) -> Vec<AuditEntry> {
    let database = harness.database("auth");
    eventually("rows in the audit log", || async {
        append_audit_log(&database, &tombstones()).await.unwrap();
        match list_audit_log(&database, filter).await {
            Ok(rows) => (rows.len() >= count).then_some(rows),
            Err(Error::NotFound(_)) => None,
            Err(error) => panic!("{error}"),
        }
    })
    .await
}

fn all() -> AuditFilter {
    AuditFilter {
        limit: 1_000,
        ..AuditFilter::default()
    }
}

fn about(user_id: &str) -> AuditFilter {
    AuditFilter {
        user_id: Some(user_id.parse().unwrap()),
        ..all()
    }
}

fn actions(rows: &[AuditEntry]) -> Vec<(&str, &str, bool)> {
    rows.iter()
        .map(|row| (row.actor.as_str(), row.action.as_str(), row.succeeded))
        .collect()
}

/// Lets auth's own relay publish these.
async fn publish(harness: &Harness, events: &[Outgoing]) {
    let database = harness.database("auth");
    let mut connection = database.pool().acquire().await.unwrap();
    outbox::insert(&mut connection, events).await.unwrap();
}

fn act(target: &str) -> Outgoing {
    audit::act("operator", "test.acted", target, Clock::system().now()).unwrap()
}

fn act_of(user_id: UserId, address: &str) -> Outgoing {
    let data = AuditRecorded {
        user_id: user_id.to_string(),
        actor: "user".into(),
        action: "test.acted".into(),
        target: "a thing of theirs".into(),
        succeeded: true,
        ip_address: address.into(),
        user_agent: "their program".into(),
    };
    Outgoing::new(user_id, Clock::system().now(), &data).unwrap()
}

async fn verify(harness: &Harness, anchors: &[Anchor]) -> Result<AuditHead, AuditBreak> {
    verify_audit_log(&harness.database("auth"), anchors)
        .await
        .unwrap()
}

/// A log of five rows.
async fn five_rows(harness: &Harness) {
    let acts: Vec<_> = (1..=5).map(|n| act(&n.to_string())).collect();
    publish(harness, &acts).await;
    rows(harness, &all(), 5).await;
}

/// Does what only someone can who has the whole database.
async fn as_superuser(harness: &Harness, statement: &str) {
    let url = harness.settings().database_url.clone().unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    // Triggers are passed over in this session.
    let script = format!("SET search_path = auth; SET session_replication_role = replica; {statement}");
    sqlx::raw_sql(AssertSqlSafe(script))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// Everything that auth's database holds about the log, as text.
async fn dump(harness: &Harness) -> String {
    let statement = "SELECT coalesce(string_agg(row::text, E'\\n'), '') FROM (
        SELECT audit_log::text AS row FROM audit_log
        UNION ALL SELECT audit_subjects::text FROM audit_subjects
        UNION ALL SELECT audit_arrivals::text FROM audit_arrivals) AS rows";
    support::ask(harness, statement).await
}

#[tokio::test]
async fn what_happens_to_an_account_is_in_the_log() {
    let harness = start().await;
    let user_id = register(&harness).await;
    sign_in_as(&harness, EMAIL, "a wrong one").await.unwrap_err();
    // A failure is noted after its answer.
    rows(&harness, &about(&user_id), 2).await;
    let tokens = sign_in(&harness).await;
    support::sign_out(&harness, &tokens).await;
    let rows = rows(&harness, &about(&user_id), 4).await;
    assert_eq!(
        actions(&rows),
        [
            ("user", "auth.account.created", true),
            ("anonymous", "auth.sign_in.failed", false),
            ("user", "auth.sign_in.succeeded", true),
            ("user", "auth.session.signed_out", true),
        ]
    );
    let signed_in = rows[2].personal.as_ref().unwrap();
    assert_eq!(signed_in.target, tokens.session_id);
    assert!(
        signed_in.user_agent.starts_with("tonic/"),
        "{}",
        signed_in.user_agent
    );
    assert!(!dump(&harness).await.contains(EMAIL));
    verify(&harness, &[]).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn a_refresh_token_that_is_used_twice_is_in_the_log() {
    let harness = start().await;
    let user_id = register(&harness).await;
    let first = sign_in(&harness).await;
    let second = refresh(&harness, &first.refresh_token).await.unwrap();
    refresh(&harness, &second.refresh_token).await.unwrap();
    refresh(&harness, &first.refresh_token).await.unwrap_err();
    let filter = AuditFilter {
        succeeded: Some(false),
        ..about(&user_id)
    };
    let rows = rows(&harness, &filter, 1).await;
    assert_eq!(
        actions(&rows),
        [("anonymous", "auth.session.refresh_token_reused", false)]
    );
    harness.stop().await;
}

#[tokio::test]
async fn what_operators_do_is_in_the_log() {
    let harness = start().await;
    let next = rotate_signing_key(&harness.database("auth"), &harness.settings().master_key)
        .await
        .unwrap();
    let replay = audit::act(
        audit::OPERATOR,
        "operator.dead_letters.replayed",
        "auth.audit",
        Timestamp::UNIX_EPOCH,
    )
    .unwrap();
    DeadLetters::new(harness.broker())
        .replay("auth.audit", None, &replay)
        .await
        .unwrap();
    let mut rows = rows(&harness, &all(), 2).await;
    rows.sort_by(|one, other| one.action.cmp(&other.action));
    let done: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.actor.as_str(),
                row.action.as_str(),
                row.personal.as_ref().unwrap().target.as_str(),
            )
        })
        .collect();
    assert_eq!(
        done,
        [
            ("operator", "keys.signing.announced", next.kid.as_str()),
            ("operator", "operator.dead_letters.replayed", "auth.audit"),
        ]
    );
    assert!(rows.iter().all(|row| row.subject.is_none()));
    harness.stop().await;
}

#[tokio::test]
async fn the_operator_finds_rows_by_what_is_known_of_them() {
    let harness = start().await;
    five_rows(&harness).await;
    let database = harness.database("auth");
    let found = |filter: AuditFilter| {
        let database = database.clone();
        async move {
            let rows = list_audit_log(&database, &filter).await.unwrap();
            rows.into_iter().map(|row| row.seq).collect::<Vec<_>>()
        }
    };
    assert_eq!(found(all()).await, [1, 2, 3, 4, 5]);
    assert_eq!(found(AuditFilter { limit: 2, ..all() }).await, [4, 5]);
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        found(AuditFilter {
            action: text("test."),
            ..all()
        })
        .await
        .len(),
        5
    );
    assert!(
        found(AuditFilter {
            action: text("acted"),
            ..all()
        })
        .await
        .is_empty()
    );
    assert!(
        found(AuditFilter {
            actor: text("user"),
            ..all()
        })
        .await
        .is_empty()
    );
    assert!(
        found(AuditFilter {
            succeeded: Some(false),
            ..all()
        })
        .await
        .is_empty()
    );
    let third = list_audit_log(&database, &all()).await.unwrap()[2].occurred_at;
    assert_eq!(
        found(AuditFilter {
            since: Some(third),
            ..all()
        })
        .await,
        [3, 4, 5]
    );
    assert_eq!(
        found(AuditFilter {
            until: Some(third),
            ..all()
        })
        .await,
        [1, 2]
    );
    harness.stop().await;
}

#[tokio::test]
async fn an_account_that_is_deleted_leaves_a_chain_that_holds_and_nothing_of_theirs() {
    let harness = start().await;
    let user_id = register(&harness).await;
    sign_in(&harness).await;
    let acts = [
        act("kept"),
        act(&user_id),
        act_of(user_id.parse().unwrap(), "203.0.113.7"),
    ];
    publish(&harness, &acts).await;
    let before = rows(&harness, &all(), 5).await;
    let anchor: Anchor = verify(&harness, &[]).await.unwrap().to_string().parse().unwrap();
    assert!(dump(&harness).await.contains("203.0.113.7"));

    support::sql(&harness, "DELETE FROM users").await;
    let after = list_audit_log(&harness.database("auth"), &all()).await.unwrap();
    assert_eq!(after.len(), before.len());
    assert_eq!(verify(&harness, &[anchor]).await.unwrap().seq, anchor.seq);
    let left = dump(&harness).await;
    for theirs in [
        user_id.as_str(),
        "203.0.113.7",
        "their program",
        "a thing of theirs",
        "tonic/",
    ] {
        assert!(!left.contains(theirs), "{theirs} in {left}");
    }
    assert!(left.contains("kept"));
    let gone = list_audit_log(&harness.database("auth"), &about(&user_id)).await;
    assert!(matches!(gone, Err(Error::NotFound(_))));

    // What comes late is kept without what is theirs.
    publish(&harness, &[act_of(user_id.parse().unwrap(), "203.0.113.8")]).await;
    let late = rows(&harness, &all(), before.len() + 1).await.pop().unwrap();
    assert_eq!((late.subject, late.personal), (None, None));
    let left = dump(&harness).await;
    assert!(
        !left.contains("203.0.113.8") && !left.contains(&user_id),
        "{left}"
    );
    verify(&harness, &[anchor]).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn accounts_have_names_of_their_own_that_do_not_follow_from_their_ids() {
    let harness = start().await;
    let ada = register(&harness).await;
    let other = anonymous(&harness)
        .register(support::registration("other@example.com"))
        .await
        .unwrap()
        .into_inner()
        .user_id;
    let ids: [UserId; 2] = [ada.parse().unwrap(), other.parse().unwrap()];
    publish(&harness, &ids.map(|id| act_of(id, ""))).await;
    publish(&harness, &ids.map(|id| act_of(id, ""))).await;
    let of_ada = rows(&harness, &about(&ada), 3).await;
    let of_other = rows(&harness, &about(&other), 3).await;
    assert!(of_ada.iter().all(|row| row.subject == of_ada[0].subject));
    assert_ne!(of_ada[0].subject, of_other[0].subject);
    // The same act has another digest in each row, so that none can be found by guessing.
    assert_ne!(of_ada[1].personal_digest, of_ada[2].personal_digest);
    harness.stop().await;
}

#[tokio::test]
async fn the_service_cannot_change_what_it_has_appended() {
    let harness = start().await;
    five_rows(&harness).await;
    let pool = harness.database("auth").pool().clone();
    for statement in [
        "UPDATE audit_log SET actor = 'user' WHERE seq = 1",
        "UPDATE audit_log SET succeeded = false WHERE seq = 1",
        "UPDATE audit_log SET digest = personal_digest WHERE seq = 1",
        "UPDATE audit_log SET target = 'another' WHERE seq = 1",
        "UPDATE audit_log SET target = NULL WHERE seq = 1",
        "DELETE FROM audit_log WHERE seq = 1",
        "TRUNCATE audit_log",
    ] {
        let refused = sqlx::query(statement).execute(&pool).await.unwrap_err();
        let code = refused
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .unwrap();
        assert_eq!(code, "42501", "{statement}: {refused}");
    }
    // Also when it gives the rights back to itself.
    sqlx::query("GRANT ALL ON audit_log TO CURRENT_USER")
        .execute(&pool)
        .await
        .unwrap();
    for statement in [
        "UPDATE audit_log SET actor = 'user' WHERE seq = 1",
        "UPDATE audit_log SET target = 'another' WHERE seq = 1",
        "DELETE FROM audit_log WHERE seq = 1",
        "TRUNCATE audit_log",
    ] {
        let refused = sqlx::query(statement).execute(&pool).await.unwrap_err();
        assert!(
            refused.to_string().contains("append-only"),
            "{statement}: {refused}"
        );
    }
    assert_eq!(verify(&harness, &[]).await.unwrap().seq, 5);
    harness.stop().await;
}

#[tokio::test]
async fn a_change_past_the_databases_guard_is_named_by_its_row() {
    for (change, fault) in [
        ("event_id = gen_random_uuid()", AuditFault::Changed),
        (
            "occurred_at = occurred_at + interval '1 microsecond'",
            AuditFault::Changed,
        ),
        (
            "recorded_at = recorded_at - interval '1 microsecond'",
            AuditFault::Changed,
        ),
        ("actor = 'user'", AuditFault::Changed),
        ("action = 'test.denied'", AuditFault::Changed),
        ("succeeded = false", AuditFault::Changed),
        ("subject = digest", AuditFault::Changed),
        (
            "personal_digest = digest, salt = NULL, target = NULL, ip_address = NULL, user_agent = NULL",
            AuditFault::Changed,
        ),
        ("digest = personal_digest", AuditFault::Changed),
        ("personal_digest = digest", AuditFault::Personal),
        ("salt = digest", AuditFault::Personal),
        ("target = 'another'", AuditFault::Personal),
        ("ip_address = '203.0.113.7'", AuditFault::Personal),
        ("user_agent = 'another'", AuditFault::Personal),
        ("seq = 30", AuditFault::Missing),
    ] {
        let harness = start().await;
        five_rows(&harness).await;
        as_superuser(&harness, &format!("UPDATE audit_log SET {change} WHERE seq = 3")).await;
        let expected = AuditBreak { seq: 3, fault };
        assert_eq!(verify(&harness, &[]).await, Err(expected), "{change}");
        harness.stop().await;
    }
}

#[tokio::test]
async fn a_log_that_was_cut_or_written_anew_does_not_hold_against_an_anchor() {
    let harness = start().await;
    five_rows(&harness).await;
    let anchor: Anchor = verify(&harness, &[]).await.unwrap().to_string().parse().unwrap();
    as_superuser(&harness, "DELETE FROM audit_log WHERE seq = 5").await;
    assert_eq!(verify(&harness, &[]).await.unwrap().seq, 4);
    let missing = AuditBreak {
        seq: 5,
        fault: AuditFault::Missing,
    };
    assert_eq!(verify(&harness, &[anchor]).await, Err(missing));

    as_superuser(&harness, "DELETE FROM audit_log").await;
    five_rows(&harness).await;
    assert_eq!(verify(&harness, &[]).await.unwrap().seq, 5);
    let rewritten = AuditBreak {
        seq: 5,
        fault: AuditFault::Rewritten,
    };
    assert_eq!(verify(&harness, &[anchor]).await, Err(rewritten));
    harness.stop().await;
}

#[tokio::test]
async fn an_act_is_there_once_however_often_and_wherever_it_is_appended() {
    let harness = start().await;
    let acts: Vec<_> = (0..200).map(|n| act(&n.to_string())).collect();
    publish(&harness, &acts).await;
    publish(&harness, &acts[..50]).await;
    let database = harness.database("auth");
    eventually("all acts", || async {
        let tombstones = tombstones();
        tokio::try_join!(
            append_audit_log(&database, &tombstones),
            append_audit_log(&database, &tombstones)
        )
        .unwrap();
        let head = verify(&harness, &[]).await.unwrap();
        (head.seq >= 200).then_some(())
    })
    .await;
    publish(&harness, &[act("the end")]).await;
    let rows = rows(&harness, &all(), 201).await;
    let mut ids: Vec<Uuid> = rows.iter().map(|row| row.event_id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((rows.len(), ids.len()), (201, 201));
    assert_eq!(verify(&harness, &[]).await.unwrap().seq, 201);
    harness.stop().await;
}

#[tokio::test]
async fn after_its_time_a_row_says_who_and_what_but_not_from_where() {
    let clock = Clock::fixed(Timestamp::constant(1_800_000_000, 0));
    let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
        settings.clock = clock.clone();
    })
    .await;
    let database = harness.database("auth");
    let days = harness.settings().retention.audit_personal_days;
    publish(&harness, &[act("long ago")]).await;
    rows(&harness, &all(), 1).await;
    clock.advance(SignedDuration::from_hours(24 * i64::from(days)));
    publish(&harness, &[act("now")]).await;
    rows(&harness, &all(), 2).await;
    let anchor: Anchor = verify(&harness, &[]).await.unwrap().to_string().parse().unwrap();
    assert_eq!(erase_audit_personal(&database, days).await.unwrap(), 0);
    clock.advance(SignedDuration::from_secs(1));
    assert_eq!(erase_audit_personal(&database, days).await.unwrap(), 1);
    let rows = list_audit_log(&database, &all()).await.unwrap();
    assert_eq!((rows[0].actor.as_str(), &rows[0].personal), ("operator", &None));
    assert_eq!(rows[1].personal.as_ref().unwrap().target, "now");
    verify(&harness, &[anchor]).await.unwrap();
    harness.stop().await;
}
