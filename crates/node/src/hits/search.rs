//! The search itself: an alert that arrives against our cases, and a case that is opened against others' running alerts.
//! It finds and notes; nothing goes out.

use super::{
    rules::searchable,
    store::{self, HitRow, HitState},
};
use crate::{
    alerts::{self, AlertRow},
    cases::CaseFile,
    journal::{About, Actor, Entry},
    random,
    store::{StoreError, Tx},
};
use comity_matching::{Comparison, compare};
use comity_model::{
    id::{CaseId, HitId},
    message::Verdict,
    subject::Subject,
};
use jiff::Timestamp;

/// Looks for the persons of another's alert in our cases, and indexes them for cases still to come.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn search_alert(tx: &mut Tx, row: &AlertRow, now: Timestamp) -> Result<(), StoreError> {
    store::index_alert(tx, row).await?;
    for theirs in [Some(&row.alert.child), row.alert.alleged_taker.as_ref()].into_iter().flatten() {
        for candidate in store::candidates(tx, &row.authority, theirs).await? {
            let pair = Pair { case: candidate.case, ours: &candidate.subject, theirs };
            pair.consider(tx, row, now).await?;
        }
    }
    Ok(())
}

/// Looks for the persons of a case just opened in others' running alerts.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn search_case(tx: &mut Tx, file: &CaseFile, now: Timestamp) -> Result<(), StoreError> {
    for ours in &file.report.subjects {
        for alert in store::alerts_naming(tx, &file.authority, ours).await? {
            let Some(row) = alerts::running(tx, &file.authority, alert, now).await? else { continue };
            for theirs in [Some(&row.alert.child), row.alert.alleged_taker.as_ref()].into_iter().flatten() {
                Pair { case: file.id, ours, theirs }.consider(tx, &row, now).await?;
            }
        }
    }
    Ok(())
}

/// Two persons to compare.
struct Pair<'a> {
    case: CaseId,
    ours: &'a Subject,
    theirs: &'a Subject,
}

impl Pair<'_> {
    async fn consider(&self, tx: &mut Tx, row: &AlertRow, now: Timestamp) -> Result<(), StoreError> {
        let comparison = compare(&searchable(self.ours), &searchable(self.theirs));
        if !comparison.is_hit {
            return Ok(());
        }
        let hit = self.hit(row, comparison, now);
        if store::insert_or_refresh(tx, &hit).await? {
            tx.record(found(&hit, now));
        }
        Ok(())
    }

    fn hit(&self, row: &AlertRow, comparison: Comparison, now: Timestamp) -> HitRow {
        HitRow {
            authority: row.authority.clone(),
            id: random::new_id(HitId::new),
            alert: row.id,
            exchange: row.exchange,
            case: self.case,
            subject: self.ours.id,
            theirs: Subject { photograph: None, ..self.theirs.clone() },
            reasons: comparison.reasons,
            state: HitState::Open,
            found_at: now,
            decided_by: None,
            decided_at: None,
            decision: None,
        }
    }
}

fn found(hit: &HitRow, now: Timestamp) -> Entry {
    let agreeing = hit.reasons.iter().filter(|reason| reason.verdict == Verdict::Agrees);
    let agreeing: Vec<&str> = agreeing.map(|reason| reason.field.as_str()).collect();
    let detail = serde_json::json!({ "agrees": agreeing });
    Entry::new(now, Some(&hit.authority), &Actor::Rule("hit_on_arrival"), "hit_found", hit.about(), detail)
}

impl HitRow {
    /// What entries about it are about.
    #[must_use]
    pub fn about(&self) -> About {
        About {
            alert: Some(self.alert),
            exchange: Some(self.exchange),
            hit: Some(self.id),
            case: Some(self.case),
            message: None,
            item: None,
        }
    }
}
