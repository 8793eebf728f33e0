//! SQL of notifications and templates. What quiet hours hold back is not there until it is due.

pub mod preferences;

use std::collections::HashSet;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::events::Claim;
use pfms_runtime::{Database, Error, claiming};
use pfms_types::UserId;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::notification::{Notification, NotificationId, Template};

/// Where a page of notifications begins, in the order of lists: the latest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// When the last notification of the page before was delivered.
    pub deliver_at: Timestamp,
    /// Its id.
    pub id: NotificationId,
}

impl Position {
    /// Before all notifications that are due.
    #[must_use]
    pub fn start(now: Timestamp) -> Self {
        Self {
            deliver_at: now,
            id: Uuid::max().into(),
        }
    }
}

/// A page, and how many notifications are unread, on it or not.
#[derive(Debug, Default)]
pub struct Page {
    /// The latest first, at most as many as asked for.
    pub notifications: Vec<Notification>,
    /// All of the user's.
    pub unread: i64,
}

struct Row {
    id: Uuid,
    category: String,
    title: String,
    body: String,
    data: Option<Value>,
    priority: String,
    read_at: Option<jiff_sqlx::Timestamp>,
    created_at: jiff_sqlx::Timestamp,
    held_until: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<Row> for Notification {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            category: row.category,
            title: row.title,
            body: row.body,
            data: row.data,
            priority: row.priority.parse().map_err(Error::internal)?,
            read_at: row.read_at.map(jiff_sqlx::Timestamp::to_jiff),
            created_at: row.created_at.to_jiff(),
            held_until: row.held_until.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// A notification with whom it is for and about.
#[derive(Debug)]
pub struct Addressed {
    /// Whom it is for.
    pub user_id: UserId,
    /// Another user whom its texts name, and what stands for them once they are erased.
    pub about: Option<(UserId, [u8; 32])>,
    /// What is kept.
    pub notification: Notification,
}

/// Stores the notifications of claimed events, whose ids they bear, and notes the events in the same statement. Gives the
/// ids of those that had not taken effect before. Who was erased meanwhile is not named any more.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    database: &Database,
    claim: &Claim<'_>,
    wanted: &[Addressed],
) -> Result<HashSet<Uuid>, Error> {
    let columns = Columns::of(wanted);
    let mut connection = database.connect().await?;
    let rows = claiming!(
        claim,
        r#", stored AS (
             INSERT INTO notifications (user_id, id, category, title, body, data, priority, created_at, held_until,
                                        about_user_id)
             SELECT user_id, id, category, title, body, data, priority, created_at, held_until, about_user_id
             FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $10::text[],
                         $11::timestamptz[], $12::timestamptz[], $13::uuid[], $14::bytea[])
                  AS wanted (user_id, id, category, title, body, data, priority, created_at, held_until,
                             about_user_id, about_digest)
             JOIN first ON first.event_id = wanted.id
             WHERE NOT EXISTS (SELECT FROM erased_users WHERE erased_users.digest = wanted.about_digest)
             ON CONFLICT (user_id, id) DO NOTHING
           )
           SELECT event_id FROM first"#,
        &columns.user_ids,
        &columns.ids,
        &columns.categories,
        &columns.titles,
        &columns.bodies,
        &columns.data as _,
        &columns.priorities,
        &columns.created_at as _,
        &columns.held_until as _,
        &columns.about as _,
        &columns.about_digests as _,
    )
    .fetch_all(&mut *connection)
    .await?;
    connection.keep();
    Ok(rows.into_iter().map(|row| row.event_id).collect())
}

#[derive(Default)]
struct Columns {
    user_ids: Vec<Uuid>,
    ids: Vec<Uuid>,
    categories: Vec<String>,
    titles: Vec<String>,
    bodies: Vec<String>,
    data: Vec<Option<Value>>,
    priorities: Vec<String>,
    created_at: Vec<jiff_sqlx::Timestamp>,
    held_until: Vec<Option<jiff_sqlx::Timestamp>>,
    about: Vec<Option<Uuid>>,
    about_digests: Vec<Option<Vec<u8>>>,
}

impl Columns {
    fn of(wanted: &[Addressed]) -> Self {
        let mut columns = Self::default();
        for Addressed {
            user_id,
            about,
            notification,
        } in wanted
        {
            columns.user_ids.push(user_id.uuid());
            columns.ids.push(notification.id.uuid());
            columns.categories.push(notification.category.clone());
            columns.titles.push(notification.title.clone());
            columns.bodies.push(notification.body.clone());
            columns.data.push(notification.data.clone());
            columns.priorities.push(notification.priority.as_str().to_owned());
            columns.created_at.push(notification.created_at.to_sqlx());
            columns
                .held_until
                .push(notification.held_until.map(ToSqlx::to_sqlx));
            columns.about.push(about.map(|(user_id, _)| user_id.uuid()));
            columns
                .about_digests
                .push(about.map(|(_, digest)| digest.to_vec()));
        }
        columns
    }
}

/// The texts of the template for push messages with this category and key.
///
/// # Errors
/// When the database does not answer.
pub async fn template(pool: &PgPool, category: &str, key: &str) -> Result<Option<Template>, Error> {
    let template = sqlx::query_as!(
        Template,
        "SELECT subject AS title, body_template AS body FROM notification_templates
         WHERE category = $1 AND channel = 'push' AND template_key = $2",
        category,
        key,
    )
    .fetch_optional(pool)
    .await?;
    Ok(template)
}

/// Notifications after a position, and how many of those that are due are unread, in one round trip.
///
/// # Errors
/// When the database does not answer.
pub async fn page(
    pool: &PgPool,
    user_id: UserId,
    after: Position,
    unread_only: bool,
    limit: i64,
    now: Timestamp,
) -> Result<Page, Error> {
    // Two texts, because a plan for "any or unread" could not use the index of the unread ones. The count is a
    // row of its own, so that it is there for an empty page too.
    macro_rules! list {
        ($text:literal) => {
            sqlx::query!(
                $text,
                user_id.uuid(),
                after.deliver_at.to_sqlx() as _,
                after.id.uuid(),
                limit,
                now.to_sqlx() as _,
            )
            .fetch_all(pool)
            .await?
            .into_iter()
            .map(|row| {
                (
                    row.unread,
                    row.id.map(|id| Row {
                        id,
                        category: row.category,
                        title: row.title,
                        body: row.body,
                        data: row.data,
                        priority: row.priority,
                        read_at: row.read_at,
                        created_at: row.created_at,
                        held_until: row.held_until,
                    }),
                )
            })
            .collect::<Vec<_>>()
        };
    }
    let rows = if unread_only {
        list!(
            r#"SELECT counted.unread AS "unread!", page.id AS "id?", coalesce(page.category, '') AS "category!",
                      coalesce(page.title, '') AS "title!", coalesce(page.body, '') AS "body!",
                      page.data AS "data?", coalesce(page.priority, '') AS "priority!",
                      page.read_at AS "read_at?: jiff_sqlx::Timestamp",
                      coalesce(page.created_at, 'epoch') AS "created_at!: jiff_sqlx::Timestamp",
                      page.held_until AS "held_until?: jiff_sqlx::Timestamp"
               FROM (
                 SELECT count(*) AS unread FROM notifications
                 WHERE user_id = $1 AND read_at IS NULL AND deliver_at <= $5
               ) counted
               LEFT JOIN (
                 SELECT * FROM notifications
                 WHERE user_id = $1 AND read_at IS NULL AND (deliver_at, id) < ($2, $3)
                 ORDER BY deliver_at DESC, id DESC LIMIT $4
               ) page ON true
               ORDER BY page.deliver_at DESC, page.id DESC"#
        )
    } else {
        list!(
            r#"SELECT counted.unread AS "unread!", page.id AS "id?", coalesce(page.category, '') AS "category!",
                      coalesce(page.title, '') AS "title!", coalesce(page.body, '') AS "body!",
                      page.data AS "data?", coalesce(page.priority, '') AS "priority!",
                      page.read_at AS "read_at?: jiff_sqlx::Timestamp",
                      coalesce(page.created_at, 'epoch') AS "created_at!: jiff_sqlx::Timestamp",
                      page.held_until AS "held_until?: jiff_sqlx::Timestamp"
               FROM (
                 SELECT count(*) AS unread FROM notifications
                 WHERE user_id = $1 AND read_at IS NULL AND deliver_at <= $5
               ) counted
               LEFT JOIN (
                 SELECT * FROM notifications
                 WHERE user_id = $1 AND (deliver_at, id) < ($2, $3)
                 ORDER BY deliver_at DESC, id DESC LIMIT $4
               ) page ON true
               ORDER BY page.deliver_at DESC, page.id DESC"#
        )
    };
    let mut page = Page::default();
    for (unread, row) in rows {
        page.unread = unread;
        if let Some(row) = row {
            page.notifications.push(row.try_into()?);
        }
    }
    Ok(page)
}

/// One notification.
///
/// # Errors
/// When the user has none with this id that is due, or the database does not answer.
pub async fn get(
    pool: &PgPool,
    user_id: UserId,
    id: NotificationId,
    now: Timestamp,
) -> Result<Notification, Error> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, category, title, body, data, priority, read_at AS "read_at: jiff_sqlx::Timestamp",
                  created_at AS "created_at: jiff_sqlx::Timestamp", held_until AS "held_until: jiff_sqlx::Timestamp"
           FROM notifications WHERE user_id = $1 AND id = $2 AND deliver_at <= $3"#,
        user_id.uuid(),
        id.uuid(),
        now.to_sqlx() as _,
    )
    .fetch_optional(pool)
    .await?
    .ok_or(Error::NotFound("the notification"))?
    .try_into()
}

/// Marks a notification as read; the first time counts.
///
/// # Errors
/// When the user has none with this id that is due, or the database does not answer.
pub async fn mark_read(
    connection: &mut PgConnection,
    user_id: UserId,
    id: NotificationId,
    now: Timestamp,
) -> Result<Notification, Error> {
    sqlx::query_as!(
        Row,
        r#"UPDATE notifications SET read_at = coalesce(read_at, $3)
           WHERE user_id = $1 AND id = $2 AND deliver_at <= $3
           RETURNING id, category, title, body, data, priority, read_at AS "read_at: jiff_sqlx::Timestamp",
                     created_at AS "created_at: jiff_sqlx::Timestamp",
                     held_until AS "held_until: jiff_sqlx::Timestamp""#,
        user_id.uuid(),
        id.uuid(),
        now.to_sqlx() as _,
    )
    .fetch_optional(connection)
    .await?
    .ok_or(Error::NotFound("the notification"))?
    .try_into()
}

/// Marks all of a user's notifications that are due as read; gives how many were not.
///
/// # Errors
/// When the database does not answer.
pub async fn mark_all_read(
    connection: &mut PgConnection,
    user_id: UserId,
    now: Timestamp,
) -> Result<u64, Error> {
    let marked = sqlx::query!(
        "UPDATE notifications SET read_at = $2 WHERE user_id = $1 AND read_at IS NULL AND deliver_at <= $2",
        user_id.uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(marked.rows_affected())
}
