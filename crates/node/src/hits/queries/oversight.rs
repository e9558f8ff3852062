//! What limits and shows the use of private matching: budgets for whoever composes a query, and the auditor's view,
//! which holds what is stored and what the messages say against what the journal committed to.

mod compared;
mod store;
mod touched;

use super::{
    CanaryView, MatchingError,
    asked::{self, AnswerState},
    engine, epochs, kept, keyed, peers, received,
    rules::{self, DAY, Used},
};
use crate::{Node, access::Caller, cases, random};
use comity_model::{
    AuthorityId,
    id::{CaseId, MessageId},
    marking::Purpose,
    message::{Message, matching::BATCH_SIZES},
};
use jiff::Timestamp;
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};
use utoipa::ToSchema;

/// What may still be asked, holder by holder.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetView {
    /// The sizes to which a batch is padded; what counts is the padded size.
    pub sizes: Vec<u64>,
    /// The least number of elements that some holder takes for a sweep.
    pub sweep_threshold: Option<u64>,
    /// Selectors of the case that is named, each once.
    pub case_selectors: Option<u64>,
    /// Keys of the persons of that case, which `with_persons` would ask for.
    pub case_person_keys: Option<u64>,
    /// Members of the federation other than the caller's authority.
    pub holders: Vec<HolderBudget>,
}

/// What a holder takes, and what of it is used.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HolderBudget {
    /// The holder.
    #[schema(value_type = String)]
    pub authority: AuthorityId,
    /// Does it publish an epoch, as far as is known here?
    pub publishes: bool,
    /// Its epoch.
    pub epoch: Option<u64>,
    /// How many entries it publishes, random ones included.
    pub entries: Option<u64>,
    /// When its epoch ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// What it takes: `authority_per_day`, `officer_per_day`, `case_per_day`, `authority_per_epoch`, `sweep_threshold`.
    #[schema(value_type = Option<Object>)]
    pub limits: Option<comity_model::message::matching::QueryLimits>,
    /// What was asked of it from here.
    pub used: Used,
    /// What is left, as far as is known here.
    pub left: Option<Used>,
}

/// What the caller may still ask of whom, for a case where one is named.
///
/// # Errors
/// Where there is no such case, or the database fails.
pub async fn budget(
    node: &Arc<Node>,
    caller: &Caller,
    case: Option<CaseId>,
) -> Result<BudgetView, MatchingError> {
    let authority = &caller.authority;
    let officer = kept::pseudonym(node, authority, caller.officer)?;
    let file = match case {
        Some(case) => Some(cases::load(node, authority, case).await?),
        None => None,
    };
    let reference = file.as_ref().map(|file| file.reference.clone()).unwrap_or_default();
    let directory = node.registry();
    let day = random::now().saturating_sub(DAY).unwrap_or(Timestamp::MIN);
    let members = directory.registry().members.iter().map(|member| member.authority.clone());
    let asking = members.filter(|member| member != authority).map(|holder| async move {
        let known = peers::newest(node, &holder).await.ok();
        (holder, known)
    });
    let mut holders = Vec::new();
    for (holder, known) in futures_util::future::join_all(asking).await {
        let epoch = known.as_ref().map_or(0, |known| known.number);
        let who = (authority, &holder);
        let used =
            asked::store::asked_of(&node.store, who, (officer.as_str(), reference.as_str()), (day, epoch))
                .await?;
        holders.push(HolderBudget {
            authority: holder,
            publishes: known.is_some(),
            epoch: known.as_ref().map(|known| known.number),
            entries: known.as_ref().map(|known| known.entries),
            until: known.as_ref().map(|known| known.until),
            limits: known.as_ref().map(|known| known.limits),
            left: known.as_ref().map(|known| rules::left(&known.limits, &used)),
            used,
        });
    }
    let thresholds = holders.iter().filter_map(|holder| holder.limits.map(|limits| limits.sweep_threshold));
    Ok(BudgetView {
        sizes: BATCH_SIZES.iter().filter_map(|size| u64::try_from(*size).ok()).collect(),
        sweep_threshold: thresholds.min(),
        case_person_keys: file.as_ref().map(super::leads::count),
        case_selectors: file.map(|file| count_selectors(authority, &file)),
        holders,
    })
}

fn count_selectors(authority: &AuthorityId, file: &cases::CaseFile) -> u64 {
    let subjects = file.report.subjects.iter();
    let inputs = subjects.flat_map(|subject| keyed::of_subject(authority, subject)).map(|keyed| keyed.input);
    u64::try_from(inputs.collect::<std::collections::BTreeSet<_>>().len()).unwrap_or(u64::MAX)
}

/// The use of private matching, for an auditor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Usage {
    /// Queries that officers here have asked, newest first; at most 500.
    pub sent: Vec<SentUsage>,
    /// Queries that others have asked here, newest first; at most 500.
    pub received: Vec<ReceivedUsage>,
    /// Comparisons of whole case loads, offered from here and here, newest first; at most 500.
    pub deconflictions: Vec<compared::ComparedUsage>,
    /// Claims on canaries.
    pub canaries_touched: Vec<touched::TouchedCanary>,
    /// The canaries.
    pub canaries: Vec<CanaryView>,
    /// Where store, messages and journal do not say the same; empty where all agree.
    pub findings: Vec<Finding>,
}

/// A query that was asked from here.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SentUsage {
    /// The query.
    #[schema(value_type = String, format = "uuid")]
    pub query: MessageId,
    /// The officer.
    pub asked_by: String,
    /// The pseudonym under which the holders know the officer.
    pub officer: String,
    /// The case's reference.
    pub case_reference: String,
    /// The purpose.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// The digest of the blinded elements.
    pub batch_sha256: String,
    /// How many.
    pub count: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    /// What came of it at each holder.
    pub holders: Vec<SentTo>,
}

/// What came of a query at a holder.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SentTo {
    /// The holder.
    #[schema(value_type = String)]
    pub authority: AuthorityId,
    /// Where it stands.
    pub state: AnswerState,
    /// The epoch.
    pub epoch: Option<u64>,
    /// How many hits were found.
    pub hits: Option<u64>,
}

/// A query that was asked here.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReceivedUsage {
    /// The query.
    #[schema(value_type = String, format = "uuid")]
    pub query: MessageId,
    /// Who asked.
    #[schema(value_type = String)]
    pub from: AuthorityId,
    /// Its officer, by pseudonym.
    pub officer: String,
    /// Its case's reference.
    pub case_reference: String,
    /// The purpose.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// The digest of the blinded elements.
    pub batch_sha256: String,
    /// How many.
    pub count: u64,
    /// What became of it.
    pub state: received::ReceivedState,
    /// The epoch in which it was evaluated.
    pub epoch: Option<u64>,
    /// Why it was refused.
    #[schema(value_type = Option<String>)]
    pub code: Option<comity_model::message::matching::QueryRefusal>,
    /// When it arrived.
    #[schema(value_type = String, format = DateTime)]
    pub arrived_at: Timestamp,
    /// How many hits the asker says it found, in its claim; none where it has claimed none.
    pub hits_claimed: Option<u64>,
}

/// Where two records of one query differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// The query.
    #[schema(value_type = String, format = "uuid")]
    pub query: MessageId,
    /// `sent` or `received`; `deconfliction` where whole case loads were compared, and `query` is that.
    pub side: &'static str,
    /// What differs.
    pub what: String,
}

/// Most queries of each side in the auditor's view.
const MOST: u64 = 500;

/// What was asked from here and here, held against the journal.
///
/// # Errors
/// Where the database fails.
pub async fn usage(node: &Node, caller: &Caller) -> Result<Usage, MatchingError> {
    let (store, authority) = (&node.store, &caller.authority);
    let committed = store::of_queries(store, authority).await?;
    let claimed = store::claimed_hits(store, authority).await?;
    let mut findings = Vec::new();
    let mut sent = Vec::new();
    for view in asked::list(node, authority, None, MOST).await? {
        let holders = view.holders.iter().map(|holder| SentTo {
            authority: holder.authority.clone(),
            state: holder.state,
            epoch: holder.epoch,
            hits: holder.hits,
        });
        let one = SentUsage {
            query: view.id,
            asked_by: view.asked_by.clone(),
            officer: view.officer.clone(),
            case_reference: view.case_reference.clone(),
            purpose: view.purpose,
            batch_sha256: view.batch_sha256.clone(),
            count: view.count,
            asked_at: view.asked_at,
            holders: holders.collect(),
        };
        findings.extend(compare_sent(&one, view.state, &committed));
        sent.push(one);
    }
    let mut seen = Vec::new();
    for row in received::store::newest(store, authority, MOST).await? {
        let one = ReceivedUsage {
            query: row.id,
            hits_claimed: claimed.get(&(row.sender.clone(), row.id)).copied(),
            from: row.sender,
            officer: row.officer,
            case_reference: row.case_reference,
            purpose: row.purpose,
            batch_sha256: row.batch_sha256,
            count: row.count,
            state: row.state,
            epoch: row.epoch,
            code: row.code,
            arrived_at: row.arrived_at,
        };
        findings.extend(compare_received(&one, &committed));
        let message = store::as_said(store, authority, one.query, &one.from).await?;
        findings.extend(message.and_then(|message| compare_message(&one, &message)));
        seen.push(one);
    }
    let deconflictions = compared::list(node, authority, &mut findings).await?;
    let canaries_touched = touched::list(store, authority).await?;
    let canaries = epochs::store::canaries(store, authority).await?;
    Ok(Usage {
        sent,
        received: seen,
        deconflictions,
        canaries_touched,
        canaries: canaries.into_iter().map(CanaryView::from).collect(),
        findings,
    })
}

/// What the journal committed to: for each query and act, its details.
type Committed = BTreeMap<(String, String), Vec<serde_json::Value>>;

fn details<'a>(committed: &'a Committed, query: MessageId, act: &str) -> &'a [serde_json::Value] {
    committed.get(&(query.to_string(), act.to_owned())).map_or(&[], Vec::as_slice)
}

/// Does an entry name that batch and count?
fn names(detail: &serde_json::Value, batch: &str, count: u64) -> bool {
    detail["batch_sha256"] == batch && detail["count"] == count
}

fn compare_sent(one: &SentUsage, state: asked::QueryState, committed: &Committed) -> Vec<Finding> {
    let find = |what: String| Finding { query: one.query, side: "sent", what };
    let mut findings = Vec::new();
    let is_out = matches!(state, asked::QueryState::Asked | asked::QueryState::Finished);
    let entries = details(committed, one.query, "selector_query_sent");
    if is_out && !entries.iter().any(|detail| names(detail, &one.batch_sha256, one.count)) {
        findings.push(find("the journal has no entry that this batch was sent".into()));
    }
    let finished = details(committed, one.query, "selector_query_finished");
    for holder in one.holders.iter().filter(|holder| holder.state == AnswerState::Answered) {
        let same = |detail: &&serde_json::Value| {
            detail["holder"] == holder.authority.as_str()
                && names(detail, &one.batch_sha256, one.count)
                && detail["epoch"].as_u64() == holder.epoch
                && detail["hits"].as_u64() == holder.hits
        };
        if finished.iter().filter(same).count() != 1 {
            let who = &holder.authority;
            findings.push(find(format!("the journal does not have the epoch and hits stored for `{who}`")));
        }
    }
    findings
}

fn compare_received(one: &ReceivedUsage, committed: &Committed) -> Vec<Finding> {
    let find = |what: &str| Finding { query: one.query, side: "received", what: what.to_owned() };
    let from = |detail: &&serde_json::Value| {
        detail["from"] == one.from.as_str() && names(detail, &one.batch_sha256, one.count)
    };
    let mut findings = Vec::new();
    if !details(committed, one.query, "selector_query_received").iter().any(|detail| from(&detail)) {
        findings.push(find("the journal has no entry that this batch arrived"));
    }
    let answered = details(committed, one.query, "selector_query_answered");
    let of_epoch =
        answered.iter().filter(from).filter(|detail| detail["epoch"].as_u64() == one.epoch).count();
    let is_answered = one.state == received::ReceivedState::Answered;
    let agrees = if is_answered { of_epoch == 1 } else { !answered.iter().any(|detail| from(&detail)) };
    if !agrees {
        findings
            .push(find("the journal and the store differ on whether it was evaluated, and in which epoch"));
    }
    if one.hits_claimed.is_some_and(|hits| hits > one.count) {
        findings.push(find("more hits are claimed than elements were asked"));
    }
    findings
}

/// Is the batch that was counted the one that the asker has signed?
fn compare_message(one: &ReceivedUsage, message: &Message) -> Option<Finding> {
    let Message::SelectorQuery(query) = message else { return None };
    let bytes = engine::bytes(&query.elements).unwrap_or_default();
    let same = hex::encode(comity_psi::oprf::commitment(&bytes)) == one.batch_sha256;
    let what = "the batch that was counted is not the one that the asker has signed".to_owned();
    (!same).then_some(Finding { query: one.query, side: "received", what })
}

#[cfg(test)]
#[path = "oversight/tests.rs"]
mod tests;
