//! Sealed content: C2SP chunked encryption, Cobblestone-256 (see `SPECIFICATION.md` beside this file), and the parts of an item
//! that are made of it. Constant memory: at most a mebibyte is held at a time. Not for keys and manifests, which are age files.

mod derive;
mod fault;
mod layout;
mod open;
mod part;
mod seal;

pub use derive::{ItemKey, Salt};
pub use fault::ChunkFault;
pub use layout::{Layout, sealed_len};
pub use open::{Opener, ReadAt};
pub use part::{FORMAT_ID, open_part, part_context, seal_part, sealed_part_len, survey_part};
pub use seal::Sealer;

/// Bytes of plaintext in a full chunk.
pub const CHUNK_LEN: usize = 16 * 1024;
/// Bytes of an authentication tag.
pub const TAG_LEN: usize = 16;
/// Bytes of a full chunk as it is stored.
pub const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;
/// Bytes before the first chunk of a message: salt and commitment.
pub const HEADER_LEN: usize = SALT_LEN + COMMITMENT_LEN;
/// Bytes of a salt.
pub const SALT_LEN: usize = 24;
/// Bytes of a commitment to the key.
pub const COMMITMENT_LEN: usize = 32;
/// The most chunks of one message: 4 PiB.
pub const MAX_CHUNKS: u64 = 1 << 38;

#[cfg(test)]
mod tests;
