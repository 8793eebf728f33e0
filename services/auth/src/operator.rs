//! What an operator does to auth's database, beside the running service.

use pfms_runtime::secrets::{MasterKey, mac};
use pfms_runtime::{Begun, Database, Error};

pub use crate::audit_log::{
    Anchor, Break as AuditBreak, Digest as AuditDigest, Entry as AuditEntry, Fault as AuditFault,
    Filter as AuditFilter, Head as AuditHead, Personal as AuditPersonal, append as append_audit_log,
    erase_old as erase_audit_personal, list as list_audit_log, verify as verify_audit_log,
};
use crate::email::Email;
pub use crate::keys::{Succession, replace as replace_signing_keys, rotate as rotate_signing_key};
use crate::origin::Origin;
use crate::security::{self, Kind};
use crate::store::{accounts, factors};

/// Removes all second factors of the account of an address, so that its first factor opens it again. False when
/// it had none. To be done only after the person has proven in another way who they are.
///
/// # Errors
/// When the address is none or has no account, or the database does not answer.
pub async fn reset_factors(database: &Database, master: &MasterKey, email: &str) -> Result<bool, Error> {
    let email = Email::parse(email).map_err(|error| Error::invalid("email", error))?;
    let lookup = mac(&master.derive("email-lookup"), &[email.comparable().as_bytes()]);
    let account = accounts::credentials(database.pool(), &lookup)
        .await?
        .ok_or(Error::NotFound("the account"))?;
    let mut unit = match database.begin::<pbjson_types::Empty>(account.id, None).await? {
        Begun::Fresh(unit) => unit,
        Begun::Replay(_) => return Ok(false),
    };
    factors::lock(unit.connection(), account.id).await?;
    let removed = factors::remove_all(unit.connection(), account.id).await?;
    if removed {
        let (origin, now) = (Origin::default(), database.clock().now());
        for event in security::record(unit.connection(), account.id, Kind::FactorsReset, &origin, now).await?
        {
            unit.publish(event);
        }
    }
    unit.commit(pbjson_types::Empty {}).await?;
    Ok(removed)
}
