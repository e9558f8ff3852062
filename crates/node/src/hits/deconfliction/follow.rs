//! The follower's side of sessions: kept in memory, one for each deconfliction, and driven by what the leader sends. Everything is
//! taken in its order; only the very last request may come twice, as happens when its answer was lost.

use super::{
    MatchingError, Name, Progress, State, Step,
    finish::{self, End, Found},
    fixed::{self, CHANGED, Seeded},
    lease,
    own::{self, Own},
    rules,
    spool::{Folder, Spool},
    store::DeconflictionRow,
};
use crate::{Node, locks::locked, random};
use comity_psi::{
    Seed,
    batch::{BatchError, CHECK_BYTES, CHUNK, Follower, Setup},
};
use comity_record::sha256;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::sync::OwnedMutexGuard;

/// The most sessions at a time.
const MOST_SESSIONS: usize = 4;
/// How long the leader is kept waiting until the own set is gathered; then it asks again.
const PATIENCE: Duration = Duration::from_secs(10);

/// A session in memory. Its lock is held while something is done to it.
type Session = Arc<tokio::sync::Mutex<Option<Serving>>>;

/// A place for a session.
struct Slot {
    attempt: u64,
    session: Session,
    touched: Instant,
}

/// The sessions in memory. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Following {
    slots: Arc<Mutex<HashMap<Name, Slot>>>,
}

/// What becomes of the wish to begin an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begun {
    /// Frames may come.
    Ready,
    /// The own set is being gathered: ask again.
    Preparing,
    /// That attempt cannot be begun; so many were.
    Attempt(u64),
    /// It could not be begun and never will be.
    Over,
    /// Another replica of this node has begun it.
    Elsewhere,
    /// Too much is going on: ask later.
    Busy,
}

impl Following {
    fn with<T>(&self, act: impl FnOnce(&mut HashMap<Name, Slot>) -> T) -> T {
        act(&mut locked(&self.slots))
    }

    /// Ends the session of a deconfliction, if one runs.
    pub(super) fn drop_session(&self, name: &Name) {
        self.with(|slots| slots.remove(name));
    }

    pub(super) fn drop_attempt(&self, name: &Name, attempt: u64) {
        self.with(|slots| {
            if slots.get(name).is_some_and(|slot| slot.attempt == attempt) {
                slots.remove(name);
            }
        });
    }

    /// The session of an attempt.
    pub(super) fn session(&self, name: &Name, attempt: u64) -> Option<Session> {
        self.with(|slots| {
            let slot = slots.get_mut(name).filter(|slot| slot.attempt == attempt)?;
            slot.touched = Instant::now();
            Some(slot.session.clone())
        })
    }

    /// A place for a new session, in place of an earlier attempt's; none where there are too many.
    fn reserve(&self, name: &Name, attempt: u64) -> Option<OwnedMutexGuard<Option<Serving>>> {
        self.with(|slots| {
            slots.remove(name);
            if slots.len() >= MOST_SESSIONS {
                return None;
            }
            let session = Session::default();
            let guard = session.clone().try_lock_owned().ok()?;
            slots.insert(name.clone(), Slot { attempt, session, touched: Instant::now() });
            Some(guard)
        })
    }

    /// Takes out the sessions of which nothing was heard for so long.
    fn silent(&self, patience: Duration) -> Vec<(Name, u64, Session)> {
        self.with(|slots| {
            let silent = |slot: &Slot| slot.touched.elapsed() >= patience && slot.session.try_lock().is_ok();
            let gone: Vec<Name> =
                slots.iter().filter(|(_, slot)| silent(slot)).map(|(name, _)| name.clone()).collect();
            let taken = |name: Name| slots.remove(&name).map(|slot| (name, slot.attempt, slot.session));
            gone.into_iter().filter_map(taken).collect()
        })
    }

    /// What is in memory, each with its attempt; `true` where it is not being prepared or worked on.
    pub(super) fn held(&self) -> Vec<(Name, u64, bool)> {
        let idle = |slot: &Slot| slot.session.try_lock().is_ok();
        self.with(|slots| slots.iter().map(|(name, slot)| (name.clone(), slot.attempt, idle(slot))).collect())
    }
}

/// Begins an attempt of a deconfliction that both sides have agreed on.
pub(super) async fn begin(
    node: &Arc<Node>,
    row: DeconflictionRow,
    attempt: u64,
) -> Result<Begun, MatchingError> {
    let (following, name) = (&node.deconflictions.following, row.name());
    if let Some(session) = following.session(&name, attempt) {
        // Asked again, since the answer was lost or the own set was not there yet.
        let Ok(serving) = session.try_lock() else { return Ok(Begun::Preparing) };
        let is_fresh = serving.as_ref().is_some_and(Serving::is_fresh);
        return Ok(if is_fresh { Begun::Ready } else { Begun::Attempt(row.attempts) });
    }
    if attempt == row.attempts
        && row.state == State::Running
        && lease::is_elsewhere(node, &row, random::now()).await?
    {
        return Ok(Begun::Elsewhere);
    }
    if !rules::may_begin(attempt, row.attempts) {
        return Ok(Begun::Attempt(row.attempts));
    }
    let Some(guard) = following.reserve(&name, attempt) else { return Ok(Begun::Busy) };
    let shared = node.clone();
    let preparing = tokio::spawn(async move {
        let begun = prepare(&shared, row, attempt, guard).await;
        if !matches!(begun, Ok(Begun::Ready)) {
            shared.deconflictions.following.drop_attempt(&name, attempt);
        }
        begun
    });
    match tokio::time::timeout(PATIENCE, preparing).await {
        Ok(begun) => begun.map_err(|_| MatchingError::Interrupted)?,
        Err(_) => Ok(Begun::Preparing),
    }
}

async fn prepare(
    node: &Arc<Node>,
    mut row: DeconflictionRow,
    attempt: u64,
    mut place: OwnedMutexGuard<Option<Serving>>,
) -> Result<Begun, MatchingError> {
    let (name, before) = (row.name(), row.attempts);
    if !finish::begin(node, &mut row, attempt).await? {
        return Ok(Begun::Attempt(before));
    }
    node.deconflictions.note(&name, Progress { step: Step::Preparing, done: 0, of: 1 });
    let own = own::gather(node, &row.authority, &row.detail.scope).await?;
    if u64::from(own.len()) > row.own_entries.unwrap_or(0) {
        finish::fail(node, (&name, Some(attempt)), End::Final, GROWN, None).await?;
        return Ok(Begun::Over);
    }
    let Seeded::With(seed) = fixed::seed(node, &row, &own).await? else {
        finish::fail(node, (&name, Some(attempt)), End::Final, CHANGED, None).await?;
        return Ok(Begun::Over);
    };
    let directory = node.directory_path.clone();
    *place = Some(super::blocking(move || Serving::new(&row, own, seed, &directory)).await?);
    Ok(Begun::Ready)
}

/// Why a set that has grown is not compared.
pub(super) const GROWN: &str = "our own set has grown beyond the size that was told; offer anew";

/// Ends sessions of which nothing was heard for too long.
pub(super) async fn end_silent(node: &Arc<Node>) -> Result<(), MatchingError> {
    let patience = Duration::from_secs(node.config.matching.deconfliction_idle_seconds);
    for (name, attempt, session) in node.deconflictions.following.silent(patience) {
        let commitments = session.lock().await.as_ref().and_then(Serving::commitments);
        node.deconflictions.forget(&name);
        let why = "the other side stopped in the middle";
        finish::fail(node, (&name, Some(attempt)), End::Broken, why, commitments).await?;
    }
    Ok(())
}

/// A session that is under way.
pub(super) struct Serving {
    follower: Option<Follower>,
    seed: Seed,
    own: Own,
    checks: Spool,
    session: [u8; 16],
    /// Frames of the leader's set, and of the own.
    frames: (u32, u32),
    taken: u32,
    given: u32,
    matched: u32,
    /// Digests of the leader's frames: as an earlier attempt has fixed them, or as they come.
    theirs: Vec<String>,
    is_fixed: bool,
    /// The last frame of the leader's set by its digest, with the answer to it.
    last_taken: Option<([u8; 32], Vec<u8>)>,
    last_given: Vec<u8>,
    last_matched: Option<[u8; 32]>,
    /// Last, so that files are closed before they are removed.
    _folder: Folder,
}

/// What a frame of matches comes to.
pub(super) enum Told {
    /// Others follow.
    More,
    /// It was the last, and all of it holds.
    Done(Found),
}

/// What both sides have agreed on, for an attempt.
pub(super) fn setup(row: &DeconflictionRow, leads: bool) -> Setup {
    let entries = |entries: Option<u64>| entries.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
    let (own, peer) = (entries(row.own_entries), entries(row.peer_entries));
    let (us, them) = (row.authority.to_string(), row.peer.to_string());
    let session = row.session_bytes();
    if leads {
        Setup { session, leader: us, follower: them, leader_entries: own, follower_entries: peer }
    } else {
        Setup { session, leader: them, follower: us, leader_entries: peer, follower_entries: own }
    }
}

impl Serving {
    fn new(
        row: &DeconflictionRow,
        own: Own,
        seed: Seed,
        directory: &std::path::Path,
    ) -> Result<Self, MatchingError> {
        let setup = setup(row, false);
        let follower = Follower::new(&setup, own.len(), seed.clone())?;
        let folder = Folder::create(directory, &hex::encode(random::bytes::<16>()))?;
        let fixed = row.detail.fixed.as_ref();
        Ok(Self {
            follower: Some(follower),
            seed,
            own,
            checks: folder.spool("checks")?,
            session: setup.session,
            frames: (setup.leader_entries.div_ceil(CHUNK), setup.follower_entries.div_ceil(CHUNK)),
            taken: 0,
            given: 0,
            matched: 0,
            is_fixed: fixed.is_some(),
            theirs: fixed.map(|fixed| fixed.theirs.clone()).unwrap_or_default(),
            last_taken: None,
            last_given: Vec::new(),
            last_matched: None,
            _folder: folder,
        })
    }

    fn is_fresh(&self) -> bool {
        self.taken == 0 && self.given == 0 && self.matched == 0
    }

    /// What went over the wire so far.
    pub(super) fn commitments(&self) -> Option<comity_psi::batch::Commitments> {
        self.follower.as_ref().map(Follower::commitments)
    }

    /// How far it is.
    pub(super) fn progress(&self) -> Progress {
        let (theirs, ours) = self.frames;
        let told = ours.saturating_add(1);
        match (self.taken < theirs, self.given < ours) {
            (true, _) => Progress { step: Step::Sending, done: self.taken, of: theirs },
            (false, true) => Progress { step: Step::Receiving, done: self.given, of: ours },
            (false, false) => Progress { step: Step::Telling, done: self.matched, of: told },
        }
    }

    fn follower(&mut self) -> Result<&mut Follower, MatchingError> {
        self.follower.as_mut().ok_or(MatchingError::Interrupted)
    }

    /// Holds the leader to the frames of an earlier attempt, or remembers them for a later one.
    fn hold_to(&mut self, digest: &[u8; 32]) -> Result<(), MatchingError> {
        let digest = hex::encode(digest);
        if !self.is_fixed {
            self.theirs.push(digest);
            return Ok(());
        }
        let before = usize::try_from(self.taken).ok().and_then(|place| self.theirs.get(place));
        if before == Some(&digest) { Ok(()) } else { Err(MatchingError::OtherSet) }
    }

    /// What is to be written down before anything of the own set is given: the seed, a digest of the own set, the leader's frames.
    /// None where it was, or the leader's set is not here in full.
    pub(super) fn unfixed(&self) -> Option<(Seed, String, Vec<String>)> {
        let is_due = !self.is_fixed && self.taken >= self.frames.0;
        is_due.then(|| (self.seed.clone(), self.own.digest.clone(), self.theirs.clone()))
    }

    /// It was written down.
    pub(super) fn note_fixed(&mut self) {
        self.is_fixed = true;
    }

    /// Takes a frame of the leader's set; gives the answer to it.
    ///
    /// # Errors
    /// Where it is not the one that is due, is another than in an earlier attempt, or holds what may not be masked; the session is over then.
    pub(super) fn masked(&mut self, frame: &[u8]) -> Result<Vec<u8>, MatchingError> {
        let digest = sha256(frame);
        if let Some((last, answer)) = &self.last_taken
            && *last == digest
        {
            return Ok(answer.clone());
        }
        self.hold_to(&digest)?;
        let remasked = self.follower()?.receive_masked(frame)?;
        self.checks.append(&remasked.checks)?;
        self.taken = self.taken.saturating_add(1);
        self.last_taken = Some((digest, remasked.answer.clone()));
        Ok(remasked.answer)
    }

    /// Gives a frame of the own set. None is given before the leader's whole set is here, so that it cannot be made from ours.
    ///
    /// # Errors
    /// Where it is not the one that is due; the session is over then.
    pub(super) fn give(&mut self, number: u32) -> Result<Vec<u8>, MatchingError> {
        if self.taken < self.frames.0 || !self.is_fixed {
            return Err(BatchError::NotYet { what: "the leader's set" }.into());
        }
        if self.given > 0 && number == self.given.saturating_sub(1) {
            return Ok(self.last_given.clone());
        }
        if number != self.given {
            return Err(BatchError::Order { expected: self.given, found: number }.into());
        }
        let follower = self.follower.as_mut().ok_or(MatchingError::Interrupted)?;
        let wanted = follower.wanted();
        let frame = follower.masked(&self.own.inputs(&wanted))?;
        self.given = self.given.saturating_add(1);
        self.last_given.clone_from(&frame);
        Ok(frame)
    }

    /// Takes a frame of what matched; the last one confirms all.
    ///
    /// # Errors
    /// Where it is not the one that is due, or claims what does not hold; the session is over then, and nothing is used.
    pub(super) fn matched(&mut self, frame: &[u8]) -> Result<Told, MatchingError> {
        let digest = sha256(frame);
        if self.last_matched == Some(digest) {
            return Ok(Told::More);
        }
        if self.matched >= self.frames.1 {
            let follower = self.follower.take().ok_or(MatchingError::Interrupted)?;
            let commitments = follower.commitments();
            let numbers = follower.finish(frame)?;
            return Ok(Told::Done(finish::found(&self.own, &numbers, &self.session, commitments)));
        }
        let follower = self.follower.as_mut().ok_or(MatchingError::Interrupted)?;
        let places = follower.claimed(frame)?;
        let checks = places.into_iter().map(|place| self.checks.record::<CHECK_BYTES>(place));
        let checks = checks.collect::<std::io::Result<Vec<_>>>();
        // A place of the leader's that has not come yet is beyond the spool's end: claimed too early, or invented.
        let checks = checks.map_err(|_| BatchError::NotYet { what: "the leader's set" })?;
        follower.receive_matched(frame, &checks)?;
        self.matched = self.matched.saturating_add(1);
        self.last_matched = Some(digest);
        Ok(Told::More)
    }
}
