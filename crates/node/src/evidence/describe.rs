//! What an officer says of an item when it is taken in: checked before the first byte comes, and sealed under the item's key
//! until the item is admitted.

use super::{EvidenceError, items::NewItem, store};
use crate::{
    Node,
    cases::{self, CaseError},
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ItemId},
};
use comity_vault::{
    Digest,
    chunk::{ItemKey, Opener, Salt, Sealer, sealed_part_len},
    custody::Act,
    item::{
        Acquisition, Exhibit, ItemName, KeptFault, MIN_PART_SIZE, Manifest, ManifestFormat, PartRef, Seizure,
        TreeHasher,
    },
    store::{Location, Taken},
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest description, in bytes of JSON. What is signed of it stays below what a custody event may have.
pub const MAX_DESCRIPTION_LEN: usize = 32 << 10;
/// The longest exhibit number, in bytes.
const MAX_EXHIBIT_LEN: usize = 200;
/// How far the clock of whoever describes may be ahead of ours.
const CLOCK_AHEAD: SignedDuration = SignedDuration::from_mins(5);
const CONTEXT: &[u8] = b"comity/kept-description/v1\n";

/// What an officer says of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The case it belongs to.
    pub case: CaseId,
    /// The name as it was found.
    pub name: ItemName,
    /// How it is called in the proceedings.
    pub exhibit: Exhibit,
    /// How it was acquired.
    pub acquisition: Acquisition,
    /// Under which authority it was seized; none where it was handed over freely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seizure: Option<Seizure>,
    /// Why it is taken in.
    pub reason: String,
    /// The day after which it is due to be returned or destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retain_until: Option<Date>,
    /// SHA-256 of the content, as whoever sends it computed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Digest>,
}

impl Description {
    /// Reads a description. It is not checked yet.
    ///
    /// # Errors
    /// [`EvidenceError::Unfit`] that says where the JSON is not a description.
    pub fn from_json(json: &[u8]) -> Result<Self, EvidenceError> {
        if json.len() > MAX_DESCRIPTION_LEN {
            let why = format!("has {} bytes, more than {MAX_DESCRIPTION_LEN}; shorten it", json.len());
            return Err(EvidenceError::unfit("description", why));
        }
        serde_json::from_slice(json).map_err(|fault| unreadable(&fault))
    }

    /// The manifest of the item that came to `taken`.
    #[must_use]
    pub fn manifest(&self, item: ItemId, taken: Taken) -> Manifest {
        Manifest {
            format: ManifestFormat::V1,
            item,
            name: self.name.clone(),
            size: taken.size,
            sha256: taken.sha256,
            blake3: taken.blake3,
            part_size: taken.part_size,
            parts: taken.parts,
            exhibit: self.exhibit.clone(),
            acquisition: self.acquisition.clone(),
            seizure: self.seizure.clone(),
        }
    }

    /// The item that came to `taken`, ready to be admitted.
    pub(super) fn admitted(
        self,
        item: ItemId,
        taken: Taken,
        key: ItemKey,
        packed: Vec<(Digest, Location)>,
    ) -> NewItem {
        NewItem {
            manifest: self.manifest(item, taken),
            key,
            case: self.case,
            act: Act::Acquired,
            reason: self.reason,
            marking: None,
            received_from: None,
            retain_until: self.retain_until,
            before: Vec::new(),
            packed,
        }
    }

    /// Whether a court would take it, as far as that shows without the content.
    fn check(&self, item: ItemId, authority: &AuthorityId, now: Timestamp) -> Result<(), EvidenceError> {
        self.manifest(item, nothing()).check()?;
        let refuse = |field, why: &str| Err(EvidenceError::unfit(field, why));
        let (latest, today) =
            (now.saturating_add(CLOCK_AHEAD).unwrap_or(now), now.to_zoned(TimeZone::UTC).date());
        let (acquisition, number) = (&self.acquisition, &self.exhibit.number);
        if self.reason.trim().is_empty() {
            return refuse("reason", "is blank; say why the item is taken in");
        }
        if number.len() > MAX_EXHIBIT_LEN || number.chars().any(char::is_control) {
            return refuse("exhibit.number", "is too long or holds control characters; write it in one line");
        }
        if acquisition.by.authority != *authority {
            return refuse(
                "acquisition.by.authority",
                "is not your authority; what another acquired is handed over",
            );
        }
        if acquisition.started_at > latest || acquisition.finished_at > latest {
            return refuse("acquisition", "is dated in the future; give the times in UTC");
        }
        if self.seizure.as_ref().is_some_and(|seizure| seizure.seized_at > latest) {
            return refuse("seizure.seized_at", "is in the future; give the time in UTC");
        }
        if self.retain_until.is_some_and(|day| day < today) {
            return refuse("retain_until", "is past; give a day to come");
        }
        Ok(())
    }

    /// Seals the description under the item's key.
    pub(super) fn seal(&self, item: ItemId, key: &ItemKey, salt: Salt) -> Result<Vec<u8>, EvidenceError> {
        let json = serde_json::to_vec(self).map_err(|fault| unreadable(&fault))?;
        let sealed = || {
            let mut sealed = Vec::new();
            let mut sealer = Sealer::new(key, &context(item), salt)?;
            sealer.update(&json, &mut sealed)?;
            sealer.finish(&mut sealed)?;
            Ok(sealed)
        };
        sealed().map_err(|fault| EvidenceError::Kept { item, source: KeptFault::Chunk(fault) })
    }

    /// Opens what [`Description::seal`] made.
    pub(super) fn open(kept: &[u8], item: ItemId, key: &ItemKey) -> Result<Self, EvidenceError> {
        let opened = || {
            let mut plain = Vec::new();
            let mut opener = Opener::open(kept, kept.len() as u64, key, &context(item))?;
            opener.read(0..opener.size(), &mut plain)?;
            Ok(plain)
        };
        let json = opened().map_err(|fault| EvidenceError::Kept { item, source: KeptFault::Chunk(fault) })?;
        Self::from_json(&json)
    }
}

/// Checks descriptions before anything of their items is taken in: what a court asks for, that the cases are the authority's,
/// and that what they are parts of is here.
///
/// # Errors
/// The first thing that does not fit, by field.
pub async fn check(
    node: &Node,
    authority: &AuthorityId,
    described: impl IntoIterator<Item = (ItemId, &Description)>,
    now: Timestamp,
) -> Result<(), EvidenceError> {
    let (mut of_cases, mut wholes) = (BTreeSet::new(), BTreeSet::new());
    for (item, description) in described {
        description.check(item, authority, now)?;
        of_cases.insert(description.case);
        wholes.extend(description.exhibit.part_of.as_ref().map(|whole| whole.item));
    }
    for case in of_cases {
        cases::load(node, authority, case).await.map_err(|fault| match fault {
            CaseError::Store(fault) => fault.into(),
            _ => EvidenceError::unfit(
                "case",
                format!("`{case}` is not a case of your authority; open it first"),
            ),
        })?;
    }
    for whole in wholes {
        let found = store::item(&node.store, authority, whole).await?;
        found.ok_or_else(|| {
            let why =
                format!("names `{whole}`, which is not an item of your authority; take the whole in first");
            EvidenceError::unfit("exhibit.part_of", why)
        })?;
    }
    Ok(())
}

fn unreadable(fault: &serde_json::Error) -> EvidenceError {
    let said: String = fault.to_string().chars().take(300).collect();
    EvidenceError::unfit("description", format!("is not what describes an item: {said}"))
}

fn context(item: ItemId) -> Vec<u8> {
    [CONTEXT, item.as_bytes()].concat()
}

/// What an item without content comes to: a stand-in for what is not known yet.
fn nothing() -> Taken {
    let part = PartRef { sealed_sha256: Digest::of(b""), sealed_size: sealed_part_len(0).unwrap_or(0) };
    let blake3 = TreeHasher::default().finish();
    Taken { size: 0, sha256: Digest::of(b""), blake3, part_size: MIN_PART_SIZE, parts: vec![part] }
}
