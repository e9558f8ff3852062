//! What an operator sets: the file `node.toml` in the node's directory.

use comity_model::AuthorityId;
use serde::{Deserialize, Serialize};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The settings of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The node's name in the registry, which is also the origin of its ledger.
    pub name: String,
    /// The authorities that it serves.
    pub authorities: Vec<AuthorityId>,
    /// Where officers and programs reach it (plain HTTP; put a TLS proxy in front of anything but loopback).
    pub api: SocketAddr,
    /// Where peers reach it (mutual TLS).
    pub peer: SocketAddr,
    /// The database: a path for SQLite, relative to the node's directory, or `postgres://...`.
    #[serde(default = "default_database")]
    pub database: String,
    /// The largest SQLite file in pages of 4,096 bytes; nothing is stored beyond it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database_pages: Option<u64>,
    /// After how many minutes without a request a session ends.
    #[serde(default = "default_session_minutes")]
    pub session_minutes: u32,
    /// How delivery behaves.
    #[serde(default)]
    pub delivery: DeliveryConfig,
    /// The vault.
    #[serde(default)]
    pub evidence: EvidenceConfig,
    /// Private matching.
    #[serde(default)]
    pub matching: MatchingConfig,
}

/// What this node lets others match against, and how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MatchingConfig {
    /// Does it answer queries of others about the identifiers in its cases?
    pub publish: bool,
    /// Does it answer about its persons too, by fuzzy keys of name and date of birth?
    pub publish_persons: bool,
    /// After how many days a new epoch with a new key begins.
    pub epoch_days: u32,
    /// How many days an epoch that has ended is still known, for claims on its hits.
    pub epoch_grace_days: u32,
    /// Most elements that one authority may ask in 24 hours, padding included.
    pub authority_per_day: u64,
    /// Most elements that one officer of an authority may ask in 24 hours.
    pub officer_per_day: u64,
    /// Most elements that may be asked for one case of an authority in 24 hours.
    pub case_per_day: u64,
    /// Most elements that one authority may ask in an epoch.
    pub authority_per_epoch: u64,
    /// A batch of more elements needs a second authority's consent.
    pub sweep_threshold: u64,
    /// How many days another authority has to decide on a sweep that officers here would ask, 1 to 90; then the request lapses. So long
    /// an offer of a comparison waits for its second officer.
    pub consent_days: u32,
    /// How many days after it is finished a query keeps what it was about, here and where it was asked.
    pub retention_days: u32,
    /// Whom others may call or write to about a hit.
    pub contact: String,
    /// Does it compare whole case loads with others, where officers of both sides consent?
    pub deconfliction: bool,
    /// The most entries of either side in such a comparison, padding included.
    pub deconfliction_entries: u64,
    /// The most such comparisons with one other authority in 24 hours.
    pub deconfliction_sessions_per_day: u64,
    /// After how many seconds without a word of the other side a comparison breaks off.
    pub deconfliction_idle_seconds: u64,
    /// Most memory that the indexes of hash sets may take together, in mebibytes: 100 bytes a PDQ hash, 24 an MD5, 40 a SHA-256.
    pub hash_sets_mib: u64,
}

impl Default for MatchingConfig {
    fn default() -> Self {
        Self {
            publish: true,
            publish_persons: true,
            epoch_days: 30,
            epoch_grace_days: 14,
            authority_per_day: 20_000,
            officer_per_day: 4_096,
            case_per_day: 4_096,
            authority_per_epoch: 200_000,
            sweep_threshold: 1_024,
            consent_days: 14,
            retention_days: 365,
            contact: String::new(),
            deconfliction: true,
            deconfliction_entries: 2_000_000,
            deconfliction_sessions_per_day: 4,
            deconfliction_idle_seconds: 120,
            hash_sets_mib: 4_096,
        }
    }
}

/// Where evidence is kept, and for how long its keys are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EvidenceConfig {
    /// Stored objects: a folder, relative to the node's directory, or `s3://bucket/prefix`.
    pub store: String,
    /// Bytes of content in each part of an item but the last: a power of two from 16 KiB to 1 GiB.
    pub part_size: u64,
    /// After how many days a new epoch begins.
    pub epoch_days: u32,
    /// How many days an epoch's key outlives the epoch: copies of the database older than that open nothing any more.
    pub epoch_grace_days: u32,
    /// How many bytes a second the scrubber reads at most.
    pub scrub_bytes_per_second: u64,
    /// After how many hours an upload that nobody went on with is given up.
    pub upload_hours: u32,
    /// Authorities that set timestamps (RFC 3161): `http://` addresses.
    pub timestamps: Vec<TimestampAuthority>,
}

/// An authority that sets timestamps (RFC 3161).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimestampAuthority {
    /// A short name for it.
    pub name: String,
    /// Its address, `http://...` or `https://...`.
    pub url: String,
    /// A PEM file with the certificates that its tokens must lead to, relative to the node's directory.
    pub anchors: PathBuf,
}

impl Default for EvidenceConfig {
    fn default() -> Self {
        Self {
            store: "evidence".to_owned(),
            part_size: 16 << 20,
            epoch_days: 30,
            epoch_grace_days: 30,
            scrub_bytes_per_second: 32 << 20,
            upload_hours: 7 * 24,
            timestamps: Vec::new(),
        }
    }
}

/// How delivery behaves; the defaults fit a wide-area federation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeliveryConfig {
    /// The longest possible first wait after a failure, in milliseconds.
    pub backoff_base_ms: u64,
    /// The longest possible wait, in milliseconds.
    pub backoff_cap_ms: u64,
    /// How long an answer may take, in milliseconds.
    pub answer_timeout_ms: u64,
    /// Most envelopes in one batch.
    pub batch: u32,
}

impl Default for DeliveryConfig {
    fn default() -> Self {
        Self { backoff_base_ms: 500, backoff_cap_ms: 300_000, answer_timeout_ms: 30_000, batch: 256 }
    }
}

fn default_database() -> String {
    "node.sqlite".to_owned()
}

fn default_session_minutes() -> u32 {
    30
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("`{path}` cannot be read; run `comity init` to create a node there")]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("`{path}`: {why}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        why: String,
    },
}

impl Config {
    /// Reads `node.toml` in `directory`.
    ///
    /// # Errors
    /// A [`ConfigError`] that names the file.
    pub fn read(directory: &Path) -> Result<Self, ConfigError> {
        let path = directory.join("node.toml");
        let text = std::fs::read_to_string(&path)
            .map_err(|source| ConfigError::Read { path: path.clone(), source })?;
        let config: Self = toml::from_str(&text)
            .map_err(|fault| ConfigError::Malformed { path: path.clone(), why: fault.to_string() })?;
        if config.authorities.is_empty() {
            return Err(ConfigError::Malformed {
                path,
                why: "`authorities` is empty; name at least one".into(),
            });
        }
        Ok(config)
    }

    /// Writes `node.toml` in `directory`.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(&self, directory: &Path) -> std::io::Result<()> {
        let text = toml::to_string_pretty(self).map_err(std::io::Error::other)?;
        std::fs::write(directory.join("node.toml"), text)
    }

    /// The database's address, with a relative path taken from `directory`.
    #[must_use]
    pub fn database_url(&self, directory: &Path) -> crate::store::DatabaseUrl {
        use crate::store::DatabaseUrl;
        match DatabaseUrl::parse(&self.database) {
            DatabaseUrl::Sqlite(path) => DatabaseUrl::Sqlite(directory.join(path)),
            postgres => postgres,
        }
    }
}
