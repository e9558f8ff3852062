//! The articles that the tables name, by instrument, read once for all checks.

use super::article::{self, Article};
use crate::{Cite, Instrument, tables::Tables};
use std::{collections::BTreeMap, sync::Arc};

/// An article and the row that names it.
pub(crate) type Known = (Article, Arc<Cite>);

/// Every article of the tables.
#[derive(Debug, Default)]
pub(crate) struct Articles(BTreeMap<Instrument, Vec<Known>>);

impl Articles {
    pub(crate) fn new(tables: &Tables) -> Self {
        let all = Instrument::ALL.iter().map(|instrument| (*instrument, known(tables, *instrument)));
        Self(all.collect())
    }

    /// Those of an instrument, in the order of the tables.
    pub(crate) fn of(&self, instrument: Instrument) -> &[Known] {
        self.0.get(&instrument).map_or(&[], Vec::as_slice)
    }
}

/// From the column of articles in every table that has one, and from what the table of needs mentions.
fn known(tables: &Tables, instrument: Instrument) -> Vec<Known> {
    let columns = tables
        .deadlines
        .iter()
        .map(|row| (row.instrument, &row.article, &row.cite))
        .chain(tables.grounds.iter().map(|row| (row.instrument, &row.article, &row.cite)))
        .chain(tables.contents.iter().map(|row| (row.instrument, &row.article, &row.cite)))
        .chain(tables.offences.iter().map(|row| (row.instrument, &row.article, &row.cite)))
        .chain(tables.ages.iter().map(|row| (row.instrument, &row.article, &row.cite)));
    let named = columns.filter(|(of, ..)| *of == instrument);
    let named = named.flat_map(|(_, text, cite)| {
        article::articles(text).into_iter().map(move |article| (article, Arc::clone(cite)))
    });
    named.chain(mentioned(tables, instrument)).collect()
}

/// The articles that conditions, channels and authorities of the table of needs mention: those of the first instrument,
/// unless the mention says whose they are (`HC` Hague 1980, `BIIb` Brussels IIb).
fn mentioned(tables: &Tables, instrument: Instrument) -> impl Iterator<Item = Known> {
    let rows = tables.needs.iter().filter(move |row| row.instruments.contains(&instrument));
    rows.flat_map(move |row| {
        let texts = [&row.condition, &row.channel, &row.authorities];
        let mentions = texts.into_iter().flat_map(|text| article::mentions(text));
        let own = mentions.filter(move |(_, owner)| match *owner {
            "HC" => instrument == Instrument::Hague1980,
            "BIIb" => instrument == Instrument::BrusselsIIb,
            _ => row.instruments.first() == Some(&instrument),
        });
        own.map(|(article, _)| (article, Arc::clone(&row.cite)))
    })
}
