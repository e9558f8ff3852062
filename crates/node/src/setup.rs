//! Setting up: the files of a new node, and the registry of a new federation. What `comity init` and `comity registry`
//! do, and what the demo and the tests build their federations with.

use crate::{
    config::Config,
    federation::registry::Roots,
    files::write_private,
    keys::{self, Keys, KeysError},
};
use comity_model::{
    AuthorityId, AuthorityKind,
    registry::{Member, NodeRecord, Registry, RegistryFault},
    statement::Mode,
};
use comity_record::{directory::signing_keys, registry::sign_registry};
use comity_seal::{Dsse, SealError, SigningKey, WorkFactor};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What goes wrong while setting up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is a node already.
    #[error("`{0}` holds a node already; choose another directory")]
    Exists(PathBuf),
    /// A file.
    #[error("`{path}` cannot be written")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A file that is needed.
    #[error("`{path}` cannot be read; `comity init` wrote it")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// Secrets.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Signing.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The registry contradicts itself.
    #[error(transparent)]
    Registry(#[from] RegistryFault),
    /// No root key.
    #[error("a registry needs at least one root key")]
    NoRoot,
}

/// What a node asks the root holders to enter in the registry; public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The node.
    pub node: NodeRecord,
    /// Its authorities.
    pub members: Vec<Member>,
}

/// An authority of a new node: its name, kind, and how people call it by language.
#[derive(Debug, Clone)]
pub struct NewAuthority {
    /// Its name in the registry.
    pub id: AuthorityId,
    /// Its kind.
    pub kind: AuthorityKind,
    /// How people call it, by language tag.
    pub names: BTreeMap<String, String>,
}

/// Makes a node's directory: settings, encrypted keys, and `membership.json` for the root holders.
///
/// # Errors
/// A [`SetupError`]; an existing node is never touched.
pub fn init_node(
    directory: &Path,
    config: &Config,
    authorities: &[NewAuthority],
    peer_address: &str,
    passphrase: &str,
    work: WorkFactor,
    now: Timestamp,
) -> Result<Membership, SetupError> {
    let failed = |source| SetupError::File { path: directory.to_owned(), source };
    if directory.join("keys.age").exists() || directory.join("node.toml").exists() {
        return Err(SetupError::Exists(directory.to_owned()));
    }
    std::fs::create_dir_all(directory).map_err(failed)?;
    let file = keys::generate(&config.name, &config.authorities)?;
    keys::write(&directory.join("keys.age"), &file, passphrase, work)?;
    let keys = Keys::open(file, &config.name, &config.authorities)?;
    config.write(directory).map_err(failed)?;
    let member = |new: &NewAuthority| keys.member(&new.id, new.kind, new.names.clone(), &config.name, now);
    let membership = Membership {
        node: keys.node_record(&config.name, peer_address),
        members: authorities.iter().filter_map(member).collect(),
    };
    write_json(directory, "membership.json", &membership)?;
    Ok(membership)
}

/// Makes new keys for some of a node's authorities, newest first in the key file, and writes them into `membership.json`
/// for the root holders. Old signing keys stay until the registry lists the new ones; old sealing keys stay for good.
///
/// # Errors
/// A [`SetupError`]: a file is missing or does not open, or an authority is not served here.
pub fn rotate_keys(
    directory: &Path,
    config: &Config,
    authorities: &[AuthorityId],
    passphrase: &str,
    work: WorkFactor,
    now: Timestamp,
) -> Result<Membership, SetupError> {
    let mut membership: Membership = read_json(directory, "membership.json")?;
    let path = directory.join("keys.age");
    let mut file = keys::read(&path, passphrase)?;
    for authority in authorities {
        let own = file.authorities.get_mut(authority.as_str());
        own.ok_or_else(|| KeysError::Missing(authority.to_string()))?.rotate()?;
    }
    keys::write(&path, &file, passphrase, work)?;
    let keys = Keys::open(file, &config.name, &config.authorities)?;
    for member in membership.members.iter_mut().filter(|member| authorities.contains(&member.authority)) {
        let renewed = keys.member(&member.authority, member.kind, member.names.clone(), &config.name, now);
        *member = renewed.ok_or_else(|| KeysError::Missing(member.authority.to_string()))?;
    }
    write_json(directory, "membership.json", &membership)?;
    Ok(membership)
}

/// The root keys of a federation and the rule by which they sign.
pub struct RootKeys {
    /// The keys.
    pub keys: Vec<SigningKey>,
    /// How many must sign.
    pub threshold: usize,
}

impl RootKeys {
    /// Makes `count` keys.
    ///
    /// # Errors
    /// Where the library fails.
    pub fn generate(count: usize, threshold: usize) -> Result<Self, SealError> {
        let keys = (0..count).map(|_| SigningKey::generate()).collect::<Result<_, _>>()?;
        Ok(Self { keys, threshold })
    }

    /// What a node must trust before it has a registry.
    #[must_use]
    pub fn roots(&self) -> Roots {
        let roots = self.keys.iter().map(|key| signing_keys(key.public())).collect();
        Roots { roots, threshold: self.threshold }
    }

    /// Signs a registry with as many keys as the threshold asks for.
    ///
    /// # Errors
    /// Where the registry contradicts itself, or there is no key.
    pub fn sign(&self, registry: &Registry) -> Result<Dsse, SetupError> {
        registry.check()?;
        let mut keys = self.keys.iter().take(self.threshold.max(1));
        let mut dsse = sign_registry(registry, keys.next().ok_or(SetupError::NoRoot)?)?;
        for key in keys {
            key.add_signatures(&mut dsse)?;
        }
        Ok(dsse)
    }
}

/// A first registry of these nodes.
#[must_use]
pub fn first_registry(
    federation: &str,
    mode: Mode,
    roots: &Roots,
    memberships: &[Membership],
    witness_quorum: usize,
    issued: Timestamp,
    expires: Timestamp,
) -> Registry {
    Registry {
        format: 1,
        federation: federation.to_owned(),
        mode,
        version: 1,
        issued,
        expires,
        roots: roots.roots.clone(),
        threshold: roots.threshold,
        nodes: memberships.iter().map(|membership| membership.node.clone()).collect(),
        members: memberships.iter().flat_map(|membership| membership.members.clone()).collect(),
        witness_quorum,
    }
}

/// Puts the signed registry and the root keys into a node's directory.
///
/// # Errors
/// Where a file cannot be written.
pub fn install_registry(directory: &Path, registry: &Dsse, roots: &Roots) -> Result<(), SetupError> {
    write_json(directory, "registry.json", registry)?;
    write_json(directory, "roots.json", roots)
}

fn read_json<T: serde::de::DeserializeOwned>(directory: &Path, name: &str) -> Result<T, SetupError> {
    let path = directory.join(name);
    let failed = |source| SetupError::Unreadable { path: path.clone(), source };
    serde_json::from_slice(&std::fs::read(&path).map_err(failed)?).map_err(|fault| failed(fault.into()))
}

fn write_json<T: Serialize>(directory: &Path, name: &str, value: &T) -> Result<(), SetupError> {
    let path = directory.join(name);
    let bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    write_private(&path, &bytes).map_err(|source| SetupError::File { path, source })
}
