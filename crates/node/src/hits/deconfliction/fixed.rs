//! What ties the attempts of one consent together, so that a peer learns of as many guesses as its stated size and no more, however often it
//! breaks off.
//!
//! All attempts are one session: the same set, in the same order, with the same padding, under the same key, byte by byte. A
//! follower notes the leader's frames once the leader's set is here in full, before it gives anything of its own; in a later attempt it
//! answers these frames and no others. Until then each attempt has another key, so that what was answered in one is worth
//! nothing in the next. A leader notes the follower's set before it tells what matched, and tells nothing where a later attempt
//! brings another. What is noted is gone when the deconfliction is over.

use super::{
    MatchingError,
    follow::Serving,
    own::Own,
    serve::Open,
    store::{self, DeconflictionRow},
};
use crate::{Node, hits::queries::whole, random};
use comity_psi::Seed;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why a set that is another than before is not compared.
pub(super) const CHANGED: &str = "our own set has changed since an earlier attempt; offer anew";

/// What an attempt repeats, and what the other side must repeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixed {
    /// The seed of key, order and padding, sealed to the authority itself, in base64.
    pub seed: String,
    /// A digest of our entries.
    pub own: String,
    /// Digests of what the other side has sent: of each frame of a leader's set, or of a follower's whole set; empty until it is here.
    pub theirs: Vec<String>,
}

/// The seed of an attempt.
pub(super) enum Seeded {
    /// A new one, or that of an earlier attempt.
    With(Seed),
    /// Our own set has changed since.
    Changed,
}

/// The seed that an earlier attempt has fixed; a new one where none has.
///
/// # Errors
/// Where it does not open.
pub(super) async fn seed(
    node: &Arc<Node>,
    row: &DeconflictionRow,
    own: &Own,
) -> Result<Seeded, MatchingError> {
    let Some(fixed) = row.detail.fixed.clone() else {
        return Ok(Seeded::With(Seed::from_bytes(random::bytes())));
    };
    if fixed.own != own.digest {
        return Ok(Seeded::Changed);
    }
    let (node, authority) = (node.clone(), row.authority.clone());
    super::blocking(move || {
        let bytes = whole::open(&node, &authority, &fixed.seed)?;
        let bytes = bytes.first_chunk().copied().ok_or(MatchingError::Kept("a seed"))?;
        Ok(Seeded::With(Seed::from_bytes(bytes)))
    })
    .await
}

/// What is to be noted, with the seed sealed.
async fn note(
    node: &Arc<Node>,
    row: &DeconflictionRow,
    (seed, own): (Seed, String),
    theirs: Vec<String>,
) -> Result<Fixed, MatchingError> {
    let (node, authority) = (node.clone(), row.authority.clone());
    let seed = super::blocking(move || whole::keep(&node, &authority, seed.as_bytes())).await?;
    Ok(Fixed { seed, own, theirs })
}

/// Notes the leader's seed in the row, to be written when its first attempt is begun.
///
/// # Errors
/// Where it cannot be sealed.
pub(super) async fn lead(
    node: &Arc<Node>,
    row: &mut DeconflictionRow,
    seed: &Seed,
    own: &Own,
) -> Result<(), MatchingError> {
    if row.detail.fixed.is_none() {
        row.detail.fixed = Some(note(node, row, (seed.clone(), own.digest.clone()), Vec::new()).await?);
    }
    Ok(())
}

/// Notes the follower's whole set in the row, to be written before it is told anything.
///
/// # Errors
/// [`MatchingError::OtherSet`] where an earlier attempt has brought another.
pub(super) fn hold_to(row: &mut DeconflictionRow, received: [u8; 32]) -> Result<(), MatchingError> {
    let fixed = row.detail.fixed.as_mut().ok_or(MatchingError::Kept("a seed"))?;
    let received = hex::encode(received);
    if fixed.theirs.first().is_some_and(|before| *before != received) {
        return Err(MatchingError::OtherSet);
    }
    fixed.theirs = vec![received];
    Ok(())
}

/// Writes down the follower's seed and the frames of the leader's set, once that is here in full. `false` where the deconfliction was
/// changed meanwhile.
///
/// # Errors
/// Where the database fails or the seed cannot be sealed.
pub(super) async fn follow(node: &Arc<Node>, open: &mut Open) -> Result<bool, MatchingError> {
    let Some((seed, own, frames)) = open.serving.as_ref().and_then(Serving::unfixed) else { return Ok(true) };
    open.row.detail.fixed = Some(note(node, &open.row, (seed, own), frames).await?);
    let mut tx = node.store.begin("fix_deconfliction").await?;
    if !store::save(&mut tx, &mut open.row).await? {
        return Ok(false);
    }
    tx.commit().await?;
    if let Some(serving) = open.serving.as_mut() {
        serving.note_fixed();
    }
    Ok(true)
}
