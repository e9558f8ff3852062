//! The maker's signature, and the timestamp that it covers.

use comity_seal::Dsse;
use comity_seal::timestamp::TimestampRequest;
use comity_vault::Digest;
use jiff::{SignedDuration, Timestamp};

use super::Trust;
use super::members::Members;
use super::stamps::judge;
use crate::layout::{self, BundleSeal, FORMAT, StampDigests};
use crate::report::{Finding, Report};
use crate::source::Source;

const MAX_SIGNATURE: u64 = 256 << 10;
/// How far clocks may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// Checks that the authority which says to have made the bundle signed its tag manifest. The seal is answered even where a fault
/// was found, so that what is inside is checked too.
pub(super) fn check(
    source: &Source,
    found: Option<Digest>,
    members: &Members,
    trust: &Trust,
    now: Timestamp,
    report: &mut Report,
) -> Option<BundleSeal> {
    let path = layout::SIGNATURE;
    let (dsse, seal) = read(source).map_err(|why| report.findings.push(Finding::fault(path, why))).ok()?;
    let at = seal.made_at;
    let mut fault = |what: String| report.findings.push(Finding::fault(path, what));
    if seal.format != FORMAT {
        fault(format!("format `{}` is not known to this version", seal.format.escape_debug()));
        return None;
    }
    if now.checked_add(SKEW).is_ok_and(|latest| at > latest) {
        fault(format!("it is dated in the future, {at}"));
    }
    match members.verify(&dsse, &seal.made_by, at, at, layout::BUNDLE_TYPE) {
        // Only what is truly signed tells which of the two files was altered.
        Ok(()) if found.is_some_and(|found| found != seal.tagmanifest_sha256) => {
            report
                .findings
                .push(Finding::fault(layout::TAG_MANIFEST, "it is not the one that the maker signed"));
        }
        Ok(()) => {}
        Err(why) => fault(why),
    }
    check_stamp(source, &seal, trust, report);
    Some(seal)
}

fn read(source: &Source) -> Result<(Dsse, BundleSeal), String> {
    let bytes = source.read(layout::SIGNATURE, MAX_SIGNATURE)?;
    let dsse = Dsse::from_json(&bytes).map_err(|fault| fault.to_string())?;
    // Nothing covers this file, so there is one way of writing it only.
    if dsse.to_json() != bytes {
        return Err("it is not written as a maker writes it: it was altered".to_owned());
    }
    let seal = serde_json::from_slice(&dsse.payload)
        .map_err(|fault| format!("it is no bundle's signature: {fault}"))?;
    Ok((dsse, seal))
}

fn check_stamp(source: &Source, seal: &BundleSeal, trust: &Trust, report: &mut Report) {
    let files = [layout::TAG_REQUEST, layout::TAG_RESPONSE];
    let Some(StampDigests { request_sha256, response_sha256 }) = &seal.timestamp else {
        for path in files.into_iter().filter(|path| source.len(path).is_some()) {
            report.findings.push(Finding::fault(path, "the signature does not name it: it was added"));
        }
        return;
    };
    let read = |path: &str, expected: &Digest| match source.read(path, MAX_SIGNATURE) {
        Ok(bytes) if Digest::of(&bytes) == *expected => Ok(bytes),
        Ok(_) => Err(Finding::fault(path, "its hash is not the one that the maker signed: it was altered")),
        Err(why) => Err(Finding::fault(path, why)),
    };
    match (read(layout::TAG_REQUEST, request_sha256), read(layout::TAG_RESPONSE, response_sha256)) {
        (Ok(request), Ok(response)) => match TimestampRequest::read(&request) {
            Ok(request) => {
                let part = judge(
                    source,
                    layout::TAG_MANIFEST,
                    seal.tagmanifest_sha256,
                    &request,
                    &response,
                    layout::TAG_RESPONSE,
                    trust,
                );
                part.into_report(report);
            }
            Err(fault) => report.findings.push(Finding::fault(layout::TAG_REQUEST, fault)),
        },
        (request, response) => report.findings.extend([request.err(), response.err()].into_iter().flatten()),
    }
}
