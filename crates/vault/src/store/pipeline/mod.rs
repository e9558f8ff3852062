//! An intake that keeps two cores busy: the content is hashed, sealed and written by threads of their own, with reused buffers and
//! never more than 64 MiB waiting. It comes to the same as [`super::Intake`], and can besides make bytes durable that have no
//! whole part yet. It owns all that it needs, so that it can stay open between requests; its threads end when it rests.

mod block;
mod mark;
mod stages;

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use block::Block;
pub(in crate::store) use block::{Buffer, Pool};
use mark::Marks;
pub use mark::{MARK_PARTS, Mark};
use stages::{Stages, ToSeal, Told};

use super::intake::check_part_size;
use super::piece::{MAX_PIECE, PieceRef, read_piece, store_piece};
use super::{IntakeFault, Objects, Taken};
use crate::ItemId;
use crate::chunk::{ItemKey, Salt, open_part};
use crate::item::PartRef;

/// Bytes that pass the stages at once.
const BLOCK_LEN: u64 = 1 << 20;

/// What an item is taken in under.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its key.
    pub key: ItemKey,
    /// Its identifier.
    pub item: ItemId,
    /// Bytes of content in each part but the last: a power of two from 16 KiB to 1 GiB.
    pub part_size: u64,
    /// Whether every byte can be made durable at any time, by pieces. Then parts of more than 16 MiB are written twice, first
    /// in pieces; those up to that are not, they are kept in memory until they are whole.
    pub every_byte: bool,
}

/// An item on its way in, with stages that work at once. Calls block while the stages are behind.
pub struct PipelinedIntake<O: Objects> {
    objects: O,
    plan: Plan,
    salts: Box<dyn FnMut() -> Salt + Send>,
    stages: Stages<O>,
    pool: Pool,
    block: Buffer,
    /// Bytes that were handed to the stages.
    handed: u64,
    /// Blocks of the unfinished part that hold bytes without a piece.
    kept: Vec<Arc<Block>>,
    /// Where the next piece begins.
    pieced: u64,
    pieces: Vec<PieceRef>,
    parts: Vec<PartRef>,
    /// Durable parts whose predecessor is not durable yet.
    early: BTreeMap<u64, PartRef>,
    told: Receiver<Told>,
    marks: Marks,
}

impl<O: Objects + Clone + Send + 'static> PipelinedIntake<O>
where
    O::Pending: Send,
{
    /// Begins to take an item in. `salts` gives a fresh salt for every part and piece, from a secure random source.
    ///
    /// # Errors
    /// [`IntakeFault::PartSize`].
    pub fn new(
        objects: O,
        plan: Plan,
        salts: impl FnMut() -> Salt + Send + 'static,
    ) -> Result<Self, IntakeFault> {
        check_part_size(plan.part_size)?;
        let (tell, told) = channel();
        let (stages, pool) = (Stages::new(&objects, plan.key.clone(), plan.item, &tell), Pool::default());
        Ok(Self {
            objects,
            salts: Box::new(salts),
            stages,
            block: pool.take(0),
            pool,
            plan,
            handed: 0,
            kept: Vec::new(),
            pieced: 0,
            pieces: Vec::new(),
            parts: Vec::new(),
            early: BTreeMap::new(),
            told,
            marks: Marks::default(),
        })
    }

    /// The same as on a processor without instructions for SHA-256.
    #[cfg(test)]
    pub(in crate::store) fn hashed_apart(mut self) -> Self {
        self.stages.hash_apart();
        self
    }

    /// Goes on with an item of which `parts` and `pieces` are durable, after an interruption. It reads those after `mark`, so that the
    /// hashes go on too, and all where there is none, or one that does not fit; the next byte to give is that at
    /// [`PipelinedIntake::durable`].
    ///
    /// # Errors
    /// [`IntakeFault::Chunk`] where a part or a piece does not open, [`IntakeFault::NotFull`], [`IntakeFault::Piece`] where the
    /// pieces do not go on from the last part one after another, and as [`PipelinedIntake::new`].
    pub fn resume(
        objects: O,
        plan: Plan,
        salts: impl FnMut() -> Salt + Send + 'static,
        parts: Vec<PartRef>,
        pieces: Vec<PieceRef>,
        mark: Option<&Mark>,
    ) -> Result<Self, IntakeFault> {
        let mut intake = Self::new(objects, plan, salts)?;
        let marked = mark.map_or(0, |mark| intake.go_on_from(mark, &parts));
        for (number, part) in (0..).zip(&parts).skip(marked) {
            intake.hash_stored(number, part)?;
        }
        intake.parts = parts;
        for piece in pieces {
            intake.take_stored(piece)?;
        }
        Ok(intake)
    }

    /// Stands where `mark` says, if it lies at the end of one of these parts; how many parts come before it.
    fn go_on_from(&mut self, mark: &Mark, parts: &[PartRef]) -> usize {
        let (size, part_size) = (mark.size(), self.plan.part_size);
        let number = usize::try_from(size / part_size).unwrap_or(usize::MAX);
        if !size.is_multiple_of(part_size) || number > parts.len() || !self.stages.go_on_from(mark) {
            return 0;
        }
        (self.handed, self.pieced) = (size, size);
        number
    }

    /// Hashes a durable part.
    fn hash_stored(&mut self, number: u64, part: &PartRef) -> Result<(), IntakeFault> {
        let objects = self.objects.clone();
        let source = |offset: u64, buffer: &mut [u8]| {
            objects.read(part.sealed_sha256, offset, buffer).map_err(std::io::Error::other)
        };
        let mut opener = open_part(source, part.sealed_size, &self.plan.key, self.plan.item, number)?;
        if opener.size() != self.plan.part_size {
            return Err(IntakeFault::NotFull { part: number });
        }
        let mut hashed = Ok(());
        opener.read_with(0..self.plan.part_size, |bytes| {
            if hashed.is_ok() {
                hashed = self.each_block(bytes, |intake, block| intake.stages.hash(block));
            }
        })?;
        self.pieced = self.handed;
        hashed
    }

    /// Takes a durable piece, as if its bytes came again.
    fn take_stored(&mut self, piece: PieceRef) -> Result<(), IntakeFault> {
        let (start, end) = (piece.start, piece.end);
        let part_end = (self.parts.len() as u64 + 1).saturating_mul(self.plan.part_size);
        if start != self.received() || end <= start || end > part_end {
            return Err(IntakeFault::Piece { start, end });
        }
        let (objects, key, item) = (self.objects.clone(), self.plan.key.clone(), self.plan.item);
        let mut taken = Ok(());
        read_piece(&objects, &key, item, &piece, |bytes| {
            if taken.is_ok() {
                taken = self.take(bytes, end);
            }
        })?;
        self.pieces.push(piece);
        taken
    }

    /// Bytes that were taken, durable or not.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.handed + self.block.len() as u64
    }

    /// The parts that are durable, to be noted so that the intake can be resumed.
    #[must_use]
    pub fn parts(&self) -> &[PartRef] {
        &self.parts
    }

    /// The pieces that go on from the last durable part, to be noted with the parts. Others need not be kept any more.
    #[must_use]
    pub fn pieces(&self) -> &[PieceRef] {
        let mut end = self.parts.len() as u64 * self.plan.part_size;
        let in_order = self.pieces.iter().take_while(|piece| {
            let follows = piece.start == end;
            end = piece.end;
            follows
        });
        self.pieces.get(..in_order.count()).unwrap_or_default()
    }

    /// Where to go on from after an interruption without reading the parts before, to be noted, sealed, with the parts. There is none
    /// yet in an item of few parts, nor where this processor has no instructions for SHA-256.
    #[must_use]
    pub fn mark(&self) -> Option<&Mark> {
        self.marks.newest()
    }

    /// Bytes of content that a crash does not lose, once parts and pieces are noted.
    #[must_use]
    pub fn durable(&self) -> u64 {
        let parts = self.parts.len() as u64 * self.plan.part_size;
        self.pieces().last().map_or(parts, |piece| piece.end)
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// An [`IntakeFault`]; the item cannot go on after one, but be resumed from what is durable.
    pub fn update(&mut self, bytes: &[u8]) -> Result<(), IntakeFault> {
        self.take(bytes, 0)?;
        self.collect();
        Ok(())
    }

    /// Takes all bytes of `source`, which are read to where the stages want them; how many came.
    ///
    /// # Errors
    /// [`IntakeFault::Source`] where it cannot be read, and as [`PipelinedIntake::update`].
    pub fn take_from(&mut self, mut source: impl Read) -> Result<u64, IntakeFault> {
        let before = self.received();
        let block_len = self.block_len();
        loop {
            if self.block.is_empty() {
                self.block.bytes().reserve_exact(block_len);
            }
            let room = (block_len - self.block.len()) as u64;
            source.by_ref().take(room).read_to_end(self.block.bytes()).map_err(IntakeFault::Source)?;
            if self.block.len() < block_len {
                return Ok(self.received() - before);
            }
            let block = self.next_block();
            self.hand(block, 0)?;
            self.collect();
        }
    }

    /// Takes bytes, of which those before `pieced` are in pieces already.
    fn take(&mut self, bytes: &[u8], pieced: u64) -> Result<(), IntakeFault> {
        self.each_block(bytes, |intake, block| intake.hand(block, pieced))?;
        self.pieced = self.pieced.max(pieced.min(self.received()));
        Ok(())
    }

    fn block_len(&self) -> usize {
        usize::try_from(self.plan.part_size.min(BLOCK_LEN)).unwrap_or(usize::MAX)
    }

    /// Gathers bytes into blocks and hands each that is full to `take`.
    fn each_block(
        &mut self,
        mut bytes: &[u8],
        mut take: impl FnMut(&mut Self, Arc<Block>) -> Result<(), IntakeFault>,
    ) -> Result<(), IntakeFault> {
        let block_len = self.block_len();
        while !bytes.is_empty() {
            if self.block.is_empty() {
                self.block.bytes().reserve_exact(block_len);
            }
            let (now, later) = bytes.split_at(bytes.len().min(block_len - self.block.len()));
            self.block.bytes().extend_from_slice(now);
            bytes = later;
            if self.block.len() == block_len {
                let block = self.next_block();
                take(self, block)?;
            }
        }
        Ok(())
    }

    /// The gathered bytes as a block, which counts as handed over.
    fn next_block(&mut self) -> Arc<Block> {
        let bytes = std::mem::replace(&mut self.block, self.pool.take(0));
        let start = self.handed;
        self.handed += bytes.len() as u64;
        Arc::new(Block { start, bytes })
    }

    /// Hands a block to the stages. INVARIANT: no block crosses the end of a part, both being powers of two.
    fn hand(&mut self, block: Arc<Block>, pieced: u64) -> Result<(), IntakeFault> {
        if block.start.is_multiple_of(self.plan.part_size) {
            self.begin_part(block.start)?;
        }
        self.stages.take(Arc::clone(&block))?;
        self.pieced = self.pieced.max(pieced.min(self.handed));
        if self.handed.is_multiple_of(self.plan.part_size) {
            self.kept.clear();
            self.pieced = self.handed;
            self.stages.seal(ToSeal::End)?;
            return self.ask_for_mark();
        }
        self.keep(block)
    }

    fn ask_for_mark(&mut self) -> Result<(), IntakeFault> {
        let parts = self.handed / self.plan.part_size;
        if parts.is_multiple_of(MARK_PARTS) { self.stages.mark(self.handed) } else { Ok(()) }
    }

    fn begin_part(&mut self, start: u64) -> Result<(), IntakeFault> {
        let (part, salt) = (start / self.plan.part_size, (self.salts)());
        self.stages.seal(ToSeal::Begin { part, salt })
    }

    /// Keeps a block until its bytes are in a piece or a whole part; makes the piece where that is the most that is kept.
    fn keep(&mut self, block: Arc<Block>) -> Result<(), IntakeFault> {
        if self.plan.every_byte && self.handed > self.pieced {
            self.kept.push(block);
            if self.handed - self.pieced >= MAX_PIECE {
                return self.store_piece();
            }
        }
        Ok(())
    }

    /// Stores what came since the last piece as one.
    fn store_piece(&mut self) -> Result<(), IntakeFault> {
        let (start, end) = (self.pieced, self.received());
        if start == end {
            return Ok(());
        }
        let skip = usize::try_from(start.saturating_sub(self.handed)).unwrap_or(usize::MAX);
        let gathered = self.block.get(skip..).unwrap_or_default();
        let content = self.kept.iter().map(|block| block.from(start)).chain([gathered]);
        let salt = (self.salts)();
        let piece = store_piece(&self.objects, &self.plan.key, self.plan.item, start, salt, content)?;
        debug_assert_eq!(piece.end, end);
        self.pieced = piece.end;
        self.pieces.push(piece);
        self.kept.clear();
        Ok(())
    }

    /// Makes all bytes that came durable, if the plan says so, and otherwise all whole parts: then [`PipelinedIntake::durable`] is
    /// [`PipelinedIntake::received`], once parts and pieces are noted. The threads end, until more bytes come.
    ///
    /// # Errors
    /// As [`PipelinedIntake::update`].
    pub fn flush(&mut self) -> Result<u64, IntakeFault> {
        self.stages.rest()?;
        self.collect();
        if self.plan.every_byte {
            self.store_piece()?;
        }
        self.pool.empty();
        Ok(self.durable())
    }

    /// Notes the parts that became durable, in their order, and the marks between them.
    fn collect(&mut self) {
        for told in self.told.try_iter() {
            match told {
                Told::Durable(number, part) => self.early.extend([(number, part)]),
                Told::Tree(state) => self.marks.tell_tree(state),
                Told::Content(size, state) => self.marks.tell_content(size, state),
            }
        }
        while let Some(part) = self.early.remove(&(self.parts.len() as u64)) {
            self.parts.push(part);
        }
        let whole = self.parts.len() as u64 * self.plan.part_size;
        self.pieces.retain(|piece| piece.start >= whole);
        self.marks.settle(whole);
    }

    /// Ends the item with its last part, which may be empty. No piece is needed then.
    ///
    /// # Errors
    /// As [`PipelinedIntake::update`].
    pub fn finish(mut self) -> Result<Taken, IntakeFault> {
        self.plan.every_byte = false;
        if self.handed.is_multiple_of(self.plan.part_size) {
            self.begin_part(self.handed)?;
        }
        if !self.block.is_empty() {
            let block = self.next_block();
            self.stages.take(block)?;
        }
        self.stages.seal(ToSeal::End)?;
        self.stages.rest()?;
        self.collect();
        let part_size = self.plan.part_size;
        let (sha256, blake3, size) = self.stages.finish()?;
        Ok(Taken { size, sha256, blake3, part_size, parts: self.parts })
    }
}
