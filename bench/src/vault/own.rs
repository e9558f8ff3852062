//! Our own side, in a process of its own so that its memory is its own.

use crate::report::Fallible;
use comity_blobs::Disk;
use comity_model::id::ItemId;
use comity_vault::{
    chunk::{ItemKey, Salt},
    item::Manifest,
    store::{Catalogue, ItemReader, PackWriter, PipelinedIntake, Plan, take_in_small},
};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::{fs::File, path::Path, process::Command, time::Instant};

/// Bytes of content in each part, as a node has it by itself.
const PART: u64 = 16 << 20;
/// Small files that share a pack.
const IN_A_PACK: usize = 1_000;

/// What taking in and verifying took.
pub struct Own {
    /// Seconds to take in.
    pub take: f64,
    /// Seconds to verify.
    pub verify: f64,
    /// The most memory of the process, in MB.
    pub memory_mb: f64,
}

/// Takes a large file in and verifies it, in a process of its own.
pub fn large(data: &Path, file: &Path) -> Fallible<Own> {
    let answer = run("large", data, file)?;
    let number = |name: &str| answer[name].as_f64().ok_or("the child said something else");
    Ok(Own { take: number("take")?, verify: number("verify")?, memory_mb: number("memory_mb")? })
}

/// Seconds to take a folder of small files in.
pub fn small(data: &Path, folder: &Path) -> Fallible<f64> {
    Ok(run("small", data, folder)?["take"].as_f64().ok_or("the child said something else")?)
}

/// Runs what is measured in a process of its own; what that says.
pub fn run(what: &str, data: &Path, from: &Path) -> Fallible<Value> {
    let store = data.join("own");
    let child =
        Command::new(std::env::current_exe()?).arg("vault-child").arg(what).arg(from).arg(&store).output()?;
    let _ = std::fs::remove_dir_all(store);
    if !child.status.success() {
        return Err(String::from_utf8_lossy(&child.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice(&child.stdout)?)
}

/// What the child process does: prints one line of JSON.
pub fn child(what: crate::Child, from: &Path, store: &Path) -> Fallible<()> {
    let answer = match what {
        crate::Child::Large => take_large(from, store)?,
        crate::Child::Small => json!({ "take": take_small(from, store)? }),
        crate::Child::Index => super::index::print_index()?,
    };
    println!("{answer}");
    Ok(())
}

fn random<const N: usize>() -> [u8; N] {
    comity_node::random::bytes()
}

fn take_large(from: &Path, store: &Path) -> Fallible<Value> {
    let (disk, key) = (Disk::open(store)?, ItemKey::new(random()));
    let item = comity_node::random::new_id(ItemId::new);
    let begun = Instant::now();
    let plan = Plan { key: key.clone(), item, part_size: PART, every_byte: true };
    let mut intake = PipelinedIntake::new(disk.clone(), plan, || Salt::new(random()))?;
    intake.take_from(File::open(from)?)?;
    let taken = intake.finish()?;
    let take = begun.elapsed().as_secs_f64();
    let manifest = manifest_of(item, taken)?;
    let catalogue = Catalogue::default();
    let begun = Instant::now();
    let damage = ItemReader::new(&disk, &catalogue, &manifest, key).verify();
    let verify = begun.elapsed().as_secs_f64();
    if !damage.is_empty() {
        return Err(format!("damaged: {damage:?}").into());
    }
    Ok(json!({ "take": take, "verify": verify, "memory_mb": most_memory()? }))
}

/// A manifest with an invented description.
pub fn manifest_of(item: ItemId, taken: comity_vault::store::Taken) -> Fallible<Manifest> {
    let json = json!({
        "format": "comity/evidence-manifest/v1", "item": item, "name": { "text": "image.raw" },
        "size": taken.size, "sha256": taken.sha256, "blake3": taken.blake3, "part_size": taken.part_size,
        "parts": taken.parts, "exhibit": { "number": "A1" },
        "acquisition": {
            "phase": "acquisition", "method": "physical_image", "by": { "authority": "FR-NCB", "person": "4711" },
            "place": "Lyon", "started_at": "2026-03-01T09:00:00Z", "finished_at": "2026-03-01T10:00:00Z",
            "source": { "description": "a landscape, drawn" },
        },
    });
    Ok(Manifest::from_json(&serde_json::to_vec(&json)?)?)
}

/// Hashed and sealed on all cores, a pack synced for every thousand.
fn take_small(folder: &Path, store: &Path) -> Fallible<f64> {
    let disk = Disk::open(store)?;
    let mut files: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Fallible<_>>()?;
    files.sort();
    let begun = Instant::now();
    let packs: Vec<&[std::path::PathBuf]> = files.chunks(IN_A_PACK).collect();
    let taken = packs.par_iter().map(|files| -> Result<usize, String> {
        let mut pack = PackWriter::new(&disk).map_err(|fault| fault.to_string())?;
        for file in *files {
            let content = std::fs::read(file).map_err(|fault| fault.to_string())?;
            let (key, item) = (ItemKey::new(random()), comity_node::random::new_id(ItemId::new));
            let salt = Salt::new(random());
            take_in_small(&mut pack, &content, &key, item, PART, salt).map_err(|fault| fault.to_string())?;
        }
        pack.finish().map_err(|fault| fault.to_string())?;
        Ok(files.len())
    });
    let counts: Vec<usize> = taken.collect::<Result<_, _>>()?;
    let seconds = begun.elapsed().as_secs_f64();
    if counts.iter().sum::<usize>() == files.len() { Ok(seconds) } else { Err("files were lost".into()) }
}

/// The most memory that this process has had, in MB.
pub fn most_memory() -> Fallible<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 = line.and_then(|line| line.split_whitespace().next()).unwrap_or("0").parse()?;
    Ok(kib * 1024.0 / 1e6)
}
