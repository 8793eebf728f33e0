//! A letter as plain text and as HTML. Every letter has the same parts, so that there is one layout and no letter
//! has markup of its own.

use minijinja::value::Serde;
use minijinja::{Environment, Value};
use serde::Serialize;

use crate::Error;

const TEXT: &str = include_str!("letter.txt.j2");
const HTML: &str = include_str!("letter.html.j2");

/// What a letter says. All of it is plain text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Paragraphs before the action.
    pub opening: Vec<String>,
    /// What the reader is asked to do.
    pub action: Option<Action>,
    /// Paragraphs after the action.
    pub closing: Vec<String>,
}

/// A link with the words that it is shown as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Action {
    /// What following it does, for example "Confirm your address".
    pub label: String,
    /// Where it leads.
    pub url: String,
}

impl Letter {
    /// The letter as plain text.
    ///
    /// # Errors
    /// When the layout is broken.
    pub fn text(&self) -> Result<String, Error> {
        self.render("letter.txt", TEXT)
    }

    /// The letter as HTML, in which none of its texts is markup.
    ///
    /// # Errors
    /// When the layout is broken.
    pub fn html(&self) -> Result<String, Error> {
        self.render("letter.html", HTML)
    }

    /// Escapes by the name's ending.
    fn render(&self, name: &str, layout: &str) -> Result<String, Error> {
        Environment::new()
            .render_named_str(name, layout, Value::from(Serde(self)))
            .map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(name: &str) -> Letter {
        Letter {
            subject: "A passkey was added".into(),
            opening: vec![format!("{name} was registered."), "It was done just now.".into()],
            action: Some(Action {
                label: "See what happened".into(),
                url: "https://pfms.example/security#token=a-b_c".into(),
            }),
            closing: vec!["If it was not you, change your password.".into()],
        }
    }

    #[test]
    fn the_text_has_the_link_on_a_line_of_its_own() {
        let text = letter("Yubi & Co").text().unwrap();
        assert_eq!(
            text,
            "Yubi & Co was registered.\n\nIt was done just now.\n\nSee what happened:\n\
             https://pfms.example/security#token=a-b_c\n\n\
             If it was not you, change your password.\n\n-- \nPFMS, your personal finances\n"
        );
    }

    #[test]
    fn what_people_name_things_is_not_markup() {
        let html = letter("<b onclick='x()'>").html().unwrap();
        assert!(html.contains("&lt;b onclick"), "{html}");
        assert!(!html.contains("<b onclick"), "{html}");
        assert!(html.contains("<title>A passkey was added</title>"), "{html}");
        // No picture and no style is loaded from elsewhere: opening a letter tells nobody.
        assert!(!html.contains("src=") && !html.contains("<link"), "{html}");
    }

    #[test]
    fn a_letter_without_an_action_has_no_link() {
        let letter = Letter {
            action: None,
            ..letter("x")
        };
        assert!(!letter.text().unwrap().contains("http"));
        assert!(!letter.html().unwrap().contains("<a "));
    }
}
