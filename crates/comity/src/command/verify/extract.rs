//! Writes the parts of a record as files in the formats that other people's tools check: DSSE envelopes, age files,
//! C2SP proofs, checkpoint and policy, and the public keys.

use crate::failure::Failure;
use base64::{Engine, prelude::BASE64_STANDARD};
use comity_ledger::{Hash, InclusionFile, SignedCheckpoint};
use comity_model::registry::Registry;
use comity_record::{
    export::{Record, RecordItem, SignedRecord},
    registry::unverified_registry,
};
use comity_seal::Dsse;
use serde_json::{Value, json};
use std::path::Path;

/// Writes every part of the record in `file` into `directory`; nothing is checked here.
pub fn extract(file: &[u8], directory: &Path) -> Result<(), Failure> {
    let signed: SignedRecord = serde_json::from_slice(file).map_err(Failure::failed)?;
    let record: Record = serde_json::from_str(signed.content.get()).map_err(Failure::failed)?;
    std::fs::create_dir_all(directory).map_err(|fault| Failure::file(directory, &fault))?;
    let folder = Folder(directory);
    folder.write("checkpoint", record.checkpoint.as_bytes())?;
    folder.write("policy", record.policy.as_bytes())?;
    folder.write("signature.dsse.json", &signed.signature.to_json())?;
    folder.write("content.json", signed.content.get().as_bytes())?;
    if let Some(registry) = record.registries.last().and_then(|dsse| unverified_registry(dsse).ok()) {
        folder.write("keys.json", keys(&registry, &record.origin).to_string().as_bytes())?;
    }
    for (number, dsse) in record.registries.iter().enumerate() {
        folder.write(&format!("registry-{number}.dsse.json"), &dsse.to_json())?;
    }
    let checkpoint = SignedCheckpoint::parse(&record.checkpoint).map_err(Failure::failed)?;
    record.items.iter().enumerate().try_for_each(|(number, item)| folder.item(number, item, &checkpoint))
}

struct Folder<'a>(&'a Path);

impl Folder<'_> {
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).map_err(|fault| Failure::file(&path, &fault))
    }

    fn item(&self, number: usize, item: &RecordItem, checkpoint: &SignedCheckpoint) -> Result<(), Failure> {
        let name = format!("{number:05}");
        self.write(&format!("{name}.entry"), &hex::decode(&item.commitment).map_err(Failure::failed)?)?;
        let proof = item.proof.iter().map(|text| text.parse::<Hash>()).collect::<Result<Vec<_>, _>>();
        let proof = proof.map_err(Failure::failed)?;
        let file = InclusionFile { extra: None, index: item.index, proof, checkpoint: checkpoint.clone() };
        self.write(&format!("{name}.tlog-proof"), file.to_string().as_bytes())?;
        let write_dsse = |dsse: &Option<Dsse>, what: String| {
            dsse.as_ref()
                .map_or(Ok(()), |dsse| self.write(&format!("{name}-{what}.dsse.json"), &dsse.to_json()))
        };
        write_dsse(&item.statement, "statement".into())?;
        if let Some(receipt) = &item.receipt {
            let payload: Value = serde_json::from_slice(&receipt.payload).unwrap_or_default();
            let by = payload["received_by"].as_str().unwrap_or("unknown");
            let by: String = by.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            write_dsse(&item.receipt, format!("receipt-{by}"))?;
        }
        if let Some(body) = &item.body {
            self.write(&format!("{name}-body.age"), &BASE64_STANDARD.decode(body).map_err(Failure::failed)?)?;
        }
        match &item.document {
            Some(document) => self.write(&format!("{name}-journal.json"), document.as_bytes()),
            None => Ok(()),
        }
    }
}

/// The public keys, for tools that read no registry.
fn keys(registry: &Registry, origin: &str) -> Value {
    let signing = registry.members.iter().map(|member| {
        let keys: Vec<Value> = member.signing.iter().map(|record| json!(record.keys)).collect();
        (member.authority.to_string(), json!(keys))
    });
    let ledgers = registry.nodes.iter().map(|node| (node.name.clone(), json!(node.ledger)));
    let witnesses = registry.nodes.iter().map(|node| (node.name.clone(), json!(node.witness)));
    json!({
        "origin": origin,
        "signing": signing.collect::<serde_json::Map<_, _>>(),
        "ledger": ledgers.collect::<serde_json::Map<_, _>>(),
        "witness": witnesses.collect::<serde_json::Map<_, _>>(),
        "nodes": registry.members.iter().map(|m| (m.authority.to_string(), json!(m.node))).collect::<serde_json::Map<_, _>>(),
    })
}
