//! Phrases of several words that stand for one: `open joint stock company`, `S. A. R. L.`

use super::is_form;
use crate::words::{Word, words};
use std::sync::LazyLock;

/// What a phrase is, and what it stands for.
type Phrase = (Vec<u64>, Vec<Word>);

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let lines = include_str!("../../data/phrases.txt").lines().filter(|line| !line.starts_with('#'));
    let phrase = |line: &str| {
        let (long, short) = line.split_once('\t')?;
        Some((words(long).iter().map(|word| word.hash).collect(), words(short)))
    };
    lines.filter_map(phrase).collect()
});

/// May a phrase begin with this word? Mostly not, and that is seen at once.
fn begins_phrase(word: &Word) -> bool {
    static BITS: LazyLock<[u64; 16]> = LazyLock::new(|| {
        let mut bits = [0; 16];
        for first in PHRASES.iter().filter_map(|(long, _)| long.first()) {
            bits[(first >> 6 & 15) as usize] |= 1 << (first & 63);
        }
        bits
    });
    BITS[(word.hash >> 6 & 15) as usize] >> (word.hash & 63) & 1 == 1
}

/// Replaces phrases; says whether a legal form is among the words. Initials left in a row become one word: `A.B.C.` is `ABC`.
pub(crate) fn shorten(words: &mut Vec<Word>) -> bool {
    if words.len() > 1 && words.iter().any(begins_phrase) {
        for (long, short) in PHRASES.iter() {
            replace(words, long, short);
        }
    }
    words.iter().any(is_form)
}

fn replace(words: &mut Vec<Word>, long: &[u64], short: &[Word]) {
    let Some(first) = long.first() else { return };
    let begins = words.iter().enumerate().filter(|(_, word)| word.hash == *first).map(|(at, _)| at);
    let found = begins.rev().find(|at| {
        words
            .get(*at..at + long.len())
            .is_some_and(|run| run.iter().zip(long).all(|(word, hash)| word.hash == *hash))
    });
    if let Some(at) = found {
        // A legal form of single letters stands at the end; at the beginning they are initials.
        if long.len() > 3 || at > 0 || words.len() == long.len() {
            let place = words
                .get(at)
                .zip(words.get(at + long.len() - 1))
                .map(|(from, to)| (from.place.0, to.place.1));
            let short = short.iter().map(|word| word.placed(place));
            words.splice(at..at + long.len(), short.collect::<Vec<_>>());
        }
    }
}
