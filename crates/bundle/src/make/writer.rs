//! The writer of a bundle, and the bundle that only its signature still lacks.

use std::collections::BTreeMap;
use std::io::{self, Read};

use comity_ledger::SignedCheckpoint;
use comity_model::id::ExchangeId;
use comity_record::Directory;
use comity_record::registry::unverified_registry;
use comity_record::verify::fingerprint;
use comity_seal::{Dsse, SigningKey};
use comity_vault::custody::Entry;
use comity_vault::digest::Sha256;
use comity_vault::item::Manifest;
use comity_vault::{Digest, ItemId};

use super::{About, BundleItem, CustodyRecord, MakeFault, Sink, Stamp};
use crate::bag::{info_text, manifest_text, oxum};
use crate::layout::{self, BundleSeal, FORMAT, Index, IndexItem, JournalFile, StampDigests};
use crate::verify::keys_text;

const GUIDE: &str = include_str!("../VERIFY.md");

/// Lays down a bundle, file by file. After an error it is of no use any more.
pub struct Writer<S> {
    sink: S,
    about: About,
    roots: String,
    files: BTreeMap<String, Digest>,
    bytes: u64,
    items: Vec<IndexItem>,
}

impl<S: Sink> Writer<S> {
    /// Begins a bundle with the registries that are needed to check it, oldest first.
    ///
    /// # Errors
    /// [`MakeFault::Registry`], [`MakeFault::Io`].
    pub fn begin(sink: S, about: About, registries: &[Dsse]) -> Result<Self, MakeFault> {
        let read = registries.iter().map(unverified_registry).collect::<Result<Vec<_>, _>>();
        let read = read.map_err(|_| MakeFault::Registry)?;
        let (Some(first), Some(newest)) = (read.first(), read.last()) else {
            return Err(MakeFault::Registry);
        };
        let directory = Directory::new(newest.clone()).map_err(|_| MakeFault::Registry)?;
        let (roots, keys) = (fingerprint(&first.roots), keys_text(&directory));
        let mut writer = Self { sink, about, roots, files: BTreeMap::new(), bytes: 0, items: Vec::new() };
        for (number, dsse) in registries.iter().enumerate() {
            writer.put(format!("data/registry/{number:04}.dsse.json"), &dsse.to_json())?;
        }
        writer.put(layout::KEYS.to_owned(), keys.as_bytes())?;
        Ok(writer)
    }

    /// Puts an item in; answers with the path of its manifest, which a timestamp may be of.
    ///
    /// # Errors
    /// A [`MakeFault`].
    pub fn item(&mut self, given: BundleItem<'_>) -> Result<String, MakeFault> {
        let manifest = Manifest::from_json(given.manifest)?;
        let (item, folder) = (manifest.item, layout::item_folder(manifest.item));
        let path = self.put(format!("{folder}/manifest.json"), given.manifest)?;
        let content = match given.content {
            Some(content) => Some(self.content(&manifest, content)?),
            None => None,
        };
        given.custody.iter().try_for_each(|record| self.event(item, record))?;
        for (number, record) in (1..).zip(given.receipts) {
            let stem = format!("{folder}/receipts/{number:03}");
            self.put(format!("{stem}.dsse.json"), &record.receipt.to_json())?;
            self.put(format!("{stem}{}", layout::MESSAGE_ENDING), &record.statement.to_json())?;
        }
        self.items.push(IndexItem {
            item,
            exhibit: manifest.exhibit.number,
            name: manifest.name.display(),
            size: manifest.size,
            sha256: manifest.sha256,
            content,
            events: given.custody.len(),
        });
        Ok(path)
    }

    fn content(&mut self, manifest: &Manifest, content: &mut dyn Read) -> Result<String, MakeFault> {
        let name = layout::content_name(&manifest.name.file_name());
        let path = format!("{}/content/{name}", layout::item_folder(manifest.item));
        let digest = self.put_stream(path.clone(), manifest.size, content)?;
        let (item, what) = (manifest.item, "SHA-256");
        if digest == manifest.sha256 { Ok(path) } else { Err(MakeFault::Content { item, what }) }
    }

    fn event(&mut self, item: ItemId, record: &CustodyRecord) -> Result<(), MakeFault> {
        let entry = Entry::read(&record.event.payload).map_err(|source| MakeFault::Event { item, source })?;
        let event = entry.event();
        if event.item != item {
            return Err(MakeFault::OtherItem { item, found: event.item });
        }
        let stem = layout::event_stem(item, event.number, &event.by);
        // Two events of one number are a finding for the reader, and not for us to hide.
        let taken = |stem: &String| self.files.contains_key(&format!("{stem}.dsse.json"));
        let stem = if taken(&stem) {
            (2..1000)
                .map(|n| format!("{stem}-{n}"))
                .find(|stem| !taken(stem))
                .ok_or(MakeFault::Twice(stem))?
        } else {
            stem
        };
        self.put(format!("{stem}.dsse.json"), &record.event.to_json())?;
        if let Some(entry) = &record.entry {
            let file = JournalFile { document: entry.document.clone(), salt: hex::encode(entry.salt) };
            self.put(format!("{stem}.entry.json"), &json(&file))?;
        }
        if let Some(proof) = &record.proof {
            self.put(format!("{stem}.tlog-proof"), proof.to_string().as_bytes())?;
        }
        Ok(())
    }

    /// Puts a ledger's checkpoint in; answers with its path, which a timestamp may be of.
    ///
    /// # Errors
    /// [`MakeFault::Twice`], [`MakeFault::Io`].
    pub fn checkpoint(&mut self, checkpoint: &SignedCheckpoint) -> Result<String, MakeFault> {
        let head = checkpoint.unverified();
        let path =
            format!("data/checkpoints/{}-{}.checkpoint", layout::plain_name(head.origin()), head.size());
        self.put(path, checkpoint.to_string().as_bytes())
    }

    /// Puts a timestamp in of a file that is in the bundle.
    ///
    /// # Errors
    /// [`MakeFault::NothingToStamp`], [`MakeFault::Io`].
    pub fn timestamp(&mut self, of: &str, stamp: &Stamp) -> Result<(), MakeFault> {
        if !self.files.contains_key(of) {
            return Err(MakeFault::NothingToStamp(of.to_owned()));
        }
        let stems = (1..100).map(|number| layout::stamp_stem(of, number));
        let free = stems.into_iter().find(|stem| !self.files.contains_key(&format!("{stem}.tsq")));
        let stem = free.ok_or_else(|| MakeFault::Twice(of.to_owned()))?;
        self.put(format!("{stem}.tsq"), &stamp.request)?;
        self.put(format!("{stem}.tsr"), &stamp.response).map(|_| ())
    }

    /// Puts a root certificate of a time-stamping authority in, as PEM, so that a reader can compare it with a copy from elsewhere.
    ///
    /// # Errors
    /// [`MakeFault::Twice`], [`MakeFault::Io`].
    pub fn anchor(&mut self, name: &str, pem: &[u8]) -> Result<(), MakeFault> {
        self.put(format!("data/anchors/{}.pem", layout::plain_name(name)), pem).map(|_| ())
    }

    /// Puts the record of an exchange in, as [`comity_record::export::write_record`] wrote it.
    ///
    /// # Errors
    /// [`MakeFault::Twice`], [`MakeFault::Io`].
    pub fn exchange(&mut self, exchange: ExchangeId, record: &[u8]) -> Result<(), MakeFault> {
        self.put(format!("data/exchange/{exchange}.json"), record).map(|_| ())
    }

    /// Puts the index for people in.
    ///
    /// # Errors
    /// [`MakeFault::Twice`], [`MakeFault::Io`].
    pub fn index_pdf(&mut self, pdf: &[u8]) -> Result<(), MakeFault> {
        self.put(layout::INDEX_PDF.to_owned(), pdf).map(|_| ())
    }

    /// Puts the CASE/UCO description in.
    ///
    /// # Errors
    /// [`MakeFault::Twice`], [`MakeFault::Io`].
    pub fn case_jsonld(&mut self, jsonld: &[u8]) -> Result<(), MakeFault> {
        self.put(layout::CASE.to_owned(), jsonld).map(|_| ())
    }

    /// What [`layout::INDEX`] will say of the items so far; for the makers of the PDF and of CASE.
    #[must_use]
    pub fn items(&self) -> &[IndexItem] {
        &self.items
    }

    /// Writes index, guide and manifests. What is left is the signature, before which the bundle may be stamped.
    ///
    /// # Errors
    /// [`MakeFault::Io`].
    pub fn finish(mut self) -> Result<Made<S>, MakeFault> {
        let index = Index {
            format: FORMAT.to_owned(),
            made_by: self.about.made_by.clone(),
            made_at: self.about.made_at,
            case: self.about.case.clone(),
            roots: self.roots.clone(),
            items: std::mem::take(&mut self.items),
        };
        self.put(layout::INDEX.to_owned(), &json(&index))?;
        self.put(layout::VERIFY.to_owned(), GUIDE.as_bytes())?;
        let manifest = manifest_text(&self.files);
        let info = self.info();
        let mut tags = BTreeMap::new();
        for (path, text) in
            [(layout::BAGIT, layout::BAGIT_TEXT), (layout::BAG_INFO, &info), (layout::MANIFEST, &manifest)]
        {
            tags.insert(path.to_owned(), Digest::of(text.as_bytes()));
            write(&mut self.sink, path, text.as_bytes())?;
        }
        let text = manifest_text(&tags);
        write(&mut self.sink, layout::TAG_MANIFEST, text.as_bytes())?;
        Ok(Made { sink: self.sink, about: self.about, digest: Digest::of(text.as_bytes()) })
    }

    fn info(&self) -> String {
        let About { made_by, made_at, case, made_for } = &self.about;
        let mut labels = vec![
            ("Source-Organization", made_by.to_string()),
            ("External-Identifier", case.clone()),
            ("Bagging-Date", made_at.to_string().chars().take(10).collect()),
            ("Bag-Software-Agent", format!("comity {}", env!("CARGO_PKG_VERSION"))),
            ("Payload-Oxum", oxum(self.bytes, self.files.len())),
        ];
        labels.extend(made_for.clone().map(|court| ("External-Description", court)));
        info_text(&labels)
    }

    fn put(&mut self, path: String, bytes: &[u8]) -> Result<String, MakeFault> {
        self.put_stream(path.clone(), bytes.len() as u64, &mut &bytes[..])?;
        Ok(path)
    }

    fn put_stream(&mut self, path: String, len: u64, content: &mut dyn Read) -> Result<Digest, MakeFault> {
        if self.files.contains_key(&path) {
            return Err(MakeFault::Twice(path));
        }
        let mut hashing = Hashing { content, hasher: Sha256::default() };
        let put = self.sink.put(&path, len, &mut hashing);
        put.map_err(|source| MakeFault::Io { path: path.clone(), source })?;
        let digest = hashing.hasher.finish();
        self.files.insert(path, digest);
        self.bytes = self.bytes.saturating_add(len);
        Ok(digest)
    }
}

/// A bundle that only its signature still lacks.
pub struct Made<S> {
    sink: S,
    about: About,
    digest: Digest,
}

impl<S: Sink> Made<S> {
    /// SHA-256 of the file that holds the hash of everything else: what a time-stamping authority may stamp now.
    #[must_use]
    pub fn sha256(&self) -> Digest {
        self.digest
    }

    /// Signs the bundle as its maker, and ends it.
    ///
    /// # Errors
    /// [`MakeFault::Sign`], [`MakeFault::Io`].
    pub fn sign(mut self, key: &SigningKey, stamp: Option<&Stamp>) -> Result<S, MakeFault> {
        let timestamp = stamp.map(|stamp| StampDigests {
            request_sha256: Digest::of(&stamp.request),
            response_sha256: Digest::of(&stamp.response),
        });
        let (made_by, made_at) = (self.about.made_by, self.about.made_at);
        let seal = BundleSeal {
            format: FORMAT.to_owned(),
            made_by,
            made_at,
            tagmanifest_sha256: self.digest,
            timestamp,
        };
        let signature = key.sign_dsse(layout::BUNDLE_TYPE, &serde_json::to_vec(&seal).unwrap_or_default())?;
        write(&mut self.sink, layout::SIGNATURE, &signature.to_json())?;
        if let Some(stamp) = stamp {
            write(&mut self.sink, layout::TAG_REQUEST, &stamp.request)?;
            write(&mut self.sink, layout::TAG_RESPONSE, &stamp.response)?;
        }
        self.sink.finish().map_err(|source| MakeFault::Io { path: String::new(), source })?;
        Ok(self.sink)
    }
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn write(sink: &mut impl Sink, path: &str, bytes: &[u8]) -> Result<(), MakeFault> {
    let put = sink.put(path, bytes.len() as u64, &mut &bytes[..]);
    put.map_err(|source| MakeFault::Io { path: path.to_owned(), source })
}

/// Hashes what is read through it.
struct Hashing<'a> {
    content: &'a mut dyn Read,
    hasher: Sha256,
}

impl Read for Hashing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}
