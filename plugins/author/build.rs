//! Builds anew when a file is added to what the crate embeds: `include_dir!` itself sees only those that were there.

#![allow(clippy::print_stdout)]

fn main() {
    for folder in [
        "templates",
        "../wit",
        "../guest/sdk",
        "../guest/tax-sdk",
        "../guest/tax-parameters",
    ] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
