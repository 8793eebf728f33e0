//! Settings of signing in.

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
}

const DOMAIN: &str = "localhost";
const ORIGIN: &str = "http://localhost:3000";

impl Default for SignIn {
    fn default() -> Self {
        Self {
            passkey_domain: DOMAIN.into(),
            passkey_origins: vec![ORIGIN.into()],
        }
    }
}
