//! Rows about what instruments say: periods, grounds, contents, offences, ages, needs; and what evidence needs.

use super::row::Row;
use crate::{
    Instrument,
    admissibility::{Fact, Scope, Weight, is_requirement},
    tables::{AdmissibilityRow, AgeRow, ContentRow, DeadlineRow, GroundRow, NeedRow, OffenceRow, TimeRule},
};

/// The units of a period, as `deadlines.csv` writes them.
const UNITS: &[(&str, ())] = &[
    ("hours", ()),
    ("days", ()),
    ("calendar_days", ()),
    ("working_days", ()),
    ("calendar_weeks", ()),
    ("calendar_months", ()),
    ("calendar_months_first_day", ()),
    ("calendar_months_then_first_day", ()),
    ("calendar_years", ()),
    ("years_of_age", ()),
    ("continuous_24_7", ()),
];

pub(super) fn deadline(row: &mut Row<'_>) -> Option<DeadlineRow> {
    let (cite, instrument, article) = (row.cite(), row.code("instrument"), row.needed("article"));
    let (trigger, length, unit) =
        (row.needed("trigger_event"), row.number("length"), row.one_of("unit", UNITS));
    let (kind, bound) = (row.needed("kind"), row.needed("bound_actor"));
    unit?;
    Some(DeadlineRow {
        cite: cite?,
        instrument: instrument?,
        article: article?,
        trigger: trigger?,
        length: length?,
        unit: row.text("unit"),
        kind: kind?,
        bound: bound?,
        consequence: row.text("consequence"),
    })
}

pub(super) fn time_rule(row: &mut Row<'_>) -> Option<TimeRule> {
    let (cite, scope, article, rule) =
        (row.cite(), row.needed("scope"), row.needed("article"), row.needed("rule"));
    let scope = scope?;
    if scope != "EU" && scope != "COE" {
        row.code::<Instrument>("scope")?;
    }
    Some(TimeRule { cite: cite?, scope, article: article?, rule: rule?, remark: row.text("remark") })
}

pub(super) fn ground(row: &mut Row<'_>) -> Option<GroundRow> {
    let (cite, instrument, article) = (row.cite(), row.code("instrument"), row.needed("article"));
    let (ground, kind) = (row.needed("ground"), row.needed("kind"));
    Some(GroundRow {
        cite: cite?,
        instrument: instrument?,
        article: article?,
        ground: ground?,
        kind: kind?,
        decider: row.text("burden_or_decider"),
    })
}

pub(super) fn content(row: &mut Row<'_>) -> Option<ContentRow> {
    let (cite, instrument, article) = (row.cite(), row.code("instrument"), row.needed("article"));
    let (item, obligation) = (row.needed("item"), row.needed("obligation"));
    Some(ContentRow {
        cite: cite?,
        instrument: instrument?,
        article: article?,
        item: item?,
        obligation: obligation?,
        language: row.text("language_rule"),
        form: row.text("form"),
    })
}

pub(super) fn offence(row: &mut Row<'_>) -> Option<OffenceRow> {
    let (cite, instrument, article) = (row.cite(), row.code("instrument"), row.needed("article"));
    let (concept, name) = (row.needed("concept_id"), row.needed("concept"));
    Some(OffenceRow {
        cite: cite?,
        concept: concept?,
        name: name?,
        term: row.text("luxembourg_term"),
        iccs: row.optional("iccs_code"),
        instrument: instrument?,
        article: article?,
    })
}

pub(super) fn age(row: &mut Row<'_>) -> Option<AgeRow> {
    let (cite, instrument, article) = (row.cite(), row.code("instrument"), row.needed("article"));
    let (term, definition) = (row.needed("term"), row.needed("definition"));
    Some(AgeRow {
        cite: cite?,
        instrument: instrument?,
        article: article?,
        term: term?,
        definition: definition?,
        remark: row.text("remark"),
    })
}

pub(super) fn need(row: &mut Row<'_>) -> Option<NeedRow> {
    let (cite, need, priority) = (row.cite(), row.code("need"), row.number("priority"));
    let (written, channel) = (row.needed("instrument"), row.needed("channel"));
    let written = written?;
    let instruments = instruments(&written).map_err(|reason| row.fault(reason)).ok();
    if priority == Some(0) {
        row.fault("`priority` is 0; 1 is first".into());
    }
    Some(NeedRow {
        cite: cite?,
        need: need?,
        instruments: instruments?,
        written,
        condition: row.text("condition"),
        channel: channel?,
        authorities: row.text("authority_kind"),
        priority: priority?,
    })
}

/// A requirement without a space is a code: a misspelt one would be shown as it is, in no language. What every court
/// expects needs no article; what an instrument or a state asks does.
pub(super) fn admissibility(row: &mut Row<'_>) -> Option<AdmissibilityRow> {
    let (cite, scope) = (row.cite(), row.code::<Scope>("scope"));
    let (met_by, weight) = (row.one_of("met_by", Fact::WORDS), row.one_of("weight", Weight::WORDS));
    let requirement = row.needed("requirement")?;
    let scope = scope?;
    let article = if scope == Scope::Every { Some(row.text("article")) } else { row.needed("article") };
    if !is_requirement(&requirement) {
        row.fault(format!("`requirement` is `{requirement}`, which is no known code; write it in words"));
    }
    Some(AdmissibilityRow {
        cite: cite?,
        scope,
        article: article?,
        requirement,
        met_by: met_by?,
        weight: weight?,
    })
}

/// The instruments of `MLA_1959 + ETS 99 + ETS 182` or `MLA_1959 (ETS 182 art. 20)`: those that the engine has rules for;
/// protocols by their number in the European Treaty Series stay in words.
fn instruments(written: &str) -> Result<Vec<Instrument>, String> {
    let mut known = Vec::new();
    for name in written.split('+') {
        let name = name.split_once('(').map_or(name, |(before, _)| before).trim();
        match name.parse() {
            Ok(instrument) => known.push(instrument),
            Err(_) if !known.is_empty() && is_treaty_number(name) => {}
            Err(reason) => return Err(format!("`instrument`: {reason}")),
        }
    }
    Ok(known)
}

/// `ETS 99` or `CETS 201`.
fn is_treaty_number(name: &str) -> bool {
    let number = name.strip_prefix("CETS ").or_else(|| name.strip_prefix("ETS "));
    number.is_some_and(|number| {
        (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}
