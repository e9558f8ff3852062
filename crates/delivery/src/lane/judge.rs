//! From what a peer answered to what is recorded: pure functions.

use super::{Alarm, ById, Item, LaneConfig, Outcome, Verdict};
use crate::backoff::backoff;
use crate::time::Millis;

/// One outcome for each id: a verified receipt wins, else the first said counts.
pub(super) fn best_outcomes<Id: Ord>(outcomes: Vec<(Id, Outcome)>) -> ById<Id> {
    let mut best = ById::new();
    for (id, outcome) in outcomes {
        if outcome == Outcome::ReceiptVerified {
            best.insert(id, outcome);
        } else {
            best.entry(id).or_insert(outcome);
        }
    }
    best
}

/// What is recorded of `item`; `bits` are its own random bits.
pub(super) fn verdict<Id>(
    config: &LaneConfig,
    now: Millis,
    item: &Item<Id>,
    outcome: Option<&Outcome>,
    bits: u64,
) -> Verdict {
    let why = match outcome {
        Some(Outcome::ReceiptVerified) => return Verdict::Receipted,
        Some(Outcome::Refused { code }) if code.is_permanent() => return Verdict::DeadLetter { code: *code },
        Some(Outcome::Refused { code }) => format!("the peer put it off as `{code}`"),
        Some(Outcome::ReceiptFalse { why }) => format!("false receipt: {why}"),
        Some(Outcome::TryLater { why }) => why.clone(),
        None => "the answer says nothing about it".to_owned(),
    };
    let tries = item.tries.saturating_add(1);
    let wait = backoff(config.backoff_base, config.backoff_cap, tries, bits);
    Verdict::RetryAt { at: now.after(wait), tries, why }
}

/// The alarm for the false receipts of an answer, if there are any.
pub(super) fn false_receipts<Id>(by_id: &ById<Id>) -> Option<Alarm> {
    let mut false_ones = by_id.values().filter_map(|outcome| match outcome {
        Outcome::ReceiptFalse { why } => Some(why),
        _ => None,
    });
    let why = false_ones.next()?.clone();
    Some(Alarm::FalseReceipts { count: false_ones.count() + 1, why })
}
