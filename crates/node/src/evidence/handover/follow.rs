//! Verification that follows a fetch: parts are opened and hashed in their order as soon as they are here, so that little is left to do
//! when the last has come. It goes on over any number of attempts to fetch, in constant memory.

use super::{
    fetch::FetchFault,
    recent::{Recent, WithRecent},
};
use crate::{
    Node,
    evidence::{EvidenceError, epochs::blocking},
    locks::locked,
};
use comity_vault::{
    Digest,
    chunk::ItemKey,
    item::Manifest,
    store::{Catalogue, Damage, ItemReader, Location},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};
use tokio::task::JoinHandle;

/// A verification at work. Dropped, it ends.
pub(super) struct Following {
    arrived: Ending,
    recent: Arc<Recent>,
    work: JoinHandle<Result<Option<Vec<Damage>>, EvidenceError>>,
}

/// Which parts are here.
#[derive(Default)]
struct Arrived {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    parts: BTreeSet<u64>,
    all: bool,
    ended: bool,
}

/// Ends the verification when dropped.
struct Ending(Arc<Arrived>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.change(|state| state.ended = true);
    }
}

impl Arrived {
    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changed.notify_all();
    }

    /// Waits until a part is here; `false` where nobody wants to know any more. Blocks.
    fn wait(&self, number: u64) -> bool {
        let mut state = self.state();
        loop {
            if state.ended {
                return false;
            }
            if state.all || state.parts.contains(&number) {
                return true;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Following {
    /// Begins to verify an item whose parts come; those in `packed` lie in a pack here.
    pub(super) fn start(
        node: &Arc<Node>,
        manifest: &Manifest,
        key: &ItemKey,
        packed: &[(Digest, Location)],
    ) -> Self {
        let arrived = Arc::<Arrived>::default();
        let (node, manifest, key, come) = (node.clone(), manifest.clone(), key.clone(), arrived.clone());
        let mut catalogue = Catalogue::default();
        packed.iter().for_each(|(part, location)| catalogue.add_location(*part, location.clone()));
        let recent = Arc::<Recent>::default();
        let kept = recent.clone();
        let work = tokio::spawn(blocking(move || {
            let store = WithRecent { blobs: &node.evidence.blobs, recent: &kept };
            let reader = ItemReader::new(&store, &catalogue, &manifest, key);
            Ok(reader.verify_as_it_comes(|number| {
                // Two parts are read at a time, in turn: whoever asks for this one has read the last but one.
                kept.let_go_before(number.saturating_sub(1));
                come.wait(number)
            }))
        }));
        Self { arrived: Ending(arrived), recent, work }
    }

    /// Where parts that were just stored are kept for it.
    pub(super) fn recent(&self) -> &Arc<Recent> {
        &self.recent
    }

    /// Part `number` is here, durably.
    pub(super) fn note(&self, number: u64) {
        self.arrived.0.change(|state| {
            state.parts.insert(number);
        });
    }

    /// All parts are here: waits until the item is verified as a whole.
    pub(super) async fn finish(self) -> Result<(), FetchFault> {
        self.arrived.0.change(|state| state.all = true);
        let verified = self.work.await.map_err(|_| EvidenceError::Interrupted)??;
        match verified.ok_or(EvidenceError::Interrupted)?.first() {
            None => Ok(()),
            // The hash itself stays out of every record: it tells whoever knows a file that somebody has it.
            Some(Damage::Hash { .. }) => Err(FetchFault::Final(
                "the content is not what the manifest says: its hashes differ".to_owned(),
            )),
            Some(Damage::Chunks { part, .. } | Damage::Part { part, .. }) => {
                Err(FetchFault::Final(format!("part {part} does not open under the key that was offered")))
            }
        }
    }
}
