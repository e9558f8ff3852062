//! The SQL of cases.

use super::rules::is_protected;
use crate::{
    hits::{index_keys, persons::KEY_VERSION},
    store::{Row, Store, StoreError, Tx, Value, code_text, json_text},
};
use comity_model::{
    AuthorityId,
    case::{CaseKind, CaseReport},
    id::{CaseId, SubjectId},
    subject::Subject,
};
use jiff::Timestamp;

/// A case as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFile {
    /// Whose it is.
    pub authority: AuthorityId,
    /// Its identifier.
    pub id: CaseId,
    /// The reference of the report that opened it; once only at an authority.
    pub reference: String,
    /// The format of that report, `yellow`, `cap` or `comity`.
    pub source_format: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The officer, by name.
    pub opened_by: String,
    /// What is known.
    pub report: CaseReport,
}

/// A case in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseSummary {
    /// Its identifier.
    pub id: CaseId,
    /// The reference.
    pub reference: String,
    /// One line without names.
    pub title: String,
    /// Kind of matter.
    pub kind: CaseKind,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// How many persons.
    pub subjects_count: u64,
    /// Does it hold a child's data or photographs?
    pub protected: bool,
}

/// Stores the case with its index of persons; `false` where the reference has opened one already.
pub(super) async fn insert(tx: &mut Tx, file: &CaseFile) -> Result<bool, StoreError> {
    let sql = "/* insert_case */ INSERT INTO case_file (authority, id, reference, kind, title, source_format, opened_at, \
               opened_by, subjects, protected, report) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
               ON CONFLICT (authority, reference) DO NOTHING";
    let report = &file.report;
    let values = [
        Value::from(file.authority.as_str()),
        file.id.to_string().into(),
        file.reference.as_str().into(),
        code_text(&report.kind).into(),
        report.title.as_str().into(),
        file.source_format.as_str().into(),
        file.opened_at.into(),
        file.opened_by.as_str().into(),
        (report.subjects.len() as u64).into(),
        is_protected(report).into(),
        json_text(report).into(),
    ];
    if tx.execute(sql, &values).await? == 0 {
        return Ok(false);
    }
    for subject in &report.subjects {
        insert_subject(tx, file, subject).await?;
    }
    Ok(true)
}

async fn insert_subject(tx: &mut Tx, file: &CaseFile, subject: &Subject) -> Result<(), StoreError> {
    let sql = "/* insert_case_subject */ INSERT INTO case_subject (authority, case_id, subject_id, subject, keys) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (authority, case_id, subject_id) DO NOTHING";
    let [authority, case, id]: [Value; 3] =
        [file.authority.as_str().into(), file.id.to_string().into(), subject.id.to_string().into()];
    let bare = Subject { photograph: None, ..subject.clone() };
    let values = [authority.clone(), case.clone(), id.clone(), json_text(&bare).into(), KEY_VERSION.into()];
    tx.execute(sql, &values).await?;
    let sql = "/* insert_subject_key */ INSERT INTO subject_key (authority, key, case_id, subject_id) \
               VALUES ($1, $2, $3, $4) ON CONFLICT (authority, key, case_id, subject_id) DO NOTHING";
    for key in index_keys(subject) {
        tx.execute(sql, &[authority.clone(), key.into(), case.clone(), id.clone()]).await?;
    }
    Ok(())
}

/// The case that a reference has opened.
pub(super) async fn by_reference(
    tx: &mut Tx,
    authority: &AuthorityId,
    reference: &str,
) -> Result<Option<CaseId>, StoreError> {
    let sql = "/* case_by_reference */ SELECT id FROM case_file WHERE authority = $1 AND reference = $2";
    let row = tx.fetch_optional(sql, &[authority.as_str().into(), reference.into()]).await?;
    row.map(|row| row.word(0)).transpose()
}

/// One case.
pub(super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    case: CaseId,
) -> Result<Option<CaseFile>, StoreError> {
    let sql = "/* case */ SELECT authority, id, reference, source_format, opened_at, opened_by, report FROM case_file \
               WHERE authority = $1 AND id = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), case.to_string().into()]).await?;
    let read = |row: Row| {
        Ok(CaseFile {
            authority: row.word(0)?,
            id: row.word(1)?,
            reference: row.text(2)?,
            source_format: row.text(3)?,
            opened_at: row.time(4)?,
            opened_by: row.text(5)?,
            report: row.json(6)?,
        })
    };
    row.map(read).transpose()
}

/// Cases, newest first.
pub(super) async fn list(
    store: &Store,
    authority: &AuthorityId,
    after: Option<CaseId>,
    limit: u64,
) -> Result<Vec<CaseSummary>, StoreError> {
    let sql = "/* cases */ SELECT id, reference, title, kind, opened_at, subjects, protected FROM case_file \
               WHERE authority = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    // Identifiers sort by their time; `g` comes after every hexadecimal digit.
    let after = after.map_or_else(|| "g".to_owned(), |case| case.to_string());
    let rows = store.fetch_all(sql, &[authority.as_str().into(), after.into(), limit.into()]).await?;
    let read = |row: &Row| {
        Ok(CaseSummary {
            id: row.word(0)?,
            reference: row.text(1)?,
            title: row.text(2)?,
            kind: row.code(3)?,
            opened_at: row.time(4)?,
            subjects_count: row.unsigned(5)?,
            protected: row.integer(6)? != 0,
        })
    };
    rows.iter().map(read).collect()
}

/// A case's reference.
pub(crate) async fn reference_of(
    store: &Store,
    authority: &AuthorityId,
    case: CaseId,
) -> Result<Option<String>, StoreError> {
    let sql = "/* case_reference */ SELECT reference FROM case_file WHERE authority = $1 AND id = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), case.to_string().into()]).await?;
    row.map(|row| row.text(0)).transpose()
}

/// A person of a case, without photograph.
pub(crate) async fn subject_of(
    store: &Store,
    authority: &AuthorityId,
    case: CaseId,
    subject: SubjectId,
) -> Result<Option<Subject>, StoreError> {
    let sql = "/* case_subject */ SELECT subject FROM case_subject WHERE authority = $1 AND case_id = $2 \
               AND subject_id = $3";
    let values = [authority.as_str().into(), case.to_string().into(), subject.to_string().into()];
    let row = store.fetch_optional(sql, &values).await?;
    row.map(|row| row.json(0)).transpose()
}
