//! Rows about states: who is bound, towards whom, since when.

use super::row::Row;
use crate::tables::{Acceptance, Objection, Participant, Participation, Party, Status, TerritoryRow};
use comity_model::Jurisdiction;
use jiff::civil::Date;

/// The words of a party's `status`.
const STATUS: &[(&str, Status)] = &[
    ("ratification", Status::Ratified),
    ("acceptance", Status::Ratified),
    ("approval", Status::Ratified),
    ("succession", Status::Succeeded),
    ("continuation", Status::Continued),
    ("accession", Status::Acceded),
    ("party", Status::Party),
    ("signatory", Status::Signatory),
    ("signatory-only", Status::Signatory),
    ("ratified, not in force", Status::RatifiedNotInForce),
    ("not party", Status::NotParty),
    (LISTED, Status::Listed),
];

/// As the lists of the Council of Europe's criminal conventions say it.
const LISTED: &str = "listed as participant (action recorded by UK Treaties Online)";

/// The words of an act's `participates`.
const PARTICIPATES: &[(&str, Participation)] = &[
    ("yes", Participation::Yes),
    ("no", Participation::No),
    ("by_agreement_or_separate_decision", Participation::BySeparateDecision),
];

impl Status {
    /// Whether the row says that the state is not bound; such a row holds on its own date only.
    pub(crate) fn is_negative(self) -> bool {
        matches!(self, Status::Signatory | Status::RatifiedNotInForce | Status::NotParty)
    }
}

pub(super) fn party(row: &mut Row<'_>) -> Option<Party> {
    let (cite, state, status) = (row.cite(), row.state("iso2"), row.one_of("status", STATUS));
    let (signed, deposited) = (row.date("signature_date"), row.date("instrument_date"));
    let (begin, end) = (row.date("entry_into_force"), row.date("no_longer_bound_from"));
    let (cite, status) = (cite?, status?);
    in_order(row, ("signature_date", signed), ("instrument_date", deposited));
    if matches!(status, Status::Ratified | Status::Acceded) {
        // A succession reaches back to the state's first day; a deposit does not.
        in_order(row, ("instrument_date", deposited), ("entry_into_force", begin));
    }
    if status.is_negative() {
        no_date(row, "entry_into_force", begin);
        has_a_day(row, cite.as_of);
    }
    ends_after(row, begin, end);
    let scope = row.optional("territorial_scope");
    Some(Party { cite, state: state?, status, entry_into_force: begin, no_longer_bound_from: end, scope })
}

pub(super) fn acceptance(row: &mut Row<'_>) -> Option<Acceptance> {
    let (cite, [acceding, accepting]) = (row.cite(), two_states(row, "acceding_iso2", "accepting_iso2"));
    let accepted = row.one_of("status", &[("in_force", true), ("not_accepted", false)]);
    let (deposited, in_force) = (row.date("acceptance_deposit_date"), row.date("date_in_force"));
    let (cite, accepted) = (cite?, accepted?);
    in_order(row, ("acceptance_deposit_date", deposited), ("date_in_force", in_force));
    if !accepted {
        no_date(row, "date_in_force", in_force);
        has_a_day(row, cite.as_of);
    }
    Some(Acceptance { cite, acceding: acceding?, accepting: accepting?, accepted, in_force })
}

pub(super) fn objection(row: &mut Row<'_>) -> Option<Objection> {
    let (cite, [acceding, objecting]) = (row.cite(), two_states(row, "acceding_iso2", "objecting_iso2"));
    let notified = row.date("notification_date");
    Some(Objection { cite: cite?, acceding: acceding?, objecting: objecting?, notified })
}

pub(super) fn territory(row: &mut Row<'_>) -> Option<TerritoryRow> {
    let (cite, place, state) = (row.cite(), row.code("place"), row.state("state"));
    let applies = row.one_of("status", &[("applies", true), ("does_not_apply", false)]);
    let towards = row.optional("towards").and_then(|_| row.state("towards"));
    let (from, until) = (row.date("from"), row.date("until"));
    let (cite, applies) = (cite?, applies?);
    in_order(row, ("from", from), ("until", until));
    if !applies {
        no_date(row, "from", from);
        has_a_day(row, cite.as_of);
    }
    Some(TerritoryRow { cite, place: place?, state: state?, towards, from, until, applies })
}

pub(super) fn participant(row: &mut Row<'_>) -> Option<Participant> {
    let (cite, instrument, state) = (row.cite(), row.code("instrument"), row.state("iso2"));
    let participates = row.one_of("participates", PARTICIPATES);
    let (begin, end) = (row.date("applies_from"), row.date("no_longer_bound_from"));
    let participates = participates?;
    if participates == Participation::No {
        no_date(row, "applies_from", begin);
    }
    ends_after(row, begin, end);
    Some(Participant {
        cite: cite?,
        instrument: instrument?,
        state: state?,
        participates,
        applies_from: begin,
        no_longer_bound_from: end,
    })
}

fn two_states(row: &mut Row<'_>, one: &str, other: &str) -> [Option<Jurisdiction>; 2] {
    let states = [row.state(one), row.state(other)];
    if states[0].is_some() && states[0] == states[1] {
        row.fault(format!("`{one}` and `{other}` are the same state"));
    }
    states
}

/// Two dates of which the first cannot be the later.
fn in_order(row: &mut Row<'_>, first: (&str, Option<Date>), second: (&str, Option<Date>)) {
    if let ((earlier, Some(one)), (later, Some(other))) = (first, second)
        && other < one
    {
        row.fault(format!("`{later}` is {other}, before `{earlier}`, which is {one}"));
    }
}

/// A denunciation ends what had begun.
fn ends_after(row: &mut Row<'_>, begin: Option<Date>, end: Option<Date>) {
    if let (Some(begin), Some(end)) = (begin, end)
        && end <= begin
    {
        row.fault(format!("`no_longer_bound_from` is {end}, not after the first day, {begin}"));
    }
}

/// What is not in force has no first day.
fn no_date(row: &mut Row<'_>, column: &str, date: Option<Date>) {
    if let Some(date) = date {
        row.fault(format!("`{column}` is {date}, but the row says that nothing is in force; leave it empty"));
    }
}

/// A negative row says nothing without its day.
fn has_a_day(row: &mut Row<'_>, as_of: Option<Date>) {
    if as_of.is_none() {
        row.fault("`as_of` is empty, but a negative row holds on its own day only".into());
    }
}
