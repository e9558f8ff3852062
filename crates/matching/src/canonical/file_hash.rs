//! Hashes of files, as `sha256:` and hexadecimal digits. The algorithm must be named: SHA-256 and BLAKE3 have one length, and so
//! have MD5 and a Windows password's hash.

use super::{Context, Fault, Found};

struct Algorithm {
    name: &'static str,
    aliases: &'static [&'static str],
    digits: usize,
    /// The hash of no bytes at all, which every holder has.
    of_nothing: &'static str,
}

const ALGORITHMS: [Algorithm; 5] = [
    Algorithm {
        name: "md5",
        aliases: &["md5sum"],
        digits: 32,
        of_nothing: "d41d8cd98f00b204e9800998ecf8427e",
    },
    Algorithm {
        name: "sha1",
        aliases: &["sha", "sha1sum"],
        digits: 40,
        of_nothing: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    },
    Algorithm {
        name: "sha256",
        aliases: &["sha2", "sha2256", "sha256sum"],
        digits: 64,
        of_nothing: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    },
    Algorithm {
        name: "sha512",
        aliases: &["sha2512", "sha512sum"],
        digits: 128,
        of_nothing: "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
                     47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    },
    Algorithm {
        name: "blake3",
        aliases: &["b3", "b3sum"],
        digits: 64,
        of_nothing: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    },
];

const NAME_IT: &str = "write `md5:`, `sha1:`, `sha256:`, `sha512:` or `blake3:` before it";

pub(super) fn canonical(text: &str, context: &Context) -> Result<Found, Fault> {
    let (name, digits) = match text.split_once([':', '=', '$']) {
        Some((name, digits)) => (Some(name), digits),
        None => (context.scheme.as_deref(), text),
    };
    let name = name.ok_or(Fault::NoScheme { what: "algorithm", advice: NAME_IT })?;
    let algorithm = algorithm(name)?;
    let digits: String = digits.chars().filter(|c| !matches!(c, ' ' | '-' | ':')).collect();
    let digits = digits.strip_prefix("0x").unwrap_or(&digits).to_ascii_lowercase();
    Fault::first_odd(&digits, "a hash is written in digits 0 to 9 and a to f", |c| c.is_ascii_hexdigit())?;
    if digits.len() != algorithm.digits {
        return Err(Fault::length(digits.len(), algorithm.digits.to_string(), algorithm.name));
    }
    if digits == algorithm.of_nothing {
        let advice = "leave it out, since every holder has such a file";
        return Err(Fault::Impossible { why: "that is the hash of an empty file", advice });
    }
    Ok(Found::shaped(format!("{}:{digits}", algorithm.name)))
}

fn algorithm(name: &str) -> Result<&'static Algorithm, Fault> {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let is_it = |known: &&Algorithm| known.name == plain || known.aliases.contains(&plain.as_str());
    let unknown = || Fault::Unknown { what: "algorithm", found: name.to_owned(), advice: NAME_IT };
    ALGORITHMS.iter().find(is_it).ok_or_else(unknown)
}
