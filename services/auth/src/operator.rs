//! What an operator does to auth's database, beside the running service.

use pfms_runtime::redis::Redis;
use pfms_runtime::secrets::{MasterKey, mac};
use pfms_runtime::{Begun, Database, Error, Unit};
use pfms_types::UserId;

pub use crate::audit_log::{
    Anchor, Break as AuditBreak, Digest as AuditDigest, Entry as AuditEntry, Fault as AuditFault,
    Filter as AuditFilter, Head as AuditHead, Personal as AuditPersonal, append as append_audit_log,
    erase_old as erase_audit_personal, list as list_audit_log, verify as verify_audit_log,
};
use crate::email::Email;
pub use crate::keys::{Succession, replace as replace_signing_keys, rotate as rotate_signing_key};
use crate::mirror::Mirror;
use crate::origin::Origin;
use crate::security::{self, Kind};
use crate::store::{accounts, challenges, factors, sessions};

/// Removes all second factors of the account of an address, so that its first factor opens it again. False when
/// it had none. To be done only after the person has proven in another way who they are.
///
/// # Errors
/// When the address is none or has no account, or the database does not answer.
pub async fn reset_factors(database: &Database, master: &MasterKey, email: &str) -> Result<bool, Error> {
    let user_id = account_of(database, master, email).await?;
    let mut unit = match database.begin::<pbjson_types::Empty>(user_id, None).await? {
        Begun::Fresh(unit) => unit,
        Begun::Replay(_) => return Ok(false),
    };
    factors::lock(unit.connection(), user_id).await?;
    let removed = factors::remove_all(unit.connection(), user_id).await?;
    if removed {
        note(&mut unit, user_id, Kind::FactorsReset, database).await?;
    }
    unit.commit(pbjson_types::Empty {}).await?;
    Ok(removed)
}

/// Ends all sessions of the account of an address, at the edge at once, and with them the sign-ins that wait for a
/// second factor. Gives how many sessions there were. Personal access tokens stay.
///
/// # Errors
/// When the address is none or has no account, or when the database or Redis does not answer: then none is ended.
pub async fn end_sessions(
    database: &Database,
    redis: &Redis,
    master: &MasterKey,
    email: &str,
) -> Result<usize, Error> {
    let user_id = account_of(database, master, email).await?;
    let mut unit = match database.begin::<pbjson_types::Empty>(user_id, None).await? {
        Begun::Fresh(unit) => unit,
        Begun::Replay(_) => return Ok(0),
    };
    let (mirror, now) = (Mirror::new(redis.clone()), database.clock().now());
    challenges::use_up(unit.connection(), user_id, now).await?;
    let ended = sessions::revoke_all(unit.connection(), user_id, None, now).await?;
    // Before the commit: what is said to be over must not be let in at the edge.
    for id in &ended {
        mirror.set_revoked(user_id, *id).await?;
    }
    if !ended.is_empty() {
        note(&mut unit, user_id, Kind::SessionsEnded, database).await?;
    }
    unit.commit(pbjson_types::Empty {}).await?;
    Ok(ended.len())
}

async fn account_of(database: &Database, master: &MasterKey, email: &str) -> Result<UserId, Error> {
    let email = Email::parse(email).map_err(|error| Error::invalid("email", error))?;
    let lookup = mac(&master.derive("email-lookup"), &[email.comparable().as_bytes()]);
    let account = accounts::credentials(database.pool(), &lookup).await?;
    Ok(account.ok_or(Error::NotFound("the account"))?.id)
}

async fn note(unit: &mut Unit, user_id: UserId, kind: Kind, database: &Database) -> Result<(), Error> {
    let (origin, now) = (Origin::default(), database.clock().now());
    for event in security::record(unit.connection(), user_id, kind, &origin, now).await? {
        unit.publish(event);
    }
    Ok(())
}
