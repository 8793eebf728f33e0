//! Builds every first-party rule and country and names the components.

use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

use pfms_plugin_build::{Layout, build_all, build_countries};

fn main() -> ExitCode {
    let layout = Layout::of_repository();
    let built = build_all(&layout).and_then(|rules| Ok([rules, build_countries(&layout)?].concat()));
    match built {
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
