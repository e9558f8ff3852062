//! What all segments' files have in common: how they begin, how they are written, and the one place where that is checked.
//!
//! ```text
//! 0      8   which kind of segment it is
//! 8      4   version, 1; all numbers are little-endian
//! 12     N   what the kind says of itself
//! 12+N   32  BLAKE3 of everything from 4096
//! 44+N   32  BLAKE3 of everything before
//! 76+N       0 up to 4096
//! 4096       the parts, each filled up with 0 to 64 bytes
//! ```

use std::io::{self, BufWriter, Seek, SeekFrom, Write};

/// Where the parts begin.
pub(crate) const HEADER: usize = 4096;
const VERSION: u32 = 1;

/// What is wrong with a segment.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// It cannot be read or written.
    #[error("the segment cannot be read or written: {0}; check the disk and its permissions")]
    Io(#[from] io::Error),
    /// Another kind of file.
    #[error("the file is no segment of this kind; give one that `build_file` wrote")]
    NotASegment,
    /// Written by another version.
    #[error("the segment has version `{0}`, which this program does not know; build it again")]
    Version(u32),
    /// It ends too early, or too late.
    #[error("the segment has not the length that its header says; build it again")]
    Cut,
    /// It was changed after it was written.
    #[error("the {0} of the segment does not fit its checksum; build it again")]
    Checksum(&'static str),
    /// It says what no segment may say.
    #[error("the {0} of the segment is not valid; build it again")]
    Malformed(&'static str),
    /// More than a segment may have.
    #[error("`{given}` are too many for one segment; cut them into parts of at most {most}")]
    TooMany {
        /// How many there are.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// Bytes that are no whole number of digests.
    #[error("`{0}` bytes are no whole number of digests of `{1}` bytes; give all of one length")]
    Length(usize, usize),
}

/// What a segment's file says of itself.
pub(crate) struct Head<'a, const N: usize> {
    /// What its kind says.
    pub fields: &'a [u8; N],
    body: &'a [u8; 32],
}

impl<'a, const N: usize> Head<'a, N> {
    /// Reads the head, and says no to anything that [`Writing`] would not have written.
    pub fn read(bytes: &'a [u8], kind: &[u8; 8]) -> Result<Self, SegmentError> {
        let (header, _) = bytes.split_first_chunk::<HEADER>().ok_or(SegmentError::Cut)?;
        let mut left = &header[..];
        if take(&mut left)? != kind {
            return Err(SegmentError::NotASegment);
        }
        let version = u32::from_le_bytes(*take(&mut left)?);
        if version != VERSION {
            return Err(SegmentError::Version(version));
        }
        let (fields, body) = (take(&mut left)?, take(&mut left)?);
        let before = header.get(..HEADER - left.len()).unwrap_or_default();
        if blake3::hash(before).as_bytes() != take(&mut left)? {
            return Err(SegmentError::Checksum("header"));
        }
        if left.iter().any(|byte| *byte != 0) {
            return Err(SegmentError::Malformed("filling"));
        }
        Ok(Self { fields, body })
    }

    /// Are the parts as long as they must be, and as they were written?
    pub fn check(&self, bytes: &[u8], length: usize) -> Result<(), SegmentError> {
        if bytes.len() != length {
            return Err(SegmentError::Cut);
        }
        let parts = bytes.get(HEADER..).unwrap_or_default();
        let fits = blake3::hash(parts).as_bytes() == self.body;
        if fits { Ok(()) } else { Err(SegmentError::Checksum("content")) }
    }
}

/// The next bytes.
pub(crate) fn take<'a, const N: usize>(left: &mut &'a [u8]) -> Result<&'a [u8; N], SegmentError> {
    let (next, rest) = left.split_first_chunk().ok_or(SegmentError::Cut)?;
    *left = rest;
    Ok(next)
}

/// A part's length when it is filled up.
pub(crate) fn filled(length: usize) -> usize {
    length.div_ceil(64) * 64
}

/// A segment's file while it is written: its parts first, then its head.
pub(crate) struct Writing<W: Write + Seek> {
    out: BufWriter<W>,
    check: blake3::Hasher,
}

impl<W: Write + Seek> Writing<W> {
    /// Leaves room for the head.
    pub fn begin(out: W) -> Result<Self, SegmentError> {
        let mut out = BufWriter::with_capacity(1 << 20, out);
        out.seek(SeekFrom::Start(HEADER as u64))?;
        Ok(Self { out, check: blake3::Hasher::new() })
    }

    /// Writes a part and fills it up.
    pub fn part(&mut self, bytes: &[u8]) -> Result<(), SegmentError> {
        let filling = [0; 64];
        let filling = filling.get(..filled(bytes.len()) - bytes.len()).unwrap_or_default();
        for bytes in [bytes, filling] {
            self.check.update(bytes);
            self.out.write_all(bytes)?;
        }
        Ok(())
    }

    /// Writes the head.
    pub fn finish<const N: usize>(mut self, kind: &[u8; 8], fields: &[u8; N]) -> Result<(), SegmentError> {
        let mut head = Vec::with_capacity(HEADER);
        head.extend(kind);
        head.extend(VERSION.to_le_bytes());
        head.extend(fields);
        head.extend(self.check.finalize().as_bytes());
        let check = blake3::hash(&head);
        head.extend(check.as_bytes());
        head.resize(HEADER, 0);
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&head)?;
        Ok(self.out.flush()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const KIND: &[u8; 8] = b"COMITY--";

    fn written() -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let mut writing = Writing::begin(&mut out).unwrap();
        writing.part(b"one part").unwrap();
        writing.finish(KIND, &[7; 5]).unwrap();
        out.into_inner()
    }

    fn read(bytes: &[u8]) -> Result<[u8; 5], SegmentError> {
        let head = Head::<5>::read(bytes, KIND)?;
        head.check(bytes, HEADER + 64)?;
        Ok(*head.fields)
    }

    #[test]
    fn a_head_says_what_was_written_into_it() {
        assert_eq!(read(&written()).unwrap(), [7; 5]);
    }

    #[test]
    fn a_head_of_another_kind_version_length_or_filling_is_refused_each_with_its_reason() {
        let with = |at: usize, byte: u8| {
            let mut bytes = written();
            bytes[at] = byte;
            read(&bytes)
        };
        assert!(matches!(with(0, 0), Err(SegmentError::NotASegment)));
        assert!(matches!(with(8, 2), Err(SegmentError::Version(2))));
        assert!(matches!(with(12, 8), Err(SegmentError::Checksum("header"))));
        assert!(matches!(with(17, 0xff), Err(SegmentError::Checksum("header"))));
        assert!(matches!(with(HEADER - 1, 1), Err(SegmentError::Malformed("filling"))));
        assert!(matches!(with(HEADER, 0), Err(SegmentError::Checksum("content"))));
        assert!(matches!(read(&written()[..HEADER + 63]), Err(SegmentError::Cut)));
        assert!(matches!(read(&written()[..HEADER - 1]), Err(SegmentError::Cut)));
        assert!(matches!(read(&[]), Err(SegmentError::Cut)));
    }
}
