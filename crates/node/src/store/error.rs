//! What can go wrong with the database, sorted by what its caller should do.

/// A failed database operation.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No space is left; nothing was stored.
    #[error("the database has no space left in `{name}`; free some, nothing was stored")]
    Full {
        /// The transaction.
        name: &'static str,
    },
    /// Another writer holds the database; trying again may help.
    #[error("the database is busy in `{name}`; try again")]
    Busy {
        /// The transaction.
        name: &'static str,
    },
    /// The rule of a table was broken: usually a duplicate.
    #[error("`{name}` contradicts what is stored: {rule}")]
    Contradiction {
        /// The transaction.
        name: &'static str,
        /// The rule that the database names.
        rule: String,
    },
    /// A statement of the transaction failed before; nothing of it was stored.
    #[error("a statement of `{name}` failed before; nothing was stored, begin it again")]
    Aborted {
        /// The transaction.
        name: &'static str,
    },
    /// The schema is of a newer program.
    #[error("the database has schema {found}, this program knows {known}; start the newer program")]
    SchemaNewer {
        /// Version found.
        found: i64,
        /// Version known.
        known: i64,
    },
    /// A stored value is not what the schema promises.
    #[error("stored value in column {column} is not {expected}")]
    Corrupt {
        /// Column number, from 0.
        column: usize,
        /// What was expected.
        expected: &'static str,
    },
    /// The ledger's tiles do not fit its size.
    #[error("the ledger does not fit together: {0}; rebuild its tiles from the journal")]
    Ledger(String),
    /// Anything else.
    #[error("database failure in `{name}`")]
    Other {
        /// The transaction.
        name: &'static str,
        /// The cause.
        #[source]
        source: sqlx::Error,
    },
}

impl StoreError {
    pub(super) fn from_sqlx(name: &'static str, source: sqlx::Error) -> Self {
        let code = match &source {
            sqlx::Error::Database(database) => database.code().map(|code| code.into_owned()),
            sqlx::Error::PoolTimedOut => return Self::Busy { name },
            _ => None,
        };
        match code.as_deref() {
            // SQLITE_FULL; PostgreSQL disk_full.
            Some("13" | "53100") => Self::Full { name },
            // SQLITE_BUSY and SQLITE_LOCKED with their extended codes; serialization, deadlock, lock timeout, shutdown.
            Some("5" | "6" | "261" | "517" | "40001" | "40P01" | "55P03" | "57P01" | "53300") => {
                Self::Busy { name }
            }
            // SQLITE_CONSTRAINT_PRIMARYKEY and _UNIQUE; unique_violation, duplicate_object, duplicate_table.
            Some("1555" | "2067" | "23505" | "42710" | "42P07") => {
                Self::Contradiction { name, rule: source.to_string() }
            }
            _ => Self::Other { name, source },
        }
    }

    /// May the same operation succeed later without anybody's doing?
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }
}
