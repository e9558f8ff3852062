//! Writes stored items for other implementations to open: `cargo run -p comity-vault --example vault_samples -- FOLDER`.
//!
//! FOLDER gets `objects/` (each named by its SHA-256), and `items.json` with the key, the manifest and the plaintext's file of each
//! item. Keys and salts are counted, not random: samples, never evidence.

use std::error::Error;
use std::path::{Path, PathBuf};

use comity_vault::ItemId;
use comity_vault::chunk::{ItemKey, Salt};
use comity_vault::item::{
    Acquisition, Collector, Exhibit, ItemName, Manifest, ManifestFormat, Method, Phase, Source,
};
use comity_vault::store::{Intake, MemoryObjects, Objects, PackWriter, ReadObjects, Taken, take_in_small};

type Done<T> = Result<T, Box<dyn Error>>;

const PART_SIZE: u64 = 1 << 20;

fn main() -> Done<()> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name the folder to write to")?);
    let store = MemoryObjects::default();
    let mut items = Vec::new();
    let lengths = [0, 1, 16_383, 16_384, 16_385, (1 << 20) - 1, 1 << 20, (3 << 20) + 12_345];
    for (n, len) in (0u8..).zip(lengths) {
        let mut intake = Intake::new(&store, key(n), item(n), PART_SIZE, salts(n))?;
        let content = content(n, len);
        content.chunks(77_777).try_for_each(|piece| intake.update(piece))?;
        items.push(write_item(&folder, n, &content, intake.finish()?)?);
    }
    let mut pack = PackWriter::new(&store)?;
    for n in 100..110u8 {
        let content = content(n, usize::from(n) * 41 % 3000);
        let salt = salts(n)();
        let taken = take_in_small(&mut pack, &content, &key(n), item(n), PART_SIZE, salt)?;
        items.push(write_item(&folder, n, &content, taken)?);
    }
    pack.finish()?;
    write_objects(&folder.join("objects"), &store)?;
    std::fs::write(folder.join("items.json"), serde_json::to_vec_pretty(&items)?)?;
    Ok(())
}

fn key(n: u8) -> ItemKey {
    ItemKey::new([n; 32])
}

fn item(n: u8) -> ItemId {
    ItemId::new(1_700_000_000_000 + u64::from(n), [n; 10])
}

fn salts(n: u8) -> impl FnMut() -> Salt {
    let mut next = 0;
    move || {
        next += 1;
        Salt::new([[n; 12], [next; 12]].concat().try_into().unwrap_or([0; 24]))
    }
}

fn content(n: u8, len: usize) -> Vec<u8> {
    let mut state = u32::from(n) + 1;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(len).collect()
}

fn write_item(folder: &Path, n: u8, content: &[u8], taken: Taken) -> Done<serde_json::Value> {
    let file = format!("plain/{n}");
    std::fs::create_dir_all(folder.join("plain"))?;
    std::fs::write(folder.join(&file), content)?;
    let manifest = manifest(n, taken)?;
    manifest.check()?;
    Ok(serde_json::json!({ "key": hex::encode([n; 32]), "plain": file, "manifest": manifest }))
}

fn manifest(n: u8, taken: Taken) -> Done<Manifest> {
    Ok(Manifest {
        format: ManifestFormat::V1,
        item: item(n),
        name: ItemName::new(format!("sample {n}.bin").as_bytes())?,
        size: taken.size,
        sha256: taken.sha256,
        blake3: taken.blake3,
        part_size: taken.part_size,
        parts: taken.parts,
        exhibit: Exhibit { number: format!("S/{n}"), part_of: None },
        acquisition: Acquisition {
            phase: Phase::Acquisition,
            method: Method::FileCopy,
            tools: Vec::new(),
            write_blocker: None,
            by: Collector { authority: "FR-NCB".parse()?, person: "sample".into(), role: None },
            place: "nowhere".into(),
            started_at: "2026-03-01T10:00:00Z".parse()?,
            finished_at: "2026-03-01T10:00:01Z".parse()?,
            source: Source {
                description: "invented bytes".into(),
                make: None,
                model: None,
                serial: None,
                condition: None,
                clock_ahead_seconds: None,
            },
            deviations: Vec::new(),
        },
        seizure: None,
    })
}

fn write_objects(folder: &Path, store: &MemoryObjects) -> Done<()> {
    std::fs::create_dir_all(folder)?;
    for name in store.list(None, usize::MAX)? {
        let len = store.len(name)?.unwrap_or(0);
        std::fs::write(folder.join(name.to_string()), store.read_range(name, 0..len)?)?;
    }
    Ok(())
}
