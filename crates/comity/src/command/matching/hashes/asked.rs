//! What is looked for in hash sets: hashes that were typed or listed, and those of files, which never leave this machine.

use super::{
    super::{pdq, selectors::next_line, table::open},
    of_file,
};
use crate::failure::Failure;
use comity_hashes::{PdqHash, exact::Algorithm};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

const HOW: &str = "write `md5:`, `sha1:`, `sha256:`, `blake3:` or `pdq:` and its hexadecimal digits";

/// Hashes, each with the place of what was asked in `names`.
#[derive(Default)]
pub struct Asked {
    /// As it was asked for: a file's name, or the hash.
    pub names: Vec<String>,
    /// Digests one after the other, and for each what was asked.
    pub digests: BTreeMap<Algorithm, (Vec<u8>, Vec<usize>)>,
    /// PDQ hashes; of a picture all eight variants.
    pub pdq: Vec<(PdqHash, usize)>,
}

impl Asked {
    /// Everything that a command line asks for; pictures below `quality` only by their digests.
    pub fn of(
        files: &[PathBuf],
        hashes: &[String],
        list: Option<&Path>,
        quality: u8,
    ) -> Result<Self, Failure> {
        let mut asked = Self::default();
        hashes.iter().try_for_each(|hash| asked.add_hash(hash))?;
        files.iter().try_for_each(|path| asked.add_file(path, quality))?;
        if let Some(path) = list {
            asked.add_list(path)?;
        }
        Ok(asked)
    }

    fn name(&mut self, asked: &str) -> usize {
        self.names.push(asked.to_owned());
        self.names.len().saturating_sub(1)
    }

    fn add_digest(&mut self, algorithm: Algorithm, digest: &[u8], at: usize) {
        let (digests, of) = self.digests.entry(algorithm).or_default();
        digests.extend_from_slice(digest);
        of.push(at);
    }

    fn add_hash(&mut self, text: &str) -> Result<(), Failure> {
        let wrong = || Failure::Usage(format!("`{text}` is no hash; {HOW}"));
        let (kind, digits) = parts(text);
        if kind == "pdq" {
            let hash = digits.parse().map_err(|_| wrong())?;
            let at = self.name(text);
            self.pdq.push((hash, at));
            return Ok(());
        }
        let algorithm = Algorithm::ALL.into_iter().find(|algorithm| word(*algorithm) == kind);
        let algorithm = algorithm.ok_or_else(wrong)?;
        let digest = hex::decode(digits).ok().filter(|digest| digest.len() == algorithm.length());
        let at = self.name(text);
        self.add_digest(algorithm, &digest.ok_or_else(wrong)?, at);
        Ok(())
    }

    /// A file's digests, and its PDQ hashes when it is a picture of enough quality.
    fn add_file(&mut self, path: &Path, quality: u8) -> Result<(), Failure> {
        let digests = of_file(path)?;
        let at = self.name(&path.display().to_string());
        self.add_digest(Algorithm::Md5, &digests.md5, at);
        self.add_digest(Algorithm::Sha1, &digests.sha1, at);
        self.add_digest(Algorithm::Sha256, &digests.sha256, at);
        self.add_digest(Algorithm::Blake3, &digests.blake3, at);
        if let Ok(picture) = pdq::of_file(path)
            && picture.quality >= quality
        {
            self.pdq.extend(picture.hashes.map(|hash| (hash, at)));
        }
        Ok(())
    }

    fn add_list(&mut self, path: &Path) -> Result<(), Failure> {
        let (mut lines, mut line, mut number) = (open(path)?, Vec::new(), 0u64);
        while next_line(&mut lines, &mut line).map_err(|fault| Failure::file(path, &fault))? {
            number += 1;
            let text = String::from_utf8_lossy(&line);
            if !text.trim().is_empty() {
                let added = self.add_hash(text.trim());
                added.map_err(|fault| {
                    Failure::DoesNotHold(format!("`{}`, line {number}: {fault}", path.display()))
                })?;
            }
        }
        Ok(())
    }
}

/// Algorithm and digits; without a word, by their number.
fn parts(text: &str) -> (&str, &str) {
    match text.split_once(':') {
        Some(parts) => parts,
        None => match text.len() {
            32 => ("md5", text),
            40 => ("sha1", text),
            64 => ("sha256", text),
            _ => ("", text),
        },
    }
}

/// How an algorithm is called.
pub fn word(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Md5 => "md5",
        Algorithm::Sha1 => "sha1",
        Algorithm::Sha256 => "sha256",
        Algorithm::Blake3 => "blake3",
    }
}
