//! What auth's mails say.

use std::collections::HashMap;

use pfms_runtime::mail::{Action, Letter};

use crate::mail_token::Purpose;
use crate::security::Kind;

/// Where links lead: pages of the application, which take what they need from the fragment. A fragment is not sent
/// to servers, so it is in none of their logs, and a scanner that follows links uses nothing up.
#[derive(Clone, Debug)]
pub struct Links {
    base: String,
}

impl Links {
    /// Below this URL.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
        }
    }

    fn to(&self, page: &str) -> String {
        format!("{}/{page}", self.base)
    }

    fn with_token(&self, page: &str, token: &str) -> String {
        format!("{}/{page}#token={token}", self.base)
    }
}

/// Which letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// With a link that proves the address.
    VerifyEmail,
    /// With a link to set a new password.
    ResetPassword,
    /// Somebody registered with an address that has an account.
    AccountExists,
    /// With a link that gives an account the address.
    ChangeEmail,
    /// Somebody wants to give another account the address of this one.
    AddressTaken,
    /// A security event.
    Security,
}

impl Template {
    /// As in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::AccountExists => "account_exists",
            Self::ChangeEmail => "change_email",
            Self::AddressTaken => "address_taken",
            Self::Security => "security",
        }
    }

    /// The template of a name in the database.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [
            Self::VerifyEmail,
            Self::ResetPassword,
            Self::AccountExists,
            Self::ChangeEmail,
            Self::AddressTaken,
            Self::Security,
        ]
        .into_iter()
        .find(|template| template.as_str() == name)
    }
}

/// The letter that proves an address.
#[must_use]
pub fn verify_email(links: &Links, token: &str) -> Letter {
    Letter {
        subject: "Confirm your e-mail address".into(),
        opening: vec!["Please confirm that this is your address, so that PFMS can reach you when it matters.".into()],
        action: Some(Action {
            label: "Confirm your address".into(),
            url: links.with_token("verify-email", token),
        }),
        closing: vec![
            format!("The link works once, within {} hours.", Purpose::VerifyEmail.lifetime().as_hours()),
            "If you did not register with PFMS, you need not do anything: somebody may have mistyped their address.".into(),
        ],
    }
}

/// The letter to set a new password with.
#[must_use]
pub fn reset_password(links: &Links, token: &str) -> Letter {
    Letter {
        subject: "Set a new password".into(),
        opening: vec!["Somebody, most likely you, asked for a new password of your PFMS account.".into()],
        action: Some(Action {
            label: "Set a new password".into(),
            url: links.with_token("reset-password", token),
        }),
        closing: vec![
            format!(
                "The link works once, within {} minutes. Setting a new password ends all of your sessions; signing in \
                 afterwards asks for your second factor as always, if you have one.",
                Purpose::ResetPassword.lifetime().as_mins()
            ),
            "If it was not you, you need not do anything: your password stays as it is. Nobody can use this link \
             without reading your mail."
                .into(),
        ],
    }
}

/// The letter to someone whose address was registered a second time.
#[must_use]
pub fn account_exists(links: &Links) -> Letter {
    Letter {
        subject: "You already have an account".into(),
        opening: vec![
            "Somebody, most likely you, tried to register with this address. It has a PFMS account already, so nothing \
             was changed."
                .into(),
        ],
        action: Some(Action {
            label: "Sign in".into(),
            url: links.to("sign-in"),
        }),
        closing: vec![
            format!("If you do not remember your password, ask for a new one: {}", links.to("forgot-password")),
            "If it was not you, you need not do anything. Whoever it was does not learn that you have an account.".into(),
        ],
    }
}

/// The letter to the address that an account is to have.
#[must_use]
pub fn change_email(links: &Links, token: &str) -> Letter {
    Letter {
        subject: "Confirm your new e-mail address".into(),
        opening: vec!["Somebody, most likely you, wants to use this address for their PFMS account.".into()],
        action: Some(Action {
            label: "Use this address".into(),
            url: links.with_token("confirm-email", token),
        }),
        closing: vec![
            format!(
                "The link works once, within {} minutes. Using it ends all other sessions; from then on you sign in \
                 with this address.",
                Purpose::ChangeEmail.lifetime().as_mins()
            ),
            "If it was not you, you need not do anything: somebody may have mistyped their address.".into(),
        ],
    }
}

/// The letter to an address that somebody wants for their account, and that has one.
#[must_use]
pub fn address_taken(links: &Links) -> Letter {
    Letter {
        subject: "Your address was given for another account".into(),
        opening: vec![
            "Somebody, maybe you, wants to use this address for another PFMS account. It has an account already, so \
             nothing was changed."
                .into(),
        ],
        action: Some(Action {
            label: "Sign in".into(),
            url: links.to("sign-in"),
        }),
        closing: vec![
            "If it was you, sign in with this address, or delete the account that has it first.".into(),
            "If it was not you, you need not do anything. Whoever it was does not learn that you have an account.".into(),
        ],
    }
}

/// The letter about a security event, whose variables are those of its notification.
#[must_use]
pub fn security(links: &Links, kind: Kind, variables: &HashMap<String, String>) -> Letter {
    let shown = |name: &str| variables.get(name).map_or("", String::as_str);
    let mut details = vec![
        format!("When: {}", shown("time")),
        format!("With: {}", shown("device")),
    ];
    for (title, name) in [("From", "place"), ("Name", "label")] {
        if !shown(name).is_empty() {
            details.push(format!("{title}: {}", shown(name)));
        }
    }
    Letter {
        subject: kind.title().into(),
        opening: vec![
            format!("{} on your PFMS account.", kind.title()),
            details.join("\n"),
        ],
        action: Some(Action {
            label: "See what happened to your account".into(),
            url: links.to("security"),
        }),
        closing: vec![
            "If it was you, you need not do anything.".into(),
            match kind {
                // It is read at the old address, which opens nothing any more.
                Kind::EmailChanged => {
                    "If it was not you, write to who runs PFMS at once: with this address you can \
                                       neither sign in nor set a new password any more."
                        .into()
                }
                _ => format!(
                    "If it was not you, set a new password at once, which ends all other sessions: {}",
                    links.to("forgot-password")
                ),
            },
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> Links {
        Links::new("https://pfms.example/")
    }

    #[test]
    fn a_token_is_in_the_fragment_and_nowhere_else() {
        for letter in [
            verify_email(&links(), "t0k-en"),
            reset_password(&links(), "t0k-en"),
            change_email(&links(), "t0k-en"),
        ] {
            let text = letter.text().unwrap();
            assert_eq!(text.matches("t0k-en").count(), 1, "{text}");
            assert!(text.contains("#token=t0k-en\n"), "{text}");
        }
        assert_eq!(
            verify_email(&links(), "x").action.unwrap().url,
            "https://pfms.example/verify-email#token=x"
        );
    }

    #[test]
    fn a_letter_about_an_event_says_when_where_and_with_what() {
        let variables = HashMap::from([
            ("time".to_owned(), "15 January 2027, 08:00 UTC".to_owned()),
            ("device".to_owned(), "Firefox on Linux".to_owned()),
            ("place".to_owned(), "203.0.113.7".to_owned()),
            ("label".to_owned(), String::new()),
        ]);
        let letter = security(&links(), Kind::PasswordChanged, &variables);
        assert_eq!(letter.subject, "Your password was changed");
        let text = letter.text().unwrap();
        assert!(
            text.contains("When: 15 January 2027, 08:00 UTC\nWith: Firefox on Linux\nFrom: 203.0.113.7\n"),
            "{text}"
        );
        assert!(!text.contains("Name:"), "{text}");
        assert!(text.contains("/forgot-password"), "{text}");
        let told = security(&links(), Kind::EmailChanged, &variables).text().unwrap();
        assert!(!told.contains("/forgot-password"), "{told}");
    }

    #[test]
    fn templates_are_found_by_name() {
        assert_eq!(Template::named("account_exists"), Some(Template::AccountExists));
        assert_eq!(Template::named("x"), None);
    }
}
