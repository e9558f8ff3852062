//! Accounts: made by an administrator, or by the operator for the first one.

use super::{
    AccessError, Caller, password,
    rules::{Role, check_officer},
    store,
};
use crate::{
    journal::{About, Actor, Entry},
    random,
    store::{Store, StoreError},
};
use comity_model::{AuthorityId, id::OfficerId};
use jiff::Timestamp;

/// An account to be made.
#[derive(Clone)]
pub struct NewOfficer {
    /// The name to sign in with.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// What the officer may do.
    pub role: Role,
    /// For whom the officer acts; the caller checks that the node serves it.
    pub authority: AuthorityId,
    /// At least 12 characters.
    pub password: String,
}

/// Makes an account, in the name of an administrator ([`Caller::actor`]) or of the operator ([`Actor::Node`]).
///
/// # Errors
/// [`AccessError::Officer`] for words that do not fit, [`AccessError::NameTaken`].
pub async fn create_officer(
    store: &Store,
    new: NewOfficer,
    by: &Actor,
    now: Timestamp,
) -> Result<Caller, AccessError> {
    check_officer(&new.name, &new.display_name, &new.password)?;
    let hash = password::hash(&new.password).await?;
    let officer = Caller {
        officer: random::new_id(OfficerId::new),
        name: new.name,
        display_name: new.display_name.trim().to_owned(),
        role: new.role,
        authority: new.authority,
    };
    let mut tx = store.begin("create_officer").await?;
    if !store::insert_officer(&mut tx, &officer, hash, now).await? {
        return Err(AccessError::NameTaken(officer.name));
    }
    let detail =
        serde_json::json!({ "officer": officer.officer, "name": officer.name, "role": officer.role });
    tx.record(Entry::new(now, Some(&officer.authority), by, "officer_created", About::default(), detail));
    tx.commit().await?;
    Ok(officer)
}

/// The accounts of an authority, by name.
///
/// # Errors
/// Where the database fails.
pub async fn officers(store: &Store, authority: &AuthorityId) -> Result<Vec<Caller>, StoreError> {
    store::officers(store, authority).await
}
