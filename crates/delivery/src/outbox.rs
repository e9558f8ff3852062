//! Which rows of the outbox are due, and in which order they leave: by urgency, then by age, then by id.
//!
//! The same rule in SQL: `WHERE peer = $1 AND state = 'waiting' AND (due_at <= $now OR due_at > $now + $horizon)
//! ORDER BY priority, queued_at, id LIMIT $limit`.

use std::cmp::Ordering;
use std::time::Duration;

use crate::time::Millis;

/// What the order of delivery depends on, of one row that waits in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry<Id> {
    /// The message's id.
    pub id: Id,
    /// Urgency as a rank: 0 leaves first.
    pub priority: u8,
    /// When it was put into the outbox.
    pub queued_at: Millis,
    /// When it may next be tried.
    pub due_at: Millis,
    /// How often it was tried.
    pub tries: u32,
    /// Size on the wire, in bytes.
    pub size: u64,
}

impl<Id: Ord> OutboxEntry<Id> {
    /// Whether the row may be tried now; `horizon` is the back-off's cap (see [`Millis::has_reached`]).
    #[must_use]
    pub fn is_due(&self, now: Millis, horizon: Duration) -> bool {
        now.has_reached(self.due_at, horizon)
    }

    /// Which of two due rows leaves first.
    #[must_use]
    pub fn delivery_order(&self, other: &Self) -> Ordering {
        let key = |row: &Self| (row.priority, row.queued_at);
        key(self).cmp(&key(other)).then_with(|| self.id.cmp(&other.id))
    }
}

/// The due rows that make the next batch, in their order: at most `limit`, and at most `bytes` in all, but
/// always one, however large. The flag says that more are due.
#[must_use]
pub fn pick_due<Id: Ord>(
    rows: &[OutboxEntry<Id>],
    now: Millis,
    horizon: Duration,
    limit: usize,
    bytes: u64,
) -> (Vec<&OutboxEntry<Id>>, bool) {
    let mut due: Vec<_> = rows.iter().filter(|row| row.is_due(now, horizon)).collect();
    due.sort_by(|a, b| a.delivery_order(b));
    let mut total = 0_u64;
    let fits = |row: &&OutboxEntry<Id>| {
        let first = total == 0;
        total = total.saturating_add(row.size.max(1));
        first || total <= bytes
    };
    let taken = due.iter().copied().take(limit).take_while(fits).count();
    let more = due.len() > taken;
    due.truncate(taken);
    (due, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HORIZON: Duration = Duration::from_secs(300);

    fn row(id: u32, priority: u8, queued: u64, due: u64, size: u64) -> OutboxEntry<u32> {
        OutboxEntry { id, priority, queued_at: Millis(queued), due_at: Millis(due), tries: 0, size }
    }

    fn ids(rows: &[OutboxEntry<u32>], now: u64, limit: usize, bytes: u64) -> (Vec<u32>, bool) {
        let (picked, more) = pick_due(rows, Millis(now), HORIZON, limit, bytes);
        (picked.iter().map(|row| row.id).collect(), more)
    }

    #[test]
    fn the_urgent_leave_before_the_old_and_the_old_before_the_new() {
        let rows = [row(1, 2, 10, 0, 1), row(2, 0, 30, 0, 1), row(3, 2, 5, 0, 1), row(4, 0, 20, 0, 1)];
        assert_eq!(ids(&rows, 100, 10, 100), (vec![4, 2, 3, 1], false));
    }

    #[test]
    fn a_row_that_backs_off_delays_no_other() {
        let rows = [row(1, 0, 1, 200, 1), row(2, 1, 2, 0, 1)];
        assert_eq!(ids(&rows, 100, 10, 100), (vec![2], false));
    }

    #[test]
    fn a_batch_keeps_to_its_count_and_bytes_but_takes_one_oversized_row_alone() {
        let rows = [row(1, 0, 1, 0, 60), row(2, 0, 2, 0, 60), row(3, 0, 3, 0, 10)];
        assert_eq!(ids(&rows, 100, 10, 50), (vec![1], true));
        assert_eq!(ids(&rows, 100, 2, 500), (vec![1, 2], true));
    }

    #[test]
    fn a_clock_that_went_back_a_day_does_not_hold_a_row_for_a_day() {
        let day = 86_400_000;
        assert_eq!(ids(&[row(1, 0, 1, day * 2, 1)], day, 10, 100), (vec![1], false));
    }
}
