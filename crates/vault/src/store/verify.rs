//! Verifies a whole item on two cores: its parts are opened by two threads that take turns, so that one reads while the other
//! opens; one thread hashes the tree, and the caller's the SHA-256, which is one stream and so the limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::ReadObjects;
use super::pipeline::{Buffer, Pool};
use super::reader::{Damage, ItemReader};
use crate::digest::Sha256;
use crate::item::{PartRef, Tree, TreeHasher};

/// Bytes of content that are passed on at once.
const BLOCK_LEN: usize = 1 << 20;
/// Blocks that wait for the tree at most.
const WAITING: usize = 2;
/// Blocks that an opener is ahead at most: while one is listened to, the other goes on reading, so that the disk always has work.
const AHEAD: usize = 8;
/// Threads that open parts.
const OPENERS: usize = 2;

/// What an opener says of its part.
enum Opened {
    Content(Buffer),
    /// The part has ended, and this is wrong with it.
    End(Vec<Damage>),
}

impl<O: ReadObjects + Sync> ItemReader<'_, O> {
    /// Reads the whole item, and names all that is wrong with it; nothing where it is what the manifest says. Constant memory, some
    /// 30 MiB.
    #[must_use]
    pub fn verify(&self) -> Vec<Damage> {
        self.verify_as_it_comes(|_| true).unwrap_or_default()
    }

    /// The same for an item that is still on its way here: `here` waits until a part is stored, and says whether it is; it is asked
    /// of every part by its number, and from two threads. `None` where it said no, which ends the verification.
    pub fn verify_as_it_comes(&self, here: impl Fn(u64) -> bool + Sync) -> Option<Vec<Damage>> {
        let (here, given_up) = (&here, &AtomicBool::new(false));
        let comes = move |number| {
            let comes = here(number);
            given_up.fetch_or(!comes, Ordering::SeqCst);
            comes
        };
        let (mut damages, mut sha256) = (Vec::new(), Sha256::default());
        let tree = thread::scope(|scope| {
            let (to_tree, blocks) = sync_channel(WAITING);
            let tree = scope.spawn(move || tree_of(&blocks));
            let openers: Vec<_> = (0..OPENERS)
                .map(|turn| {
                    let (tell, hear) = sync_channel(AHEAD);
                    scope.spawn(move || self.open_every_other(turn, &tell, comes));
                    hear
                })
                .collect();
            for (_, opener) in self.manifest.parts.iter().zip(openers.iter().cycle()) {
                damages.extend(hash_part(opener, &mut sha256, &to_tree));
            }
            drop(to_tree);
            tree.join().ok()
        });
        if given_up.load(Ordering::SeqCst) {
            return None;
        }
        let found = sha256.finish();
        let same = || found == self.manifest.sha256 && tree.as_ref() == Some(&self.manifest.blake3);
        if damages.is_empty() && !same() {
            damages.push(Damage::Hash { found });
        }
        Some(damages)
    }

    /// Opens every second part, from part `turn` on, as it comes.
    fn open_every_other(&self, turn: usize, tell: &SyncSender<Opened>, comes: impl Fn(u64) -> bool) {
        let pool = Pool::default();
        for (number, part) in (0..).zip(&self.manifest.parts).skip(turn).step_by(OPENERS) {
            if !comes(number) {
                return;
            }
            let damages = self.open_part(number, part, &pool, tell);
            if tell.send(Opened::End(damages)).is_err() {
                return;
            }
        }
    }

    /// Tells the content of a part; all that is wrong with it.
    fn open_part(&self, number: u64, part: &PartRef, pool: &Pool, tell: &SyncSender<Opened>) -> Vec<Damage> {
        let mut block = pool.take(BLOCK_LEN);
        let opened = self.open(number, part).and_then(|mut opener| {
            let size = opener.size();
            opener.read_with(0..size, |piece| {
                if block.len() + piece.len() > BLOCK_LEN {
                    let full = std::mem::replace(&mut block, pool.take(BLOCK_LEN));
                    // Nobody hears of it only when the verification was given up.
                    let _ = tell.send(Opened::Content(full));
                }
                block.bytes().extend_from_slice(piece);
            })
        });
        let _ = tell.send(Opened::Content(block));
        opened.err().map(|fault| self.locate(number, part, fault)).unwrap_or_default()
    }
}

/// Hashes the next part that `opener` tells of; all that is wrong with it.
fn hash_part(
    opener: &Receiver<Opened>,
    sha256: &mut Sha256,
    to_tree: &SyncSender<Arc<Buffer>>,
) -> Vec<Damage> {
    loop {
        match opener.recv() {
            Ok(Opened::Content(block)) => {
                let block = Arc::new(block);
                let _ = to_tree.send(Arc::clone(&block));
                sha256.update(&block);
            }
            Ok(Opened::End(damages)) => return damages,
            // The opener ended before its time, which the missing hash shows.
            Err(_) => return Vec::new(),
        }
    }
}

fn tree_of(blocks: &Receiver<Arc<Buffer>>) -> Tree {
    let mut tree = TreeHasher::default();
    while let Ok(block) = blocks.recv() {
        tree.update(&block);
    }
    tree.finish()
}
