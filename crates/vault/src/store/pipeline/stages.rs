//! The stages of a pipelined intake, each a thread while bytes come, and plain values while it rests: hashing the content's tree;
//! sealing it and hashing what is sealed; writing, with two writers that take turns with the parts, so that one writes while the
//! other syncs. The SHA-256 of the content is computed beside that of what is sealed, where two at once take less time than one
//! after the other; otherwise beside the tree.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use super::block::{Block, Buffer, Pool};
use super::mark::Mark;
use crate::Digest;
use crate::ItemId;
use crate::chunk::{ChunkFault, ItemKey, Salt, Sealer, seal_part};
use crate::digest::{OpenSha256, Sha256, Sha256State};
use crate::item::{PartRef, Tree, TreeHasher, TreeState};
use crate::store::{IntakeFault, Objects, Pending, StoreFault};

/// Blocks that wait for a stage at most.
const WAITING: usize = 3;
/// Bytes of content that pass one step of a stage: what the next step reads is still in the processor's cache.
const STEP: usize = 128 << 10;
/// Bytes that are written at once: whole pages at an aligned address, so that storage need not copy them.
const RUN_LEN: usize = 2 << 20;
/// Bytes by which what is sealed may exceed a run: a step, and its header, tags, and the rest of a chunk.
const SEALED_MORE: usize = STEP + (32 << 10);
/// Runs that wait for a writer at most, so that sealing goes on while one is written.
const RUNS_WAITING: usize = 3;
/// Writers that take turns.
const WRITERS: usize = 2;

/// What the stages tell the intake.
pub(super) enum Told {
    /// A part is durable; those of one writer come in order.
    Durable(u64, PartRef),
    /// Where the tree stood after so many bytes.
    Tree(TreeState),
    /// Where the SHA-256 of the content stood after so many bytes.
    Content(u64, Sha256State),
}

/// What the hashing stage is told.
enum ToHash {
    Block(Arc<Block>),
    /// Tell where the tree stands.
    Mark,
}

/// Hashes the content: its tree, and its SHA-256 where the sealing stage does not.
struct Hashing {
    sha256: Option<Sha256>,
    tree: TreeHasher,
    tell: Sender<Told>,
}

impl Hashing {
    fn run(mut self, tasks: &Receiver<ToHash>) -> Result<Self, IntakeFault> {
        while let Ok(task) = tasks.recv() {
            match task {
                ToHash::Block(block) => self.hash(&block),
                // Nobody hears of it when the intake was dropped.
                ToHash::Mark => self.tree.state().into_iter().for_each(|state| {
                    let _ = self.tell.send(Told::Tree(state));
                }),
            }
        }
        Ok(self)
    }

    fn hash(&mut self, block: &Block) {
        for step in block.bytes.chunks(STEP) {
            if let Some(sha256) = &mut self.sha256 {
                sha256.update(step);
            }
            self.tree.update(step);
        }
    }
}

/// What the sealing stage is told.
pub(super) enum ToSeal {
    Begin {
        part: u64,
        salt: Salt,
    },
    Block(Arc<Block>),
    End,
    /// Content that is sealed already, and only hashed.
    Stored(Arc<Block>),
    /// Tell where the SHA-256 of the content stands, after so many bytes.
    Mark(u64),
}

/// The SHA-256 of what is sealed.
enum SealedHash {
    Alone(Sha256),
    /// Beside that of the content.
    Beside(OpenSha256),
}

impl SealedHash {
    /// Takes what `step` of the content was sealed to, and `content` that step.
    fn update(&mut self, sealed: &[u8], content: &mut Option<OpenSha256>, step: &[u8]) {
        match (self, content) {
            (Self::Beside(hash), Some(content)) => content.update_both(step, hash, sealed),
            (Self::Beside(hash), None) => hash.update(sealed),
            (Self::Alone(hash), _) => hash.update(sealed),
        }
    }

    fn finish(self) -> Digest {
        match self {
            Self::Alone(hash) => hash.finish(),
            Self::Beside(hash) => hash.finish(),
        }
    }
}

/// What is sealed of a part.
struct Sealed {
    part: u64,
    sha256: SealedHash,
    size: u64,
    /// What was not handed to the part's writer yet: less than a run.
    run: Buffer,
}

impl Sealed {
    /// Seals `step` by `seal`, which appends to what it is given; hashes both; hands a full run to the part's writer.
    fn add(
        &mut self,
        pool: &Pool,
        writers: &Writers,
        (step, content): (&[u8], &mut Option<OpenSha256>),
        seal: impl FnOnce(&mut Vec<u8>) -> Result<(), ChunkFault>,
    ) -> Result<(), IntakeFault> {
        let before = self.run.len();
        seal(self.run.bytes())?;
        let new = self.run.get(before..).unwrap_or_default();
        self.sha256.update(new, content, step);
        self.size += new.len() as u64;
        if self.run.len() < RUN_LEN {
            return Ok(());
        }
        let mut next = pool.take_aligned(RUN_LEN + SEALED_MORE);
        self.run.split_off(RUN_LEN, &mut next);
        send(writers, self.part, ToWrite::Bytes(std::mem::replace(&mut self.run, next)))
    }
}

/// Seals the content, and hashes what it comes to.
struct Sealing {
    key: ItemKey,
    item: ItemId,
    pool: Pool,
    /// The SHA-256 of the content, where it is computed here.
    content: Option<OpenSha256>,
    tell: Sender<Told>,
    at: Option<(Sealer, Sealed)>,
}

impl Sealing {
    fn run(mut self, tasks: &Receiver<ToSeal>, writers: &Writers) -> Result<Self, IntakeFault> {
        while let Ok(task) = tasks.recv() {
            match task {
                ToSeal::Begin { part, salt } => self.begin(part, salt, writers)?,
                ToSeal::Block(block) => self.seal(&block, writers)?,
                ToSeal::End => self.end(writers)?,
                ToSeal::Stored(block) => {
                    if let Some(content) = &mut self.content {
                        content.update(&block.bytes);
                    }
                }
                ToSeal::Mark(size) => {
                    let state = self.content.as_ref().and_then(OpenSha256::state);
                    state.into_iter().for_each(|state| {
                        let _ = self.tell.send(Told::Content(size, state));
                    });
                }
            }
        }
        Ok(self)
    }

    fn begin(&mut self, part: u64, salt: Salt, writers: &Writers) -> Result<(), IntakeFault> {
        let sealer = seal_part(&self.key, self.item, part, salt)?;
        let run = self.pool.take_aligned(RUN_LEN + SEALED_MORE);
        let sha256 = match self.content {
            Some(_) => SealedHash::Beside(OpenSha256::default()),
            None => SealedHash::Alone(Sha256::default()),
        };
        self.at = Some((sealer, Sealed { part, sha256, size: 0, run }));
        send(writers, part, ToWrite::Begin)
    }

    fn seal(&mut self, block: &Block, writers: &Writers) -> Result<(), IntakeFault> {
        let (sealer, sealed) = self.at.as_mut().ok_or(IntakeFault::Stopped)?;
        for step in block.bytes.chunks(STEP) {
            let content = (step, &mut self.content);
            sealed.add(&self.pool, writers, content, |out| sealer.update(step, out))?;
        }
        Ok(())
    }

    fn end(&mut self, writers: &Writers) -> Result<(), IntakeFault> {
        let (sealer, mut sealed) = self.at.take().ok_or(IntakeFault::Stopped)?;
        sealed.add(&self.pool, writers, (&[], &mut self.content), |out| sealer.finish(out))?;
        send(writers, sealed.part, ToWrite::Bytes(sealed.run))?;
        let whole = PartRef { sealed_sha256: sealed.sha256.finish(), sealed_size: sealed.size };
        send(writers, sealed.part, ToWrite::End { part: sealed.part, whole })
    }
}

type Writers = [SyncSender<ToWrite>; WRITERS];

/// The writers take turns with the parts.
fn send(writers: &Writers, part: u64, task: ToWrite) -> Result<(), IntakeFault> {
    let turn = usize::try_from(part % WRITERS as u64).unwrap_or(0);
    let writer = writers.get(turn).ok_or(IntakeFault::Stopped)?;
    writer.send(task).map_err(|_| IntakeFault::Stopped)
}

/// What a writer is told.
enum ToWrite {
    Begin,
    Bytes(Buffer),
    End { part: u64, whole: PartRef },
}

/// Writes every other part.
struct Writing<O: Objects> {
    objects: O,
    pending: Option<O::Pending>,
    tell: Sender<Told>,
}

impl<O: Objects> Writing<O> {
    fn run(mut self, tasks: &Receiver<ToWrite>) -> Result<Self, IntakeFault> {
        while let Ok(task) = tasks.recv() {
            match task {
                ToWrite::Begin => self.pending = Some(self.objects.create()?),
                ToWrite::Bytes(bytes) => self.pending.as_mut().ok_or(IntakeFault::Stopped)?.write(&bytes)?,
                ToWrite::End { part, whole } => {
                    self.pending.take().ok_or(IntakeFault::Stopped)?.commit(whole.sealed_sha256)?;
                    // Nobody hears of it when the intake was dropped.
                    let _ = self.tell.send(Told::Durable(part, whole));
                }
            }
        }
        Ok(self)
    }
}

struct Resting<O: Objects> {
    hashing: Hashing,
    sealing: Sealing,
    writing: [Writing<O>; WRITERS],
}

type Stage<S> = JoinHandle<Result<S, IntakeFault>>;

struct Running<O: Objects> {
    to_hash: SyncSender<ToHash>,
    to_seal: SyncSender<ToSeal>,
    hashing: Stage<Hashing>,
    sealing: Stage<Sealing>,
    writing: [Stage<Writing<O>>; WRITERS],
}

enum State<O: Objects> {
    Resting(Box<Resting<O>>),
    Running(Running<O>),
    Failed,
}

/// The stages of one intake.
pub(super) struct Stages<O: Objects>(State<O>);

impl<O: Objects + Clone + Send + 'static> Stages<O>
where
    O::Pending: Send,
{
    /// Stages at rest, at the beginning of an item.
    pub(super) fn new(objects: &O, key: ItemKey, item: ItemId, tell: &Sender<Told>) -> Self {
        let beside = OpenSha256::pays();
        let content = beside.then(OpenSha256::default);
        let sealing = Sealing { key, item, pool: Pool::default(), content, tell: tell.clone(), at: None };
        let sha256 = (!beside).then(Sha256::default);
        let hashing = Hashing { sha256, tree: TreeHasher::default(), tell: tell.clone() };
        let writing = || Writing { objects: objects.clone(), pending: None, tell: tell.clone() };
        let resting = Resting { hashing, sealing, writing: [writing(), writing()] };
        Self(State::Resting(Box::new(resting)))
    }

    /// Computes the SHA-256 of the content beside its tree, as where two at once do not pay.
    #[cfg(test)]
    pub(super) fn hash_apart(&mut self) {
        if let State::Resting(resting) = &mut self.0 {
            resting.hashing.sha256 = Some(Sha256::default());
            resting.sealing.content = None;
        }
    }

    /// Puts resting stages at the hashes of a mark; whether it is one.
    pub(super) fn go_on_from(&mut self, mark: &Mark) -> bool {
        let State::Resting(resting) = &mut self.0 else { return false };
        let content = mark.sha256().and_then(|state| OpenSha256::from_state(&state));
        let Some((content, tree)) = content.zip(TreeHasher::from_state(mark.tree())) else { return false };
        (resting.hashing.sha256, resting.hashing.tree, resting.sealing.content) = (None, tree, Some(content));
        true
    }

    /// Hands a block to be hashed and sealed.
    pub(super) fn take(&mut self, block: Arc<Block>) -> Result<(), IntakeFault> {
        self.tell_hashing(ToHash::Block(Arc::clone(&block)))?;
        self.seal(ToSeal::Block(block))
    }

    /// Asks where the hashes stand after `size` bytes, which have been handed over; they tell where it can be gone on from.
    pub(super) fn mark(&mut self, size: u64) -> Result<(), IntakeFault> {
        self.tell_hashing(ToHash::Mark)?;
        self.seal(ToSeal::Mark(size))
    }

    fn tell_hashing(&mut self, task: ToHash) -> Result<(), IntakeFault> {
        let sent = self.running()?.to_hash.send(task).is_ok();
        self.unless_stopped(sent)
    }

    /// Hands a block that is sealed and stored already to be hashed.
    pub(super) fn hash(&mut self, block: Arc<Block>) -> Result<(), IntakeFault> {
        self.tell_hashing(ToHash::Block(Arc::clone(&block)))?;
        self.seal(ToSeal::Stored(block))
    }

    /// Hands a task to the sealing stage.
    pub(super) fn seal(&mut self, task: ToSeal) -> Result<(), IntakeFault> {
        let sent = self.running()?.to_seal.send(task).is_ok();
        self.unless_stopped(sent)
    }

    /// A stage that takes nothing has failed: finds out why.
    fn unless_stopped(&mut self, sent: bool) -> Result<(), IntakeFault> {
        if sent { Ok(()) } else { self.rest().and(Err(IntakeFault::Stopped)) }
    }

    fn running(&mut self) -> Result<&Running<O>, IntakeFault> {
        if let State::Resting(_) = self.0
            && let State::Resting(resting) = std::mem::replace(&mut self.0, State::Failed)
        {
            self.0 = State::Running(resting.start()?);
        }
        match &self.0 {
            State::Running(running) => Ok(running),
            _ => Err(IntakeFault::Stopped),
        }
    }

    /// Waits until all that was handed over is done, and ends the threads.
    pub(super) fn rest(&mut self) -> Result<(), IntakeFault> {
        let resting = match std::mem::replace(&mut self.0, State::Failed) {
            State::Running(running) => Box::new(running.stop()?),
            State::Resting(resting) => resting,
            State::Failed => return Err(IntakeFault::Stopped),
        };
        resting.sealing.pool.empty();
        self.0 = State::Resting(resting);
        Ok(())
    }

    /// The hashes of all that was handed over, and how many bytes that was.
    pub(super) fn finish(mut self) -> Result<(Digest, Tree, u64), IntakeFault> {
        self.rest()?;
        let State::Resting(resting) = std::mem::replace(&mut self.0, State::Failed) else {
            return Err(IntakeFault::Stopped);
        };
        let Hashing { sha256, tree, .. } = resting.hashing;
        let beside = resting.sealing.content.map(OpenSha256::finish);
        let sha256 = beside.or_else(|| sha256.map(Sha256::finish)).ok_or(IntakeFault::Stopped)?;
        let size = tree.size();
        Ok((sha256, tree.finish(), size))
    }
}

impl<O: Objects> Drop for Stages<O> {
    fn drop(&mut self) {
        if let State::Running(running) = std::mem::replace(&mut self.0, State::Failed) {
            // What is pending is given up before this returns.
            let _ = running.stop();
        }
    }
}

impl<O: Objects + Send + 'static> Resting<O>
where
    O::Pending: Send,
{
    fn start(self) -> Result<Running<O>, IntakeFault> {
        let (to_hash, hash_tasks) = sync_channel(WAITING);
        let (to_seal, tasks) = sync_channel(WAITING);
        let (first, first_tasks) = sync_channel(RUNS_WAITING);
        let (second, second_tasks) = sync_channel(RUNS_WAITING);
        let Self { hashing, sealing, writing: [one, two] } = self;
        let writers = [first, second];
        Ok(Running {
            to_hash,
            to_seal,
            hashing: spawn("hash", move || hashing.run(&hash_tasks))?,
            sealing: spawn("seal", move || sealing.run(&tasks, &writers))?,
            writing: [
                spawn("write", move || one.run(&first_tasks))?,
                spawn("write", move || two.run(&second_tasks))?,
            ],
        })
    }
}

fn spawn<S: Send + 'static>(
    name: &str,
    run: impl FnOnce() -> Result<S, IntakeFault> + Send + 'static,
) -> Result<Stage<S>, IntakeFault> {
    let spawned = Builder::new().name(name.into()).spawn(run);
    let failed = |source| StoreFault::Storage { what: "start a thread", source };
    Ok(spawned.map_err(failed)?)
}

impl<O: Objects> Running<O> {
    /// Ends all threads; what they know, or the first thing that went wrong.
    fn stop(self) -> Result<Resting<O>, IntakeFault> {
        drop((self.to_hash, self.to_seal));
        let (hashing, sealing) = (join(self.hashing), join(self.sealing));
        let [one, two] = self.writing.map(join);
        match (hashing, sealing, one, two) {
            (Ok(hashing), Ok(sealing), Ok(one), Ok(two)) => {
                Ok(Resting { hashing, sealing, writing: [one, two] })
            }
            (hashing, sealing, one, two) => {
                let faults = [one.err(), two.err(), sealing.err(), hashing.err()].into_iter().flatten();
                // A stage that stopped because another one did says nothing of the cause.
                let cause = faults.into_iter().find(|fault| !matches!(fault, IntakeFault::Stopped));
                Err(cause.unwrap_or(IntakeFault::Stopped))
            }
        }
    }
}

fn join<S>(stage: Stage<S>) -> Result<S, IntakeFault> {
    stage.join().unwrap_or(Err(IntakeFault::Stopped))
}
