//! A batch that is sent again because its answer was lost: the client gives it a key, and the items that it became are known by it
//! for some days.
//!
//! The key itself is not kept, and what is kept of the content is hashed together with it. So the database tells nobody which
//! content came, and whoever has the content and not the key learns nothing from it.

use super::{Admitted, SmallFile, admit};
use crate::{
    Node,
    evidence::{EvidenceError, custody::Hand, epochs::blocking, upload_fault::UploadFault},
    random,
    store::{Store, StoreError, Tx},
};
use comity_model::{AuthorityId, id::ItemId};
use comity_vault::{Digest, digest::Sha256};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// Bytes of a key: at least those of a UUID as text, without its dashes.
const KEY_LEN: std::ops::RangeInclusive<usize> = 32..=128;
/// How long a batch is known by its key.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
const NAME: &[u8] = b"comity/batch-name/v1\n";
const CONTENT: &[u8] = b"comity/batch-content/v1\n";

/// What a client calls a batch: random, and its own for each batch.
#[derive(Clone)]
pub struct BatchKey(String);

impl BatchKey {
    /// Reads a key.
    ///
    /// # Errors
    /// [`EvidenceError::Unfit`] where it is too short to be random, too long, or has other characters than visible ASCII.
    pub fn new(text: &str) -> Result<Self, EvidenceError> {
        if KEY_LEN.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(text.to_owned()));
        }
        let (least, most) = (KEY_LEN.start(), KEY_LEN.end());
        let why = format!("must have {least} to {most} visible ASCII characters; take a random UUID");
        Err(EvidenceError::unfit("Idempotency-Key", why))
    }

    fn name(&self) -> Digest {
        Digest::of(&[NAME, self.0.as_bytes()].concat())
    }

    /// What tells whether the same files come again: their descriptions and contents, in their order.
    fn content(&self, files: &[SmallFile]) -> Result<Digest, UploadFault> {
        let mut hasher = Sha256::default();
        hasher.update(CONTENT);
        hasher.update(Digest::of(self.0.as_bytes()).as_bytes());
        for file in files {
            let sha256 = Digest::of(&file.content);
            if file.description.sha256 != Some(sha256) {
                return Err(UploadFault::Differs);
            }
            let described = serde_json::to_vec(&file.description).unwrap_or_default();
            hasher.update(Digest::of(&described).as_bytes());
            hasher.update(sha256.as_bytes());
        }
        Ok(hasher.finish())
    }
}

/// A batch that was taken in.
struct Known {
    content: Digest,
    items: Vec<ItemId>,
}

/// Takes files in, unless they were under the same key.
pub(super) async fn take_in_once(
    node: &Arc<Node>,
    hand: &Hand,
    files: Vec<SmallFile>,
    key: BatchKey,
) -> Result<Vec<Admitted>, UploadFault> {
    let name = key.name();
    let hashed = blocking(move || Ok(key.content(&files).map(|content| (files, content))));
    let (files, content) = hashed.await??;
    if let Some(known) = load(&node.store, &hand.authority, name).await? {
        return again(&files, known, content);
    }
    let kept = files.clone();
    let note = async |tx: &mut Tx, admitted: &[Admitted]| {
        let items = admitted.iter().map(|one| one.item).collect();
        if insert(tx, &hand.authority, name, &Known { content, items }).await? {
            Ok(())
        } else {
            Err(repeated())
        }
    };
    let admitted = admit(node, hand, files, note).await;
    // Another request with the same key was faster: its items are the answer, and nothing of ours was committed.
    let known = match &admitted {
        Err(UploadFault::Evidence(EvidenceError::Conflict { code: REPEATED, .. })) => {
            load(&node.store, &hand.authority, name).await?
        }
        _ => None,
    };
    known.map_or(admitted, |known| again(&kept, known, content))
}

const REPEATED: &str = "batch_repeated";

fn repeated() -> EvidenceError {
    let why = "the same batch is being taken in by another request; ask again for its items".to_owned();
    EvidenceError::Conflict { code: REPEATED, why }
}

/// The answer of the first time.
fn again(files: &[SmallFile], known: Known, content: Digest) -> Result<Vec<Admitted>, UploadFault> {
    if known.content != content || known.items.len() != files.len() {
        let why = "this `Idempotency-Key` was used for other files; take a new one for each batch".to_owned();
        return Err(EvidenceError::Conflict { code: "batch_key_used", why }.into());
    }
    let admitted = |(file, item): (&SmallFile, ItemId)| {
        let sha256 = file.description.sha256.ok_or(UploadFault::Differs)?;
        Ok(Admitted { item, name: file.description.name.display(), sha256 })
    };
    files.iter().zip(known.items).map(admitted).collect()
}

async fn load(store: &Store, authority: &AuthorityId, name: Digest) -> Result<Option<Known>, StoreError> {
    let sql = "/* batch */ SELECT content, items FROM evidence_batch WHERE authority = $1 AND name = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), name.to_string().into()]).await?;
    row.map(|row| Ok(Known { content: crate::evidence::store::digest(&row, 0)?, items: row.json(1)? }))
        .transpose()
}

/// Notes a batch; false where there is one of that name.
async fn insert(
    tx: &mut Tx,
    authority: &AuthorityId,
    name: Digest,
    known: &Known,
) -> Result<bool, StoreError> {
    let sql = "/* insert_batch */ INSERT INTO evidence_batch (authority, name, content, items, taken_at) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (authority, name) DO NOTHING";
    let values = [
        authority.as_str().into(),
        name.to_string().into(),
        known.content.to_string().into(),
        crate::store::json_text(&known.items).into(),
        random::now().into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Forgets batches by whose keys nobody asks any more.
///
/// # Errors
/// Where the database fails.
pub async fn forget_old(node: &Node, now: Timestamp) -> Result<(), EvidenceError> {
    let before = now.saturating_sub(KNOWN_FOR).unwrap_or(Timestamp::MIN);
    let sql = "/* forget_batches */ DELETE FROM evidence_batch WHERE taken_at < $1";
    let mut tx = node.store.begin("forget_batches").await?;
    tx.execute(sql, &[before.into()]).await?;
    tx.commit().await?;
    Ok(())
}
