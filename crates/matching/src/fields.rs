//! The plain fields: birth, birthplace, sex, nationalities.

use crate::{reason, text::words};
use comity_model::{
    PartialDate,
    message::{ReasonField, Verdict},
    subject::{Sex, Subject},
};
use strsim::{jaro_winkler, osa_distance};

/// Jaro-Winkler similarity from which on two places of birth are near.
const PLACES_NEAR: f64 = 0.88;

pub(crate) fn born(ours: &Subject, theirs: &Subject) -> ReasonField {
    let (Some(one), Some(two)) = (ours.born, theirs.born) else {
        return reason("born", Verdict::Silent, "no date of birth on one side");
    };
    if one.may_equal(&two) {
        return reason("born", Verdict::Agrees, same_birth(one, two));
    }
    match near_birth(one, two) {
        Some(why) => reason("born", Verdict::Near, why),
        None => reason("born", Verdict::Differs, "dates of birth differ"),
    }
}

fn same_birth(one: PartialDate, two: PartialDate) -> &'static str {
    match (one.full(), two.full()) {
        (Some(_), Some(_)) => "same date of birth",
        _ if one.month().is_some() && two.month().is_some() => {
            "same year and month of birth, no day on one side"
        }
        _ => "same year of birth, no more on one side",
    }
}

/// Slips of the hand. They explain; they make no hit.
fn near_birth(one: PartialDate, two: PartialDate) -> Option<&'static str> {
    let (left, right) = (one.full()?, two.full()?);
    if left.year() == right.year() && left.month() == right.day() && left.day() == right.month() {
        return Some("day and month of birth exchanged");
    }
    (osa_distance(&one.to_string(), &two.to_string()) == 1).then_some("date of birth one digit apart")
}

pub(crate) fn sex(ours: &Subject, theirs: &Subject) -> ReasonField {
    let said = |subject: &Subject| subject.sex.filter(|sex| *sex != Sex::X);
    match (said(ours), said(theirs)) {
        (Some(one), Some(two)) if one == two => reason("sex", Verdict::Agrees, "same sex"),
        (Some(_), Some(_)) => reason("sex", Verdict::Differs, "sexes differ"),
        _ => reason("sex", Verdict::Silent, "sex not given on one side"),
    }
}

pub(crate) fn birthplace(ours: &Subject, theirs: &Subject) -> ReasonField {
    let plain = |subject: &Subject| words(subject.birthplace.as_deref().unwrap_or_default());
    let (one, two) = (plain(ours), plain(theirs));
    if one.is_empty() || two.is_empty() {
        return reason("birthplace", Verdict::Silent, "no place of birth on one side");
    }
    let shared = one.iter().any(|word| word.chars().count() > 2 && two.contains(word));
    if one == two {
        reason("birthplace", Verdict::Agrees, "same place of birth")
    } else if shared || jaro_winkler(&one.concat(), &two.concat()) >= PLACES_NEAR {
        reason("birthplace", Verdict::Near, "places of birth alike")
    } else {
        reason("birthplace", Verdict::Differs, "places of birth differ")
    }
}

pub(crate) fn nationalities(ours: &Subject, theirs: &Subject) -> ReasonField {
    let (one, two) = (&ours.nationalities, &theirs.nationalities);
    if one.is_empty() || two.is_empty() {
        reason("nationalities", Verdict::Silent, "no nationality on one side")
    } else if one == two {
        reason("nationalities", Verdict::Agrees, "same nationalities")
    } else if one.is_disjoint(two) {
        reason("nationalities", Verdict::Differs, "no nationality in common")
    } else {
        reason("nationalities", Verdict::Near, "a nationality in common")
    }
}
