//! Settings of signing in.

use std::path::PathBuf;

use super::Sms;

/// Settings of signing in.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Signing in")]
pub struct SignIn {
    /// Domain that passkeys are made for. Another one makes all that exist useless.
    #[arg(long, env = "PFMS_PASSKEY_DOMAIN", default_value = DOMAIN)]
    pub passkey_domain: String,

    /// Origin whose pages may use passkeys, of that domain; may be repeated.
    #[arg(long = "passkey-origin", env = "PFMS_PASSKEY_ORIGINS", value_delimiter = ',', default_value = ORIGIN)]
    pub passkey_origins: Vec<String>,

    /// JSON file that lists the identity providers that people can sign in by.
    #[arg(long, env = "PFMS_IDENTITY_PROVIDERS")]
    pub identity_providers: Option<PathBuf>,

    /// Where identity providers send browsers back to, as they know it; {provider} is filled in.
    #[arg(long, env = "PFMS_OAUTH_CALLBACK_URL", default_value = CALLBACK)]
    pub oauth_callback_url: String,

    /// Codes by SMS.
    #[command(flatten)]
    pub sms: Sms,
}

const DOMAIN: &str = "localhost";
const ORIGIN: &str = "http://localhost:3000";
const CALLBACK: &str = "http://localhost:3000/api/v1/auth/oauth/{provider}/callback";

impl Default for SignIn {
    fn default() -> Self {
        Self {
            passkey_domain: DOMAIN.into(),
            passkey_origins: vec![ORIGIN.into()],
            identity_providers: None,
            oauth_callback_url: CALLBACK.into(),
            sms: Sms::default(),
        }
    }
}
