//! The engine with its data: tables laid over each other, indexed for answers.

use crate::{
    Instrument, Place, Relation,
    basis::Articles,
    relation::Index,
    set::{DataSet, SetFault, layer, shipped::shipped},
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
    /// The names of the sets, oldest first, joined by ` + `.
    pub(crate) name: String,
    /// The names of the sets, oldest first.
    pub(crate) sets: Vec<String>,
    pub(crate) dated: Option<Date>,
    pub(crate) tables: Tables,
    pub(crate) relations: Index,
    pub(crate) articles: Articles,
    /// What was there before the newest set was laid over.
    pub(crate) under: Option<Law>,
}

impl Law {
    /// The shipped tables alone.
    ///
    /// That they can be read is tested; should they not be, every answer is `unknown`, and a debug build stops.
    #[must_use]
    pub fn shipped() -> &'static Law {
        static SHIPPED: LazyLock<Law> = LazyLock::new(|| {
            let set = DataSet::read(&shipped());
            debug_assert!(set.is_ok(), "the shipped tables cannot be read: {:?}", set.err());
            set.map_or_else(|_| Law::empty(), |set| Law::from_sets(&[set]))
        });
        &SHIPPED
    }

    /// Indexes sets that were checked against each other, the oldest first. Use [`Law::with`] to lay a new set over.
    #[must_use]
    pub fn from_sets(sets: &[DataSet]) -> Law {
        let mut law = None;
        for set in sets {
            law = Some(Law::laid(law, set));
        }
        law.unwrap_or_else(Law::empty)
    }

    /// The same with a newer set laid over: a row with the key of another replaces it, others add. Each row keeps the name
    /// of its set. Refused as a whole are a set that is older than the newest one here, one whose name is here already,
    /// and one of which a row contradicts a row of high confidence of the oldest set, that is, of the shipped tables; the
    /// rules are in `set/contradiction.rs`.
    ///
    /// # Errors
    ///
    /// The reason, for rows with file, line and the line that each contradicts.
    pub fn with(&self, set: &DataSet) -> Result<Law, SetFault> {
        if let Some(reason) = self.cannot_come_next(set) {
            return Err(SetFault::Head(reason));
        }
        let faults = layer::contradictions(self.oldest().tables(), &set.tables);
        if faults.is_empty() { Ok(Law::laid(Some(self.clone()), set)) } else { Err(SetFault::Rows(faults)) }
    }

    fn cannot_come_next(&self, set: &DataSet) -> Option<String> {
        if self.data.sets.contains(&set.id) {
            return Some(format!(
                "a data set named `{}` is loaded already; give this one another name",
                set.id
            ));
        }
        let newest = self.data.dated.filter(|newest| set.dated < *newest)?;
        Some(format!(
            "`{}` is dated {}, before {newest}, the date of the data it would be laid over; date it anew",
            set.id, set.dated
        ))
    }

    fn laid(under: Option<Law>, set: &DataSet) -> Law {
        let mut tables = under.as_ref().map(|law| law.tables().clone()).unwrap_or_default();
        layer::lay(&mut tables, &set.tables);
        let mut sets = under.as_ref().map(|law| law.data.sets.clone()).unwrap_or_default();
        sets.push(set.id.clone());
        let dated = under.as_ref().and_then(Law::dated).max(Some(set.dated));
        let (name, relations) = (sets.join(" + "), Index::new(&tables));
        let articles = Articles::new(&tables);
        Law { data: Arc::new(Data { name, sets, dated, tables, relations, articles, under }) }
    }

    fn empty() -> Law {
        let (tables, name) = (Tables::default(), String::new());
        let (relations, articles) = (Index::new(&tables), Articles::new(&tables));
        let sets = Vec::new();
        Law { data: Arc::new(Data { name, sets, dated: None, tables, relations, articles, under: None }) }
    }

    fn oldest(&self) -> &Law {
        let mut law = self;
        while let Some(under) = &law.data.under {
            law = under;
        }
        law
    }

    /// The data as known on a day: without the sets that are dated after it. `None` where all are.
    #[must_use]
    pub fn as_known_on(&self, day: Date) -> Option<&Law> {
        let mut law = self;
        while law.dated().is_some_and(|dated| dated > day) {
            law = law.data.under.as_ref()?;
        }
        Some(law)
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

    pub(crate) fn articles(&self) -> &Articles {
        &self.data.articles
    }

    /// Does an instrument bind two places on a date?
    #[must_use]
    pub fn relation(&self, instrument: Instrument, one: &Place, other: &Place, on: Date) -> Relation {
        crate::relation::relation(self, instrument, one, other, on)
    }
}
