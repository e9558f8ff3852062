//! What travels between nodes: batches of envelopes and their answers, as JSON over HTTP/2.
//!
//! Items are read one by one, so that one that is malformed spoils nobody else's.

use comity_delivery::RefusalCode;
use comity_record::Envelope;
use comity_seal::Dsse;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The version of this protocol.
pub const WIRE_VERSION: u16 = 1;
/// The largest batch or answer, in bytes: one envelope of the largest size, or many small ones.
pub const MAX_WIRE_BYTES: usize = 12 * 1024 * 1024;
/// Most envelopes in a batch.
pub const MAX_BATCH: usize = 512;

/// A batch of envelopes.
#[derive(Debug, Serialize, Deserialize)]
pub struct Batch<'a> {
    /// Version of the protocol.
    pub version: u16,
    /// The sender's clock, Unix milliseconds.
    pub clock: u64,
    /// The version of the sender's registry.
    pub registry: u64,
    /// The envelopes, each a [`BatchItem`].
    #[serde(borrow)]
    pub items: Vec<&'a RawValue>,
}

/// One envelope for one of its recipients.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchItem {
    /// The recipient whose delivery this is.
    pub to: String,
    /// Statement and body.
    pub envelope: Envelope,
}

/// The answer to a batch, aligned to its items.
#[derive(Debug, Serialize, Deserialize)]
pub struct BatchAnswer {
    /// Version of the protocol.
    pub version: u16,
    /// The version of the receiver's registry.
    pub registry: u64,
    /// One for each item, in its order.
    pub outcomes: Vec<ItemOutcome>,
}

/// What became of one item.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemOutcome {
    /// It is stored: the receipt.
    Receipt(Dsse),
    /// It is not.
    Refused {
        /// Why.
        code: RefusalCode,
        /// In words.
        detail: String,
    },
}

/// A batch that is refused or put off as a whole: the body of the HTTP error.
#[derive(Debug, Serialize, Deserialize)]
pub struct WholeRefusal {
    /// Why.
    pub code: RefusalCode,
    /// What to do next.
    pub advice: String,
    /// The version of the receiver's registry.
    pub registry: u64,
}

/// Writes one item; `statement` is the DSSE envelope's JSON as it is stored.
#[must_use]
pub fn write_item(to: &str, statement: &str, body: &[u8]) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let body = BASE64_STANDARD.encode(body);
    // An authority's name needs no escaping: letters, digits, hyphens.
    format!(r#"{{"to":"{to}","envelope":{{"statement":{statement},"body":"{body}"}}}}"#)
}

/// Writes a batch of items that [`write_item`] wrote.
#[must_use]
pub fn write_batch(clock: u64, registry: u64, items: &[String]) -> String {
    let items = items.join(",");
    format!(r#"{{"version":{WIRE_VERSION},"clock":{clock},"registry":{registry},"items":[{items}]}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_batch_reads_back_item_by_item() {
        let statement = r#"{"payload":"e30=","payloadType":"t","signatures":[]}"#;
        let text = write_batch(5, 7, &[write_item("ES-NCB", statement, b"body"), "{\"nonsense\":1}".into()]);
        let batch: Batch<'_> = serde_json::from_str(&text).unwrap();
        assert_eq!((batch.version, batch.clock, batch.registry, batch.items.len()), (1, 5, 7, 2));
        let item: BatchItem = serde_json::from_str(batch.items[0].get()).unwrap();
        assert_eq!((item.to.as_str(), item.envelope.body.as_slice()), ("ES-NCB", b"body".as_slice()));
        assert!(serde_json::from_str::<BatchItem>(batch.items[1].get()).is_err());
    }
}
