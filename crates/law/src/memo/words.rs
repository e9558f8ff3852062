//! Words of a memo that depend on a code: needs, units, answers.

use crate::{Instrument, Language, Need, Phrase, Relation, texts::in_language, time::Moment};
use comity_model::legal::LawAnswer;

/// The need in the reader's language.
pub(super) fn need(need: Need, language: Language) -> String {
    let key = match need {
        Need::ReturnOfAbductedChild => "memo.need.return_of_abducted_child",
        Need::AccessRights => "memo.need.access_rights",
        Need::RecognitionEnforcementCustody => "memo.need.recognition_enforcement_custody",
        Need::TransferOfJurisdiction => "memo.need.transfer_of_jurisdiction",
        Need::Evidence => "memo.need.evidence",
        Need::PreservationComputerData => "memo.need.preservation_computer_data",
        Need::Extradition => "memo.need.extradition",
        Need::JointInvestigationTeam => "memo.need.joint_investigation_team",
        Need::PoliceIntelligence => "memo.need.police_intelligence",
        Need::PublicationOfNotice => "memo.need.publication_of_notice",
    };
    Phrase::new(key).say(language)
}

/// An instrument by its title and code.
pub(crate) fn title(instrument: Instrument, language: Language) -> String {
    format!("{} ({instrument})", in_language(language, instrument.title()))
}

/// An answer in a few words: in force since when, unknown, not in force.
pub(super) fn standing(relation: &Relation, language: Language) -> String {
    let said = match (relation.state, relation.since) {
        (LawAnswer::InForce, Some(since)) => Phrase::new("memo.state.in_force_since").with("since", since),
        (state, _) => return answer(state, language),
    };
    said.say(language)
}

/// An answer in a word.
pub(super) fn answer(answer: LawAnswer, language: Language) -> String {
    let key = match answer {
        LawAnswer::InForce => "memo.state.in_force",
        LawAnswer::NotInForce => "memo.state.not_in_force",
        LawAnswer::Unknown => "memo.state.unknown",
    };
    Phrase::new(key).say(language)
}

/// A length such as `6 calendar_weeks` in the reader's language; what is not known stands as it is written.
pub(super) fn length(text: &str, language: Language) -> String {
    let (count, unit) = text.split_once(' ').unwrap_or((text, ""));
    let key = match unit {
        "calendar_weeks" if count == "1" => "memo.unit.week",
        "calendar_years" if count == "1" => "memo.unit.year",
        "calendar_months" if count == "1" => "memo.unit.month",
        "calendar_weeks" => "memo.unit.calendar_weeks",
        "calendar_years" => "memo.unit.calendar_years",
        "calendar_months" => "memo.unit.calendar_months",
        "calendar_days" | "days" => "memo.unit.calendar_days",
        "working_days" => "memo.unit.working_days",
        "hours" => "memo.unit.hours",
        "years_of_age" => "memo.unit.years_of_age",
        "continuous_24_7" => "memo.unit.continuous_24_7",
        _ => return text.replace('_', " "),
    };
    Phrase::new(key).with("count", count).say(language)
}

/// A day, or an instant as its day and time in UTC.
pub(super) fn moment(moment: Moment) -> String {
    match moment {
        Moment::Day(day) => day.to_string(),
        Moment::Instant(instant) => instant.to_string(),
    }
}
