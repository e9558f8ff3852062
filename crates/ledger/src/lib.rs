//! Append-only Merkle log, checkpoints, cosignatures, witnesses and proofs.
