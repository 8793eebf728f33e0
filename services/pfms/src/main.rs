//! The one program of PFMS.
fn main() {}
