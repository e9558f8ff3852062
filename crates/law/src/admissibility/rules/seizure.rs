//! By what right the item was taken.

use super::{Ask, Finding};
use crate::{Phrase, admissibility::facts::said};

/// Who ordered it, by which reference, under which law.
pub(in super::super) fn authority(ask: &Ask<'_>) -> Finding {
    let Some(seizure) = &ask.facts().seizure else {
        return Finding::missing(Phrase::new("admissibility.seizure.missing"));
    };
    let (by, reference) = (said(seizure.ordered_by.as_ref()), said(seizure.reference.as_ref()));
    let law = said(seizure.law.as_ref());
    let lacks = |there: Option<&str>, key| there.is_none().then(|| Phrase::new(key));
    let lacks = [
        lacks(by, "admissibility.seizure.no_authority"),
        lacks(reference, "admissibility.seizure.no_reference"),
        lacks(law, "admissibility.seizure.no_law"),
    ];
    let met = Phrase::new("admissibility.seizure.met")
        .with("by", by.unwrap_or_default())
        .with("reference", reference.unwrap_or_default())
        .with("law", law.unwrap_or_default());
    Finding::met_unless(lacks.into_iter().flatten().collect(), met)
}

/// The instrument, where it was done for another state.
pub(in super::super) fn instrument(ask: &Ask<'_>) -> Finding {
    let seizure = ask.facts().seizure.as_ref();
    if let Some(named) = seizure.and_then(|seizure| said(seizure.instrument.as_ref())) {
        return Finding::met(Phrase::new("admissibility.seizure_instrument.met").with("instrument", named));
    }
    match seizure.and_then(|seizure| seizure.for_another_state) {
        Some(true) => Finding::missing(Phrase::new("admissibility.seizure_instrument.missing")),
        Some(false) => Finding::not_applicable(Phrase::new("admissibility.seizure_instrument.own")),
        None => Finding::unknown(Phrase::new("admissibility.seizure_instrument.unknown")),
    }
}
