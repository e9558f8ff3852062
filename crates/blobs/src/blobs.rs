//! Where the stored objects are, by a setting: one type over a disk and S3-compatible storage.

use std::path::Path;
use std::time::SystemTime;

use comity_vault::Digest;
use comity_vault::store::{Created, Objects, Pending, ReadObjects, StoreFault};
use tokio::runtime::Handle;

use crate::{Disk, DiskPending, Named, S3, S3Pending};

/// Stored objects, wherever they are. Clones share the store; any number of threads may use it.
#[derive(Clone)]
pub enum Blobs {
    /// On a local disk.
    Disk(Disk),
    /// In S3-compatible storage.
    S3(S3),
}

/// An object that is being written.
pub enum BlobPending {
    /// On a local disk.
    Disk(DiskPending),
    /// In S3-compatible storage.
    S3(S3Pending),
}

impl Blobs {
    /// Opens the store that `setting` names: a path, taken from `directory` on where it is relative, or `s3://bucket/prefix`.
    ///
    /// Access to S3 is set by the environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`,
    /// `AWS_ALLOW_HTTP` and the others that the `object_store` crate lists. Its requests run on `runtime`.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    pub fn open(setting: &str, directory: &Path, runtime: &Handle) -> Result<Self, StoreFault> {
        if setting.starts_with("s3://") {
            return S3::open(setting, runtime.clone()).map(Self::S3);
        }
        Disk::open(&directory.join(setting)).map(Self::Disk)
    }

    /// The small named files beside the objects.
    #[must_use]
    pub fn named(&self) -> Named {
        Named::of(self.clone())
    }

    /// When an object was last written or found to be written already; `None` where there is none. For the garbage collector,
    /// which must leave young objects alone: their references may not be noted yet.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    pub fn modified(&self, name: Digest) -> Result<Option<SystemTime>, StoreFault> {
        match self {
            Self::Disk(disk) => disk.modified(name),
            Self::S3(s3) => s3.modified(name),
        }
    }
}

impl From<Disk> for Blobs {
    fn from(disk: Disk) -> Self {
        Self::Disk(disk)
    }
}

impl From<S3> for Blobs {
    fn from(s3: S3) -> Self {
        Self::S3(s3)
    }
}

impl ReadObjects for Blobs {
    fn read(&self, name: Digest, offset: u64, buffer: &mut [u8]) -> Result<(), StoreFault> {
        match self {
            Self::Disk(disk) => disk.read(name, offset, buffer),
            Self::S3(s3) => s3.read(name, offset, buffer),
        }
    }

    fn len(&self, name: Digest) -> Result<Option<u64>, StoreFault> {
        match self {
            Self::Disk(disk) => disk.len(name),
            Self::S3(s3) => s3.len(name),
        }
    }
}

impl Objects for Blobs {
    type Pending = BlobPending;

    fn create(&self) -> Result<BlobPending, StoreFault> {
        match self {
            Self::Disk(disk) => disk.create().map(BlobPending::Disk),
            Self::S3(s3) => s3.create().map(BlobPending::S3),
        }
    }

    fn list(&self, after: Option<Digest>, limit: usize) -> Result<Vec<Digest>, StoreFault> {
        match self {
            Self::Disk(disk) => disk.list(after, limit),
            Self::S3(s3) => s3.list(after, limit),
        }
    }

    fn delete(&self, name: Digest) -> Result<(), StoreFault> {
        match self {
            Self::Disk(disk) => disk.delete(name),
            Self::S3(s3) => s3.delete(name),
        }
    }
}

impl Pending for BlobPending {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreFault> {
        match self {
            Self::Disk(pending) => pending.write(bytes),
            Self::S3(pending) => pending.write(bytes),
        }
    }

    fn commit(self, name: Digest) -> Result<Created, StoreFault> {
        match self {
            Self::Disk(pending) => pending.commit(name),
            Self::S3(pending) => pending.commit(name),
        }
    }
}
