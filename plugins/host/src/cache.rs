//! Compiled components on disk, so that a restart compiles nothing again.
//!
//! A file holds a seal and the compiled code. The seal is the SHA-256 of the engine's settings and version,
//! the component's own hash and the code: a file that was damaged, cut, moved to another component's name or
//! made by another engine is not read but compiled anew. A seal without a key proves no author; that is what
//! the directory's permissions are for. It belongs to the process's user, and nobody else may write to it.
//!
//! This is the only file of the workspace with unsafe code.

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::HostError;

const SEAL_BYTES: usize = 32;

/// A directory of compiled components.
#[derive(Debug)]
pub(crate) struct Cache {
    directory: PathBuf,
    /// Stands for all that makes compiled code fit an engine.
    engine: [u8; SEAL_BYTES],
    /// Tells the partial files of this process apart.
    partials: AtomicU64,
}

impl Cache {
    /// Opens a directory, creating it if it is missing.
    pub(crate) fn open(directory: &Path, engine: &Engine) -> Result<Self, HostError> {
        let refuse = |problem: String| HostError::CacheDirectory {
            path: directory.to_owned(),
            problem,
        };
        create_private(directory).map_err(|error| refuse(format!("cannot be created: {error}")))?;
        let metadata = fs::metadata(directory).map_err(|error| refuse(format!("cannot be read: {error}")))?;
        if !metadata.is_dir() {
            return Err(refuse("is not a directory".into()));
        }
        if !is_private(&metadata) {
            return Err(refuse(
                "others may write to it, and what it holds is executed: chmod go-w, or name another".into(),
            ));
        }
        let mut hash = HashInto(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut hash);
        Ok(Self {
            directory: directory.to_owned(),
            engine: hash.0.finalize().into(),
            partials: AtomicU64::new(0),
        })
    }

    /// A component compiled before, if its file is whole.
    pub(crate) fn read(&self, engine: &Engine, module_hash: &str) -> Option<Component> {
        let path = self.path(module_hash);
        let file = fs::read(&path).ok()?;
        let (seal, code) = file.split_at_checked(SEAL_BYTES)?;
        if seal != self.seal(module_hash, code) {
            tracing::warn!(path = %path.display(), "compiled component is damaged and will be compiled anew");
            return None;
        }
        match deserialize(engine, code) {
            Ok(component) => Some(component),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "compiled component does not fit the engine");
                None
            }
        }
    }

    /// Keeps a compiled component. Readers see the whole file or none.
    pub(crate) fn write(&self, component: &Component, module_hash: &str) -> io::Result<()> {
        let code = component
            .serialize()
            .map_err(|error| io::Error::other(error.to_string()))?;
        let number = self.partials.fetch_add(1, Ordering::Relaxed);
        let partial = self
            .directory
            .join(format!("{module_hash}.{}.{number}.partial", std::process::id()));
        let written = (|| {
            let mut file = fs::File::create(&partial)?;
            file.write_all(&self.seal(module_hash, &code))?;
            file.write_all(&code)?;
            fs::rename(&partial, self.path(module_hash))
        })();
        if written.is_err() {
            // It is worth nothing; that it cannot be removed either changes nothing.
            let _ = fs::remove_file(&partial);
        }
        written
    }

    /// The engine is part of the name: versions that run beside each other keep their files.
    fn path(&self, module_hash: &str) -> PathBuf {
        let engine = crate::host::hex(&self.engine[..8]);
        self.directory.join(format!("{module_hash}-{engine}.cwasm"))
    }

    fn seal(&self, module_hash: &str, code: &[u8]) -> [u8; SEAL_BYTES] {
        let mut seal = Sha256::new();
        seal.update(self.engine);
        seal.update(module_hash.as_bytes());
        seal.update(code);
        seal.finalize().into()
    }
}

/// Reads compiled code back.
#[allow(unsafe_code)]
fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the code must be what `Component::serialize` returned for a compatible engine. The caller has
    // checked the seal, which binds the code to this engine's compatibility hash, and files with a seal are
    // written by `Cache::write` alone, into a directory that only this process's user may write to.
    unsafe { Component::deserialize(engine, code) }
}

/// Feeds a digest with what is hashed: the standard library's 64 bits are too few to tell code apart by.
struct HashInto(Sha256);

impl Hasher for HashInto {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

#[cfg(unix)]
fn create_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
}

#[cfg(unix)]
fn is_private(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o022 == 0
}

#[cfg(not(unix))]
fn create_private(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

#[cfg(not(unix))]
fn is_private(_: &fs::Metadata) -> bool {
    true
}
