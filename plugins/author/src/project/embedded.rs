//! What new projects are made of, as it was when the program was built.

use include_dir::{Dir, include_dir};

pub(super) static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
pub(super) static CONTRACT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../wit");
pub(super) static SDK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../guest/sdk");
pub(super) static TAX_SDK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../guest/tax-sdk");
pub(super) static TAX_PARAMETERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../guest/tax-parameters");
/// The workspace of the SDK: where its versions and lints are.
pub(super) const GUEST_MANIFEST: &str = include_str!("../../../guest/Cargo.toml");
pub(super) const GUEST_LOCK: &str = include_str!("../../../guest/Cargo.lock");
pub(super) const TOOLCHAIN: &str = include_str!("../../../../rust-toolchain.toml");
