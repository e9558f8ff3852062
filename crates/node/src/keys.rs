//! A node's secrets, read from its encrypted key file `keys.age`.

use comity_ledger::{CosignatureSigner, KeyKind, NoteFault, NoteSigner};
use comity_model::{
    AuthorityId, AuthorityKind,
    registry::{Member, NodeRecord, SigningKeyRecord},
};
use comity_record::{Directory, directory::signing_keys};
use comity_seal::{AuthorityKeys, KeyFile, KeyFileFault, SealError, Secret, SigningKey, WorkFactor};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

const LEDGER: &str = "ledger";
const WITNESS_ED25519: &str = "witness-ed25519";
const WITNESS_ML_DSA_44: &str = "witness-ml-dsa-44";
const TLS_KEY: &str = "tls-key";
const TLS_CERTIFICATE: &str = "tls-certificate";

/// Key material that cannot be used or made.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file cannot be read or written.
    #[error("`{path}` cannot be read or written")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The file does not open.
    #[error(transparent)]
    KeyFile(#[from] KeyFileFault),
    /// A key is missing.
    #[error("the key file holds no `{0}`; it is not that of this node")]
    Missing(String),
    /// A ledger or witness key is unusable.
    #[error(transparent)]
    Note(#[from] NoteFault),
    /// The library fails.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The TLS certificate cannot be made.
    #[error("the TLS certificate cannot be made: {0}")]
    Tls(#[from] rcgen::Error),
}

/// The opened secrets of a node.
pub struct Keys {
    /// The keys of each authority served.
    pub authorities: BTreeMap<AuthorityId, AuthorityKeys>,
    /// Signs checkpoints of the own ledger.
    pub ledger: NoteSigner,
    /// Cosigns checkpoints of peers.
    pub witness: Vec<CosignatureSigner>,
    /// The TLS private key, PKCS#8.
    pub tls_key: Secret,
    /// The TLS certificate, DER.
    pub tls_certificate: Vec<u8>,
}

/// Makes the secrets of a new node.
///
/// # Errors
/// Where the library fails.
pub fn generate(name: &str, authorities: &[AuthorityId]) -> Result<KeyFile, KeysError> {
    let mut file = KeyFile::default();
    for authority in authorities {
        file.authorities.insert(authority.to_string(), AuthorityKeys::generate()?);
    }
    let mut keep = |name: &str, bytes: Vec<u8>| file.secrets.insert(name.to_owned(), Secret::new(bytes));
    keep(LEDGER, NoteSigner::generate(name)?.to_pkcs8()?.to_vec());
    let witness = witness_name(name);
    keep(
        WITNESS_ED25519,
        CosignatureSigner::generate(&witness, KeyKind::CosignatureEd25519)?.to_pkcs8()?.to_vec(),
    );
    keep(
        WITNESS_ML_DSA_44,
        CosignatureSigner::generate(&witness, KeyKind::CosignatureMlDsa44)?.to_pkcs8()?.to_vec(),
    );
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
    let host = name.split('/').next().unwrap_or(name);
    let certificate = rcgen::CertificateParams::new(vec![host.to_owned()])?.self_signed(&pair)?;
    keep(TLS_KEY, pair.serialize_der());
    keep(TLS_CERTIFICATE, certificate.der().to_vec());
    Ok(file)
}

/// The name under which a node cosigns.
#[must_use]
pub fn witness_name(node: &str) -> String {
    format!("{node}/witness")
}

/// Writes a key file so that only its owner reads it; replaces an older one at once or not at all.
///
/// # Errors
/// Where it cannot be encrypted or written.
pub fn write(path: &Path, file: &KeyFile, passphrase: &str, work: WorkFactor) -> Result<(), KeysError> {
    let bytes = comity_seal::encrypt_key_file(file, passphrase, work)?;
    let failed = |source| KeysError::File { path: path.to_owned(), source };
    let draft = path.with_extension("new");
    crate::files::write_private(&draft, &bytes).map_err(failed)?;
    std::fs::rename(&draft, path).map_err(failed)
}

/// Reads a key file.
///
/// # Errors
/// Where it cannot be read or does not open.
pub fn read(path: &Path, passphrase: &str) -> Result<KeyFile, KeysError> {
    let bytes = std::fs::read(path).map_err(|source| KeysError::File { path: path.to_owned(), source })?;
    Ok(comity_seal::decrypt_key_file(&bytes, passphrase)?)
}

impl Keys {
    /// Takes the secrets of the node `name` from its key file.
    ///
    /// # Errors
    /// A [`KeysError`] that names what is missing.
    pub fn open(file: KeyFile, name: &str, authorities: &[AuthorityId]) -> Result<Self, KeysError> {
        let mut keys = BTreeMap::new();
        for authority in authorities {
            let found = file.authorities.get(authority.as_str());
            let found = found.filter(|keys| !keys.signing.is_empty() && !keys.sealing.is_empty());
            let found = found.ok_or_else(|| KeysError::Missing(authority.to_string()))?;
            keys.insert(authority.clone(), found.clone());
        }
        let secret = |name: &str| file.secrets.get(name).ok_or_else(|| KeysError::Missing(name.to_owned()));
        let witness = witness_name(name);
        let cosigner = |kind, secret: &Secret| CosignatureSigner::from_pkcs8(&witness, kind, secret.expose());
        Ok(Self {
            authorities: keys,
            ledger: NoteSigner::from_pkcs8(name, secret(LEDGER)?.expose())?,
            witness: vec![
                cosigner(KeyKind::CosignatureEd25519, secret(WITNESS_ED25519)?)?,
                cosigner(KeyKind::CosignatureMlDsa44, secret(WITNESS_ML_DSA_44)?)?,
            ],
            tls_key: secret(TLS_KEY)?.clone(),
            tls_certificate: secret(TLS_CERTIFICATE)?.expose().to_vec(),
        })
    }

    /// The key to sign something said at `said` with: the newest that the registry takes at `now` for one of the
    /// authority's, so that a new key waits until the root holders have entered it. Where none counts, the newest.
    #[must_use]
    pub fn signing_key(
        &self,
        authority: &AuthorityId,
        directory: &Directory,
        said: Timestamp,
        now: Timestamp,
    ) -> Option<&SigningKey> {
        let own = &self.authorities.get(authority)?.signing;
        let counts =
            |key: &&SigningKey| directory.verifier(authority, key.public().key_id(), said, now).is_ok();
        own.iter().find(counts).or_else(|| own.first())
    }

    /// SHA-256 of the TLS certificate, in hexadecimal, as the registry pins it.
    #[must_use]
    pub fn tls_fingerprint(&self) -> String {
        hex::encode(comity_record::sha256(&self.tls_certificate))
    }

    /// The node as its registry entry describes it.
    #[must_use]
    pub fn node_record(&self, name: &str, address: &str) -> NodeRecord {
        NodeRecord {
            name: name.to_owned(),
            address: address.to_owned(),
            tls_certificates: BTreeSet::from([self.tls_fingerprint()]),
            ledger: self.ledger.verifier().to_string(),
            witness: self.witness.iter().map(|key| key.verifier().to_string()).collect(),
        }
    }

    /// An authority as its registry entry describes it; its newest signing key counts from `since`.
    #[must_use]
    pub fn member(
        &self,
        authority: &AuthorityId,
        kind: AuthorityKind,
        names: BTreeMap<String, String>,
        node: &str,
        since: Timestamp,
    ) -> Option<Member> {
        let keys = self.authorities.get(authority)?;
        let record = |key: &comity_seal::SigningKey| SigningKeyRecord {
            keys: signing_keys(key.public()),
            valid_from: since,
            valid_until: None,
            revoked_at: None,
        };
        Some(Member {
            authority: authority.clone(),
            kind,
            names,
            signing: keys.signing.first().map(record).into_iter().collect(),
            sealing: keys.sealing.first()?.public().to_string(),
            node: node.to_owned(),
        })
    }
}
