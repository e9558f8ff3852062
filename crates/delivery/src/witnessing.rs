//! Witnesses: [`CosignRound`] asks the witnesses of our ledger to cosign its head when it grew, each with its
//! own back-off; [`may_cosign`] is the rule for being a witness ourselves. The proofs and signatures are the
//! ledger's; the status codes are those of C2SP tlog-witness (409: "my size is another").

use std::collections::BTreeMap;
use std::time::Duration;

use thiserror::Error;

use crate::backoff::{backoff, spread};
use crate::intake::Digest;
use crate::time::Millis;

/// How a round behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CosignConfig {
    /// How many witnesses must cosign a head.
    pub quorum: usize,
    /// The longest possible first wait for a witness that failed.
    pub backoff_base: Duration,
    /// The longest possible wait.
    pub backoff_cap: Duration,
    /// How long an answer may take.
    pub answer_timeout: Duration,
}

impl Default for CosignConfig {
    /// Two witnesses; waits from one second up to five minutes; 30 seconds for an answer.
    fn default() -> Self {
        CosignConfig {
            quorum: 2,
            backoff_base: Duration::from_secs(1),
            backoff_cap: Duration::from_secs(300),
            answer_timeout: Duration::from_secs(30),
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CosignInput<W> {
    /// The ledger's head, durable, is of this size now.
    Grew {
        /// Leaves.
        size: u64,
    },
    /// The timer of the last [`CosignOutput::WakeAt`] went off.
    Tick,
    /// The witness cosigned and the driver verified it, but has not stored it: for drivers that store apart.
    Verified {
        /// Which one.
        witness: W,
        /// The size that it cosigned.
        size: u64,
    },
    /// The witness cosigned, and its cosignature is verified and durable. Only this counts for the quorum.
    Cosigned {
        /// Which one.
        witness: W,
        /// The size that it cosigned.
        size: u64,
    },
    /// The cosignature could not be stored; the witness is asked again later.
    StoreFailed {
        /// Whose.
        witness: W,
    },
    /// The witness answered 409: the last size that it saw is another than we said.
    Behind {
        /// Which one.
        witness: W,
        /// The size that it says.
        its_size: u64,
    },
    /// The witness refused, answered with something that does not verify, or not at all.
    Failed {
        /// Which one.
        witness: W,
        /// For the administrator.
        why: String,
    },
}

/// What the driver is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CosignOutput<W> {
    /// Ask the witness to cosign the head of `size`, with a consistency proof from `old_size`.
    Ask {
        /// Which one.
        witness: W,
        /// The size that it last saw; 0 for none.
        old_size: u64,
        /// The head to cosign.
        size: u64,
    },
    /// Store the cosignature just verified; answer with [`CosignInput::Cosigned`] or [`CosignInput::StoreFailed`].
    StoreCosignature {
        /// Whose.
        witness: W,
        /// Of which head.
        size: u64,
    },
    /// As many witnesses as the quorum asks for have cosigned this head or a later one.
    QuorumReached {
        /// The largest such size.
        size: u64,
    },
    /// Set the one timer.
    WakeAt(Millis),
    /// A witness has seen a larger ledger than we hold: ours was rolled back, or the witness is wrong. Show it.
    WitnessAhead {
        /// Which one.
        witness: W,
        /// The size that it says.
        its_size: u64,
        /// The size of our ledger.
        our_size: u64,
    },
    /// A witness has forgotten what it cosigned: it could now be made to cosign a second history. Show it.
    WitnessForgot {
        /// Which one.
        witness: W,
        /// The size that it says.
        its_size: u64,
        /// The size that it cosigned for us.
        cosigned: u64,
    },
}

/// What we know of one witness.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// The size that it last saw, as far as we know.
    size: u64,
    /// The size of which we hold its cosignature, durably.
    cosigned: u64,
    /// The size of which its cosignature is being stored.
    storing: Option<u64>,
    /// The head asked for, and when we give the question up.
    asked: Option<(u64, Millis)>,
    failures: u32,
    not_before: Option<Millis>,
}

impl Seen {
    fn back_off(&mut self, config: &CosignConfig, now: Millis, jitter: u64) {
        self.failures = self.failures.saturating_add(1);
        let wait = backoff(config.backoff_base, config.backoff_cap, self.failures, jitter);
        self.not_before = Some(now.after(wait));
    }
}

/// Cosigning of one ledger by its witnesses; keeps asking until every witness has cosigned the newest head.
#[derive(Debug)]
pub struct CosignRound<W> {
    config: CosignConfig,
    size: u64,
    quorum_at: u64,
    witnesses: BTreeMap<W, Seen>,
}

impl<W: Clone + Ord> CosignRound<W> {
    /// A round over `witnesses`, each with the size that it last cosigned for us (0 for none).
    #[must_use]
    pub fn new(config: CosignConfig, witnesses: impl IntoIterator<Item = (W, u64)>) -> Self {
        let seen = |(witness, size)| (witness, Seen { size, cosigned: size, ..Seen::default() });
        let witnesses = witnesses.into_iter().map(seen).collect();
        let mut round = CosignRound { config, size: 0, quorum_at: 0, witnesses };
        round.quorum_at = round.quorum_size();
        round
    }

    /// Takes one input at the time `now`; `jitter` is 64 random bits. A `WakeAt` replaces the one before it.
    pub fn handle(&mut self, now: Millis, input: CosignInput<W>, jitter: u64) -> Vec<CosignOutput<W>> {
        let mut outputs = match input {
            CosignInput::Grew { size } => {
                self.size = self.size.max(size);
                Vec::new()
            }
            CosignInput::Tick => self.give_up_late_answers(now, jitter),
            CosignInput::Verified { witness, size } => self.verified(witness, size),
            CosignInput::Cosigned { witness, size } => self.cosigned(&witness, size),
            CosignInput::StoreFailed { witness } => {
                self.store_failed(now, &witness, jitter);
                Vec::new()
            }
            CosignInput::Behind { witness, its_size } => self.behind(now, witness, its_size, jitter),
            CosignInput::Failed { witness, .. } => {
                self.failed(now, &witness, jitter);
                Vec::new()
            }
        };
        outputs.extend(self.ask_those_due(now));
        // A time planned before the clock went back may lie days ahead: look again within the cap.
        let latest = now.after(self.config.backoff_cap);
        outputs.extend(self.next_wake().map(|at| CosignOutput::WakeAt(at.min(latest))));
        outputs
    }

    /// The largest size that a quorum has cosigned; 0 for none.
    #[must_use]
    pub fn quorum_size(&self) -> u64 {
        let mut sizes: Vec<u64> = self.witnesses.values().map(|seen| seen.cosigned).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        let place = self.config.quorum.max(1) - 1;
        sizes.get(place).copied().unwrap_or(0)
    }

    /// An answer to a question given up counts too; one for a head that we never had does not.
    fn verified(&mut self, witness: W, size: u64) -> Vec<CosignOutput<W>> {
        let Some(seen) = self.witnesses.get_mut(&witness) else { return Vec::new() };
        if size > self.size || size <= seen.cosigned || seen.storing.is_some() {
            return Vec::new();
        }
        if seen.asked.is_some_and(|(asked, _)| asked <= size) {
            seen.asked = None;
        }
        seen.size = seen.size.max(size);
        seen.storing = Some(size);
        vec![CosignOutput::StoreCosignature { witness, size }]
    }

    fn cosigned(&mut self, witness: &W, size: u64) -> Vec<CosignOutput<W>> {
        let Some(seen) = self.witnesses.get_mut(witness) else { return Vec::new() };
        if size > self.size || size <= seen.cosigned {
            return Vec::new();
        }
        if seen.asked.is_some_and(|(asked, _)| asked <= size) {
            seen.asked = None;
        }
        seen.size = seen.size.max(size);
        (seen.storing, seen.cosigned, seen.failures, seen.not_before) = (None, size, 0, None);
        let reached = self.quorum_size();
        if reached <= self.quorum_at {
            return Vec::new();
        }
        self.quorum_at = reached;
        vec![CosignOutput::QuorumReached { size: reached }]
    }

    fn store_failed(&mut self, now: Millis, witness: &W, jitter: u64) {
        if let Some(seen) = self.witnesses.get_mut(witness)
            && seen.storing.take().is_some()
        {
            seen.back_off(&self.config, now, jitter);
        }
    }

    /// Asks again from the witness's own size, at once when that is news, else with back-off.
    fn behind(&mut self, now: Millis, witness: W, its_size: u64, jitter: u64) -> Vec<CosignOutput<W>> {
        let our_size = self.size;
        let Some(seen) = self.witnesses.get_mut(&witness) else { return Vec::new() };
        if seen.asked.is_none() {
            return Vec::new();
        }
        if its_size > our_size {
            self.failed(now, &witness, jitter);
            return vec![CosignOutput::WitnessAhead { witness, its_size, our_size }];
        }
        let cosigned = seen.cosigned;
        let news = seen.size != its_size && seen.failures == 0;
        seen.size = its_size;
        if news {
            seen.asked = None;
            seen.failures = 1;
        } else {
            self.failed(now, &witness, jitter);
        }
        let forgot = CosignOutput::WitnessForgot { witness, its_size, cosigned };
        if its_size < cosigned { vec![forgot] } else { Vec::new() }
    }

    fn failed(&mut self, now: Millis, witness: &W, jitter: u64) {
        if let Some(seen) = self.witnesses.get_mut(witness)
            && seen.asked.take().is_some()
        {
            seen.back_off(&self.config, now, jitter);
        }
    }

    fn give_up_late_answers(&mut self, now: Millis, jitter: u64) -> Vec<CosignOutput<W>> {
        let timeout = self.config.answer_timeout;
        let is_late = |seen: &Seen| seen.asked.is_some_and(|(_, end)| now.has_reached(end, timeout));
        let late: Vec<W> =
            self.witnesses.iter().filter(|(_, s)| is_late(s)).map(|(w, _)| w.clone()).collect();
        for (index, witness) in late.iter().enumerate() {
            self.failed(now, witness, spread(jitter, u64::try_from(index).unwrap_or(0)));
        }
        Vec::new()
    }

    fn ask_those_due(&mut self, now: Millis) -> Vec<CosignOutput<W>> {
        let (size, cap, end) = (self.size, self.config.backoff_cap, now.after(self.config.answer_timeout));
        let mut asks = Vec::new();
        for (witness, seen) in &mut self.witnesses {
            let waits = seen.not_before.is_some_and(|at| !now.has_reached(at, cap));
            if seen.cosigned < size && seen.asked.is_none() && seen.storing.is_none() && !waits {
                seen.asked = Some((size, end));
                asks.push(CosignOutput::Ask { witness: witness.clone(), old_size: seen.size, size });
            }
        }
        asks
    }

    fn next_wake(&self) -> Option<Millis> {
        let wake = |seen: &Seen| match seen.asked {
            Some((_, end)) => Some(end),
            None => seen.not_before.filter(|_| seen.cosigned < self.size && seen.storing.is_none()),
        };
        self.witnesses.values().filter_map(wake).min()
    }
}

/// Why a witness does not cosign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WitnessRefusal {
    /// 409: the last size that we saw is another.
    #[error("the last size seen here is `{ours}`; ask again from that size")]
    OldSizeDiffers {
        /// The size that we saw.
        ours: u64,
    },
    /// 422 or 409 by specification: the new head is smaller than the old one.
    #[error("the ledger shrank from `{ours}`; ask the ledger's administrator")]
    Shrank {
        /// The size that we saw.
        ours: u64,
    },
    /// 409: two roots for one size: two histories.
    #[error("the ledger shows two histories of size `{0}`; ask the ledger's administrator")]
    Forked(u64),
    /// 422: the consistency proof does not hold.
    #[error("the new head does not follow from the old one; send a proof from the size last seen here")]
    NotConsistent,
}

/// A head that may be cosigned once it is stored; the cosignature is released by [`StoreFirst::stored`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct StoreFirst {
    size: u64,
    root: Digest,
}

impl StoreFirst {
    /// The state to store durably: size and root.
    #[must_use]
    pub fn state(&self) -> (u64, Digest) {
        (self.size, self.root)
    }

    /// To be called after the state is durable.
    #[must_use]
    pub fn stored(self) -> MaySign {
        MaySign { size: self.size, root: self.root }
    }
}

/// Permission to sign this head, and no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaySign {
    size: u64,
    root: Digest,
}

impl MaySign {
    /// The head to cosign: size and root.
    #[must_use]
    pub fn head(&self) -> (u64, Digest) {
        (self.size, self.root)
    }
}

/// Whether a witness that last stored `last` may cosign the head (`size`, `root`), asked from `old_size`.
/// `consistent`: the consistency proof from `old_size` to `size` holds for the stored root.
///
/// # Errors
/// The first rule that is broken, in the order of C2SP tlog-witness.
pub fn may_cosign(
    last: Option<(u64, Digest)>,
    old_size: u64,
    (size, root): (u64, Digest),
    consistent: bool,
) -> Result<StoreFirst, WitnessRefusal> {
    let (seen, seen_root) = last.map_or((0, None), |(seen, digest)| (seen, Some(digest)));
    if old_size != seen {
        return Err(WitnessRefusal::OldSizeDiffers { ours: seen });
    }
    if size < seen {
        return Err(WitnessRefusal::Shrank { ours: seen });
    }
    if size == seen && seen_root.is_some_and(|known| known != root) {
        return Err(WitnessRefusal::Forked(size));
    }
    if seen > 0 && !consistent {
        return Err(WitnessRefusal::NotConsistent);
    }
    Ok(StoreFirst { size, root })
}

#[cfg(test)]
mod tests;
