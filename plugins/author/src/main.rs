//! `make codegen`: writes what derives from the contract into the tree.

use std::error::Error;

use pfms_plugin_author::contract;

fn main() -> Result<(), Box<dyn Error>> {
    let root = contract::repository_root();
    for file in contract::generate(&root)? {
        file.write(&root)?;
    }
    Ok(())
}
