//! The online query: batches, evaluations, and a requester's kept queries. What is read is written back as it came, and no
//! answer that was not made by the holder's key is ever accepted.
#![no_main]

use comity_psi::Seed;
use comity_psi::epoch::Handle;
use comity_psi::oprf::{BlindedBatch, Evaluation, HolderKey, Query};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(batch) = BlindedBatch::from_bytes(data) {
        assert_eq!(batch.to_bytes(), data);
    }
    if let Ok(query) = Query::from_bytes(data) {
        assert_eq!(query.to_bytes()[..], *data);
        let Ok(key) = HolderKey::from_seed(&Seed::from_bytes([1; 32]), b"fuzz") else { return };
        let (elements, proof) = (query.blinded(), [1; 64]);
        if let Ok(evaluation) = Evaluation::from_parts(elements, &proof) {
            assert!(query.finish(&evaluation, &key.public_key()).is_err());
        }
    }
    if let Some((proof, elements)) = data.split_first_chunk::<64>()
        && let Ok(evaluation) = Evaluation::from_parts(elements, proof)
    {
        assert_eq!((evaluation.elements(), &evaluation.proof()), (elements, proof));
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(handle) = text.parse::<Handle>()
    {
        assert_eq!(handle.to_string(), text);
    }
});
