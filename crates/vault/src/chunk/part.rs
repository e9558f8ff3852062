//! A part of an item: the format id and one message, bound to the item and to the part's number. Format in the crate's README.

use std::ops::Range;

use super::layout::sealed_len;
use super::open::{Opener, ReadAt};
use super::{ChunkFault, ItemKey, Salt, Sealer};
use crate::ItemId;

/// What each part begins with: the line `comity/vault/v1`.
pub const FORMAT_ID: &[u8; 16] = b"comity/vault/v1\n";

/// What binds a part to its place: format id, the item's identifier, the part's number (from 0) as 8 bytes big-endian.
#[must_use]
pub fn part_context(item: ItemId, part: u64) -> [u8; 40] {
    let mut context = [0; 40];
    let bytes = FORMAT_ID.iter().copied().chain(*item.as_bytes()).chain(part.to_be_bytes());
    context.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    context
}

/// Bytes that a part of `plain` bytes takes; `None` where it would exceed 4 PiB.
#[must_use]
pub fn sealed_part_len(plain: u64) -> Option<u64> {
    sealed_len(plain)?.checked_add(FORMAT_ID.len() as u64)
}

/// Begins part `part` of `item`. `salt` must be fresh, also where a part is sealed again after an interruption.
///
/// # Errors
/// [`ChunkFault::Crypto`].
pub fn seal_part(key: &ItemKey, item: ItemId, part: u64, salt: Salt) -> Result<Sealer, ChunkFault> {
    Ok(Sealer::new(key, &part_context(item, part), salt)?.after(FORMAT_ID))
}

/// Opens part `part` of `item`, of `len` stored bytes; its length is authentic then.
///
/// # Errors
/// [`ChunkFault::WrongFormat`], and as [`Opener::open`].
pub fn open_part<R: ReadAt>(
    source: R,
    len: u64,
    key: &ItemKey,
    item: ItemId,
    part: u64,
) -> Result<Opener<R>, ChunkFault> {
    let mut opener = part_head(source, len, key, item, part)?;
    opener.authenticate_length()?;
    Ok(opener)
}

/// Reads every chunk of a part and names those that fail, as ranges of chunk numbers; all is well where there is none.
///
/// # Errors
/// [`ChunkFault::WrongFormat`], [`ChunkFault::WrongKey`], [`ChunkFault::Truncated`], [`ChunkFault::Read`].
pub fn survey_part(
    source: impl ReadAt,
    len: u64,
    key: &ItemKey,
    item: ItemId,
    part: u64,
) -> Result<Vec<Range<u64>>, ChunkFault> {
    part_head(source, len, key, item, part)?.survey()
}

fn part_head<R: ReadAt>(
    source: R,
    len: u64,
    key: &ItemKey,
    item: ItemId,
    part: u64,
) -> Result<Opener<R>, ChunkFault> {
    Opener::head(source, FORMAT_ID, len, key, &part_context(item, part))
}
