//! The collector of garbage: deletes stored objects that nothing refers to. It never touches what is referred to, because
//!
//! - an object is referred to by an item, or by a part or piece of an upload;
//! - an object is stored before its reference is committed where its name is new (sealing takes a fresh salt, so no content makes
//!   the same object twice): such an object is young, and the young are left alone;
//! - what comes from another authority may be here already, and old. There the reference is committed before the object is
//!   stored. Every reference and every deletion first takes the object's row in `evidence_scrub`, so one waits for the other:
//!   either the deletion sees the reference, or the object is stored anew after it.

#[cfg(test)]
mod tests;

use super::{EvidenceError, epochs::blocking};
use crate::{
    Node,
    journal::{About, Actor, Entry},
    random,
    store::{Store, StoreError, Tx},
};
use comity_blobs::Blobs;
use comity_vault::{Digest, store::Objects};
use jiff::{SignedDuration, Timestamp};

/// How long an object is left alone after it was stored.
pub const YOUNG: SignedDuration = SignedDuration::from_hours(24);
/// Objects that are listed at once.
const PAGE: usize = 500;

/// What became of a page of objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// What was deleted.
    pub deleted: Vec<Digest>,
    /// The last object of the page; none where there was no page.
    pub last: Option<Digest>,
}

/// Deletes all garbage; how many objects that was.
///
/// # Errors
/// Where the database or the storage fails. What was deleted stays so.
pub async fn collect(node: &Node, now: Timestamp) -> Result<u64, EvidenceError> {
    let (mut count, mut after) = (0, None);
    loop {
        let page = page(&node.store, &node.evidence.blobs, after, PAGE, now).await?;
        count += page.deleted.len() as u64;
        after = page.last;
        if after.is_none() {
            break;
        }
    }
    if count > 0 {
        let detail = serde_json::json!({ "objects": count });
        let mut tx = node.store.begin("note_garbage").await?;
        tx.record(Entry::new(
            random::now(),
            None,
            &Actor::Node,
            "garbage_collected",
            About::default(),
            detail,
        ));
        tx.commit().await?;
    }
    Ok(count)
}

/// Looks at the objects after `after`, at most `limit`, and deletes those that are garbage at `now`.
///
/// # Errors
/// As [`collect`].
pub(super) async fn page(
    store: &Store,
    blobs: &Blobs,
    after: Option<Digest>,
    limit: usize,
    now: Timestamp,
) -> Result<Page, EvidenceError> {
    let listing = blobs.clone();
    let names = blocking(move || Ok(listing.list(after, limit)?)).await?;
    let mut page = Page { deleted: Vec::new(), last: names.last().copied() };
    for name in names {
        // Without the lock first: nearly all objects are referred to.
        if is_referred_to(store, name).await? || is_young(blobs, name, now).await? {
            continue;
        }
        if delete(store, blobs, name, now).await? {
            page.deleted.push(name);
        }
    }
    Ok(page)
}

/// Deletes an object, unless something refers to it by now or it was stored again.
async fn delete(store: &Store, blobs: &Blobs, name: Digest, now: Timestamp) -> Result<bool, EvidenceError> {
    let mut tx = store.begin("delete_garbage").await?;
    hold(&mut tx, name).await?;
    // A statement of its own: it sees what was committed while the lock was waited for.
    let referred = tx.fetch_optional(REFERRED, &[name.to_string().into()]).await?.is_some();
    if referred || is_young(blobs, name, now).await? {
        return Ok(false);
    }
    let storage = blobs.clone();
    blocking(move || Ok(storage.delete(name)?)).await?;
    for sql in [
        "/* forget_garbage */ DELETE FROM evidence_scrub WHERE name = $1",
        "/* forget_pack */ DELETE FROM evidence_packed WHERE pack = $1",
    ] {
        tx.execute(sql, &[name.to_string().into()]).await?;
    }
    tx.commit().await?;
    Ok(true)
}

const REFERRED: &str = "/* referred_to */ SELECT 1 FROM evidence_object WHERE name = $1 \
                        UNION ALL SELECT 1 FROM evidence_part WHERE sealed_sha256 = $1 \
                        UNION ALL SELECT 1 FROM evidence_piece WHERE sealed_sha256 = $1 LIMIT 1";

async fn hold(tx: &mut Tx, name: Digest) -> Result<(), StoreError> {
    let sql = "/* hold_object */ INSERT INTO evidence_scrub (name, checked_at) VALUES ($1, 0) \
               ON CONFLICT (name) DO UPDATE SET name = excluded.name";
    tx.execute(sql, &[name.to_string().into()]).await.map(|_| ())
}

async fn is_referred_to(store: &Store, name: Digest) -> Result<bool, StoreError> {
    Ok(store.fetch_optional(REFERRED, &[name.to_string().into()]).await?.is_some())
}

/// Was the object stored less than [`YOUNG`] ago? One that is gone, or whose time lies ahead, is left alone too.
async fn is_young(blobs: &Blobs, name: Digest, now: Timestamp) -> Result<bool, EvidenceError> {
    let storage = blobs.clone();
    let modified = blocking(move || Ok(storage.modified(name)?)).await?;
    let stored = modified.and_then(|time| Timestamp::try_from(time).ok());
    Ok(stored.is_none_or(|stored| now.duration_since(stored) < YOUNG))
}
