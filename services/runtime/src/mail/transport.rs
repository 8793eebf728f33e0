//! How letters go out: through an SMTP server, into a folder, or not at all.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use uuid::Uuid;

use super::Letter;
use crate::Settings;
use crate::settings::SettingError;

/// How long a server may take for each of its answers.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Whom letters in a folder are from when no one is named.
const NOBODY: &str = "PFMS <pfms@localhost>";

/// A letter did not go out.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It never will: the address is none, or the server refuses it for good.
    #[error("the letter is refused: {0}")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It may later.
    #[error("the letter was not taken: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Sends letters.
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

enum Way {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Folder(PathBuf),
    Off,
}

impl Mailer {
    /// As the settings say. No connection is made.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn open(settings: &Settings) -> Result<Self, SettingError> {
        let wrong = |name: &str, problem: String| SettingError {
            name: name.to_owned(),
            problem,
        };
        let from = settings.mail_from.as_deref().unwrap_or(NOBODY);
        let from = from.parse().map_err(|error| {
            wrong(
                "PFMS_MAIL_FROM",
                format!("must be as in \"PFMS <no-reply@example.com>\": {error}"),
            )
        })?;
        let way = match (&settings.smtp_url, &settings.mail_folder) {
            (Some(_), Some(_)) => {
                return Err(wrong(
                    "PFMS_MAIL_FOLDER",
                    "cannot be set beside PFMS_SMTP_URL".into(),
                ));
            }
            (Some(_), None) if settings.mail_from.is_none() => {
                return Err(wrong("PFMS_MAIL_FROM", "is required with PFMS_SMTP_URL".into()));
            }
            (Some(url), None) => {
                let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(|error| wrong("PFMS_SMTP_URL", error.to_string()))?;
                Way::Smtp(Box::new(transport.timeout(Some(TIMEOUT)).build()))
            }
            (None, Some(folder)) => Way::Folder(folder.clone()),
            (None, None) => Way::Off,
        };
        Ok(Self { from, way })
    }

    /// Sends a letter. One that is sent again under its id replaces the first in a folder, and reaches a person
    /// twice.
    ///
    /// # Errors
    /// When it did not go out.
    pub async fn send(&self, id: Uuid, to: &str, letter: &Letter, now: Timestamp) -> Result<(), MailError> {
        let text = letter.text().map_err(|error| MailError::Refused(error.into()))?;
        let html = letter.html().map_err(|error| MailError::Refused(error.into()))?;
        let address: Address = to.parse().map_err(|error| MailError::Refused(Box::new(error)))?;
        let message = Message::builder()
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .date(SystemTime::from(now))
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(letter.subject.clone())
            // Who is away does not answer a machine (RFC 3834).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(MultiPart::alternative_plain_html(text.clone(), html))
            .map_err(|error| MailError::Refused(Box::new(error)))?;
        match &self.way {
            Way::Smtp(transport) => transport.send(message).await.map(drop).map_err(outcome),
            Way::Folder(folder) => {
                let shown = format!("To: {to}\nSubject: {}\n\n{text}", letter.subject);
                let written = async {
                    tokio::fs::create_dir_all(folder).await?;
                    write(&folder.join(format!("{id}.eml")), &message.formatted()).await?;
                    write(&folder.join(format!("{id}.txt")), shown.as_bytes()).await
                };
                written
                    .await
                    .map_err(|error: std::io::Error| MailError::Failed(Box::new(error)))
            }
            Way::Off => {
                tracing::info!(mail = %id, "not sent: neither PFMS_SMTP_URL nor PFMS_MAIL_FOLDER is set");
                Ok(())
            }
        }
    }
}

fn outcome(error: smtp::Error) -> MailError {
    if error.is_permanent() {
        MailError::Refused(Box::new(error))
    } else {
        MailError::Failed(Box::new(error))
    }
}

/// Writes a file that appears whole.
async fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".part");
    tokio::fs::write(&partial, content).await?;
    tokio::fs::rename(&partial, path).await
}
