//! Comparisons of whole case loads in the auditor's view: what is stored of each, held against what the journal and the signed offer
//! say.

use super::{Committed, Finding, MOST, MatchingError, details, store};
use crate::{
    Node,
    hits::deconfliction::{
        CommitmentsView, Direction, State,
        store::{self as compared, DeconflictionRow, matches},
    },
};
use comity_model::{AuthorityId, id::MessageId, marking::Purpose, message::Message, selector::SelectorKind};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A comparison of whole case loads.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComparedUsage {
    /// The offer's message.
    #[schema(value_type = String, format = "uuid")]
    pub deconfliction: MessageId,
    /// Offered from here, or here.
    pub direction: Direction,
    /// With whom.
    #[schema(value_type = String)]
    pub with: AuthorityId,
    /// Where it stands.
    pub state: State,
    /// The kinds of selectors.
    #[schema(value_type = Vec<String>)]
    pub scope: BTreeSet<SelectorKind>,
    /// The purpose.
    #[schema(value_type = Option<String>)]
    pub purpose: Option<Purpose>,
    /// The offering officer, by pseudonym.
    pub officer: String,
    /// Who prepared our offer or acceptance.
    pub prepared_by: Option<String>,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// The session of the last attempt.
    pub session: Option<String>,
    /// The padded size that we told.
    pub own_entries: Option<u64>,
    /// The padded size that we were told.
    pub peer_entries: Option<u64>,
    /// How many attempts were begun.
    pub attempts: u64,
    /// The digests of what went over the wire.
    pub commitments: Option<CommitmentsView>,
    /// How many entries both have, canaries included.
    pub matches: Option<u64>,
    /// Own canaries among them: entries of nobody, which the other side has guessed.
    pub canaries: u64,
    /// Until when it may be carried out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When it was finished.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
    /// When it was prepared, or arrived.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// The newest comparisons, and where their records differ.
pub(super) async fn list(
    node: &Node,
    authority: &AuthorityId,
    findings: &mut Vec<Finding>,
) -> Result<Vec<ComparedUsage>, MatchingError> {
    let committed = store::of_comparisons(&node.store, authority).await?;
    let mut all = Vec::new();
    for row in compared::list(&node.store, authority, false, MOST).await? {
        let kept = matches::count(&node.store, &row).await?;
        let offerer = match row.direction {
            Direction::Offered => &row.authority,
            Direction::Received => &row.peer,
        };
        let offer = store::as_said(&node.store, authority, row.id, offerer).await?;
        let whats = compare(&row, &committed).into_iter().chain(compare_kept(&row, kept));
        let whats = whats.chain(offer.and_then(|offer| compare_offer(&row, &offer)));
        findings.extend(whats.map(|what| Finding {
            query: row.id,
            side: "deconfliction",
            what: what.to_owned(),
        }));
        all.push(usage(row));
    }
    Ok(all)
}

fn usage(row: DeconflictionRow) -> ComparedUsage {
    let finished = row.state == State::Finished;
    let detail = row.detail;
    let terms = detail.terms.map(|terms| terms.marking);
    ComparedUsage {
        deconfliction: row.id,
        direction: row.direction,
        with: row.peer,
        state: row.state,
        scope: detail.scope,
        purpose: detail.marking.or(terms).map(|marking| marking.purpose),
        officer: detail.officer,
        prepared_by: detail.prepared_by,
        confirmed_by: detail.confirmed_by,
        session: row.session,
        own_entries: row.own_entries,
        peer_entries: row.peer_entries,
        attempts: row.attempts,
        commitments: detail
            .sent
            .zip(detail.received)
            .filter(|_| finished)
            .map(|(sent, received)| CommitmentsView { sent, received }),
        matches: row.matches.filter(|_| finished),
        canaries: if finished { detail.canaries } else { 0 },
        expires_at: row.expires_at,
        finished_at: detail.finished_at,
        created_at: row.created_at,
    }
}

/// Does the journal have what is stored: how it came about, each attempt, and one end with these very sizes and digests?
pub(super) fn compare(row: &DeconflictionRow, committed: &Committed) -> Vec<&'static str> {
    let of = |act: &str| details(committed, row.id, act);
    let mut findings = Vec::new();
    let first = match row.direction {
        Direction::Offered => "deconfliction_prepared",
        Direction::Received => "deconfliction_received",
    };
    if of(first).len() != 1 {
        findings.push("the journal does not say how it came about");
    }
    let confirmed = match row.direction {
        Direction::Offered => "deconfliction_offered",
        Direction::Received => "deconfliction_accepted",
    };
    if of(confirmed).len() != usize::from(row.confirmed_at.is_some()) {
        findings.push("the journal and the store differ on whether a second officer has confirmed it");
    }
    let begun = of("deconfliction_begun");
    let attempts: BTreeSet<u64> = begun.iter().filter_map(|detail| detail["attempt"].as_u64()).collect();
    if begun.len() != attempts.len() || attempts.last().copied().unwrap_or(0) != row.attempts {
        findings.push("the journal and the store differ on how many attempts were begun");
    }
    let finished = of("deconfliction_finished");
    let same = |detail: &&Value| {
        detail["session"].as_str() == row.session.as_deref()
            && detail["own_entries"].as_u64() == row.own_entries
            && detail["peer_entries"].as_u64() == row.peer_entries
            && detail["matches"].as_u64() == row.matches
            && detail["sent"].as_str() == row.detail.sent.as_deref()
            && detail["received"].as_str() == row.detail.received.as_deref()
    };
    let expected = usize::from(row.state == State::Finished);
    if finished.len() != expected || finished.iter().filter(same).count() != expected {
        findings.push("the journal and the store differ on whether it was finished, or with what");
    }
    findings
}

fn compare_kept(row: &DeconflictionRow, kept: u64) -> Option<&'static str> {
    if row.purged_at.is_some() {
        return None;
    }
    let expected = if row.state.is_over() { row.matches.unwrap_or(0) } else { kept };
    (kept != expected).then_some("the entries in common are not as many as were found")
}

/// Is what was compared what the offerer has signed?
fn compare_offer(row: &DeconflictionRow, message: &Message) -> Option<&'static str> {
    let Message::DeconflictionOffer(offer) = message else { return None };
    let entries = match row.direction {
        Direction::Offered => row.own_entries,
        Direction::Received => row.peer_entries,
    };
    let same = offer.session == row.base
        && Some(u64::from(offer.entries)) == entries
        && offer.scope == row.detail.scope;
    (!same).then_some("what is stored is not what the offerer has signed")
}

#[cfg(test)]
#[path = "compared_tests.rs"]
mod tests;
