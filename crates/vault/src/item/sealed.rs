//! Manifests and item keys as age files, which any age implementation with the hybrid recipient opens. A key is wrapped for each
//! authority apart, so sharing an item is one more wrap, and never encrypts the content again.

use comity_seal::{OpenFault, SealError, SealingKey, SealingPublicKey, open_with_any, seal};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{ItemId, MAX_MANIFEST_LEN, Manifest, ManifestFault};
use crate::chunk::ItemKey;

/// The longest wrapped key that is read, in bytes of plaintext.
const MAX_WRAP_LEN: usize = 512;

/// Why a sealed manifest or a wrapped key does not open.
#[derive(Debug, thiserror::Error)]
pub enum SealedFault {
    /// The age file does not open.
    #[error("the age file does not open")]
    Age(#[from] OpenFault),
    /// The age file cannot be made.
    #[error("the age file cannot be made")]
    Seal(#[from] SealError),
    /// It opens, but is not a sound manifest.
    #[error("the sealed manifest is not sound")]
    Manifest(#[from] ManifestFault),
    /// It opens, but is not an item key.
    #[error("this is not a wrapped item key; ask the sender to wrap it again")]
    NotAKey,
    /// It belongs to another item.
    #[error("this belongs to item `{found}` and not to `{expected}`; it was swapped, ask for the right one")]
    OtherItem {
        /// The item that it names.
        found: ItemId,
        /// The item that was asked for.
        expected: ItemId,
    },
}

#[derive(Serialize, Deserialize)]
enum WrapFormat {
    #[serde(rename = "comity/item-key/v1")]
    V1,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    format: WrapFormat,
    item: ItemId,
    key: Zeroizing<String>,
}

/// Seals a manifest to the authorities that may read it, as one age file.
///
/// # Errors
/// [`SealedFault::Manifest`] where it does not agree with itself; [`SealedFault::Seal`].
pub fn seal_manifest(manifest: &Manifest, to: &[SealingPublicKey]) -> Result<Vec<u8>, SealedFault> {
    manifest.check()?;
    Ok(seal(&manifest.to_json()?, to)?)
}

/// Opens the sealed manifest of `item`. Who sealed it is not proved by this: a custody event or an envelope names its hash.
///
/// # Errors
/// A [`SealedFault`].
pub fn open_manifest(sealed: &[u8], item: ItemId, keys: &[SealingKey]) -> Result<Manifest, SealedFault> {
    let manifest = Manifest::from_json(&open_with_any(sealed, keys, MAX_MANIFEST_LEN)?)?;
    match manifest.item {
        found if found == item => Ok(manifest),
        found => Err(SealedFault::OtherItem { found, expected: item }),
    }
}

/// Wraps the key of `item` for one authority, as a small age file: JSON with `format`, `item`, and `key` in hexadecimal.
///
/// # Errors
/// [`SealedFault::Seal`].
pub fn wrap_key(key: &ItemKey, item: ItemId, to: &SealingPublicKey) -> Result<Vec<u8>, SealedFault> {
    let wrapped = Wrapped { format: WrapFormat::V1, item, key: Zeroizing::new(hex::encode(key.secret())) };
    let json = Zeroizing::new(serde_json::to_vec(&wrapped).map_err(|_| SealedFault::NotAKey)?);
    Ok(seal(&json, std::slice::from_ref(to))?)
}

/// Opens the wrapped key of `item` with whichever of our keys fits.
///
/// # Errors
/// A [`SealedFault`].
pub fn unwrap_key(wrapped: &[u8], item: ItemId, keys: &[SealingKey]) -> Result<ItemKey, SealedFault> {
    let json = Zeroizing::new(open_with_any(wrapped, keys, MAX_WRAP_LEN)?);
    let wrapped: Wrapped = serde_json::from_slice(&json).map_err(|_| SealedFault::NotAKey)?;
    if wrapped.item != item {
        return Err(SealedFault::OtherItem { found: wrapped.item, expected: item });
    }
    let mut key = Zeroizing::new([0; 32]);
    hex::decode_to_slice(wrapped.key.as_bytes(), key.as_mut()).map_err(|_| SealedFault::NotAKey)?;
    Ok(ItemKey::new(*key))
}

#[cfg(test)]
mod tests;
