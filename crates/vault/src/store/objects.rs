//! What the vault asks of storage. Calls block: an asynchronous store is used from threads of its own.

use std::ops::Range;

use crate::Digest;

/// Why storage failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// There is no such object.
    #[error("object `{0}` is not in the store; restore it from a copy")]
    Missing(Digest),
    /// A range reaches beyond the object's end.
    #[error("object `{name}` ends before byte {end}; it was cut off, restore it from a copy")]
    Short {
        /// The object.
        name: Digest,
        /// The end of the range that was asked for.
        end: u64,
    },
    /// The storage itself failed: full, gone, or without permission.
    #[error("the storage failed to {what}")]
    Storage {
        /// The operation, as a verb phrase.
        what: &'static str,
        /// What it says.
        #[source]
        source: std::io::Error,
    },
}

/// Whether an object came into being.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It is new.
    New,
    /// The same content was there before.
    Existed,
}

/// An object that is being written, which nobody sees yet. Dropped before [`Pending::commit`], it leaves nothing behind.
pub trait Pending {
    /// Appends the next bytes.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreFault>;

    /// Makes it an object under `name`, atomically and durably: when this returns, a crash does not undo it. An object of that
    /// name is never replaced.
    ///
    /// # Errors
    /// [`StoreFault::Storage`]; nothing is there under `name` then.
    fn commit(self, name: Digest) -> Result<Created, StoreFault>;
}

/// Objects that can be read, each under the SHA-256 of its content.
pub trait ReadObjects {
    /// Reads bytes from byte `offset` on until `buffer` is full.
    ///
    /// # Errors
    /// A [`StoreFault`].
    fn read(&self, name: Digest, offset: u64, buffer: &mut [u8]) -> Result<(), StoreFault>;

    /// Bytes of an object; `None` where there is none of that name.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    fn len(&self, name: Digest) -> Result<Option<u64>, StoreFault>;

    /// Reads `range` of an object that is short enough for memory.
    ///
    /// # Errors
    /// A [`StoreFault`].
    fn read_range(&self, name: Digest, range: Range<u64>) -> Result<Vec<u8>, StoreFault> {
        let short = || StoreFault::Short { name, end: range.end };
        let len = usize::try_from(range.end.saturating_sub(range.start)).map_err(|_| short())?;
        let mut bytes = vec![0; len];
        self.read(name, range.start, &mut bytes)?;
        Ok(bytes)
    }
}

/// A store of objects, each written once.
pub trait Objects: ReadObjects {
    /// How an object is written.
    type Pending: Pending;

    /// Begins an object.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    fn create(&self) -> Result<Self::Pending, StoreFault>;

    /// The names of at most `limit` objects after `after`, ascending.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    fn list(&self, after: Option<Digest>, limit: usize) -> Result<Vec<Digest>, StoreFault>;

    /// Deletes an object; none of that name is no error.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    fn delete(&self, name: Digest) -> Result<(), StoreFault>;
}

impl<T: ReadObjects> ReadObjects for &T {
    fn read(&self, name: Digest, offset: u64, buffer: &mut [u8]) -> Result<(), StoreFault> {
        (**self).read(name, offset, buffer)
    }
    fn len(&self, name: Digest) -> Result<Option<u64>, StoreFault> {
        (**self).len(name)
    }
}

impl<T: Objects> Objects for &T {
    type Pending = T::Pending;

    fn create(&self) -> Result<Self::Pending, StoreFault> {
        (**self).create()
    }
    fn list(&self, after: Option<Digest>, limit: usize) -> Result<Vec<Digest>, StoreFault> {
        (**self).list(after, limit)
    }
    fn delete(&self, name: Digest) -> Result<(), StoreFault> {
        (**self).delete(name)
    }
}
