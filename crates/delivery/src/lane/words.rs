//! What is said to a lane, and what it says.

use std::time::Duration;

use crate::refusal::RefusalCode;
use crate::time::Millis;

/// How a lane behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneConfig {
    /// Most envelopes in one batch.
    pub batch_limit: u32,
    /// Most bytes in one batch (one envelope may exceed it alone).
    pub batch_bytes: u64,
    /// The longest possible first wait.
    pub backoff_base: Duration,
    /// The longest possible wait.
    pub backoff_cap: Duration,
    /// How long an answer may take, from sending to its last byte.
    pub answer_timeout: Duration,
}

impl Default for LaneConfig {
    /// 256 envelopes or 4 MiB a batch; waits from half a second up to five minutes; 30 seconds for an answer.
    fn default() -> Self {
        LaneConfig {
            batch_limit: 256,
            batch_bytes: 4 << 20,
            backoff_base: Duration::from_millis(500),
            backoff_cap: Duration::from_secs(300),
            answer_timeout: Duration::from_secs(30),
        }
    }
}

/// A row of the outbox that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<Id> {
    /// The message's id.
    pub id: Id,
    /// How often it was tried before: as the last [`Verdict::RetryAt`] said, 0 at first.
    pub tries: u32,
}

/// Whether the registry lets us send to the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Until the registry expires.
    OpenUntil(Millis),
    /// No: the reason (registry expired, peer no longer a member).
    Closed(RefusalCode),
}

impl Gate {
    /// Why nothing may be sent at `now`, if so.
    #[must_use]
    pub fn closed_at(&self, now: Millis) -> Option<RefusalCode> {
        match *self {
            Gate::OpenUntil(end) if now < end => None,
            Gate::OpenUntil(_) => Some(RefusalCode::RegistryExpired),
            Gate::Closed(code) => Some(code),
        }
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub enum LaneInput<Id> {
    /// A message for the peer was committed to the outbox, or the driver polls.
    Woken,
    /// The timer of the last [`LaneOutput::WakeAt`] went off; early or needless ticks do no harm.
    Tick,
    /// The rows asked for by [`LaneOutput::Load`], in the outbox's order.
    Loaded {
        /// At most as many as asked for.
        items: Vec<Item<Id>>,
        /// More are due.
        more: bool,
        /// When the next row that is not due yet falls due.
        next_due: Option<Millis>,
    },
    /// The rows could not be read.
    LoadFailed,
    /// The peer answered, or failed to.
    Answered {
        /// The number from [`LaneOutput::Send`].
        attempt: u64,
        /// What it said.
        answer: Answer<Id>,
    },
    /// The verdicts are durable.
    Recorded {
        /// The number from [`LaneOutput::Record`].
        attempt: u64,
    },
    /// The verdicts could not be recorded; the lane asks again later. The driver keeps the receipts of the
    /// attempt until they are recorded.
    RecordFailed {
        /// The number from [`LaneOutput::Record`].
        attempt: u64,
    },
    /// A registry was adopted, also the first one at start.
    RegistryChanged {
        /// Whether it lets us send to this peer.
        gate: Gate,
    },
    /// The node stops: the lane says nothing more.
    Stopped,
}

/// What became of a batch.
#[derive(Clone, Debug)]
pub enum Answer<Id> {
    /// No connection, no answer, or none that can be read.
    Unreachable {
        /// For the administrator.
        why: String,
    },
    /// The peer puts the whole batch off.
    Deferred {
        /// Its reason.
        why: RefusalCode,
        /// Its wish; the lane's cap limits it.
        retry_after: Option<Duration>,
    },
    /// The peer refuses the whole batch without looking into it.
    RefusedWhole {
        /// Its reason.
        code: RefusalCode,
    },
    /// What the driver found for each item, receipts verified. Items that are missing count as not delivered.
    Outcomes(Vec<(Id, Outcome)>),
}

/// What the answer says of one item, after verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A receipt for exactly this envelope: signatures, digest and proof hold.
    ReceiptVerified,
    /// Something that claims to be a receipt and is not.
    ReceiptFalse {
        /// What is wrong with it.
        why: String,
    },
    /// The peer refuses the envelope.
    Refused {
        /// Its reason; a passing one is tried again, a permanent one is not.
        code: RefusalCode,
    },
    /// The peer could not take it now.
    TryLater {
        /// Its reason.
        why: String,
    },
}

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneOutput<Id> {
    /// Read due rows; answer with [`LaneInput::Loaded`] or [`LaneInput::LoadFailed`].
    Load {
        /// At most so many.
        limit: u32,
        /// At most so many bytes, but at least one row.
        bytes: u64,
    },
    /// Send these; answer with [`LaneInput::Answered`].
    Send {
        /// Counts up for each batch in the lane's life.
        attempt: u64,
        /// In the order of the outbox.
        items: Vec<Item<Id>>,
    },
    /// Make these verdicts durable in one transaction; a receipted row never changes again.
    Record {
        /// The attempt that they belong to.
        attempt: u64,
        /// One for each item.
        verdicts: Vec<(Id, Verdict)>,
    },
    /// Set the one timer.
    WakeAt(Millis),
    /// Show this to the administrator.
    Raise(Alarm),
}

/// What is recorded of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Delivered: keep the receipt, take the row out of the outbox.
    Receipted,
    /// Not yet: the row stays and is due again at that time.
    RetryAt {
        /// When.
        at: Millis,
        /// To be stored with the row, and handed back in [`Item::tries`].
        tries: u32,
        /// For the administrator.
        why: String,
    },
    /// Never: the row goes to the dead letters with the reason.
    DeadLetter {
        /// The peer's reason.
        code: RefusalCode,
    },
}

/// What an administrator should see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The peer answered with false receipts: its software is broken, or it lies.
    FalseReceipts {
        /// How many in this answer.
        count: usize,
        /// What is wrong with the first.
        why: String,
    },
    /// The peer refuses whole batches.
    BatchRefused {
        /// Its reason.
        code: RefusalCode,
    },
    /// The peer failed several times in a row (raised once for each such row).
    PeerFailing {
        /// The last failure.
        why: String,
        /// How many.
        failures: u32,
    },
    /// The registry forbids to send; messages wait in the outbox.
    Held {
        /// Why.
        code: RefusalCode,
    },
}

/// What a lane does at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneStatus {
    /// Nothing is due.
    Idle,
    /// A batch is being loaded, sent or recorded.
    Sending,
    /// The peer, or the own database, failed.
    BackingOff {
        /// Until then.
        until: Millis,
        /// Failures of the peer in a row.
        failures: u32,
        /// The last failure.
        why: String,
    },
    /// The registry forbids to send.
    Held {
        /// Why.
        code: RefusalCode,
    },
    /// The node stops.
    Stopped,
}
