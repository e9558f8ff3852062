//! Pieces: bytes of an item that have no whole part yet, each run of them sealed as one message in an object of its own, so that a byte
//! that was acknowledged is never lost. They are needed until their part is whole, and garbage then.
//!
//! | bytes | what |
//! |---|---|
//! | 16 | format id, the ASCII line `comity/piece/v1` with its line feed |
//! | rest | one message under the item's key; its context is the format id, the item's identifier and the first byte's number (8) |

use serde::{Deserialize, Serialize};

use super::{IntakeFault, Objects, Pending, ReadObjects, StoreFault};
use crate::chunk::{ChunkFault, ItemKey, Opener, Salt, Sealer};
use crate::digest::Sha256;
use crate::{Digest, ItemId};

/// What each piece begins with: the line `comity/piece/v1`.
pub const PIECE_ID: &[u8; 16] = b"comity/piece/v1\n";
/// Bytes of content that one piece holds at most.
pub const MAX_PIECE: u64 = 16 << 20;

/// Where bytes of an unfinished part are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PieceRef {
    /// The first byte's number in the item.
    pub start: u64,
    /// The number after the last byte's.
    pub end: u64,
    /// SHA-256 of what is stored, which names the object.
    pub sealed_sha256: Digest,
    /// Bytes of what is stored.
    pub sealed_size: u64,
}

/// What binds a piece to its place.
fn context(item: ItemId, start: u64) -> [u8; 40] {
    let mut context = [0; 40];
    let bytes = PIECE_ID.iter().copied().chain(*item.as_bytes()).chain(start.to_be_bytes());
    context.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    context
}

/// Seals `content`, which begins with byte `start` of `item`, and stores it durably.
///
/// # Errors
/// [`IntakeFault::Chunk`], [`IntakeFault::Store`].
pub fn store_piece<'a>(
    objects: &impl Objects,
    key: &ItemKey,
    item: ItemId,
    start: u64,
    salt: Salt,
    content: impl IntoIterator<Item = &'a [u8]>,
) -> Result<PieceRef, IntakeFault> {
    let mut sealer = Sealer::new(key, &context(item, start), salt)?;
    let (mut pending, mut sha256, mut sealed_size) = (objects.create()?, Sha256::default(), 0);
    let mut store = |sealed: &mut Vec<u8>| {
        sha256.update(sealed);
        sealed_size += sealed.len() as u64;
        let stored = pending.write(sealed);
        sealed.clear();
        stored
    };
    let mut sealed = PIECE_ID.to_vec();
    for bytes in content {
        sealer.update(bytes, &mut sealed)?;
        store(&mut sealed)?;
    }
    let end = start.saturating_add(sealer.size());
    sealer.finish(&mut sealed)?;
    store(&mut sealed)?;
    let name = sha256.finish();
    pending.commit(name)?;
    Ok(PieceRef { start, end, sealed_sha256: name, sealed_size })
}

/// Opens a piece and hands its bytes to `take`, all authenticated.
///
/// # Errors
/// [`IntakeFault::Chunk`] where it does not open; [`IntakeFault::Piece`] where it holds more or fewer bytes than it is said to.
pub fn read_piece(
    objects: &impl ReadObjects,
    key: &ItemKey,
    item: ItemId,
    piece: &PieceRef,
    take: impl FnMut(&[u8]),
) -> Result<(), IntakeFault> {
    let prefix = PIECE_ID.len() as u64;
    let name = piece.sealed_sha256;
    let mut id = [0; PIECE_ID.len()];
    objects.read(name, 0, &mut id)?;
    let len = piece.sealed_size.checked_sub(prefix).filter(|_| id == *PIECE_ID);
    let len = len.ok_or(ChunkFault::WrongFormat)?;
    let source = |offset: u64, buffer: &mut [u8]| {
        let offset = offset.saturating_add(prefix);
        objects.read(name, offset, buffer).map_err(|fault: StoreFault| std::io::Error::other(fault))
    };
    let mut opener = Opener::open(source, len, key, &context(item, piece.start))?;
    if piece.start.checked_add(opener.size()) != Some(piece.end) {
        return Err(IntakeFault::Piece { start: piece.start, end: piece.end });
    }
    Ok(opener.read_with(0..opener.size(), take)?)
}
