//! What services declare about personal data is what their schemas hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use pfms::services;
use pfms_runtime::Service;
use pfms_runtime::secrets::MasterKey;
use pfms_runtime::storage::{migrate, migrate_schema, service_url};
use pfms_runtime::testing::{MASTER_KEY, create_database};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// What the runtime itself looks after.
const COMMON: &[&str] = &["outbox", "idempotency_keys", "data_keys"];

/// A connection to a service's new tables; nothing for one that keeps none.
async fn migrated(admin: &str, service: &Service) -> Option<PgConnection> {
    let tables = service.tables()?;
    let master = MasterKey::parse(MASTER_KEY).unwrap();
    migrate_schema(admin, service.name(), &master).await.unwrap();
    let url = service_url(admin, service.name(), &master).unwrap();
    migrate(&url, service.name(), tables).await.unwrap();
    Some(PgConnection::connect(&url).await.unwrap())
}

#[tokio::test]
async fn every_table_with_a_users_id_is_declared_and_every_declared_column_exists() {
    let admin = create_database().await;
    for service in services::all() {
        let Some(mut connection) = migrated(&admin, &service).await else {
            continue;
        };
        let name = service.name();
        let columns: BTreeSet<(String, String)> = sqlx::query_as(
            "SELECT c.table_name::text, c.column_name::text
             FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE c.table_schema = $1 AND t.table_type = 'BASE TABLE'",
        )
        .bind(name)
        .fetch_all(&mut connection)
        .await
        .unwrap()
        .into_iter()
        .collect();
        let declared: BTreeSet<(&str, &str)> = service
            .personal_data()
            .tables
            .iter()
            .map(|table| (table.name, table.column))
            .collect();
        for (table, column) in &columns {
            let names_a_user = column == "user_id" || column.ends_with("_user_id");
            assert!(
                !names_a_user
                    || COMMON.contains(&table.as_str())
                    || declared.contains(&(table.as_str(), column.as_str())),
                "{name}.{table}.{column} is not declared: add it to the service's PersonalData"
            );
        }
        for table in service.personal_data().tables {
            for column in [table.column].iter().chain(table.sealed).chain(table.secret) {
                let there = (table.name.to_owned(), (*column).to_owned());
                assert!(
                    columns.contains(&there),
                    "{name}.{}.{column} does not exist",
                    table.name
                );
            }
        }
        let paged: BTreeSet<String> = sqlx::query_scalar(
            "SELECT table_name::text FROM information_schema.table_constraints
             WHERE table_schema = $1 AND constraint_type = 'PRIMARY KEY'",
        )
        .bind(name)
        .fetch_all(&mut connection)
        .await
        .unwrap()
        .into_iter()
        .collect();
        let mut exported = BTreeSet::new();
        for table in service
            .personal_data()
            .tables
            .iter()
            .filter(|table| !table.internal)
        {
            assert!(
                paged.contains(table.name),
                "{name}.{} has no key to export it by",
                table.name
            );
            assert!(
                exported.insert(table.name),
                "{name}.{} would be exported twice",
                table.name
            );
        }
        for sealed in service.master_sealed_columns() {
            for column in [sealed.id, sealed.column] {
                let there = (sealed.table.to_owned(), column.to_owned());
                assert!(
                    columns.contains(&there),
                    "{name}.{}.{column} does not exist",
                    sealed.table
                );
            }
        }
    }
}

#[tokio::test]
async fn a_new_mesh_holds_nothing_about_anybody() {
    let admin = create_database().await;
    let mut looked_at = 0;
    for service in services::all() {
        let Some(mut connection) = migrated(&admin, &service).await else {
            continue;
        };
        let name = service.name();
        for table in service.personal_data().tables {
            let of_somebody = format!(
                "SELECT count(*) FROM {} WHERE {} IS NOT NULL",
                table.name, table.column
            );
            let rows: i64 = sqlx::query_scalar(AssertSqlSafe(of_somebody))
                .fetch_one(&mut connection)
                .await
                .unwrap();
            assert_eq!(rows, 0, "{name}.{}", table.name);
            looked_at += 1;
        }
    }
    assert!(looked_at > 30, "only {looked_at} tables");
}
