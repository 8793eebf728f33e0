//! Tells of the mails that the mesh writes into a folder, so that their links can be followed.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use crate::progress::Progress;

/// How often it is looked for new mails.
const EVERY: Duration = Duration::from_millis(500);

/// Tells of each mail that comes into the folder from now on, until it is dropped.
pub async fn tell(folder: &Path, progress: &Progress) {
    let mut known: HashSet<OsString> = names(folder).into_iter().collect();
    loop {
        tokio::time::sleep(EVERY).await;
        for name in names(folder) {
            if known.contains(&name) {
                continue;
            }
            if let Ok(mail) = tokio::fs::read_to_string(folder.join(&name)).await {
                progress.note(summary(&mail));
                known.insert(name);
            }
        }
    }
}

/// The readable forms of the folder's mails, in the order of time. A folder that is not there has none.
fn names(folder: &Path) -> Vec<OsString> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries
        .map(|entry| entry.file_name())
        .filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "txt"))
        .collect();
    names.sort();
    names
}

/// Whom a mail is to, what it is about, and its first link.
fn summary(mail: &str) -> String {
    let header = |name: &str| {
        mail.lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default()
    };
    let link = mail
        .lines()
        .find(|line| line.starts_with("http://") || line.starts_with("https://"));
    let mut text = format!("  mail to {}: {}", header("To: "), header("Subject: "));
    if let Some(link) = link {
        text.push_str("\n    ");
        text.push_str(link);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_told_with_its_link() {
        let mail = "To: ada@example.com\nSubject: Confirm\n\nPlease.\n\nConfirm:\nhttp://127.0.0.1:3000/x#token=y\n\n-- \n";
        assert_eq!(
            summary(mail),
            "  mail to ada@example.com: Confirm\n    http://127.0.0.1:3000/x#token=y"
        );
        assert_eq!(
            summary("To: a@b.de\nSubject: Hello\n\nText"),
            "  mail to a@b.de: Hello"
        );
    }

    #[test]
    fn only_readable_forms_are_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["2.txt", "1.txt", "1.eml", "3.txt.part"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(names(folder.path()), ["1.txt", "2.txt"]);
        assert!(names(&folder.path().join("absent")).is_empty());
    }
}
