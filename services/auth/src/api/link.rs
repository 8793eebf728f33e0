//! Links that are mailed.

use jiff::Timestamp;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::random;
use crate::letters::Template;
use crate::mail_token::{MailToken, Purpose};
use crate::personal::Personal;
use crate::post::secret_place;
use crate::store::{mail_tokens, mails};

/// Queues a mail with a link for this purpose, in the caller's transaction.
pub(super) async fn mail_link(
    connection: &mut PgConnection,
    personal: &Personal,
    user_id: UserId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<(), Error> {
    let token = MailToken::issue(user_id, &random()?);
    let id = Uuid::now_v7();
    let sealed = personal.seal(user_id, &secret_place(id), token.text().as_bytes())?;
    let template = match purpose {
        Purpose::VerifyEmail => Template::VerifyEmail,
        Purpose::ResetPassword => Template::ResetPassword,
    };
    mail_tokens::insert(connection, &token, purpose, now).await?;
    mails::queue(connection, user_id, id, template, Some(&sealed), None, now).await?;
    Ok(())
}
