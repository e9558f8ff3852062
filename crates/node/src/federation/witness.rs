//! Witnessing: as a witness, cosigning peers' checkpoints (C2SP tlog-witness); as a log, having the own head cosigned.

use super::{client::PeerClient, now_millis, told_to_stop};
use crate::{
    Node,
    journal::ledger,
    random,
    store::{Store, StoreError, Value},
};
use comity_delivery::{CosignConfig, CosignInput, CosignOutput, CosignRound};
use comity_ledger::{
    Accepted, AddCheckpoint, Hash, NoteVerifier, SIZE_CONTENT_TYPE, SignatureLine, SignedCheckpoint,
    WitnessRefusal, consider, cosign,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

/// The least time between two rounds of cosigning: what happens meanwhile is cosigned together.
const ROUND: Duration = Duration::from_millis(200);

/// A witness's answer.
pub struct WitnessAnswer {
    /// HTTP status.
    pub status: u16,
    /// Media type.
    pub content_type: &'static str,
    /// Signature lines, or what is wrong.
    pub body: String,
}

fn plain(status: u16, body: String) -> WitnessAnswer {
    WitnessAnswer { status, content_type: "text/plain; charset=utf-8", body }
}

/// Considers a peer's checkpoint; stores what was accepted, and only then cosigns it.
pub async fn add_checkpoint(node: &Node, text: &str) -> WitnessAnswer {
    match try_add(node, text).await {
        Ok(Ok(lines)) => plain(200, lines.iter().map(|line| format!("{line}\n")).collect()),
        Ok(Err(refusal)) => {
            if refusal.is_evidence() {
                tracing::error!(%refusal, "a peer's ledger shows two histories");
            }
            match refusal.body() {
                Some(body) => {
                    WitnessAnswer { status: refusal.status(), content_type: SIZE_CONTENT_TYPE, body }
                }
                None => plain(refusal.status(), refusal.to_string()),
            }
        }
        Err(fault) => {
            tracing::error!(%fault, "a peer's checkpoint is not cosigned");
            plain(503, "try again".into())
        }
    }
}

async fn try_add(node: &Node, text: &str) -> Result<Result<Vec<SignatureLine>, WitnessRefusal>, StoreError> {
    let request = match AddCheckpoint::parse(text) {
        Ok(request) => request,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let origin = request.checkpoint.unverified().origin().to_owned();
    let registry = node.registry();
    let keys: Vec<NoteVerifier> =
        registry.keys_of(&origin).map(|keys| keys.ledger.clone()).into_iter().collect();
    let last = last_seen(&node.store, &origin).await?;
    let accepted = match consider(last, &request, &keys) {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if !store_seen(&node.store, &origin, &accepted).await? {
        // Another request came between: the asker is told the size that is stored now.
        let known = last_seen(&node.store, &origin).await?.map_or(0, |(size, _)| size);
        return Ok(Err(WitnessRefusal::OtherSize { known }));
    }
    let signers: Vec<_> = node.keys.witness.iter().collect();
    let now = u64::try_from(random::now().as_second()).unwrap_or(0);
    cosign(&accepted, &signers, now).map(Ok).map_err(|fault| StoreError::Ledger(fault.to_string()))
}

async fn last_seen(store: &Store, origin: &str) -> Result<Option<(u64, Hash)>, StoreError> {
    let sql = "/* last_seen */ SELECT size, root FROM witnessed WHERE origin = $1";
    let Some(row) = store.fetch_optional(sql, &[origin.into()]).await? else { return Ok(None) };
    let wrong = |_| StoreError::Corrupt { column: 1, expected: "a hash" };
    let root: [u8; 32] = row.bytes(1)?.try_into().map_err(wrong)?;
    Ok(Some((row.unsigned(0)?, Hash::from_bytes(root))))
}

/// Stores what was accepted unless the stored size has changed since; `false` where it has.
async fn store_seen(store: &Store, origin: &str, accepted: &Accepted) -> Result<bool, StoreError> {
    let (size, root) = (accepted.checkpoint().size(), accepted.checkpoint().root().as_bytes().to_vec());
    let mut tx = store.begin("store_witnessed").await?;
    let previous = accepted.previous_size();
    let values = [Value::from(origin), size.into(), root.into(), previous.into()];
    let updated = tx
        .execute(
            "/* update_witnessed */ UPDATE witnessed SET size = $2, root = $3 WHERE origin = $1 AND size = $4",
            &values,
        )
        .await?;
    let stored = if updated == 0 && previous == 0 {
        let sql = "/* insert_witnessed */ INSERT INTO witnessed (origin, size, root) VALUES ($1, $2, $3) \
                   ON CONFLICT (origin) DO NOTHING";
        tx.execute(sql, &values[..3]).await?
    } else {
        updated
    };
    tx.commit().await?;
    Ok(stored == 1)
}

/// Has the own head cosigned whenever the ledger grew.
pub fn start(node: &Arc<Node>, stop: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(run(node.clone(), stop))
}

async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let mut registry = node.follow_registry();
    loop {
        let mut own = Cosigning::new(node.clone());
        tokio::select! {
            () = told_to_stop(&mut stop) => return,
            () = own.follow() => return,
            changed = registry.changed() => if changed.is_err() { return },
        }
    }
}

struct Cosigning {
    node: Arc<Node>,
    round: CosignRound<String>,
    clients: BTreeMap<String, PeerClient>,
    heads: BTreeMap<u64, SignedCheckpoint>,
    wake: Option<comity_delivery::Millis>,
}

impl Cosigning {
    fn new(node: Arc<Node>) -> Self {
        let registry = node.registry();
        let witnesses: Vec<(String, u64)> = registry
            .registry()
            .nodes
            .iter()
            .filter(|witness| witness.name != node.config.name)
            .map(|witness| (witness.name.clone(), 0))
            .collect();
        let config = CosignConfig {
            quorum: registry.registry().witness_quorum,
            backoff_base: Duration::from_millis(node.config.delivery.backoff_base_ms),
            backoff_cap: Duration::from_millis(node.config.delivery.backoff_cap_ms),
            answer_timeout: Duration::from_millis(node.config.delivery.answer_timeout_ms),
        };
        let round = CosignRound::new(config, witnesses);
        Self { node, round, clients: BTreeMap::new(), heads: BTreeMap::new(), wake: None }
    }

    async fn follow(&mut self) {
        let mut grown = self.node.store.follow();
        loop {
            let size = *grown.borrow_and_update();
            if size > 0 {
                self.feed(CosignInput::Grew { size }).await;
            }
            sleep(ROUND).await;
            let wait = self.wake.map_or(Duration::MAX, |at| at.since(now_millis()));
            tokio::select! {
                changed = grown.changed() => if changed.is_err() { return },
                () = sleep(wait.min(Duration::from_secs(3600))) => self.feed(CosignInput::Tick).await,
            }
        }
    }

    async fn feed(&mut self, input: CosignInput<String>) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            self.wake = None;
            let outputs = self.round.handle(now_millis(), input, random::number());
            let mut asks = Vec::new();
            for output in outputs {
                match output {
                    CosignOutput::Ask { witness, old_size, size } => asks.push((witness, old_size, size)),
                    CosignOutput::WakeAt(at) => self.wake = Some(at),
                    CosignOutput::WitnessAhead { .. } | CosignOutput::WitnessForgot { .. } => {
                        tracing::error!(?output, "witness alarm");
                    }
                    CosignOutput::StoreCosignature { .. } | CosignOutput::QuorumReached { .. } => {}
                }
            }
            inputs.extend(self.ask_all(asks).await);
        }
    }

    async fn ask_all(&mut self, asks: Vec<(String, u64, u64)>) -> Vec<CosignInput<String>> {
        for (witness, _, _) in &asks {
            if !self.clients.contains_key(witness)
                && let Ok(client) = PeerClient::new(&self.node, witness)
            {
                self.clients.insert(witness.clone(), client);
            }
        }
        let mut bodies = Vec::with_capacity(asks.len());
        for (witness, old_size, size) in asks {
            let body = self.request(old_size, size).await;
            bodies.push((witness, size, body));
        }
        let clients = &self.clients;
        let ask = |(witness, size, body): (String, u64, Result<String, StoreError>)| async move {
            let answer = match (clients.get(&witness), body) {
                (Some(client), Ok(body)) => client.add_checkpoint(body).await,
                (None, _) => Err("no connection can be made".into()),
                (_, Err(fault)) => Err(fault.to_string()),
            };
            (witness, size, answer)
        };
        let answers = futures_util::future::join_all(bodies.into_iter().map(ask)).await;
        let mut inputs = Vec::new();
        for (witness, size, answer) in answers {
            inputs.push(self.answered(witness, size, answer).await);
        }
        inputs
    }

    async fn request(&mut self, old_size: u64, size: u64) -> Result<String, StoreError> {
        if !self.heads.contains_key(&size) {
            let root = ledger::root_at(&self.node, size).await?;
            self.heads.insert(size, ledger::sign_head(&self.node, size, root)?);
            while self.heads.len() > 8 {
                self.heads.pop_first();
            }
        }
        let proof =
            if old_size == 0 { Vec::new() } else { ledger::prove_growth(&self.node, old_size, size).await? };
        let checkpoint = self.heads.get(&size).cloned();
        let checkpoint = checkpoint.ok_or_else(|| StoreError::Ledger("the head is gone".into()))?;
        // The log's own line only: a witness need not see what others cosigned.
        let checkpoint = SignedCheckpoint::sign(checkpoint.unverified().clone(), &self.node.keys.ledger)
            .map_err(|fault| StoreError::Ledger(fault.to_string()))?;
        Ok(AddCheckpoint { old_size, proof, checkpoint }.to_string())
    }

    async fn answered(
        &mut self,
        witness: String,
        size: u64,
        answer: Result<(u16, String), String>,
    ) -> CosignInput<String> {
        let failed = |why: String| CosignInput::Failed { witness: witness.clone(), why };
        match answer {
            Ok((200, lines)) => match self.keep(&witness, size, &lines).await {
                Ok(()) => CosignInput::Cosigned { witness, size },
                Err(why) => failed(why),
            },
            Ok((409, text)) => match text.trim().parse() {
                Ok(its_size) => CosignInput::Behind { witness, its_size },
                Err(_) => failed("409 without a size".into()),
            },
            Ok((status, _)) => failed(format!("status {status}")),
            Err(why) => failed(why),
        }
    }

    /// Adds a witness's lines to the head; stores the head once the policy is satisfied.
    async fn keep(&mut self, witness: &str, size: u64, lines: &str) -> Result<(), String> {
        let registry = self.node.registry();
        let keys = registry.keys_of(witness).ok_or("not in the registry")?;
        let lines = SignatureLine::parse_lines(lines).map_err(|fault| fault.to_string())?;
        let head = self.heads.get_mut(&size).ok_or("the head is gone")?;
        let added = head.add_cosignatures(&lines, &keys.witness).map_err(|fault| fault.to_string())?;
        if added < keys.witness.len() {
            return Err("not every key of the witness has cosigned".into());
        }
        let policy = registry.policy(&self.node.config.name).map_err(|fault| fault.to_string())?;
        if policy.quorum_met(head).is_ok() {
            let text = head.to_string();
            store_cosigned(&self.node, size, text).await.map_err(|fault| fault.to_string())?;
        }
        Ok(())
    }
}

async fn store_cosigned(node: &Node, size: u64, text: String) -> Result<(), StoreError> {
    let mut tx = node.store.begin("store_cosigned").await?;
    let sql = "/* store_cosigned */ UPDATE ledger_head SET cosigned_size = $1, cosigned = $2 \
               WHERE id = 1 AND cosigned_size <= $1";
    tx.execute(sql, &[size.into(), text.into()]).await?;
    tx.commit().await?;
    node.cosigned.send_replace(size);
    Ok(())
}

/// The newest cosigned checkpoint, with its size.
///
/// # Errors
/// Where the database fails.
pub async fn cosigned_head(store: &Store) -> Result<Option<(u64, String)>, StoreError> {
    let sql = "/* cosigned_head */ SELECT cosigned_size, cosigned FROM ledger_head WHERE id = 1 AND cosigned IS NOT NULL";
    let row = store.fetch_optional(sql, &[]).await?;
    row.map(|row| Ok((row.unsigned(0)?, row.text(1)?))).transpose()
}
