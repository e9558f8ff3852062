//! Timestamps, and the checkpoints that they are mostly of.

use comity_ledger::SignedCheckpoint;
use comity_seal::timestamp::{Anchors, TimestampFault, TimestampRequest, VerifiedTimestamp, verify_response};
use comity_vault::Digest;
use rayon::prelude::*;

use super::{Check, Part, Trust};
use crate::layout::{Kind, stamped_path};
use crate::report::{Finding, Report, StampSeen};
use crate::source::Source;

const MAX_STAMP: u64 = 256 << 10;
const MAX_CHECKPOINT: u64 = 1 << 20;
const MAX_ANCHOR: u64 = 64 << 10;

impl Check<'_> {
    pub(super) fn checkpoints(&self, report: &mut Report) {
        for path in self.hashes.keys().filter(|path| Kind::of(path) == Kind::Checkpoint) {
            let checked = self.source.read(path, MAX_CHECKPOINT).and_then(|bytes| {
                let text = String::from_utf8(bytes).map_err(|_| "it is not Unicode".to_owned())?;
                let signed = SignedCheckpoint::parse(&text).map_err(|fault| fault.to_string())?;
                self.ledgers.check(&signed)
            });
            if let Err(why) = checked {
                report.findings.push(Finding::fault(path, why));
            }
        }
    }

    pub(super) fn stamps(&self, report: &mut Report) {
        let paths: Vec<&String> = self.hashes.keys().collect();
        let parts: Vec<Part> = paths
            .par_iter()
            .map(|path| match Kind::of(path) {
                Kind::Response(stem) => self.stamp(path, stem),
                Kind::Request(stem) if !self.hashes.contains_key(&format!("{stem}.tsr")) => {
                    Part::default().fault(path, "the timestamp that answers it is missing")
                }
                Kind::Anchor => self.anchor(path),
                _ => Part::default(),
            })
            .collect();
        parts.into_iter().for_each(|part| part.into_report(report));
    }

    fn stamp(&self, path: &str, stem: &str) -> Part {
        let part = Part::default();
        let Some(of) = stamped_path(stem) else { return part.fault(path, "its name says not what it is of") };
        let Some(hashed) = self.hashes.get(&of) else {
            return part.fault(path, format!("it is a timestamp of `{of}`, which is missing"));
        };
        let asked = format!("{stem}.tsq");
        let request = self
            .source
            .read(&asked, MAX_STAMP)
            .and_then(|der| TimestampRequest::read(&der).map_err(|fault| fault.to_string()));
        match (request, self.source.read(path, MAX_STAMP)) {
            (Ok(request), Ok(response)) => {
                judge(self.source, &of, hashed.digest, &request, &response, path, self.trust)
            }
            (Err(why), _) => part.fault(&asked, why),
            (_, Err(why)) => part.fault(path, why),
        }
    }

    fn anchor(&self, path: &str) -> Part {
        let read = self.source.read(path, MAX_ANCHOR);
        let added = read.and_then(|pem| Anchors::new().add(&pem).map_err(|fault| fault.to_string()));
        added.map_or_else(|why| Part::default().fault(path, why), |()| Part::default())
    }
}

/// Judges a timestamp by the certificates that are trusted, and else by those of the bundle, which is said.
pub(super) fn judge(
    source: &Source,
    of: &str,
    digest: Digest,
    request: &TimestampRequest,
    response: &[u8],
    path: &str,
    trust: &Trust,
) -> Part {
    let mut part = Part::default();
    if request.sha256() != digest.as_bytes() {
        return part.fault(path, format!("it was asked for another file than `{of}`"));
    }
    let (stamp, is_trusted) = match verify_response(response, request, &trust.anchors) {
        Ok(stamp) => (stamp, true),
        Err(TimestampFault::NoChain { .. }) => match verify_response(response, request, &own_anchors(source))
        {
            Ok(stamp) => (stamp, false),
            Err(fault) => return part.fault(path, fault),
        },
        Err(fault) => return part.fault(path, fault),
    };
    if !is_trusted {
        let what = "its root certificate was not given to this check, and comes from the bundle; compare it with a copy from elsewhere";
        part.findings.push(Finding::note(path, what));
    }
    let VerifiedTimestamp { time, authority, .. } = stamp;
    part.stamps.push(StampSeen { of: of.to_owned(), time, authority, is_trusted });
    part.counts.timestamps += 1;
    part
}

fn own_anchors(source: &Source) -> Anchors {
    let mut anchors = Anchors::new();
    for path in source.paths().filter(|path| Kind::of(path) == Kind::Anchor) {
        // One that cannot be read is named where all are checked.
        let _ = source.read(path, MAX_ANCHOR).map(|pem| anchors.add(&pem));
    }
    anchors
}
