//! A user's rows of a table, page by page.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pfms_types::UserId;
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::Error;
use crate::personal::Table;
use crate::sealed::UserSeal;

/// Rows of a page.
const ROWS: i64 = 500;
/// Rows of a page when they hold whole files.
const ROWS_WITH_FILES: i64 = 4;

/// A column that is exported.
pub(super) struct Column {
    /// In the table.
    name: String,
    /// As the user sees it.
    pub shown: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// Kept exact as a text.
    Number,
    /// Shown in base64.
    Bytes,
    Sealed,
}

/// How a table is read.
pub(super) struct Reader {
    table: Table,
    pub columns: Vec<Column>,
    /// The primary key, by which pages follow each other.
    key: Vec<String>,
}

/// A row with its columns as they are shown, and where it stands.
pub(super) type Row = Map<String, Value>;

impl Reader {
    /// Looks up what the table is like.
    pub(super) async fn open(connection: &mut PgConnection, table: &Table) -> Result<Self, Error> {
        let found = sqlx::query!(
            r#"SELECT column_name::text AS "name!", data_type::text AS "type!"
               FROM information_schema.columns
               WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"#,
            table.name,
        )
        .fetch_all(&mut *connection)
        .await?;
        let key = sqlx::query_scalar!(
            r#"SELECT a.attname::text AS "name!"
               FROM pg_index i
               JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place) ON true
               JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
               WHERE i.indisprimary
                 AND i.indrelid = (quote_ident(current_schema()) || '.' || quote_ident($1))::regclass
               ORDER BY k.place"#,
            table.name,
        )
        .fetch_all(&mut *connection)
        .await?;
        if key.is_empty() {
            return Err(Error::internal(format!(
                "{} has no primary key to page by",
                table.name
            )));
        }
        let columns = found
            .into_iter()
            .filter(|column| column.name != table.column && !table.secret.contains(&column.name.as_str()))
            .map(|column| Column::new(table, column.name, &column.r#type))
            .collect();
        Ok(Self {
            table: *table,
            columns,
            key,
        })
    }

    /// The rows after a position, and the position after them; nothing after the last page.
    pub(super) async fn page(
        &self,
        connection: &mut PgConnection,
        seal: &UserSeal,
        user_id: UserId,
        after: Option<&str>,
    ) -> Result<(Vec<Row>, Option<String>), Error> {
        let limit = if self.columns.iter().any(|column| column.kind == Kind::Bytes) {
            ROWS_WITH_FILES
        } else {
            ROWS
        };
        let found: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(self.statement(after.is_some())))
            .bind(user_id.uuid())
            .bind(limit)
            .bind(after)
            .fetch_all(connection)
            .await?;
        let full = i64::try_from(found.len()).is_ok_and(|count| count == limit);
        let next = found
            .last()
            .filter(|_| full)
            .map(|(_, position)| position.clone());
        let rows = found
            .into_iter()
            .map(|(row, _)| self.show(seal, &row))
            .collect::<Result<_, _>>()?;
        Ok((rows, next))
    }

    fn statement(&self, follows: bool) -> String {
        let list = |alias: &str| {
            let names: Vec<_> = self
                .key
                .iter()
                .map(|name| format!("{alias}.{}", Table::quoted(name)))
                .collect();
            names.join(", ")
        };
        let selected: Vec<_> = self.columns.iter().map(Column::selected).collect();
        let position: Vec<_> = self
            .key
            .iter()
            .map(|name| format!("'{}', t.{}", name.replace('\'', "''"), Table::quoted(name)))
            .collect();
        let table = Table::quoted(self.table.name);
        let owner = Table::quoted(self.table.column);
        let (from, beyond) = if follows {
            (
                format!(", jsonb_populate_record(NULL::{table}, $3::text::jsonb) AS after"),
                format!(" AND ({}) > ({})", list("t"), list("after")),
            )
        } else {
            // The parameter is there in both, so that both are bound alike.
            (String::new(), " AND $3::text IS NULL".to_owned())
        };
        format!(
            "SELECT (SELECT row_to_json(shown)::text FROM (SELECT {}) AS shown), jsonb_build_object({})::text
             FROM {table} AS t{from} WHERE t.{owner} = $1{beyond} ORDER BY {} LIMIT $2",
            selected.join(", "),
            position.join(", "),
            list("t"),
        )
    }

    fn show(&self, seal: &UserSeal, row: &str) -> Result<Row, Error> {
        let mut row: Row = serde_json::from_str(row).map_err(Error::internal)?;
        for column in self.columns.iter().filter(|column| column.kind == Kind::Sealed) {
            let sealed = row.get(&column.shown).and_then(Value::as_str);
            let Some(sealed) = sealed else { continue };
            let sealed = STANDARD.decode(sealed).map_err(Error::internal)?;
            let opened = seal.open_bytes(self.table.name, &column.shown, &sealed)?;
            let text = String::from_utf8(opened).unwrap_or_else(|error| STANDARD.encode(error.as_bytes()));
            row.insert(column.shown.clone(), Value::String(text));
        }
        Ok(row)
    }
}

impl Column {
    fn new(table: &Table, name: String, kind: &str) -> Self {
        let sealed = table.sealed.contains(&name.as_str());
        let kind = match kind {
            _ if sealed => Kind::Sealed,
            "bytea" => Kind::Bytes,
            "numeric" => Kind::Number,
            _ => Kind::Plain,
        };
        let shown = if sealed {
            name.strip_suffix(Table::SEALED_SUFFIX)
                .unwrap_or(&name)
                .to_owned()
        } else {
            name.clone()
        };
        Self { name, shown, kind }
    }

    fn selected(&self) -> String {
        let (name, shown) = (Table::quoted(&self.name), Table::quoted(&self.shown));
        match self.kind {
            Kind::Plain => format!("t.{name} AS {shown}"),
            Kind::Number => format!("t.{name}::text AS {shown}"),
            Kind::Bytes | Kind::Sealed => {
                format!("translate(encode(t.{name}, 'base64'), E'\\n', '') AS {shown}")
            }
        }
    }
}
