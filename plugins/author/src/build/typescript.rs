//! TypeScript: npm installs what the lock file pins, and the project's own script makes the component.

use std::process::Command;

use super::{BuildError, tool};
use crate::project::Project;

const MISSING: &str = "Node.js (20 or later) with npm comes from https://nodejs.org";
const INSTALL: &str = "npm could not install what package-lock.json pins; its words are above";
const BUILD: &str = "The words of the TypeScript compiler or of build.mjs are above";

pub(super) fn build(project: &Project) -> Result<(), BuildError> {
    // npm keeps this file last, so it says that an installation came to its end.
    if !project.folder.join("node_modules/.package-lock.json").is_file() {
        run(project, &["ci", "--no-audit", "--no-fund"], INSTALL)?;
    }
    run(project, &["run", "--silent", "build"], BUILD)
}

fn run(project: &Project, arguments: &[&str], advice: &'static str) -> Result<(), BuildError> {
    let mut command = Command::new("npm");
    command.current_dir(&project.folder).args(arguments);
    tool::run(&mut command, advice).map_err(|error| match error {
        BuildError::Missing { program, source, .. } => BuildError::Missing {
            program,
            advice: MISSING,
            source,
        },
        other => other,
    })
}
