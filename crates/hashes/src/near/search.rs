//! One lookup in one segment.

use super::{
    segment::{Segment, View},
    slots::{CHOICES, MOST_TOLERANCE, Slot, balls, tolerances},
};
use crate::{
    hash::{BYTES, PdqHash},
    vector::{self, Found, Level, Run, Sieve},
};

/// What reading a bucket costs, in nanoseconds, besides its entries.
const RUN: f32 = 12.0;
/// What an entry costs in the sieve, with its share of what passes it.
const ENTRY: f32 = 0.25;
/// What a row costs where all are read.
const ROW: f32 = 2.5;

/// A hash within the radius.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Where it stands.
    pub position: u64,
    /// How many bits differ.
    pub distance: u32,
}

/// What a lookup looked at, for measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Buckets that were read.
    pub buckets: u64,
    /// Their entries.
    pub entries: u64,
    /// Entries that passed the sieve.
    pub passed: u64,
    /// Rows that were compared, each once.
    pub rows: u64,
    /// Lookups that read all rows instead.
    pub scans: u64,
}

/// What lookups need while they run; one for each thread, used again and again.
#[derive(Debug)]
pub struct Finder {
    level: Level,
    /// What a row costs where all are read.
    row: f32,
    runs: Vec<Vec<Run>>,
    entries: Vec<u32>,
    seen: Vec<u64>,
    numbers: Vec<u32>,
    found: Vec<Found>,
    work: Work,
}

impl Default for Finder {
    fn default() -> Self {
        Self::with(Level::best())
    }
}

impl Finder {
    /// With these instructions.
    ///
    /// Levels that the processor has not are lowered to the best that it has.
    #[must_use]
    pub fn with(level: Level) -> Self {
        Self {
            level: level.min(Level::best()),
            row: ROW,
            runs: Vec::new(),
            entries: Vec::new(),
            seen: Vec::new(),
            numbers: Vec::new(),
            found: Vec::new(),
            work: Work::default(),
        }
    }

    /// Uses tables even where reading all rows costs less.
    #[cfg(test)]
    pub(super) fn always_tables(&mut self) {
        self.row = f32::INFINITY;
    }

    /// What was looked at since the beginning.
    #[must_use]
    pub fn work(&self) -> Work {
        self.work
    }

    /// Appends all hashes of the segment within `radius` to `hits`, in no order; positions are counted from `first`.
    pub(super) fn search(
        &mut self,
        segment: &Segment,
        query: &PdqHash,
        radius: u32,
        first: u64,
        hits: &mut Vec<Hit>,
    ) {
        let query = segment.order.keep(query);
        self.found.clear();
        let costs = self.costs(segment, &query);
        let scan = segment.count as f32 * self.row;
        match tolerances(&costs, radius).filter(|(_, cost)| *cost < scan) {
            Some((given, _)) => self.look_up(segment, &query, radius, &given),
            None => self.scan(segment.rows(), &query, radius),
        }
        hits.extend(
            self.found
                .iter()
                .map(|(row, distance)| Hit { position: first + u64::from(*row), distance: *distance }),
        );
    }

    /// The same in plain rows of 32 bytes, all of which are read.
    pub(super) fn search_rows(
        &mut self,
        rows: &[u8],
        query: &PdqHash,
        radius: u32,
        first: u64,
        hits: &mut Vec<Hit>,
    ) {
        self.found.clear();
        vector::scan(self.level, rows, &query.0, radius, &mut self.found);
        hits.extend(
            self.found
                .iter()
                .map(|(row, distance)| Hit { position: first + u64::from(*row), distance: *distance }),
        );
    }

    fn scan(&mut self, rows: &[u8], query: &[u8; BYTES], radius: u32) {
        self.work.scans += 1;
        self.work.rows += (rows.len() / BYTES) as u64;
        vector::scan(self.level, rows, query, radius, &mut self.found);
    }

    /// Finds the buckets around the query in each table, and what each tolerance would cost.
    fn costs(&mut self, segment: &Segment, query: &[u8; BYTES]) -> Vec<[f32; CHOICES]> {
        self.runs.resize_with(self.runs.len().max(segment.slots()), Vec::new);
        let cost = |((slot, flips, view), runs): ((&Slot, &[u32], View<'_>), &mut Vec<Run>)| {
            let address = slot.address(query);
            runs.clear();
            runs.extend(flips.iter().map(|flip| {
                let (start, end) = view.bucket(address ^ flip);
                Run { start, end, distance: flip.count_ones() }
            }));
            let size = |runs: &[Run]| runs.iter().map(|run| run.end - run.start).sum::<u32>();
            let [zero, one, two] = balls(slot.address_bits)
                .map(|ball| ball as f32 * RUN + size(runs.get(..ball).unwrap_or_default()) as f32 * ENTRY);
            [0.0, zero, one, two]
        };
        segment.tables().zip(self.runs.iter_mut()).map(cost).collect()
    }

    fn look_up(&mut self, segment: &Segment, query: &[u8; BYTES], radius: u32, given: &[usize]) {
        self.seen.resize(self.seen.len().max(segment.count.div_ceil(64)), 0);
        self.numbers.clear();
        let nexts = given.iter().cycle().skip(1);
        for ((at, (slot, _, view)), (give, next)) in segment.tables().enumerate().zip(given.iter().zip(nexts))
        {
            let Some(tolerance) = give.checked_sub(1) else { continue };
            let sieve = Sieve {
                sketch: slot.sketch(query),
                own: slot.own(),
                most_own: tolerance as u32,
                most_all: (give + next - 1) as u32,
            };
            let runs = self.runs.get(at).map_or(&[][..], |runs| runs.as_slice());
            let ball = balls(slot.address_bits)[tolerance.min(MOST_TOLERANCE)];
            let runs = runs.get(..ball).unwrap_or_default();
            self.entries.clear();
            vector::sift(self.level, view.sketches, runs, &sieve, &mut self.entries);
            self.work.buckets += runs.len() as u64;
            self.work.entries += runs.iter().map(|run| u64::from(run.end - run.start)).sum::<u64>();
            self.gather(&view, segment.rows());
        }
        self.work.rows += self.numbers.len() as u64;
        vector::pick(self.level, segment.rows(), &self.numbers, query, radius, &mut self.found);
        for number in &self.numbers {
            if let Some(word) = self.seen.get_mut(*number as usize / 64) {
                *word = 0;
            }
        }
    }

    /// The rows of the entries that passed, each once.
    fn gather(&mut self, view: &View<'_>, rows: &[u8]) {
        self.work.passed += self.entries.len() as u64;
        self.entries.iter().for_each(|entry| view.prefetch_number(*entry));
        for entry in &self.entries {
            let number = view.number(*entry);
            let Some(word) = self.seen.get_mut(number as usize / 64) else { continue };
            let bit = 1 << (number % 64);
            if *word & bit == 0 {
                *word |= bit;
                self.numbers.push(number);
                vector::prefetch(rows, number as usize * BYTES);
            }
        }
    }
}
