//! Builds anew when a file is added to what the crate embeds: `include_dir!` itself sees only those that were there.

fn main() {
    for folder in ["templates", "../wit", "../guest/sdk", "../guest/tax-sdk"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
