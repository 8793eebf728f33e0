//! The data directory: everything that `pfms up` keeps between runs, and the lock on it.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nix::unistd::Uid;

use super::error::InfraError;
use super::ports::Ports;

/// Random bytes of a generated password.
const SECRET_BYTES: usize = 24;
/// Random bytes of a key.
const KEY_BYTES: usize = 32;

/// An opened data directory; no other pfms can open it until this is dropped or the process ends.
pub struct DataDir {
    root: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Creates the directory where absent, and locks it.
    pub fn open(path: &Path) -> Result<Self, InfraError> {
        // Run as root, PostgreSQL runs under its own account and has to pass through.
        let mode = if Uid::effective().is_root() { 0o711 } else { 0o700 };
        create_dir(path)?;
        fs::set_permissions(path, Permissions::from_mode(mode)).map_err(InfraError::io("open", path))?;
        let root = path.canonicalize().map_err(InfraError::io("open", path))?;
        let lock = lock(&root)?;
        Ok(Self { root, _lock: lock })
    }

    /// The directory's absolute path.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A part's own directory, created where absent.
    pub fn part(&self, name: &str) -> Result<PathBuf, InfraError> {
        let path = self.root.join(name);
        create_dir(&path)?;
        Ok(path)
    }

    /// The file a part logs to. Nothing is created.
    #[must_use]
    pub fn log(&self, name: &str) -> PathBuf {
        self.root.join("log").join(format!("{name}.log"))
    }

    /// A new, empty log for a part; the previous run's is kept beside it as `….log.1`.
    pub fn new_log(&self, name: &str) -> Result<(PathBuf, File), InfraError> {
        self.part("log")?;
        let path = self.log(name);
        if path.exists() {
            fs::rename(&path, path.with_extension("log.1")).map_err(InfraError::io("rename", &path))?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&path);
        Ok((path.clone(), file.map_err(InfraError::io("create", &path))?))
    }

    /// A secret that is generated once and kept in a file only its owner can read.
    pub fn secret(&self, name: &str) -> Result<String, InfraError> {
        let path = self.part("secrets")?.join(name);
        match fs::read_to_string(&path) {
            Ok(kept) if !kept.trim().is_empty() => return Ok(kept.trim().to_owned()),
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(InfraError::io("read", &path)(error));
            }
            _ => {}
        }
        let secret = random::<SECRET_BYTES>(&path)?;
        write_private(&path, &secret)?;
        Ok(secret)
    }

    /// A key of 32 random bytes, in hexadecimal digits, that is generated once and kept as a secret.
    pub fn key(&self, name: &str) -> Result<String, InfraError> {
        let path = self.part("secrets")?.join(name);
        if let Ok(kept) = fs::read_to_string(&path) {
            return Ok(kept.trim().to_owned());
        }
        let key = random::<KEY_BYTES>(&path)?;
        write_private(&path, &key)?;
        Ok(key)
    }

    pub(crate) fn ports(&self) -> Ports {
        Ports::parse(&fs::read_to_string(self.root.join("ports")).unwrap_or_default())
    }

    pub(crate) fn keep_ports(&self, ports: &Ports) -> Result<(), InfraError> {
        write_private(&self.root.join("ports"), &ports.render())
    }
}

/// So many random bytes, in hexadecimal digits, for this file.
fn random<const BYTES: usize>(path: &Path) -> Result<String, InfraError> {
    let mut bytes = [0; BYTES];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| InfraError::io("make up", path)(std::io::Error::other("there is no randomness")))?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Writes a file of mode 0600 whole or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), InfraError> {
    let draft = path.with_extension("new");
    let written = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&draft, path));
    written.map_err(InfraError::io("write", path))
}

fn create_dir(path: &Path) -> Result<(), InfraError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(InfraError::io("create", path))
}

/// The lock is the kernel's: it goes with the process, however that ends.
fn lock(root: &Path) -> Result<File, InfraError> {
    let path = root.join("lock");
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .write(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(InfraError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => {
            let pid = fs::read_to_string(&path)
                .ok()
                .and_then(|text| text.trim().parse().ok());
            return Err(InfraError::InUse {
                data_dir: root.to_owned(),
                pid,
            });
        }
        Err(fs::TryLockError::Error(error)) => return Err(InfraError::io("lock", &path)(error)),
    }
    file.set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(InfraError::io("write", &path))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_pfms_is_refused_and_told_who_holds_it() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("data");
        let first = DataDir::open(&path).unwrap();
        let refused = DataDir::open(&path).err().unwrap().to_string();
        assert!(
            refused.contains(&format!("process {}", std::process::id())),
            "{refused}"
        );
        drop(first);
        DataDir::open(&path).unwrap();
    }

    #[test]
    fn a_secret_is_kept_and_private() {
        let temporary = tempfile::tempdir().unwrap();
        let dir = DataDir::open(temporary.path()).unwrap();
        let secret = dir.secret("redis").unwrap();
        assert_eq!(secret.len(), 2 * SECRET_BYTES);
        assert_eq!(dir.secret("redis").unwrap(), secret);
        let mode = fs::metadata(dir.root().join("secrets/redis"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn the_previous_log_is_kept_beside_the_new_one() {
        let temporary = tempfile::tempdir().unwrap();
        let dir = DataDir::open(temporary.path()).unwrap();
        let (_, mut file) = dir.new_log("redis").unwrap();
        writeln!(file, "first").unwrap();
        let (path, _) = dir.new_log("redis").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "");
        assert_eq!(
            fs::read_to_string(path.with_extension("log.1")).unwrap(),
            "first\n"
        );
    }
}
