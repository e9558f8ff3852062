//! Hand-over: items offered to other authorities, and what those offer.

use super::text::{list as all_of, objects, said};
use super::wire::{Wire, query};
use crate::{
    api::Api,
    cli::{
        Remote,
        evidence::{Answer, Direction, Offer},
    },
    failure::Failure,
    output::{Waiting, print},
};
use comity_model::id::{CaseId, MessageId};
use serde_json::{Value, json};
use std::{path::Path, time::Duration};

/// How often is looked whether everything is fetched.
const LOOK_EVERY: Duration = Duration::from_millis(500);

pub async fn offer(offer: &Offer, as_json: bool) -> Result<(), Failure> {
    let mut body = json!({
        "to": offer.to, "keeps_copy": !offer.give_away, "reason": offer.reason, "note": offer.note,
        "marking": read(&offer.marking)?, "legal_basis": read(&offer.legal_basis)?,
    });
    if let Some(urgency) = &offer.urgency {
        body["urgency"] = json!(urgency);
    }
    if let Some(exchange) = &offer.exchange {
        body["exchange"] = json!(exchange);
    }
    let path = format!("/evidence/{}/offers", offer.item);
    let made = Api::of(&offer.remote).await?.post(&path, &body).await?;
    print(as_json, &made, || {
        let message = said(&made["message"]);
        format!(
            "offer `{message}` to {} is {}\ntake it back: comity evidence withdraw {message} --reason ...",
            said(&made["peer"]),
            said(&made["state"])
        )
    });
    Ok(())
}

fn read(file: &Path) -> Result<Value, Failure> {
    let bytes = std::fs::read(file).map_err(|fault| Failure::file(file, &fault))?;
    let wrong = |fault| Failure::Usage(format!("`{}` is no JSON: {fault}", file.display()));
    serde_json::from_slice(&bytes).map_err(wrong)
}

pub async fn list(
    remote: &Remote,
    direction: Option<Direction>,
    state: Option<&str>,
    as_json: bool,
) -> Result<(), Failure> {
    let direction = direction.map(|direction| match direction {
        Direction::Incoming => "incoming",
        Direction::Outgoing => "outgoing",
    });
    let path = format!("/evidence/offers?{}", query(&[("direction", direction), ("state", state)]));
    let answer = Wire::of(remote).await?.get(path.trim_end_matches('?')).await?;
    let offers = if answer.is_array() { all_of(&answer) } else { all_of(&answer["items"]) };
    let columns = [
        ("DIRECTION", "/direction"),
        ("PEER", "/peer"),
        ("STATE", "/state"),
        ("EXHIBIT", "/exhibit"),
        ("NAME", "/name"),
        ("FETCHED", "/fetched"),
        ("BYTES", "/size"),
        ("MADE", "/made_at"),
        ("OFFER", "/message"),
    ];
    print(as_json, &json!({ "items": offers }), || objects(offers, &columns));
    Ok(())
}

pub async fn accept(
    remote: &Remote,
    message: MessageId,
    case: CaseId,
    reason: &str,
    wait: bool,
    as_json: bool,
) -> Result<(), Failure> {
    let wire = Wire::of(remote).await?;
    let body = json!({ "case": case, "reason": reason });
    Api::of(remote).await?.post(&format!("/evidence/offers/{message}/accept"), &body).await?;
    let mut view = look(&wire, message).await?;
    let waiting = Waiting::begin(as_json, "the node fetches the content");
    while wait && view["state"] == "fetching" {
        let bytes = |field: &str| usize::try_from(view[field].as_u64().unwrap_or(0)).unwrap_or(0);
        waiting.progress(bytes("fetched"), bytes("size"));
        tokio::time::sleep(LOOK_EVERY).await;
        view = look(&wire, message).await?;
    }
    drop(waiting);
    print(as_json, &view, || in_words(&view));
    if view["state"] == "failed" {
        return Err(Failure::DoesNotHold(format!("the content was not fetched: {}", said(&view["fault"]))));
    }
    Ok(())
}

async fn look(wire: &Wire<'_>, message: MessageId) -> Result<Value, Failure> {
    Ok(wire.get(&format!("/evidence/offers/{message}")).await?)
}

pub async fn end(answer: &Answer, how: &str, as_json: bool) -> Result<(), Failure> {
    let body = json!({ "reason": answer.reason });
    let path = format!("/evidence/offers/{}/{how}", answer.message);
    let view = Api::of(&answer.remote).await?.post(&path, &body).await?;
    print(as_json, &view, || in_words(&view));
    Ok(())
}

fn in_words(view: &Value) -> String {
    let of = |field: &str| said(&view[field]);
    let mut text = format!("offer `{}` of item `{}` is {}", of("message"), of("item"), of("state"));
    if view["state"] == "fetching" {
        text.push_str(&format!(
            ": {} of {} bytes; `comity evidence offers` shows how far it is",
            of("fetched"),
            of("size")
        ));
    }
    text
}
