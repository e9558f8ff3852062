//! One courier for each peer: drives the outbound lane with the database, the network and the clock.

use super::{
    answer::{self, HeldReceipt},
    client::{BatchReply, PeerClient},
    millis, now_millis, registry,
    store::{self, DeliveryId, LaneHeld, Outbox},
    timestamp, told_to_stop, wire,
};
use crate::{
    Node,
    journal::{About, Actor, Entry},
    random,
    store::{StoreError, Tx},
};
use comity_delivery::{
    Answer, Gate, Lane, LaneConfig, LaneInput, LaneOutput, LaneStatus, Millis, RefusalCode, Verdict,
};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

/// How long a replica holds a peer's lane without renewing.
const LEASE: Duration = Duration::from_secs(30);
/// How often the outbox is looked at although nobody woke the courier: another replica may have filled it.
const POLL: Duration = Duration::from_secs(5);

/// Starts a courier for every peer in the registry, and for those that later registries bring.
pub fn start(node: &Arc<Node>, stop: watch::Receiver<bool>) -> JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move {
        let mut couriers: BTreeMap<String, JoinHandle<()>> = BTreeMap::new();
        let mut registry = node.follow_registry();
        let mut stopped = stop.clone();
        loop {
            for peer in node.registry().registry().nodes.iter().map(|peer| peer.name.clone()) {
                couriers.entry(peer.clone()).or_insert_with(|| {
                    let courier = Courier::new(node.clone(), peer);
                    tokio::spawn(courier.run(stop.clone()))
                });
            }
            tokio::select! {
                () = told_to_stop(&mut stopped) => break,
                changed = registry.changed() => if changed.is_err() { break },
            }
        }
        for (_, courier) in couriers {
            let _ = courier.await;
        }
    })
}

struct Courier {
    node: Arc<Node>,
    peer: String,
    lane: Lane<DeliveryId>,
    client: Option<PeerClient>,
    /// What was loaded for the batch in flight.
    outbox: Outbox,
    /// Receipts that hold and are not yet recorded, by attempt.
    receipts: BTreeMap<u64, BTreeMap<DeliveryId, HeldReceipt>>,
    wake: Option<Millis>,
    leased_until: Millis,
    holder: String,
}

impl Courier {
    fn new(node: Arc<Node>, peer: String) -> Self {
        let delivery = &node.config.delivery;
        let lane = Lane::new(LaneConfig {
            batch_limit: delivery.batch.clamp(1, wire::MAX_BATCH as u32),
            backoff_base: Duration::from_millis(delivery.backoff_base_ms),
            backoff_cap: Duration::from_millis(delivery.backoff_cap_ms),
            answer_timeout: Duration::from_millis(delivery.answer_timeout_ms),
            ..LaneConfig::default()
        });
        let outbox = Outbox::default();
        let holder = hex::encode(random::bytes::<8>());
        let (client, wake, receipts, leased_until) = (None, None, BTreeMap::new(), Millis(0));
        Self { node, peer, lane, client, outbox, receipts, wake, leased_until, holder }
    }

    async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut woken = self.node.follow_outbox();
        let mut registry = self.node.follow_registry();
        let gate = self.gate();
        self.feed(LaneInput::RegistryChanged { gate }).await;
        loop {
            let wait = self.wake.map_or(POLL, |at| at.since(now_millis()).min(POLL));
            let polled = self.wake.is_none_or(|at| at > now_millis().after(POLL));
            let input = tokio::select! {
                () = told_to_stop(&mut stop) => break,
                _ = registry.changed() => {
                    self.client = None;
                    LaneInput::RegistryChanged { gate: self.gate() }
                }
                _ = woken.changed() => LaneInput::Woken,
                () = sleep(wait) => if polled { LaneInput::Woken } else { LaneInput::Tick },
            };
            if matches!(input, LaneInput::Woken) && matches!(self.lane.status(), LaneStatus::Held { .. }) {
                continue;
            }
            self.feed(input).await;
        }
        self.lane.handle(now_millis(), LaneInput::Stopped, 0);
        self.return_lane().await;
    }

    /// Gives the lane back to whoever delivers next: this node once it is started again, or another replica.
    async fn return_lane(&self) {
        if self.leased_until <= now_millis() {
            return;
        }
        if let Err(fault) = store::return_lane(&self.node.store, &self.peer, &self.holder).await {
            tracing::warn!(peer = self.peer, %fault, "a lane was not given back; its lease runs out by itself");
        }
    }

    fn gate(&self) -> Gate {
        let directory = self.node.registry();
        match directory.registry().node(&self.peer) {
            Some(_) => Gate::OpenUntil(millis(directory.registry().expires)),
            None => Gate::Closed(RefusalCode::UnknownSender),
        }
    }

    /// Feeds one input and carries out everything that follows from it.
    async fn feed(&mut self, input: LaneInput<DeliveryId>) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for output in self.lane.handle(now_millis(), input, random::number()) {
                inputs.extend(self.carry_out(output).await);
            }
        }
    }

    async fn carry_out(&mut self, output: LaneOutput<DeliveryId>) -> Option<LaneInput<DeliveryId>> {
        match output {
            LaneOutput::WakeAt(at) => {
                self.wake = Some(at);
                None
            }
            LaneOutput::Raise(alarm) => {
                tracing::warn!(peer = self.peer, ?alarm, "delivery alarm");
                None
            }
            LaneOutput::Load { limit, bytes } => Some(self.load(limit, bytes).await),
            LaneOutput::Send { attempt, .. } => {
                crate::faults::point("send_batch", "before_send");
                let answer = self.send(attempt).await;
                crate::faults::point("send_batch", "after_answer");
                Some(LaneInput::Answered { attempt, answer })
            }
            LaneOutput::Record { attempt, verdicts } => Some(match self.record(attempt, &verdicts).await {
                Ok(()) => {
                    self.receipts.remove(&attempt);
                    LaneInput::Recorded { attempt }
                }
                Err(fault) => {
                    tracing::error!(peer = self.peer, %fault, "verdicts are not recorded; trying again");
                    LaneInput::RecordFailed { attempt }
                }
            }),
        }
    }

    async fn load(&mut self, limit: u32, bytes: u64) -> LaneInput<DeliveryId> {
        self.wake = None;
        match self.try_load(limit, bytes).await {
            Ok(outbox) => {
                let loaded = LaneInput::Loaded {
                    items: outbox.items.clone(),
                    more: outbox.more,
                    next_due: outbox.next_due,
                };
                self.outbox = outbox;
                loaded
            }
            Err(fault) => {
                tracing::error!(peer = self.peer, %fault, "the outbox cannot be read; trying again");
                LaneInput::LoadFailed
            }
        }
    }

    async fn try_load(&mut self, limit: u32, bytes: u64) -> Result<Outbox, StoreError> {
        let now = random::now();
        let mut outbox = store::due(&self.node.store, &self.peer, now, limit, bytes).await?;
        if outbox.items.is_empty() {
            return Ok(outbox);
        }
        let Some(until) = self.held_elsewhere().await? else { return Ok(outbox) };
        // Another replica delivers to this peer: look again when its lease may have ended.
        outbox.items.clear();
        outbox.due.clear();
        outbox.more = false;
        outbox.next_due = Some(millis(until).after(Duration::from_millis(1)));
        Ok(outbox)
    }

    /// Takes the lane or renews the lease; where another replica has it, until when.
    async fn held_elsewhere(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let now = now_millis();
        if self.leased_until > now.after(LEASE / 2) {
            return Ok(None);
        }
        let until = now.after(LEASE);
        let times = (timestamp(now), timestamp(until));
        match store::take_lane(&self.node.store, &self.peer, &self.holder, times.0, times.1).await? {
            LaneHeld::Ours => {
                self.leased_until = until;
                Ok(None)
            }
            LaneHeld::Until(theirs) => Ok(Some(theirs)),
        }
    }

    async fn send(&mut self, attempt: u64) -> Answer<DeliveryId> {
        if self.client.is_none() {
            match PeerClient::new(&self.node, &self.peer) {
                Ok(client) => self.client = Some(client),
                Err(fault) => return Answer::Unreachable { why: fault.to_string() },
            }
        }
        let write = |item: &comity_delivery::Item<DeliveryId>| {
            let due = self.outbox.due.get(&item.id)?;
            Some(wire::write_item(item.id.1.as_str(), &due.envelope, &due.body))
        };
        let items: Vec<String> = self.outbox.items.iter().filter_map(write).collect();
        let version = self.node.registry().registry().version;
        let batch = wire::write_batch(now_millis().0, version, &items);
        let reply = match &self.client {
            Some(client) => client.send_batch(batch).await,
            None => BatchReply::Nothing("no client".into()),
        };
        match reply {
            BatchReply::Nothing(why) => {
                // A connection that failed once is not used again: it may be half open.
                self.client = None;
                Answer::Unreachable { why }
            }
            BatchReply::Whole(refusal) => {
                registry::catch_up(&self.node, &self.peer, refusal.registry).await;
                let code = refusal.code;
                if code.is_permanent() {
                    Answer::RefusedWhole { code }
                } else {
                    Answer::Deferred { why: code, retry_after: None }
                }
            }
            BatchReply::Answer(answer) => self.judge(attempt, answer).await,
        }
    }

    async fn judge(&mut self, attempt: u64, batch_answer: wire::BatchAnswer) -> Answer<DeliveryId> {
        // First, so that a receipt under a key that only the newer registry knows is not taken for a false one.
        registry::catch_up(&self.node, &self.peer, batch_answer.registry).await;
        let directory = self.node.registry();
        let sent = self.outbox.items.clone();
        let due = std::mem::take(&mut self.outbox.due);
        let judged = tokio::task::spawn_blocking(move || {
            answer::judge(&directory, &sent, &due, batch_answer, random::now())
        });
        match judged.await {
            Ok(judged) => {
                self.receipts.insert(attempt, judged.receipts);
                Answer::Outcomes(judged.outcomes)
            }
            Err(_) => Answer::Unreachable { why: "the answer could not be checked".into() },
        }
    }

    async fn record(&self, attempt: u64, verdicts: &[(DeliveryId, Verdict)]) -> Result<(), StoreError> {
        let at = random::now();
        let mut tx = self.node.store.begin("record_verdicts").await?;
        self.record_receipts(&mut tx, attempt, verdicts, at).await?;
        for (id, verdict) in verdicts {
            match verdict {
                Verdict::Receipted => {}
                Verdict::RetryAt { at, tries, why } => {
                    store::put_off(&mut tx, id, timestamp(*at), *tries, why).await?;
                }
                Verdict::DeadLetter { code } => {
                    if store::bury(&mut tx, id, code.as_str()).await? {
                        let (message, recipient) = id;
                        let detail = serde_json::json!({ "recipient": recipient, "code": code });
                        let about = crate::exchange::about_message(&mut tx, *message).await?;
                        let sender = about.1;
                        tx.record(Entry::new(
                            at,
                            sender.as_ref(),
                            &Actor::Node,
                            "delivery_refused",
                            about.0,
                            detail,
                        ));
                    }
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn record_receipts(
        &self,
        tx: &mut Tx,
        attempt: u64,
        verdicts: &[(DeliveryId, Verdict)],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(held) = self.receipts.get(&attempt) else { return Ok(()) };
        let receipted = verdicts.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Receipted));
        let receipts: Vec<_> = receipted.filter_map(|(id, _)| Some((id, held.get(id)?))).collect();
        let new = store::receipted(tx, &receipts, at).await?;
        for (id, receipt) in receipts {
            if new.contains(id) {
                let known = self.outbox.abouts.get(id);
                crate::exchange::record_receipt(tx, id, known, &receipt.sha256, at).await?;
            }
        }
        Ok(())
    }
}

/// What an entry about a message is about.
pub(crate) type AboutMessage = (About, Option<comity_model::AuthorityId>);
