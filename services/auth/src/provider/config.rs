//! The operator's list of identity providers.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;

use pfms_runtime::settings::SettingError;
use serde::Deserialize;
use url::Url;

/// The setting that names the file.
const SETTING: &str = "PFMS_IDENTITY_PROVIDERS";
/// What RFC 8176 calls several factors.
const MULTI_FACTOR: &str = "mfa";

/// A provider as the file has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    preset: Option<Preset>,
    display_name: Option<String>,
    issuer: Option<Url>,
    token_endpoint: Option<Url>,
    client_id: String,
    client_secret: Option<String>,
    scopes: Option<Vec<String>>,
    authorization_parameters: Option<BTreeMap<String, String>>,
    #[serde(default)]
    trust_multi_factor: bool,
    #[serde(default)]
    multi_factor_acr: Vec<String>,
    #[serde(default)]
    emails_are_verified: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Preset {
    Google,
    Facebook,
    Apple,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    providers: Vec<Entry>,
}

/// A provider that people can sign in by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Its name in paths.
    pub name: String,
    /// What people are shown.
    pub display_name: String,
    /// Where its metadata is found, and what its tokens name (OpenID Connect Discovery 1.0).
    pub issuer: String,
    /// Where codes are exchanged, when its metadata does not say.
    pub token_endpoint: Option<String>,
    /// What it knows this installation as.
    pub client_id: String,
    /// What it knows that by; none for a public client.
    pub client_secret: Option<String>,
    /// What is asked for beside "openid".
    pub scopes: Vec<String>,
    /// Further parameters of the authorization URL.
    pub authorization_parameters: BTreeMap<String, String>,
    /// Whether a second factor that it saw counts here.
    pub trust_multi_factor: bool,
    /// Values of "acr" that mean several factors.
    pub multi_factor_acr: Vec<String>,
    /// Whether every address that it tells is the person's, also when it does not say so.
    pub emails_are_verified: bool,
}

impl Config {
    /// Whether what a token says of how someone signed in means several factors.
    #[must_use]
    pub fn is_multi_factor(&self, amr: &[&str], acr: Option<&str>) -> bool {
        self.trust_multi_factor
            && (amr.contains(&MULTI_FACTOR)
                || acr.is_some_and(|acr| self.multi_factor_acr.iter().any(|known| known == acr)))
    }
}

/// Reads the list; there are none without a file.
///
/// # Errors
/// Names the provider and what is wrong with it.
pub fn read(path: Option<&Path>) -> Result<Vec<Config>, SettingError> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    let text =
        std::fs::read_to_string(path).map_err(|error| wrong(format!("{}: {error}", path.display())))?;
    parse(&text)
}

fn wrong(problem: String) -> SettingError {
    SettingError {
        name: SETTING.into(),
        problem,
    }
}

fn parse(text: &str) -> Result<Vec<Config>, SettingError> {
    let file: File = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let mut configs = Vec::<Config>::new();
    for entry in file.providers {
        let name = entry.name.clone();
        let config = resolve(entry).map_err(|problem| wrong(format!("{name:?}: {problem}")))?;
        if configs.iter().any(|other| other.name == config.name) {
            return Err(wrong(format!("{name:?}: is named twice")));
        }
        configs.push(config);
    }
    configs.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(configs)
}

struct Defaults {
    display_name: &'static str,
    issuer: &'static str,
    token_endpoint: Option<&'static str>,
    scopes: &'static [&'static str],
    parameters: &'static [(&'static str, &'static str)],
}

impl Preset {
    fn defaults(self) -> Defaults {
        match self {
            Self::Google => Defaults {
                display_name: "Google",
                issuer: "https://accounts.google.com",
                token_endpoint: None,
                scopes: &["email", "profile"],
                parameters: &[],
            },
            // Its metadata names no token endpoint, though its code flow gives ID tokens.
            Self::Facebook => Defaults {
                display_name: "Facebook",
                issuer: "https://www.facebook.com",
                token_endpoint: Some("https://graph.facebook.com/oauth/access_token"),
                scopes: &["email"],
                parameters: &[],
            },
            // It tells an address only to callbacks that are forms.
            Self::Apple => Defaults {
                display_name: "Apple",
                issuer: "https://appleid.apple.com",
                token_endpoint: None,
                scopes: &["email"],
                parameters: &[("response_mode", "form_post")],
            },
        }
    }
}

fn resolve(entry: Entry) -> Result<Config, &'static str> {
    let letters = |name: &str| {
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if entry.name.is_empty() || entry.name.len() > 32 || !letters(&entry.name) {
        return Err("a name is 1 to 32 lower-case letters, digits and hyphens");
    }
    if entry.client_id.is_empty() {
        return Err("client_id is required");
    }
    let defaults = entry.preset.map(Preset::defaults);
    let issuer = match (&entry.issuer, &defaults) {
        // Without the slash that parsing adds: issuers are compared letter by letter.
        (Some(issuer), _) => bare(issuer),
        (None, Some(defaults)) => defaults.issuer.to_owned(),
        (None, None) => return Err("needs an issuer or a preset"),
    };
    for url in entry.issuer.iter().chain(&entry.token_endpoint) {
        if !is_safe(url) {
            return Err("URLs must start with https://, or http:// and a loopback address");
        }
    }
    let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    Ok(Config {
        display_name: entry
            .display_name
            .or_else(|| defaults.as_ref().map(|defaults| defaults.display_name.to_owned()))
            .unwrap_or_else(|| entry.name.clone()),
        name: entry.name,
        issuer,
        token_endpoint: entry
            .token_endpoint
            .map(String::from)
            .or_else(|| defaults.as_ref()?.token_endpoint.map(str::to_owned)),
        client_id: entry.client_id,
        client_secret: entry.client_secret.filter(|secret| !secret.is_empty()),
        scopes: entry.scopes.unwrap_or_else(|| {
            defaults
                .as_ref()
                .map_or_else(|| owned(&["email", "profile"]), |defaults| owned(defaults.scopes))
        }),
        authorization_parameters: entry.authorization_parameters.unwrap_or_else(|| {
            let parameters = defaults.map_or(&[][..], |defaults| defaults.parameters);
            let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
            parameters.iter().map(owned).collect()
        }),
        trust_multi_factor: entry.trust_multi_factor,
        multi_factor_acr: entry.multi_factor_acr,
        emails_are_verified: entry.emails_are_verified,
    })
}

fn bare(issuer: &Url) -> String {
    let text = issuer.as_str();
    if issuer.path() == "/" {
        text.trim_end_matches('/').to_owned()
    } else {
        text.to_owned()
    }
}

/// TLS, or this machine.
fn is_safe(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(url::Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(url::Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(entry: &serde_json::Value) -> Result<Config, String> {
        parse(&json!({"providers": [entry]}).to_string())
            .map(|mut configs| configs.remove(0))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_preset_needs_a_client_only() {
        let google = one(&json!({"name": "google", "preset": "google", "client_id": "x"})).unwrap();
        assert_eq!(google.issuer, "https://accounts.google.com");
        assert_eq!((google.display_name.as_str(), google.scopes.len()), ("Google", 2));
        assert!(!google.trust_multi_factor && !google.emails_are_verified);
        let facebook = one(&json!({"name": "fb", "preset": "facebook", "client_id": "x"})).unwrap();
        assert!(facebook.token_endpoint.is_some());
        let apple = one(&json!({"name": "apple", "preset": "apple", "client_id": "x"})).unwrap();
        assert_eq!(apple.authorization_parameters["response_mode"], "form_post");
    }

    #[test]
    fn any_issuer_can_be_named_over_tls_or_on_this_machine() {
        let issuer = |issuer: &str| one(&json!({"name": "x", "issuer": issuer, "client_id": "c"}));
        for (given, kept) in [
            ("https://id.example.com", "https://id.example.com"),
            ("https://id.example.com/realm", "https://id.example.com/realm"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://localhost:8080/x", "http://localhost:8080/x"),
        ] {
            assert_eq!(issuer(given).unwrap().issuer, kept);
        }
        for given in ["http://id.example.com", "ftp://127.0.0.1", "http://10.0.0.1", "x"] {
            assert!(issuer(given).is_err(), "{given}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (entry, problem) in [
            (json!({"name": "x", "client_id": "c"}), "needs an issuer"),
            (
                json!({"name": "X!", "preset": "google", "client_id": "c"}),
                "lower-case",
            ),
            (
                json!({"name": "x", "preset": "google", "client_id": ""}),
                "client_id",
            ),
            (
                json!({"name": "x", "preset": "google", "client_id": "c", "typo": 1}),
                "typo",
            ),
        ] {
            let error = one(&entry).unwrap_err();
            assert!(error.starts_with(SETTING) && error.contains(problem), "{error}");
        }
        let twice = json!({"name": "x", "preset": "google", "client_id": "c"});
        assert!(parse(&json!({"providers": [twice, twice]}).to_string()).is_err());
    }

    #[test]
    fn several_factors_count_only_from_a_trusted_issuer() {
        let config = |trusted| {
            one(&json!({
                "name": "x", "issuer": "https://x.example", "client_id": "c",
                "trust_multi_factor": trusted, "multi_factor_acr": ["gold"],
            }))
            .unwrap()
        };
        assert!(config(true).is_multi_factor(&["pwd", "mfa"], None));
        assert!(config(true).is_multi_factor(&[], Some("gold")));
        assert!(!config(true).is_multi_factor(&["pwd"], Some("silver")));
        assert!(!config(true).is_multi_factor(&[], None));
        assert!(!config(false).is_multi_factor(&["mfa"], Some("gold")));
    }
}
