//! Letters that go out through an SMTP server or into a folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::Timestamp;
use pfms_runtime::Settings;
use pfms_runtime::mail::{Action, Letter, MailError, Mailer};
use pfms_runtime::testing::default_settings;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

fn letter() -> Letter {
    Letter {
        subject: "Confirm your address – PFMS".into(),
        opening: vec!["Somebody registered with this address.".into()],
        action: Some(Action {
            label: "Confirm".into(),
            url: format!("https://pfms.example/verify-email#token={}", "x".repeat(64)),
        }),
        closing: Vec::new(),
    }
}

fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = default_settings("redis://127.0.0.1", "amqp://127.0.0.1");
    change(&mut settings);
    settings
}

/// A server that takes one letter, or refuses its recipient, and gives the lines that it was told.
async fn server(recipient: &'static str) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        let mut told = Vec::new();
        let mut in_letter = false;
        writing.write_all(b"220 test ESMTP\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                _ if in_letter && line == "." => {
                    in_letter = false;
                    "250 taken"
                }
                _ if in_letter => "",
                "RCPT" => recipient,
                "DATA" => {
                    in_letter = true;
                    "354 go on"
                }
                "QUIT" => "221 bye",
                _ => "250 fine",
            };
            told.push(line);
            if !answer.is_empty() {
                writing
                    .write_all(format!("{answer}\r\n").as_bytes())
                    .await
                    .unwrap();
            }
            if answer.starts_with("221") {
                break;
            }
        }
        told
    });
    (url, serving)
}

fn through(url: String) -> Mailer {
    let settings = settings(|settings| {
        settings.smtp_url = Some(url);
        settings.mail_from = Some("PFMS <no-reply@pfms.example>".into());
    });
    Mailer::open(&settings).unwrap()
}

#[tokio::test]
async fn a_server_gets_text_and_html_from_whom_the_settings_say() {
    let (url, serving) = server("250 fine").await;
    let mailer = through(url);
    mailer
        .send(Uuid::nil(), "ada@example.com", &letter(), NOW)
        .await
        .unwrap();
    drop(mailer);
    let told = serving.await.unwrap().join("\n");
    for part in [
        "MAIL FROM:<no-reply@pfms.example>",
        "RCPT TO:<ada@example.com>",
        "Content-Type: multipart/alternative",
        "Content-Type: text/plain",
        "Content-Type: text/html",
        "Auto-Submitted: auto-generated",
        "Date: Fri, 15 Jan 2027 08:00:00 +0000",
    ] {
        assert!(told.contains(part), "{part} is missing in {told}");
    }
}

#[tokio::test]
async fn what_a_server_refuses_for_good_is_told_from_what_may_be_tried_again() {
    let (url, _serving) = server("550 no such person").await;
    let refused = through(url)
        .send(Uuid::nil(), "ada@example.com", &letter(), NOW)
        .await;
    assert!(matches!(refused, Err(MailError::Refused(_))), "{refused:?}");
    let (url, _serving) = server("450 busy").await;
    let failed = through(url)
        .send(Uuid::nil(), "ada@example.com", &letter(), NOW)
        .await;
    assert!(matches!(failed, Err(MailError::Failed(_))), "{failed:?}");
    // Nobody listens there: the port was free a moment ago.
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let failed = through(format!("smtp://{closed}"))
        .send(Uuid::nil(), "ada@example.com", &letter(), NOW)
        .await;
    assert!(matches!(failed, Err(MailError::Failed(_))), "{failed:?}");
}

#[tokio::test]
async fn a_folder_gets_a_file_to_open_and_a_file_to_read() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("mail");
    let mailer = Mailer::open(&settings(|settings| settings.mail_folder = Some(to.clone()))).unwrap();
    let id = Uuid::nil();
    for _ in 0..2 {
        mailer.send(id, "ada@example.com", &letter(), NOW).await.unwrap();
    }
    let text = std::fs::read_to_string(to.join(format!("{id}.txt"))).unwrap();
    assert!(
        text.starts_with("To: ada@example.com\nSubject: Confirm your address – PFMS\n\n"),
        "{text}"
    );
    assert!(
        text.lines().any(|line| line == letter().action.unwrap().url),
        "{text}"
    );
    let message = std::fs::read_to_string(to.join(format!("{id}.eml"))).unwrap();
    assert!(message.contains("multipart/alternative"), "{message}");
    assert_eq!(std::fs::read_dir(&to).unwrap().count(), 2);
}

#[tokio::test]
async fn a_text_that_is_no_address_is_refused_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = Mailer::open(&settings(|settings| {
        settings.mail_folder = Some(folder.path().into());
    }))
    .unwrap();
    for to in [
        "",
        "ada",
        "ada@example.com\r\nBcc: eve@example.com",
        "a@example.com, b@example.com",
    ] {
        let refused = mailer.send(Uuid::nil(), to, &letter(), NOW).await;
        assert!(
            matches!(refused, Err(MailError::Refused(_))),
            "{to:?}: {refused:?}"
        );
    }
}

#[test]
fn settings_that_cannot_work_are_named() {
    let wrong = |change: fn(&mut Settings)| {
        let refused = settings(change).validate();
        refused.unwrap_err().name
    };
    assert_eq!(
        wrong(|s| s.smtp_url = Some("smtps://mail.example.com".into())),
        "PFMS_MAIL_FROM"
    );
    assert_eq!(
        wrong(|s| {
            s.smtp_url = Some("http://mail.example.com".into());
            s.mail_from = Some("a@example.com".into());
        }),
        "PFMS_SMTP_URL"
    );
    assert_eq!(wrong(|s| s.mail_from = Some("nobody".into())), "PFMS_MAIL_FROM");
    assert_eq!(
        wrong(|s| {
            s.smtp_url = Some("smtp://127.0.0.1".into());
            s.mail_from = Some("a@example.com".into());
            s.mail_folder = Some("mail".into());
        }),
        "PFMS_MAIL_FOLDER"
    );
    assert_eq!(wrong(|s| s.public_url = "pfms.example".into()), "PFMS_PUBLIC_URL");
}
