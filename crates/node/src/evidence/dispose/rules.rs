//! Whether an item may be given back or destroyed, as a pure function.

use crate::evidence::{EvidenceError, ItemState};
use comity_model::id::{CaseId, ItemId};
use jiff::civil::Date;

/// What the decision is made by.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The case.
    pub case: CaseId,
    /// What has become of the item.
    pub state: ItemState,
    /// Who took it in, as the journal names whoever acted.
    pub taken_by: String,
    /// The day after which it is due.
    pub retain_until: Option<Date>,
    /// Hand-overs that were offered and have not ended, by their messages.
    pub offers: Vec<String>,
    /// Held items that are parts of it: identifier and exhibit number.
    pub parts: Vec<(ItemId, String)>,
    /// Unfinished uploads of parts of it.
    pub uploads: Vec<ItemId>,
}

/// What a decision to go ahead rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grounds {
    /// Was it before the end of retention? That is allowed, and said in the journal.
    pub early: bool,
}

/// May `by` dispose of the item on the day `today`?
///
/// # Errors
/// The first rule that forbids it: not held, taken in by the same officer, a hand-over open, parts that are held or on their way in.
pub fn may_dispose(facts: &Facts, by: &str, today: Date) -> Result<Grounds, EvidenceError> {
    if facts.state != ItemState::Held {
        return Err(EvidenceError::NotHeld { state: facts.state.as_str() });
    }
    if facts.taken_by == by {
        let why = "whoever took an item in does not dispose of it; ask another releasing officer".to_owned();
        return Err(EvidenceError::Forbidden { code: "second_person", why });
    }
    let conflict = |code, why| Err(EvidenceError::Conflict { code, why });
    if let Some(offer) = facts.offers.first() {
        return conflict("offer_open", format!("hand-over `{offer}` is open; withdraw it first"));
    }
    if !facts.parts.is_empty() {
        let name = |(item, exhibit): &(ItemId, String)| format!("`{exhibit}` ({item})");
        let parts: Vec<String> = facts.parts.iter().map(name).collect();
        let why =
            format!("these items are parts of it and held: {}; dispose of them first", parts.join(", "));
        return conflict("parts_held", why);
    }
    if let Some(upload) = facts.uploads.first() {
        return conflict(
            "part_uploading",
            format!("upload `{upload}` is a part of it; finish or end it first"),
        );
    }
    Ok(Grounds { early: facts.retain_until.is_some_and(|day| today <= day) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn facts() -> Facts {
        Facts {
            case: CaseId::new(1, [1; 10]),
            state: ItemState::Held,
            taken_by: "officer:taker".into(),
            retain_until: Some(date(2026, 3, 1)),
            offers: Vec::new(),
            parts: Vec::new(),
            uploads: Vec::new(),
        }
    }

    fn decide(facts: &Facts) -> Result<Grounds, EvidenceError> {
        may_dispose(facts, "officer:second", date(2026, 3, 2))
    }

    fn code(facts: &Facts) -> &'static str {
        match decide(facts) {
            Err(EvidenceError::Conflict { code, .. }) => code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_item_past_its_retention_is_disposed_of_by_a_second_person() {
        assert!(!decide(&facts()).unwrap().early);
        let same = may_dispose(&facts(), "officer:taker", date(2026, 3, 2));
        assert!(matches!(same, Err(EvidenceError::Forbidden { code: "second_person", .. })));
    }

    #[test]
    fn disposal_on_the_last_day_of_retention_is_early_and_on_the_next_is_not() {
        for (day, early) in [(date(2026, 3, 1), true), (date(2026, 3, 2), false)] {
            assert_eq!(may_dispose(&facts(), "officer:second", day).unwrap().early, early, "{day}");
        }
        let unlimited = Facts { retain_until: None, ..facts() };
        assert!(!decide(&unlimited).unwrap().early);
    }

    #[test]
    fn what_is_not_held_is_not_disposed_of() {
        for state in [ItemState::HandedOver, ItemState::Returned, ItemState::Destroyed] {
            let refused = decide(&Facts { state, ..facts() });
            assert!(matches!(refused, Err(EvidenceError::NotHeld { .. })), "{state:?}");
        }
    }

    #[test]
    fn an_open_hand_over_a_held_part_and_an_upload_of_a_part_each_stand_in_the_way_and_are_named() {
        let item = ItemId::new(5, [2; 10]);
        assert_eq!(code(&Facts { offers: vec!["m".into()], ..facts() }), "offer_open");
        assert_eq!(code(&Facts { uploads: vec![item], ..facts() }), "part_uploading");
        let parts = Facts { parts: vec![(item, "AB/2".into())], ..facts() };
        assert_eq!(code(&parts), "parts_held");
        let said = decide(&parts).unwrap_err().to_string();
        assert!(said.contains("AB/2") && said.contains(&item.to_string()), "{said}");
    }
}
