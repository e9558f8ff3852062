//! Checks a folder of extracted artefacts with `tlog_tiles` and `signed_note`; knows nothing of Comity's own crates.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use signed_note::{Note, StandardVerifier, VerifierList};
use std::{error::Error, fs, path::Path, process::ExitCode};
use tlog_tiles::{Checkpoint, Hash, check_record, check_tree, record_hash};

type Fallible<T> = Result<T, Box<dyn Error>>;

/// The tree head in a note that the key `vkey` has signed.
fn checkpoint(note: &[u8], vkey: &str) -> Fallible<Checkpoint> {
    let key = VerifierList::new(vec![Box::new(StandardVerifier::new(vkey).map_err(|f| format!("{f:?}"))?)]);
    let note = Note::from_bytes(note).map_err(|fault| format!("{fault:?}"))?;
    let (verified, _) = note.verify(&key).map_err(|fault| format!("the checkpoint is not signed: {fault:?}"))?;
    if verified.is_empty() {
        return Err("the checkpoint carries no signature of the ledger's key".into());
    }
    Checkpoint::from_bytes(note.text()).map_err(|fault| format!("{fault:?}").into())
}

/// Checks a tlog-proof file for an entry: header, index, hashes, an empty line, and the checkpoint.
fn inclusion(proof: &str, entry: &[u8], vkey: &str) -> Fallible<()> {
    let (head, note) = proof.split_once("\n\n").ok_or("no empty line before the checkpoint")?;
    let mut lines = head.lines().filter(|line| !line.starts_with("extra "));
    if lines.next() != Some("c2sp.org/tlog-proof@v1") {
        return Err("another header".into());
    }
    let index: u64 = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or("no index")?.parse()?;
    let hashes = lines.map(Hash::parse_hash).collect::<Result<Vec<_>, _>>().map_err(|f| format!("{f:?}"))?;
    let head = checkpoint(note.as_bytes(), vkey)?;
    let holds = |leaf: Hash| check_record(&hashes, head.size(), *head.hash(), index, leaf);
    holds(record_hash(entry)).map_err(|fault| format!("not included: {fault:?}"))?;
    match holds(record_hash(b"another entry")) {
        Ok(()) => Err("another entry passes too, so this check proves nothing".into()),
        Err(_) => Ok(()),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Fallible<&'a str> {
    value[name].as_str().ok_or_else(|| format!("no `{name}`").into())
}

/// Checks that the journal entry which a receipt discloses is in the receiver's ledger.
fn receipt(envelope: &[u8], keys: &Value) -> Fallible<()> {
    let envelope: Value = serde_json::from_slice(envelope)?;
    let receipt: Value = serde_json::from_slice(&BASE64_STANDARD.decode(text(&envelope, "payload")?)?)?;
    let node = text(&keys["nodes"], text(&receipt, "received_by")?)?;
    let salt = hex::decode(text(&receipt, "salt")?)?;
    let entry = Sha256::new().chain_update(b"comity-journal-v1\0").chain_update(salt);
    let entry = entry.chain_update(text(&receipt, "entry")?).finalize();
    inclusion(text(&receipt, "proof")?, &entry, text(&keys["ledger"], node)?)
}

/// Checks that the old checkpoint is a prefix of the new one; `false` where there is no older one.
fn consistency(folder: &Path, vkey: &str) -> Fallible<bool> {
    let Ok(file) = fs::read(folder.join("consistency.json")) else { return Ok(false) };
    let file: Value = serde_json::from_slice(&file)?;
    let old = checkpoint(&fs::read(folder.join("checkpoint-old"))?, vkey)?;
    let new = checkpoint(&fs::read(folder.join("checkpoint"))?, vkey)?;
    let proof = file["proof"].as_array().ok_or("no proof")?.iter();
    let proof = proof.map(|hash| Hash::parse_hash(hash.as_str().unwrap_or_default())).collect::<Result<Vec<_>, _>>();
    let proof = proof.map_err(|fault| format!("{fault:?}"))?;
    check_tree(&proof, new.size(), *new.hash(), old.size(), *old.hash()).map_err(|f| format!("no prefix: {f:?}"))?;
    if check_tree(&proof, new.size(), *new.hash(), old.size(), record_hash(b"another root")).is_ok() {
        return Err("another root passes too, so this check proves nothing".into());
    }
    Ok(true)
}

fn names(folder: &Path, fits: impl Fn(&str) -> bool) -> Fallible<Vec<String>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<Fallible<Vec<_>>>()?;
    names.retain(|name| fits(name));
    names.sort();
    Ok(names)
}

fn check(folder: &Path) -> Fallible<String> {
    let keys: Value = serde_json::from_slice(&fs::read(folder.join("keys.json"))?)?;
    let own = text(&keys["ledger"], text(&keys, "origin")?)?;
    checkpoint(&fs::read(folder.join("checkpoint"))?, own)?;
    let entries = names(folder, |name| name.ends_with(".entry"))?;
    for name in &entries {
        let proof = fs::read_to_string(folder.join(name.replace(".entry", ".tlog-proof")))?;
        inclusion(&proof, &fs::read(folder.join(name))?, own).map_err(|fault| format!("{name}: {fault}"))?;
    }
    let receipts = names(folder, |name| name.contains("-receipt-") && name.ends_with(".dsse.json"))?;
    for name in &receipts {
        receipt(&fs::read(folder.join(name))?, &keys).map_err(|fault| format!("{name}: {fault}"))?;
    }
    if entries.is_empty() || receipts.is_empty() {
        return Err("there are no entries or no receipts: nothing was checked".into());
    }
    let grown = if consistency(folder, own)? { ", consistency" } else { "" };
    Ok(format!("{} entries, {} receipts, checkpoint{grown}", entries.len(), receipts.len()))
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: comity-interop-tlog FOLDER");
        return ExitCode::from(2);
    };
    match check(Path::new(&folder)) {
        Ok(summary) => {
            println!("tlog_tiles: {summary}");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}
