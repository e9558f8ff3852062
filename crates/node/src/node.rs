//! The node itself: what every capability shares.

use crate::{
    config::{Config, ConfigError},
    evidence::{Evidence, EvidenceError},
    federation::registry::RegistryError,
    hits,
    hits::queries::Matching,
    keys::{Keys, KeysError},
    law,
    store::{Store, StoreError},
};
use comity_model::{AuthorityId, statement::Mode};
use comity_record::Directory;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};
use tokio::sync::watch;

/// A node that does not start.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// Settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Secrets.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Vault.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// Registry.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// Network.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// TLS.
    #[error("the TLS settings are unusable: {0}")]
    Tls(#[from] rustls::Error),
}

/// What every capability of a running node shares. Held in an [`Arc`].
pub struct Node {
    /// The directory with its files.
    pub directory_path: PathBuf,
    /// The settings.
    pub config: Config,
    /// The secrets.
    pub keys: Keys,
    /// The database.
    pub store: Store,
    /// The law in force; replaced whole when its data sets change.
    pub law: law::Held,
    /// The vault.
    pub evidence: Evidence,
    /// The hash sets in memory.
    pub hash_sets: hits::hash_sets::HashSets,
    /// Private matching.
    pub matching: Matching,
    /// Comparisons of whole case loads.
    pub deconflictions: hits::deconfliction::Deconflictions,
    /// The registry in force; replaced whole when a newer one is adopted.
    directory: RwLock<Arc<Directory>>,
    /// Changes when a newer registry was adopted.
    registry_version: watch::Sender<u64>,
    /// Changes when something was put into the outbox.
    outbox: watch::Sender<u64>,
    /// The size of the newest checkpoint that enough witnesses have cosigned.
    pub(crate) cosigned: watch::Sender<u64>,
}

impl Node {
    /// Opens the node in `directory`: settings, secrets, database, registry. Listens nowhere yet.
    ///
    /// # Errors
    /// A [`NodeError`] that says what is missing or wrong.
    pub async fn open(directory: &Path, passphrase: &str) -> Result<Arc<Self>, NodeError> {
        let config = Config::read(directory)?;
        let file = crate::keys::read(&directory.join("keys.age"), passphrase)?;
        let keys = Keys::open(file, &config.name, &config.authorities)?;
        let store = Store::open_limited(&config.database_url(directory), config.database_pages).await?;
        let registry = crate::federation::registry::load(&store, directory).await?;
        let version = registry.registry().version;
        let law = law::Held::open(&store).await?;
        let evidence = Evidence::open(&config, directory)?;
        Ok(Arc::new(Self {
            directory_path: directory.to_owned(),
            config,
            keys,
            store,
            law,
            evidence,
            hash_sets: hits::hash_sets::HashSets::default(),
            matching: Matching::default(),
            deconflictions: hits::deconfliction::Deconflictions::default(),
            directory: RwLock::new(Arc::new(registry)),
            registry_version: watch::Sender::new(version),
            outbox: watch::Sender::new(0),
            cosigned: watch::Sender::new(0),
        }))
    }

    /// The registry in force, with its keys prepared.
    #[must_use]
    pub fn registry(&self) -> Arc<Directory> {
        match self.directory.read() {
            Ok(directory) => directory.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    pub(crate) fn replace_registry(&self, directory: Directory) {
        let version = directory.registry().version;
        match self.directory.write() {
            Ok(mut current) => *current = Arc::new(directory),
            Err(poisoned) => *poisoned.into_inner() = Arc::new(directory),
        }
        self.registry_version.send_replace(version);
    }

    /// Follows the registry's version.
    #[must_use]
    pub fn follow_registry(&self) -> watch::Receiver<u64> {
        self.registry_version.subscribe()
    }

    /// Tells the couriers that something was put into the outbox.
    pub fn wake_outbox(&self) {
        self.outbox.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Follows additions to the outbox.
    #[must_use]
    pub fn follow_outbox(&self) -> watch::Receiver<u64> {
        self.outbox.subscribe()
    }

    /// Follows the size of the newest cosigned checkpoint.
    #[must_use]
    pub fn follow_cosigned(&self) -> watch::Receiver<u64> {
        self.cosigned.subscribe()
    }

    /// Real, or an exercise? As the registry says.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.registry().registry().mode
    }

    /// Does this node serve the authority?
    #[must_use]
    pub fn serves(&self, authority: &AuthorityId) -> bool {
        self.keys.authorities.contains_key(authority)
    }
}
