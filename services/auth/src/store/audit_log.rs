//! The audit log.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::audit_subjects::digest;
use crate::audit_log::{Arrival, Digest, Entry, Filter, Head, Personal};

/// Held by the process that appends.
const LOCK: i32 = 0x6175_6474;
/// Rows whose personal part one statement erases.
const BATCH: i64 = 5_000;

/// Keeps an act until it is appended.
///
/// # Errors
/// When the database does not answer.
pub async fn note_arrival(connection: &mut PgConnection, arrival: &Arrival) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit_arrivals (event_id, occurred_at, actor, action, succeeded, user_id, target,
                                     ip_address, user_agent)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
         WHERE NOT EXISTS (SELECT FROM audit_log WHERE event_id = $1)
         ON CONFLICT (event_id) DO NOTHING",
        arrival.event_id,
        arrival.occurred_at.to_sqlx() as _,
        arrival.actor,
        arrival.action,
        arrival.succeeded,
        arrival.user_id.map(pfms_types::UserId::uuid),
        arrival.target,
        arrival.ip_address,
        arrival.user_agent,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes this transaction the only one that appends, until it ends.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        r#"SELECT pg_advisory_xact_lock($1, hashtext(current_schema())) AS "locked!: ()""#,
        LOCK,
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

/// Takes out the acts that arrived first, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn take_arrivals(connection: &mut PgConnection, limit: i64) -> Result<Vec<Arrival>, sqlx::Error> {
    let mut rows = sqlx::query!(
        r#"DELETE FROM audit_arrivals WHERE seq IN (SELECT seq FROM audit_arrivals ORDER BY seq LIMIT $1)
           RETURNING seq, event_id, occurred_at AS "occurred_at: jiff_sqlx::Timestamp", actor, action, succeeded,
                     user_id, target, ip_address, user_agent"#,
        limit,
    )
    .fetch_all(connection)
    .await?;
    rows.sort_unstable_by_key(|row| row.seq);
    let arrivals = rows.into_iter().map(|row| Arrival {
        event_id: row.event_id,
        occurred_at: row.occurred_at.to_jiff(),
        actor: row.actor,
        action: row.action,
        succeeded: row.succeeded,
        user_id: row.user_id.map(Into::into),
        target: row.target,
        ip_address: row.ip_address,
        user_agent: row.user_agent,
    });
    Ok(arrivals.collect())
}

/// The last row's place.
///
/// # Errors
/// When the database does not answer.
pub async fn head(executor: impl PgExecutor<'_>) -> Result<Head, sqlx::Error> {
    let row = sqlx::query!("SELECT seq, digest FROM audit_log ORDER BY seq DESC LIMIT 1")
        .fetch_optional(executor)
        .await?;
    match row {
        None => Ok(Head::BEGIN),
        Some(row) => Ok(Head {
            seq: row.seq,
            digest: digest(&row.digest)?,
        }),
    }
}

/// Appends rows.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(connection: &mut PgConnection, rows: &[(Entry, Digest)]) -> Result<(), sqlx::Error> {
    let column = |of: fn(&(Entry, Digest)) -> Vec<u8>| rows.iter().map(of).collect::<Vec<_>>();
    let text = |of: fn(&Entry) -> &String| rows.iter().map(|row| of(&row.0).clone()).collect::<Vec<_>>();
    let personal = |of: fn(&Personal) -> &String| {
        let texts = rows
            .iter()
            .map(|row| row.0.personal.as_ref().map(|part| of(part).clone()));
        texts.collect::<Vec<_>>()
    };
    let seqs: Vec<_> = rows.iter().map(|row| row.0.seq).collect();
    let event_ids: Vec<_> = rows.iter().map(|row| row.0.event_id).collect();
    let occurred: Vec<_> = rows.iter().map(|row| row.0.occurred_at.to_sqlx()).collect();
    let recorded: Vec<_> = rows.iter().map(|row| row.0.recorded_at.to_sqlx()).collect();
    let succeeded: Vec<_> = rows.iter().map(|row| row.0.succeeded).collect();
    let subjects: Vec<_> = rows
        .iter()
        .map(|row| row.0.subject.map(|subject| subject.to_vec()))
        .collect();
    let salts = rows
        .iter()
        .map(|row| row.0.personal.as_ref().map(|part| part.salt.to_vec()));
    sqlx::query!(
        "INSERT INTO audit_log (seq, event_id, occurred_at, recorded_at, actor, action, succeeded, subject,
                                personal_digest, salt, target, ip_address, user_agent, digest)
         SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[],
                              $7::boolean[], $8::bytea[], $9::bytea[], $10::bytea[], $11::text[], $12::text[],
                              $13::text[], $14::bytea[])",
        &seqs,
        &event_ids,
        &occurred as _,
        &recorded as _,
        &text(|entry| &entry.actor),
        &text(|entry| &entry.action),
        &succeeded,
        &subjects as _,
        &column(|row| row.0.personal_digest.to_vec()),
        &salts.collect::<Vec<_>>() as _,
        &personal(|part| &part.target) as _,
        &personal(|part| &part.ip_address) as _,
        &personal(|part| &part.user_agent) as _,
        &column(|row| row.1.to_vec()),
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct Row {
    seq: i64,
    event_id: Uuid,
    occurred_at: jiff_sqlx::Timestamp,
    recorded_at: jiff_sqlx::Timestamp,
    actor: String,
    action: String,
    succeeded: bool,
    subject: Option<Vec<u8>>,
    personal_digest: Vec<u8>,
    salt: Option<Vec<u8>>,
    target: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    digest: Vec<u8>,
}

impl Row {
    fn read(self) -> Result<(Entry, Digest), sqlx::Error> {
        let personal = match self.salt {
            None => None,
            Some(salt) => Some(Personal {
                salt: digest(&salt)?,
                target: self.target.unwrap_or_default(),
                ip_address: self.ip_address.unwrap_or_default(),
                user_agent: self.user_agent.unwrap_or_default(),
            }),
        };
        let entry = Entry {
            seq: self.seq,
            event_id: self.event_id,
            occurred_at: self.occurred_at.to_jiff(),
            recorded_at: self.recorded_at.to_jiff(),
            actor: self.actor,
            action: self.action,
            succeeded: self.succeeded,
            subject: self.subject.as_deref().map(digest).transpose()?,
            personal_digest: digest(&self.personal_digest)?,
            personal,
        };
        Ok((entry, digest(&self.digest)?))
    }
}

/// At most `limit` rows after this one, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn after(pool: &PgPool, seq: i64, limit: i64) -> Result<Vec<(Entry, Digest)>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT seq, event_id, occurred_at AS "occurred_at: _", recorded_at AS "recorded_at: _", actor, action,
                  succeeded, subject, personal_digest, salt, target, ip_address, user_agent, digest
           FROM audit_log WHERE seq > $1 ORDER BY seq LIMIT $2"#,
        seq,
        limit,
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// The latest rows that a filter lets through, the latest first.
///
/// # Errors
/// When the database does not answer.
pub async fn latest(
    pool: &PgPool,
    filter: &Filter,
    subject: Option<Digest>,
) -> Result<Vec<Entry>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT seq, event_id, occurred_at AS "occurred_at: _", recorded_at AS "recorded_at: _", actor, action,
                  succeeded, subject, personal_digest, salt, target, ip_address, user_agent, digest
           FROM audit_log
           WHERE ($1::bytea IS NULL OR subject = $1) AND ($2::text IS NULL OR actor = $2)
             AND ($3::text IS NULL OR starts_with(action, $3)) AND ($4::boolean IS NULL OR succeeded = $4)
             AND ($5::timestamptz IS NULL OR occurred_at >= $5) AND ($6::timestamptz IS NULL OR occurred_at < $6)
           ORDER BY seq DESC LIMIT $7"#,
        subject.map(|subject| subject.to_vec()),
        filter.actor,
        filter.action,
        filter.succeeded,
        filter.since.map(ToSqlx::to_sqlx) as _,
        filter.until.map(ToSqlx::to_sqlx) as _,
        filter.limit,
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(|row| Ok(row.read()?.0)).collect()
}

/// Erases what is personal in rows that were appended before, and says in how many.
///
/// # Errors
/// When the database does not answer.
pub async fn erase_personal(pool: &PgPool, kept: SignedDuration, now: Timestamp) -> Result<u64, sqlx::Error> {
    let mut erased = 0;
    loop {
        let batch = sqlx::query!(
            "UPDATE audit_log SET salt = NULL, target = NULL, ip_address = NULL, user_agent = NULL
             WHERE seq IN (SELECT seq FROM audit_log WHERE salt IS NOT NULL AND recorded_at < $1
                           ORDER BY recorded_at LIMIT $2)",
            (now - kept).to_sqlx() as _,
            BATCH,
        )
        .execute(pool)
        .await?
        .rows_affected();
        erased += batch;
        if batch < BATCH.unsigned_abs() {
            return Ok(erased);
        }
    }
}
