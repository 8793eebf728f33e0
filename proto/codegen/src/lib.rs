//! Generates everything that is derived from the `.proto` files: Rust code, the table of methods, the
//! events' names, the descriptor set that the edge reads, and the `OpenAPI` document.

mod methods;
mod openapi;
mod rust;
mod scope;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use prost_reflect::DescriptorPool;

/// Why generation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The annotations are not installed.
    #[error("{0} is missing: run `make tools` first")]
    ToolsMissing(PathBuf),
    /// A `.proto` file is wrong.
    #[error("{0}")]
    Proto(#[from] protox::Error),
    /// The compiled files do not form a pool.
    #[error("{0}")]
    Descriptor(#[from] prost_reflect::DescriptorError),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// An option does not say what it has to.
    #[error("{0}")]
    Option(String),
}

impl Error {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// Generated files by path below the repository's root.
pub struct Files(BTreeMap<PathBuf, Vec<u8>>);

impl Files {
    /// Writes each file whose content differs.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write_to(&self, root: &Path) -> Result<(), Error> {
        for (path, content) in &self.0 {
            let path = root.join(path);
            if std::fs::read(&path).ok().as_ref() != Some(content) {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
                }
                std::fs::write(&path, content).map_err(Error::io(&path))?;
            }
        }
        Ok(())
    }

    /// The files whose content in the tree is not what is generated.
    #[must_use]
    pub fn drifted(&self, root: &Path) -> Vec<&Path> {
        self.0
            .iter()
            .filter(|(path, content)| std::fs::read(root.join(path)).ok().as_ref() != Some(content))
            .map(|(path, _)| path.as_path())
            .collect()
    }
}

/// The repository's root, from the place of the crate that Cargo runs: what was compiled in may be another clone that
/// shares the target directory.
#[must_use]
pub fn repository_root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package
        .ancestors()
        .find(|dir| dir.join("buf.yaml").is_file())
        .unwrap_or(&package)
        .to_path_buf()
}

/// Generates every derived file from the `.proto` files below `root`.
///
/// # Errors
/// When the annotations are missing or a `.proto` file is wrong.
pub fn generate(root: &Path) -> Result<Files, Error> {
    let compiled = compile(root)?;
    let mut files = BTreeMap::new();
    for (name, content) in rust::generate(&compiled)? {
        files.insert(Path::new("proto/src/gen").join(name), content);
    }
    files.insert(
        "proto/src/gen/methods.rs".into(),
        methods::generate(&compiled.pool)?.into_bytes(),
    );
    files.insert(
        "proto/src/gen/events.rs".into(),
        methods::events(&compiled.pool)?.into_bytes(),
    );
    files.insert(
        "proto/src/gen/openapi.json".into(),
        openapi::generate(&compiled.pool)?.into_bytes(),
    );
    files.insert("proto/src/gen/descriptor.bin".into(), compiled.stripped);
    Ok(Files(files))
}

/// The compiled `.proto` files.
pub(crate) struct Compiled {
    /// Everything, comments included, annotations resolved.
    pub pool: DescriptorPool,
    /// The same as a plain set.
    pub set: prost_types::FileDescriptorSet,
    /// Encoded, without comments, which are most of its size.
    pub stripped: Vec<u8>,
}

fn compile(root: &Path) -> Result<Compiled, Error> {
    let annotations = root.join(".tools/googleapis");
    if !annotations.join("google/api/annotations.proto").exists() {
        return Err(Error::ToolsMissing(annotations));
    }
    let proto = root.join("proto");
    let mut sources = proto_files(&proto.join("pfms"))?;
    // Error details travel in responses, so the edge has to know them to write them as JSON.
    sources.push(annotations.join("google/rpc/error_details.proto"));
    sources.push(annotations.join("google/rpc/status.proto"));

    let mut compiler = protox::Compiler::new([proto, annotations])?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(&sources)?;
    let pool = compiler.descriptor_pool();

    let mut stripped = pool
        .clone()
        .files()
        .map(|file| file.encode_to_vec())
        .collect::<Vec<_>>();
    let encoded = encode_set(
        stripped
            .drain(..)
            .map(|file| strip(&file))
            .collect::<Result<_, _>>()?,
    );
    Ok(Compiled {
        pool,
        set: compiler.file_descriptor_set(),
        stripped: encoded,
    })
}

fn proto_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::io(folder))? {
        let path = entry.map_err(Error::io(folder))?.path();
        if path.is_dir() {
            found.extend(proto_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Field number of `FileDescriptorProto.source_code_info`.
const SOURCE_CODE_INFO: u32 = 9;

/// Removes the comments from an encoded file. The bytes are cut rather than decoded and encoded again,
/// because the plain descriptor type forgets the annotations, which are extensions.
fn strip(file: &[u8]) -> Result<Vec<u8>, Error> {
    use prost::encoding::{DecodeContext, decode_key, skip_field};
    let broken = |error: prost::DecodeError| Error::Option(format!("descriptor: {error}"));
    let mut kept = Vec::with_capacity(file.len());
    let mut rest = file;
    while !rest.is_empty() {
        let start = rest;
        let (tag, wire) = decode_key(&mut rest).map_err(broken)?;
        skip_field(wire, tag, &mut rest, DecodeContext::default()).map_err(broken)?;
        if tag != SOURCE_CODE_INFO {
            kept.extend_from_slice(&start[..start.len() - rest.len()]);
        }
    }
    Ok(kept)
}

/// Encodes a `FileDescriptorSet` from encoded files.
fn encode_set(files: Vec<Vec<u8>>) -> Vec<u8> {
    let mut out = Vec::new();
    for file in files {
        prost::encoding::bytes::encode(1, &file, &mut out);
    }
    out
}
