//! A store in memory that fails on command. For tests of whatever stands on [`Objects`]; it keeps nothing.

use std::collections::BTreeMap;
use std::io;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Created, Objects, Pending, ReadObjects, StoreFault};
use crate::Digest;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The operation fails and does nothing.
    Fails,
    /// A commit stores only so many bytes under the name, and fails: what a store that is not atomic leaves behind. Other
    /// operations just fail.
    Tears {
        /// Bytes that are left.
        keep: usize,
    },
    /// The operation does its work but is reported as failed, as when an answer is lost.
    Forgets,
}

#[derive(Default)]
struct State {
    objects: BTreeMap<Digest, Vec<u8>>,
    done: u64,
    fault: Option<(u64, Fault)>,
    down: bool,
}

/// Objects in memory. Clones share them.
#[derive(Clone, Default)]
pub struct MemoryObjects(Arc<Mutex<State>>);

/// An object in the making.
pub struct MemoryPending {
    store: MemoryObjects,
    bytes: Vec<u8>,
}

impl MemoryObjects {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Operations so far: creations, writes, commits, reads, lists, deletions.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.state().done
    }

    /// Lets operation number `operation` (from 0) go wrong, and all that follow until [`MemoryObjects::recover`]: as a process
    /// that is killed there.
    pub fn fail_at(&self, operation: u64, fault: Fault) {
        self.state().fault = Some((operation, fault));
    }

    /// Ends the failure, keeping what is stored.
    pub fn recover(&self) {
        let mut state = self.state();
        (state.fault, state.down) = (None, false);
    }

    /// Changes what is stored under `name`, as rot or an intruder does.
    pub fn tamper(&self, name: Digest, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(bytes) = self.state().objects.get_mut(&name) {
            change(bytes);
        }
    }

    /// Exchanges two objects' contents.
    pub fn swap(&self, a: Digest, b: Digest) {
        let mut state = self.state();
        if let (Some(first), Some(second)) = (state.objects.get(&a).cloned(), state.objects.get(&b).cloned())
        {
            state.objects.insert(a, second);
            state.objects.insert(b, first);
        }
    }

    /// Counts an operation. The fault that befalls it, if any.
    fn count(&self) -> Option<Fault> {
        let mut state = self.state();
        let number = state.done;
        state.done += 1;
        match state.fault {
            _ if state.down => Some(Fault::Fails),
            Some((at, fault)) if at == number => {
                state.down = true;
                Some(fault)
            }
            _ => None,
        }
    }

    fn step(&self, what: &'static str) -> Result<(), StoreFault> {
        self.count().map_or(Ok(()), |_| Err(injected(what)))
    }
}

fn injected(what: &'static str) -> StoreFault {
    StoreFault::Storage { what, source: io::Error::other("a fault on command") }
}

impl Pending for MemoryPending {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreFault> {
        self.store.step("write")?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn commit(mut self, name: Digest) -> Result<Created, StoreFault> {
        let fault = self.store.count();
        match fault {
            Some(Fault::Fails) => return Err(injected("commit")),
            Some(Fault::Tears { keep }) => self.bytes.truncate(keep),
            Some(Fault::Forgets) | None => {}
        }
        let mut state = self.store.state();
        let created = if state.objects.contains_key(&name) { Created::Existed } else { Created::New };
        state.objects.entry(name).or_insert(self.bytes);
        fault.map_or(Ok(created), |_| Err(injected("commit")))
    }
}

impl ReadObjects for MemoryObjects {
    fn read(&self, name: Digest, offset: u64, buffer: &mut [u8]) -> Result<(), StoreFault> {
        self.step("read")?;
        let state = self.state();
        let bytes = state.objects.get(&name).ok_or(StoreFault::Missing(name))?;
        let short = || StoreFault::Short { name, end: offset.saturating_add(buffer.len() as u64) };
        let start = usize::try_from(offset).map_err(|_| short())?;
        let end = start.checked_add(buffer.len()).ok_or_else(short)?;
        let there = bytes.get(start..end).ok_or_else(short)?;
        buffer.copy_from_slice(there);
        Ok(())
    }

    fn len(&self, name: Digest) -> Result<Option<u64>, StoreFault> {
        self.step("look")?;
        Ok(self.state().objects.get(&name).map(|bytes| bytes.len() as u64))
    }
}

impl Objects for MemoryObjects {
    type Pending = MemoryPending;

    fn create(&self) -> Result<MemoryPending, StoreFault> {
        self.step("create")?;
        Ok(MemoryPending { store: self.clone(), bytes: Vec::new() })
    }

    fn list(&self, after: Option<Digest>, limit: usize) -> Result<Vec<Digest>, StoreFault> {
        self.step("list")?;
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let state = self.state();
        let names = state.objects.range((start, Bound::Unbounded)).map(|(name, _)| *name);
        Ok(names.take(limit).collect())
    }

    fn delete(&self, name: Digest) -> Result<(), StoreFault> {
        self.step("delete")?;
        self.state().objects.remove(&name);
        Ok(())
    }
}
