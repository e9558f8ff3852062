//! The engine as this process holds it: built from the sets in the database, replaced whole when they change, here or by
//! another replica.

use super::{
    error::LawError,
    rules::{end_of, stack},
    store::{self, SetRow},
};
use crate::{
    Node,
    federation::told_to_stop,
    journal::{About, Actor, Entry},
    locks::locked,
    random,
    store::{Store, StoreError, json_text},
};
use comity_law::{
    Law,
    set::{Bundle, DataSet, SET_TYPE, shipped::shipped},
};
use comity_record::sha256;
use comity_seal::Dsse;
use jiff::{Timestamp, civil::Date};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

/// How often the sets' version is looked at, in case another replica has changed it.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How many past stacks are kept built.
const REMEMBERED: usize = 4;

/// The law that answers rest on.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The version of the sets from which it was built.
    pub version: u64,
    /// The engine.
    pub law: Law,
    /// Sets that cannot be laid over the others any more, by number, with the reason; they are left out.
    pub left_out: BTreeMap<u64, String>,
}

/// The law in force, and a few of earlier days.
pub struct Held {
    in_force: RwLock<Arc<InForce>>,
    past: Mutex<VecDeque<(Vec<u64>, Law)>>,
}

impl Held {
    /// Records the shipped set where the database does not hold it yet, and builds the law from what is in force.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn open(store: &Store) -> Result<Self, StoreError> {
        record_shipped(store).await?;
        let in_force = RwLock::new(Arc::new(build_in_force(store).await?));
        Ok(Self { in_force, past: Mutex::default() })
    }

    /// The law as this process last saw it.
    #[must_use]
    pub fn now(&self) -> Arc<InForce> {
        self.in_force.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, in_force: InForce) {
        let mut held = self.in_force.write().unwrap_or_else(PoisonError::into_inner);
        if in_force.version >= held.version {
            *held = Arc::new(in_force);
        }
    }

    fn remembered(&self, numbers: &[u64]) -> Option<Law> {
        let past = locked(&self.past);
        past.iter().find(|(known, _)| known == numbers).map(|(_, law)| law.clone())
    }

    fn remember(&self, numbers: Vec<u64>, law: Law) {
        let mut past = locked(&self.past);
        past.push_back((numbers, law));
        if past.len() > REMEMBERED {
            past.pop_front();
        }
    }
}

/// The set that this program ships, as its row and its document.
fn shipped_row(number: u64, at: Timestamp) -> (SetRow, String) {
    let bundle = shipped();
    let document = json_text(&bundle);
    let row = SetRow {
        number,
        sha256: hex::encode(sha256(document.as_bytes())),
        id: bundle.id,
        dated: bundle.dated,
        title: bundle.title,
        shipped: true,
        signed_by: None,
        loaded_at: at,
        loaded_by: Actor::Node.to_string(),
        withdrawn_at: None,
        withdrawn_by: None,
    };
    (row, document)
}

/// Puts the set that this program ships in the place of an earlier release's.
async fn record_shipped(store: &Store) -> Result<(), StoreError> {
    let now = random::now();
    let (mut row, document) = shipped_row(0, now);
    let same = |known: &SetRow| known.active() && known.shipped && known.sha256 == row.sha256;
    if store::sets(store).await?.iter().any(same) {
        return Ok(());
    }
    let mut tx = store.begin("record_shipped_law").await?;
    row.number = store::next_version(&mut tx).await?;
    let known = store::sets_in(&mut tx).await?;
    // Another replica may have been quicker.
    if known.iter().any(|known| known.active() && known.shipped && known.sha256 == row.sha256) {
        return Ok(());
    }
    // The first belongs to the node's first start and changes no answer; one that takes another's place does.
    for earlier in known.iter().filter(|known| known.active() && known.shipped) {
        store::withdraw(&mut tx, earlier.number, &row.loaded_by, now).await?;
        let detail = serde_json::json!({
            "set": row.id, "dated": row.dated, "sha256": row.sha256, "instead_of": earlier.sha256,
        });
        tx.record(Entry::new(now, None, &Actor::Node, "law_set_shipped", About::default(), detail));
    }
    store::insert(&mut tx, &row, &document).await?;
    tx.commit().await.map(|_| ())
}

async fn build_in_force(store: &Store) -> Result<InForce, StoreError> {
    // The version first: sets that change meanwhile make it differ at the next look.
    let version = store::version(store).await?;
    let rows = store::sets(store).await?;
    let (law, left_out) = build(store, &stack(&rows, Timestamp::MAX)).await?;
    Ok(InForce { version, law, left_out })
}

/// Lays the sets over each other, in their order.
async fn build(store: &Store, stack: &[&SetRow]) -> Result<(Law, BTreeMap<u64, String>), StoreError> {
    let mut documents = Vec::with_capacity(stack.len());
    let ours = shipped_row(0, Timestamp::UNIX_EPOCH).0.sha256;
    for row in stack {
        let known = row.shipped && row.sha256 == ours;
        let document = if known { None } else { Some(store::document(store, row.number).await?) };
        documents.push((row.number, row.shipped, document));
    }
    let built = tokio::task::spawn_blocking(move || lay(documents));
    built.await.map_err(|_| StoreError::Ledger("building the law was interrupted".into()))
}

/// By number: shipped or not, and the document; none for the set that this program ships.
type Document = (u64, bool, Option<String>);

fn lay(documents: Vec<Document>) -> (Law, BTreeMap<u64, String>) {
    let mut law: Option<Law> = None;
    let mut left_out = BTreeMap::new();
    for (number, shipped, document) in documents {
        match over(law.as_ref(), shipped, document) {
            Ok(next) => law = Some(next),
            Err(why) => {
                tracing::error!(number, %why, "a data set of the law cannot be used any more and is left out");
                left_out.insert(number, why);
            }
        }
    }
    (law.unwrap_or_else(|| Law::from_sets(&[])), left_out)
}

fn over(below: Option<&Law>, shipped: bool, document: Option<String>) -> Result<Law, String> {
    let Some(document) = document else { return Ok(Law::shipped().clone()) };
    let set = DataSet::read(&read_stored(shipped, &document)?).map_err(|fault| fault.to_string())?;
    match below {
        Some(below) => below.with(&set).map_err(|fault| fault.to_string()),
        None => Ok(Law::from_sets(&[set])),
    }
}

/// The bundle in a stored document; a loaded one's signatures were checked when it was loaded.
fn read_stored(shipped: bool, document: &str) -> Result<Bundle, String> {
    let payload = match shipped {
        true => document.as_bytes().to_vec(),
        false => {
            let dsse = Dsse::from_json(document.as_bytes()).map_err(|fault| fault.to_string())?;
            if dsse.payload_type != SET_TYPE {
                return Err(format!("it is a `{}`, not a `{SET_TYPE}`", dsse.payload_type));
            }
            dsse.payload
        }
    };
    serde_json::from_slice(&payload).map_err(|fault| fault.to_string())
}

/// The law in force, after a look whether the sets have changed.
///
/// # Errors
/// Where the database fails.
pub async fn refresh(node: &Node) -> Result<Arc<InForce>, StoreError> {
    let held = node.law.now();
    if store::version(&node.store).await? == held.version {
        return Ok(held);
    }
    node.law.replace(build_in_force(&node.store).await?);
    Ok(node.law.now())
}

/// The law as this node held it at the end of a day in UTC.
///
/// # Errors
/// Where it held none yet, or the database fails.
pub(super) async fn on_day(node: &Node, day: Date) -> Result<Law, LawError> {
    let rows = store::sets(&node.store).await?;
    let stack = stack(&rows, end_of(day));
    let numbers: Vec<u64> = stack.iter().map(|row| row.number).collect();
    if numbers.is_empty() {
        return Err(LawError::NotYet(day));
    }
    if let Some(law) = node.law.remembered(&numbers) {
        return Ok(law);
    }
    let (law, _) = build(&node.store, &stack).await?;
    node.law.remember(numbers, law.clone());
    Ok(law)
}

/// Notices what other replicas do to the sets.
pub fn start(node: &Arc<Node>, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = told_to_stop(&mut stop) => return,
                () = sleep(LOOK_EVERY) => {}
            }
            if let Err(fault) = refresh(&node).await {
                tracing::error!(%fault, "the data sets of the law cannot be read; trying again");
            }
        }
    })
}
