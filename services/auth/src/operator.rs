//! What an operator does to auth's database, beside the running service.

pub use crate::audit_log::{
    Anchor, Break as AuditBreak, Digest as AuditDigest, Entry as AuditEntry, Fault as AuditFault,
    Filter as AuditFilter, Head as AuditHead, Personal as AuditPersonal, append as append_audit_log,
    erase_old as erase_audit_personal, list as list_audit_log, verify as verify_audit_log,
};
pub use crate::keys::{Succession, replace as replace_signing_keys, rotate as rotate_signing_key};
