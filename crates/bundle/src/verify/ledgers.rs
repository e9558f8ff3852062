//! Ledgers: checkpoints with their witnesses, each judged once however many proofs share it, and the proofs under them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use comity_ledger::{InclusionFile, SignedCheckpoint, VerifiedCheckpoint, leaf_hash, verify_inclusion};
use comity_model::AuthorityId;
use comity_record::Directory;

use super::members::Members;

/// A checkpoint that its ledger signed and the quorum cosigned.
struct Held {
    checkpoint: VerifiedCheckpoint,
    witnesses: Vec<String>,
}

type Judged = Arc<Result<Held, String>>;

/// What was judged so far, by the checkpoint's whole text.
pub(super) struct Ledgers<'a> {
    members: &'a Members,
    judged: Mutex<BTreeMap<String, Judged>>,
}

impl<'a> Ledgers<'a> {
    pub(super) fn new(members: &'a Members) -> Self {
        Self { members, judged: Mutex::default() }
    }

    /// Checks that `entry` is in the ledger of the node that serves `by`, under a witnessed checkpoint.
    pub(super) fn prove(&self, file: &InclusionFile, entry: &[u8], by: &AuthorityId) -> Result<(), String> {
        let origin = file.checkpoint.unverified().origin();
        let serves = |directory: &Directory| directory.node_of(by).is_some_and(|node| node.name == origin);
        if !self.members.newest_first().any(serves) {
            return Err(format!("`{}` is not the ledger of `{by}`", origin.escape_debug()));
        }
        let judged = self.judge(&file.checkpoint);
        let held = judged.as_ref().as_ref().map_err(Clone::clone)?;
        let (size, root) = (held.checkpoint.size(), held.checkpoint.root());
        verify_inclusion(leaf_hash(entry), file.index, size, root, &file.proof)
            .map_err(|fault| fault.to_string())
    }

    /// As [`Ledgers::prove`], where the checkpoint needs no witness: receipts are made before any could cosign.
    pub(super) fn prove_unwitnessed(
        &self,
        file: &InclusionFile,
        entry: &[u8],
        by: &AuthorityId,
    ) -> Result<(), String> {
        let mut why = format!("no registry names a ledger of `{by}`");
        for directory in self.members.newest_first() {
            let Some(keys) = directory.node_of(by).and_then(|node| directory.keys_of(&node.name)) else {
                continue;
            };
            let proved = file
                .checkpoint
                .verify_log(&keys.ledger)
                .map_err(|fault| fault.to_string())
                .and_then(|head| {
                    let checked =
                        verify_inclusion(leaf_hash(entry), file.index, head.size(), head.root(), &file.proof);
                    checked.map_err(|fault| fault.to_string())
                });
            match proved {
                Ok(()) => return Ok(()),
                Err(fault) => why = fault,
            }
        }
        Err(why)
    }

    /// Checks a checkpoint by itself.
    pub(super) fn check(&self, checkpoint: &SignedCheckpoint) -> Result<(), String> {
        self.judge(checkpoint).as_ref().as_ref().map(|_| ()).map_err(Clone::clone)
    }

    /// How many different checkpoints held.
    pub(super) fn held(&self) -> usize {
        self.lock().values().filter(|judged| judged.is_ok()).count()
    }

    /// The names of all witnesses' keys that cosigned them.
    pub(super) fn witnesses(&self) -> Vec<String> {
        let judged = self.lock();
        let held = judged.values().filter_map(|judged| judged.as_ref().as_ref().ok());
        held.flat_map(|held| held.witnesses.iter().cloned()).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Judged>> {
        self.judged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn judge(&self, signed: &SignedCheckpoint) -> Judged {
        let text = signed.to_string();
        if let Some(judged) = self.lock().get(&text) {
            return judged.clone();
        }
        let judged = Arc::new(self.judge_anew(signed));
        self.lock().insert(text, judged.clone());
        judged
    }

    /// By the newest registry that knows the ledger and by which it holds: nodes and witnesses come and go.
    fn judge_anew(&self, signed: &SignedCheckpoint) -> Result<Held, String> {
        let origin = signed.unverified().origin();
        let mut first_fault = None;
        for directory in self.members.newest_first() {
            match judge_by(directory, origin, signed) {
                Some(Ok(held)) => return Ok(held),
                Some(Err(why)) => drop(first_fault.get_or_insert(why)),
                None => {}
            }
        }
        Err(first_fault
            .unwrap_or_else(|| format!("no registry knows the ledger `{}`", origin.escape_debug())))
    }
}

fn judge_by(directory: &Directory, origin: &str, signed: &SignedCheckpoint) -> Option<Result<Held, String>> {
    let keys = directory.keys_of(origin)?;
    let verified = signed.verify_log(&keys.ledger).map_err(|fault| format!("the checkpoint: {fault}"));
    let policy = directory.policy(origin).map_err(|fault| fault.to_string());
    let met = policy
        .and_then(|policy| policy.quorum_met(signed).map_err(|fault| format!("the checkpoint: {fault}")));
    Some(verified.and_then(|checkpoint| {
        let witnesses = met?.witnesses.into_iter().map(|witness| witness.key_name).collect();
        Ok(Held { checkpoint, witnesses })
    }))
}
