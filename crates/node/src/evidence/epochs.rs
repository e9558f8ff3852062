//! Epoch keys: items' keys are kept under one more key, which lives outside of the database and ends.
//! Once an epoch key has ended, no copy of the database from its time opens what was destroyed since.
//!
//! The key of epoch `n` of an authority is the named file `epochs/<authority>/<n>`: an age file, sealed to the authority.

use super::{EvidenceError, rotate, store};
use crate::{Node, journal::Actor, random};
use comity_blobs::{Blobs, NamedFault};
use comity_model::{AuthorityId, id::ItemId};
use comity_seal::{open_with_any, seal};
use comity_vault::{
    chunk::{ItemKey, Salt},
    item::{Kept, keep_key, open_kept as open_with_epoch, unwrap_key},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use zeroize::Zeroizing;

/// Bytes of an epoch key.
const KEY_LEN: usize = 32;

/// The epoch keys that this node has read.
#[derive(Clone)]
pub struct Epochs {
    blobs: Blobs,
    read: Arc<Mutex<HashMap<(AuthorityId, u64), ItemKey>>>,
}

/// An item's key as the vault keeps it: under which epoch, and sealed under its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptKey {
    /// The epoch.
    pub epoch: u64,
    /// The key, sealed under the epoch's; in earlier vaults, the key wrapped for the authority.
    pub kept: Vec<u8>,
}

impl Epochs {
    pub(super) fn new(blobs: Blobs) -> Self {
        Self { blobs, read: Arc::default() }
    }

    /// Forgets an epoch key that this node has read, so that it is asked of the store again.
    pub fn forget(&self, authority: &AuthorityId, number: u64) {
        if let Ok(mut read) = self.read.lock() {
            read.remove(&(authority.clone(), number));
        }
    }

    /// The key of an epoch. Blocks.
    ///
    /// # Errors
    /// [`EvidenceError::EpochGone`], or where the store fails or the file does not open.
    pub fn key(&self, node: &Node, authority: &AuthorityId, number: u64) -> Result<ItemKey, EvidenceError> {
        let name = (authority.clone(), number);
        let known = self.read.lock().ok().and_then(|read| read.get(&name).cloned());
        if let Some(key) = known {
            return Ok(key);
        }
        let file = self.blobs.named().get(&file_name(authority, number))?;
        let file = file.ok_or(EvidenceError::EpochGone { number })?;
        let keys = node.keys.authorities.get(authority).ok_or(EvidenceError::NotFound("authority"))?;
        let plain = open_with_any(&file, &keys.sealing, KEY_LEN).map(Zeroizing::new);
        let plain = plain.map_err(comity_vault::item::SealedFault::from)?;
        let bytes = <[u8; KEY_LEN]>::try_from(plain.as_slice());
        let key = ItemKey::new(bytes.map_err(|_| EvidenceError::EpochGone { number })?);
        if let Ok(mut read) = self.read.lock() {
            read.insert(name, key.clone());
        }
        Ok(key)
    }

    /// Makes the key of a new epoch and stores it durably. Blocks.
    ///
    /// # Errors
    /// Where there is one of that number, or the store fails.
    pub fn make(&self, node: &Node, authority: &AuthorityId, number: u64) -> Result<(), EvidenceError> {
        let keys = node.keys.authorities.get(authority).and_then(|keys| keys.sealing.first());
        let own = keys.ok_or(EvidenceError::NotFound("authority"))?.public().clone();
        let plain = Zeroizing::new(random::bytes::<KEY_LEN>());
        let file = seal(plain.as_slice(), std::slice::from_ref(&own))?;
        Ok(self.blobs.named().put_new(&file_name(authority, number), &file)?)
    }

    /// Removes the key of an epoch for good. Blocks.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn end(&self, authority: &AuthorityId, number: u64) -> Result<(), EvidenceError> {
        self.blobs.named().remove(&file_name(authority, number))?;
        self.forget(authority, number);
        Ok(())
    }
}

fn file_name(authority: &AuthorityId, number: u64) -> String {
    format!("epochs/{authority}/{number}")
}

/// A fresh salt.
#[must_use]
pub fn salt() -> Salt {
    Salt::new(random::bytes())
}

/// A fresh item key.
#[must_use]
pub fn new_key() -> ItemKey {
    ItemKey::new(random::bytes())
}

/// The epoch in which new wraps are kept; the first is made when it is asked for.
///
/// # Errors
/// Where the database or the store fails.
pub async fn current(node: &Arc<Node>, authority: &AuthorityId) -> Result<u64, EvidenceError> {
    if let Some(number) = store::current_epoch(&node.store, authority).await? {
        return Ok(number);
    }
    begin(node, authority, 1, &Actor::Node).await?;
    store::current_epoch(&node.store, authority).await?.ok_or(EvidenceError::Interrupted)
}

/// The same for whoever keeps something now: its key is here. One that ends between two looks has a successor.
///
/// # Errors
/// [`EvidenceError::EpochGone`] where the key is lost, and as [`current`].
pub async fn current_open(node: &Arc<Node>, authority: &AuthorityId) -> Result<u64, EvidenceError> {
    let mut gone = 0;
    loop {
        let number = current(node, authority).await?;
        let (shared, whose) = (node.clone(), authority.clone());
        match blocking(move || shared.evidence.epochs.key(&shared, &whose, number)).await {
            Err(EvidenceError::EpochGone { .. }) if number > gone => gone = number,
            read => return read.map(|_| number),
        }
    }
}

/// Begins an epoch: its key is durable before the database names it. Of two that begin the same, both go on with one key.
///
/// # Errors
/// Where the database or the store fails.
pub async fn begin(
    node: &Arc<Node>,
    authority: &AuthorityId,
    number: u64,
    actor: &Actor,
) -> Result<(), EvidenceError> {
    let (shared, whose) = (node.clone(), authority.clone());
    blocking(move || match shared.evidence.epochs.make(&shared, &whose, number) {
        // Made before, by another replica or before a crash: it is as good.
        Err(EvidenceError::Named(NamedFault::Exists { .. })) => Ok(()),
        made => made,
    })
    .await?;
    let mut tx = node.store.begin("begin_epoch").await?;
    let now = random::now();
    if store::insert_epoch(&mut tx, authority, number, now).await? {
        tx.record(rotate::entry(authority, actor, "epoch_begun", number, now));
        tx.commit().await?;
    }
    Ok(())
}

/// Keeps an item's key for an authority served here: sealed under the epoch's key, which is sealed to the authority. Blocks.
///
/// # Errors
/// Where the keys cannot be used.
pub fn keep(
    node: &Node,
    authority: &AuthorityId,
    item: ItemId,
    key: &ItemKey,
    epoch: u64,
) -> Result<KeptKey, EvidenceError> {
    let epoch_key = node.evidence.epochs.key(node, authority, epoch)?;
    let kept = keep_key(key, item, authority, &epoch_key, salt());
    Ok(KeptKey { epoch, kept: kept.map_err(|source| EvidenceError::Kept { item, source })? })
}

/// Opens what [`keep`] made. Blocks.
///
/// # Errors
/// [`EvidenceError::EpochGone`] where the item was destroyed; [`EvidenceError::Kept`].
pub fn open_kept(
    node: &Node,
    authority: &AuthorityId,
    item: ItemId,
    kept: &KeptKey,
) -> Result<ItemKey, EvidenceError> {
    let epoch_key = node.evidence.epochs.key(node, authority, kept.epoch)?;
    let opened = open_with_epoch(&kept.kept, item, authority, &epoch_key);
    match opened.map_err(|source| EvidenceError::Kept { item, source })? {
        Kept::Key(key) => Ok(key),
        Kept::Wrap(wrap) => {
            let keys = node.keys.authorities.get(authority).ok_or(EvidenceError::NotFound("authority"))?;
            Ok(unwrap_key(&wrap, item, &keys.sealing)?)
        }
    }
}

/// Runs what blocks on a thread of its own.
///
/// # Errors
/// What it says, or [`EvidenceError::Interrupted`].
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EvidenceError> + Send + 'static,
) -> Result<T, EvidenceError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| EvidenceError::Interrupted)?
}
