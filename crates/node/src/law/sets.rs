//! Data sets of a legal desk: read from a signed envelope, previewed, loaded and withdrawn.

use super::{
    LawError,
    held::{self, InForce},
    store::{self, SetRow},
};
use crate::{
    Node,
    access::Caller,
    journal::{About, Entry},
    random,
};
use comity_law::{
    Law,
    set::{Bundle, DataSet, SET_TYPE},
};
use comity_model::AuthorityId;
use comity_record::{Directory, sha256};
use comity_seal::Dsse;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SetView {
    /// Its name.
    pub id: String,
    /// Its date.
    #[schema(value_type = String, format = Date)]
    pub dated: Date,
    /// What it is.
    pub title: String,
    /// SHA-256 of what was signed, in hexadecimal.
    pub sha256: String,
    /// Does the program ship it?
    pub shipped: bool,
    /// The authority that signed it; nobody for a shipped one.
    #[schema(value_type = Option<String>)]
    pub signed_by: Option<AuthorityId>,
    /// When it was loaded.
    #[schema(value_type = String, format = DateTime)]
    pub loaded_at: Timestamp,
    /// By whom: an officer by name, or the node itself.
    pub loaded_by: String,
    /// Do answers rest on it now?
    pub active: bool,
    /// When it was withdrawn.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub withdrawn_at: Option<Timestamp>,
    /// By whom.
    pub withdrawn_by: Option<String>,
    /// Why it is left out although it is loaded.
    pub fault: Option<String>,
}

impl SetView {
    fn new(row: SetRow, in_force: &InForce) -> Self {
        let fault = in_force.left_out.get(&row.number).cloned();
        Self {
            active: row.active() && fault.is_none(),
            id: row.id,
            dated: row.dated,
            title: row.title,
            sha256: row.sha256,
            shipped: row.shipped,
            signed_by: row.signed_by,
            loaded_at: row.loaded_at,
            loaded_by: row.loaded_by,
            withdrawn_at: row.withdrawn_at,
            withdrawn_by: row.withdrawn_by,
            fault,
        }
    }
}

/// Every set that this node has held, oldest first.
///
/// # Errors
/// Where the database fails.
pub async fn sets(node: &Node) -> Result<Vec<SetView>, LawError> {
    let in_force = held::refresh(node).await?;
    let rows = store::sets(&node.store).await?;
    Ok(rows.into_iter().map(|row| SetView::new(row, &in_force)).collect())
}

/// What loading a set would change.
pub struct Preview {
    /// The set's name.
    pub id: String,
    /// Its date.
    pub dated: Date,
    /// What it is.
    pub title: String,
    /// Who signed it.
    pub signed_by: AuthorityId,
    /// The law as it is.
    pub before: Law,
    /// The law as it would be.
    pub after: Law,
}

/// Reads a signed set and lays it over what is in force, without storing anything.
///
/// # Errors
/// Why it cannot be loaded.
pub async fn preview_set(node: &Node, dsse: Dsse) -> Result<Preview, LawError> {
    Ok(weigh(node, dsse).await?.preview)
}

struct Weighed {
    preview: Preview,
    version: u64,
    sha256: String,
    document: String,
}

async fn weigh(node: &Node, dsse: Dsse) -> Result<Weighed, LawError> {
    let in_force = held::refresh(node).await?;
    let directory = node.registry();
    let now = random::now();
    let read = tokio::task::spawn_blocking(move || read(&directory, dsse, &in_force, now));
    read.await.map_err(|_| LawError::Interrupted)?
}

fn read(
    directory: &Directory,
    dsse: Dsse,
    in_force: &Arc<InForce>,
    now: Timestamp,
) -> Result<Weighed, LawError> {
    let signed_by = signer(directory, &dsse, now)?;
    let bundle: Bundle =
        serde_json::from_slice(&dsse.payload).map_err(|fault| LawError::NoSet(fault.to_string()))?;
    if in_force.law.name().split(" + ").any(|known| known == bundle.id) {
        return Err(LawError::Loaded(bundle.id));
    }
    let set = DataSet::read(&bundle)?;
    let after = in_force.law.with(&set)?;
    let Bundle { id, dated, title, .. } = bundle;
    Ok(Weighed {
        preview: Preview { id, dated, title, signed_by, before: in_force.law.clone(), after },
        version: in_force.version,
        sha256: hex::encode(sha256(&dsse.payload)),
        document: String::from_utf8_lossy(&dsse.to_json()).into_owned(),
    })
}

/// The authority of the registry whose key, in force now, has signed the set with both its signatures.
fn signer(directory: &Directory, dsse: &Dsse, now: Timestamp) -> Result<AuthorityId, LawError> {
    let mut why = "no member's key has signed it".to_owned();
    for key in dsse.claimed_signers() {
        for member in &directory.registry().members {
            let Ok(verifier) = directory.verifier(&member.authority, key, now, now) else { continue };
            match verifier.verify(dsse, SET_TYPE) {
                Ok(_) => return Ok(member.authority.clone()),
                Err(fault) => why = fault.to_string(),
            }
        }
    }
    Err(LawError::NotSigned(why))
}

/// Loads a signed set over those in force, in one transaction; answers rest on it from then on.
///
/// # Errors
/// Why it cannot be loaded; nothing of it is then stored.
pub async fn load_set(node: &Node, caller: &Caller, dsse: Dsse) -> Result<SetView, LawError> {
    let Weighed { preview, version, sha256, document } = weigh(node, dsse).await?;
    let now = random::now();
    let mut tx = node.store.begin("load_law_set").await?;
    let number = store::next_version(&mut tx).await?;
    if number != version + 1 {
        return Err(LawError::Changed);
    }
    let known = store::sets_in(&mut tx).await?;
    if known.iter().any(|known| known.active() && known.id == preview.id) {
        return Err(LawError::Loaded(preview.id));
    }
    let row = SetRow {
        number,
        id: preview.id,
        dated: preview.dated,
        title: preview.title,
        sha256,
        shipped: false,
        signed_by: Some(preview.signed_by),
        loaded_at: now,
        loaded_by: caller.actor().to_string(),
        withdrawn_at: None,
        withdrawn_by: None,
    };
    store::insert(&mut tx, &row, &document).await?;
    let detail = serde_json::json!({
        "set": row.id, "dated": row.dated, "sha256": row.sha256, "signed_by": row.signed_by,
    });
    tx.record(Entry::new(now, None, &caller.actor(), "law_set_loaded", About::default(), detail));
    tx.commit().await?;
    let in_force = held::refresh(node).await?;
    Ok(SetView::new(row, &in_force))
}

/// Withdraws a loaded set: answers are again what they were without it. It may be loaded again.
///
/// # Errors
/// Where none of that name is loaded, or it is the program's own.
pub async fn withdraw_set(node: &Node, caller: &Caller, id: &str) -> Result<(), LawError> {
    let now = random::now();
    let actor = caller.actor();
    let mut tx = node.store.begin("withdraw_law_set").await?;
    store::next_version(&mut tx).await?;
    let known = store::sets_in(&mut tx).await?;
    let found = known.iter().rev().find(|known| known.active() && known.id == id);
    let row = found.ok_or(LawError::NotLoaded)?;
    if row.shipped {
        return Err(LawError::Shipped(row.id.clone()));
    }
    store::withdraw(&mut tx, row.number, &actor.to_string(), now).await?;
    let detail = serde_json::json!({ "set": row.id, "sha256": row.sha256 });
    tx.record(Entry::new(now, None, &actor, "law_set_withdrawn", About::default(), detail));
    tx.commit().await?;
    held::refresh(node).await?;
    Ok(())
}
