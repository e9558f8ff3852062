//! Writes what `comity verify --extract` writes, made for the occasion and without a node, for other implementations to check:
//! `cargo run -p comity-scenarios --example interop_artefacts -- FOLDER`. All of it is invented; its keys are worth nothing.

use comity_ledger::{
    Checkpoint, CosignatureSigner, Edge, Hash, InclusionFile, KeyKind, NoteSigner, SignedCheckpoint, Tile,
    TileMap, leaf_hash, prove_consistency, prove_inclusion,
};
use comity_model::{
    id::MessageId,
    receipt::{ENVELOPE_STORED, RECEIPT_TYPE, Receipt, StoredEntry},
    statement::STATEMENT_TYPE,
};
use comity_record::{commitment, sha256};
use comity_seal::{SealingKey, SigningKey, seal};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{error::Error, fs, path::Path};

type Fallible<T> = Result<T, Box<dyn Error>>;

const NODE: &str = "es.example";
/// Entries in the ledger: more than one tile, and no power of two.
const SIZE: u64 = 700;
const OLD_SIZE: u64 = 300;
/// Sizes of bodies around age's chunk of 64 KiB.
const BODIES: [usize; 3] = [0, 65_536, 200_001];

/// A ledger that keeps its tiles, and its heads at two sizes.
struct Ledger {
    signer: NoteSigner,
    witnesses: Vec<CosignatureSigner>,
    tiles: TileMap,
    heads: [(u64, Hash); 2],
}

impl Ledger {
    fn of(commitments: &[[u8; 32]]) -> Fallible<Self> {
        let (mut edge, mut tiles) = (Edge::empty(), TileMap::default());
        let mut heads = [(0, edge.root()); 2];
        for commitment in commitments {
            edge.append(&[leaf_hash(commitment)]).into_iter().for_each(|tile: Tile| tiles.insert(tile));
            let place = usize::from(edge.size() > OLD_SIZE);
            heads[place] = (edge.size(), edge.root());
        }
        let kinds = [KeyKind::CosignatureEd25519, KeyKind::CosignatureMlDsa44];
        let witnesses = kinds.into_iter().map(|kind| CosignatureSigner::generate("fr.example", kind));
        let witnesses = witnesses.collect::<Result<_, _>>()?;
        Ok(Self { signer: NoteSigner::generate(NODE)?, witnesses, tiles, heads })
    }

    fn head(&self, place: usize) -> Fallible<SignedCheckpoint> {
        let (size, root) = self.heads[place];
        let mut signed = SignedCheckpoint::sign(Checkpoint::new(NODE, size, root)?, &self.signer)?;
        for witness in &self.witnesses {
            signed.add_signature_line(witness.sign(signed.unverified(), 1_795_000_000)?)?;
        }
        Ok(signed)
    }

    fn proof(&self, index: u64) -> Fallible<InclusionFile> {
        let proof = prove_inclusion(index, SIZE, &self.tiles)?;
        Ok(InclusionFile { extra: None, index, proof, checkpoint: self.head(1)? })
    }
}

/// A message: its signed statement, its body, and the journal entry with which the receiver stored it.
struct Letter {
    id: MessageId,
    statement: comity_seal::Dsse,
    digest: String,
    plain: Vec<u8>,
    sealed: Vec<u8>,
    entry: String,
}

fn letter(
    number: u8,
    size: usize,
    sender: &SigningKey,
    to: &[SealingKey],
    at: Timestamp,
) -> Fallible<Letter> {
    let plain = vec![number; size];
    let recipients: Vec<_> = to.iter().map(|key| key.public().clone()).collect();
    let sealed = seal(&plain, &recipients)?;
    let id = MessageId::new(1_795_000_000_000, [number; 10]);
    let body = json!({ "sha256": hex::encode(sha256(&sealed)), "size": sealed.len() });
    let payload =
        json!({ "id": id, "from": "FR-NCB", "to": ["ES-NCB"], "time": at, "body": body }).to_string();
    let digest = hex::encode(sha256(payload.as_bytes()));
    let stored = StoredEntry {
        act: ENVELOPE_STORED.into(),
        at,
        authority: "ES-NCB".parse()?,
        message: id,
        statement_sha256: digest.clone(),
    };
    let entry = serde_json::to_string(&stored)?;
    Ok(Letter {
        id,
        statement: sender.sign_dsse(STATEMENT_TYPE, payload.as_bytes())?,
        digest,
        plain,
        sealed,
        entry,
    })
}

fn receipt(letter: &Letter, salt: [u8; 16], proof: &InclusionFile, at: Timestamp) -> Fallible<Vec<u8>> {
    Ok(serde_json::to_vec(&Receipt {
        version: 1,
        message: letter.id,
        statement_sha256: letter.digest.clone(),
        sent_by: "FR-NCB".parse()?,
        received_by: "ES-NCB".parse()?,
        received_at: at,
        entry: letter.entry.clone(),
        salt: hex::encode(salt),
        proof: proof.to_string(),
    })?)
}

fn keys(sender: &SigningKey, receiver: &SigningKey, ledger: &Ledger) -> Value {
    let witnesses: Vec<String> = ledger.witnesses.iter().map(|key| key.verifier().to_string()).collect();
    json!({
        "origin": NODE,
        "signing": { "FR-NCB": [sender.public()], "ES-NCB": [receiver.public()] },
        "ledger": { NODE: ledger.signer.verifier().to_string() },
        "witness": { "fr.example": witnesses },
        "nodes": { "FR-NCB": "fr.example", "ES-NCB": NODE },
    })
}

fn write_ledger(folder: &Path, ledger: &Ledger) -> Fallible<()> {
    fs::write(folder.join("checkpoint"), ledger.head(1)?.to_string())?;
    fs::write(folder.join("checkpoint-old"), ledger.head(0)?.to_string())?;
    let proof = prove_consistency(OLD_SIZE, SIZE, &ledger.tiles)?;
    let proof: Vec<String> = proof.iter().map(Hash::to_string).collect();
    let file = json!({ "old_size": OLD_SIZE, "new_size": SIZE, "proof": proof });
    Ok(fs::write(folder.join("consistency.json"), file.to_string())?)
}

fn write_all(folder: &Path) -> Fallible<()> {
    fs::create_dir_all(folder)?;
    let (sender, receiver) = (SigningKey::generate()?, SigningKey::generate()?);
    let to = [SealingKey::generate()?, SealingKey::generate()?];
    let at: Timestamp = "2026-11-21T10:00:00Z".parse()?;
    let letters = (1..).zip(BODIES).map(|(number, size)| letter(number, size, &sender, &to, at));
    let letters = letters.collect::<Fallible<Vec<_>>>()?;
    // The first entry, one in the middle, the last; everything else in the ledger is somebody else's business.
    let places = [0, 255, SIZE - 1];
    let mut commitments: Vec<[u8; 32]> = (0..SIZE).map(|index| sha256(&index.to_be_bytes())).collect();
    for (letter, place) in letters.iter().zip(places) {
        commitments[usize::try_from(place)?] = commitment(&[7; 16], letter.entry.as_bytes());
    }
    let ledger = Ledger::of(&commitments)?;
    for (number, (letter, place)) in letters.iter().zip(places).enumerate() {
        let (name, proof) = (format!("{number:05}"), ledger.proof(place)?);
        let write = |what: &str, bytes: &[u8]| fs::write(folder.join(format!("{name}{what}")), bytes);
        let receipt = receiver.sign_dsse(RECEIPT_TYPE, &receipt(letter, [7; 16], &proof, at)?)?;
        write("-statement.dsse.json", &letter.statement.to_json())?;
        write("-receipt-ES-NCB.dsse.json", &receipt.to_json())?;
        write("-body.age", &letter.sealed)?;
        write("-body.plain", &letter.plain)?;
        write(".entry", &commitments[usize::try_from(place)?])?;
        write(".tlog-proof", proof.to_string().as_bytes())?;
    }
    write_ledger(folder, &ledger)?;
    fs::write(folder.join("keys.json"), keys(&sender, &receiver, &ledger).to_string())?;
    Ok(fs::write(folder.join("identities.txt"), to[1].to_secret_text().as_str())?)
}

fn main() -> Fallible<()> {
    let folder = std::env::args_os().nth(1).ok_or("usage: interop_artefacts FOLDER")?;
    write_all(Path::new(&folder))
}
