//! Reads that keep to a number of bytes a second, and end when they are told to.

use comity_blobs::Blobs;
use comity_vault::{
    Digest,
    store::{ReadObjects, StoreFault},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// The longest that a thread sleeps before it looks whether it is told to stop.
const NAP: Duration = Duration::from_millis(200);

/// How fast the scrubber reads. Clones share whether it is stopped.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    /// Bytes a second at most; as fast as it goes where there is none.
    bytes_per_second: Option<u64>,
    stopped: Arc<AtomicBool>,
}

impl Pace {
    /// At most so many bytes a second; at least one.
    #[must_use]
    pub fn at_most(bytes_per_second: u64) -> Self {
        Self { bytes_per_second: Some(bytes_per_second.max(1)), ..Self::default() }
    }

    /// As fast as it goes.
    #[must_use]
    pub fn full() -> Self {
        Self::default()
    }

    /// Ends the pass, in the middle of an object if need be.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Was it told to stop?
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// How long reading `bytes` must take.
    fn time_for(&self, bytes: u64) -> Duration {
        let Some(rate) = self.bytes_per_second else { return Duration::ZERO };
        let millis = u128::from(bytes) * 1000 / u128::from(rate);
        Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    fn rest(&self, bytes: u64) -> Result<(), StoreFault> {
        let mut left = self.time_for(bytes);
        while !left.is_zero() && !self.is_stopped() {
            let nap = left.min(NAP);
            thread::sleep(nap);
            left = left.saturating_sub(nap);
        }
        if self.is_stopped() {
            let source = std::io::ErrorKind::Interrupted.into();
            return Err(StoreFault::Storage { what: "read on: the node is stopping", source });
        }
        Ok(())
    }
}

/// A store that is read at a pace.
pub(super) struct Paced {
    blobs: Blobs,
    pace: Pace,
}

impl Paced {
    pub(super) fn new(blobs: Blobs, pace: Pace) -> Self {
        Self { blobs, pace }
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.pace.is_stopped()
    }
}

impl ReadObjects for Paced {
    fn read(&self, name: Digest, offset: u64, buffer: &mut [u8]) -> Result<(), StoreFault> {
        self.pace.rest(buffer.len() as u64)?;
        self.blobs.read(name, offset, buffer)
    }

    fn len(&self, name: Digest) -> Result<Option<u64>, StoreFault> {
        self.blobs.len(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mebibyte_takes_a_second_at_a_mebibyte_a_second_and_nothing_at_full_speed() {
        assert_eq!(Pace::at_most(1 << 20).time_for(1 << 20), Duration::from_secs(1));
        assert_eq!(Pace::at_most(32 << 20).time_for(1 << 20), Duration::from_millis(31));
        assert_eq!(Pace::full().time_for(u64::MAX), Duration::ZERO);
        assert_eq!(Pace::at_most(0).time_for(3), Duration::from_secs(3));
        assert!(Pace::at_most(1).time_for(u64::MAX) > Duration::from_secs(1 << 40));
    }

    #[test]
    fn a_pace_that_is_stopped_ends_the_read_at_once() {
        let pace = Pace::at_most(1);
        pace.clone().stop();
        assert!(pace.rest(u64::MAX).is_err());
    }
}
