//! Selectors, kind by kind.

use crate::reason;
use comity_model::{
    message::{ReasonField, Verdict},
    selector::{Selector, SelectorKind},
    subject::Subject,
};
use strsim::osa_distance;

/// Selectors of one person that are looked for one character apart; beyond that only exact ones count.
const MAX_NEAR: usize = 32;

const KINDS: [(SelectorKind, &str, &str); 8] = [
    (SelectorKind::Document, "document", "identity document number"),
    (SelectorKind::Phone, "phone", "telephone number"),
    (SelectorKind::Email, "email", "e-mail address"),
    (SelectorKind::Account, "account", "account"),
    (SelectorKind::Plate, "plate", "vehicle plate"),
    (SelectorKind::CryptoAddress, "crypto_address", "cryptocurrency address"),
    (SelectorKind::OnionAddress, "onion_address", "onion address"),
    (SelectorKind::FileHash, "file_hash", "file hash"),
];

/// The field's name of a kind.
pub(crate) fn word(kind: SelectorKind) -> &'static str {
    KINDS.iter().find(|(known, _, _)| *known == kind).map_or("selector", |(_, word, _)| word)
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
    if let Some(shared) = one.iter().find(|selector| two.contains(selector)) {
        return Some(reason(field, Verdict::Agrees, format!("same {}", precise(shared, name))));
    }
    let near =
        one.iter().take(MAX_NEAR).any(|left| two.iter().take(MAX_NEAR).any(|right| is_near(left, right)));
    Some(if near {
        reason(field, Verdict::Near, format!("{name} one character apart"))
    } else {
        reason(field, Verdict::Differs, format!("no {name} in common"))
    })
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
        SelectorKind::Document | SelectorKind::Plate | SelectorKind::Email | SelectorKind::Phone
    );
    typed && one.value().len().abs_diff(two.value().len()) <= 4 && osa_distance(one.value(), two.value()) == 1
}
