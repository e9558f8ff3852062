//! What can be wrong with sealed content, and where.

use std::ops::Range;

/// Why sealed content cannot be written or read. Offsets are in bytes of what is stored, from the start of the part or message.
#[derive(Debug, thiserror::Error)]
pub enum ChunkFault {
    /// It does not begin with our format id.
    #[error(
        "this is not a part of an item: the format id is missing or altered; restore the object from a copy"
    )]
    WrongFormat,
    /// The commitment does not fit: another key, another place, or an altered salt or commitment.
    #[error(
        "the key does not fit this content, or its header (bytes {} to {}) was altered; check the item and the part's number, then restore it from a copy",
        at.start, at.end
    )]
    WrongKey {
        /// Where salt and commitment are.
        at: Range<u64>,
    },
    /// It ends before its end.
    #[error("the content is cut off after {len} bytes, in chunk {chunk}; restore it from a copy")]
    Truncated {
        /// Bytes that are there.
        len: u64,
        /// The chunk in which it ends, or that is missing.
        chunk: u64,
    },
    /// A chunk fails its authentication: altered, swapped, or of another message.
    #[error("chunk {chunk} (bytes {} to {}) was altered; restore it from a copy", at.start, at.end)]
    Damaged {
        /// The chunk's number, from 0.
        chunk: u64,
        /// Where it is stored.
        at: Range<u64>,
    },
    /// A range reaches beyond the content.
    #[error("bytes {} to {} were asked of content that has {size}; ask for less", asked.start, asked.end)]
    OutOfRange {
        /// What was asked for, in bytes of plaintext.
        asked: Range<u64>,
        /// Bytes of plaintext that there are.
        size: u64,
    },
    /// More than the 4 PiB that one message may hold.
    #[error("the content exceeds 4 PiB, the most that one message holds; cut it into parts")]
    TooLong,
    /// Reading what is stored failed.
    #[error("reading {len} bytes from byte {offset} of the stored content failed")]
    Read {
        /// Where the read began.
        offset: u64,
        /// How much was asked for.
        len: u64,
        /// What the storage says.
        #[source]
        source: std::io::Error,
    },
    /// The cryptographic library refused an operation that should always work.
    #[error("the cryptographic library failed to {what}")]
    Crypto {
        /// The operation, as a verb phrase.
        what: &'static str,
    },
}
