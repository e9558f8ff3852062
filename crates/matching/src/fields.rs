//! The plain fields: birth, birthplace, sex, nationalities; each with its weight in bits.

use crate::{
    birth::compare_births,
    evidence::weighed,
    names::{Bearer, PreparedName, score_prepared},
    reason,
};
use comity_model::{
    message::{ReasonField, Verdict},
    subject::{Sex, Subject},
};

/// From this score on two places of birth are near.
const PLACES_NEAR: f64 = 0.5;

pub(crate) fn born(ours: &Subject, theirs: &Subject) -> ReasonField {
    let (Some(one), Some(two)) = (ours.born, theirs.born) else {
        return reason("born", Verdict::Silent, "no date of birth on one side");
    };
    let found = compare_births(one.into(), two.into());
    weighed("born", found.verdict, found.why.to_owned(), found.bits)
}

pub(crate) fn sex(ours: &Subject, theirs: &Subject) -> ReasonField {
    let said = |subject: &Subject| subject.sex.filter(|sex| *sex != Sex::X);
    match (said(ours), said(theirs)) {
        (Some(one), Some(two)) if one == two => weighed("sex", Verdict::Agrees, "same sex".to_owned(), 0.9),
        (Some(_), Some(_)) => weighed("sex", Verdict::Differs, "sexes differ".to_owned(), -5.0),
        _ => reason("sex", Verdict::Silent, "sex not given on one side"),
    }
}

pub(crate) fn birthplace(ours: &Subject, theirs: &Subject) -> ReasonField {
    let plain = |subject: &Subject| PreparedName::new(subject.birthplace.as_deref().unwrap_or_default());
    let (one, two) = (plain(ours), plain(theirs));
    if one.is_empty() || two.is_empty() {
        return reason("birthplace", Verdict::Silent, "no place of birth on one side");
    }
    let hashes = |name: &PreparedName| name.words.iter().map(|word| word.hash).collect::<Vec<_>>();
    if hashes(&one) == hashes(&two) {
        weighed("birthplace", Verdict::Agrees, "same place of birth".to_owned(), 6.0)
    } else if score_prepared(&one, &two, Bearer::Person) >= PLACES_NEAR {
        weighed("birthplace", Verdict::Near, "places of birth alike".to_owned(), 4.0)
    } else {
        weighed("birthplace", Verdict::Differs, "places of birth differ".to_owned(), -1.0)
    }
}

pub(crate) fn nationalities(ours: &Subject, theirs: &Subject) -> ReasonField {
    let (one, two) = (&ours.nationalities, &theirs.nationalities);
    if one.is_empty() || two.is_empty() {
        reason("nationalities", Verdict::Silent, "no nationality on one side")
    } else if one == two {
        weighed("nationalities", Verdict::Agrees, "same nationalities".to_owned(), 3.0)
    } else if one.is_disjoint(two) {
        weighed("nationalities", Verdict::Differs, "no nationality in common".to_owned(), -1.5)
    } else {
        weighed("nationalities", Verdict::Near, "a nationality in common".to_owned(), 2.0)
    }
}
