//! What a vault keeps of an item at rest beside its parts: the manifest under the item's own key, and that key under an epoch
//! key. Whoever destroys the kept keys and lets the epoch key end has destroyed the item, backups of its database included.
//!
//! The epoch key is itself sealed to the holder, so that a kept key is not wrapped for the holder once more: it opens for whoever
//! can open the epoch, and for nobody else. Earlier vaults did wrap it ([`keep_wrap`]); what they kept still opens.

use comity_model::AuthorityId;

use super::{ItemId, MAX_MANIFEST_LEN, Manifest, ManifestFault};
use crate::chunk::{ChunkFault, ItemKey, Opener, Salt, Sealer, sealed_len};
use zeroize::Zeroizing;

const MANIFEST_CONTEXT: &[u8] = b"comity/kept-manifest/v1\n";
const KEY_CONTEXT: &[u8] = b"comity/kept-key/v1\n";
const KEY_LEN: usize = 32;
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
    /// It opens, but does not say where an intake stood.
    #[error("this is not where an intake stood; the item's parts are read again instead")]
    NotAMark,
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
    keep(json, key, &context(MANIFEST_CONTEXT, item, ""), salt)
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
    keep(wrap, epoch, &context(WRAP_CONTEXT, item, holder.as_str()), salt)
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

/// What was kept of an item's key.
#[derive(Debug)]
pub enum Kept {
    /// The key.
    Key(ItemKey),
    /// The key wrapped for its holder, as an age file.
    Wrap(Vec<u8>),
}

/// Seals an item's key, which is `holder`'s, under an epoch key. `salt` must be fresh.
///
/// # Errors
/// [`KeptFault::Chunk`].
pub fn keep_key(
    key: &ItemKey,
    item: ItemId,
    holder: &AuthorityId,
    epoch: &ItemKey,
    salt: Salt,
) -> Result<Vec<u8>, KeptFault> {
    keep(key.secret(), epoch, &context(KEY_CONTEXT, item, holder.as_str()), salt)
}

/// Opens what [`keep_key`] or [`keep_wrap`] made. A key is told by its length: no age file is that short.
///
/// # Errors
/// [`KeptFault::Chunk`], [`KeptFault::TooLong`].
pub fn open_kept(
    kept: &[u8],
    item: ItemId,
    holder: &AuthorityId,
    epoch: &ItemKey,
) -> Result<Kept, KeptFault> {
    if sealed_len(KEY_LEN as u64) != Some(kept.len() as u64) {
        return open_kept_wrap(kept, item, holder, epoch).map(Kept::Wrap);
    }
    let plain = Zeroizing::new(open(kept, epoch, &context(KEY_CONTEXT, item, holder.as_str()))?);
    let bytes = <[u8; KEY_LEN]>::try_from(plain.as_slice());
    Ok(Kept::Key(ItemKey::new(bytes.map_err(|_| ChunkFault::WrongFormat)?)))
}

/// Seals what was kept under one epoch key under another, as it is. `salt` must be fresh.
///
/// # Errors
/// As [`open_kept`].
pub fn keep_again(
    kept: &[u8],
    item: ItemId,
    holder: &AuthorityId,
    [from, to]: [&ItemKey; 2],
    salt: Salt,
) -> Result<Vec<u8>, KeptFault> {
    match open_kept(kept, item, holder, from)? {
        Kept::Key(key) => keep_key(&key, item, holder, to, salt),
        Kept::Wrap(wrap) => keep_wrap(&wrap, item, holder, to, salt),
    }
}

fn context(kind: &[u8], item: ItemId, holder: &str) -> Vec<u8> {
    [kind, item.as_bytes(), holder.as_bytes()].concat()
}

/// Seals what a vault keeps under `key`; it opens only with the same `context`.
pub(crate) fn keep(plain: &[u8], key: &ItemKey, context: &[u8], salt: Salt) -> Result<Vec<u8>, KeptFault> {
    let mut sealed = Vec::new();
    let mut sealer = Sealer::new(key, context, salt)?;
    sealer.update(plain, &mut sealed)?;
    sealer.finish(&mut sealed)?;
    Ok(sealed)
}

/// Opens what [`keep`] made.
pub(crate) fn open(kept: &[u8], key: &ItemKey, context: &[u8]) -> Result<Vec<u8>, KeptFault> {
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
    fn a_key_opens_only_with_its_epoch_its_item_and_its_holder_also_when_it_is_kept_again() {
        let (item, key) = (ItemId::new(9, [9; 10]), ItemKey::new([5; 32]));
        let (old, new, fr) = (ItemKey::new([6; 32]), ItemKey::new([7; 32]), holder("FR-NCB"));
        let opens = |kept: &[u8], epoch, item, holder| {
            let opened = open_kept(kept, item, &holder, epoch);
            matches!(opened, Ok(Kept::Key(found)) if found.secret() == key.secret())
        };
        let first = keep_key(&key, item, &fr, &old, Salt::new([1; 24])).unwrap();
        let second = keep_again(&first, item, &fr, [&old, &new], Salt::new([2; 24])).unwrap();
        for (kept, right, wrong) in [(&first, &old, &new), (&second, &new, &old)] {
            assert!(opens(kept, right, item, fr.clone()));
            assert!(!opens(kept, wrong, item, fr.clone()));
            assert!(!opens(kept, right, ItemId::new(8, [9; 10]), fr.clone()));
            assert!(!opens(kept, right, item, holder("ES-NCB")));
        }
        for at in 0..first.len() {
            let mut altered = first.clone();
            altered[at] ^= 1;
            assert!(open_kept(&altered, item, &fr, &old).is_err(), "byte {at}");
            assert!(open_kept(&first[..at], item, &fr, &old).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_wrap_of_an_earlier_vault_opens_and_is_kept_again_as_it_is() {
        let (item, fr) = (ItemId::new(9, [9; 10]), holder("FR-NCB"));
        let (old, new) = (ItemKey::new([6; 32]), ItemKey::new([7; 32]));
        let first = keep_wrap(b"an age file", item, &fr, &old, Salt::new([1; 24])).unwrap();
        let second = keep_again(&first, item, &fr, [&old, &new], Salt::new([2; 24])).unwrap();
        for (kept, epoch) in [(&first, &old), (&second, &new)] {
            let opened = open_kept(kept, item, &fr, epoch);
            assert!(matches!(opened, Ok(Kept::Wrap(wrap)) if wrap == b"an age file"));
        }
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
