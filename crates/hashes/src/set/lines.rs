//! Lines of a list, one at a time and never longer than allowed.

use super::{Limits, Reason};
use std::io::{self, BufRead, Read};

/// What UTF-8 files of some systems begin with.
const BYTE_ORDER_MARK: &str = "\u{feff}";

pub(super) struct Lines<R> {
    list: R,
    longest: usize,
    line: Vec<u8>,
    /// The number of the last line, from 1.
    pub number: u64,
}

impl<R: BufRead> Lines<R> {
    pub fn new(list: R, limits: &Limits) -> Self {
        Self { list, longest: limits.item, line: Vec::new(), number: 0 }
    }

    /// The next line without its end, or why it cannot be used; nothing at the end of the list.
    pub fn next(&mut self) -> io::Result<Option<Result<&str, Reason>>> {
        self.line.clear();
        let longest = self.longest;
        // One byte more than allowed tells that it is too long.
        let read = self.list.by_ref().take(longest as u64 + 1).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if !self.line.ends_with(b"\n") && self.line.len() > longest {
            self.list.skip_until(b'\n')?;
            return Ok(Some(Err(Reason::TooLong(longest))));
        }
        let Ok(line) = std::str::from_utf8(&self.line) else { return Ok(Some(Err(Reason::NotUtf8))) };
        let line = if self.number == 1 { line.trim_start_matches(BYTE_ORDER_MARK) } else { line };
        Ok(Some(Ok(line.trim_end_matches(['\n', '\r']))))
    }
}
