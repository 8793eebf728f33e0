//! The generated files in the tree are what the `.proto` files give.

use pfms_proto_codegen::{generate, repository_root};

#[test]
fn generated_files_are_current() {
    let root = repository_root();
    let files = generate(&root).expect("the .proto files compile");
    let drifted = files.drifted(&root);
    assert!(drifted.is_empty(), "run `make codegen` and commit: {drifted:?}");
}
