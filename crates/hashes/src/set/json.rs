//! The items of a JSON list, cut out one by one: what lies around them is read over, and only one item is ever held.

use super::{Reason, SetError};
use std::io::BufRead;

/// Reads JSON byte by byte.
pub(super) struct Cutter<R> {
    list: R,
    /// Bytes that were read.
    at: u64,
    /// What is kept of the item that is being read, where one is.
    kept: Option<Vec<u8>>,
    most: usize,
}

/// One item, or why it was not kept.
pub(super) type Cut = Result<Vec<u8>, Reason>;

impl<R: BufRead> Cutter<R> {
    pub fn new(list: R, most: usize) -> Self {
        Self { list, at: 0, kept: None, most }
    }

    /// An error at this place.
    pub fn broken<T>(&self, why: &'static str) -> Result<T, SetError> {
        Err(SetError::Syntax { at: self.at, why })
    }

    fn peek(&mut self) -> Result<Option<u8>, SetError> {
        Ok(self.list.fill_buf()?.first().copied())
    }

    /// The next byte, which is kept if an item is being read.
    fn take(&mut self) -> Result<Option<u8>, SetError> {
        let byte = self.peek()?;
        if let Some(byte) = byte {
            self.list.consume(1);
            self.at += 1;
            if let Some(kept) = self.kept.as_mut().filter(|kept| kept.len() <= self.most) {
                kept.push(byte);
            }
        }
        Ok(byte)
    }

    /// The next byte that is no white space, without taking it.
    pub fn ahead(&mut self) -> Result<Option<u8>, SetError> {
        while self.peek()?.is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.take()?;
        }
        self.peek()
    }

    /// Takes this byte, if it comes next.
    pub fn takes(&mut self, byte: u8) -> Result<bool, SetError> {
        let comes = self.ahead()? == Some(byte);
        if comes {
            self.take()?;
        }
        Ok(comes)
    }

    /// Begins to keep what is read.
    pub fn keep(&mut self) {
        self.kept = Some(Vec::new());
    }

    /// What was kept since; nothing where it was thrown away.
    pub fn kept(&mut self) -> Option<Cut> {
        let kept = self.kept.take()?;
        Some(if kept.len() > self.most { Err(Reason::TooLong(self.most)) } else { Ok(kept) })
    }

    /// Throws away what was kept.
    pub fn forget(&mut self) {
        self.kept = None;
    }

    /// Reads a key and its colon: the first 64 bytes of it, as they are written.
    pub fn key(&mut self) -> Result<Vec<u8>, SetError> {
        let mut key = Vec::new();
        if !self.takes(b'"')? {
            return self.broken("a key is missing");
        }
        self.text(|byte| {
            if key.len() < 64 {
                key.push(byte);
            }
        })?;
        if self.takes(b':')? { Ok(key) } else { self.broken("a colon is missing") }
    }

    /// Reads to the end of a text whose first quotation mark was taken.
    fn text(&mut self, mut tell: impl FnMut(u8)) -> Result<(), SetError> {
        let mut escaped = false;
        loop {
            match self.take()? {
                None => return self.broken("it ends within a text"),
                Some(b'"') if !escaped => return Ok(()),
                Some(byte) => {
                    tell(byte);
                    escaped = byte == b'\\' && !escaped;
                }
            }
        }
    }

    /// Reads over a value of any kind, however deep.
    pub fn pass(&mut self) -> Result<(), SetError> {
        let mut open = Vec::new();
        loop {
            match self.ahead()? {
                None => return self.broken("it ends within a value"),
                Some(b'"') => {
                    self.take()?;
                    self.text(|_| {})?;
                }
                Some(byte @ (b'{' | b'[')) => {
                    // Deeper than any list is: what opens is remembered, and must not fill the memory.
                    if open.len() >= 256 {
                        return self.broken("it is nested too deep");
                    }
                    self.take()?;
                    open.push(if byte == b'{' { b'}' } else { b']' });
                }
                Some(byte @ (b'}' | b']')) => {
                    if open.pop() != Some(byte) {
                        return self.broken("brackets do not match");
                    }
                    self.take()?;
                }
                Some(b',' | b':') if !open.is_empty() => {
                    self.take()?;
                }
                Some(b',' | b':') => return self.broken("a value is missing"),
                Some(_) => self.word()?,
            }
            if open.is_empty() {
                return Ok(());
            }
        }
    }

    /// Reads over a number or word.
    fn word(&mut self) -> Result<(), SetError> {
        let ends = |byte: u8| byte.is_ascii_whitespace() || b",:]}[{\"".contains(&byte);
        while self.peek()?.is_some_and(|byte| !ends(byte)) {
            self.take()?;
        }
        Ok(())
    }

    /// After a member or element: goes on after a comma, and ends at the closing bracket.
    pub fn goes_on(&mut self, close: u8) -> Result<bool, SetError> {
        if self.takes(b',')? {
            return Ok(true);
        }
        if self.takes(close)? { Ok(false) } else { self.broken("a comma or closing bracket is missing") }
    }
}
