//! Two persons compared field by field, each field with its weight, and what follows from the sum.

use crate::{
    evidence::{self, NameEvidence, names},
    fields, keys,
    names::Use,
    selectors,
};
use comity_model::{
    message::{ReasonField, Verdict},
    subject::Subject,
};

/// The outcome of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// One reason a field; `name`, `aliases`, `born`, `birthplace`, `sex` and `nationalities` always, and each kind of selector
    /// that at least one of the two has. The texts hold no values; the weights are bits.
    pub reasons: Vec<ReasonField>,
    /// The sum of the weights, in bits: above 0 for one person, below 0 for two. To rank by.
    pub total: f64,
    /// May they be the same person, so that an officer should look?
    pub is_hit: bool,
}

/// Compares two persons, as for an alert. Symmetric in what it decides.
#[must_use]
pub fn compare(ours: &Subject, theirs: &Subject) -> Comparison {
    compare_for(ours, theirs, Use::Alert)
}

/// Compares two persons, with the threshold of a use. A selector in common is a hit by itself. Otherwise a hit needs a name that
/// fits, a date of birth on both sides that does not contradict, the same sex where both are said, the bits of
/// [`Use::bits`], and a blocking key in common; where one side has one part of a name only, both full dates.
#[must_use]
pub fn compare_for(ours: &Subject, theirs: &Subject, purpose: Use) -> Comparison {
    let found = evidence::compare(&names(ours), &names(theirs));
    let (born, sex) = (fields::born(ours, theirs), fields::sex(ours, theirs));
    let by_selector = selectors::compare(ours, theirs);
    let same_selector = by_selector.iter().any(|reason| reason.verdict == Verdict::Agrees);
    let verdicts = (born.verdict, sex.verdict);
    let mut reasons = vec![found.name, found.aliases, born, fields::birthplace(ours, theirs), sex];
    reasons.push(fields::nationalities(ours, theirs));
    reasons.extend(by_selector);
    let total = total(&reasons);
    let fits = || {
        total >= purpose.bits()
            && found.best.is_some_and(|best| may_be(&best, verdicts, ours, theirs, purpose))
    };
    let is_hit = same_selector || (fits() && share_a_key(ours, theirs));
    Comparison { reasons, total, is_hit }
}

fn total(reasons: &[ReasonField]) -> f64 {
    let sum: f64 = reasons.iter().filter_map(|reason| reason.weight).sum();
    (sum * 10.0).round() / 10.0
}

fn may_be(
    best: &NameEvidence,
    (born, sex): (Verdict, Verdict),
    ours: &Subject,
    theirs: &Subject,
    purpose: Use,
) -> bool {
    let full = |subject: &Subject| subject.born.is_some_and(|born| born.full().is_some());
    let whole_dates = full(ours) && full(theirs) && born == Verdict::Agrees;
    best.score >= purpose.threshold()
        && (!best.is_partial || whole_dates)
        && matches!(born, Verdict::Agrees | Verdict::Near)
        && sex != Verdict::Differs
}

fn share_a_key(ours: &Subject, theirs: &Subject) -> bool {
    let of = |subject: &Subject| keys::name_keys(&names(subject), subject.born);
    !of(ours).is_disjoint(&of(theirs))
}
