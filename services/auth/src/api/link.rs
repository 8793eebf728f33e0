//! Links that are mailed.

use jiff::Timestamp;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::PgConnection;

use super::random;
use crate::letters::Template;
use crate::mail_token::{MailToken, Purpose};
use crate::personal::{MAIL_SECRET, Personal};
use crate::store::mail_tokens;
use crate::store::mails::{self, NewMail};

/// Queues a mail with a link for this purpose, in the caller's transaction.
pub(super) async fn mail_link(
    connection: &mut PgConnection,
    personal: &Personal,
    user_id: UserId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<(), Error> {
    let token = MailToken::issue(user_id, &random()?);
    let template = match purpose {
        Purpose::VerifyEmail => Template::VerifyEmail,
        Purpose::ResetPassword => Template::ResetPassword,
        Purpose::ChangeEmail => Template::ChangeEmail,
    };
    let mut mail = NewMail::plain(template);
    let sealed = personal
        .seal(connection, user_id, MAIL_SECRET, token.text().as_bytes())
        .await?;
    mail.secret_sealed = Some(sealed);
    mail_tokens::insert(connection, &token, purpose, now).await?;
    mails::queue(connection, user_id, &mail, now).await?;
    Ok(())
}
