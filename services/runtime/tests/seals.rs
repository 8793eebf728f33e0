//! Data keys: made once, destroyed for good, and moved to new versions of the master key.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use pfms_runtime::erasure::Tombstones;
use pfms_runtime::sealed::rewrap::{Moved, rewrap, status};
use pfms_runtime::sealed::{MasterSeal, MasterSealed, Seals};
use pfms_runtime::secrets::MasterKey;
use pfms_runtime::testing::{Harness, MASTER_KEY, reason};
use pfms_runtime::{Database, Parts, Service};
use pfms_types::UserId;
use sqlx::migrate::Migrator;
use tonic::Status;
use uuid::Uuid;

static NO_TABLES: Migrator = Migrator::DEFAULT;

const SECRETS: MasterSealed = MasterSealed {
    table: "secrets",
    id: "name",
    column: "sealed",
    purpose: "secrets",
    place: "secrets/sealed",
};

struct Vault {
    harness: Harness,
    database: Database,
}

impl Vault {
    async fn start() -> Self {
        let service = Service::new("vault", 0, |_| async { Ok(Parts::new()) }).migrations(&NO_TABLES);
        let harness = Harness::start(vec![service]).await;
        let database = harness.database("vault");
        Self { harness, database }
    }

    async fn seal(&self, seals: &Seals, user_id: UserId, text: &str) -> Vec<u8> {
        let mut connection = self.database.pool().acquire().await.unwrap();
        let seal = seals.of(&mut connection, user_id).await.unwrap();
        seal.seal("t", "c", text).unwrap().unwrap()
    }

    async fn open(&self, seals: &Seals, user_id: UserId, sealed: &[u8]) -> Result<String, Status> {
        let mut connection = self.database.pool().acquire().await.unwrap();
        let seal = seals.find(&mut connection, user_id).await?;
        Ok(seal.open("t", "c", Some(sealed))?)
    }
}

fn first() -> MasterKey {
    MasterKey::parse(MASTER_KEY).unwrap()
}

fn rotated() -> MasterKey {
    MasterKey::parse(&format!("2:{},1:{MASTER_KEY}", "2b".repeat(32))).unwrap()
}

#[tokio::test]
async fn what_is_sealed_opens_elsewhere_until_its_key_is_destroyed() {
    let vault = Vault::start().await;
    let (ours, user_id) = (Seals::new(&first()), UserId::generate());
    let sealed = vault.seal(&ours, user_id, "secret").await;
    assert_eq!(
        vault.open(&Seals::new(&first()), user_id, &sealed).await.unwrap(),
        "secret"
    );
    let mut connection = vault.database.pool().acquire().await.unwrap();
    ours.destroy(&mut connection, user_id).await.unwrap();
    drop(connection);
    assert!(vault.open(&ours, user_id, &sealed).await.is_err());
    // A key that is made afterwards is another one.
    vault.seal(&ours, user_id, "other").await;
    assert!(vault.open(&ours, user_id, &sealed).await.is_err());
    vault.harness.stop().await;
}

#[tokio::test]
async fn a_key_whose_transaction_was_rolled_back_seals_nothing() {
    let vault = Vault::start().await;
    let (seals, user_id) = (Seals::new(&first()), UserId::generate());
    let mut transaction = vault.database.pool().begin().await.unwrap();
    seals.of(&mut transaction, user_id).await.unwrap();
    seals.of(&mut transaction, user_id).await.unwrap();
    transaction.rollback().await.unwrap();
    let sealed = vault.seal(&seals, user_id, "secret").await;
    assert_eq!(
        vault.open(&Seals::new(&first()), user_id, &sealed).await.unwrap(),
        "secret"
    );
    vault.harness.stop().await;
}

#[tokio::test]
async fn who_was_erased_gets_no_key() {
    let vault = Vault::start().await;
    let (seals, user_id) = (Seals::new(&first()), UserId::generate());
    let now = vault.database.clock().now();
    let pool = vault.database.pool();
    Tombstones::new(&first())
        .set(pool, user_id, Uuid::now_v7(), now)
        .await
        .unwrap();
    let mut connection = pool.acquire().await.unwrap();
    let refused = seals
        .of(&mut connection, user_id)
        .await
        .err()
        .map(Status::from)
        .unwrap();
    assert_eq!(reason(&refused), "ACCOUNT_NOT_FOUND");
    drop(connection);
    vault.harness.stop().await;
}

#[tokio::test]
async fn keys_and_secrets_move_to_a_new_version_and_the_old_one_is_not_needed_to_unwrap_them() {
    let vault = Vault::start().await;
    let pool = vault.database.pool();
    let (before, users) = (Seals::new(&first()), [UserId::generate(), UserId::generate()]);
    let sealed = vault.seal(&before, users[0], "secret").await;
    vault.seal(&before, users[1], "another").await;
    sqlx::query("CREATE TABLE secrets (name text PRIMARY KEY, sealed bytea NOT NULL)")
        .execute(pool)
        .await
        .unwrap();
    let secret = MasterSeal::new(&first(), "secrets")
        .seal("secrets/sealed/s", b"ours")
        .unwrap();
    sqlx::query("INSERT INTO secrets VALUES ('s', $1)")
        .bind(secret)
        .execute(pool)
        .await
        .unwrap();

    let counted = status(pool, &rotated(), &[SECRETS]).await.unwrap();
    assert_eq!(counted.data_keys, [(1, 2)].into());
    assert_eq!(counted.secrets, [(1, 1)].into());
    // What a stopped run has moved already is not moved again.
    sqlx::query("CREATE TABLE other AS SELECT * FROM data_keys WHERE user_id = $1")
        .bind(users[1].uuid())
        .execute(pool)
        .await
        .unwrap();
    let moved = rewrap(pool, &rotated(), &[SECRETS]).await.unwrap();
    assert_eq!(
        moved,
        Moved {
            data_keys: 2,
            secrets: 1
        }
    );
    sqlx::query(
        "UPDATE data_keys SET wrapped = other.wrapped, master_version = other.master_version
         FROM other WHERE other.user_id = data_keys.user_id",
    )
    .execute(pool)
    .await
    .unwrap();
    let moved = rewrap(pool, &rotated(), &[SECRETS]).await.unwrap();
    assert_eq!(
        moved,
        Moved {
            data_keys: 1,
            secrets: 0
        }
    );
    assert_eq!(
        status(pool, &rotated(), &[SECRETS]).await.unwrap().data_keys,
        [(2, 2)].into()
    );

    let only_new = MasterKey::parse(&format!("2:{}", "2b".repeat(32))).unwrap();
    assert_eq!(
        vault
            .open(&Seals::new(&only_new), users[0], &sealed)
            .await
            .unwrap(),
        "secret"
    );
    assert!(
        vault
            .open(&Seals::new(&first()), users[0], &sealed)
            .await
            .is_err()
    );
    vault.harness.stop().await;
}
