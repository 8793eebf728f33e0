//! Python: a virtual environment of the project's own holds the pinned compiler, which writes the contract's types
//! for the editor and makes the component.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{BuildError, at, tool};
use crate::project::Project;

const PYTHON: &str =
    "Python (3.10 or later) with its venv module comes from https://www.python.org or your distribution";
const INSTALL: &str = "pip could not install what requirements.txt pins; its words are above";
const BINDINGS: &str = "The contract in wit/ could not be read; the words of componentize-py are above";
const BUILD: &str = "The words of componentize-py are above; a traceback names your line";
/// The module that is the component.
const MODULE: &str = "rule";

pub(super) fn build(project: &Project, path: &Path) -> Result<(), BuildError> {
    let folder = project.folder.canonicalize().map_err(at(&project.folder))?;
    let path = path
        .canonicalize()
        .or_else(|_| std::path::absolute(path))
        .map_err(at(path))?;
    install(&folder)?;
    let bindings = folder.join("bindings");
    if bindings.is_dir() {
        fs::remove_dir_all(&bindings).map_err(at(&bindings))?;
    }
    let world = project.kind.world();
    let contract = ["--quiet", "-d", "wit", "-w", world];
    let compiler = folder.join(".venv/bin/componentize-py");
    let compile = |arguments: &[&str], advice| {
        let mut command = Command::new(&compiler);
        command.current_dir(&folder).args(contract).args(arguments);
        tool::run(&mut command, advice)
    };
    compile(&["bindings", "bindings"], BINDINGS)?;
    let output = path.to_string_lossy();
    // A rule reaches nothing outside: what Python would ask the system for stops it instead.
    compile(
        &[
            "componentize",
            "--stub-wasi",
            "-p",
            ".",
            "-p",
            "bindings",
            MODULE,
            "-o",
            &output,
        ],
        BUILD,
    )
}

/// Installs what is pinned, unless the environment already holds exactly that.
fn install(folder: &Path) -> Result<(), BuildError> {
    let requirements = folder.join("requirements.txt");
    let wanted = fs::read(&requirements).map_err(at(&requirements))?;
    let installed = folder.join(".venv/installed.txt");
    if fs::read(&installed).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    let mut create = Command::new("python3");
    tool::run(create.current_dir(folder).args(["-m", "venv", ".venv"]), PYTHON)?;
    let mut pip = Command::new(folder.join(".venv/bin/python"));
    pip.current_dir(folder).args(["-m", "pip", "install", "--quiet"]);
    pip.args(["--disable-pip-version-check", "-r", "requirements.txt"]);
    tool::run(&mut pip, INSTALL)?;
    fs::write(&installed, wanted).map_err(at(&installed))
}
