//! The routes of the federation: the node and its members, dead letters, the registry, and the public ledger.

mod letters;
mod public_ledger;

pub use letters::{DeadLetterList, DeadLetterView};

use super::registry::{RegistryError, adopt};
use crate::{
    Node,
    access::{Act, Caller},
    journal::{About, Entry},
    random,
    web::{Problem, ProblemView},
};
use axum::{Json, Router, body::Bytes, extract::State};
use comity_model::{AuthorityId, registry::Registry, statement::Mode};
use comity_record::sha256;
use comity_seal::Dsse;
use jiff::Timestamp;
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(get_node))
        .routes(routes!(letters::get_dead_letters))
        .routes(routes!(letters::post_retry))
        .routes(routes!(post_registry))
}

/// The node's ledger as C2SP tlog-tiles lays it out; public, for it holds salted digests alone.
pub fn ledger_routes() -> Router<Arc<Node>> {
    public_ledger::routes()
}

/// The node, and the federation as it knows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct NodeView {
    /// Its name in the registry, which is the origin of its ledger.
    name: String,
    /// The program's version.
    version: &'static str,
    /// `live` or `exercise`.
    #[schema(value_type = String)]
    mode: Mode,
    /// The federation.
    federation: String,
    /// The registry in force.
    registry_version: u64,
    /// When it expires; nothing is sent or accepted after that.
    #[schema(value_type = String, format = DateTime)]
    registry_expires: Timestamp,
    /// The authorities that this node serves.
    authorities: Vec<ServedView>,
    /// Every member of the federation.
    members: Vec<MemberView>,
}

/// An authority that this node serves.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServedView {
    /// The authority.
    #[schema(value_type = String)]
    id: AuthorityId,
    /// What people call it, in English if the registry says so.
    name: String,
}

/// A member of the federation.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    /// The authority.
    #[schema(value_type = String)]
    authority: AuthorityId,
    /// What it is, such as `ncb`.
    kind: String,
    /// What people call it, by language.
    names: BTreeMap<String, String>,
    /// The node that serves it.
    node: String,
}

impl NodeView {
    fn new(node: &Node, registry: &Registry) -> Self {
        let member = |member: &comity_model::registry::Member| MemberView {
            authority: member.authority.clone(),
            kind: crate::store::code_text(&member.kind),
            names: member.names.clone(),
            node: member.node.clone(),
        };
        let served = |id: &AuthorityId| ServedView { id: id.clone(), name: name_of(registry, id) };
        Self {
            name: node.config.name.clone(),
            version: env!("CARGO_PKG_VERSION"),
            mode: registry.mode,
            federation: registry.federation.clone(),
            registry_version: registry.version,
            registry_expires: registry.expires,
            authorities: node.config.authorities.iter().map(served).collect(),
            members: registry.members.iter().map(member).collect(),
        }
    }
}

fn name_of(registry: &Registry, authority: &AuthorityId) -> String {
    let names = registry.member(authority).map(|member| &member.names);
    let name = names.and_then(|names| names.get("en").or_else(|| names.values().next()));
    name.cloned().unwrap_or_else(|| authority.to_string())
}

/// The node, its authorities, and every member of the federation.
#[utoipa::path(get, path = "/node", tag = "federation", responses(
    (status = 200, description = "the node", body = NodeView),
    (status = 401, description = "`not_signed_in`", body = ProblemView)))]
async fn get_node(State(node): State<Arc<Node>>, _caller: Caller) -> Json<NodeView> {
    Json(NodeView::new(&node, node.registry().registry()))
}

/// What became of an offered registry.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offered {
    /// Is it newer than what the node held, and now in force?
    adopted: bool,
    /// The version in force.
    version: u64,
}

/// Offers the node a signed registry, which the root holders have given out. The offer is recorded.
#[utoipa::path(post, path = "/registry", tag = "federation",
    request_body(content = Object, description = "the DSSE envelope, as `comity registry sign` writes it"), responses(
    (status = 200, description = "adopted, or held already", body = Offered),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 409, description = "`registry_rolled_back`", body = ProblemView),
    (status = 422, description = "`registry_refused`", body = ProblemView)))]
async fn post_registry(
    State(node): State<Arc<Node>>,
    caller: Caller,
    body: Bytes,
) -> Result<Json<Offered>, Problem> {
    caller.may(Act::ManageRegistry)?;
    let dsse = Dsse::from_json(&body).map_err(|fault| Problem::malformed(fault.to_string()))?;
    let adopted = adopt(&node, &dsse).await?;
    let version = node.registry().registry().version;
    let detail = serde_json::json!({ "sha256": hex::encode(sha256(&dsse.payload)), "adopted": adopted });
    let mut tx = node.store.begin("registry_offered").await?;
    let (now, actor) = (random::now(), caller.actor());
    tx.record(Entry::new(now, Some(&caller.authority), &actor, "registry_offered", About::default(), detail));
    tx.commit().await?;
    Ok(Json(Offered { adopted, version }))
}

impl From<RegistryError> for Problem {
    fn from(fault: RegistryError) -> Self {
        use comity_delivery::RegistryRefusal;
        match fault {
            RegistryError::Refused(RegistryRefusal::RolledBack { .. }) => {
                Self::conflict("registry_rolled_back", fault.to_string())
            }
            RegistryError::Store(fault) => fault.into(),
            RegistryError::File { .. } => {
                tracing::error!(%fault, "a registry cannot be adopted");
                Self::internal()
            }
            fault => Self::unprocessable("registry_refused", fault.to_string()),
        }
    }
}
