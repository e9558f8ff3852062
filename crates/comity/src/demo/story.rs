//! The main job, step by step, through the public API.

use super::{federation::Federation, narrator::Narrator};
use crate::{api::Api, command::verify::read_roots, failure::Failure};
use comity_record::verify::verify_record;
use serde_json::{Value, json};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const YELLOW: &[u8] = include_bytes!("../../../../examples/reports/missing-child.yellow.json");
const CAP: &[u8] = include_bytes!("../../../../examples/reports/missing-child.cap.xml");
const COMITY: &[u8] = include_bytes!("../../../../examples/reports/missing-child.comity.json");
const SPAIN: &[u8] = include_bytes!("../../../../examples/reports/own-case-spain.comity.json");
const UNRELATED: &[u8] = include_bytes!("../../../../examples/reports/own-case-unrelated.comity.json");

const PATIENCE: Duration = Duration::from_secs(20);

/// The officers who act in the story.
struct Cast {
    france: Api,
    france_second: Api,
    spain: Api,
    others: Vec<(&'static str, Api)>,
}

/// Plays the whole job.
pub async fn play(federation: &Federation, narrator: &mut Narrator) -> Result<(), Failure> {
    let cast = Cast {
        france: federation.sign_in("fr", "officer").await?,
        france_second: federation.sign_in("fr", "releasing").await?,
        spain: federation.sign_in("es", "officer").await?,
        others: vec![
            ("ES-NCB", federation.sign_in("es", "officer").await?),
            ("MA-NCB", federation.sign_in("ma", "officer").await?),
            ("EU-HUB", federation.sign_in("hub", "officer").await?),
        ],
    };
    let case = import(&cast, narrator).await?;
    let alert = raise_and_release(&federation.directory, &cast, &case, narrator).await?;
    deliver(&cast, &alert, narrator).await?;
    let hit = find_hit(&cast, &alert, narrator).await?;
    let exchange = talk(&cast, &alert, &hit, narrator).await?;
    take_down(&cast, &alert, narrator).await?;
    prove(federation, &cast, &exchange, narrator).await
}

/// 1. The report is imported, in each of the three formats; Spain has cases of its own.
async fn import(cast: &Cast, narrator: &mut Narrator) -> Result<String, Failure> {
    narrator.chapter("1. France imports the report of a missing child");
    for own in [SPAIN, UNRELATED] {
        cast.spain.post_bytes("/cases/import?format=comity", own.to_vec()).await?;
    }
    let mut case = Value::Null;
    for (format, report) in [("yellow", YELLOW), ("cap", CAP), ("comity", COMITY)] {
        case = cast.france.post_bytes(&format!("/cases/import?format={format}"), report.to_vec()).await?;
        narrator.tell(format!("{format:7} {}: {}", text(&case, "reference"), text(&case, "title")));
    }
    narrator.done("a yellow notice, a CAP 1.2 alert and Comity's own JSON each opened a case");
    Ok(text(&case, "id"))
}

/// 2. One officer raises, another releases; the checks before it may leave.
async fn raise_and_release(
    directory: &Path,
    cast: &Cast,
    case: &str,
    narrator: &mut Narrator,
) -> Result<String, Failure> {
    narrator.chapter("2. An officer raises an alert; a second one releases it");
    let path = format!("/cases/{case}/alerts");
    let without_basis = json!({ "to": ["ES-NCB"], "urgency": "immediate", "marking": marking() });
    let refused = cast.france.post(&path, &without_basis).await.is_err();
    narrator.must(refused, "an alert without a legal basis is refused")?;
    let request = json!({
        "to": ["ES-NCB", "MA-NCB", "EU-HUB"],
        "headline": "Girl of 9 missing from Lyon; may be on the way to Morocco through Spain",
        "requested_action": "Locate; do not alert the taker; inform NCB Paris at once.",
        "runs_for_hours": 72,
        "urgency": "immediate",
        "marking": marking(),
        "legal_basis": legal_basis(),
    });
    let alert = cast.france.post(&path, &request).await?;
    let id = text(&alert, "id");
    narrator.tell(format!("alert {id} raised by {}", text(&alert, "raised_by")));
    let alone = cast.france_second.get(&format!("/alerts/{id}")).await?;
    narrator.must(text(&alone, "state") == "raised", "the alert is raised and has not left")?;
    let own = cast.france_second.post(&path, &request).await?;
    let own = format!("/alerts/{}", text(&own, "id"));
    let alone = cast.france_second.post(&format!("{own}/release"), &json!({})).await;
    let refused = matches!(&alone, Err(Failure::Refused(why)) if why.contains("second_officer_needed"));
    narrator.must(refused, "an officer who raised an alert may not release it alone")?;
    cast.france_second
        .post(&format!("{own}/cancel"), &json!({ "reason": "raised_in_error", "note": "" }))
        .await?;
    let released = cast.france_second.post(&format!("/alerts/{id}/release"), &json!({})).await?;
    narrator.tell(format!("released by {}", text(&released, "released_by")));
    narrator.must(text(&released, "state") == "released", "a second officer released it")?;
    let cap = cast.france.get_bytes(&format!("/alerts/{id}/cap")).await?;
    let file = directory.join("alert.cap.xml");
    std::fs::write(&file, &cap).map_err(|fault| Failure::file(&file, &fault))?;
    narrator.tell(format!("written as CAP 1.2 for systems that speak it: {}", file.display()));
    Ok(id)
}

/// 3. Every recipient stores it and signs a receipt.
async fn deliver(cast: &Cast, alert: &str, narrator: &mut Narrator) -> Result<(), Failure> {
    narrator.chapter("3. It reaches Spain, Morocco and the hub");
    let path = format!("/alerts/{alert}");
    let view =
        wait_for(&cast.france, &path, |view| all(view, |delivery| delivery["state"] == "receipted")).await?;
    for delivery in view["deliveries"].as_array().into_iter().flatten() {
        let took = &delivery["milliseconds"];
        narrator.tell(format!("{:7} verified receipt {took} ms after release", text(delivery, "authority")));
    }
    let count = view["deliveries"].as_array().map_or(0, Vec::len);
    narrator.must(
        count == 3,
        "three verified receipts, each with the proof that the alert is in the receiver's ledger",
    )?;
    for (authority, officer) in &cast.others {
        let seen = officer.get(&path).await?;
        let named = seen["alert"]["child"]["name"].is_object();
        narrator.tell(format!("{authority:7} sees the alert of {}", text(&seen, "from")));
        if !named {
            return narrator.must(false, "every recipient sees the alert with the child's name");
        }
    }
    narrator.done("every recipient sees the alert with the child's name");
    Ok(())
}

/// 4. Spain's node finds that the taker is a person in one of its own cases.
async fn find_hit(cast: &Cast, alert: &str, narrator: &mut Narrator) -> Result<Value, Failure> {
    narrator.chapter("4. Spain's node finds by itself that it knows the alleged taker");
    let hits = cast.spain.get("/hits").await?;
    let found: Vec<&Value> =
        hits["items"].as_array().into_iter().flatten().filter(|hit| hit["alert"] == alert).collect();
    narrator.must(found.len() == 1, "one hit, in the right case of the two")?;
    let hit = found.first().map_or(Value::Null, |hit| (*hit).clone());
    for reason in hit["reasons"].as_array().into_iter().flatten() {
        let (field, verdict, why) = (text(reason, "field"), text(reason, "verdict"), text(reason, "why"));
        narrator.tell(format!("{field:14} {verdict:8} {why}"));
    }
    let verdicts: Vec<String> =
        hit["reasons"].as_array().into_iter().flatten().map(|reason| text(reason, "verdict")).collect();
    let explained = verdicts.iter().any(|v| v == "agrees") && verdicts.iter().any(|v| v == "differs");
    narrator.must(explained, "the hit shows which fields agree and which differ")?;
    let exchange = text(&hit, "exchange");
    let thread = cast.france.get(&format!("/exchanges/{exchange}")).await?;
    let heard = thread["messages"].as_array().map_or(0, Vec::len);
    narrator.must(heard == 1, "nothing went back to France without Spain's officer")?;
    Ok(hit)
}

/// 5a. Spain discloses, a sighting is sent, France answers.
async fn talk(cast: &Cast, alert: &str, hit: &Value, narrator: &mut Narrator) -> Result<String, Failure> {
    narrator.chapter("5. The officer discloses; a sighting is sent; France answers");
    let exchange = text(hit, "exchange");
    let disclosure = json!({
        "fields": ["name", "born", "nationalities", "selectors"],
        "note": "Known to us since spring; rented a flat in Algeciras.",
        "legal_basis": legal_basis(),
        "marking": marking(),
    });
    cast.spain.post(&format!("/hits/{}/disclose", text(hit, "id")), &disclosure).await?;
    wait_for_kind(&cast.france, &exchange, "disclosure").await?;
    narrator.done("France holds what Spain's officer chose to disclose");
    let seen_at = jiff::Timestamp::now().to_string();
    let sighting = json!({
        "seen_at": seen_at,
        "place": { "name": "Ferry port, Algeciras", "jurisdiction": "ES", "position": [36.13, -5.43] },
        "what": "A girl who fits the description, with a man, in the queue for the evening ferry.",
    });
    cast.spain.post(&format!("/alerts/{alert}/sightings"), &sighting).await?;
    let thread = wait_for_kind(&cast.france, &exchange, "sighting").await?;
    narrator.done("the sighting reached France");
    let seen =
        messages(&thread).find(|message| message["kind"] == "sighting").map(|message| message["id"].clone());
    let answer = json!({
        "to": ["ES-NCB"],
        "subject": "Your sighting in Algeciras",
        "text": "It is her. Please take her into care; her mother is on the way.",
        "reply_to": seen,
        "urgency": "immediate",
        "marking": marking(),
        "legal_basis": legal_basis(),
    });
    cast.france.post(&format!("/exchanges/{exchange}/messages"), &answer).await?;
    wait_for_kind(&cast.spain, &exchange, "information").await?;
    narrator.done("France's answer reached Spain");
    Ok(exchange)
}

/// 5b. The child is found: the alert is cancelled and withdrawn everywhere.
async fn take_down(cast: &Cast, alert: &str, narrator: &mut Narrator) -> Result<(), Failure> {
    narrator.chapter(
        "   The child is found: the alert is cancelled, name and photograph are withdrawn everywhere",
    );
    let body = json!({ "reason": "child_found", "note": "Found safe." });
    cast.france.post(&format!("/alerts/{alert}/cancel"), &body).await?;
    let path = format!("/alerts/{alert}");
    let view =
        wait_for(&cast.france, &path, |view| all(view, |delivery| delivery["withdrawn_at"].is_string()))
            .await?;
    for delivery in view["deliveries"].as_array().into_iter().flatten() {
        let (who, when) = (text(delivery, "authority"), text(delivery, "withdrawn_at"));
        narrator.tell(format!("{who:7} has signed that it withdrew at {when}"));
    }
    narrator.done("every recipient has signed that it withdrew name and photograph");
    let names = ["Lemaire", "Inès"];
    for (authority, officer) in &cast.others {
        let seen = officer.get(&path).await?;
        let thread = officer.get(&format!("/exchanges/{}", text(&seen, "exchange"))).await?;
        let shown = format!("{seen}{thread}");
        let clean =
            names.iter().all(|name| !shown.contains(name)) && seen["alert"]["child"]["photograph"].is_null();
        if !clean {
            narrator.tell(format!("{authority} still shows it"));
            return narrator.must(false, "no recipient shows the child's name or photograph any more");
        }
    }
    narrator.done("no recipient shows the child's name or photograph any more");
    Ok(())
}

/// 6. The exported record is proved without any node; then with one byte changed.
async fn prove(
    federation: &Federation,
    cast: &Cast,
    exchange: &str,
    narrator: &mut Narrator,
) -> Result<(), Failure> {
    narrator.chapter("6. The record of the exchange is exported and checked without any node");
    let bytes = cast.france.get_bytes(&format!("/exchanges/{exchange}/record")).await?;
    let file = federation.directory.join("exchange.record.json");
    std::fs::write(&file, &bytes).map_err(|fault| Failure::file(&file, &fault))?;
    narrator.done("the record is exported");
    let anchor = read_roots(&federation.roots())?;
    let report = verify_record(&bytes, Some(&anchor));
    for step in &report.steps {
        narrator.tell(format!("{:>4}  {} [{}]", step.index, step.what, step.proven.join("; ")));
    }
    for fault in &report.faults {
        narrator.tell(format!("FAULT at {}: {}", fault.at, fault.what));
    }
    narrator.tell(format!(
        "{} messages, {} receipts, {} entries, cosigned by {}",
        report.messages,
        report.receipts,
        report.steps.len(),
        report.witnesses.join(", ")
    ));
    let whole = report.holds() && report.messages >= 8 && report.receipts >= 7 && report.witnesses.len() >= 2;
    narrator.must(whole, "every step is proved: signatures, order, ledgers, cosigned checkpoint")?;
    let mut changed = bytes;
    let middle = changed.len() / 2;
    let at = (middle..changed.len()).find(|at| changed[*at].is_ascii_alphanumeric()).unwrap_or(middle);
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    let copy = federation.directory.join("exchange.changed.json");
    std::fs::write(&copy, &changed).map_err(|fault| Failure::file(&copy, &fault))?;
    let report = verify_record(&changed, Some(&anchor));
    for fault in &report.faults {
        narrator.tell(format!("byte {at} changed: FAULT at {}: {}", fault.at, fault.what));
    }
    narrator.must(!report.holds(), "a copy with one byte changed does not hold, and the fault is named")
}

fn messages(thread: &Value) -> impl Iterator<Item = &Value> {
    thread["messages"].as_array().into_iter().flatten()
}

async fn wait_for_kind(api: &Api, exchange: &str, kind: &str) -> Result<Value, Failure> {
    let has = |thread: &Value| messages(thread).any(|message| message["kind"] == kind);
    wait_for(api, &format!("/exchanges/{exchange}"), has).await
}

/// Asks until the answer is as expected, for a while.
async fn wait_for(api: &Api, path: &str, expected: impl Fn(&Value) -> bool) -> Result<Value, Failure> {
    let begun = Instant::now();
    loop {
        let last = api.get(path).await;
        match last {
            Ok(value) if expected(&value) => return Ok(value),
            Ok(_) | Err(Failure::NotFound(_)) if begun.elapsed() < PATIENCE => {}
            Ok(_) => {
                return Err(Failure::DoesNotHold(format!(
                    "`{path}` did not come to what was expected in time"
                )));
            }
            Err(fault) => return Err(fault),
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}

fn all(view: &Value, holds: impl Fn(&Value) -> bool) -> bool {
    view["deliveries"].as_array().is_some_and(|list| !list.is_empty() && list.iter().all(holds))
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn marking() -> Value {
    json!({
        "handling": ["H0", "H1"],
        "purpose": "locate_missing_child",
        "source": "A",
        "information": "2",
        "onward": { "rule": "own_jurisdiction" },
        "retain_until": "2031-12-31",
    })
}

/// The membership of INTERPOL is not in the tables: the node answers `unknown`, and the officer records why to go on.
fn legal_basis() -> Value {
    json!({
        "instrument": "INTERPOL_RPD",
        "article": "97",
        "reason": "A child is in danger; bureau-to-bureau diffusion while the legal desk confirms.",
    })
}
