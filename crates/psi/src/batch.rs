//! Deconfliction: two consenting authorities learn which entries of their whole case loads they have in common. A
//! Diffie-Hellman private set intersection on Curve25519 (C. Meadows, 1986), as state machines that are handed frames and
//! give frames, in chunks; the caller sends them and keeps what is to be spooled.
//!
//! The steps, with a the leader's key and b the follower's, both made for this one session and then forgotten:
//!
//! 1. Each hashes its entries to the curve (RFC 9380, `edwards25519_XMD:SHA-512_ELL2_NU_`), masks them with its
//!    key, pads with random points to a round size, shuffles, and sends the points: 32 bytes each (RFC 8032, 5.1.2).
//! 2. The follower masks the leader's points once more and answers with eight bytes of a hash of each, in their order.
//! 3. The leader masks the follower's points once more, compares hashes, and so learns which of its own entries match.
//! 4. It tells the follower which of its points matched, with which of its own, and proves by a hash over more bytes of
//!    the doubly masked points that it has not invented them. The follower so learns the same of its own entries.
//!
//! **What it protects.** A peer that follows the protocol learns the matches and the other's padded size, nothing of the
//! other entries (under the decisional Diffie-Hellman assumption, SHA-512 as a random oracle). Frames are bound to the
//! session, both names, both sizes and the direction, so none can be replayed into another. **What a cheating peer can do:**
//! put guesses into its own set, as many as its padded size; hide matches from the other, by stopping after step 2, by wrong
//! answers, or by leaving out matches in step 4; swap true matches, so that they show at other entries of its peer. It cannot
//! make its peer see more matches than there are. So a session needs consent and a journal of its commitments, and what
//! follows from a match is asked for and decided apart.
//!
//! **Rate of false matches.** Two different entries agree in eight bytes once in 2^64 pairs: for a million against a million,
//! once in some eighteen million sessions, and then step 4 fails instead of reporting a match.
//!
//! **Memory.** Four bytes for each own entry, the matches, and at most some 64 MiB while comparing.

mod curve;
mod error;
mod follower;
mod frame;
mod join;
mod leader;
mod masker;
mod setup;
#[cfg(test)]
mod tests;

pub use error::{BatchError, PointFault};
pub use follower::{CHECK_BYTES, Follower, Remasked};
pub use frame::{CHUNK, FRAME_HEAD};
pub use join::{Join, Matches};
pub use leader::{Leader, TAG_BYTES, THEIRS_BYTES};
pub use masker::Commitments;
pub use setup::{MOST_BATCH_ENTRIES, Setup};
