//! Archives in the form that every tar reads (POSIX ustar), written plainly and read with suspicion: regular files and folders
//! only, and no byte that does not belong to one of them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

use crate::layout::is_safe;

const BLOCK: usize = 512;
/// The largest length that the octal digits of a header hold; longer ones are written in binary, as GNU tar does.
const MAX_OCTAL: u64 = 0o77_777_777_777;
/// The most empty bytes that may follow the last file.
const MAX_END: u64 = 1 << 20;
/// The longest name or extended header that is read, in bytes.
const MAX_EXTENDED: u64 = 64 << 10;
const MAX_FILES: usize = 2_000_000;

/// A header for a regular file, or why there is none.
pub(crate) fn header(path: &str, len: u64, seconds: u64) -> io::Result<[u8; BLOCK]> {
    let mut block = [0; BLOCK];
    let (prefix, name) =
        split(path).ok_or_else(|| io::Error::other(format!("`{path}` is too long for an archive")))?;
    put(&mut block, 0, name.as_bytes());
    put(&mut block, 100, b"0000644\0");
    put(&mut block, 108, b"0000000\0");
    put(&mut block, 116, b"0000000\0");
    put(&mut block, 124, &length_field(len));
    put(&mut block, 136, format!("{:011o}\0", seconds.min(MAX_OCTAL)).as_bytes());
    put(&mut block, 156, b"0");
    put(&mut block, 257, b"ustar\x0000");
    put(&mut block, 345, prefix.as_bytes());
    let sum = checksum(&block);
    put(&mut block, 148, format!("{sum:06o}\0 ").as_bytes());
    Ok(block)
}

/// Zeros that fill the last block of a file.
pub(crate) fn padding(len: u64) -> &'static [u8] {
    static ZEROS: [u8; BLOCK] = [0; BLOCK];
    let over = usize::try_from(len % BLOCK as u64).unwrap_or(0);
    ZEROS.get(..(BLOCK - over) % BLOCK).unwrap_or_default()
}

fn put(block: &mut [u8; BLOCK], at: usize, bytes: &[u8]) {
    block.iter_mut().skip(at).zip(bytes).for_each(|(place, byte)| *place = *byte);
}

/// A path as prefix and name, of at most 155 and 100 bytes.
fn split(path: &str) -> Option<(&str, &str)> {
    if path.len() <= 100 {
        return Some(("", path));
    }
    let cuts = path.match_indices('/').map(|(at, _)| at);
    cuts.filter_map(|at| Some((path.get(..at)?, path.get(at + 1..)?)))
        .find(|(prefix, name)| prefix.len() <= 155 && name.len() <= 100)
}

fn length_field(len: u64) -> Vec<u8> {
    if len <= MAX_OCTAL {
        return format!("{len:011o}\0").into_bytes();
    }
    [&[0x80, 0, 0, 0][..], &len.to_be_bytes()].concat()
}

/// The sum of all bytes, with the sum's own field as spaces.
fn checksum(block: &[u8; BLOCK]) -> u32 {
    let own = 148..156;
    block.iter().enumerate().map(|(at, byte)| if own.contains(&at) { 32 } else { u32::from(*byte) }).sum()
}

/// Where a file lies in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) len: u64,
}

/// The files of an archive, without its outermost folder.
pub(crate) type Places = BTreeMap<String, Place>;

/// Lists an archive. Only headers are read, and that all else is zero.
pub(crate) fn list(file: &File) -> Result<Places, String> {
    Lister {
        file,
        size: file.metadata().map_err(|fault| fault.to_string())?.len(),
        at: 0,
        root: None,
        files: Places::new(),
    }
    .run()
}

struct Lister<'a> {
    file: &'a File,
    size: u64,
    at: u64,
    root: Option<String>,
    files: Places,
}

impl Lister<'_> {
    fn run(mut self) -> Result<Places, String> {
        let mut long_name: Option<String> = None;
        let mut long_size: Option<u64> = None;
        loop {
            let block = self.block()?;
            if block.iter().all(|byte| *byte == 0) {
                self.check_end()?;
                return Ok(self.files);
            }
            let head = Head::parse(&block, self.at)?;
            let len = long_size.take().unwrap_or(head.len);
            let place = Place { offset: self.at, len };
            self.skip(len)?;
            match head.kind {
                b'0' | 0 => self.add(long_name.take().unwrap_or(head.path), place)?,
                b'5' if len == 0 => drop(long_name.take()),
                b'L' => long_name = Some(self.text(place)?.trim_end_matches('\0').to_owned()),
                b'x' => {
                    let extended = self.text(place)?;
                    for (key, value) in records(&extended)? {
                        match key {
                            "path" => long_name = Some(value.to_owned()),
                            "size" => {
                                long_size = Some(value.parse().map_err(|_| "an extended size is no number")?)
                            }
                            _ => {}
                        }
                    }
                }
                kind => {
                    return Err(format!(
                        "the entry before byte {} is no regular file, but of kind `{}`",
                        self.at,
                        char::from(kind)
                    ));
                }
            }
        }
    }

    fn block(&mut self) -> Result<[u8; BLOCK], String> {
        let mut block = [0; BLOCK];
        self.file.read_exact_at(&mut block, self.at).map_err(|_| "the archive was cut".to_owned())?;
        self.at += BLOCK as u64;
        Ok(block)
    }

    /// Goes over a file's content and what fills its last block.
    fn skip(&mut self, len: u64) -> Result<(), String> {
        let end = self.at.checked_add(len).filter(|end| *end <= self.size);
        let end = end.ok_or_else(|| "the archive was cut, or a length in it is false".to_owned())?;
        let fill = padding(len).len();
        let mut found = [1; BLOCK];
        let found = found.get_mut(..fill).unwrap_or_default();
        self.file.read_exact_at(found, end).map_err(|_| "the archive was cut".to_owned())?;
        if found.iter().any(|byte| *byte != 0) {
            return Err(format!("there are bytes between files at byte {end}"));
        }
        self.at = end + fill as u64;
        Ok(())
    }

    fn text(&self, place: Place) -> Result<String, String> {
        if place.len > MAX_EXTENDED {
            return Err("an extended header is longer than any name".to_owned());
        }
        let mut bytes = Vec::new();
        let read = Section::new(self.file, place).read_to_end(&mut bytes);
        read.map_err(|fault| fault.to_string())?;
        String::from_utf8(bytes).map_err(|_| "a name is not Unicode".to_owned())
    }

    fn add(&mut self, path: String, place: Place) -> Result<(), String> {
        let path = path.strip_prefix("./").unwrap_or(&path);
        let (root, rest) = path.split_once('/').ok_or_else(|| format!("`{path}` is in no folder"))?;
        if !is_safe(root) || !is_safe(rest) {
            return Err(format!("`{}` does not stay inside the bundle", path.escape_debug()));
        }
        if self.root.get_or_insert_with(|| root.to_owned()) != root {
            return Err(format!("`{root}` is a second bundle in one archive"));
        }
        if self.files.len() == MAX_FILES {
            return Err("the archive has more files than any bundle".to_owned());
        }
        match self.files.insert(rest.to_owned(), place) {
            Some(_) => Err(format!("`{rest}` is in the archive twice")),
            None => Ok(()),
        }
    }

    /// After the first empty block there are only zeros.
    fn check_end(&mut self) -> Result<(), String> {
        let left = self.size.saturating_sub(self.at);
        if !(BLOCK as u64..=MAX_END).contains(&left) {
            return Err("the archive does not end as it must".to_owned());
        }
        let mut rest = Vec::new();
        let section = Section::new(self.file, Place { offset: self.at, len: left });
        section.take(MAX_END).read_to_end(&mut rest).map_err(|fault| fault.to_string())?;
        if rest.iter().any(|byte| *byte != 0) {
            return Err("there are bytes after the end of the archive".to_owned());
        }
        Ok(())
    }
}

struct Head {
    path: String,
    len: u64,
    kind: u8,
}

impl Head {
    fn parse(block: &[u8; BLOCK], at: u64) -> Result<Self, String> {
        let field = |from: usize, len: usize| block.get(from..from + len).unwrap_or_default();
        let odd = |what: &str| format!("{what} before byte {at} of the archive is false");
        if octal(field(148, 8)) != Some(u64::from(checksum(block))) {
            return Err(odd("the header's sum"));
        }
        let text = |from, len| {
            let bytes = field(from, len).split(|byte| *byte == 0).next().unwrap_or_default();
            std::str::from_utf8(bytes).map_err(|_| odd("a name"))
        };
        let (name, is_ustar) = (text(0, 100)?, field(257, 6) == b"ustar\0");
        let prefix = if is_ustar { text(345, 155)? } else { "" };
        let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
        let len = length(field(124, 12)).ok_or_else(|| odd("a length"))?;
        Ok(Self { path, len, kind: block.get(156).copied().unwrap_or(0) })
    }
}

fn length(field: &[u8]) -> Option<u64> {
    match field {
        [0x80, 0, 0, 0, rest @ ..] => Some(u64::from_be_bytes(rest.try_into().ok()?)),
        field => octal(field),
    }
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
    if text.starts_with('+') { None } else { u64::from_str_radix(text, 8).ok() }
}

/// The records of an extended header (POSIX pax): length, space, key, `=`, value, line feed.
fn records(text: &str) -> Result<Vec<(&str, &str)>, String> {
    let odd = || "an extended header cannot be read".to_owned();
    let (mut rest, mut found) = (text, Vec::new());
    while !rest.is_empty() {
        let (len, _) = rest.split_once(' ').ok_or_else(odd)?;
        let total: usize = len.parse().map_err(|_| odd())?;
        let record = rest.get(..total).and_then(|record| record.strip_suffix('\n')).ok_or_else(odd)?;
        let record = record.get(len.len() + 1..).and_then(|record| record.split_once('=')).ok_or_else(odd)?;
        found.push(record);
        rest = rest.get(total..).unwrap_or_default();
    }
    Ok(found)
}

/// A file within an archive, read from any thread.
pub(crate) struct Section<'a> {
    file: &'a File,
    place: Place,
}

impl<'a> Section<'a> {
    pub(crate) fn new(file: &'a File, place: Place) -> Self {
        Self { file, place }
    }
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.place.len).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read_at(buffer.get_mut(..room).unwrap_or_default(), self.place.offset)?;
        if read == 0 && room > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.place.offset += read as u64;
        self.place.len -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
