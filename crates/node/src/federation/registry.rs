//! The registry in force: loaded at start, replaced by a newer one that enough of its own root keys have signed.

use super::{client::PeerClient, facts, millis, now_millis, told_to_stop};
use crate::{
    Node,
    journal::{About, Actor, Entry},
    random,
    store::{Store, StoreError},
};
use comity_delivery::{Adopt, Gossip, RegistryFacts, RegistryRefusal, compare_versions, consider_registry};
use comity_model::registry::{Registry, SigningKeys};
use comity_record::{
    Directory, DirectoryFault,
    registry::{SignedRegistryFault, unverified_registry, verify_registry},
    sha256,
};
use comity_seal::Dsse;
use serde::{Deserialize, Serialize};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

/// The root keys that a node trusts before it has a registry, in `roots.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roots {
    /// The keys.
    pub roots: Vec<SigningKeys>,
    /// How many must have signed the first registry.
    pub threshold: usize,
}

/// A registry that cannot be loaded or adopted.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// A file is missing or unreadable.
    #[error(
        "`{file}` cannot be read in the node's directory; get it from the federation and put it there: {why}"
    )]
    File {
        /// The file.
        file: &'static str,
        /// Why.
        why: String,
    },
    /// The signatures.
    #[error(transparent)]
    Signed(#[from] SignedRegistryFault),
    /// The rules of adoption.
    #[error(transparent)]
    Refused(#[from] RegistryRefusal),
    /// The keys in it.
    #[error(transparent)]
    Directory(#[from] DirectoryFault),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const NEWEST: &str =
    "/* newest_registry */ SELECT document, sha256 FROM registry ORDER BY version DESC LIMIT 1";

/// The registry that the database holds, or else the one that lies in the node's directory.
///
/// # Errors
/// A [`RegistryError`] that names what is missing.
pub async fn load(store: &Store, directory: &Path) -> Result<Directory, RegistryError> {
    if let Some(row) = store.fetch_optional(NEWEST, &[]).await? {
        let dsse: Dsse = row.json(0)?;
        return Ok(Directory::new(unverified_registry(&dsse)?)?);
    }
    let roots: Roots = read_json(directory, "roots.json")?;
    let dsse: Dsse = read_json(directory, "registry.json")?;
    let registry = verify_registry(&dsse, &roots.roots, roots.threshold)?;
    // An expired registry is stored all the same: nothing moves under it until a newer one is there.
    store_registry(store, &registry, &dsse).await?;
    Ok(Directory::new(registry)?)
}

fn read_json<T: serde::de::DeserializeOwned>(
    directory: &Path,
    file: &'static str,
) -> Result<T, RegistryError> {
    let failed = |why: String| RegistryError::File { file, why };
    let bytes = std::fs::read(directory.join(file)).map_err(|fault| failed(fault.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|fault| failed(fault.to_string()))
}

async fn store_registry(store: &Store, registry: &Registry, dsse: &Dsse) -> Result<(), StoreError> {
    let digest = hex::encode(sha256(&dsse.payload));
    let document = String::from_utf8_lossy(&dsse.to_json()).into_owned();
    let at = random::now();
    let mut tx = store.begin("store_registry").await?;
    tx.execute(
        "/* store_registry */ INSERT INTO registry (version, sha256, document, adopted_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (version) DO NOTHING",
        &[registry.version.into(), digest.as_str().into(), document.into(), at.into()],
    )
    .await?;
    let detail =
        serde_json::json!({ "version": registry.version, "sha256": digest, "expires": registry.expires });
    tx.record(Entry::new(at, None, &Actor::Node, "registry_adopted", About::default(), detail));
    tx.commit().await.map(|_| ())
}

/// What the delivery rules know of the registry in force.
///
/// # Errors
/// Where the database fails.
pub async fn current_facts(store: &Store) -> Result<Option<RegistryFacts>, RegistryError> {
    let Some(row) = store.fetch_optional(NEWEST, &[]).await? else { return Ok(None) };
    let dsse: Dsse = row.json(0)?;
    Ok(Some(facts(&unverified_registry(&dsse)?, sha256(&dsse.payload))))
}

/// Adopts a signed registry if the rules allow it. `true` where it is newer than the one in force.
///
/// # Errors
/// The rule that it breaks.
pub async fn adopt(node: &Node, dsse: &Dsse) -> Result<bool, RegistryError> {
    let current = node.registry();
    let offered = unverified_registry(dsse)?;
    let signed = verify_registry(dsse, &current.registry().roots, current.registry().threshold);
    let held = current_facts(&node.store).await?;
    let offered_facts = facts(&offered, sha256(&dsse.payload));
    match consider_registry(held.as_ref(), &offered_facts, signed.is_ok(), now_millis())? {
        Adopt::AlreadyHeld => {
            refresh(node).await?;
            Ok(false)
        }
        Adopt::Newer => {
            let directory = Directory::new(offered.clone())?;
            store_registry(&node.store, &offered, dsse).await?;
            node.replace_registry(directory);
            tracing::info!(version = offered.version, "registry adopted");
            Ok(true)
        }
    }
}

/// Takes into use what another replica has adopted and stored since.
///
/// # Errors
/// Where the database fails.
pub async fn refresh(node: &Node) -> Result<(), RegistryError> {
    let Some(row) = node.store.fetch_optional(NEWEST, &[]).await? else { return Ok(()) };
    let stored = unverified_registry(&row.json::<Dsse>(0)?)?;
    if stored.version > node.registry().registry().version {
        node.replace_registry(Directory::new(stored)?);
    }
    Ok(())
}

/// The signed registries after `version`, oldest first, for a peer that asks or for an export.
///
/// # Errors
/// Where the database fails.
pub async fn signed_after(store: &Store, version: u64) -> Result<Vec<Dsse>, StoreError> {
    let sql = "/* registries_after */ SELECT document FROM registry WHERE version > $1 ORDER BY version";
    store.fetch_all(sql, &[version.into()]).await?.iter().map(|row| row.json(0)).collect()
}

/// Fetches and adopts what a peer has beyond our own registry, in order.
pub async fn catch_up(node: &Arc<Node>, peer: &str, their_version: u64) {
    let ours = node.registry().registry().version;
    if compare_versions(ours, their_version) != Gossip::Ask {
        return;
    }
    let fetched = match PeerClient::new(node, peer) {
        Ok(client) => client.registries_after(ours).await,
        Err(fault) => Err(fault.to_string()),
    };
    match fetched {
        Ok(registries) => {
            for dsse in registries {
                if let Err(fault) = adopt(node, &dsse).await {
                    tracing::warn!(peer, %fault, "a registry that a peer offered is not adopted");
                    return;
                }
            }
        }
        Err(fault) => tracing::warn!(peer, fault, "the newer registry of a peer cannot be fetched"),
    }
}

/// How often a peer is asked for a newer registry, and how often while ours has expired and nothing else moves.
const ASK_EVERY: Duration = Duration::from_secs(30);
const ASK_EVERY_WHEN_EXPIRED: Duration = Duration::from_secs(2);

/// Looks for a newer registry: in the database, where another replica may have put one, and at one peer after the other,
/// since an expired registry stops the batches that would otherwise spread it.
pub fn start(node: &Arc<Node>, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move {
        let mut turn = random::number();
        let mut changed = node.follow_registry();
        loop {
            let wait = match millis(node.registry().registry().expires).since(now_millis()) {
                Duration::ZERO => ASK_EVERY_WHEN_EXPIRED,
                left => ASK_EVERY.min(left),
            };
            tokio::select! {
                () = told_to_stop(&mut stop) => return,
                // The new one may expire sooner than we would have slept.
                _ = changed.changed() => continue,
                () = sleep(wait) => {}
            }
            if let Err(fault) = refresh(&node).await {
                tracing::error!(%fault, "the stored registry cannot be read; trying again");
            }
            turn = turn.wrapping_add(1);
            let registry = node.registry();
            let peers: Vec<&str> = registry.registry().nodes.iter().map(|peer| peer.name.as_str()).collect();
            let chosen = usize::try_from(turn % (peers.len().max(1) as u64)).unwrap_or(0);
            if let Some(peer) = peers.get(chosen).filter(|peer| **peer != node.config.name) {
                catch_up(&node, peer, u64::MAX).await;
            }
        }
    })
}
