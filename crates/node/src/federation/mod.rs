//! What passes between nodes: the registry, peers, delivery, receipts, witnesses. Drives the machines of
//! `comity-delivery`; what a message *means* is not decided here.

pub mod answer;
pub mod client;
pub mod courier;
pub mod http;
pub mod intake;
pub mod registry;
pub mod server;
mod store;
pub mod tls;
pub mod wire;
pub mod witness;

pub use store::{DeadLetter, DeliveryView, dead_letters, deliveries_of, retry_dead_letter};

use crate::random;
use comity_delivery::{Millis, RegistryFacts};
use comity_model::registry::Registry;
use jiff::Timestamp;

/// Waits until the node is told to stop.
pub(crate) async fn told_to_stop(stop: &mut tokio::sync::watch::Receiver<bool>) {
    // An error means that whoever could tell us is gone: stop as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Now, as the delivery machines count time.
#[must_use]
pub fn now_millis() -> Millis {
    millis(random::now())
}

/// A time as the delivery machines count it.
#[must_use]
pub fn millis(time: Timestamp) -> Millis {
    Millis(u64::try_from(time.as_millisecond()).unwrap_or(0))
}

/// A machine's time as a timestamp.
#[must_use]
pub fn timestamp(time: Millis) -> Timestamp {
    i64::try_from(time.0).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or(Timestamp::MAX)
}

/// What the delivery rules need to know of a registry whose signed bytes have the digest `sha256`.
#[must_use]
pub fn facts(registry: &Registry, sha256: [u8; 32]) -> RegistryFacts {
    RegistryFacts { version: registry.version, expires: millis(registry.expires), digest: sha256 }
}
