//! What a vault keeps of an item at rest beside its parts: the manifest under the item's own key, and the wrapped key under an
//! epoch key. Whoever destroys the wraps and lets the epoch key end has destroyed the item, backups of its database included.

use comity_model::AuthorityId;

use super::{ItemId, MAX_MANIFEST_LEN, Manifest, ManifestFault};
use crate::chunk::{ChunkFault, ItemKey, Opener, Salt, Sealer};

const MANIFEST_CONTEXT: &[u8] = b"comity/kept-manifest/v1\n";
const WRAP_CONTEXT: &[u8] = b"comity/kept-wrap/v1\n";

/// Why what a vault keeps does not open.
#[derive(Debug, thiserror::Error)]
pub enum KeptFault {
    /// It was altered, or the key is another.
    #[error("what the vault keeps of the item does not open; restore it from a copy")]
    Chunk(#[from] ChunkFault),
    /// It opens, but is not a sound manifest.
    #[error("the manifest that the vault keeps is not sound")]
    Manifest(#[from] ManifestFault),
    /// It is longer than anything that is kept.
    #[error("what the vault keeps of the item has {len} bytes, more than are read; restore it from a copy")]
    TooLong {
        /// Bytes.
        len: usize,
    },
}

/// Seals a manifest's JSON under its item's key. `salt` must be fresh.
///
/// # Errors
/// [`KeptFault::Chunk`].
pub fn keep_manifest(json: &[u8], item: ItemId, key: &ItemKey, salt: Salt) -> Result<Vec<u8>, KeptFault> {
    seal(json, key, &context(MANIFEST_CONTEXT, item, ""), salt)
}

/// Opens a manifest that was kept: the JSON byte for byte as it was given, and what it says.
///
/// # Errors
/// A [`KeptFault`].
pub fn open_kept_manifest(
    kept: &[u8],
    item: ItemId,
    key: &ItemKey,
) -> Result<(Vec<u8>, Manifest), KeptFault> {
    let json = open(kept, key, &context(MANIFEST_CONTEXT, item, ""))?;
    let manifest = Manifest::from_json(&json)?;
    Ok((json, manifest))
}

/// Seals the wrap of an item's key, which is `holder`'s, under an epoch key. `salt` must be fresh.
///
/// # Errors
/// [`KeptFault::Chunk`].
pub fn keep_wrap(
    wrap: &[u8],
    item: ItemId,
    holder: &AuthorityId,
    epoch: &ItemKey,
    salt: Salt,
) -> Result<Vec<u8>, KeptFault> {
    seal(wrap, epoch, &context(WRAP_CONTEXT, item, holder.as_str()), salt)
}

/// Opens the wrap of an item's key that was kept under an epoch key.
///
/// # Errors
/// [`KeptFault::Chunk`], [`KeptFault::TooLong`].
pub fn open_kept_wrap(
    kept: &[u8],
    item: ItemId,
    holder: &AuthorityId,
    epoch: &ItemKey,
) -> Result<Vec<u8>, KeptFault> {
    open(kept, epoch, &context(WRAP_CONTEXT, item, holder.as_str()))
}

fn context(kind: &[u8], item: ItemId, holder: &str) -> Vec<u8> {
    [kind, item.as_bytes(), holder.as_bytes()].concat()
}

fn seal(plain: &[u8], key: &ItemKey, context: &[u8], salt: Salt) -> Result<Vec<u8>, KeptFault> {
    let mut sealed = Vec::new();
    let mut sealer = Sealer::new(key, context, salt)?;
    sealer.update(plain, &mut sealed)?;
    sealer.finish(&mut sealed)?;
    Ok(sealed)
}

fn open(kept: &[u8], key: &ItemKey, context: &[u8]) -> Result<Vec<u8>, KeptFault> {
    let len = kept.len();
    // A sealed chunk is a thousandth longer than its content.
    if len > MAX_MANIFEST_LEN + MAX_MANIFEST_LEN / 512 {
        return Err(KeptFault::TooLong { len });
    }
    let mut opener = Opener::open(kept, len as u64, key, context)?;
    let mut plain = Vec::with_capacity(len);
    opener.read(0..opener.size(), &mut plain)?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::example_manifest;

    fn holder(name: &str) -> AuthorityId {
        name.parse().unwrap()
    }

    #[test]
    fn a_manifest_comes_back_byte_for_byte_and_only_under_its_own_item() {
        let manifest = example_manifest(b"drawn shapes", 16 << 10);
        let (json, key) = (manifest.to_json().unwrap(), ItemKey::new([5; 32]));
        let kept = keep_manifest(&json, manifest.item, &key, Salt::new([1; 24])).unwrap();
        assert_eq!(open_kept_manifest(&kept, manifest.item, &key).unwrap(), (json, manifest));
        let other = ItemId::new(9, [9; 10]);
        assert!(matches!(open_kept_manifest(&kept, other, &key), Err(KeptFault::Chunk(_))));
    }

    #[test]
    fn a_wrap_opens_only_with_its_epoch_its_item_and_its_holder() {
        let (item, epoch) = (ItemId::new(9, [9; 10]), ItemKey::new([6; 32]));
        let kept = keep_wrap(b"an age file", item, &holder("FR-NCB"), &epoch, Salt::new([1; 24])).unwrap();
        assert_eq!(open_kept_wrap(&kept, item, &holder("FR-NCB"), &epoch).unwrap(), b"an age file");
        assert!(open_kept_wrap(&kept, item, &holder("ES-NCB"), &epoch).is_err());
        assert!(open_kept_wrap(&kept, item, &holder("FR-NCB"), &ItemKey::new([7; 32])).is_err());
        for at in 0..kept.len() {
            let mut altered = kept.clone();
            altered[at] ^= 1;
            assert!(open_kept_wrap(&altered, item, &holder("FR-NCB"), &epoch).is_err(), "byte {at}");
        }
    }
}
