//! The sets in memory, made from what is sealed in the vault: at the start, after an import, and where another replica has
//! taken one in. What is withdrawn, handed over or destroyed leaves the memory, and is not searched even before.

use super::{
    HashSetError,
    gathering::memory_of,
    held::Held,
    sealed,
    store::{self, SetRow, SetState},
};
use crate::{Node, evidence, federation::told_to_stop, random};
use comity_model::{AuthorityId, id::ItemId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, watch},
    task::JoinHandle,
    time::sleep,
};

/// How often it is looked whether the sets in memory are those that are in use.
const EVERY: Duration = Duration::from_secs(60);
/// Sets that are read at once; while one is made, the hashes of a segment are in memory besides.
const MOST_AT_ONCE: usize = 1;

type Name = (AuthorityId, ItemId);

/// The sets in memory. Cheap to clone.
#[derive(Clone)]
pub struct HashSets {
    held: Arc<RwLock<BTreeMap<Name, Arc<Held>>>>,
    wanted: Arc<Notify>,
    /// Places for whoever makes an index.
    places: Arc<Semaphore>,
}

impl Default for HashSets {
    fn default() -> Self {
        Self { held: Arc::default(), wanted: Arc::default(), places: Arc::new(Semaphore::new(MOST_AT_ONCE)) }
    }
}

impl HashSets {
    /// One of them.
    pub(super) fn get(&self, authority: &AuthorityId, item: ItemId) -> Option<Arc<Held>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.get(&(authority.clone(), item)).cloned()
    }

    /// Bytes of memory that there is room for.
    pub(super) fn room(&self, node: &Node) -> u64 {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let taken = held.values().map(|set| set.memory()).sum();
        node.config.matching.hash_sets_mib.saturating_mul(1 << 20).saturating_sub(taken)
    }

    /// Is there room for this set, which is not in memory?
    pub(super) fn has_room_for(&self, node: &Node, row: &SetRow) -> bool {
        memory_of(&row.counts) <= self.room(node)
    }

    pub(super) fn keep(&self, authority: &AuthorityId, item: ItemId, set: Held) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.insert((authority.clone(), item), Arc::new(set));
    }

    /// Drops all but those.
    fn keep_only(&self, wanted: &BTreeSet<Name>) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.retain(|name, _| wanted.contains(name));
    }

    pub(super) fn drop_set(&self, authority: &AuthorityId, item: ItemId) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.remove(&(authority.clone(), item));
    }

    /// A place to make an index, where there is one. It is held by the request until the set is kept, so that nobody else counts
    /// on the same room, and by the work itself, which goes on for a while after a request that broke off.
    pub(super) fn take_place(&self) -> Result<Arc<OwnedSemaphorePermit>, HashSetError> {
        let place = self.places.clone().try_acquire_owned();
        place.map(Arc::new).map_err(|_| HashSetError::Busy)
    }

    /// Asks for what is in use and not in memory.
    pub(super) fn want(&self) {
        self.wanted.notify_one();
    }
}

/// The day of a time, by which retention ends.
pub(super) fn day(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// Brings the sets in use into memory and drops the others. How many came.
///
/// # Errors
/// Where the database fails. A set that cannot be read is left out and told in the log.
pub async fn sync(node: &Arc<Node>) -> Result<usize, HashSetError> {
    let today = day(random::now());
    let mut rows = store::in_use(&node.store).await?;
    rows.retain(|row| row.state(today) == SetState::Standing);
    node.hash_sets.keep_only(&rows.iter().map(|row| (row.authority.clone(), row.item)).collect());
    let mut came = 0;
    for row in rows.iter().filter(|row| node.hash_sets.get(&row.authority, row.item).is_none()) {
        if !node.hash_sets.has_room_for(node, row) {
            tracing::error!(set = %row.item, "a hash set is not searched: `matching.hash_sets_mib` leaves no room for it");
            continue;
        }
        match open(node, row).await {
            Ok(()) => came += 1,
            Err(fault) => tracing::error!(set = %row.item, %fault, "a hash set is not searched"),
        }
    }
    Ok(came)
}

async fn open(node: &Arc<Node>, row: &SetRow) -> Result<(), HashSetError> {
    let place = node.hash_sets.places.clone().acquire_owned().await.map_err(|_| HashSetError::Busy)?;
    let place = Arc::new(place);
    let working = place.clone();
    let opened = evidence::open_item(node, &row.authority, row.item).await?;
    let places = evidence::catalogue(node, &opened.manifest).await?;
    let (shared, format) = (node.clone(), row.words.format);
    let work = tokio::task::spawn_blocking(move || {
        let _working = working;
        sealed::open_set(&shared, &opened, &places, format)
    });
    let (held, _) = work.await.map_err(|_| HashSetError::Busy)??;
    node.hash_sets.keep(&row.authority, row.item, held);
    drop(place);
    Ok(())
}

/// Keeps the sets in memory for as long as the node runs.
pub fn start(node: &Arc<Node>, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = told_to_stop(&mut stop) => return,
                synced = sync(&node) => if let Err(fault) = synced {
                    tracing::error!(%fault, "hash sets cannot be looked up; trying again");
                }
            }
            tokio::select! {
                () = told_to_stop(&mut stop) => return,
                () = node.hash_sets.wanted.notified() => {}
                () = sleep(EVERY) => {}
            }
        }
    })
}
