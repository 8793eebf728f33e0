//! Invitations. An address is found by its HMAC and sealed for the member that invites.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use pfms_runtime::Error;
use pfms_runtime::sealed::Seals;
use pfms_runtime::secrets::{MasterKey, mac};
use pfms_types::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::family::FamilyId;
use crate::family::address::Address;
use crate::family::invitation::{Invitation, InvitationId, Invitee, KEPT};
use crate::family::role::Role;

const TABLE: &str = "family_invitations";
const ADDRESS: &str = "address";

/// Stores invitations.
#[derive(Clone)]
pub struct Invitations {
    seals: Seals,
    lookup_key: [u8; 32],
}

/// An open invitation and the hash of its token, if it has one.
pub struct Open {
    /// The invitation.
    pub invitation: Invitation,
    /// What its token's hash has to be.
    pub token_hash: Option<Vec<u8>>,
}

struct Row {
    id: Uuid,
    family_id: Uuid,
    inviter_id: Uuid,
    role: String,
    invited_user_id: Option<Uuid>,
    address_sealed: Option<Vec<u8>>,
    token_hash: Option<Vec<u8>>,
    created_at: jiff_sqlx::Timestamp,
    expires_at: jiff_sqlx::Timestamp,
}

impl Invitations {
    /// With these seals, and a key that addresses are found by.
    #[must_use]
    pub fn new(seals: Seals, master: &MasterKey) -> Self {
        Self {
            seals,
            lookup_key: master.derive("family-invitation-address"),
        }
    }

    /// An invitation that is open at an instant.
    ///
    /// # Errors
    /// When the database does not answer or the row cannot be opened.
    pub async fn find(
        &self,
        connection: &mut PgConnection,
        id: InvitationId,
        now: Timestamp,
    ) -> Result<Option<Open>, Error> {
        let row = sqlx::query_as!(
            Row,
            r#"SELECT id, family_id, inviter_id, role, invited_user_id, address_sealed, token_hash,
                      created_at AS "created_at: jiff_sqlx::Timestamp", expires_at AS "expires_at: jiff_sqlx::Timestamp"
               FROM family_invitations WHERE id = $1 AND closed_at IS NULL AND expires_at > $2"#,
            id.uuid(),
            now.to_sqlx() as _,
        )
        .fetch_optional(&mut *connection)
        .await?;
        match row {
            Some(row) => Ok(Some(self.open(connection, row).await?)),
            None => Ok(None),
        }
    }

    /// The invitations to a family that are open at an instant, the latest first.
    ///
    /// # Errors
    /// When the database does not answer or a row cannot be opened.
    pub async fn of_family(
        &self,
        connection: &mut PgConnection,
        id: FamilyId,
        now: Timestamp,
    ) -> Result<Vec<Invitation>, Error> {
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT id, family_id, inviter_id, role, invited_user_id, address_sealed, token_hash,
                      created_at AS "created_at: jiff_sqlx::Timestamp", expires_at AS "expires_at: jiff_sqlx::Timestamp"
               FROM family_invitations WHERE family_id = $1 AND closed_at IS NULL AND expires_at > $2
               ORDER BY family_invitations.created_at DESC, id DESC"#,
            id.uuid(),
            now.to_sqlx() as _,
        )
        .fetch_all(&mut *connection)
        .await?;
        self.open_all(connection, rows).await
    }

    /// The latest invitations that name an account and are open at an instant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of_account(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        limit: i64,
        now: Timestamp,
    ) -> Result<Vec<Invitation>, Error> {
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT id, family_id, inviter_id, role, invited_user_id, address_sealed, token_hash,
                      created_at AS "created_at: jiff_sqlx::Timestamp", expires_at AS "expires_at: jiff_sqlx::Timestamp"
               FROM family_invitations WHERE invited_user_id = $1 AND closed_at IS NULL AND expires_at > $2
               ORDER BY family_invitations.created_at DESC, id DESC LIMIT $3"#,
            user_id.uuid(),
            now.to_sqlx() as _,
            limit,
        )
        .fetch_all(&mut *connection)
        .await?;
        self.open_all(connection, rows).await
    }

    /// Whether an invitation of the same account or address to the family is open at an instant.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_invited(
        &self,
        connection: &mut PgConnection,
        id: FamilyId,
        invitee: &Invitee,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let (account, lookup) = match invitee {
            Invitee::Account(user_id) => (Some(user_id.uuid()), None),
            Invitee::Address(address) => (None, Some(self.lookup(address))),
        };
        let is_open = sqlx::query_scalar!(
            r#"SELECT EXISTS (
                   SELECT FROM family_invitations
                   WHERE family_id = $1 AND closed_at IS NULL AND expires_at > $2
                     AND (invited_user_id = $3 OR address_lookup = $4)) AS "invited!""#,
            id.uuid(),
            now.to_sqlx() as _,
            account,
            lookup.as_ref().map(<[u8; 32]>::as_slice),
        )
        .fetch_one(connection)
        .await?;
        Ok(is_open)
    }

    /// Stores a new invitation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn insert(
        &self,
        connection: &mut PgConnection,
        invitation: &Invitation,
        token_hash: Option<[u8; 32]>,
    ) -> Result<(), Error> {
        let (account, lookup, sealed) = match &invitation.invitee {
            Invitee::Account(user_id) => (Some(user_id.uuid()), None, None),
            Invitee::Address(address) => {
                let seal = self.seals.of(&mut *connection, invitation.inviter).await?;
                let sealed = seal.seal(TABLE, ADDRESS, address.as_str())?;
                (None, Some(self.lookup(address)), sealed)
            }
        };
        sqlx::query!(
            "INSERT INTO family_invitations
                 (id, family_id, inviter_id, role, invited_user_id, address_lookup, address_sealed, token_hash,
                  created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            invitation.id.uuid(),
            invitation.family_id.uuid(),
            invitation.inviter.uuid(),
            invitation.role.as_str(),
            account,
            lookup.as_ref().map(<[u8; 32]>::as_slice),
            sealed,
            token_hash.as_ref().map(<[u8; 32]>::as_slice),
            invitation.created_at.to_sqlx() as _,
            invitation.expires_at.to_sqlx() as _,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    fn lookup(&self, address: &Address) -> [u8; 32] {
        mac(&self.lookup_key, &[address.comparable().as_bytes()])
    }

    async fn open_all(
        &self,
        connection: &mut PgConnection,
        rows: Vec<Row>,
    ) -> Result<Vec<Invitation>, Error> {
        let mut invitations = Vec::with_capacity(rows.len());
        for row in rows {
            invitations.push(self.open(&mut *connection, row).await?.invitation);
        }
        Ok(invitations)
    }

    async fn open(&self, connection: &mut PgConnection, row: Row) -> Result<Open, Error> {
        let sender = UserId::from(row.inviter_id);
        let invitee = match (row.invited_user_id, row.address_sealed) {
            (Some(user_id), _) => Invitee::Account(user_id.into()),
            (None, sealed) => {
                let seal = self.seals.find(connection, sender).await?;
                let text = seal.open(TABLE, ADDRESS, sealed.as_deref())?;
                Invitee::Address(Address::stored(text))
            }
        };
        Ok(Open {
            invitation: Invitation {
                id: row.id.into(),
                family_id: row.family_id.into(),
                inviter: sender,
                role: Role::read(&row.role).ok_or_else(|| Error::internal("a role that is none"))?,
                invitee,
                created_at: row.created_at.to_jiff(),
                expires_at: row.expires_at.to_jiff(),
            },
            token_hash: row.token_hash,
        })
    }
}

/// How many invitations a person has sent since an instant, closed ones included.
///
/// # Errors
/// When the database does not answer.
pub async fn sent_since(
    connection: &mut PgConnection,
    inviter: UserId,
    since: Timestamp,
) -> Result<i64, Error> {
    let sent = sqlx::query_scalar!(
        r#"SELECT count(*) AS "sent!" FROM family_invitations WHERE inviter_id = $1 AND created_at > $2"#,
        inviter.uuid(),
        since.to_sqlx() as _,
    )
    .fetch_one(connection)
    .await?;
    Ok(sent)
}

/// Closes an open invitation and forgets who was invited; false when it was closed already.
///
/// # Errors
/// When the database does not answer.
pub async fn close(connection: &mut PgConnection, id: InvitationId, now: Timestamp) -> Result<bool, Error> {
    let closed = sqlx::query!(
        "UPDATE family_invitations
         SET closed_at = $2, invited_user_id = NULL, address_lookup = NULL, address_sealed = NULL, token_hash = NULL
         WHERE id = $1 AND closed_at IS NULL AND expires_at > $2",
        id.uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(closed.rows_affected() == 1)
}

/// Closes the invitations to a family that a member sent, or all of them.
///
/// # Errors
/// When the database does not answer.
pub async fn close_all(
    connection: &mut PgConnection,
    id: FamilyId,
    inviter: Option<UserId>,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE family_invitations
         SET closed_at = $3, invited_user_id = NULL, address_lookup = NULL, address_sealed = NULL, token_hash = NULL
         WHERE family_id = $1 AND closed_at IS NULL AND ($2::uuid IS NULL OR inviter_id = $2)",
        id.uuid(),
        inviter.map(UserId::uuid),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes invitations that are over and count against nobody's limit any more.
///
/// # Errors
/// When the database does not answer.
pub async fn purge(connection: &mut PgConnection, now: Timestamp) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM family_invitations WHERE (closed_at IS NOT NULL OR expires_at <= $1) AND created_at <= $2",
        now.to_sqlx() as _,
        now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN).to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}
