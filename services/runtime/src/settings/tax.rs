//! Settings of countries' tax rules.

use std::path::PathBuf;

use super::SettingError;

/// Bytes of an Ed25519 public key.
const KEY_BYTES: usize = 32;

/// Where countries' components are from.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Taxes")]
pub struct Tax {
    /// Folder of the first-party components of countries; those named tax-*.wasm are installed at start.
    #[arg(long, env = "PFMS_TAX_COMPONENTS")]
    pub tax_components: Option<PathBuf>,

    /// Ed25519 public key of a publisher whose countries users may bring, 64 hexadecimal digits; may be repeated.
    /// Without one users cannot bring any.
    #[arg(long = "tax-publisher", env = "PFMS_TAX_PUBLISHERS", value_delimiter = ',')]
    pub tax_publishers: Vec<String>,
}

impl Tax {
    /// Checks the keys.
    ///
    /// # Errors
    /// When one of them is no key.
    pub fn validate(&self) -> Result<(), SettingError> {
        let is_key = |key: &String| {
            key.len() == 2 * KEY_BYTES && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        if self.tax_publishers.iter().all(is_key) {
            Ok(())
        } else {
            Err(SettingError {
                name: "PFMS_TAX_PUBLISHERS".to_owned(),
                problem: "must be keys of 64 hexadecimal digits in lower case, separated by commas"
                    .to_owned(),
            })
        }
    }
}
