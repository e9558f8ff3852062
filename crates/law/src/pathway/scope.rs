//! Which articles of an instrument serve which need: a return does not call for the contents of a placement.
//!
//! An instrument and need that stand in no line take every article.

use crate::{Instrument, Need, deadline::DeadlineKind};
use Instrument::{BrusselsIIb, Budapest, EEvidence, Hague1980, Hague1996, Luxembourg1980, Opsc, Untoc};
use Need::{
    AccessRights as Access, Evidence, Extradition, JointInvestigationTeam as Team,
    PreservationComputerData as Preservation, RecognitionEnforcementCustody as Enforcement,
    ReturnOfAbductedChild as Return, TransferOfJurisdiction as Transfer,
};

/// What the articles are wanted for.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Contents,
    Deadlines,
    Grounds,
}

/// Articles by their beginnings, separated by spaces: contents, deadlines, grounds.
type Articles = [&'static str; 3];

const SCOPE: &[(Instrument, Need, Articles)] = &[
    (Hague1980, Return, ["8 28 15 23", "4 11 12", "3 4 12 13 20 27 35 38"]),
    (Hague1980, Access, ["8 21 28 23", "4", "4 27 38"]),
    (Hague1996, Return, ["26 34", "2 7", "23 26 37 58"]),
    (Hague1996, Access, ["34", "2", "37 58"]),
    (Hague1996, Enforcement, ["26", "2", "23 26 58"]),
    (Hague1996, Transfer, ["34", "2 7", "37 58"]),
    (BrusselsIIb, Return, ["29 31 43 80 90", "23 24 28 29 80", "27 50 56"]),
    (BrusselsIIb, Access, ["31 43 80 90", "8 80", "39 41 50 56"]),
    (BrusselsIIb, Enforcement, ["31 35 43 90", "80", "39 41 50 56"]),
    (BrusselsIIb, Transfer, ["90", "12 13", ""]),
    (Luxembourg1980, Access, ["13", "", "4 9 10"]),
    (Budapest, Evidence, ["27", "35", "25 27"]),
    (Budapest, Preservation, ["29", "16 29 35", "29"]),
    (EEvidence, Evidence, ["9(1),+Annex+I 9(2)", "4 10 12", "12"]),
    (EEvidence, Preservation, ["9(1),+Annex+II 9(3)", "4 11", ""]),
    (Untoc, Evidence, ["18", "18", "18"]),
    (Untoc, Extradition, ["16", "16", "16"]),
    (Untoc, Team, ["19", "19", "19"]),
    (Opsc, Evidence, ["6", "6", "6"]),
    (Opsc, Extradition, ["5", "5", "5"]),
];

/// Whether an article of an instrument serves a need.
pub(super) fn serves(instrument: Instrument, need: Need, part: Part, article: &str) -> bool {
    let line = SCOPE.iter().find(|(known, wanted, _)| (*known, *wanted) == (instrument, need));
    let Some((_, _, [contents, deadlines, grounds])) = line else { return true };
    let beginnings = match part {
        Part::Contents => contents,
        Part::Deadlines => deadlines,
        Part::Grounds => grounds,
    };
    beginnings.split_whitespace().any(|beginning| begins(article, &beginning.replace('+', " ")))
}

/// `12(1)` begins with `12`, `120` does not.
fn begins(article: &str, beginning: &str) -> bool {
    let rest = article.strip_prefix(beginning);
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
}

/// Deadlines for officers; the rules on entry into force and denunciation are for states.
pub(super) fn for_officers(kind: DeadlineKind, instrument: Instrument, article: &str) -> bool {
    let of_states =
        matches!(kind, DeadlineKind::EntryIntoForce | DeadlineKind::TemporalScope | DeadlineKind::Term);
    !of_states && (instrument, article) != (Hague1996, "58(3)")
}

/// Leaves out what holds in urgent cases only, or only in others, where it is known which of the two this is.
pub(super) fn fits_urgency(emergency: Option<bool>, instrument: Instrument, article: &str) -> bool {
    let urgent_only = match instrument {
        EEvidence => {
            Some(matches!(article, "10(4)" | "4(5)")).filter(|urgent| *urgent || article.starts_with("10("))
        }
        Instrument::Directive2023977 => Some(article != "5(1)(c)"),
        _ => None,
    };
    match (emergency, urgent_only) {
        (Some(emergency), Some(urgent_only)) => emergency == urgent_only || article == "10(6)",
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_taken_by_its_number_and_not_by_its_digits() {
        assert!(serves(Hague1980, Return, Part::Contents, "8(2)(a)"));
        assert!(!serves(BrusselsIIb, Access, Part::Deadlines, "82(6)"));
        assert!(serves(BrusselsIIb, Access, Part::Deadlines, "8(1)"));
        assert!(serves(EEvidence, Evidence, Part::Contents, "9(1), Annex I"));
        assert!(!serves(EEvidence, Evidence, Part::Contents, "9(1), Annex II"));
    }

    #[test]
    fn urgent_and_other_deadlines_part_only_where_it_is_known_which_case_this_is() {
        assert!(fits_urgency(None, EEvidence, "10(3)") && fits_urgency(None, EEvidence, "10(4)"));
        assert!(
            !fits_urgency(Some(true), EEvidence, "10(3)") && fits_urgency(Some(true), EEvidence, "10(4)")
        );
        assert!(
            fits_urgency(Some(false), EEvidence, "10(3)") && !fits_urgency(Some(false), EEvidence, "10(4)")
        );
        assert!(fits_urgency(Some(true), EEvidence, "10(6)") && fits_urgency(Some(true), Hague1980, "11(2)"));
        assert!(fits_urgency(Some(true), EEvidence, "12(1)"));
    }
}
