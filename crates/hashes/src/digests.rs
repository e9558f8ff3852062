//! The digests by which files are known, all from one pass over the content.
//!
//! MD5 and SHA-1 can be forged: they say which entry of a list is meant, never that two files are the same. SHA-256 and BLAKE3 do.

use md5::Digest;
use std::io::{self, Read};

/// Bytes that are read at once: they stay in the processor's cache while four digests go over them.
const PART: usize = 64 * 1024;

/// What a file is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digests {
    /// MD5, an identifier only.
    pub md5: [u8; 16],
    /// SHA-1, an identifier only.
    pub sha1: [u8; 20],
    /// SHA-256.
    pub sha256: [u8; 32],
    /// BLAKE3.
    pub blake3: [u8; 32],
    /// Bytes of content.
    pub size: u64,
}

/// Digests of content that comes in parts.
#[derive(Debug, Clone, Default)]
pub struct Running {
    md5: md5::Md5,
    sha1: sha1::Sha1,
    sha256: sha2::Sha256,
    blake3: blake3::Hasher,
    size: u64,
}

impl Running {
    /// Of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next part.
    pub fn update(&mut self, part: &[u8]) {
        self.md5.update(part);
        self.sha1.update(part);
        self.sha256.update(part);
        self.blake3.update(part);
        self.size += part.len() as u64;
    }

    /// The digests of all parts.
    #[must_use]
    pub fn finish(self) -> Digests {
        Digests {
            md5: self.md5.finalize().into(),
            sha1: self.sha1.finalize().into(),
            sha256: self.sha256.finalize().into(),
            blake3: *self.blake3.finalize().as_bytes(),
            size: self.size,
        }
    }
}

/// The digests of everything that the reader gives.
pub fn of_reader(mut reader: impl Read) -> io::Result<Digests> {
    let mut running = Running::new();
    let mut part = vec![0; PART];
    loop {
        match reader.read(&mut part) {
            Ok(0) => return Ok(running.finish()),
            Ok(length) => running.update(part.get(..length).unwrap_or_default()),
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
            Err(fault) => return Err(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digests_of_abc_are_those_of_their_specifications() {
        let digests = of_reader(&b"abc"[..]).unwrap();
        assert_eq!(hex::encode(digests.md5), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hex::encode(digests.sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(
            hex::encode(digests.sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            hex::encode(digests.blake3),
            "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"
        );
        assert_eq!(digests.size, 3);
    }

    #[test]
    fn parts_make_the_digests_of_the_whole() {
        let content: Vec<u8> = (0..200_000u32).map(|at| (at % 251) as u8).collect();
        let mut running = Running::new();
        content.chunks(777).for_each(|part| running.update(part));
        assert_eq!(running.finish(), of_reader(&content[..]).unwrap());
    }
}
