//! Many small files in one request, all or nothing: they share one pack, one transaction, and one fsync. A batch under a key of
//! the client's is taken in once, however often it is sent.

mod repeated;

pub use repeated::{BatchKey, forget_old};

use super::{
    EvidenceError,
    custody::Hand,
    describe::{self, Description, MAX_DESCRIPTION_LEN},
    epochs::{self, blocking},
    items::{self, NewItem},
    upload_fault::UploadFault,
};
use crate::{Node, random, store::Tx};
use axum::body::Bytes;
use comity_model::id::ItemId;
use comity_vault::{
    Digest,
    chunk::{ItemKey, seal_part},
    item::{PartRef, TreeHasher},
    store::{IntakeFault, Location, PackWriter, Taken},
};
use futures_util::{Stream, StreamExt};
use rayon::prelude::*;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// The most files of one batch.
pub const MOST_FILES: usize = 4096;
/// The most content of one batch, in bytes.
pub const MOST_CONTENT: u64 = 64 << 20;
/// How long the next byte may take.
const IDLE: Duration = Duration::from_secs(30);
/// How long a batch may take to come: its place is needed by others.
const SLOWEST: Duration = Duration::from_secs(300);
/// Files that are sealed before they are written.
const GROUP: usize = 256;

/// A small file with its description.
#[derive(Debug, Clone)]
pub struct SmallFile {
    /// What an officer says of it; `sha256` is there.
    pub description: Description,
    /// What it contains.
    pub content: Vec<u8>,
}

/// A file that was admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The item.
    pub item: ItemId,
    /// Its name, for people.
    pub name: String,
    /// SHA-256 of its content.
    pub sha256: Digest,
}

/// Reads a batch: for each file the length of a JSON text in 4 bytes, most significant first, the description with `size` and
/// `sha256`, and the content.
///
/// # Errors
/// What is not as it should be, by field; [`UploadFault::Idle`], [`UploadFault::BrokenOff`].
pub async fn read_batch<E>(
    body: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<Vec<SmallFile>, UploadFault> {
    timeout(SLOWEST, read_files(Reader { body, frame: Bytes::new() })).await.unwrap_or(Err(UploadFault::Idle))
}

async fn read_files<E>(
    mut reader: Reader<impl Stream<Item = Result<Bytes, E>> + Unpin>,
) -> Result<Vec<SmallFile>, UploadFault> {
    let (mut files, mut room) = (Vec::new(), MOST_CONTENT);
    while let Some(length) = reader.length().await? {
        if files.len() == MOST_FILES {
            let why = format!("holds more than {MOST_FILES} files; send several");
            return Err(EvidenceError::unfit("batch", why).into());
        }
        if length > MAX_DESCRIPTION_LEN {
            let why = format!("has {length} bytes, more than {MAX_DESCRIPTION_LEN}; shorten it");
            return Err(EvidenceError::unfit("description", why).into());
        }
        let (description, size) = describe_small(&reader.take(length).await?)?;
        room = room.checked_sub(size).ok_or(UploadFault::TooLarge { limit: MOST_CONTENT })?;
        let size = usize::try_from(size).map_err(|_| UploadFault::TooLarge { limit: MOST_CONTENT })?;
        files.push(SmallFile { description, content: reader.take(size).await? });
    }
    Ok(files)
}

fn describe_small(json: &[u8]) -> Result<(Description, u64), EvidenceError> {
    let not_json = |_| EvidenceError::unfit("description", "is not a JSON object; see the API's description");
    let mut fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(json).map_err(not_json)?;
    let size = fields.remove("size").and_then(|size| size.as_u64());
    let size = size.ok_or_else(|| EvidenceError::unfit("size", "is missing; give the content's bytes"))?;
    let json = serde_json::to_vec(&fields).unwrap_or_default();
    let description = Description::from_json(&json)?;
    if description.sha256.is_none() {
        return Err(EvidenceError::unfit("sha256", "is missing; compute it before you send the content"));
    }
    Ok((description, size))
}

/// Reads exact numbers of bytes from a body.
struct Reader<S> {
    body: S,
    frame: Bytes,
}

impl<E, S: Stream<Item = Result<Bytes, E>> + Unpin> Reader<S> {
    /// The next bytes that there are; none at the end.
    async fn fill(&mut self) -> Result<bool, UploadFault> {
        while self.frame.is_empty() {
            match timeout(IDLE, self.body.next()).await {
                Err(_) => return Err(UploadFault::Idle),
                Ok(None) => return Ok(false),
                Ok(Some(Err(_))) => return Err(UploadFault::BrokenOff),
                Ok(Some(Ok(bytes))) => self.frame = bytes,
            }
        }
        Ok(true)
    }

    async fn length(&mut self) -> Result<Option<usize>, UploadFault> {
        if !self.fill().await? {
            return Ok(None);
        }
        let bytes = <[u8; 4]>::try_from(self.take(4).await?.as_slice()).unwrap_or([u8::MAX; 4]);
        Ok(Some(usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX)))
    }

    async fn take(&mut self, count: usize) -> Result<Vec<u8>, UploadFault> {
        // Memory is taken as the bytes come, not as they are announced.
        let mut taken = Vec::new();
        while taken.len() < count {
            if !self.fill().await? {
                return Err(EvidenceError::unfit("batch", "ends within a file; send it whole").into());
            }
            let now = self.frame.split_to(self.frame.len().min(count - taken.len()));
            taken.extend_from_slice(&now);
        }
        Ok(taken)
    }
}

/// Takes small files in, all or nothing. Under a `key` that was used for the same files before, it gives the items that they
/// became then.
///
/// # Errors
/// What is wrong with the first that does not fit; [`UploadFault::Differs`]; [`EvidenceError::Conflict`] where the key was used
/// for other files. Nothing is admitted then.
pub async fn take_in_batch(
    node: &Arc<Node>,
    hand: &Hand,
    files: Vec<SmallFile>,
    key: Option<BatchKey>,
) -> Result<Vec<Admitted>, UploadFault> {
    if files.is_empty() {
        return Err(EvidenceError::unfit("batch", "holds no file; send one at least").into());
    }
    match key {
        None => Ok(admit(node, hand, files, async |_, _| Ok(())).await?),
        Some(key) => repeated::take_in_once(node, hand, files, key).await,
    }
}

/// Admits files; what belongs to the same transaction goes into `with`.
async fn admit(
    node: &Arc<Node>,
    hand: &Hand,
    files: Vec<SmallFile>,
    with: impl AsyncFnOnce(&mut Tx, &[Admitted]) -> Result<(), EvidenceError>,
) -> Result<Vec<Admitted>, UploadFault> {
    let files: Vec<_> = files.into_iter().map(|file| (random::new_id(ItemId::new), file)).collect();
    let described = files.iter().map(|(item, file)| (*item, &file.description));
    describe::check(node, &hand.authority, described, random::now()).await?;
    let shared = node.clone();
    let sealed = blocking(move || Ok(store(&shared, files))).await?;
    let (items, admitted): (Vec<NewItem>, Vec<Admitted>) = sealed?.into_iter().unzip();
    items::admit(node, hand, items, async |tx| with(tx, &admitted).await).await?;
    Ok(admitted)
}

/// A file whose sealed content is in the pack.
type Ready = (ItemId, Taken, ItemKey, Description);

struct Sealed {
    bytes: Vec<u8>,
    taken: Taken,
    key: ItemKey,
}

/// Seals files, some at a time on all cores, and stores them as one pack. Blocks.
fn store(node: &Node, files: Vec<(ItemId, SmallFile)>) -> Result<Vec<(NewItem, Admitted)>, UploadFault> {
    let mut pack = PackWriter::new(&node.evidence.blobs).map_err(EvidenceError::from)?;
    let (part_size, mut ready) = (node.config.evidence.part_size, Vec::with_capacity(files.len()));
    let mut files = files.into_iter();
    loop {
        let group: Vec<_> = files.by_ref().take(GROUP).collect();
        if group.is_empty() {
            break;
        }
        let sealed = group
            .into_par_iter()
            .map(|(item, file)| Ok((item, seal(item, &file, part_size)?, file.description)));
        for (item, mut sealed, description) in sealed.collect::<Result<Vec<_>, UploadFault>>()? {
            let name = pack.add(&sealed.bytes).map_err(EvidenceError::from)?;
            let part = PartRef { sealed_sha256: name, sealed_size: sealed.bytes.len() as u64 };
            sealed.taken.parts.push(part);
            ready.push((item, sealed.taken, sealed.key, description));
        }
    }
    let (pack, index) = pack.finish().map_err(EvidenceError::from)?;
    let place = |((item, taken, key, description), packed): (Ready, (Digest, Location))| {
        let (name, sha256) = (description.name.display(), taken.sha256);
        let new = description.admitted(item, taken, key, vec![packed]);
        (new, Admitted { item, name, sha256 })
    };
    Ok(ready.into_iter().zip(items::packed_in(pack, &index)).map(place).collect())
}

fn seal(item: ItemId, file: &SmallFile, part_size: u64) -> Result<Sealed, UploadFault> {
    let (content, key) = (file.content.as_slice(), epochs::new_key());
    let sha256 = Digest::of(content);
    if file.description.sha256 != Some(sha256) {
        return Err(UploadFault::Differs);
    }
    let size = content.len() as u64;
    let mut bytes = Vec::new();
    let sealed = seal_part(&key, item, 0, epochs::salt()).and_then(|mut sealer| {
        sealer.update(content, &mut bytes)?;
        sealer.finish(&mut bytes)
    });
    sealed.map_err(IntakeFault::from)?;
    let mut tree = TreeHasher::default();
    tree.update(content);
    // One part holds it all, and is not full.
    let part_size = part_size.max(size.saturating_add(1).next_power_of_two());
    let taken = Taken { size, sha256, blake3: tree.finish(), part_size, parts: Vec::new() };
    Ok(Sealed { bytes, taken, key })
}
