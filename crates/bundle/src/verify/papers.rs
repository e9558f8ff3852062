//! The index against what is really there. What people read in the PDF or the CASE description is only hashed: neither says
//! anything that the signed files do not say.

use std::collections::BTreeMap;

use comity_vault::ItemId;
use comity_vault::item::{MAX_MANIFEST_LEN, Manifest};
use rayon::prelude::*;

use super::Check;
use crate::layout::{self, FORMAT, Index, IndexItem, Kind};
use crate::report::{Finding, Report};

const MAX_INDEX: u64 = 256 << 20;

impl Check<'_> {
    pub(super) fn papers(&self, report: &mut Report) {
        for path in [layout::VERIFY, layout::INDEX] {
            if !self.hashes.contains_key(path) {
                report.findings.push(Finding::fault(path, "it is missing"));
            }
        }
        let read = self.source.read(layout::INDEX, MAX_INDEX);
        match read
            .and_then(|bytes| serde_json::from_slice::<Index>(&bytes).map_err(|fault| fault.to_string()))
        {
            Ok(index) => self.index(&index, report),
            Err(why) => report.findings.push(Finding::fault(layout::INDEX, why)),
        }
    }

    fn index(&self, index: &Index, report: &mut Report) {
        let mut fault = |what: String| report.findings.push(Finding::fault(layout::INDEX, what));
        let seal = self.seal;
        if index.format != FORMAT || index.made_by != seal.made_by || index.made_at != seal.made_at {
            fault("format, maker or date are not those of the signature".to_owned());
        }
        let first = self.members.oldest();
        if index.roots != comity_record::verify::fingerprint(&first.registry().roots) {
            fault("the fingerprint of the root keys is not that of the first registry".to_owned());
        }
        let mut listed = BTreeMap::new();
        for item in &index.items {
            if listed.insert(item.item, item).is_some() {
                fault(format!("item `{}` stands there twice", item.item));
            }
        }
        for path in self.hashes.keys() {
            if let Kind::Manifest(item) = Kind::of(path)
                && !listed.contains_key(&item)
            {
                fault(format!("item `{item}` is in the bundle, and not in the index"));
            }
        }
        let events = self.events_by_item();
        let differing =
            index.items.par_iter().filter_map(|item| Some((item.item, self.differs(item, &events)?)));
        for (item, what) in differing.collect::<Vec<_>>() {
            fault(format!("item `{item}`: {what}"));
        }
        report.case = Some(index.case.clone());
        let hashes_only = index.items.iter().filter(|item| item.content.is_none()).count();
        if hashes_only > 0 {
            let what =
                format!("{hashes_only} items are here without their content: only the hashes are stated");
            report.findings.push(Finding::note(layout::INDEX, what));
        }
    }

    fn events_by_item(&self) -> BTreeMap<ItemId, usize> {
        let mut events = BTreeMap::new();
        for path in self.hashes.keys() {
            if let Kind::Event(item, _) = Kind::of(path) {
                *events.entry(item).or_default() += 1;
            }
        }
        events
    }

    /// What of the item is otherwise than the index says.
    fn differs(&self, listed: &IndexItem, events: &BTreeMap<ItemId, usize>) -> Option<&'static str> {
        let path = format!("{}/manifest.json", layout::item_folder(listed.item));
        let read = self.source.read(&path, MAX_MANIFEST_LEN as u64).ok();
        let Some(manifest) = read.and_then(|bytes| Manifest::from_json(&bytes).ok()) else {
            return Some("its manifest is missing or not sound");
        };
        let content =
            |path: &String| self.hashes.contains_key(path) && Kind::of(path) == Kind::Content(listed.item);
        let differs = [
            (listed.exhibit != manifest.exhibit.number, "its exhibit number differs from the manifest"),
            (listed.name != manifest.name.display(), "its name differs from the manifest"),
            (listed.size != manifest.size, "its size differs from the manifest"),
            (listed.sha256 != manifest.sha256, "its SHA-256 differs from the manifest"),
            (!listed.content.as_ref().is_none_or(content), "its content is missing"),
            (
                listed.events != events.get(&listed.item).copied().unwrap_or(0),
                "its number of custody events differs",
            ),
        ];
        differs.into_iter().find(|(differs, _)| *differs).map(|(_, what)| what)
    }
}
