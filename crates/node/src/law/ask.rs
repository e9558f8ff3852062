//! What is asked of the law: with which data, about which places, and the table of relations of one instrument.

use super::{LawError, held};
use crate::Node;
use comity_law::{Instrument, Law, Place};
use comity_model::{Jurisdiction, legal::LawAnswer};
use jiff::civil::Date;
use serde::Serialize;

/// The law in force, or as this node held it at the end of an earlier day in UTC.
///
/// # Errors
/// Where it held none yet, or the database fails.
pub async fn as_known_on(node: &Node, day: Option<Date>) -> Result<Law, LawError> {
    match day {
        None => Ok(held::refresh(node).await?.law.clone()),
        Some(day) => held::on_day(node, day).await,
    }
}

/// Bodies that are no place with a law of relations between states.
const NO_PLACES: [&str; 2] = ["EU", "UN"];

/// Every place about which it may be asked: the states and territories of ISO 3166-1, and the parts of states that the
/// tables name. `one` is an ISO 3166-2 code such as `CA-AB`.
#[must_use]
pub fn places(law: &Law) -> Vec<Place> {
    let states = Jurisdiction::all().filter(|state| !NO_PLACES.contains(&state.code())).map(Place::from);
    let parts = law.tables().territories.iter().map(|row| row.place.clone());
    let mut places: Vec<Place> = states.chain(parts).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// How one place stands to the asked one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stands {
    /// The place.
    pub place: Place,
    /// The answer.
    pub state: LawAnswer,
    /// Since when it is in force.
    pub since: Option<Date>,
}

/// How every other place stands to one, for a map.
#[must_use]
pub fn relations_of(law: &Law, instrument: Instrument, of: &Place, on: Date) -> Vec<Stands> {
    let others = places(law).into_iter().filter(|place| place != of);
    let stands = |place: Place| {
        let found = law.relation(instrument, of, &place, on);
        Stands { place, state: found.state, since: found.since }
    };
    others.map(stands).collect()
}

/// A pair of places whose relation the tables know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The one.
    pub one: Place,
    /// The other, after it in the order of codes; relations are symmetric.
    pub other: Place,
    /// The answer; a pair that is not named is `unknown`.
    pub state: LawAnswer,
    /// Since when it is in force.
    pub since: Option<Date>,
}

/// Every pair whose relation under an instrument is known on a day.
#[must_use]
pub fn matrix(law: &Law, instrument: Instrument, on: Date) -> Vec<Pair> {
    let places = places(law);
    let mut pairs = Vec::new();
    for (number, one) in places.iter().enumerate() {
        for other in places.iter().skip(number + 1) {
            let found = law.relation(instrument, one, other, on);
            if found.state != LawAnswer::Unknown {
                let (one, other) = (one.clone(), other.clone());
                pairs.push(Pair { one, other, state: found.state, since: found.since });
            }
        }
    }
    pairs
}

/// The pairs as CSV with a header (RFC 4180); no field needs quotes.
#[must_use]
pub fn csv(pairs: &[Pair]) -> String {
    let mut text = String::from("one,other,state,since\r\n");
    for Pair { one, other, state, since } in pairs {
        let state = crate::store::code_text(state);
        let since = since.map(|day| day.to_string()).unwrap_or_default();
        text.push_str(&format!("{one},{other},{state},{since}\r\n"));
    }
    text
}

/// Whom a check is about: a member of the registry by name, or a place by code.
///
/// # Errors
/// Where it is neither.
pub fn place_of(node: &Node, text: &str) -> Result<Place, LawError> {
    let authority = text.parse::<comity_model::AuthorityId>().ok();
    let member = authority.filter(|authority| node.registry().node_of(authority).is_some());
    match member {
        Some(member) => Ok(member.jurisdiction().into()),
        None => text.parse().map_err(|fault| LawError::word("to", &fault)),
    }
}
