//! `pfms plugin new`: a folder that builds as it is, wherever it lies.

use std::path::{Path, PathBuf};
use std::{fs, io};

use include_dir::Dir;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, context};

use super::embedded::{
    CONTRACT, GUEST_LOCK, GUEST_MANIFEST, SDK, TAX_PARAMETERS, TAX_SDK, TEMPLATES, TOOLCHAIN,
};
use super::{Kind, Language, MANIFEST, NAME_RULE, is_name, sdk};

/// A project to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProject {
    /// Lower case words joined by hyphens, 1 to 64 characters.
    pub name: String,
    /// What it is written in.
    pub language: Language,
    /// What it is for.
    pub kind: Kind,
}

/// Why there is no new project.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// The name is not one.
    #[error("{0:?}: {NAME_RULE}")]
    Name(String),
    /// There is no template for the two.
    #[error(
        "tax rules are written in Rust: they are exact arithmetic over many parameters, which its SDK brings"
    )]
    Unsupported,
    /// Something is there already.
    #[error("{} exists and is not empty; nothing was written", .0.display())]
    Exists(PathBuf),
    /// A file cannot be written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A template is wrong: a fault of this program.
    #[error("the template {file} is broken: {problem}")]
    Template {
        /// The template.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// The most fuel that the first case of a new project may take: some more than it takes.
fn first_fuel(new: &NewProject) -> u64 {
    match (new.language, new.kind) {
        (Language::Rust, Kind::Automation) => 20_000,
        (Language::Rust, Kind::Tax) => 50_000,
        (Language::TypeScript, _) => 5_000_000,
        (Language::Python, _) => 1_000_000,
    }
}

/// Writes a new project into a folder, which must be empty or absent.
///
/// # Errors
/// When the name is none, the folder holds something, or a file cannot be written.
pub fn create(folder: &Path, new: &NewProject) -> Result<(), NewError> {
    if !is_name(&new.name) {
        return Err(NewError::Name(new.name.clone()));
    }
    let files = files(new)?;
    if folder.exists() && fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_some()) {
        return Err(NewError::Exists(folder.to_owned()));
    }
    for (path, text) in files {
        let path = folder.join(path);
        let at = |source| NewError::Io {
            path: path.clone(),
            source,
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(at)?;
        }
        fs::write(&path, text).map_err(at)?;
    }
    Ok(())
}

/// Every file of the project, by its path within.
fn files(new: &NewProject) -> Result<Vec<(PathBuf, String)>, NewError> {
    let (template, cases) = match (new.language, new.kind) {
        (Language::Rust, Kind::Automation) => ("rust", "cases.yaml.j2"),
        (Language::Rust, Kind::Tax) => ("rust-tax", "tax-cases.yaml.j2"),
        (Language::TypeScript, Kind::Automation) => ("typescript", "cases.yaml.j2"),
        (Language::Python, Kind::Automation) => ("python", "cases.yaml.j2"),
        (_, Kind::Tax) => return Err(NewError::Unsupported),
    };
    let mut files = vec![
        (PathBuf::from(MANIFEST), render("plugin.toml.j2", new)?),
        (PathBuf::from("cases/first.yaml"), render(cases, new)?),
    ];
    for path in paths(&TEMPLATES, template) {
        let inside = path.strip_prefix(template).unwrap_or(&path);
        let text = render(&path.to_string_lossy(), new)?;
        files.push((project_path(inside), text));
    }
    if new.kind == Kind::Automation && new.language != Language::Python {
        files.push((PathBuf::from("src/schema.json"), render("schema.json", new)?));
    }
    for file in CONTRACT.files() {
        files.push((Path::new("wit").join(file.path()), text_of(file)?));
    }
    if new.language == Language::Rust {
        files.extend(rust_files(new.kind)?);
    }
    Ok(files)
}

fn rust_files(kind: Kind) -> Result<Vec<(PathBuf, String)>, NewError> {
    let mut files = vec![
        (PathBuf::from("rust-toolchain.toml"), TOOLCHAIN.to_owned()),
        // The versions that the SDK is tested with; Cargo drops what this project does not use.
        (PathBuf::from("Cargo.lock"), GUEST_LOCK.to_owned()),
    ];
    match kind {
        Kind::Automation => files.extend(vendored("pfms-rules", &SDK)?),
        Kind::Tax => {
            files.extend(vendored("pfms-tax", &TAX_SDK)?);
            files.extend(vendored("pfms-tax-parameters", &TAX_PARAMETERS)?);
        }
    }
    Ok(files)
}

/// A crate of this repository, with a manifest that needs no workspace.
fn vendored(name: &str, package: &'static Dir<'static>) -> Result<Vec<(PathBuf, String)>, NewError> {
    let folder = Path::new("vendor").join(name);
    let mut files = Vec::new();
    for path in paths(package, "src") {
        if let Some(file) = package.get_file(&path) {
            files.push((folder.join(&path), text_of(file)?));
        }
    }
    let manifest = package
        .get_file("Cargo.toml")
        .map_or(Ok(String::new()), text_of)?;
    let manifest = sdk::standalone(&manifest, GUEST_MANIFEST).map_err(|problem| NewError::Template {
        file: format!("Cargo.toml of {name}"),
        problem,
    })?;
    files.push((folder.join("Cargo.toml"), manifest));
    Ok(files)
}

/// Where a template's file goes: without `.j2`, and with the dot that would hide it from this repository's tools.
fn project_path(template: &Path) -> PathBuf {
    let path = match template.extension() {
        Some(extension) if extension == "j2" => template.with_extension(""),
        _ => template.to_owned(),
    };
    if path.as_os_str() == "gitignore" {
        return PathBuf::from(".gitignore");
    }
    path
}

/// Templates are the files that end in `.j2`; others are as they are.
fn render(path: &str, new: &NewProject) -> Result<String, NewError> {
    let problem = |problem: String| NewError::Template {
        file: path.to_owned(),
        problem,
    };
    let file = TEMPLATES
        .get_file(path)
        .ok_or_else(|| problem("it is missing".to_owned()))?;
    let text = text_of(file)?;
    if Path::new(path)
        .extension()
        .is_none_or(|extension| extension != "j2")
    {
        return Ok(text);
    }
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build();
    environment.set_syntax(syntax.map_err(|error| problem(error.to_string()))?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .render_str(
            &text,
            context! {
                name => &new.name,
                language => new.language.as_str(),
                kind => new.kind.as_str(),
                fuel => first_fuel(new),
            },
        )
        .map_err(|error| problem(error.to_string()))
}

/// The paths of all files below a folder.
fn paths(root: &Dir<'static>, folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting: Vec<&Dir<'static>> = root.get_dir(folder).into_iter().collect();
    while let Some(dir) = waiting.pop() {
        found.extend(dir.files().map(|file| file.path().to_owned()));
        waiting.extend(dir.dirs());
    }
    found
}

fn text_of(file: &include_dir::File<'static>) -> Result<String, NewError> {
    file.contents_utf8()
        .map(str::to_owned)
        .ok_or_else(|| NewError::Template {
            file: file.path().display().to_string(),
            problem: "it is not text".to_owned(),
        })
}
