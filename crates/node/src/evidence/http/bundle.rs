//! Court bundles, the admissibility checklist, and timestamps.

use crate::{
    Node,
    access::{Act, Caller},
    evidence::{self, BundleOrder, EvidenceError, Use, stamps},
    law, random,
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    body::Body,
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use comity_bundle::TarSink;
use comity_law::{Instrument, Language, admissibility};
use comity_model::{
    AuthorityId, Jurisdiction,
    id::{CaseId, ItemId},
    marking::Purpose,
};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::{
    io::{self, BufWriter, Write},
    sync::Arc,
};
use tokio::sync::mpsc;
use utoipa::{IntoParams, ToSchema};

/// Bytes that are handed to the network at once.
const PIECE: usize = 256 * 1024;
/// Pieces that may wait for the network.
const WAITING: usize = 8;

/// What goes into a court bundle.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    /// The items; without any, those of `case`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    items: Vec<ItemId>,
    /// The case.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    case: Option<CaseId>,
    /// With the contents, or with their hashes only?
    #[serde(default)]
    contents: bool,
    /// The language of the index: `en`, `fr`, `es` or `ar`.
    #[serde(default)]
    language: Option<String>,
    /// Why.
    reason: String,
    /// For whom, such as the court; in words.
    #[serde(default)]
    made_for: Option<String>,
    /// The state where it is to be used: adds what is missing there to the index.
    #[serde(default)]
    to: Option<String>,
    /// Under which instrument.
    #[serde(default)]
    instrument: Option<String>,
}

/// Where an item is to be used.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The state whose court is to take it, such as `ES`.
    to: String,
    /// The instrument, such as `EIO`; without one, that of the seizure or the first that is in force.
    instrument: Option<String>,
    /// What for, such as `judicial_proceedings`, which it is without one.
    purpose: Option<String>,
    /// The authority that is to receive it.
    receiver: Option<String>,
    /// The language of the answer: `en`, `fr`, `es` or `ar`.
    language: Option<String>,
}

/// A timestamp of an item's manifest.
#[derive(Debug, Serialize, ToSchema)]
pub struct StampView {
    /// The time-stamping authority, by its short name.
    tsa: String,
    /// The time that it states.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// The timestamps of an item's manifest.
#[derive(Debug, Serialize, ToSchema)]
pub struct StampList {
    /// The oldest first.
    items: Vec<StampView>,
}

fn word<T: std::str::FromStr>(field: &'static str, text: &str) -> Result<T, EvidenceError> {
    let unknown = |_| {
        EvidenceError::unfit(
            field,
            format!("has no meaning as `{}`", text.chars().take(40).collect::<String>()),
        )
    };
    text.parse().map_err(unknown)
}

fn language(text: Option<&str>) -> Result<Language, EvidenceError> {
    text.map_or(Ok(Language::En), |text| word("language", text))
}

fn purpose(text: Option<&str>) -> Result<Purpose, EvidenceError> {
    let Some(text) = text else { return Ok(Purpose::JudicialProceedings) };
    let read = serde_json::from_value(serde_json::Value::from(text));
    read.map_err(|_| EvidenceError::unfit("purpose", "is none of the purposes of a marking"))
}

fn wanted_of(
    to: &str,
    instrument: Option<&str>,
    for_what: Option<&str>,
    receiver: Option<&str>,
) -> Result<Use, EvidenceError> {
    Ok(Use {
        to: word::<Jurisdiction>("to", to)?,
        instrument: instrument.map(|text| word::<Instrument>("instrument", text)).transpose()?,
        purpose: purpose(for_what)?,
        receiver: receiver.map(|text| word::<AuthorityId>("receiver", text)).transpose()?,
    })
}

/// Makes a court bundle: a tar archive of one folder, which is a BagIt bag. `comity verify bundle` checks it without a node.
#[utoipa::path(post, path = "/evidence/bundle", tag = "evidence", request_body = Order, responses(
    (status = 200, description = "the archive", body = Vec<u8>, content_type = "application/x-tar"),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`item_not_held`, `evidence_damaged`", body = ProblemView),
    (status = 422, description = "`evidence_refused`", body = ProblemView),
    (status = 503, description = "`not_witnessed`, `timestamp_failed`", body = ProblemView)))]
pub(super) async fn bundle(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(order): Json<Order>,
) -> Result<Response, Problem> {
    caller.may(Act::BundleEvidence)?;
    if order.reason.trim().is_empty() {
        return Err(EvidenceError::unfit("reason", "is blank; say why it is made").into());
    }
    let wanted = order.to.as_deref();
    let wanted = wanted.map(|to| wanted_of(to, order.instrument.as_deref(), None, None)).transpose()?;
    let ready = BundleOrder {
        items: order.items,
        case: order.case,
        contents: order.contents,
        language: language(order.language.as_deref())?,
        reason: order.reason,
        made_for: order.made_for,
        wanted,
    };
    let (sender, receiver) = mpsc::channel(WAITING);
    let name = format!("court-bundle-{}", random::now().strftime("%Y%m%dT%H%M%SZ"));
    let folder = name.clone();
    let sink = move |at| TarSink::new(BufWriter::with_capacity(PIECE, Pipe(sender)), &folder, at);
    let writing = evidence::make_bundle(&node, &caller, ready, sink).await?;
    let disposition = format!("attachment; filename=\"{name}.tar\"");
    let headers = [
        (header::CONTENT_TYPE, "application/x-tar".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, Body::from_stream(pieces(receiver, writing))).into_response())
}

/// The archive's bytes; where writing fails the stream breaks off, so that nobody takes a part for the whole.
fn pieces<S: Send + 'static>(
    receiver: mpsc::Receiver<Vec<u8>>,
    writing: tokio::task::JoinHandle<Result<S, EvidenceError>>,
) -> impl futures_util::Stream<Item = io::Result<Vec<u8>>> {
    // The sink holds the other end of the channel, which must not outlive the writing.
    let writing = tokio::spawn(async move { writing.await.map(|done| done.map(drop)) });
    futures_util::stream::unfold((receiver, Some(writing)), |(mut receiver, writing)| async move {
        if let Some(piece) = receiver.recv().await {
            return Some((Ok(piece), (receiver, writing)));
        }
        let fault = match writing?.await {
            Ok(Ok(Ok(()))) => return None,
            Ok(Ok(Err(fault))) => fault.to_string(),
            _ => "the work was interrupted".to_owned(),
        };
        tracing::error!(%fault, "a court bundle broke off");
        Some((Err(io::Error::other(fault)), (receiver, None)))
    })
}

/// Hands what is written to the network, waiting where it is slow.
struct Pipe(mpsc::Sender<Vec<u8>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.blocking_send(bytes.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a court of another state will ask of the item, point by point.
#[utoipa::path(get, path = "/evidence/{item}/admissibility", tag = "evidence", params(("item" = String, Path), Wanted),
    responses(
    (status = 200, description = "the checklist: `points` with requirement, status, what meets it or is missing, and rows", body = Object),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`item_not_held`", body = ProblemView),
    (status = 422, description = "`evidence_refused`", body = ProblemView)))]
pub(super) async fn checklist(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Query(query): Query<Wanted>,
) -> Result<Json<serde_json::Value>, Problem> {
    let (list, language) = answer(&node, &caller, item, &query).await?;
    law::http::told(&list, Some(language))
}

/// The checklist as pages to print.
#[utoipa::path(get, path = "/evidence/{item}/admissibility/memo.pdf", tag = "evidence",
    params(("item" = String, Path), Wanted), responses(
    (status = 200, description = "the memo", body = Vec<u8>, content_type = "application/pdf"),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`item_not_held`", body = ProblemView)))]
pub(super) async fn checklist_memo(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Query(query): Query<Wanted>,
) -> Result<Response, Problem> {
    let (list, language) = answer(&node, &caller, item, &query).await?;
    let day = random::now().to_zoned(TimeZone::UTC).date();
    let memo = admissibility::memo(&list, language);
    let bytes = law::page::print_pages(memo, day).map_err(EvidenceError::from)?;
    Ok(law::http::file("application/pdf", "admissibility.pdf", bytes))
}

async fn answer(
    node: &Arc<Node>,
    caller: &Caller,
    item: ItemId,
    query: &Wanted,
) -> Result<(admissibility::Checklist, Language), Problem> {
    caller.may(Act::ReadEvidence)?;
    let Wanted { to, instrument, purpose, receiver, language: tongue } = query;
    let wanted = wanted_of(to, instrument.as_deref(), purpose.as_deref(), receiver.as_deref())?;
    let language = language(tongue.as_deref())?;
    Ok((evidence::checklist_of(node, &caller.authority, item, &wanted).await?, language))
}

/// Has the item's manifest stamped by the time-stamping authorities that the settings name (RFC 3161).
#[utoipa::path(post, path = "/evidence/{item}/timestamps", tag = "evidence", params(("item" = String, Path)), responses(
    (status = 201, description = "its timestamps", body = StampList),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 422, description = "`evidence_refused`: none is set", body = ProblemView),
    (status = 503, description = "`timestamp_failed`", body = ProblemView)))]
pub(super) async fn stamp(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
) -> Result<(axum::http::StatusCode, Json<StampList>), Problem> {
    caller.may(Act::OpenEvidence)?;
    stamps::stamp_item(&node, &caller, item).await?;
    let stamps = stamps::stamps_of(&node, &caller.authority, item).await?;
    let items = stamps.into_iter().map(|one| StampView { tsa: one.tsa, at: one.at }).collect();
    Ok((axum::http::StatusCode::CREATED, Json(StampList { items })))
}
