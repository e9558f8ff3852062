//! The most probable Latin letters of a native word. Keys of persons are made with them, which other nodes must find again: so they are in
//! a file of their own, which stays as it is when the tables of sounds are learnt anew.

use super::{LATIN_CHUNK, MAX_WORD, Model, NATIVE_CHUNK, native_code};
use crate::script::Script;
use std::sync::LazyLock;

/// Entries of each script: the code of a native chunk and of its Latin letters.
const FILE: &[u8] = include_bytes!("../../data/romanised.bin");
/// Bytes of an entry: script, native code, Latin code.
const ENTRY: usize = 7;

type Letters = Vec<(u16, u32)>;

static LETTERS: LazyLock<Vec<Letters>> = LazyLock::new(|| {
    let mut all: Vec<Letters> = vec![Vec::new(); Script::ALL.len()];
    for entry in FILE.chunks_exact(ENTRY) {
        let [script, a, b, c, d, e, f] = *entry else { continue };
        if let Some(letters) = all.get_mut(usize::from(script)) {
            letters.push((u16::from_le_bytes([a, b]), u32::from_le_bytes([c, d, e, f])));
        }
    }
    all
});

/// The most probable Latin letters of a native word, chunk by chunk, the longer chunk first; `None` where there is no table.
pub(crate) fn romanise(script: Script, native: &[u8]) -> Option<Vec<u8>> {
    let letters = LETTERS.get(script as usize).filter(|letters| !letters.is_empty())?;
    let mut out = Vec::with_capacity(native.len() * 2);
    let mut rest = native;
    while let Some((_, tail)) = rest.split_first() {
        let longest = (1..=NATIVE_CHUNK.min(rest.len())).rev().find_map(|k| {
            let code = native_code(rest.get(..k)?) as u16;
            let at = letters.binary_search_by_key(&code, |(code, _)| *code).ok()?;
            Some((k, letters.get(at)?.1))
        });
        let (k, code) = longest.unwrap_or((1, 0));
        out.extend(
            (0..LATIN_CHUNK).map(|at| (code >> (6 * at) & 63) as u8).take_while(|symbol| *symbol != 0),
        );
        rest = rest.get(k..).unwrap_or(tail);
        if out.len() >= MAX_WORD {
            break;
        }
    }
    out.truncate(MAX_WORD);
    Some(out)
}

/// The file, from the tables of sounds.
pub(super) fn write(model: &Model) -> Vec<u8> {
    let mut out = Vec::new();
    for (script, table) in model.tables.iter().enumerate() {
        let Some(table) = table else { continue };
        for (code, column) in table.columns.iter().enumerate() {
            let letters = table.romanised.get(usize::from(*column)).copied().unwrap_or(0);
            if letters != 0 {
                out.push(script as u8);
                out.extend((code as u16).to_le_bytes());
                out.extend(letters.to_le_bytes());
            }
        }
    }
    out
}
