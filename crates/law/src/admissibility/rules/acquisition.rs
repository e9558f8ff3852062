//! How the item came to be, how it is called, and what was found out from it.

use super::{Ask, Finding};
use crate::{
    Phrase,
    admissibility::facts::{Acquisition, Method, Tool, said},
};

fn method(ask: &Ask<'_>) -> Option<Method> {
    ask.facts().acquisition.as_ref()?.method
}

fn word(key: &'static str) -> Phrase {
    Phrase::new(key)
}

/// Who, where, when, how and in which process (ISO/IEC 27037).
pub(in super::super) fn documented(ask: &Ask<'_>) -> Finding {
    let Some(acquisition) = &ask.facts().acquisition else {
        return Finding::missing(word("admissibility.acquisition.missing"));
    };
    let (who, place) = (said(acquisition.who.as_ref()), said(acquisition.place.as_ref()));
    let phase = said(acquisition.phase.as_ref());
    let lacks = |there: bool, key| (!there).then(|| word(key));
    let lacks = [
        lacks(who.is_some(), "admissibility.acquisition.no_person"),
        lacks(place.is_some(), "admissibility.acquisition.no_place"),
        lacks(acquisition.finished_on.is_some(), "admissibility.acquisition.no_day"),
        lacks(acquisition.method.is_some(), "admissibility.acquisition.no_method"),
        lacks(phase.is_some(), "admissibility.acquisition.no_phase"),
    ];
    let day = acquisition.finished_on.map(|day| day.to_string()).unwrap_or_default();
    let by = word("admissibility.acquisition.met")
        .with("method", acquisition.method.map(Method::code).unwrap_or_default())
        .with("phase", phase.unwrap_or_default())
        .with("day", day)
        .with("who", who.unwrap_or_default())
        .with("place", place.unwrap_or_default());
    Finding::met_unless(lacks.into_iter().flatten().collect(), by)
}

/// Each tool by name and version, so that it can be repeated. What was handed over as it is needed none.
pub(in super::super) fn tools(ask: &Ask<'_>) -> Finding {
    let tools = ask.facts().acquisition.as_ref().map(|known| known.tools.as_slice()).unwrap_or_default();
    if tools.is_empty() {
        return match method(ask) {
            Some(Method::HandedOver) => Finding::not_applicable(word("admissibility.tools.handed_over")),
            _ => Finding::missing(word("admissibility.tools.missing")),
        };
    }
    let lacks = |tool: &Tool| {
        let version = said(tool.version.as_ref());
        version.is_none().then(|| word("admissibility.tools.no_version").with("tool", &tool.name))
    };
    let names =
        tools.iter().map(|tool| format!("{} {}", tool.name, tool.version.as_deref().unwrap_or_default()));
    let by = word("admissibility.tools.met").with("tools", names.collect::<Vec<_>>().join(", "));
    Finding::met_unless(tools.iter().filter_map(lacks).collect(), by)
}

/// From what it was acquired.
pub(in super::super) fn source(ask: &Ask<'_>) -> Finding {
    match ask.facts().acquisition.as_ref().and_then(|known| said(known.source.as_ref())) {
        Some(source) => Finding::met(word("admissibility.source.met").with("source", source)),
        None => Finding::missing(word("admissibility.source.missing")),
    }
}

/// What kept the original from being written to, where a medium was connected.
pub(in super::super) fn write_blocker(ask: &Ask<'_>) -> Finding {
    let blocker = ask.facts().acquisition.as_ref().and_then(|known| said(known.write_blocker.as_ref()));
    if let Some(blocker) = blocker {
        return Finding::met(word("admissibility.write_blocker.met").with("device", blocker));
    }
    match method(ask) {
        None => Finding::unknown(word("admissibility.method.unknown")),
        Some(method) if method.connects_a_medium() => {
            Finding::missing(word("admissibility.write_blocker.missing"))
        }
        Some(method) => {
            let why = word("admissibility.write_blocker.not_applicable").with("method", method.code());
            Finding::not_applicable(why)
        }
    }
}

/// What went otherwise than planned. That nothing is noted does not say that nothing happened.
pub(in super::super) fn deviations(ask: &Ask<'_>) -> Finding {
    let noted = ask.facts().acquisition.as_ref().map_or(0, count);
    if noted == 0 {
        return Finding::unknown(word("admissibility.deviations.unknown"));
    }
    Finding::met(word("admissibility.deviations.met").with("count", noted))
}

fn count(acquisition: &Acquisition) -> usize {
    acquisition.deviations.iter().filter(|text| said(Some(text)).is_some()).count()
}

/// How far the source's clock was off, where there was one.
pub(in super::super) fn clock(ask: &Ask<'_>) -> Finding {
    let ahead = ask.facts().acquisition.as_ref().and_then(|known| known.clock_ahead_seconds);
    if let Some(seconds) = ahead {
        return Finding::met(word("admissibility.clock.met").with("seconds", seconds));
    }
    match method(ask) {
        None => Finding::unknown(word("admissibility.method.unknown")),
        Some(method) if method.has_a_clock() => Finding::missing(word("admissibility.clock.missing")),
        Some(method) => {
            Finding::not_applicable(word("admissibility.clock.not_applicable").with("method", method.code()))
        }
    }
}

/// The exhibit number.
pub(in super::super) fn exhibit_number(ask: &Ask<'_>) -> Finding {
    match said(ask.facts().exhibit_number.as_ref()) {
        Some(number) => Finding::met(word("admissibility.exhibit_number.met").with("number", number)),
        None => Finding::missing(word("admissibility.exhibit_number.missing")),
    }
}

/// Each examination with its method (ISO/IEC 27042).
pub(in super::super) fn examinations(ask: &Ask<'_>) -> Finding {
    let Some(done) = ask.facts().examinations else {
        return Finding::unknown(word("admissibility.examinations.unknown"));
    };
    match (done.count, done.without_method) {
        (0, _) => Finding::not_applicable(word("admissibility.examinations.none")),
        (count, 0) => Finding::met(word("admissibility.examinations.met").with("count", count)),
        (_, bare) => Finding::missing(word("admissibility.examinations.missing").with("count", bare)),
    }
}
