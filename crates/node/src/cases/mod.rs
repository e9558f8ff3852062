//! Case files: an authority's own files on its matters, opened from a report that somebody else wrote. A case is not
//! shared: what leaves it is an alert, a disclosure or a message, each by its own decision.

mod error;
pub mod http;
mod look;
mod rules;
mod store;

pub use error::CaseError;
pub(crate) use look::{Look, look};
pub use rules::{is_protected, without_photographs};
pub use store::{CaseFile, CaseSummary};
pub(crate) use store::{reference_of, subject_of};

use crate::{
    Node,
    access::Caller,
    hits,
    journal::{About, Entry},
    random,
    store::Tx,
};
use comity_formats::{ReportFormat, detect, read_report};
use comity_model::{
    AuthorityId,
    case::CaseReport,
    id::{CaseId, SubjectId},
};
use jiff::Timestamp;
use std::sync::Arc;

/// Opens a case from a report in one of the formats; without `format`, the content tells which it is.
///
/// # Errors
/// What is wrong with the report and where, or the case that the same reference has already opened.
pub async fn import(
    node: &Arc<Node>,
    caller: &Caller,
    format: Option<ReportFormat>,
    bytes: &[u8],
) -> Result<CaseFile, CaseError> {
    let format = format.or_else(|| detect(bytes)).ok_or(CaseError::UnknownFormat)?;
    let report = read_report(format, bytes, &mut || random::new_id(SubjectId::new))?;
    open(node, caller, report, format.as_str()).await
}

/// Opens a case: the file, its index and its journal entry in one transaction, which also looks for running alerts of
/// others that the case may answer.
///
/// # Errors
/// A report that cannot open a case, a reference that has opened one, or a failing database.
pub async fn open(
    node: &Arc<Node>,
    caller: &Caller,
    report: CaseReport,
    source_format: &str,
) -> Result<CaseFile, CaseError> {
    report.check()?;
    rules::check(&report)?;
    let now = random::now();
    let file = CaseFile::new(random::new_id(CaseId::new), caller, report, source_format, now);
    let mut tx = node.store.begin("open_case").await?;
    if !store::insert(&mut tx, &file).await? {
        return Err(already_open(&mut tx, &file).await?);
    }
    let about = About { case: Some(file.id), ..About::default() };
    let detail = serde_json::json!({
        "reference": file.reference, "format": file.source_format, "subjects": file.report.subjects.len(),
    });
    tx.record(Entry::new(now, Some(&file.authority), &caller.actor(), "case_opened", about, detail));
    hits::search_case(&mut tx, &file, now).await?;
    hits::queries::case_changed(&mut tx, &file.authority, file.id).await?;
    tx.commit().await?;
    node.matching.wake();
    Ok(file)
}

async fn already_open(tx: &mut Tx, file: &CaseFile) -> Result<CaseError, CaseError> {
    let case = store::by_reference(tx, &file.authority, &file.reference).await?;
    Ok(case.map_or(CaseError::NotFound, |case| CaseError::AlreadyOpen {
        reference: file.reference.clone(),
        case,
    }))
}

/// The cases of an authority, newest first, after that one.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    node: &Node,
    authority: &AuthorityId,
    after: Option<CaseId>,
    limit: u64,
) -> Result<Vec<CaseSummary>, CaseError> {
    Ok(store::list(&node.store, authority, after, limit).await?)
}

/// A case, for an officer to read: the look at it is written down, and so is that at its photographs, which are left out
/// unless asked for.
///
/// # Errors
/// No such case, or a failing database.
pub async fn read(
    node: &Node,
    caller: &Caller,
    case: CaseId,
    photographs: bool,
) -> Result<CaseFile, CaseError> {
    let mut file = load(node, &caller.authority, case).await?;
    let about = About { case: Some(case), ..About::default() };
    look(node, caller, Look { act: "case_read", about, photographs }, random::now()).await?;
    if !photographs {
        file.report = without_photographs(file.report);
    }
    Ok(file)
}

/// A case, for the node's own use.
///
/// # Errors
/// No such case, or a failing database.
pub(crate) async fn load(node: &Node, authority: &AuthorityId, case: CaseId) -> Result<CaseFile, CaseError> {
    store::load(&node.store, authority, case).await?.ok_or(CaseError::NotFound)
}

impl CaseFile {
    fn new(id: CaseId, caller: &Caller, report: CaseReport, source_format: &str, now: Timestamp) -> Self {
        Self {
            authority: caller.authority.clone(),
            id,
            reference: report.reference.trim().to_owned(),
            source_format: source_format.to_owned(),
            opened_at: now,
            opened_by: caller.name.clone(),
            report,
        }
    }
}
