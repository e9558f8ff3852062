//! An alert for a missing child as CAP: the code of the US practice for abducted children (`SAME` = `CAE`), the text for
//! people, and everything once more as parameters for machines.

use super::{
    CapArea, CapDocument, CapInfo, CapPair, CapReference, CapResource, CapTime, Category, Certainty, Circle,
    MsgType, ResponseType, Scope, Severity, Status, Urgency, info::is_language, names, person, person::pair,
    write,
};
use crate::photograph;
use comity_model::{
    AuthorityId,
    id::MessageId,
    marking::{HandlingCode, InformationEvaluation, Marking, OnwardRule, Purpose, SourceEvaluation},
    message::Alert,
    statement::{self, Mode},
};
use jiff::Timestamp;

/// What the message does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapAct {
    /// Raises the alert.
    Alert,
    /// Says how it now reads.
    Update(Vec<CapReference>),
    /// Ends it. Nothing about persons or circumstances is written then.
    Cancel(Vec<CapReference>),
}

/// An alert of Comity, with what its statement says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CapAlert {
    /// The message.
    pub identifier: MessageId,
    /// The authority that says it.
    pub sender: AuthorityId,
    /// When.
    pub sent: Timestamp,
    /// `Exercise` or `Actual`.
    pub mode: Mode,
    /// What it does.
    pub act: CapAct,
    /// The conditions; they become the restriction.
    pub marking: Marking,
    /// How soon an answer is due.
    pub urgency: statement::Urgency,
    /// The language of the texts, such as `fr`; anything that is no language tag becomes `en`.
    pub language: String,
    /// What it says. Names that were withdrawn are absent here; texts are written as they are.
    pub alert: Alert,
    /// Where to look. Without it: the place last seen, as a point where its position is known.
    pub areas: Vec<CapArea>,
}

/// Writes an alert as a CAP 1.2 message of scope `Restricted`.
#[must_use]
pub fn write_alert(input: &CapAlert) -> String {
    write(&document(input))
}

impl CapReference {
    /// How a message written by [`write_alert`] is referred to.
    #[must_use]
    pub fn to_alert(sender: &AuthorityId, identifier: MessageId, sent: Timestamp) -> Self {
        Self { sender: sender.to_string(), identifier: identifier.to_string(), sent: CapTime::utc(sent) }
    }
}

fn document(input: &CapAlert) -> CapDocument {
    let (msg_type, references) = match &input.act {
        CapAct::Alert => (MsgType::Alert, Vec::new()),
        CapAct::Update(earlier) => (MsgType::Update, earlier.clone()),
        CapAct::Cancel(earlier) => (MsgType::Cancel, earlier.clone()),
    };
    CapDocument {
        identifier: input.identifier.to_string(),
        sender: input.sender.to_string(),
        sent: CapTime::utc(input.sent),
        status: if input.mode == Mode::Live { Status::Actual } else { Status::Exercise },
        msg_type,
        source: None,
        scope: Scope::Restricted,
        restriction: Some(restriction(&input.marking)),
        addresses: None,
        codes: vec![names::CODE.to_owned()],
        note: (input.mode == Mode::Exercise)
            .then(|| "EXERCISE: every person and event is invented".to_owned()),
        references,
        incidents: None,
        info: vec![info(input)],
        signed: false,
    }
}

fn info(input: &CapAlert) -> CapInfo {
    let (alert, cancels) = (&input.alert, matches!(input.act, CapAct::Cancel(_)));
    let language = if is_language(&input.language) { input.language.as_str() } else { "en" };
    CapInfo {
        language: Some(language.to_owned()),
        categories: vec![Category::Rescue, Category::Security],
        event: event(alert).0.to_owned(),
        response_types: vec![if cancels { ResponseType::AllClear } else { ResponseType::Monitor }],
        urgency: if cancels { Urgency::Past } else { urgency(input.urgency) },
        severity: severity(input.urgency),
        certainty: certainty(input.marking.information),
        audience: None,
        event_codes: vec![pair("SAME", event(alert).1)],
        effective: None,
        onset: Some(CapTime::utc(alert.missing_since)),
        expires: Some(CapTime::utc(if cancels { input.sent } else { alert.runs_until })),
        sender_name: Some(input.sender.to_string()),
        headline: Some(alert.headline.clone()).filter(|text| !text.trim().is_empty()),
        description: if cancels { Some("The alert is cancelled.".to_owned()) } else { description(alert) },
        instruction: Some(alert.requested_action.clone()).filter(|text| !cancels && !text.trim().is_empty()),
        web: None,
        contact: None,
        parameters: if cancels { Vec::new() } else { parameters(alert) },
        resources: if cancels { Vec::new() } else { resources(alert) },
        areas: areas(input),
    }
}

/// With a taker it is an abduction; without, a missing and endangered person (both codes of 47 CFR 11.31).
fn event(alert: &Alert) -> (&'static str, &'static str) {
    if alert.alleged_taker.is_some() { ("Child abduction", "CAE") } else { ("Missing child", "MEP") }
}

fn urgency(urgency: statement::Urgency) -> Urgency {
    match urgency {
        statement::Urgency::Immediate | statement::Urgency::Urgent => Urgency::Immediate,
        statement::Urgency::Priority => Urgency::Expected,
        statement::Urgency::Routine => Urgency::Future,
    }
}

fn severity(urgency: statement::Urgency) -> Severity {
    if urgency == statement::Urgency::Immediate { Severity::Extreme } else { Severity::Severe }
}

fn certainty(information: InformationEvaluation) -> Certainty {
    match information {
        InformationEvaluation::Certain => Certainty::Observed,
        InformationEvaluation::KnownToSource | InformationEvaluation::Corroborated => Certainty::Likely,
        InformationEvaluation::Uncorroborated => Certainty::Possible,
    }
}

fn description(alert: &Alert) -> Option<String> {
    let taker = alert.alleged_taker.as_ref().map(person::in_words).unwrap_or_default();
    let mut lines = vec![alert.circumstances.trim().to_owned()];
    for (word, text) in [("Child", person::in_words(&alert.child)), ("Alleged taker", taker)] {
        if !text.is_empty() {
            lines.push(format!("{word}: {text}."));
        }
    }
    for vehicle in &alert.vehicles {
        let plate = vehicle.plate.as_ref().map(|plate| format!(", plate {plate}")).unwrap_or_default();
        lines.push(format!("Vehicle: {}{plate}.", vehicle.description));
    }
    lines.retain(|line| !line.is_empty());
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn parameters(alert: &Alert) -> Vec<CapPair> {
    let mut out = vec![pair(names::CASE_KIND, "abduction")];
    out.push(pair(names::CIRCUMSTANCES, alert.circumstances.trim()));
    out.push(pair(names::PLACE, alert.last_seen.name.trim()));
    out.extend(person::parameters(names::CHILD, &alert.child));
    if let Some(taker) = &alert.alleged_taker {
        out.extend(person::parameters(names::TAKER, taker));
    }
    for vehicle in &alert.vehicles {
        out.push(pair(names::VEHICLE, vehicle.description.trim()));
        out.extend(vehicle.plate.as_ref().map(|plate| pair(names::PLATE, plate)));
    }
    out
}

fn resources(alert: &Alert) -> Vec<CapResource> {
    let photograph = alert.child.photograph.as_ref();
    let file = photograph.and_then(|given| Some((given, photograph::decode(given).ok()?)));
    file.into_iter()
        .map(|(given, bytes)| CapResource {
            description: names::PHOTOGRAPH.to_owned(),
            mime_type: given.media_type.clone(),
            size: u64::try_from(bytes.len()).ok(),
            uri: None,
            deref_uri: Some(given.base64.clone()),
            digest: None,
        })
        .collect()
}

fn areas(input: &CapAlert) -> Vec<CapArea> {
    let seen = &input.alert.last_seen;
    if !input.areas.is_empty() {
        return input.areas.clone();
    }
    let name = seen.name.trim();
    let description = if name.is_empty() { "Unknown" } else { name };
    vec![CapArea {
        description: description.to_owned(),
        polygons: Vec::new(),
        circles: seen.position.and_then(|at| Circle::new(at, 0.0).ok()).into_iter().collect(),
        geocodes: seen.jurisdiction.iter().map(|code| pair(names::COUNTRY, code.code())).collect(),
        altitude: None,
        ceiling: None,
    }]
}

/// The marking in words.
fn restriction(marking: &Marking) -> String {
    let handling: Vec<&str> = marking.handling.iter().map(|code| handling_word(*code)).collect();
    let onward = match &marking.onward {
        OnwardRule::AskOriginator => "to nobody without the originator's permission".to_owned(),
        OnwardRule::OwnJurisdiction => "within the receiver's own jurisdiction".to_owned(),
        OnwardRule::Only(named) => {
            format!("only to {}", named.iter().map(AuthorityId::as_str).collect::<Vec<_>>().join(" "))
        }
    };
    let more = marking.restrictions.as_ref().map(|text| format!(" {}", text.trim())).unwrap_or_default();
    format!(
        "Handling {}; purpose: {}; evaluation {}{}; onward {onward}; erase after {}.{more}",
        handling.join(" "),
        purpose_words(marking.purpose),
        source_word(marking.source),
        information_word(marking.information),
        marking.retain_until,
    )
}

fn handling_word(code: HandlingCode) -> &'static str {
    match code {
        HandlingCode::H0 => "H0",
        HandlingCode::H1 => "H1",
        HandlingCode::H2 => "H2",
        HandlingCode::H3 => "H3",
    }
}

fn purpose_words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::LocateMissingChild => "locate a missing child",
        Purpose::ReturnOfChild => "return of a child",
        Purpose::CriminalInvestigation => "criminal investigation",
        Purpose::JudicialProceedings => "judicial proceedings",
        Purpose::ChildProtection => "child protection",
        Purpose::Exercise => "exercise",
    }
}

fn source_word(source: SourceEvaluation) -> &'static str {
    match source {
        SourceEvaluation::A => "A",
        SourceEvaluation::B => "B",
        SourceEvaluation::C => "C",
        SourceEvaluation::X => "X",
    }
}

fn information_word(information: InformationEvaluation) -> &'static str {
    match information {
        InformationEvaluation::Certain => "1",
        InformationEvaluation::KnownToSource => "2",
        InformationEvaluation::Corroborated => "3",
        InformationEvaluation::Uncorroborated => "4",
    }
}
