//! SQL of notifications and templates. What quiet hours hold back is not there until it is due.

pub mod preferences;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
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

/// Stores a notification, unless the user has one with this id.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    connection: &mut PgConnection,
    user_id: UserId,
    notification: &Notification,
    about: Option<UserId>,
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO notifications (user_id, id, category, title, body, data, priority, created_at, held_until,
                                    about_user_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (user_id, id) DO NOTHING",
        user_id.uuid(),
        notification.id.uuid(),
        notification.category,
        notification.title,
        notification.body,
        notification.data,
        notification.priority.as_str(),
        notification.created_at.to_sqlx() as _,
        notification.held_until.map(ToSqlx::to_sqlx) as _,
        about.map(UserId::uuid),
    )
    .execute(connection)
    .await?;
    Ok(())
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
