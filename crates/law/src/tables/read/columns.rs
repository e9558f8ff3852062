//! Which columns a table has.

use crate::tables::Table;
use csv::StringRecord;

/// The columns that every table may have beside its own: where a row comes from.
const ORIGIN: [&str; 3] = ["source", "as_of", "confidence"];

/// Where each column of a file stands, by name.
#[derive(Debug)]
pub(super) struct Columns(Vec<String>);

impl Columns {
    /// Reads a header. The order of the columns is free; a column that is unknown, missing or there twice is refused,
    /// since a misspelt `no_longer_bound_from` would otherwise be lost in silence.
    pub(super) fn read(table: Table, header: &StringRecord) -> Result<Self, String> {
        let names: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        let (needed, allowed) = expected(table);
        let needs = |name: &&&str| !names.iter().any(|given| given == **name);
        if let Some(missing) = needed.iter().chain(&ORIGIN).find(needs) {
            return Err(format!("lacks the column `{missing}`"));
        }
        let known = |name: &str| needed.contains(&name) || allowed.contains(&name) || ORIGIN.contains(&name);
        for (place, name) in names.iter().enumerate() {
            if !known(name) && name != "note" {
                return Err(format!("has the column `{name}`, which this table does not know"));
            }
            if names.iter().take(place).any(|other| other == name) {
                return Err(format!("has the column `{name}` twice"));
            }
        }
        Ok(Self(names))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Where a column stands.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|known| known == name)
    }
}

/// The columns that a table must have, and those that it may have.
fn expected(table: Table) -> (&'static [&'static str], &'static [&'static str]) {
    match table {
        Table::Hague1980Acceptances => (
            &["acceding_iso2", "accepting_iso2", "status", "date_in_force"],
            &["acceptance_deposit_date", "date_basis"],
        ),
        Table::Hague1980Territories => (&["place", "state", "towards", "status", "from", "until"], &[]),
        Table::Hague1996Objections => (&["acceding_iso2", "objecting_iso2", "notification_date"], &[]),
        Table::EuInstrumentsByState => (
            &["instrument", "iso2", "participates", "applies_from"],
            &["title", "country", "no_longer_bound_from"],
        ),
        Table::Deadlines => (
            &[
                "instrument",
                "article",
                "trigger_event",
                "length",
                "unit",
                "kind",
                "bound_actor",
                "consequence",
            ],
            &[],
        ),
        Table::TimeComputationRules => (&["scope", "article", "rule", "remark"], &[]),
        Table::Grounds => (&["instrument", "article", "ground", "kind", "burden_or_decider"], &[]),
        Table::RequiredContents => {
            (&["instrument", "article", "item", "obligation", "language_rule", "form"], &[])
        }
        Table::OffenceMap => (
            &["concept_id", "concept", "luxembourg_term", "iccs_code", "instrument", "article"],
            &["iccs_source", "iccs_confidence"],
        ),
        Table::AgeDefinitions => (&["instrument", "article", "term", "definition", "remark"], &[]),
        Table::NeedToInstrument => {
            (&["need", "instrument", "condition", "channel", "authority_kind", "priority"], &[])
        }
        Table::Admissibility => (&["scope", "article", "requirement", "met_by", "weight"], &[]),
        // Every table of parties.
        _ => (
            &["iso2", "status", "entry_into_force"],
            &[
                "country",
                "signature_date",
                "instrument_date",
                "eif_basis",
                "hcch_member_at_14th_session",
                "bilateral_rule",
                "objection_rule",
                "territorial_scope",
                "no_longer_bound_from",
            ],
        ),
    }
}
