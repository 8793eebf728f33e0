//! Keys of publishers, who sign what [`pfms_plugin_host::signature`] says.

use std::path::{Path, PathBuf};
use std::{fs, io};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use pfms_plugin_host::hex;

const PEM_TAG: &str = "PRIVATE KEY";

/// The key of a publisher.
pub struct SigningKey(Ed25519KeyPair);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{}: this is no Ed25519 key: `pfms plugin keygen` makes one (PKCS#8, PEM)", .0.display())]
    Malformed(PathBuf),
    /// No key could be made.
    #[error("no key could be made: the system gives no randomness")]
    Unavailable,
}

impl SigningKey {
    /// Makes a key and writes it into a file that only its owner may read. A file that is there is never overwritten.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn create(path: &Path) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::generate().map_err(|_| KeyError::Unavailable)?;
        // Version 1 is what OpenSSL reads too.
        let document = pair.to_pkcs8v1().map_err(|_| KeyError::Unavailable)?;
        let text = pem::encode(&pem::Pem::new(PEM_TAG, document.as_ref()));
        write_secret(path, &text).map_err(|source| KeyError::Io {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self(pair))
    }

    /// Reads a key.
    ///
    /// # Errors
    /// When the file cannot be read, or is no key.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let text = fs::read_to_string(path).map_err(|source| KeyError::Io {
            path: path.to_owned(),
            source,
        })?;
        let malformed = || KeyError::Malformed(path.to_owned());
        let document = pem::parse(text).map_err(|_| malformed())?;
        if document.tag() != PEM_TAG {
            return Err(malformed());
        }
        Ed25519KeyPair::from_pkcs8(document.contents())
            .map(Self)
            .map_err(|_| malformed())
    }

    /// The public key, 64 hexadecimal digits: what tells the publisher.
    #[must_use]
    pub fn public(&self) -> String {
        hex(self.0.public_key().as_ref())
    }

    /// The signature of a component, 128 hexadecimal digits. The same bytes give the same signature.
    #[must_use]
    pub fn sign(&self, component: &[u8]) -> String {
        hex(self.0.sign(component).as_ref())
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SigningKey").field(&self.public()).finish()
    }
}

#[cfg(unix)]
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;

    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use pfms_plugin_host::{ModuleSignature, PublisherKey};

    use super::*;

    #[test]
    fn what_is_signed_is_what_a_server_verifies() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("publisher.pem");
        let key = SigningKey::create(&path).unwrap();
        let again = SigningKey::read(&path).unwrap();
        assert_eq!(key.public(), again.public());
        let public: PublisherKey = key.public().parse().unwrap();
        let signature: ModuleSignature = again.sign(b"component").parse().unwrap();
        assert_eq!(public.verify(b"component", &signature), Ok(()));
        assert!(public.verify(b"another", &signature).is_err());
    }

    #[test]
    fn a_key_is_never_overwritten_and_nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("publisher.pem");
        SigningKey::create(&path).unwrap();
        assert!(SigningKey::create(&path).is_err());
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_reads_as_openssl_writes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("publisher.pem");
        // The first test vector of RFC 8032, section 7.1.
        let text = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
        fs::write(&path, text).unwrap();
        assert_eq!(
            SigningKey::read(&path).unwrap().public(),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );
        fs::write(&path, text.replace("MC4C", "MC4D")).unwrap();
        assert!(SigningKey::read(&path).is_err());
    }
}
