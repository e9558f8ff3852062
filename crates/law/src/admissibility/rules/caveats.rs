//! What the marking under which the item was given lets anybody do with it.

use super::{Ask, Finding};
use crate::{
    Phrase,
    admissibility::facts::{Caveats, Permissions, said},
};
use comity_model::marking::{HandlingCode, Purpose};

/// The marking; without one every rule that needs it says so.
fn marking<'a>(ask: &Ask<'a>) -> Result<&'a Caveats, Finding> {
    let missing = || Finding::missing(Phrase::new("admissibility.marking.missing"));
    ask.facts().marking.as_ref().ok_or_else(missing)
}

/// Met by a permission of who gave the item, otherwise missing.
fn permitted(marking: &Caveats, of: fn(&Permissions) -> &Option<String>, missing: Phrase) -> Finding {
    match said(of(&marking.permitted).as_ref()) {
        Some(reference) => {
            Finding::met(Phrase::new("admissibility.permission.met").with("reference", reference))
        }
        None => Finding::missing(missing),
    }
}

/// The code of a purpose.
pub(in super::super) fn code(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::LocateMissingChild => "locate_missing_child",
        Purpose::ReturnOfChild => "return_of_child",
        Purpose::CriminalInvestigation => "criminal_investigation",
        Purpose::JudicialProceedings => "judicial_proceedings",
        Purpose::ChildProtection => "child_protection",
        Purpose::Exercise => "exercise",
    }
}

/// It was given for the purpose for which it goes.
pub(in super::super) fn purpose(ask: &Ask<'_>) -> Finding {
    marking(ask).map_or_else(|missing| missing, |marking| purpose_of(marking, ask.question.purpose))
}

fn purpose_of(marking: &Caveats, asked: Purpose) -> Finding {
    let about = |key| Phrase::new(key).with("given", code(marking.purpose));
    if marking.purpose == asked {
        return Finding::met(about("admissibility.purpose.met"));
    }
    let missing = about("admissibility.purpose.missing").with("asked", code(asked));
    permitted(marking, |permissions| &permissions.purpose, missing)
}

/// H1 forbids disclosure in judicial proceedings without the permission of who gave it.
pub(in super::super) fn judicial_use(ask: &Ask<'_>) -> Finding {
    if ask.question.purpose != Purpose::JudicialProceedings {
        return Finding::not_applicable(Phrase::new("admissibility.judicial_use.not_applicable"));
    }
    marking(ask).map_or_else(|missing| missing, judicial_use_of)
}

fn judicial_use_of(marking: &Caveats) -> Finding {
    if !marking.handling.contains(&HandlingCode::H1) {
        return Finding::met(Phrase::new("admissibility.judicial_use.met"));
    }
    let missing = Phrase::new("admissibility.judicial_use.missing");
    permitted(marking, |permissions| &permissions.judicial_use, missing)
}

/// Onward rule and H2.
pub(in super::super) fn onward(ask: &Ask<'_>) -> Finding {
    marking(ask).map_or_else(|missing| missing, onward_of)
}

fn onward_of(marking: &Caveats) -> Finding {
    match marking.may_pass_on {
        Some(true) => Finding::met(Phrase::new("admissibility.onward.met")),
        Some(false) => {
            let missing = Phrase::new("admissibility.onward.missing");
            permitted(marking, |permissions| &permissions.passing_on, missing)
        }
        None => Finding::unknown(Phrase::new("admissibility.onward.unknown")),
    }
}

/// H3 announces restrictions in words, which people must read.
pub(in super::super) fn restrictions(ask: &Ask<'_>) -> Finding {
    let Some(marking) = &ask.facts().marking else {
        return Finding::unknown(Phrase::new("admissibility.restrictions.not_given"));
    };
    if !marking.handling.contains(&HandlingCode::H3) {
        return Finding::not_applicable(Phrase::new("admissibility.restrictions.none"));
    }
    let text = said(marking.restrictions.as_ref()).unwrap_or("H3");
    Finding::unknown(Phrase::new("admissibility.restrictions.unknown").with("text", text))
}

/// The retention date has not passed: after it the item must be erased and cannot be sent.
pub(in super::super) fn retention(ask: &Ask<'_>) -> Finding {
    marking(ask).map_or_else(
        |missing| missing,
        |marking| {
            let until = marking.retain_until;
            let passed = until < ask.question.on;
            let about = |key| Phrase::new(key).with("until", until);
            if passed {
                Finding::missing(about("admissibility.retention.missing"))
            } else {
                Finding::met(about("admissibility.retention.met"))
            }
        },
    )
}
