//! Data sets: the one shipped with this program, and newer ones that an authority's legal desk signed.

pub mod bundle;
pub(crate) mod contradiction;
pub mod diff;
pub(crate) mod layer;
pub mod shipped;

pub use bundle::{Bundle, LARGEST_SET, SET_TYPE};

use crate::tables::{
    Tables,
    read::{
        MOST_FAULTS, RowFault,
        keys::{Both, Keyed, both},
    },
};
use jiff::civil::Date;

/// A data set that was read and checked.
#[derive(Debug, Clone)]
pub struct DataSet {
    /// Its name.
    pub id: String,
    /// Its date.
    pub dated: Date,
    /// Its rows.
    pub tables: Tables,
}

/// Why a data set is refused. Nothing of it is taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetFault {
    /// The name or another head field is not what it should be.
    #[error("{0}")]
    Head(String),
    /// Rows are wrong; each says where and why.
    #[error("{} rows cannot be taken; the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Rows(Vec<RowFault>),
}

impl DataSet {
    /// Reads and checks a bundle by itself; whether it contradicts another is asked by [`crate::Law::with`].
    ///
    /// # Errors
    ///
    /// A head that is not what it should be, or rows that cannot be taken, each with file, line and reason.
    pub fn read(bundle: &Bundle) -> Result<Self, SetFault> {
        bundle.check()?;
        let tables = crate::tables::read::read(&bundle.id, &bundle.tables).map_err(SetFault::Rows)?;
        let mut foreseen = Foreseen { dated: bundle.dated, faults: Vec::new() };
        both(&tables, &Tables::default(), &mut foreseen);
        if foreseen.faults.is_empty() {
            Ok(Self { id: bundle.id.clone(), dated: bundle.dated, tables })
        } else {
            foreseen.faults.truncate(MOST_FAULTS);
            Err(SetFault::Rows(foreseen.faults))
        }
    }
}

/// Finds rows read for a day after the one for which their set was put together.
struct Foreseen {
    dated: Date,
    faults: Vec<RowFault>,
}

impl Both for Foreseen {
    fn rows<R: Keyed>(&mut self, rows: &[R], _: &[R]) {
        let late = rows.iter().map(Keyed::cite).filter(|cite| cite.as_of.is_some_and(|day| day > self.dated));
        let dated = self.dated;
        self.faults.extend(late.map(|cite| RowFault {
            file: cite.table.name().to_owned(),
            line: cite.line,
            reason: format!("`as_of` is after {dated}, the date of the set"),
        }));
    }
}

#[cfg(test)]
mod tests;
