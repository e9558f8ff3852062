//! Any mebibyte of an item of 100 GiB. The item is sparse: only the parts that are asked for are stored, each sealed as it would be;
//! the manifest names all 6,401 of them.

use super::own::manifest_of;
use crate::report::{Fallible, Section, share};
use comity_blobs::Disk;
use comity_model::id::ItemId;
use comity_seal::SealingKey;
use comity_vault::{
    Digest, TreeHash,
    chunk::{ItemKey, Salt, seal_part, sealed_part_len},
    item::{PartRef, Tree, keep_manifest, open_kept_manifest, unwrap_key, wrap_key},
    store::{Catalogue, ItemReader, Objects, Pending, Taken},
};
use std::{path::Path, time::Instant};

const SIZE: u64 = 100 << 30;
const PART: u64 = 16 << 20;
const ASKED: u64 = 1 << 20;
const TIMES: u64 = 40;

/// All of it.
pub fn measure(section: &mut Section, data: &Path) -> Fallible<()> {
    let store = data.join("range");
    let disk = Disk::open(&store)?;
    let (key, item) = (ItemKey::new(comity_node::random::bytes()), comity_node::random::new_id(ItemId::new));
    let starts: Vec<u64> = (0..TIMES).map(|number| number * 2_654_435_761 % (SIZE - ASKED)).collect();
    let manifest = sparse(&disk, &key, item, &starts)?;
    let holder = SealingKey::generate()?;
    let wrap = wrap_key(&key, item, holder.public())?;
    let kept = keep_manifest(&manifest, item, &key, Salt::new(comity_node::random::bytes()))?;
    let keys = [holder];
    let mut took = Vec::new();
    for start in starts {
        let begun = Instant::now();
        let key = unwrap_key(&wrap, item, &keys)?;
        let (_, manifest) = open_kept_manifest(&kept, item, &key)?;
        let (catalogue, mut read) = (Catalogue::default(), 0);
        ItemReader::new(&disk, &catalogue, &manifest, key)
            .read(start..start + ASKED, |piece| read += piece.len())?;
        took.push(begun.elapsed().as_secs_f64() * 1e3);
        if read as u64 != ASKED {
            return Err("the range is not whole".into());
        }
    }
    took.sort_by(f64::total_cmp);
    section.figure("any 1 MiB of 100 GiB, from wrapped key to verified bytes, p50", share(&took, 0.5), "ms");
    section.under(
        "any 1 MiB of 100 GiB, from wrapped key to verified bytes, worst of 40",
        share(&took, 1.0),
        "ms",
        20.0,
    );
    std::fs::remove_dir_all(store)?;
    Ok(())
}

/// The manifest's JSON of an item of which only the parts around `starts` are stored.
fn sparse(disk: &Disk, key: &ItemKey, item: ItemId, starts: &[u64]) -> Fallible<Vec<u8>> {
    let parts = SIZE / PART + 1;
    let sealed_size = |number: u64| sealed_part_len(if number + 1 == parts { 0 } else { PART }).unwrap_or(0);
    let needed: std::collections::BTreeSet<u64> =
        starts.iter().flat_map(|start| start / PART..=(start + ASKED - 1) / PART).collect();
    let zeros = vec![0; usize::try_from(PART)?];
    let mut refs = Vec::new();
    for number in 0..parts {
        let name = match needed.contains(&number) {
            true => stored(disk, key, item, number, &zeros)?,
            false => Digest::of(&number.to_le_bytes()),
        };
        refs.push(PartRef { sealed_sha256: name, sealed_size: sealed_size(number) });
    }
    let blake3 = tree_of_zeros();
    let taken =
        Taken { size: SIZE, sha256: Digest::of(b"not asked for"), blake3, part_size: PART, parts: refs };
    Ok(manifest_of(item, taken)?.to_json()?)
}

fn stored(disk: &Disk, key: &ItemKey, item: ItemId, number: u64, content: &[u8]) -> Fallible<Digest> {
    let mut sealer = seal_part(key, item, number, Salt::new(comity_node::random::bytes()))?;
    let mut sealed = Vec::new();
    sealer.update(content, &mut sealed)?;
    sealer.finish(&mut sealed)?;
    let name = Digest::of(&sealed);
    let mut pending = disk.create()?;
    pending.write(&sealed)?;
    pending.commit(name)?;
    Ok(name)
}

/// A tree with the groups that 100 GiB have; all groups of zeros differ by their offset, so they are made up and only joined.
fn tree_of_zeros() -> Tree {
    let group_size = 32 << 20;
    let groups: Vec<TreeHash> = (0..SIZE / group_size)
        .map(|number| TreeHash::from_bytes(*Digest::of(&number.to_be_bytes()).as_bytes()))
        .collect();
    Tree {
        root: comity_vault::item::root_over(&groups).unwrap_or_else(|| TreeHash::from_bytes([0; 32])),
        group_size,
        groups,
    }
}
