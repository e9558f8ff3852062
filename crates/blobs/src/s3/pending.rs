//! An object in the making in S3. What fits into one request is kept until its name is known and then stored by one conditional
//! request. More goes up in pieces to a pending object, which a conditional copy gives its name.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use comity_vault::Digest;
use comity_vault::store::{Created, Pending, StoreFault};
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use uuid::Uuid;

use super::{S3, storage};
use crate::fault::altered;

/// Bytes that are stored by one request at most: a part of the usual 16 MiB, sealed.
const ONE_REQUEST: usize = 17 << 20;
/// Bytes of each piece of what is longer. Storage takes 10,000 pieces, so this suffices for the largest part of 1 GiB.
const PIECE: usize = 8 << 20;
/// What is no older needs not be stored again to be left alone by a garbage collector.
const YOUNG: Duration = Duration::from_secs(60 * 60);
/// Bytes that are gathered before they are set aside for a request.
const BLOCK: usize = 1 << 20;

struct Upload {
    path: Path,
    upload: Box<dyn MultipartUpload>,
}

/// An object that is being written. Dropped, it leaves nothing behind, as far as the storage can be reached.
pub struct S3Pending {
    s3: S3,
    blocks: Vec<Bytes>,
    block: Vec<u8>,
    held: usize,
    len: u64,
    upload: Option<Upload>,
}

impl S3Pending {
    pub(super) fn new(s3: S3) -> Self {
        Self { s3, blocks: Vec::new(), block: Vec::new(), held: 0, len: 0, upload: None }
    }

    fn take(&mut self, mut bytes: &[u8]) {
        self.len += bytes.len() as u64;
        self.held += bytes.len();
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            bytes = later;
            if self.block.len() == BLOCK {
                self.blocks.push(Bytes::from(std::mem::take(&mut self.block)));
            }
        }
    }

    /// All that is held, for a request.
    fn payload(&mut self) -> PutPayload {
        if !self.block.is_empty() {
            self.blocks.push(Bytes::from(std::mem::take(&mut self.block)));
        }
        self.held = 0;
        self.blocks.drain(..).collect()
    }

    /// Sends what is held as the next piece, and waits for it.
    fn send(&mut self) -> Result<(), object_store::Error> {
        if self.upload.is_none() {
            let path = self.s3.path(&format!("pending/{}", Uuid::now_v7().simple()));
            let begun = path.clone();
            let upload = self.s3.wait(|inner| async move { inner.store.put_multipart(&begun).await })?;
            self.upload = Some(Upload { path, upload });
        }
        let payload = self.payload();
        let Some(upload) = &mut self.upload else { return Ok(()) };
        let sent = upload.upload.put_part(payload);
        self.s3.wait(|_| sent)
    }

    /// Ends the upload and gives it its name; whether that was free.
    fn complete(&mut self, path: &Path) -> Result<bool, object_store::Error> {
        self.send()?;
        let Some(mut done) = self.upload.take() else { return Ok(false) };
        let (from, to) = (done.path.clone(), path.clone());
        self.s3.wait(|_| async move { done.upload.complete().await })?;
        let copied = {
            let (from, to) = (from.clone(), to.clone());
            self.s3.wait(|inner| async move { inner.store.copy_if_not_exists(&from, &to).await })
        };
        let free = match copied {
            Ok(()) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Ok(false)
            }
            Err(fault) => Err(fault),
        };
        // What stays is garbage that the next opening removes.
        let _ = self.s3.remove(from);
        free
    }

    /// Looks whether what has the name is as long. So that it counts as young, what is old is stored again, as it is.
    fn existed(&self, name: Digest, again: Option<PutPayload>) -> Result<Created, StoreFault> {
        let path = self.s3.path_of(name);
        let found = self.s3.head(&path, "look at an object")?.ok_or(StoreFault::Missing(name))?;
        if found.size != self.len {
            return Err(altered(name, found.size, self.len));
        }
        let age = SystemTime::now().duration_since(found.last_modified.into());
        if let (Some(payload), true) = (again, age.is_ok_and(|age| age > YOUNG)) {
            let put = self.s3.wait(|inner| async move { inner.store.put(&path, payload).await });
            put.map_err(|fault| storage("store an object again", fault))?;
        }
        Ok(Created::Existed)
    }
}

impl Pending for S3Pending {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreFault> {
        for bytes in bytes.chunks(BLOCK) {
            let limit = if self.upload.is_some() { PIECE } else { ONE_REQUEST };
            if self.held + bytes.len() > limit {
                self.send().map_err(|fault| storage("write an object", fault))?;
            }
            self.take(bytes);
        }
        Ok(())
    }

    fn commit(mut self, name: Digest) -> Result<Created, StoreFault> {
        let (path, failed) = (self.s3.path_of(name), |fault| storage("store an object", fault));
        if self.upload.is_some() {
            return if self.complete(&path).map_err(failed)? {
                Ok(Created::New)
            } else {
                self.existed(name, None)
            };
        }
        let payload = self.payload();
        let free = self.s3.put_new(&path, payload.clone()).map_err(failed)?;
        if free { Ok(Created::New) } else { self.existed(name, Some(payload)) }
    }
}

impl Drop for S3Pending {
    fn drop(&mut self) {
        if let Some(mut given_up) = self.upload.take() {
            self.s3.0.runtime.spawn(async move { given_up.upload.abort().await });
        }
    }
}
