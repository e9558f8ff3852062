//! Frames on the wire: kind (1 byte), the first 16 bytes of the session's binding, the frame's number (4), how many entries
//! it is about (4), then the body. Numbers are big-endian. Every frame but a direction's last is about [`CHUNK`] entries.

use super::BatchError;

/// Entries that a frame is about, but the last.
pub const CHUNK: u32 = 4096;

/// Bytes before a frame's body.
pub const FRAME_HEAD: usize = 25;

/// What a frame carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    LeaderMasked = 1,
    FollowerMasked = 2,
    Tags = 3,
    Matched = 4,
    Confirmation = 5,
}

/// One direction of frames of one kind, each of which comes once and in order.
#[derive(Debug, Clone)]
pub(crate) struct Lane {
    kind: Kind,
    binding: [u8; 32],
    /// Entries in all.
    total: u32,
    /// The next frame's number.
    next: u32,
}

impl Lane {
    pub(crate) fn new(kind: Kind, binding: [u8; 32], total: u32) -> Self {
        Self { kind, binding, total, next: 0 }
    }

    /// How many frames there are in all; one for no entries.
    pub(crate) fn frames(&self) -> u32 {
        self.total.div_ceil(CHUNK).max(1)
    }

    pub(crate) fn next(&self) -> u32 {
        self.next
    }

    /// Entries in all.
    pub(crate) fn total(&self) -> u32 {
        self.total
    }

    pub(crate) fn binding(&self) -> [u8; 32] {
        self.binding
    }

    pub(crate) fn is_done(&self) -> bool {
        self.next >= self.frames()
    }

    /// The first entry of the next frame, and how many it is about.
    pub(crate) fn span(&self) -> (u32, u32) {
        let first = self.next.saturating_mul(CHUNK).min(self.total);
        (first, self.total.saturating_sub(first).min(CHUNK))
    }

    /// The next frame with this body.
    pub(crate) fn seal(&mut self, body: &[u8]) -> Vec<u8> {
        let (_, count) = self.span();
        let mut frame = Vec::with_capacity(FRAME_HEAD.saturating_add(body.len()));
        frame.push(self.kind as u8);
        frame.extend(self.binding.iter().take(16));
        frame.extend_from_slice(&self.next.to_be_bytes());
        frame.extend_from_slice(&count.to_be_bytes());
        frame.extend_from_slice(body);
        self.next = self.next.saturating_add(1);
        frame
    }

    /// The body of the frame that is due, checked but for the body itself. Does not move on.
    pub(crate) fn open<'a>(&self, frame: &'a [u8]) -> Result<&'a [u8], BatchError> {
        let (head, body) = frame.split_first_chunk::<FRAME_HEAD>().ok_or(BatchError::Kind)?;
        let (kind, rest) = head.split_at(1);
        let (session, rest) = rest.split_at(16);
        let (number, count) = rest.split_at(4);
        if kind != [self.kind as u8] {
            return Err(BatchError::Kind);
        }
        if !self.binding.starts_with(session) {
            return Err(BatchError::Session);
        }
        let number = number.first_chunk().copied().map(u32::from_be_bytes).unwrap_or_default();
        if number != self.next || self.is_done() {
            return Err(BatchError::Order { expected: self.next, found: number });
        }
        if count != self.span().1.to_be_bytes() {
            return Err(BatchError::Size { number });
        }
        Ok(body)
    }

    /// As [`Lane::open`], of a body of items of `N` bytes.
    pub(crate) fn open_items<'a, const N: usize>(
        &self,
        frame: &'a [u8],
    ) -> Result<&'a [[u8; N]], BatchError> {
        let (items, rest) = self.open(frame)?.as_chunks::<N>();
        if items.len() != self.span().1 as usize || !rest.is_empty() {
            return Err(BatchError::Size { number: self.next });
        }
        Ok(items)
    }

    /// The frame that was due has been taken.
    pub(crate) fn taken(&mut self) {
        self.next = self.next.saturating_add(1);
    }
}
