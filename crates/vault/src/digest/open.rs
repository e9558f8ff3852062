//! SHA-256 over a library's compression function, with the state in our own hands. Two messages that come at the same time are
//! hashed block by block in turn: the processor's instructions for SHA-256 wait for one another within a message, and not across
//! two, so that both take a quarter less time than one after the other.

use sha2::block_api::compress256;
use zeroize::Zeroize;

use crate::Digest;

const BLOCK_LEN: usize = 64;
/// Bytes of padding at the end of the last block: the length of the message in bits.
const LENGTH_LEN: usize = 8;
/// The initial value (FIPS 180-4, section 5.3.3).
const START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// SHA-256 of what comes in pieces.
#[derive(Clone)]
pub struct OpenSha256 {
    state: [u32; 8],
    len: u64,
    /// What came after the last whole block.
    rest: [u8; BLOCK_LEN],
}

impl Default for OpenSha256 {
    fn default() -> Self {
        Self { state: START, len: 0, rest: [0; BLOCK_LEN] }
    }
}

impl Drop for OpenSha256 {
    fn drop(&mut self) {
        self.rest.zeroize();
    }
}

impl OpenSha256 {
    /// Whether this processor has instructions for SHA-256. Without them another library is faster for a single message.
    #[must_use]
    pub fn pays() -> bool {
        has_instructions()
    }

    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        let piece = self.begin_at_a_block(piece);
        let (blocks, rest) = piece.as_chunks();
        compress256(&mut self.state, blocks);
        self.keep(blocks.len(), rest);
    }

    /// Takes the next piece, and `other` the next of its own, in turn.
    pub fn update_both(&mut self, piece: &[u8], other: &mut Self, others: &[u8]) {
        let (piece, others) = (self.begin_at_a_block(piece), other.begin_at_a_block(others));
        let (mine, my_rest) = piece.as_chunks();
        let (theirs, their_rest) = others.as_chunks();
        let both = mine.len().min(theirs.len());
        for (block, another) in mine.iter().zip(theirs) {
            compress256(&mut self.state, std::slice::from_ref(block));
            compress256(&mut other.state, std::slice::from_ref(another));
        }
        compress256(&mut self.state, mine.get(both..).unwrap_or_default());
        compress256(&mut other.state, theirs.get(both..).unwrap_or_default());
        self.keep(mine.len(), my_rest);
        other.keep(theirs.len(), their_rest);
    }

    /// Bytes after the last whole block.
    fn filled(&self) -> usize {
        // Less than a block, so it fits.
        (self.len % BLOCK_LEN as u64) as usize
    }

    /// Completes the block that was begun, as far as `piece` goes; what is left of it.
    fn begin_at_a_block<'a>(&mut self, piece: &'a [u8]) -> &'a [u8] {
        let filled = self.filled();
        if filled == 0 {
            return piece;
        }
        let (now, later) = piece.split_at(piece.len().min(BLOCK_LEN - filled));
        if let Some(room) = self.rest.get_mut(filled..filled + now.len()) {
            room.copy_from_slice(now);
        }
        self.len = self.len.wrapping_add(now.len() as u64);
        if self.filled() == 0 && !now.is_empty() {
            compress256(&mut self.state, std::slice::from_ref(&self.rest));
        }
        later
    }

    /// Counts whole blocks, and keeps what came after them. INVARIANT: nothing is kept, or nothing came.
    fn keep(&mut self, blocks: usize, rest: &[u8]) {
        if let Some(room) = self.rest.get_mut(..rest.len()).filter(|_| !rest.is_empty()) {
            room.copy_from_slice(rest);
        }
        self.len = self.len.wrapping_add((blocks * BLOCK_LEN + rest.len()) as u64);
    }

    /// The hash of all pieces.
    #[must_use]
    pub fn finish(mut self) -> Digest {
        let (bits, filled) = (self.len.wrapping_mul(8), self.filled());
        let mut last = [[0; BLOCK_LEN]; 2];
        let blocks = if filled + 1 + LENGTH_LEN <= BLOCK_LEN { 1 } else { 2 };
        let flat = last.as_flattened_mut();
        let parts = [self.rest.get(..filled).unwrap_or_default(), &[0x80]].concat();
        flat.iter_mut().zip(parts).for_each(|(byte, part)| *byte = part);
        let length = flat.iter_mut().skip(blocks * BLOCK_LEN - LENGTH_LEN);
        length.zip(bits.to_be_bytes()).for_each(|(byte, part)| *byte = part);
        compress256(&mut self.state, last.get(..blocks).unwrap_or_default());
        let mut bytes = [0; 32];
        let words = self.state.iter().flat_map(|word| word.to_be_bytes());
        bytes.iter_mut().zip(words).for_each(|(byte, part)| *byte = part);
        last.zeroize();
        Digest::from_bytes(bytes)
    }
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
