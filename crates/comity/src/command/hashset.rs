//! `comity hashset`: hash-set files checked here, and imported into a running node.

use super::matching::sets::Check;
use crate::{
    api::{Api, refusal},
    cli::{
        Remote,
        hashset::{Hashset, Import},
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
    print(as_json, &made, || {
        format!(
            "hash set `{}` of {} entries is in use",
            made["id"].as_str().unwrap_or_default(),
            check.entries()
        )
    });
    Ok(())
}

/// What the node is told of the set.
fn description(ask: &Import, format: &str) -> Result<Value, Failure> {
    let marking = ask.marking.as_deref().map(read_json).transpose()?;
    let given = [
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
    ];
    let known = given.into_iter().filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)));
    Ok(Value::Object(known.collect::<Map<_, _>>()))
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
    print(as_json, &sets, || {
        let items = sets["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let line = |set: &Value| {
            let said = |field: &str| set[field].as_str().unwrap_or("-").to_owned();
            let entries = set["counts"]["entries"].as_u64().unwrap_or_default();
            format!(
                "{}  {}  {} entries  {}  {}",
                said("id"),
                said("state"),
                entries,
                said("name"),
                said("source")
            )
        };
        items.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}
