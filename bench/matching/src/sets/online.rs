//! The online query: ten thousand entries against a holder's set that is already encoded.

use super::{Data, timed};
use crate::report::{Fallible, Section};
use comity_psi::Seed;
use comity_psi::epoch::{Filter, Segment};
use comity_psi::oprf::{BlindedBatch, HolderKey, Output, Query};
use std::collections::BTreeSet;

/// Entries that are asked for.
pub const ASKED: usize = 10_000;

/// How they are split: 8,192, 1,024 and 784, so that 10,240 elements go out.
const PARTS: [usize; 4] = [4096, 4096, 1024, 784];

/// Lookups of what is not there.
const ABSENT: u64 = 20_000_000;

pub fn measure(data: &Data) -> Fallible<Section> {
    let mut section = Section::new("sets: online query");
    let key = HolderKey::from_seed(&Seed::from_bytes([3; 32]), b"XX-TWO 1")?;
    let (outputs, cpu, _) = timed(|| key.outputs(&data.theirs));
    section.figure(format!("encoding {} entries, once an epoch", data.theirs.len()), cpu, "CPU s");
    let (segment, cpu, _) =
        timed(|| outputs.map(|outputs| Segment::build(&outputs, &Seed::from_bytes([4; 32]))));
    let segment = segment??;
    section.figure("building the filter", cpu, "CPU s");
    section.figure("filter", segment.size() as f64 / 1e6, "MB");
    let filter = Filter::new(vec![segment])?;
    let asked: Vec<String> = data.own.iter().rev().take(ASKED).cloned().collect();
    let (answer, cpu, wall) = timed(|| ask(&asked, &key, &filter));
    let (hits, wire) = answer?;
    let truth: BTreeSet<&String> = data.theirs.iter().collect();
    if hits != asked.iter().filter(|entry| truth.contains(entry)).count() {
        return Err("hits are not the plain ones".into());
    }
    section.under("10,000 asked, both parties, proofs made and checked", cpu, "CPU s", 1.0);
    section.figure("the same, wall time on two cores", wall, "s");
    section.figure("wire, both ways, filter apart", wire as f64 / 1e6, "MB");
    section.figure("hits", hits as f64, "");
    lookups(&mut section, &filter);
    Ok(section)
}

fn ask(asked: &[String], key: &HolderKey, filter: &Filter) -> Fallible<(usize, usize)> {
    let (mut rest, mut hits, mut wire) = (asked, 0, 0);
    let mut seed = 10;
    for size in PARTS {
        let (part, after) = rest.split_at(size.min(rest.len()));
        rest = after;
        if part.is_empty() {
            continue;
        }
        seed += 1;
        let inputs = part.iter().map(|entry| entry.clone().into_bytes()).collect();
        let query = Query::new(inputs, Seed::from_bytes([seed; 32]))?;
        let evaluation =
            key.evaluate(&BlindedBatch::from_bytes(query.blinded())?, &Seed::from_bytes([seed + 100; 32]));
        wire += query.blinded().len() + evaluation.elements().len() + evaluation.proof().len();
        let outputs = query.finish(&evaluation, &key.public_key())?;
        hits += outputs.iter().filter(|output| filter.contains(output)).count();
    }
    Ok((hits, wire))
}

/// Looks up outputs that nobody has, to count false hits and the time of a lookup.
fn lookups(section: &mut Section, filter: &Filter) {
    let (found, cpu, _) = timed(|| (0..ABSENT).filter(|number| filter.contains(&absent(*number))).count());
    section.under("false hits in 20,000,000 lookups (stated: under 0.02)", found as f64, "", 1.0);
    section.figure("lookups, hash included, one core", ABSENT as f64 / cpu.max(0.01), "/s");
}

fn absent(number: u64) -> Output {
    let mut bytes = [0x55; 64];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    Output(bytes)
}
