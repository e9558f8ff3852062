//! Locks on what is kept in memory.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a lock guards, also where a thread has panicked with it in hand: one request that fails must not end all that follow.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
