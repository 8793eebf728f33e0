//! Makes archives, one at a time in each process. Who is killed is noticed by the lease; whoever takes over begins
//! again, and what the first one might still write is refused.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use pfms_proto::events::v1::{AuditRecorded, NotificationSend};
use pfms_runtime::events::{Outgoing, outbox};
use pfms_runtime::sealed::{Seals, UserSeal};
use pfms_runtime::{Database, Error};

use super::archive::Archive;
use super::gather::Sources;
use super::store::{self, Taken};

/// How long after a failure an archive is begun again.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// Makes archives.
#[derive(Clone)]
pub struct Job {
    database: Database,
    seals: Seals,
    sources: Sources,
}

/// An archive in the making, and what has been stored of it.
struct Draft<'a> {
    job: &'a Job,
    taken: Taken,
    seal: UserSeal,
    archive: Archive,
    stored: i32,
    size: i64,
    progress: i32,
}

impl Job {
    /// From these sources.
    #[must_use]
    pub fn new(database: Database, seals: Seals, sources: Sources) -> Self {
        Self {
            database,
            seals,
            sources,
        }
    }

    /// Makes the archives that wait.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run(&self) -> Result<(), Error> {
        while let Some(taken) = store::take(self.database.pool(), self.now()).await? {
            if let Err(error) = self.make(taken).await {
                let error = pfms_runtime::error::chain(&error);
                tracing::warn!(export_id = %taken.id, attempt = taken.attempt, error, "an export is begun again");
                store::give_up(self.database.pool(), taken, self.now() + PAUSE).await?;
            }
        }
        Ok(())
    }

    /// Removes the archives whose time is over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_expired(&self) -> Result<(), Error> {
        let removed = store::remove_expired(self.database.pool(), self.now()).await?;
        tracing::debug!(removed, "expired exports");
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.database.clock().now()
    }

    async fn make(&self, taken: Taken) -> Result<(), Error> {
        let mut connection = self.database.pool().acquire().await?;
        let seal = self.seals.of(&mut connection, taken.user_id).await?;
        drop(connection);
        let mut draft = Draft {
            job: self,
            taken,
            seal,
            archive: Archive::new(),
            stored: 0,
            size: 0,
            progress: 0,
        };
        let mut sources = self.sources.of(taken.user_id).await?;
        let count = i32::try_from(sources.len()).unwrap_or(i32::MAX).max(1);
        draft.archive.file("README.txt")?;
        draft.archive.write(readme(taken, self.now()).as_bytes())?;
        for (done, source) in (0..).zip(&mut sources) {
            draft.progress = done * 100 / count;
            draft.renew().await?;
            draft.archive.file(&source.file())?;
            let mut pieces = source.read().await?;
            while let Some(piece) = pieces.message().await.map_err(Error::from)? {
                draft.archive.write(&piece.content)?;
                draft.store_pieces().await?;
            }
        }
        draft.finish().await
    }
}

impl Draft<'_> {
    async fn renew(&mut self) -> Result<(), Error> {
        let mut connection = self.job.database.pool().acquire().await?;
        require(store::renew(&mut connection, self.taken, self.progress, self.job.now()).await?)
    }

    async fn store_pieces(&mut self) -> Result<(), Error> {
        while let Some(piece) = self.archive.piece() {
            self.store(&piece).await?;
        }
        Ok(())
    }

    /// In one transaction with the lease: who has lost it writes nothing.
    async fn store(&mut self, piece: &[u8]) -> Result<(), Error> {
        let column = column(self.taken.id, self.stored);
        let sealed = self.seal.seal_bytes(TABLE, &column, piece)?;
        let mut transaction = self.job.database.pool().begin().await?;
        require(store::renew(&mut transaction, self.taken, self.progress, self.job.now()).await?)?;
        store::add_chunk(&mut transaction, self.taken, self.stored, &sealed).await?;
        transaction.commit().await?;
        self.stored += 1;
        self.size += i64::try_from(piece.len()).unwrap_or(i64::MAX);
        Ok(())
    }

    async fn finish(mut self) -> Result<(), Error> {
        let archive = std::mem::replace(&mut self.archive, Archive::new());
        for piece in archive.finish()? {
            self.store(&piece).await?;
        }
        let (now, taken) = (self.job.now(), self.taken);
        let mut transaction = self.job.database.pool().begin().await?;
        require(store::renew(&mut transaction, taken, 100, now).await?)?;
        store::complete(&mut transaction, taken, self.size, now).await?;
        let events = [
            Outgoing::new(taken.user_id, now, &ready(taken))?,
            Outgoing::new(taken.user_id, now, &audit(taken, "user.export.completed"))?,
        ];
        outbox::insert(&mut transaction, &events).await?;
        transaction.commit().await?;
        self.job.database.wake_relay();
        Ok(())
    }
}

fn require(held: bool) -> Result<(), Error> {
    if held {
        Ok(())
    } else {
        Err(Error::internal("another process has taken the export over"))
    }
}

/// The table for which pieces are sealed.
pub(super) const TABLE: &str = "export_chunks";

/// The place within it that a piece is sealed for: none can be put in another's place.
pub(super) fn column(id: super::ExportId, number: i32) -> String {
    format!("sealed/{id}/{number}")
}

/// What the audit log is told.
pub(super) fn audit(taken: Taken, action: &str) -> AuditRecorded {
    AuditRecorded {
        user_id: taken.user_id.to_string(),
        actor: "user".to_owned(),
        action: action.to_owned(),
        target: taken.id.to_string(),
        succeeded: true,
        ..AuditRecorded::default()
    }
}

fn ready(taken: Taken) -> NotificationSend {
    let refers: HashMap<String, pbjson_types::Value> =
        [("exportId".to_owned(), taken.id.to_string().into())].into();
    NotificationSend {
        user_id: taken.user_id.to_string(),
        category: "privacy".to_owned(),
        title: "Your data is ready for download".to_owned(),
        body: "The archive that you asked for can be downloaded for 7 days.".to_owned(),
        priority: "medium".to_owned(),
        data: Some(refers.into()),
        ..NotificationSend::default()
    }
}

fn readme(taken: Taken, now: Timestamp) -> String {
    format!(
        "This archive holds what PFMS keeps about the account {user}, as of {now}.\n\
         \n\
         There is a folder for each part of the system, and in it two files for each kind of thing:\n\
         the same content once as JSON (an array of objects) and once as CSV (RFC 4180, UTF-8), for\n\
         programs and for spreadsheets.\n\
         \n\
         Amounts are exact decimals with their ISO 4217 currency. Dates are ISO 8601, instants RFC 3339.\n\
         Bytes, such as uploaded components, are in base64. In CSV a text that a spreadsheet would take\n\
         for a formula has an apostrophe before it.\n\
         \n\
         Left out are hashes of passwords and tokens, which say nothing about you, and indexes that are\n\
         made from the rest.\n",
        user = taken.user_id,
    )
}
