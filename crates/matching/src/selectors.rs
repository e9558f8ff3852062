//! Selectors, kind by kind.

use crate::{
    canonical::{self, Context},
    evidence::weighed,
    reason,
};
use comity_model::{
    message::{ReasonField, Verdict},
    selector::{Selector, SelectorKind},
    subject::Subject,
};
use std::collections::HashSet;
use strsim::osa_distance;

/// Selectors of one person that are looked for one character apart; beyond that only exact ones count.
const MAX_NEAR: usize = 32;

const KINDS: [(SelectorKind, &str, &str); 9] = [
    (SelectorKind::Document, "document", "identity document number"),
    (SelectorKind::Phone, "phone", "telephone number"),
    (SelectorKind::Email, "email", "e-mail address"),
    (SelectorKind::Account, "account", "account"),
    (SelectorKind::Plate, "plate", "vehicle plate"),
    (SelectorKind::CryptoAddress, "crypto_address", "cryptocurrency address"),
    (SelectorKind::OnionAddress, "onion_address", "onion address"),
    (SelectorKind::FileHash, "file_hash", "file hash"),
    (SelectorKind::Iban, "iban", "bank account"),
];

/// The field's name of a kind.
pub(crate) fn word(kind: SelectorKind) -> &'static str {
    KINDS.iter().find(|(known, _, _)| *known == kind).map_or("selector", |(_, word, _)| word)
}

/// The form by which a selector is compared and indexed: the canonical one, or, where it has none, what is written.
pub(crate) fn form(selector: &Selector) -> String {
    let made = canonical::selector(selector.kind(), selector.value(), &Context::default());
    made.map_or_else(|_| selector.value().to_owned(), |form| form.value().to_owned())
}

/// A reason for each kind that at least one of the two has.
pub(crate) fn compare(ours: &Subject, theirs: &Subject) -> Vec<ReasonField> {
    KINDS
        .iter()
        .filter_map(|(kind, field, name)| {
            let of = |subject: &'_ Subject| -> Vec<Selector> {
                subject.selectors.iter().filter(|selector| selector.kind() == *kind).cloned().collect()
            };
            one_kind(field, name, &of(ours), &of(theirs))
        })
        .collect()
}

fn one_kind(field: &str, name: &str, one: &[Selector], two: &[Selector]) -> Option<ReasonField> {
    if one.is_empty() && two.is_empty() {
        return None;
    }
    if one.is_empty() || two.is_empty() {
        return Some(reason(field, Verdict::Silent, format!("no {name} on one side")));
    }
    let theirs: HashSet<String> = two.iter().map(form).collect();
    if let Some(shared) = one.iter().find(|selector| theirs.contains(&form(selector))) {
        return Some(weighed(
            field,
            Verdict::Agrees,
            format!("same {}", precise(shared, name)),
            says(shared.kind()),
        ));
    }
    let near =
        one.iter().take(MAX_NEAR).any(|left| two.iter().take(MAX_NEAR).any(|right| is_near(left, right)));
    Some(if near {
        weighed(field, Verdict::Near, format!("{name} one character apart"), 5.0)
    } else {
        weighed(field, Verdict::Differs, format!("no {name} in common"), -0.5)
    })
}

/// What a selector in common says, in bits: telephones and plates change hands, documents hardly.
fn says(kind: SelectorKind) -> f64 {
    match kind {
        SelectorKind::Document => 25.0,
        SelectorKind::Phone | SelectorKind::Plate => 18.0,
        _ => 20.0,
    }
}

/// The document's own word where it has one of the usual.
fn precise(selector: &Selector, name: &str) -> String {
    match selector.value().split(':').nth(1) {
        Some("passport") if selector.kind() == SelectorKind::Document => "passport number".to_owned(),
        _ => name.to_owned(),
    }
}

/// Explains; makes no hit.
fn is_near(one: &Selector, two: &Selector) -> bool {
    let typed = matches!(
        one.kind(),
        SelectorKind::Document
            | SelectorKind::Plate
            | SelectorKind::Email
            | SelectorKind::Phone
            | SelectorKind::Iban
    );
    typed && one.value().len().abs_diff(two.value().len()) <= 4 && osa_distance(one.value(), two.value()) == 1
}
