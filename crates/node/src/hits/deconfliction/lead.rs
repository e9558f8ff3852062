//! The leader's side: it drives a session against the follower's node, keeps what it found before it tells the follower, and begins
//! anew where a session broke off.

use super::{
    MatchingError, Name, Progress, Step,
    finish::{self, End, Found},
    fixed::{self, CHANGED, Seeded},
    follow::{GROWN, setup},
    own::{self, Own},
    road::Road,
    serve::NotBegun,
    spool::{Folder, Spool},
    store::DeconflictionRow,
};
use crate::{Node, random};
use comity_model::message::deconfliction::DECONFLICTION_ATTEMPTS;
use comity_psi::{
    Seed,
    batch::{CHUNK, Commitments, Leader, Matches},
};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::time::sleep;

/// The largest answer that is no frame.
const MAX_WORDS: usize = 4096;

/// How often a follower that still gathers its set is asked again at once. Then others have their turn: few are led at a time, and one
/// that is never ready must not keep the rest waiting.
const PREPARATIONS: u32 = 20;

/// Why a session does not go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum LeadFault {
    /// Nothing was begun: try again later, it costs nothing.
    #[error("{0}")]
    NotYet(String),
    /// The attempt broke off.
    #[error("{0}")]
    Broken(String),
    /// The attempt broke off when the follower was being told: it may have been finished.
    #[error("{0}")]
    Unsure(String),
    /// No attempt may follow.
    #[error("{0}")]
    Final(String),
    /// What the follower sent does not hold.
    #[error("{0}")]
    False(MatchingError),
    /// It has ended meanwhile.
    #[error("it has ended meanwhile")]
    Over,
    /// Our own storage or database.
    #[error(transparent)]
    Own(MatchingError),
}

impl From<MatchingError> for LeadFault {
    fn from(fault: MatchingError) -> Self {
        match fault {
            MatchingError::Batch(_) | MatchingError::OtherSet => Self::False(fault),
            fault => Self::Own(fault),
        }
    }
}

/// Carries out one attempt, and writes down what came of it. `true` where it is to be tried again.
pub(super) async fn lead(node: &Arc<Node>, row: DeconflictionRow) -> Result<bool, MatchingError> {
    let name = row.name();
    let mut line = Line { node: node.clone(), name: name.clone(), commitments: None };
    let done = line.attempt(row).await;
    node.deconflictions.forget(&name);
    let (end, why) = match done {
        Ok(()) | Err(LeadFault::Over) => return Ok(false),
        Err(LeadFault::NotYet(why) | LeadFault::Unsure(why)) => {
            tracing::info!(why, "a deconfliction waits for the other side");
            return Ok(true);
        }
        Err(LeadFault::Broken(why)) => (End::Broken, why),
        Err(LeadFault::Final(why)) => (End::Final, why),
        Err(LeadFault::False(fault)) => (End::False, fault.to_string()),
        Err(LeadFault::Own(MatchingError::Store(fault))) => return Err(fault.into()),
        Err(LeadFault::Own(fault)) => (End::Broken, fault.to_string()),
    };
    finish::fail(node, (&name, None), end, &why, line.commitments).await?;
    Ok(end == End::Broken)
}

/// The line to the follower, for one attempt.
struct Line {
    node: Arc<Node>,
    name: Name,
    /// What went over it, as far as it is known.
    commitments: Option<Commitments>,
}

impl Line {
    fn note(&self, step: Step, done: u32, of: u32) {
        self.node.deconflictions.note(&self.name, Progress { step, done, of });
    }

    async fn attempt(&mut self, mut row: DeconflictionRow) -> Result<(), LeadFault> {
        self.note(Step::Preparing, 0, 1);
        let own = own::gather(&self.node, &row.authority, &row.detail.scope).await?;
        if u64::from(own.len()) > row.own_entries.unwrap_or(0) {
            return Err(LeadFault::Final(GROWN.into()));
        }
        let Seeded::With(seed) = fixed::seed(&self.node, &row, &own).await? else {
            return Err(LeadFault::Final(CHANGED.into()));
        };
        fixed::lead(&self.node, &mut row, &seed, &own).await?;
        let road = self.road(&row)?;
        let attempt = row.attempts.saturating_add(1);
        let base = format!("/v1/deconfliction/{}/{}/{}/{attempt}", row.peer, row.authority, row.id);
        if !self.open(&road, &base, &mut row, attempt).await? {
            return Ok(());
        }
        let directory = self.node.directory_path.clone();
        let (leading, row) =
            super::blocking(move || Ok((Leading::new(&row, own, seed, &directory)?, row))).await?;
        let leading = self.send(&road, &base, leading).await?;
        let leading = self.receive(&road, &base, leading).await?;
        self.tell(&road, &base, leading, row).await
    }

    fn road(&self, row: &DeconflictionRow) -> Result<Road, LeadFault> {
        let directory = self.node.registry();
        if directory.registry().expires <= random::now() {
            return Err(LeadFault::NotYet("the registry has expired".into()));
        }
        let peer = directory.node_of(&row.peer).map(|node| node.name.clone());
        let peer = peer.ok_or_else(|| LeadFault::NotYet("the other side is no member".into()))?;
        Road::new(&self.node, &peer)
    }

    /// Begins the attempt at the follower, and then here. `false` where an earlier attempt turns out to be finished.
    async fn open(
        &self,
        road: &Road,
        base: &str,
        row: &mut DeconflictionRow,
        attempt: u64,
    ) -> Result<bool, LeadFault> {
        let mut left = PREPARATIONS;
        let (status, words) = loop {
            let answer = road.ask(base, Some(&[]), MAX_WORDS).await.map_err(LeadFault::NotYet)?;
            if answer.0 != 202 || left == 0 {
                break answer;
            }
            left = left.saturating_sub(1);
            sleep(Duration::from_millis(500)).await;
        };
        let said: Option<NotBegun> = serde_json::from_slice(&words).ok();
        match (status, said) {
            (204, _) => {}
            (410, Some(NotBegun::Finished { attempt }))
                if attempt == row.attempts && row.matches.is_some() =>
            {
                let finished = finish::finish(&self.node, row, None).await?;
                return if finished { Ok(false) } else { Err(LeadFault::Over) };
            }
            (410, _) => {
                let why = "the other side says that it is over, and nothing of a result is here";
                return Err(LeadFault::Final(why.into()));
            }
            (409, Some(NotBegun::Begun { attempts })) => return self.catch_up(row, attempts).await,
            (status, _) => return Err(LeadFault::NotYet(format!("the other side answers {status}"))),
        }
        let begun = finish::begin(&self.node, row, attempt).await?;
        if begun { Ok(true) } else { Err(LeadFault::Over) }
    }

    /// The follower knows of attempts that this side does not, or of fewer: the next is the one after the later.
    async fn catch_up(&self, row: &mut DeconflictionRow, theirs: u64) -> Result<bool, LeadFault> {
        let most = u64::from(DECONFLICTION_ATTEMPTS);
        if theirs >= most || row.attempts >= most || theirs <= row.attempts {
            return Err(LeadFault::Final("every attempt was used".into()));
        }
        if finish::begin(&self.node, row, theirs).await? {
            return Err(LeadFault::Broken("the other side had begun an attempt that it has lost".into()));
        }
        Err(LeadFault::Over)
    }

    /// Our set goes out, each frame answered; the next is masked while the last is under way.
    async fn send(&mut self, road: &Road, base: &str, mut leading: Leading) -> Result<Leading, LeadFault> {
        let path = format!("{base}/masked");
        let (mut next, of) = (None, leading.frames.0);
        for number in 0..of {
            self.note(Step::Sending, number, of);
            let frame: Vec<u8> = match next.take() {
                Some(frame) => frame,
                None => {
                    let (back, frame) = blocking(leading, Leading::mask).await?;
                    leading = back;
                    frame
                }
            };
            let asking = road.call(&path, Some(frame));
            let answer = if number.saturating_add(1) < of {
                let (answer, masked) = tokio::join!(asking, blocking(leading, Leading::mask));
                let (back, frame) = masked?;
                (leading, next) = (back, Some(frame));
                answer
            } else {
                asking.await
            };
            self.commitments = Some(leading.leader.commitments());
            let answer = answer?;
            (leading, ()) = blocking(leading, move |leading| leading.take_tags(&answer)).await?;
        }
        Ok(leading)
    }

    /// Their set comes; the next frame is asked for while the last is masked.
    async fn receive(&mut self, road: &Road, base: &str, mut leading: Leading) -> Result<Leading, LeadFault> {
        let of = leading.frames.1;
        let mut frame = road.call(&format!("{base}/masked/0"), None).await?;
        for number in 0..of {
            self.note(Step::Receiving, number, of);
            let taking = blocking(leading, move |leading| leading.take_masked(&frame));
            let path = format!("{base}/masked/{}", number.saturating_add(1));
            let taken = if number.saturating_add(1) < of {
                let (taken, answer) = tokio::join!(taking, road.call(&path, None));
                let taken = taken?;
                frame = answer?;
                taken
            } else {
                frame = Vec::new();
                taking.await?
            };
            leading = taken.0;
            self.commitments = Some(leading.leader.commitments());
        }
        Ok(leading)
    }

    /// Compares, keeps what was found, tells the follower, and finishes.
    async fn tell(
        &mut self,
        road: &Road,
        base: &str,
        leading: Leading,
        mut row: DeconflictionRow,
    ) -> Result<(), LeadFault> {
        self.note(Step::Comparing, 0, 1);
        let of = leading.frames.1.saturating_add(1);
        let session = row.session_bytes();
        let (found, mut matches) = super::blocking(move || leading.compare(&session)).await?;
        fixed::hold_to(&mut row, found.commitments.received)?;
        if !finish::keep(&self.node, &mut row, &found).await? {
            return Err(LeadFault::Over);
        }
        let path = format!("{base}/matched");
        let mut told = 0;
        while let Some(frame) = matches.next_frame() {
            self.note(Step::Telling, told, of);
            told = told.saturating_add(1);
            match road.call(&path, Some(frame)).await {
                Err(LeadFault::Broken(why)) if told == of => return Err(LeadFault::Unsure(why)),
                answer => answer.map(|_| ())?,
            }
        }
        let finished = finish::finish(&self.node, &mut row, None).await?;
        if finished { Ok(()) } else { Err(LeadFault::Over) }
    }
}

async fn blocking<T: Send + 'static>(
    mut leading: Leading,
    work: impl FnOnce(&mut Leading) -> Result<T, MatchingError> + Send + 'static,
) -> Result<(Leading, T), MatchingError> {
    super::blocking(move || {
        let done = work(&mut leading)?;
        Ok((leading, done))
    })
    .await
}

/// A session that is under way.
struct Leading {
    leader: Leader,
    own: Own,
    theirs: Spool,
    tags: Spool,
    /// Frames of the own set, and of the follower's.
    frames: (u32, u32),
    /// Last, so that files are closed before they are removed.
    _folder: Folder,
}

impl Leading {
    fn new(row: &DeconflictionRow, own: Own, seed: Seed, directory: &Path) -> Result<Self, MatchingError> {
        let setup = setup(row, true);
        let leader = Leader::new(&setup, own.len(), seed)?;
        let folder = Folder::create(directory, &hex::encode(random::bytes::<16>()))?;
        Ok(Self {
            leader,
            own,
            theirs: folder.spool("theirs")?,
            tags: folder.spool("own")?,
            frames: (setup.leader_entries.div_ceil(CHUNK), setup.follower_entries.div_ceil(CHUNK)),
            _folder: folder,
        })
    }

    fn mask(&mut self) -> Result<Vec<u8>, MatchingError> {
        let wanted = self.leader.wanted();
        Ok(self.leader.masked(&self.own.inputs(&wanted))?)
    }

    fn take_tags(&mut self, frame: &[u8]) -> Result<(), MatchingError> {
        let tags = self.leader.receive_tags(frame)?;
        Ok(self.tags.append(&tags)?)
    }

    fn take_masked(&mut self, frame: &[u8]) -> Result<(), MatchingError> {
        let theirs = self.leader.receive_masked(frame)?;
        Ok(self.theirs.append(&theirs)?)
    }

    fn compare(mut self, session: &[u8; 16]) -> Result<(Found, Matches), MatchingError> {
        let commitments = self.leader.commitments();
        let mut join = self.leader.join()?;
        for _ in 0..join.parts() {
            self.theirs.pieces(|piece| Ok::<_, MatchingError>(join.theirs(piece)?))?;
            self.tags.pieces(|piece| Ok::<_, MatchingError>(join.own(piece)?))?;
            join.end_part()?;
        }
        let matches = join.finish()?;
        Ok((finish::found(&self.own, matches.own(), session, commitments), matches))
    }
}
