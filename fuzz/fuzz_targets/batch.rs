//! A batch of the wire is read item by item; one malformed item spoils nobody else's.

#![no_main]

use comity_node::federation::wire::{Batch, BatchAnswer, BatchItem};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(batch) = serde_json::from_slice::<Batch<'_>>(data) {
        for item in &batch.items {
            let _ = serde_json::from_str::<BatchItem>(item.get());
        }
    }
    let _ = serde_json::from_slice::<BatchAnswer>(data);
});
