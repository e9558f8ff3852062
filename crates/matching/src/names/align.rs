//! Lays the words of two names side by side, each word once. Words that are written in one on the other side (Ben Said,
//! Bensaid; a Chinese name without a gap) are joined.

use crate::{
    alike::{Alike, SURE, alike, may_sound_alike},
    script::Script,
    sounds::{FLOOR, MAX_WORD, Sides},
    words::{Role, Word},
};

/// From these odds on, words go together at once.
const STRONG: f32 = 3.0;
/// From these odds on, words in two scripts go together whatever the others are, which are not looked at then.
const CERTAIN: f32 = 8.0;
/// From these odds on, joined words go together.
const JOINED: f32 = 1.0;
/// What joined words lose: they have more chances.
const PRICE: f32 = 0.5;
/// What words joined lose for each name that nothing is left for on their side: in two scripts a stray word is soon taken for a syllable.
const BEREFT: f32 = 6.0;
/// Odds by the first weights below which they are then not looked at further: they could not make up for that.
const BEREFT_FLOOR: f32 = 1.0;
/// Words in one, at most.
const LONGEST_RUN: usize = 4;

/// Words of both sides, as bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) ours: u32,
    pub(crate) theirs: u32,
    pub(crate) alike: Alike,
    /// The same whoever is `ours`, to decide between equals.
    content: u64,
}

/// All pairs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Aligned {
    pub(crate) pairs: Vec<Pair>,
    pub(crate) ours: u32,
    pub(crate) theirs: u32,
}

impl Aligned {
    /// With both sides exchanged.
    pub(crate) fn turned(mut self) -> Self {
        self.pairs.iter_mut().for_each(|pair| std::mem::swap(&mut pair.ours, &mut pair.theirs));
        std::mem::swap(&mut self.ours, &mut self.theirs);
        self
    }

    fn take(&mut self, pair: Pair) {
        self.ours |= pair.ours;
        self.theirs |= pair.theirs;
        self.pairs.push(pair);
    }

    fn is_free(&self, pair: &Pair) -> bool {
        self.ours & pair.ours == 0 && self.theirs & pair.theirs == 0
    }

    pub(crate) fn alone(&self, ours: usize, theirs: usize) -> usize {
        ours + theirs - (self.ours.count_ones() + self.theirs.count_ones()) as usize
    }
}

/// Does the first come after the second, in an order that depends on their words alone?
pub(crate) fn comes_after(ours: &[Word], theirs: &[Word]) -> bool {
    ours.iter().map(|word| word.hash).gt(theirs.iter().map(|word| word.hash))
}

/// Lays two names side by side; the outcome does not depend on which is `ours`.
pub(crate) fn align(ours: &[Word], theirs: &[Word]) -> Aligned {
    if comes_after(ours, theirs) { in_order(theirs, ours).turned() } else { in_order(ours, theirs) }
}

fn in_order(ours: &[Word], theirs: &[Word]) -> Aligned {
    let mut out = Aligned { pairs: Vec::with_capacity(ours.len().min(theirs.len())), ours: 0, theirs: 0 };
    let mut sides = Sides::default();
    let mut singles = singles(&mut sides, ours, theirs);
    // The surest first; of equals the nearest in place, so that the outcome does not depend on who is `ours`.
    singles.sort_by(|a, b| {
        b.alike
            .z
            .total_cmp(&a.alike.z)
            .then_with(|| distance(a).cmp(&distance(b)))
            .then_with(|| (a.content, a.ours | a.theirs).cmp(&(b.content, b.ours | b.theirs)))
    });
    for pair in singles.iter().take_while(|pair| pair.alike.z >= STRONG) {
        if out.is_free(pair) {
            out.take(*pair);
        }
    }
    if ours.len().max(theirs.len()) > 1 && out.alone(ours.len(), theirs.len()) > 1 {
        joined(&mut sides, ours, theirs, &mut out);
    }
    for pair in &singles {
        let core =
            |words: &[Word], mask: u32| words.get(mask.trailing_zeros() as usize).is_some_and(Word::is_core);
        if out.is_free(pair) && (pair.alike.z > 0.0 || (core(ours, pair.ours) && core(theirs, pair.theirs))) {
            out.take(*pair);
        }
    }
    out
}

/// All pairs of single words, but for those of a word that has gone surely with another: names of one place first.
fn singles(sides: &mut Sides, ours: &[Word], theirs: &[Word]) -> Vec<Pair> {
    let mut out = Vec::with_capacity(ours.len() * theirs.len());
    let (mut sure_ours, mut sure_theirs) = (0_u32, 0_u32);
    for shift in 0..theirs.len() {
        for (i, one) in ours.iter().enumerate() {
            let j = (i + shift) % theirs.len();
            let Some(two) = theirs.get(j) else { continue };
            if sure_ours >> i & 1 == 1 || sure_theirs >> j & 1 == 1 {
                continue;
            }
            let alike = alike(sides, one, two, FLOOR);
            if alike.z >= CERTAIN && one.script != two.script {
                sure_ours |= 1 << i;
                sure_theirs |= 1 << j;
            }
            out.push(Pair { ours: 1 << i, theirs: 1 << j, alike, content: one.hash ^ two.hash });
        }
    }
    out
}

fn distance(pair: &Pair) -> u32 {
    pair.ours.trailing_zeros().abs_diff(pair.theirs.trailing_zeros())
}

/// Runs of free words of one side against single free words of the other, and all free words against all.
fn joined(sides: &mut Sides, ours: &[Word], theirs: &[Word], out: &mut Aligned) {
    let mut found = Vec::new();
    let (left, right) = (shapes(ours, out.ours), shapes(theirs, out.theirs));
    if !may_go_together(&left, theirs, out.theirs, &right) && !may_go_together(&right, ours, out.ours, &left)
    {
        return;
    }
    let (left, right) = (runs(ours, out.ours), runs(theirs, out.theirs));
    let (free_left, free_right) = (free_names(ours, out.ours), free_names(theirs, out.theirs));
    for (one, run) in &left {
        let spare = spare(free_right, free_left, *one);
        for (at, word) in theirs.iter().enumerate().filter(|(at, _)| out.theirs >> at & 1 == 0) {
            push(sides, &mut found, (*one, run), (1 << at, word), spare);
        }
    }
    for (two, run) in &right {
        let spare = spare(free_left, free_right, *two);
        for (at, word) in ours.iter().enumerate().filter(|(at, _)| out.ours >> at & 1 == 0) {
            push(sides, &mut found, (1 << at, word), (*two, run), spare);
        }
    }
    for (one, run) in &left {
        for (two, other) in &right {
            if run.hash == other.hash {
                push(sides, &mut found, (*one, run), (*two, other), 0);
            }
        }
    }
    let size = |pair: &Pair| (pair.ours.count_ones() + pair.theirs.count_ones()) as f32;
    found.sort_by(|a: &Pair, b: &Pair| {
        (b.alike.z + size(b))
            .total_cmp(&(a.alike.z + size(a)))
            .then_with(|| (a.content, a.ours | a.theirs).cmp(&(b.content, b.ours | b.theirs)))
    });
    for pair in found {
        if out.is_free(&pair) {
            out.take(pair);
        }
    }
}

/// What a run of words would be in one, as far as it can be told without writing it.
struct Shape {
    script: Script,
    letters: u64,
    sounds: u8,
    length: usize,
}

/// The runs of free words, without their orders.
fn shapes(words: &[Word], taken: u32) -> Vec<Shape> {
    let mut out = Vec::with_capacity(words.len() * 2);
    for (begin, first) in words.iter().enumerate() {
        let mut shape = Shape { script: first.script, letters: 0, sounds: 0, length: 0 };
        for (at, word) in words.iter().enumerate().skip(begin).take(LONGEST_RUN) {
            let is_end = taken >> at & 1 == 1 || matches!(word.role, Role::Form(_));
            if is_end || word.script != shape.script {
                break;
            }
            shape.letters |= word.letters;
            shape.sounds |= word.sounds;
            shape.length += word.symbols().len();
            if at > begin {
                out.push(Shape { ..shape });
            }
        }
    }
    out
}

/// Is a run worth writing: does a free word of the other side, or a run of it, have its letters and length?
fn may_go_together(runs: &[Shape], others: &[Word], taken: u32, other_runs: &[Shape]) -> bool {
    let fits = |run: &Shape, word: &Word| {
        if run.length > MAX_WORD {
            true
        } else if run.script == word.script {
            is_near((run.letters, run.length), (word.letters, word.symbols().len()))
        } else {
            may_sound_alike(run.sounds, word.sounds)
        }
    };
    let free = || others.iter().enumerate().filter(|(at, _)| taken >> at & 1 == 0).map(|(_, word)| word);
    runs.iter().any(|run| {
        free().any(|word| fits(run, word))
            || other_runs.iter().any(|other| {
                other.length.max(run.length) > MAX_WORD
                    || (other.script, other.letters, other.length) == (run.script, run.letters, run.length)
            })
    })
}

/// Two words of one script, by letters and length: are they near enough that one may be the other joined?
fn is_near((letters, length): (u64, usize), (others, other): (u64, usize)) -> bool {
    let shared = (letters & others).count_ones() * 4 >= (letters | others).count_ones() * 3;
    length.min(other) * 3 >= length.max(other) * 2 && shared
}

/// Free words that name somebody, as bits.
fn free_names(words: &[Word], taken: u32) -> u32 {
    let free = words.iter().enumerate().filter(|(at, word)| taken >> at & 1 == 0 && word.is_core());
    free.fold(0, |mask, (at, _)| mask | 1 << at)
}

/// Names of the other side that nothing is left for, once a run has gone with one of them.
fn spare(others: u32, names: u32, run: u32) -> u32 {
    others.count_ones().saturating_sub(1).saturating_sub((names & !run).count_ones())
}

fn push(
    sides: &mut Sides,
    found: &mut Vec<Pair>,
    (ours, one): (u32, &Word),
    (theirs, two): (u32, &Word),
    spare: u32,
) {
    let shape = |word: &Word| (word.letters, word.symbols().len());
    if one.script == two.script && !is_near(shape(one), shape(two)) {
        return;
    }
    let unlike = (one.sounds ^ two.sounds).count_ones() > 1;
    if spare > 0 && one.script != two.script && unlike {
        return;
    }
    let mut alike = alike(sides, one, two, if spare > 0 { BEREFT_FLOOR } else { FLOOR });
    if one.script != two.script {
        alike.z -= BEREFT * spare as f32;
    }
    if alike.z >= JOINED + PRICE && alike.edits < 0.35 {
        found.push(Pair {
            ours,
            theirs,
            alike: Alike { z: (alike.z - PRICE).min(SURE), ..alike },
            content: one.hash ^ two.hash,
        });
    }
}

/// Neighbours that are free, in one: in their order, and with the last before the others (family name first).
fn runs(words: &[Word], taken: u32) -> Vec<(u32, Word)> {
    let mut out = Vec::new();
    for begin in 0..words.len() {
        let mut mask = 0;
        for (length, end) in (begin..words.len()).enumerate().take(LONGEST_RUN) {
            if taken >> end & 1 == 1 || words.get(end).is_some_and(|word| matches!(word.role, Role::Form(_)))
            {
                break;
            }
            mask |= 1 << end;
            if length == 0 {
                continue;
            }
            let run = words.get(begin..=end).unwrap_or_default();
            out.extend(Word::joined(run).map(|word| (mask, word)));
            if let Some((last, others)) = run.split_last() {
                out.extend(Word::joined(std::iter::once(last).chain(others)).map(|word| (mask, word)));
            }
        }
    }
    out
}
