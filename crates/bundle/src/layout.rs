//! What each file of a bundle is called, and what its name says it is. Names in a bundle come from strangers: [`Kind::of`] is the
//! only way from a name to a meaning, and [`is_safe`] the only way into a file system.

use comity_model::AuthorityId;
use comity_vault::{Digest, ItemId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// What a bundle calls itself.
pub const FORMAT: &str = "comity/court-bundle/v1";
/// The DSSE payload type of the maker's signature.
pub const BUNDLE_TYPE: &str = "application/vnd.comity.court-bundle.v1+json";
/// The bag's declaration (RFC 8493, section 2.1.1).
pub const BAGIT: &str = "bagit.txt";
/// All that it may say.
pub const BAGIT_TEXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// About the bag (section 2.2.2).
pub const BAG_INFO: &str = "bag-info.txt";
/// The hashes of everything below `data/` (section 2.1.3).
pub const MANIFEST: &str = "manifest-sha256.txt";
/// The hashes of the three files above (section 2.2.1).
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// The maker's signature over the hash of [`TAG_MANIFEST`].
pub const SIGNATURE: &str = "signature.dsse.json";
/// The request for a timestamp of [`TAG_MANIFEST`].
pub const TAG_REQUEST: &str = "tagmanifest-sha256.txt.tsq";
/// The answer to it.
pub const TAG_RESPONSE: &str = "tagmanifest-sha256.txt.tsr";
/// How to check the bundle.
pub const VERIFY: &str = "data/VERIFY.md";
/// What is in the bundle, for people.
pub const INDEX_PDF: &str = "data/index.pdf";
/// The same for programs.
pub const INDEX: &str = "data/index.json";
/// The same as CASE/UCO.
pub const CASE: &str = "data/case.jsonld";
/// The public keys of the newest registry, for tools that read none.
pub const KEYS: &str = "data/keys.json";

/// The longest name of one file, in bytes: what the oldest form of tar has room for.
const MAX_NAME_LEN: usize = 100;
const MAX_PATH_LEN: usize = 1000;

/// What the maker signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleSeal {
    /// Always [`FORMAT`].
    pub format: String,
    /// The authority that made the bundle.
    pub made_by: AuthorityId,
    /// When, by its clock.
    pub made_at: Timestamp,
    /// SHA-256 of [`TAG_MANIFEST`], which holds the hash of everything else.
    pub tagmanifest_sha256: Digest,
    /// The timestamp of [`TAG_MANIFEST`], where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<StampDigests>,
}

/// The two files of a timestamp, by their SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StampDigests {
    /// Of [`TAG_REQUEST`].
    pub request_sha256: Digest,
    /// Of [`TAG_RESPONSE`].
    pub response_sha256: Digest,
}

/// What is in a bundle: [`INDEX`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Always [`FORMAT`].
    pub format: String,
    /// The authority that made the bundle.
    pub made_by: AuthorityId,
    /// When, by its clock.
    pub made_at: Timestamp,
    /// The maker's reference of the case.
    pub case: String,
    /// SHA-256 over the root keys of the first registry, in hexadecimal.
    pub roots: String,
    /// The items, in the order in which they were put in.
    pub items: Vec<IndexItem>,
}

/// An item in [`Index`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexItem {
    /// The item.
    pub item: ItemId,
    /// Its exhibit number.
    pub exhibit: String,
    /// Its name as people may see it.
    pub name: String,
    /// Bytes of its content.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: Digest,
    /// The file with its content; none where only the hashes are in the bundle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// How many custody events are in the bundle.
    pub events: usize,
}

/// A journal entry with its salt, which gives what the ledger holds:
/// `SHA-256("comity-journal-v1" || 0x00 || salt || document)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalFile {
    /// The entry, byte for byte.
    pub document: String,
    /// Its salt, 32 hexadecimal digits.
    pub salt: String,
}

/// What a path below `data/` says the file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind<'a> {
    /// One of the files for people and programs that stand for themselves.
    Fixed,
    /// A signed registry.
    Registry,
    /// An item's manifest.
    Manifest(ItemId),
    /// An item's content.
    Content(ItemId),
    /// A custody event; the text is its path without the ending.
    Event(ItemId, &'a str),
    /// A journal entry of the event with that path.
    Entry(ItemId, &'a str),
    /// A proof of the event with that path.
    Proof(ItemId, &'a str),
    /// A receipt; the text is its path without the ending.
    Receipt(ItemId, &'a str),
    /// The message that the receipt with that path acknowledges.
    Message(ItemId, &'a str),
    /// The record of an exchange.
    Exchange,
    /// A ledger's checkpoint.
    Checkpoint,
    /// A timestamp's request; the text is its path without the ending.
    Request(&'a str),
    /// A timestamp's answer; the text is its path without the ending.
    Response(&'a str),
    /// A certificate.
    Anchor,
    /// Nothing that this version knows.
    Unknown,
}

impl<'a> Kind<'a> {
    /// What `path` is.
    #[must_use]
    pub fn of(path: &'a str) -> Self {
        if [VERIFY, INDEX_PDF, INDEX, CASE, KEYS].contains(&path) {
            return Self::Fixed;
        }
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["data", "registry", name] if name.ends_with(".dsse.json") => Self::Registry,
            ["data", "exchange", name] if name.ends_with(".json") => Self::Exchange,
            ["data", "checkpoints", name] if name.ends_with(".checkpoint") => Self::Checkpoint,
            ["data", "anchors", name] if name.ends_with(".pem") => Self::Anchor,
            ["data", "timestamps", ..] => Self::of_stamp(path),
            ["data", "items", item, rest @ ..] => Self::of_item(path, item, rest),
            _ => Self::Unknown,
        }
    }

    fn of_stamp(path: &'a str) -> Self {
        match (path.strip_suffix(".tsq"), path.strip_suffix(".tsr")) {
            (Some(stem), _) => Self::Request(stem),
            (_, Some(stem)) => Self::Response(stem),
            _ => Self::Unknown,
        }
    }

    fn of_item(path: &'a str, item: &str, rest: &[&str]) -> Self {
        // One way of writing it only: the parser of identifiers takes others too.
        let parsed = item.parse::<ItemId>().ok().filter(|id| id.to_string() == item);
        let Some(id) = parsed else { return Self::Unknown };
        let stem = |ending: &str| path.strip_suffix(ending);
        match rest {
            ["manifest.json"] => Self::Manifest(id),
            ["content", _] => Self::Content(id),
            ["receipts", _] => None
                .or_else(|| stem(MESSAGE_ENDING).map(|stem| Self::Message(id, stem)))
                .or_else(|| stem(".dsse.json").map(|stem| Self::Receipt(id, stem)))
                .unwrap_or(Self::Unknown),
            ["custody", _] => None
                .or_else(|| stem(".dsse.json").map(|stem| Self::Event(id, stem)))
                .or_else(|| stem(".entry.json").map(|stem| Self::Entry(id, stem)))
                .or_else(|| stem(".tlog-proof").map(|stem| Self::Proof(id, stem)))
                .unwrap_or(Self::Unknown),
            _ => Self::Unknown,
        }
    }
}

/// How the file of a message ends whose receipt has the same path with `.dsse.json`.
pub const MESSAGE_ENDING: &str = ".message.dsse.json";

/// The folder of an item.
#[must_use]
pub fn item_folder(item: ItemId) -> String {
    format!("data/items/{item}")
}

/// An event's path without its ending: by its number and authority.
#[must_use]
pub fn event_stem(item: ItemId, number: u64, by: &AuthorityId) -> String {
    format!("data/items/{item}/custody/{number:05}-{by}")
}

/// What a timestamp of `path` is called, without its ending. `number` tells several of one file apart, from 1.
#[must_use]
pub fn stamp_stem(path: &str, number: usize) -> String {
    format!("data/timestamps/{}.{number}", path.strip_prefix("data/").unwrap_or(path))
}

/// The file that the timestamp with this stem is of.
#[must_use]
pub fn stamped_path(stem: &str) -> Option<String> {
    let (path, number) = stem.strip_prefix("data/timestamps/")?.rsplit_once('.')?;
    number.parse::<usize>().ok()?;
    Some(format!("data/{path}"))
}

/// A name made of letters, digits, dots and hyphens.
#[must_use]
pub fn plain_name(text: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || letter == '-' || letter == '.' { letter } else { '_' }
    };
    let name: String = text.chars().map(plain).take(80).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() { "_".to_owned() } else { name.to_owned() }
}

/// What an item's content is called, from [`comity_vault::item::ItemName::file_name`]: composed (Unicode NFC), without `%`, which
/// bags escape, and short enough for every archive.
#[must_use]
pub fn content_name(file_name: &str) -> String {
    let name: String = file_name.nfc().map(|letter| if letter == '%' { '_' } else { letter }).collect();
    if name.len() <= MAX_NAME_LEN {
        return name;
    }
    let dot = name.rfind('.').filter(|dot| name.len() - dot <= 16);
    let ending = dot.and_then(|dot| name.get(dot..)).unwrap_or_default();
    let stem = name.get(..name.floor_char_boundary(MAX_NAME_LEN - ending.len())).unwrap_or_default();
    format!("{}{ending}", stem.trim_end_matches([' ', '.']))
}

/// Whether a path from a bundle or archive stays inside it, on every system, and is written in one way only.
#[must_use]
pub fn is_safe(path: &str) -> bool {
    let fits = |part: &str| {
        !part.is_empty() && part != "." && part != ".." && part.len() <= 255 && !part.ends_with([' ', '.'])
    };
    let fit = |letter: char| !letter.is_control() && !matches!(letter, '\\' | ':' | '%');
    path.len() <= MAX_PATH_LEN && path.split('/').all(fits) && path.chars().all(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leads_out_is_not_safe() {
        for path in [
            "",
            "/etc/passwd",
            "../a",
            "a/../b",
            "a//b",
            "./a",
            "a/",
            "a\\b",
            "c:/a",
            "a\nb",
            "a%2fb",
            "a/. /b",
            "a.",
        ] {
            assert!(!is_safe(path), "{path:?}");
        }
        assert!(is_safe("data/items/x/content/صورة 1.jpg"));
        assert!(!is_safe(&"a/".repeat(600)));
    }

    #[test]
    fn a_long_name_keeps_its_ending_and_its_letters_whole() {
        let name = content_name(&format!("{}.jpeg", "é".repeat(90)));
        assert!(name.len() <= MAX_NAME_LEN && name.ends_with("é.jpeg"), "{name}");
        assert_eq!(content_name("e\u{301} 100%.txt"), "é 100_.txt");
    }

    #[test]
    fn a_name_means_what_it_was_made_for() {
        let item = ItemId::new(1, [0xab; 10]);
        let by: AuthorityId = "FR-NCB".parse().unwrap();
        let stem = event_stem(item, 3, &by);
        assert_eq!(Kind::of(&format!("{stem}.dsse.json")), Kind::Event(item, &stem));
        assert_eq!(Kind::of(&format!("{stem}.tlog-proof")), Kind::Proof(item, &stem));
        let upper = item.to_string().to_uppercase();
        assert_eq!(Kind::of(&format!("data/items/{upper}/manifest.json")), Kind::Unknown);
        assert_eq!(Kind::of("data/items/x/manifest.json"), Kind::Unknown);
        let stamp = stamp_stem("data/checkpoints/a.checkpoint", 1);
        assert_eq!(stamped_path(&stamp).as_deref(), Some("data/checkpoints/a.checkpoint"));
    }
}
