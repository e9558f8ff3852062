//! Unpacks the archive that a node streams: regular files of POSIX ustar in one outermost folder, each new, none outside of the
//! folder that is made for them. Anything else is refused: what a court gets is checked later, what is written here must be harmless.

use crate::failure::Failure;
use comity_bundle::layout::is_safe;
use std::{
    collections::HashSet,
    fs::{File, OpenOptions, create_dir_all},
    io::{Read, copy},
    path::{Path, PathBuf},
};

const BLOCK: usize = 512;

/// Unpacks everything, and says how many files it was.
pub fn unpack(mut archive: impl Read, into: &Path) -> Result<usize, Failure> {
    let (mut files, mut made) = (0, HashSet::new());
    loop {
        let block = block(&mut archive)?;
        if block.iter().all(|byte| *byte == 0) {
            drain(archive)?;
            return Ok(files);
        }
        let head = Head::parse(&block)?;
        let path = into.join(head.path);
        create(&mut archive, &path, head.len, &mut made)?;
        files += 1;
    }
}

fn create(
    archive: &mut impl Read,
    path: &Path,
    len: u64,
    made: &mut HashSet<PathBuf>,
) -> Result<(), Failure> {
    let failed = |fault: std::io::Error| Failure::file(path, &fault);
    if let Some(folder) = path.parent().filter(|folder| !made.contains(*folder)) {
        create_dir_all(folder).map_err(failed)?;
        made.insert(folder.to_owned());
    }
    let mut file: File = OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    let written = copy(&mut archive.take(len), &mut file).map_err(failed)?;
    if written != len {
        return Err(odd("it was cut"));
    }
    let fill = (BLOCK as u64 - len % BLOCK as u64) % BLOCK as u64;
    let skipped = copy(&mut archive.take(fill), &mut std::io::sink()).map_err(failed)?;
    if skipped == fill { Ok(()) } else { Err(odd("it was cut")) }
}

/// Reads to the end, so that the connection ends as it should; there is nothing more than empty blocks.
fn drain(mut archive: impl Read) -> Result<(), Failure> {
    let mut rest = Vec::new();
    archive.by_ref().take(1 << 20).read_to_end(&mut rest).map_err(Failure::failed)?;
    if rest.len() >= BLOCK && rest.iter().all(|byte| *byte == 0) {
        Ok(())
    } else {
        Err(odd("its end is not as it must be"))
    }
}

fn block(archive: &mut impl Read) -> Result<[u8; BLOCK], Failure> {
    let mut block = [0; BLOCK];
    archive.read_exact(&mut block).map_err(|_| odd("it was cut"))?;
    Ok(block)
}

struct Head {
    path: String,
    len: u64,
}

impl Head {
    fn parse(block: &[u8; BLOCK]) -> Result<Self, Failure> {
        let field = |from: usize, len: usize| block.get(from..from + len).unwrap_or_default();
        let sum: u64 = block
            .iter()
            .enumerate()
            .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) })
            .sum();
        if octal(field(148, 8)) != Some(sum) || field(257, 6) != b"ustar\0" || field(156, 1) != b"0" {
            return Err(odd("an entry is no regular file"));
        }
        let text = |from, len| {
            let bytes = field(from, len).split(|byte| *byte == 0).next().unwrap_or_default();
            std::str::from_utf8(bytes).map_err(|_| odd("a name is not Unicode"))
        };
        let (prefix, name) = (text(345, 155)?, text(0, 100)?);
        let whole = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
        let (root, path) = whole.split_once('/').ok_or_else(|| odd("a file is in no folder"))?;
        if !is_safe(root) || !is_safe(path) {
            return Err(odd("a name does not stay inside the bundle"));
        }
        let len = length(field(124, 12)).ok_or_else(|| odd("a length is false"))?;
        Ok(Self { path: path.to_owned(), len })
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

fn odd(what: &str) -> Failure {
    Failure::Failed(format!(
        "the node's archive cannot be unpacked: {what}; ask for FILE.tar instead, and check that"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive of one file, as `tar` writes it.
    fn archive(name: &str, content: &[u8]) -> Vec<u8> {
        let mut block = [0; BLOCK];
        let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, name.as_bytes());
        put(124, format!("{:011o}\0", content.len()).as_bytes());
        put(156, b"0");
        put(257, b"ustar\x0000");
        put(148, b"        ");
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let fill = vec![0; (BLOCK - content.len() % BLOCK) % BLOCK];
        [&block[..], content, &fill, &[0; 2 * BLOCK]].concat()
    }

    #[test]
    fn files_land_in_the_folder_without_the_archives_own_outermost_one() {
        let place = tempfile::tempdir().unwrap();
        assert_eq!(unpack(&archive("bundle/data/x", b"content")[..], place.path()).unwrap(), 1);
        assert_eq!(std::fs::read(place.path().join("data/x")).unwrap(), b"content");
    }

    #[test]
    fn a_name_that_leaves_the_folder_is_refused_and_nothing_is_written() {
        for name in ["bundle/../../x", "/etc/x", "../x", "bundle//x", "x"] {
            let place = tempfile::tempdir().unwrap();
            let into = place.path().join("in");
            std::fs::create_dir(&into).unwrap();
            assert!(unpack(&archive(name, b"content")[..], &into).is_err(), "{name}");
            assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1, "{name}");
            assert_eq!(std::fs::read_dir(&into).unwrap().count(), 0, "{name}");
        }
    }

    #[test]
    fn an_archive_that_was_cut_anywhere_is_refused() {
        let whole = archive("bundle/x", &[7; 700]);
        for len in (0..whole.len()).step_by(100) {
            let place = tempfile::tempdir().unwrap();
            assert!(unpack(&whole[..len], place.path()).is_err(), "{len}");
        }
    }
}
