//! `make codegen`: writes the generated files into the tree.

use std::process::ExitCode;

fn main() -> ExitCode {
    let root = pfms_proto_codegen::repository_root();
    match pfms_proto_codegen::generate(&root) {
        Ok(files) => match files.write_to(&root) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error),
        },
        Err(error) => fail(&error),
    }
}

#[allow(clippy::print_stderr)]
fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("codegen: {error}");
    ExitCode::FAILURE
}
