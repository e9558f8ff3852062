//! The content of a hash set on its way between the request, the vault and the index: sealed before it is read when it comes,
//! and opened in pieces when the index is made again. It is never written anywhere else, and never given out.

use super::{
    HashSetError,
    error::Fault,
    gathering::{Gathering, MOST_ENTRIES, Stop},
    held::Held,
    rules,
    rules::SetFormat,
    store::{self, Counts},
};
use crate::{
    Node,
    evidence::{EvidenceError, Opened},
};
use axum::body::Bytes;
use comity_blobs::Blobs;
use comity_hashes::set::{self, Format, Item, Limits, Wide};
use comity_vault::store::{Catalogue, ItemReader, PipelinedIntake};
use std::{
    io::{self, BufReader, Read},
    ops::ControlFlow,
    sync::Arc,
};
use tokio::sync::mpsc::Receiver;

/// Bytes that are opened at once.
const STEP: u64 = 1 << 20;
/// Faults that are told at once.
const MOST_FAULTS: usize = 20;

/// Refuses to give an item's content out where it is a hash set.
///
/// # Errors
/// `hash_set_sealed`, or a failing database.
pub(crate) async fn refuse_export(node: &Node, opened: &Opened) -> Result<(), EvidenceError> {
    let (authority, item) = (&opened.row.authority, opened.row.id);
    let known = store::marking_of(&node.store, authority, item).await?.is_some();
    if !known && !rules::is_hash_set(&opened.manifest) {
        return Ok(());
    }
    let why = "the item is a hash set, whose hashes are given out by no way; search it, or offer the item to another authority";
    Err(EvidenceError::Forbidden { code: "hash_set_sealed", why: why.to_owned() })
}

/// What a request's task tells the one that reads its bytes.
pub(super) enum Fed {
    /// The next bytes.
    Bytes(Bytes),
    /// That was all. Without it, the request broke off.
    End,
}

/// Bytes of a request as they come, each sealed into the vault before it is read.
pub(super) struct Sealing<'a> {
    pub fed: Receiver<Fed>,
    pub intake: &'a mut PipelinedIntake<Blobs>,
    frame: Bytes,
    ended: bool,
    /// Why reading failed.
    pub fault: Option<HashSetError>,
}

impl<'a> Sealing<'a> {
    pub fn new(fed: Receiver<Fed>, intake: &'a mut PipelinedIntake<Blobs>) -> Self {
        Self { fed, intake, frame: Bytes::new(), ended: false, fault: None }
    }

    fn fail(&mut self, fault: HashSetError) -> io::Error {
        self.fault = Some(fault);
        io::ErrorKind::Other.into()
    }
}

impl Read for Sealing<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.frame.is_empty() && !self.ended {
            match self.fed.blocking_recv() {
                Some(Fed::End) => self.ended = true,
                None => return Err(self.fail(HashSetError::BrokenOff)),
                Some(Fed::Bytes(bytes)) => {
                    if let Err(fault) = self.intake.update(&bytes) {
                        return Err(self.fail(EvidenceError::from(fault).into()));
                    }
                    self.frame = bytes;
                }
            }
        }
        let piece = self.frame.split_to(self.frame.len().min(into.len()));
        if let Some(room) = into.get_mut(..piece.len()) {
            room.copy_from_slice(&piece);
        }
        Ok(piece.len())
    }
}

/// The content of an item that is in the vault.
pub(super) struct Unsealing<'a> {
    node: &'a Node,
    opened: &'a Opened,
    places: &'a Catalogue,
    at: u64,
    step: io::Cursor<Vec<u8>>,
    /// Why reading failed.
    pub fault: Option<EvidenceError>,
}

impl<'a> Unsealing<'a> {
    pub fn new(node: &'a Node, opened: &'a Opened, places: &'a Catalogue) -> Self {
        Self { node, opened, places, at: 0, step: io::Cursor::default(), fault: None }
    }

    fn next_step(&mut self) -> io::Result<()> {
        let manifest = &self.opened.manifest;
        let to = manifest.size.min(self.at.saturating_add(STEP));
        let mut step = Vec::new();
        let reader =
            ItemReader::new(&self.node.evidence.blobs, self.places, manifest, self.opened.key.clone());
        if let Err(fault) = reader.read(self.at..to, |piece| step.extend_from_slice(piece)) {
            self.fault = Some(fault.into());
            return Err(io::ErrorKind::Other.into());
        }
        (self.at, self.step) = (to, io::Cursor::new(step));
        Ok(())
    }
}

impl Read for Unsealing<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.step.read(into)?;
        if read > 0 || into.is_empty() || self.at >= self.opened.manifest.size {
            return Ok(read);
        }
        self.next_step()?;
        self.step.read(into)
    }
}

/// Reads a file of hashes, and makes the index of it in at most `room` bytes of memory. Blocks, for long where it is large.
///
/// # Errors
/// The first places that cannot be read; nothing is made of the others then. Where there is not so much room.
pub(super) fn gather(
    reader: &mut impl Read,
    format: SetFormat,
    room: u64,
) -> Result<(Held, Counts), HashSetError> {
    let format = match format {
        SetFormat::Vics => Format::Vics,
        SetFormat::Csv => Format::Csv,
        SetFormat::Plain => Format::Plain(Wide::Sha256),
        SetFormat::PlainBlake3 => Format::Plain(Wide::Blake3),
        SetFormat::PlainPdq => Format::Plain(Wide::Pdq),
    };
    let limits = Limits { entries: MOST_ENTRIES, ..Limits::default() };
    let (mut gathering, mut faults, mut is_full) = (Gathering::new(room), Vec::new(), false);
    let each = |item: Item| {
        let fault = match item {
            Item::Entry(entry) if faults.is_empty() => match gathering.add(&entry) {
                Ok(()) => None,
                Err(Stop::Fault(fault)) => Some(fault),
                Err(Stop::Full) => {
                    is_full = true;
                    return ControlFlow::Break(());
                }
            },
            Item::Entry(_) => None,
            Item::Refused(refused) => Some(Fault { place: refused.place, why: refused.reason.to_string() }),
        };
        faults.extend(fault);
        if faults.len() < MOST_FAULTS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let read = set::read(BufReader::with_capacity(1 << 18, &mut *reader), format, &limits, each);
    if is_full {
        return Err(HashSetError::Full);
    }
    if !faults.is_empty() {
        return Err(HashSetError::Unreadable(faults));
    }
    let whole = |why: String| HashSetError::Unreadable(vec![Fault { place: 0, why }]);
    read.map_err(|fault| whole(fault.to_string()))?;
    // Everything is sealed that was sent, also what a reader did not need to see.
    io::copy(reader, &mut io::sink()).map_err(|fault| whole(fault.to_string()))?;
    gathering.finish().map_err(|stop| match stop {
        Stop::Fault(fault) => HashSetError::Unreadable(vec![fault]),
        Stop::Full => HashSetError::Full,
    })
}

/// The index of a set that is in the vault. Blocks, for long where it is large.
///
/// # Errors
/// Where the vault does not open it, it cannot be read, or there is no room for it.
pub(super) fn open_set(
    node: &Arc<Node>,
    opened: &Opened,
    places: &Catalogue,
    format: SetFormat,
) -> Result<(Held, Counts), HashSetError> {
    let mut content = Unsealing::new(node, opened, places);
    let gathered = gather(&mut content, format, node.hash_sets.room(node));
    match content.fault {
        Some(fault) => Err(fault.into()),
        None => gathered,
    }
}
