//! Outbound: one [`Lane`] for each peer node. It loads the batch that is due, has it sent, turns the answer
//! into verdicts, has them recorded, and backs off when the peer fails. One batch is in flight at a time;
//! the lane knows the ids of that batch and nothing else.
//!
//! Two kinds of failure are kept apart, so that nothing waits for what is not its fault:
//! - the *peer* fails (unreachable, defers or refuses the whole batch, answers nothing sensible): the lane
//!   backs off, for as long as it takes;
//! - one *item* fails (false receipt, not mentioned, try later): its row backs off in the outbox, and the
//!   lane goes on with the others. A permanent refusal sends it to the dead letters.
//!
//! A new message during back-off waits for its end, except after the *first* failure in a row: one lost
//! packet should not hold up an urgent alert. A peer that named its own delay is never asked earlier.
//!
//! Verdicts must be recorded so that a receipt is final: a later verdict on a receipted row changes nothing.

use std::collections::BTreeMap;

use crate::backoff::{backoff, spread};
use crate::refusal::RefusalCode;
use crate::time::Millis;

mod judge;
mod words;

pub use words::{Alarm, Answer, Gate, Item, LaneConfig, LaneInput, LaneOutput, LaneStatus, Outcome, Verdict};

/// Failures in a row after which a silent peer is shown to the administrator.
pub const ALARM_AFTER: u32 = 5;

#[derive(Debug)]
enum State<Id> {
    Idle { wake: Option<Millis> },
    Loading,
    InFlight { items: Vec<Item<Id>>, deadline: Millis },
    Recording { verdicts: Vec<(Id, Verdict)>, retry: Option<Millis> },
    BackingOff { until: Millis, patient: bool },
    Held { recheck: Millis },
    Stopped,
}

/// The outbound state machine towards one peer; see the module's comment.
#[derive(Debug)]
pub struct Lane<Id> {
    config: LaneConfig,
    state: State<Id>,
    gate: Gate,
    /// Number of the last batch sent.
    attempt: u64,
    /// Failures of the peer in a row.
    failures: u32,
    /// Failures of our own database in a row.
    local_failures: u32,
    why: String,
    /// More may be due than was loaded.
    again: bool,
    /// When the next row falls due, as far as we know.
    next_due: Option<Millis>,
    /// Batches are smaller than configured while a poisonous item is looked for.
    narrowed: Option<u32>,
}

type Outputs<Id> = Vec<LaneOutput<Id>>;

impl<Id: Clone + Ord> Lane<Id> {
    /// A lane that waits for its first [`LaneInput::RegistryChanged`]; until then it sends nothing.
    #[must_use]
    pub fn new(config: LaneConfig) -> Self {
        Lane {
            config,
            state: State::Idle { wake: None },
            gate: Gate::Closed(RefusalCode::RegistryExpired),
            attempt: 0,
            failures: 0,
            local_failures: 0,
            why: String::new(),
            again: false,
            next_due: None,
            narrowed: None,
        }
    }

    /// Takes one input at the time `now`; `jitter` is 64 random bits. Returns what is to be done, in order.
    /// A [`LaneOutput::WakeAt`] replaces the one before it.
    pub fn handle(&mut self, now: Millis, input: LaneInput<Id>, jitter: u64) -> Outputs<Id> {
        if matches!(self.state, State::Stopped) {
            return Vec::new();
        }
        match input {
            LaneInput::Stopped => {
                self.state = State::Stopped;
                Vec::new()
            }
            LaneInput::Woken => self.woken(now),
            LaneInput::Tick => self.tick(now, jitter),
            LaneInput::Loaded { items, more, next_due } => self.loaded(now, items, more, next_due),
            LaneInput::LoadFailed => self.load_failed(now, jitter),
            LaneInput::Answered { attempt, answer } => self.answered(now, attempt, answer, jitter),
            LaneInput::Recorded { attempt } => self.recorded(now, attempt),
            LaneInput::RecordFailed { attempt } => self.record_failed(now, attempt, jitter),
            LaneInput::RegistryChanged { gate } => self.registry_changed(now, gate),
        }
    }

    /// What the lane does, for the administrator.
    #[must_use]
    pub fn status(&self) -> LaneStatus {
        match &self.state {
            State::Idle { .. } => LaneStatus::Idle,
            State::Loading | State::InFlight { .. } | State::Recording { .. } => LaneStatus::Sending,
            State::BackingOff { until, .. } => {
                LaneStatus::BackingOff { until: *until, failures: self.failures, why: self.why.clone() }
            }
            State::Held { .. } => LaneStatus::Held { code: self.gate_code() },
            State::Stopped => LaneStatus::Stopped,
        }
    }

    fn gate_code(&self) -> RefusalCode {
        match self.gate {
            Gate::OpenUntil(_) => RefusalCode::RegistryExpired,
            Gate::Closed(code) => code,
        }
    }

    fn woken(&mut self, now: Millis) -> Outputs<Id> {
        match self.state {
            State::Idle { .. } => self.load(now),
            State::BackingOff { patient: false, .. } | State::Held { .. } => self.load(now),
            _ => {
                self.again = true;
                Vec::new()
            }
        }
    }

    fn tick(&mut self, now: Millis, jitter: u64) -> Outputs<Id> {
        let cap = self.config.backoff_cap;
        match &mut self.state {
            State::Idle { wake: Some(at) }
            | State::BackingOff { until: at, .. }
            | State::Held { recheck: at } => {
                let at = *at;
                if now.has_reached(at, cap) { self.load(now) } else { vec![LaneOutput::WakeAt(at)] }
            }
            State::InFlight { deadline, .. } => {
                let deadline = *deadline;
                if now.has_reached(deadline, self.config.answer_timeout) {
                    self.peer_failed(now, "no answer in time".to_owned(), None, jitter)
                } else {
                    vec![LaneOutput::WakeAt(deadline)]
                }
            }
            State::Recording { verdicts, retry: Some(at) } => {
                if !now.has_reached(*at, cap) {
                    return vec![LaneOutput::WakeAt(*at)];
                }
                let verdicts = verdicts.clone();
                self.record(verdicts)
            }
            _ => Vec::new(),
        }
    }

    /// Asks for the next batch, or holds while the registry forbids to send.
    fn load(&mut self, now: Millis) -> Outputs<Id> {
        if let Some(code) = self.gate.closed_at(now) {
            return self.hold(now, code);
        }
        self.again = false;
        self.state = State::Loading;
        vec![LaneOutput::Load { limit: self.limit(), bytes: self.config.batch_bytes }]
    }

    /// Looks again from time to time: a clock that went ahead and is set right again opens the gate by itself.
    fn hold(&mut self, now: Millis, code: RefusalCode) -> Outputs<Id> {
        let already = matches!(self.state, State::Held { .. });
        let recheck = now.after(self.config.backoff_cap);
        self.state = State::Held { recheck };
        let alarm = (!already).then_some(LaneOutput::Raise(Alarm::Held { code }));
        std::iter::once(LaneOutput::WakeAt(recheck)).chain(alarm).collect()
    }

    fn limit(&self) -> u32 {
        self.narrowed.unwrap_or(self.config.batch_limit).max(1)
    }

    fn loaded(
        &mut self,
        now: Millis,
        mut items: Vec<Item<Id>>,
        more: bool,
        next_due: Option<Millis>,
    ) -> Outputs<Id> {
        if !matches!(self.state, State::Loading) {
            return Vec::new();
        }
        self.local_failures = 0;
        self.next_due = next_due;
        if items.is_empty() {
            return self.nothing_to_send(now, more);
        }
        if self.gate.closed_at(now).is_some() {
            return self.load(now);
        }
        let limit = usize::try_from(self.limit()).unwrap_or(usize::MAX);
        self.again |= more || items.len() > limit;
        items.truncate(limit);
        self.attempt = self.attempt.saturating_add(1);
        let deadline = now.after(self.config.answer_timeout);
        self.state = State::InFlight { items: items.clone(), deadline };
        vec![LaneOutput::Send { attempt: self.attempt, items }, LaneOutput::WakeAt(deadline)]
    }

    /// Due rows that another replica holds look like "nothing, more, due now": wait a little, do not spin.
    fn nothing_to_send(&mut self, now: Millis, more: bool) -> Outputs<Id> {
        if self.again {
            return self.load(now);
        }
        let soon = now.after(self.config.backoff_base);
        let wake = if more { Some(soon) } else { self.next_due.map(|at| at.max(soon)) };
        self.idle_until(now, wake)
    }

    /// A time planned before the clock went back may lie days ahead: look again within the cap.
    fn idle_until(&mut self, now: Millis, wake: Option<Millis>) -> Outputs<Id> {
        let wake = wake.map(|at| at.min(now.after(self.config.backoff_cap)));
        self.state = State::Idle { wake };
        wake.map(LaneOutput::WakeAt).into_iter().collect()
    }

    fn local_wait(&mut self, now: Millis, jitter: u64) -> Millis {
        self.local_failures = self.local_failures.saturating_add(1);
        let config = &self.config;
        now.after(backoff(config.backoff_base, config.backoff_cap, self.local_failures, jitter))
    }

    fn load_failed(&mut self, now: Millis, jitter: u64) -> Outputs<Id> {
        if !matches!(self.state, State::Loading) {
            return Vec::new();
        }
        let until = self.local_wait(now, jitter);
        self.why = "the own database could not be read".to_owned();
        self.state = State::BackingOff { until, patient: true };
        vec![LaneOutput::WakeAt(until)]
    }

    fn answered(&mut self, now: Millis, attempt: u64, answer: Answer<Id>, jitter: u64) -> Outputs<Id> {
        if attempt != self.attempt || !matches!(self.state, State::InFlight { .. }) {
            return self.late(attempt, answer);
        }
        match answer {
            Answer::Unreachable { why } => self.peer_failed(now, why, None, jitter),
            Answer::Deferred { why, retry_after } => {
                let why = format!("the peer put the batch off as `{why}`");
                self.peer_failed(now, why, retry_after, jitter)
            }
            Answer::RefusedWhole { code } => self.refused_whole(now, code, jitter),
            Answer::Outcomes(outcomes) => self.outcomes(now, outcomes, jitter),
        }
    }

    /// An answer to an attempt that was given up: its verified receipts are still true, all else is ignored.
    fn late(&mut self, attempt: u64, answer: Answer<Id>) -> Outputs<Id> {
        let being_recorded = attempt == self.attempt && matches!(self.state, State::Recording { .. });
        let Answer::Outcomes(outcomes) = answer else { return Vec::new() };
        if attempt == 0 || attempt > self.attempt || being_recorded {
            return Vec::new();
        }
        let receipted = |(id, outcome)| match outcome {
            Outcome::ReceiptVerified => Some((id, Verdict::Receipted)),
            _ => None,
        };
        let verdicts: Vec<_> = outcomes.into_iter().filter_map(receipted).collect();
        if verdicts.is_empty() { Vec::new() } else { vec![LaneOutput::Record { attempt, verdicts }] }
    }

    /// The peer failed as a whole: the rows stay as they are, the lane backs off.
    fn peer_failed(
        &mut self,
        now: Millis,
        why: String,
        retry_after: Option<std::time::Duration>,
        jitter: u64,
    ) -> Outputs<Id> {
        self.failures = self.failures.saturating_add(1);
        let config = &self.config;
        let own = backoff(config.backoff_base, config.backoff_cap, self.failures, jitter);
        let wait = own.max(retry_after.unwrap_or_default()).min(config.backoff_cap);
        let until = now.after(wait);
        self.state = State::BackingOff { until, patient: self.failures > 1 || retry_after.is_some() };
        let alarm = (self.failures == ALARM_AFTER)
            .then(|| LaneOutput::Raise(Alarm::PeerFailing { why: why.clone(), failures: ALARM_AFTER }));
        self.why = why;
        std::iter::once(LaneOutput::WakeAt(until)).chain(alarm).collect()
    }

    fn refused_whole(&mut self, now: Millis, code: RefusalCode, jitter: u64) -> Outputs<Id> {
        if code.blames_one_item() {
            return self.narrow(now, code);
        }
        let mut outputs =
            self.peer_failed(now, format!("the peer refused the batch as `{code}`"), None, jitter);
        outputs.push(LaneOutput::Raise(Alarm::BatchRefused { code }));
        outputs
    }

    /// Halves the batch until the item that spoils it stands alone; that one goes to the dead letters.
    fn narrow(&mut self, now: Millis, code: RefusalCode) -> Outputs<Id> {
        let State::InFlight { items, .. } = &self.state else { return Vec::new() };
        if let [alone] = items.as_slice() {
            let verdicts = vec![(alone.id.clone(), Verdict::DeadLetter { code })];
            self.again = true;
            return self.record(verdicts);
        }
        let half = u32::try_from(items.len() / 2).unwrap_or(u32::MAX).max(1);
        self.narrowed = Some(half);
        self.load(now)
    }

    fn outcomes(&mut self, now: Millis, outcomes: Vec<(Id, Outcome)>, jitter: u64) -> Outputs<Id> {
        let State::InFlight { items, .. } = &self.state else { return Vec::new() };
        let by_id = judge::best_outcomes(outcomes);
        if !items.iter().any(|item| by_id.contains_key(&item.id)) {
            return self.peer_failed(now, "the answer names nothing that was sent".to_owned(), None, jitter);
        }
        let judged: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let bits = spread(jitter, u64::try_from(index).unwrap_or(u64::MAX));
                (item.id.clone(), judge::verdict(&self.config, now, item, by_id.get(&item.id), bits))
            })
            .collect();
        let alarm = judge::false_receipts(&by_id);
        self.peer_answered(&judged);
        self.record(judged).into_iter().chain(alarm.map(LaneOutput::Raise)).collect()
    }

    fn peer_answered(&mut self, verdicts: &[(Id, Verdict)]) {
        self.failures = 0;
        self.why.clear();
        self.narrowed = self.narrowed.map(|n| n.saturating_mul(2)).filter(|n| *n < self.config.batch_limit);
        let retries = verdicts.iter().filter_map(|(_, verdict)| match verdict {
            Verdict::RetryAt { at, .. } => Some(*at),
            _ => None,
        });
        self.next_due = retries.chain(self.next_due).min();
    }

    fn record(&mut self, verdicts: Vec<(Id, Verdict)>) -> Outputs<Id> {
        self.state = State::Recording { verdicts: verdicts.clone(), retry: None };
        vec![LaneOutput::Record { attempt: self.attempt, verdicts }]
    }

    fn recorded(&mut self, now: Millis, attempt: u64) -> Outputs<Id> {
        if attempt != self.attempt || !matches!(self.state, State::Recording { .. }) {
            return Vec::new();
        }
        self.local_failures = 0;
        let due = self.next_due.is_some_and(|at| now.has_reached(at, self.config.backoff_cap));
        if self.again || due { self.load(now) } else { self.idle_until(now, self.next_due) }
    }

    fn record_failed(&mut self, now: Millis, attempt: u64, jitter: u64) -> Outputs<Id> {
        if attempt != self.attempt || !matches!(self.state, State::Recording { .. }) {
            return Vec::new();
        }
        let at = self.local_wait(now, jitter);
        if let State::Recording { retry, .. } = &mut self.state {
            *retry = Some(at);
        }
        vec![LaneOutput::WakeAt(at)]
    }

    /// A registry that lets us send may bring the peer's new address or keys: try at once, from the start.
    fn registry_changed(&mut self, now: Millis, gate: Gate) -> Outputs<Id> {
        self.gate = gate;
        let waits = matches!(self.state, State::Idle { .. } | State::Held { .. } | State::BackingOff { .. });
        if !waits {
            return Vec::new();
        }
        if self.gate.closed_at(now).is_some() {
            return self.load(now);
        }
        self.failures = 0;
        self.load(now)
    }
}

/// Outcomes by id; a type for the modules below.
type ById<Id> = BTreeMap<Id, Outcome>;

#[cfg(test)]
mod tests;
