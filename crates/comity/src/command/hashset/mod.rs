//! `comity hashset`: hash-set files checked here, and imported into a running node.

mod search;

use super::{
    evidence::text::{list as listed, objects, said, table},
    matching::sets::{Check, word},
};
use crate::{
    api::{Api, refusal},
    cli::{
        Remote,
        hashset::{Hashset, Import, Load, OneSet},
    },
    failure::Failure,
    output::{Waiting, print},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::stream;
use reqwest::{Body, Method};
use serde_json::{Map, Value, json};
use std::path::Path;
use tokio::{fs::File, io::AsyncReadExt};

/// What is read from the file at a time, in bytes.
const PIECE: usize = 256 << 10;

/// Runs one of the commands.
pub async fn run(command: &Hashset, as_json: bool) -> Result<(), Failure> {
    match command {
        Hashset::Import(ask) => import(ask, as_json).await,
        Hashset::List { remote } => list(remote, as_json).await,
        Hashset::Show(one) => show(one, as_json).await,
        Hashset::Search(ask) => search::run(ask, as_json).await,
        Hashset::Load(ask) => load(ask, as_json).await,
        Hashset::Withdraw { one, reason } => withdraw(one, reason, as_json).await,
    }
}

/// Checks the file, and sends it when every line of it holds.
async fn import(ask: &Import, as_json: bool) -> Result<(), Failure> {
    if ask.file.as_os_str() == "-" && !ask.check {
        return Err(Failure::Usage(
            "a set is read twice, so give a file rather than standard input".to_owned(),
        ));
    }
    let check = Check::of(&ask.file, ask.format)?;
    if ask.check || check.holds().is_err() {
        print(as_json, &check, || check.text());
        return check.holds();
    }
    let remote = ask.into.remote();
    let remote = remote
        .ok_or_else(|| Failure::Usage("name the officer with --officer, or only --check".to_owned()))?;
    let about = description(ask, check.format())?;
    let api = Api::of(&remote).await?.for_transfers()?;
    let waiting = Waiting::begin(as_json, "sending and sealing the set");
    let made = send(&api, &ask.file, &about).await?;
    drop(waiting);
    print(as_json, &made, || in_use(&made));
    Ok(())
}

/// That a set is in use.
fn in_use(set: &Value) -> String {
    format!("hash set `{}` of {} entries is in use", said(&set["id"]), said(&set["counts"]["entries"]))
}

/// What the node is told of the set.
fn description(ask: &Import, format: &str) -> Result<Value, Failure> {
    let marking = ask.marking.as_deref().map(read_json).transpose()?;
    Ok(object([
        ("case", ask.case.map(|case| json!(case))),
        ("name", ask.name.as_ref().map(|text| json!(text))),
        ("source", ask.source.as_ref().map(|text| json!(text))),
        ("scheme", ask.scheme.as_ref().map(|text| json!(text))),
        ("version", ask.edition.as_ref().map(|text| json!(text))),
        ("format", Some(json!(format))),
        ("marking", marking),
        ("legal_basis", ask.legal_basis.as_ref().map(|text| json!(text))),
        ("reason", ask.reason.as_ref().map(|text| json!(text))),
        ("place", ask.place.as_ref().map(|text| json!(text))),
        ("exhibit", ask.exhibit.as_ref().map(|text| json!(text))),
    ]))
}

/// What is known, by name.
fn object<const N: usize>(given: [(&str, Option<Value>); N]) -> Value {
    let known = given.into_iter().filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)));
    Value::Object(known.collect::<Map<_, _>>())
}

fn read_json(file: &Path) -> Result<Value, Failure> {
    let bytes = std::fs::read(file).map_err(|fault| Failure::file(file, &fault))?;
    let wrong = |fault| Failure::Usage(format!("`{}` is no JSON: {fault}", file.display()));
    serde_json::from_slice(&bytes).map_err(wrong)
}

/// Sends the file as a stream.
async fn send(api: &Api, path: &Path, about: &Value) -> Result<Value, Failure> {
    let file = File::open(path).await.map_err(|fault| Failure::file(path, &fault))?;
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then_some((piece, file)))
    });
    let described = format!("description {}", BASE64_STANDARD.encode(about.to_string()));
    let request = api.call(Method::POST, "/hash-sets").header("upload-metadata", described);
    let request = request.header("content-type", "application/octet-stream").body(Body::wrap_stream(pieces));
    let gone = |fault: reqwest::Error| Failure::NotFound(format!("the node does not answer: {fault}"));
    let response = request.send().await.map_err(gone)?;
    let status = response.status();
    let bytes = response.bytes().await.map_err(gone)?;
    if !status.is_success() {
        return Err(refusal(status.as_u16(), &bytes));
    }
    serde_json::from_slice(&bytes).map_err(Failure::failed)
}

async fn list(remote: &Remote, as_json: bool) -> Result<(), Failure> {
    let sets = Api::of(remote).await?.get("/hash-sets").await?;
    let columns = [
        ("ID", "/id"),
        ("STATE", "/state"),
        ("ENTRIES", "/counts/entries"),
        ("NAME", "/name"),
        ("VERSION", "/version"),
        ("SOURCE", "/source"),
    ];
    print(as_json, &sets, || objects(listed(&sets["items"]), &columns));
    Ok(())
}

async fn show(one: &OneSet, as_json: bool) -> Result<(), Failure> {
    let set = Api::of(&one.remote).await?.get(&format!("/hash-sets/{}", one.set)).await?;
    print(as_json, &set, || described(&set));
    Ok(())
}

/// A set with everything that is said of it.
fn described(set: &Value) -> String {
    let fields = [
        "id",
        "state",
        "ready",
        "memory",
        "name",
        "version",
        "source",
        "scheme",
        "format",
        "case",
        "received_from",
        "legal_basis",
        "loaded_at",
        "loaded_by",
        "withdrawn_at",
        "withdrawn_by",
        "withdrawal",
    ];
    let mut rows: Vec<Vec<String>> = fields
        .iter()
        .filter(|field| !set[**field].is_null())
        .map(|field| vec![(*field).to_owned(), said(&set[*field])])
        .collect();
    let counts = set["counts"].as_object().into_iter().flatten();
    rows.extend(counts.map(|(kind, count)| vec![format!("counts.{kind}"), said(count)]));
    let categories = listed(&set["categories"]).iter();
    rows.extend(
        categories.map(|one| vec![format!("category {}", said(&one["category"])), said(&one["entries"])]),
    );
    let marking = set["marking"].as_object().into_iter().flatten();
    rows.extend(marking.map(|(name, value)| vec![format!("marking.{name}"), said(value)]));
    table(&rows)
}

async fn load(ask: &Load, as_json: bool) -> Result<(), Failure> {
    let text = |given: &Option<String>| given.as_ref().map(|text| json!(text));
    let body = object([
        ("item", Some(json!(ask.item))),
        ("name", text(&ask.name)),
        ("source", text(&ask.source)),
        ("scheme", text(&ask.scheme)),
        ("version", text(&ask.edition)),
        ("format", ask.format.map(|format| json!(word(format)))),
        ("marking", ask.marking.as_deref().map(read_json).transpose()?),
        ("legal_basis", Some(json!(ask.legal_basis))),
        ("reason", Some(json!(ask.reason))),
    ]);
    let api = Api::of(&ask.remote).await?.for_transfers()?;
    let waiting = Waiting::begin(as_json, "the node reads the item");
    let set = api.post("/hash-sets/load", &body).await?;
    drop(waiting);
    print(as_json, &set, || in_use(&set));
    Ok(())
}

async fn withdraw(one: &OneSet, reason: &str, as_json: bool) -> Result<(), Failure> {
    let path = format!("/hash-sets/{}/withdraw", one.set);
    let set = Api::of(&one.remote).await?.post(&path, &json!({ "reason": reason })).await?;
    print(as_json, &set, || {
        format!("hash set `{}` is withdrawn; its item of evidence stays in the vault", said(&set["id"]))
    });
    Ok(())
}
