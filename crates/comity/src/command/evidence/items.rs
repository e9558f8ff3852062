//! Items of a running node: what they are, what happened to them, and how the vault stands.

use super::{
    text::{self, objects, said, table},
    wire::{Wire, json, query},
};
use crate::{
    api::Api,
    cli::{
        Remote,
        evidence::{Admissibility, Dispose, OneItem, Record, RecordedAct},
    },
    failure::Failure,
    output::{Waiting, print},
};
use comity_model::{AuthorityId, id::CaseId};
use reqwest::Method;
use serde_json::{Value, json};
use std::fmt::Write;

pub async fn list(remote: &Remote, case: Option<CaseId>, as_json: bool) -> Result<(), Failure> {
    let case = case.map(|case| case.to_string());
    let path = format!("/evidence?{}", query(&[("case", case.as_deref())]));
    let items = Wire::of(remote).await?.all(path.trim_end_matches('?')).await?;
    let columns = [
        ("EXHIBIT", "/exhibit"),
        ("NAME", "/name"),
        ("BYTES", "/size"),
        ("STATE", "/state"),
        ("TAKEN", "/taken_at"),
        ("VERIFIED", "/verified_at"),
        ("DAMAGE", "/damage"),
        ("ITEM", "/id"),
    ];
    print(as_json, &json!({ "items": items }), || objects(&items, &columns));
    Ok(())
}

pub async fn uploads(remote: &Remote, as_json: bool) -> Result<(), Failure> {
    let answer = Api::of(remote).await?.get("/evidence/uploads").await?;
    let uploads = text::list(&answer["uploads"]);
    let columns = [
        ("EXHIBIT", "/exhibit"),
        ("NAME", "/name"),
        ("RECEIVED", "/received"),
        ("BYTES", "/length"),
        ("STARTED", "/started_at"),
        ("BY", "/started_by"),
        ("REFUSED", "/fault"),
        ("ITEM", "/item"),
    ];
    print(as_json, &answer, || objects(uploads, &columns));
    Ok(())
}

pub async fn show(one: &OneItem, as_json: bool) -> Result<(), Failure> {
    let view = Api::of(&one.remote).await?.get(&format!("/evidence/{}", one.item)).await?;
    print(as_json, &view, || described(&view));
    Ok(())
}

/// An item with everything that its manifest says.
fn described(view: &Value) -> String {
    let mut rows = Vec::new();
    for field in ["id", "case", "state", "exhibit", "name", "size", "part_of", "received_from"] {
        rows.push((field.to_owned(), view[field].clone()));
    }
    for field in ["retain_until", "taken_at", "taken_by", "verified_at", "damage", "manifest_sha256"] {
        rows.push((field.to_owned(), view[field].clone()));
    }
    let manifest = &view["manifest"];
    rows.push(("sha256".into(), manifest["sha256"].clone()));
    rows.push(("blake3".into(), manifest["blake3"]["root"].clone()));
    rows.push(("parts".into(), manifest["parts"].as_array().map_or(Value::Null, |parts| parts.len().into())));
    for part in ["acquisition", "seizure"] {
        leaves(part, &manifest[part], &mut rows);
    }
    rows.retain(|(_, value)| !value.is_null());
    let rows: Vec<Vec<String>> = rows.iter().map(|(name, value)| vec![name.clone(), said(value)]).collect();
    format!("{}\n{}", table(&rows), text::custody(&view["custody"]))
}

/// Every value below, with its path.
fn leaves(path: &str, value: &Value, rows: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| leaves(&format!("{path}.{name}"), value, rows));
        }
        Value::Array(values) => {
            values
                .iter()
                .enumerate()
                .for_each(|(n, value)| leaves(&format!("{path}.{}", n + 1), value, rows));
        }
        leaf => rows.push((path.to_owned(), leaf.clone())),
    }
}

pub async fn custody(one: &OneItem, as_json: bool) -> Result<(), Failure> {
    let chain = Api::of(&one.remote).await?.get(&format!("/evidence/{}/custody", one.item)).await?;
    print(as_json, &chain, || text::custody(&chain));
    let breaks = text::list(&chain["findings"]).iter().filter(|finding| finding["is_break"] == true).count();
    match breaks {
        0 => Ok(()),
        breaks => Err(Failure::DoesNotHold(format!("the chain of custody is broken in {breaks} places"))),
    }
}

pub async fn record(record: &Record, as_json: bool) -> Result<(), Failure> {
    let act = match (record.act, &record.how, &record.onto) {
        (RecordedAct::Examined, Some(how), None) => json!({ "examined": { "how": how } }),
        (RecordedAct::Copied, None, Some(onto)) => json!({ "copied": { "onto": onto } }),
        (RecordedAct::Opened, None, None) => json!("opened"),
        _ => return Err(Failure::Usage("--how goes with `examined`, --onto with `copied`".into())),
    };
    let mut body = json!({ "act": act, "reason": record.reason });
    for (field, given) in [("basis", &record.basis), ("place", &record.place)] {
        if let Some(given) = given {
            body[field] = json!(given);
        }
    }
    let path = format!("/evidence/{}/custody", record.item);
    let chain = Api::of(&record.remote).await?.post(&path, &body).await?;
    print(as_json, &chain, || text::custody(&chain));
    Ok(())
}

pub async fn verify(one: &OneItem, as_json: bool) -> Result<(), Failure> {
    let wire = Wire::of(&one.remote).await?;
    let waiting = Waiting::begin(as_json, "the node reads the whole item");
    let path = format!("/evidence/{}/verify", one.item);
    let told = json(wire.send(Method::POST, &path, |request| request).await?).await?;
    drop(waiting);
    let damage = text::list(&told["damage"]);
    print(as_json, &told, || match damage {
        [] => format!("the item is whole; verified at {}", said(&told["verified_at"])),
        damage => {
            let columns =
                [("PART", "/part"), ("OBJECT", "/object"), ("CHUNKS", "/chunks"), ("WHAT", "/what")];
            objects(damage, &columns)
        }
    });
    match damage.len() {
        0 => Ok(()),
        parts => {
            Err(Failure::DoesNotHold(format!("{parts} parts are damaged; restore their objects from a copy")))
        }
    }
}

pub async fn admissibility(asked: &Admissibility, as_json: bool) -> Result<(), Failure> {
    let instrument = asked.instrument.map(|instrument| instrument.to_string());
    let parameters = query(&[
        ("to", Some(&asked.to.to_string())),
        ("instrument", instrument.as_deref()),
        ("purpose", asked.purpose.as_deref()),
        ("receiver", asked.receiver.as_ref().map(AuthorityId::as_str)),
        ("language", Some(asked.language.tag())),
    ]);
    let api = Api::of(&asked.remote).await?;
    if let Some(file) = &asked.pdf {
        let path = format!("/evidence/{}/admissibility/memo.pdf?{parameters}", asked.item);
        let bytes = api.get_bytes(&path).await?;
        std::fs::write(file, &bytes).map_err(|fault| Failure::file(file, &fault))?;
        let told = json!({ "file": file.display().to_string(), "bytes": bytes.len() });
        print(as_json, &told, || format!("{} bytes in `{}`", bytes.len(), file.display()));
        return Ok(());
    }
    let list = api.get(&format!("/evidence/{}/admissibility?{parameters}", asked.item)).await?;
    print(as_json, &list, || checklist(&list));
    Ok(())
}

/// A checklist for people: what is missing first, as the node orders it.
fn checklist(list: &Value) -> String {
    let counts = &list["counts"];
    let of = |name: &str| said(&counts[name]);
    let mut text = format!(
        "missing {} ({} of them must be), unknown {}, met {}, not applicable {}",
        of("missing"),
        of("missing_must"),
        of("unknown"),
        of("met"),
        of("not_applicable")
    );
    for point in text::list(&list["points"]) {
        let (status, weight) = (said(&point["status"]).to_uppercase(), said(&point["weight"]));
        let _ = write!(text, "\n{status} ({weight}) {} {}: ", said(&point["scope"]), said(&point["article"]));
        text.push_str(&phrase(&point["requirement"]));
        for finding in text::list(&point["findings"]) {
            let _ = write!(text, "\n    {}", phrase(finding));
        }
    }
    for ground in text::list(&list["grounds"]) {
        let _ = write!(text, "\nground of refusal: {}", phrase(ground.get("ground").unwrap_or(ground)));
    }
    for caveat in text::list(&list["caveats"]) {
        let _ = write!(text, "\nnote: {}", phrase(caveat));
    }
    let _ = write!(text, "\ntables: {}", said(&list["data_set"]));
    text
}

/// A sentence: text, or an object with the text in it.
fn phrase(value: &Value) -> String {
    said(value.get("text").unwrap_or(value))
}

pub async fn dispose(dispose: &Dispose, as_json: bool) -> Result<(), Failure> {
    let api = Api::of(&dispose.remote).await?;
    if dispose.proof {
        let proof = api.get(&format!("/evidence/{}/disposal", dispose.item)).await?;
        print(as_json, &proof, || serde_json::to_string_pretty(&proof).unwrap_or_default());
        return Ok(());
    }
    let act = match (&dispose.returned_to, &dispose.destroyed) {
        (Some(to), _) => json!({ "returned": { "to": to } }),
        (_, how) => json!({ "destroyed": { "how": how } }),
    };
    let body = json!({ "act": act, "reason": dispose.reason });
    let told = api.post(&format!("/evidence/{}/dispose", dispose.item), &body).await?;
    print(as_json, &told, || {
        format!(
            "disposed of; no copy of the database opens it after {} (epoch {})\nproof: comity evidence dispose {} --proof",
            said(&told["complete_after"]),
            said(&told["epoch"]),
            dispose.item
        )
    });
    Ok(())
}

pub async fn vault(remote: &Remote, as_json: bool) -> Result<(), Failure> {
    let vault = Api::of(remote).await?.get("/evidence/vault").await?;
    print(as_json, &vault, || {
        let mut rows = Vec::new();
        for field in ["items", "bytes", "objects", "uploads", "epoch", "retired", "scrub"] {
            leaves(field, &vault[field], &mut rows);
        }
        let rows: Vec<Vec<String>> =
            rows.iter().map(|(name, value)| vec![name.clone(), said(value)]).collect();
        table(&rows)
    });
    Ok(())
}
