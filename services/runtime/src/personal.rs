//! What a service declares of the personal data that it holds. Erasure removes it and export reads it, so a table
//! that is missing here would be missed by both; a test compares the declarations with the schemas.

/// Stands for the user's id in a Redis pattern.
pub const USER: &str = "<user>";

/// What a service holds about users.
#[derive(Clone, Copy, Debug, Default)]
pub struct PersonalData {
    /// In the order in which rows are removed: what refers before what is referred to.
    pub tables: &'static [Table],
    /// Patterns of Redis keys, with [`USER`] for the user's id.
    pub redis: &'static [&'static str],
    /// What keys were derived from the master key for, before there were data keys; what they sealed still opens.
    pub formerly_sealed_for: Option<&'static str>,
}

/// A table with rows that belong to users.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The table.
    pub name: &'static str,
    /// The column, of type uuid, that holds the user's id.
    pub column: &'static str,
    /// Columns that are sealed with the user's data key. One whose name ends in [`Table::SEALED_SUFFIX`] is sealed
    /// for, and shown under, its name without it.
    pub sealed: &'static [&'static str],
    /// Columns that nobody is shown, such as hashes of secrets.
    pub secret: &'static [&'static str],
    /// Whether its rows are for the machine only, and so not exported.
    pub internal: bool,
}

impl Table {
    /// May end the name of a sealed column.
    pub const SEALED_SUFFIX: &str = "_sealed";

    /// A table whose `user_id` names the owner.
    #[must_use]
    pub const fn owned(name: &'static str) -> Self {
        Self::by(name, "user_id")
    }

    /// A table in which another column names the user. A table may be declared once for each such column.
    #[must_use]
    pub const fn by(name: &'static str, column: &'static str) -> Self {
        Self {
            name,
            column,
            sealed: &[],
            secret: &[],
            internal: false,
        }
    }

    /// Names the sealed columns.
    #[must_use]
    pub const fn sealed(mut self, columns: &'static [&'static str]) -> Self {
        self.sealed = columns;
        self
    }

    /// Names the columns that nobody is shown.
    #[must_use]
    pub const fn secret(mut self, columns: &'static [&'static str]) -> Self {
        self.secret = columns;
        self
    }

    /// Leaves the table out of exports.
    #[must_use]
    pub const fn internal(mut self) -> Self {
        self.internal = true;
        self
    }

    /// A name for use in a statement.
    pub(crate) fn quoted(name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}
