//! The mails that auth sent.

use std::path::PathBuf;

use pfms_runtime::Settings;
use pfms_runtime::testing::{Harness, eventually};
use tempfile::TempDir;

/// A folder that auth's mails arrive in.
pub struct Mailbox(TempDir);

impl Mailbox {
    /// Auth with a mailbox.
    pub async fn start() -> (Harness, Self) {
        Self::start_with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> (Harness, Self) {
        let folder = tempfile::tempdir().unwrap();
        let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
            settings.mail_folder = Some(folder.path().join("mail"));
            change(settings);
        })
        .await;
        (harness, Self(folder))
    }

    /// What arrives in `mail` of this folder.
    pub fn in_folder(folder: TempDir) -> Self {
        Self(folder)
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("mail")
    }

    /// Lets no mail in, before the first one has come.
    pub fn shut(&self) {
        std::fs::write(self.folder(), "no folder").unwrap();
    }

    /// Lets mails in again.
    pub fn open(&self) {
        std::fs::remove_file(self.folder()).unwrap();
    }

    /// All mails with this subject to this address.
    pub fn all(&self, to: &str, subject: &str) -> Vec<String> {
        let head = format!("To: {to}\nSubject: {subject}\n");
        let entries = std::fs::read_dir(self.folder()).into_iter().flatten();
        let mut paths: Vec<_> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "txt"))
            .collect();
        paths.sort();
        let mails = paths
            .into_iter()
            .map(|path| std::fs::read_to_string(path).unwrap());
        mails.filter(|mail| mail.starts_with(&head)).collect()
    }

    /// The last mail with this subject, once there are so many.
    pub async fn wait_for(&self, to: &str, subject: &str, count: usize) -> String {
        eventually(subject, || async {
            let mails = self.all(to, subject);
            (mails.len() >= count).then(|| mails.last().cloned()).flatten()
        })
        .await
    }

    /// The mail with this subject, once it is there.
    pub async fn wait(&self, to: &str, subject: &str) -> String {
        self.wait_for(to, subject, 1).await
    }

    /// The token of the link in the last mail with this subject, once there are so many.
    pub async fn token(&self, to: &str, subject: &str, count: usize) -> String {
        let mail = self.wait_for(to, subject, count).await;
        let (_, token) = mail.split_once("#token=").unwrap();
        token.lines().next().unwrap().to_owned()
    }
}
