//! Stored objects in S3-compatible storage: under the prefix, the same names as on a disk (`objects/ab/abcd…`, `named/…`,
//! `pending/…`). The storage must know conditional writes (`If-None-Match: *`), as Amazon S3 and most others do.

mod pending;

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use comity_vault::Digest;
use comity_vault::store::{Objects, ReadObjects, StoreFault};
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3, AmazonS3Builder, S3CopyIfNotExists};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use tokio::runtime::Handle;

pub use pending::S3Pending;

/// How old a pending object must be before it counts as left behind.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

struct Inner {
    store: AmazonS3,
    prefix: String,
    runtime: Handle,
}

/// A bucket, or what has a common prefix in one. Clones share its connections. Calls block, while the requests run on the
/// runtime that was handed in: call from threads of your own, not from that runtime's.
#[derive(Clone)]
pub struct S3(Arc<Inner>);

impl S3 {
    /// Opens `s3://bucket/prefix`, with the environment's settings (`AWS_...`), and removes what was left pending more than a day
    /// ago. Multipart uploads that were never completed are not seen by this; a lifecycle rule of the bucket removes them.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    pub fn open(address: &str, runtime: Handle) -> Result<Self, StoreFault> {
        Self::with(AmazonS3Builder::from_env(), address, runtime)
    }

    /// The same with settings given by the caller.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    pub fn with(builder: AmazonS3Builder, address: &str, runtime: Handle) -> Result<Self, StoreFault> {
        let bad = |text: &str| StoreFault::Storage {
            what: "open the store",
            source: io::Error::new(ErrorKind::InvalidInput, text.to_owned()),
        };
        let rest = address.strip_prefix("s3://").ok_or_else(|| bad("write it as `s3://bucket/prefix`"))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let builder = builder.with_bucket_name(bucket).with_copy_if_not_exists(S3CopyIfNotExists::Multipart);
        let store = builder.build().map_err(|fault| bad(&fault.to_string()))?;
        let prefix = prefix.trim_matches('/').to_owned();
        let s3 = Self(Arc::new(Inner { store, prefix, runtime }));
        s3.remove_stale()?;
        Ok(s3)
    }

    /// When an object was last written; `None` where there is none.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    pub fn modified(&self, name: Digest) -> Result<Option<SystemTime>, StoreFault> {
        let found = self.head(&self.path_of(name), "look at an object")?;
        Ok(found.map(|meta| meta.last_modified.into()))
    }

    fn path(&self, rest: &str) -> Path {
        Path::from(format!("{}/{rest}", self.0.prefix))
    }

    fn path_of(&self, name: Digest) -> Path {
        let name = name.to_string();
        self.path(&format!("objects/{}/{name}", name.get(..2).unwrap_or_default()))
    }

    /// Runs a request on the runtime and waits for its answer.
    fn wait<T: Send + 'static, F: Future<Output = Result<T, object_store::Error>> + Send + 'static>(
        &self,
        request: impl FnOnce(Arc<Inner>) -> F,
    ) -> Result<T, object_store::Error> {
        let (tell, hear) = std::sync::mpsc::sync_channel(1);
        let request = request(Arc::clone(&self.0));
        self.0.runtime.spawn(async move {
            // Whoever asked waits; if not, nobody needs the answer.
            let _ = tell.send(request.await);
        });
        hear.recv().unwrap_or_else(|_| {
            let source = "the runtime of the storage's requests has ended".into();
            Err(object_store::Error::Generic { store: "S3", source })
        })
    }

    fn head(&self, path: &Path, what: &'static str) -> Result<Option<ObjectMeta>, StoreFault> {
        let path = path.clone();
        let found = self.wait(|inner| async move { inner.store.head(&path).await });
        none_if_missing(found).map_err(|fault| storage(what, fault))
    }

    /// Stores `payload` where there is nothing; whether that was so.
    fn put_new(&self, path: &Path, payload: PutPayload) -> Result<bool, object_store::Error> {
        let path = path.clone();
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let put = self.wait(|inner| async move { inner.store.put_opts(&path, payload, options).await });
        match put {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    fn remove(&self, path: Path) -> Result<(), object_store::Error> {
        none_if_missing(self.wait(|inner| async move { inner.store.delete(&path).await })).map(|_| ())
    }

    /// At most `limit` entries under `prefix` after `offset`, in the storage's order, which is that of the names' bytes.
    fn entries(
        &self,
        prefix: Path,
        offset: Option<Path>,
        limit: usize,
    ) -> Result<Vec<ObjectMeta>, object_store::Error> {
        self.wait(|inner| async move {
            let entries = match offset {
                Some(offset) => inner.store.list_with_offset(Some(&prefix), &offset),
                None => inner.store.list(Some(&prefix)),
            };
            entries.take(limit).try_collect().await
        })
    }

    fn remove_stale(&self) -> Result<(), StoreFault> {
        let failed = |fault| storage("open the store", fault);
        let now = SystemTime::now();
        for meta in self.entries(self.path("pending"), None, usize::MAX).map_err(failed)? {
            let age = now.duration_since(meta.last_modified.into());
            if age.is_ok_and(|age| age > STALE) {
                self.remove(meta.location).map_err(failed)?;
            }
        }
        Ok(())
    }

    pub(crate) fn put_named(&self, name: &str, bytes: &[u8]) -> Result<bool, StoreFault> {
        let put = self.put_new(&self.path(&format!("named/{name}")), Bytes::copy_from_slice(bytes).into());
        put.map_err(|fault| storage("store a small file", fault))
    }

    pub(crate) fn get_named(&self, name: &str) -> Result<Option<Vec<u8>>, StoreFault> {
        let path = self.path(&format!("named/{name}"));
        let found = self.wait(|inner| async move { inner.store.get(&path).await?.bytes().await });
        let found = none_if_missing(found).map_err(|fault| storage("read a small file", fault))?;
        Ok(found.map(|bytes| bytes.to_vec()))
    }

    pub(crate) fn list_named(&self, prefix: &str) -> Result<Vec<String>, StoreFault> {
        let root = self.path("named");
        let entries = self.entries(self.path(&format!("named/{prefix}")), None, usize::MAX);
        let entries = entries.map_err(|fault| storage("list small files", fault))?;
        let name = |meta: &ObjectMeta| {
            let below = meta.location.as_ref().strip_prefix(root.as_ref())?.strip_prefix('/')?;
            Some(below.to_owned())
        };
        Ok(entries.iter().filter_map(name).collect())
    }

    pub(crate) fn remove_named(&self, name: &str) -> Result<(), StoreFault> {
        self.remove(self.path(&format!("named/{name}")))
            .map_err(|fault| storage("remove a small file", fault))
    }
}

fn none_if_missing<T>(found: Result<T, object_store::Error>) -> Result<Option<T>, object_store::Error> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// A fault of the storage. A server that is full says so in words and numbers of its own.
fn storage(what: &'static str, fault: object_store::Error) -> StoreFault {
    let text = fault.to_string();
    let full = ["507 Insufficient", "QuotaExceeded", "StorageFull", "EntityTooLarge"];
    let kind = match fault {
        _ if full.iter().any(|word| text.contains(word)) => ErrorKind::StorageFull,
        object_store::Error::NotFound { .. } => ErrorKind::NotFound,
        object_store::Error::PermissionDenied { .. } => ErrorKind::PermissionDenied,
        _ => ErrorKind::Other,
    };
    StoreFault::Storage { what, source: io::Error::new(kind, fault) }
}

impl ReadObjects for S3 {
    fn read(&self, name: Digest, offset: u64, buffer: &mut [u8]) -> Result<(), StoreFault> {
        let end = offset.saturating_add(buffer.len() as u64);
        if buffer.is_empty() {
            // The server refuses an empty range.
            return self.reaches(name, end);
        }
        let path = self.path_of(name);
        let read = self.wait(|inner| async move { inner.store.get_range(&path, offset..end).await });
        match read {
            Ok(bytes) if bytes.len() == buffer.len() => {
                buffer.copy_from_slice(&bytes);
                Ok(())
            }
            Ok(_) => Err(StoreFault::Short { name, end }),
            Err(object_store::Error::NotFound { .. }) => Err(StoreFault::Missing(name)),
            // The server refuses a range beyond the end in words of its own.
            Err(fault) => self.reaches(name, end).and(Err(storage("read an object", fault))),
        }
    }

    fn len(&self, name: Digest) -> Result<Option<u64>, StoreFault> {
        Ok(self.head(&self.path_of(name), "look at an object")?.map(|meta| meta.size))
    }
}

impl Objects for S3 {
    type Pending = S3Pending;

    fn create(&self) -> Result<S3Pending, StoreFault> {
        Ok(S3Pending::new(self.clone()))
    }

    fn list(&self, after: Option<Digest>, limit: usize) -> Result<Vec<Digest>, StoreFault> {
        let after = after.map(|after| self.path_of(after));
        let entries = self.entries(self.path("objects"), after, limit);
        let entries = entries.map_err(|fault| storage("list objects", fault))?;
        Ok(entries.iter().filter_map(|meta| meta.location.filename()?.parse().ok()).collect())
    }

    fn delete(&self, name: Digest) -> Result<(), StoreFault> {
        self.remove(self.path_of(name)).map_err(|fault| storage("delete an object", fault))
    }
}

impl S3 {
    /// Whether an object has `end` bytes.
    fn reaches(&self, name: Digest, end: u64) -> Result<(), StoreFault> {
        let len = self.len(name)?.ok_or(StoreFault::Missing(name))?;
        if len < end { Err(StoreFault::Short { name, end }) } else { Ok(()) }
    }
}
