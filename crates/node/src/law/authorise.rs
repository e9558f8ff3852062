//! A supervising officer's leave to send on a basis that the tables contradict.

use super::{
    LawError,
    rules::{AUTHORISED_FOR, Authorisation, LONGEST_REASON, is_reason},
    store,
};
use crate::{
    Node,
    access::Caller,
    journal::{About, Entry},
    random,
};
use comity_model::{AuthorityId, id::AuthorisationId};
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// What a supervising officer lets go.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuthorisation {
    /// The instrument.
    #[schema(example = "HAGUE_1980")]
    pub instrument: String,
    /// The article.
    #[schema(example = "7")]
    pub article: String,
    /// To whom, at most.
    #[schema(value_type = Vec<String>, example = json!(["MA-NCB"]))]
    pub to: BTreeSet<AuthorityId>,
    /// Why. It travels with the message.
    pub reason: String,
}

/// Gives an authorisation, which another officer names when sending.
///
/// # Errors
/// Where a word of it is missing, or the database fails.
pub async fn authorise(
    node: &Node,
    caller: &Caller,
    new: NewAuthorisation,
) -> Result<Authorisation, LawError> {
    check(&new)?;
    let now = random::now();
    let given = Authorisation {
        id: random::new_id(AuthorisationId::new),
        authority: caller.authority.clone(),
        instrument: new.instrument,
        article: new.article.trim().to_owned(),
        to: new.to,
        reason: new.reason.trim().replace('\0', ""),
        given_by: caller.name.clone(),
        given_at: now,
        expires_at: now.saturating_add(AUTHORISED_FOR).unwrap_or(now),
    };
    let mut tx = node.store.begin("authorise_basis").await?;
    store::insert_authorisation(&mut tx, &given).await?;
    let detail = serde_json::json!({
        "authorisation": given.id.to_string(), "instrument": given.instrument, "article": given.article,
        "to": given.to, "expires_at": given.expires_at,
    });
    let (authority, act) = (Some(&given.authority), "authorisation_given");
    tx.record(Entry::new(now, authority, &caller.actor(), act, About::default(), detail));
    tx.commit().await?;
    Ok(given)
}

fn check(new: &NewAuthorisation) -> Result<(), LawError> {
    let missing = |field, why: &str| Err(LawError::Word { field, why: why.to_owned() });
    if new.instrument.trim().is_empty() || new.instrument.len() > 40 {
        return missing("instrument", "is an instrument's code, like `HAGUE_1980`");
    }
    if new.article.trim().is_empty() || new.article.len() > 200 {
        return missing("article", "is empty or too long; name the article relied on");
    }
    if new.to.is_empty() || new.to.len() > 64 {
        return missing("to", "names 1 to 64 authorities");
    }
    if !is_reason(&new.reason) {
        return Err(LawError::Word { field: "reason", why: format!("has 1 to {LONGEST_REASON} characters") });
    }
    Ok(())
}
