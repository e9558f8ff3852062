#![doc = include_str!("../README.md")]

pub mod backoff;
pub mod intake;
pub mod lane;
pub mod outbox;
pub mod refusal;
pub mod registry;
pub mod rules;
pub mod time;
pub mod witnessing;

pub use intake::{
    Arrival, Arrived, BatchFacts, BatchRefusal, Checked, Digest, ItemAnswer, Landed, ReceiptOrder, Summary,
    ToCommit, ToSign, classify, clock_verdict,
};
pub use lane::{
    Alarm, Answer, Gate, Item, Lane, LaneConfig, LaneInput, LaneOutput, LaneStatus, Outcome, Verdict,
};
pub use outbox::{OutboxEntry, pick_due};
pub use refusal::RefusalCode;
pub use registry::{
    Adopt, Gossip, RegistryFacts, RegistryRefusal, compare_versions, consider_registry, may_exchange,
};
pub use rules::{Rule, examine};
pub use time::Millis;
pub use witnessing::{
    CosignConfig, CosignInput, CosignOutput, CosignRound, StoreFirst, WitnessRefusal, may_cosign,
};
