//! Randomness and time, asked for in one place.

use jiff::Timestamp;

/// Random bytes from the cryptographic library's generator.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // The generator fails only before the operating system has seeded itself; a node cannot run then.
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        tracing::error!("the operating system gives no randomness");
        std::process::abort();
    }
    bytes
}

/// A random 64-bit number, for jitter.
#[must_use]
pub fn number() -> u64 {
    u64::from_le_bytes(bytes())
}

/// Now, to the millisecond, which is as fine as times are stored.
#[must_use]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

/// A fresh identifier of the kind asked for, such as `new_id(CaseId::new)`.
pub fn new_id<T>(make: impl Fn(u64, [u8; 10]) -> T) -> T {
    make(u64::try_from(now().as_millisecond()).unwrap_or(0), bytes())
}
