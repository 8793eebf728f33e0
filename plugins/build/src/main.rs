//! Builds every first-party rule and names the components.

use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    match pfms_plugin_build::build_all(&pfms_plugin_build::Layout::of_repository()) {
        Ok(paths) => {
            for path in paths {
                let bytes = std::fs::metadata(&path).map_or(0, |file| file.len());
                // A closed pipe is no reason to fail: the files are written.
                let _ = writeln!(stdout(), "{} ({} kB)", path.display(), bytes.div_ceil(1000));
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
