//! SHA-256 of a library, whose blocks are handed over one by one. Two messages that come at the same time are hashed block by block
//! in turn: the processor's instructions for SHA-256 wait for one another within a message, and not across two, so that both take
//! a quarter less time than one after the other.

use sha2::block_api::Sha256VarCore;
use sha2::digest::Output;
use sha2::digest::block_api::{Block, Buffer, CtOutWrapper, FixedOutputCore, UpdateCore};
use sha2::digest::common::hazmat::SerializableState;
use sha2::digest::consts::U32;

use crate::Digest;

const BLOCK_LEN: usize = 64;
/// Bytes of a [`Sha256State`]: eight words, and how many blocks came.
const STATE_LEN: usize = 40;

/// What SHA-256 knows after whole blocks. It tells as much of the content as its hash does: never keep it unsealed.
pub type Sha256State = [u8; STATE_LEN];

type Core = CtOutWrapper<Sha256VarCore, U32>;

/// SHA-256 of what comes in pieces.
#[derive(Clone, Default)]
pub struct OpenSha256 {
    core: Core,
    /// What came after the last whole block.
    rest: Buffer<Core>,
}

impl OpenSha256 {
    /// Whether this processor has instructions for SHA-256. Without them another library is faster for a single message.
    #[must_use]
    pub fn pays() -> bool {
        has_instructions()
    }

    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        let Self { core, rest } = self;
        rest.digest_blocks(piece, |blocks| core.update_blocks(blocks));
    }

    /// Takes the next piece, and `other` the next of its own, in turn.
    pub fn update_both(&mut self, piece: &[u8], other: &mut Self, others: &[u8]) {
        let (piece, others) = (self.begin_at_a_block(piece), other.begin_at_a_block(others));
        let (mine, theirs) = (blocks_of(piece), blocks_of(others));
        for (block, another) in mine.iter().zip(theirs) {
            self.core.update_blocks(std::slice::from_ref(block));
            other.core.update_blocks(std::slice::from_ref(another));
        }
        let both = mine.len().min(theirs.len()) * BLOCK_LEN;
        self.update(piece.get(both..).unwrap_or_default());
        other.update(others.get(both..).unwrap_or_default());
    }

    /// Completes the block that was begun, as far as `piece` goes; what is left of it.
    fn begin_at_a_block<'a>(&mut self, piece: &'a [u8]) -> &'a [u8] {
        let wanting = (BLOCK_LEN - self.rest.get_pos()) % BLOCK_LEN;
        let (now, later) = piece.split_at(piece.len().min(wanting));
        self.update(now);
        later
    }

    /// Where it stands, to go on from later; `None` within a block of 64 bytes.
    #[must_use]
    pub fn state(&self) -> Option<Sha256State> {
        (self.rest.get_pos() == 0).then(|| self.core.serialize().into())
    }

    /// Goes on from where another stood.
    #[must_use]
    pub fn from_state(state: &Sha256State) -> Option<Self> {
        let core = Core::deserialize(state.into()).ok()?;
        Some(Self { core, ..Self::default() })
    }

    /// The hash of all pieces.
    #[must_use]
    pub fn finish(mut self) -> Digest {
        let mut hash = Output::<Core>::default();
        self.core.finalize_fixed_core(&mut self.rest, &mut hash);
        Digest::from_bytes(hash.into())
    }
}

/// The whole blocks at the beginning.
fn blocks_of(piece: &[u8]) -> &[Block<Core>] {
    Block::<Core>::slice_as_chunks(piece).0
}

#[cfg(target_arch = "x86_64")]
fn has_instructions() -> bool {
    std::arch::is_x86_feature_detected!("sha") && std::arch::is_x86_feature_detected!("sse4.1")
}

#[cfg(target_arch = "aarch64")]
fn has_instructions() -> bool {
    std::arch::is_aarch64_feature_detected!("sha2")
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn has_instructions() -> bool {
    false
}

#[cfg(test)]
mod tests;
