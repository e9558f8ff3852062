//! Data sets: made and signed here, tried here, loaded into a node.

use super::{data, day};
use crate::{
    api::Api,
    cli::{
        Remote,
        law::{Data, SignSet},
    },
    failure::Failure,
    output::{print, write},
    secret::passphrase,
};
use comity_law::set::{Bundle, DataSet, SET_TYPE, diff::diff};
use comity_node::keys;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write as _, io::IsTerminal, path::Path};

/// Reads a directory of tables, checks them, and signs them as one data set.
pub fn sign(ask: &SignSet, as_json: bool) -> Result<(), Failure> {
    let bundle = Bundle {
        id: ask.id.clone(),
        dated: ask.dated,
        title: ask.title.clone(),
        tables: tables(&ask.tables)?,
    };
    let set = DataSet::read(&bundle).map_err(|fault| data::refused(&ask.tables, &fault))?;
    let law = comity_law::Law::shipped().with(&set);
    law.map_err(|fault| data::refused(&ask.tables, &fault))?;
    let secret = passphrase(ask.node.passphrase_file.as_deref())?;
    let file = keys::read(&ask.node.dir.join("keys.age"), &secret).map_err(Failure::failed)?;
    let keys = file.authorities.get(ask.authority.as_str());
    let key = keys
        .and_then(|keys| keys.signing.first())
        .ok_or_else(|| Failure::Usage(format!("the key file holds no signing key of `{}`", ask.authority)))?;
    let payload = serde_json::to_vec(&bundle).map_err(Failure::failed)?;
    let signed = key.sign_dsse(SET_TYPE, &payload).map_err(Failure::failed)?;
    std::fs::write(&ask.out, signed.to_json()).map_err(|fault| Failure::file(&ask.out, &fault))?;
    let answer =
        json!({ "id": bundle.id, "dated": bundle.dated, "tables": bundle.tables.len(), "file": ask.out });
    print(as_json, &answer, || {
        format!("data set `{}` of {} tables signed by {}", bundle.id, bundle.tables.len(), ask.authority)
    });
    Ok(())
}

fn tables(directory: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let failed = |fault: std::io::Error| Failure::file(directory, &fault);
    let mut tables = BTreeMap::new();
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).map(str::to_owned);
        if let (Some(name), Some("csv")) = (name, path.extension().and_then(|end| end.to_str())) {
            let text = std::fs::read_to_string(&path).map_err(|fault| Failure::file(&path, &fault))?;
            tables.insert(name, text);
        }
    }
    Ok(tables)
}

/// What a set would change on this machine's tables.
pub fn preview(set: &Path, on: Option<Date>, over: &Data, as_json: bool) -> Result<(), Failure> {
    let law = data::law(over)?;
    let after = law.with(&data::set(set)?).map_err(|fault| data::refused(set, &fault))?;
    let changes = serde_json::to_value(diff(&law, &after, day(on))).map_err(Failure::failed)?;
    print(as_json, &changes, || changes_text(&changes));
    Ok(())
}

fn changes_text(changes: &Value) -> String {
    let relations = changes["relations"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut text = match relations.len() {
        1 => "1 relation would change".to_owned(),
        count => format!("{count} relations would change"),
    };
    let state = |side: &Value| {
        let since = side["since"].as_str().map(|since| format!(" since {since}")).unwrap_or_default();
        format!("{}{since}", side["state"].as_str().unwrap_or("-").replace('_', " "))
    };
    for change in relations {
        let name = |field: &str| change[field].as_str().unwrap_or("-");
        let (before, after) = (state(&change["before"]), state(&change["after"]));
        let _ =
            write!(text, "\n  {} {} {}: {before} -> {after}", name("instrument"), name("one"), name("other"));
    }
    for table in changes["rows"].as_array().into_iter().flatten() {
        let count = |field: &str| table[field].as_u64().unwrap_or_default();
        let name = table["table"].as_str().unwrap_or("-");
        let _ = write!(text, "\n  {name}: {} rows added, {} replaced", count("added"), count("replaced"));
    }
    text
}

/// Shows what a node's answers would become, asks, and loads.
pub async fn import(remote: &Remote, set: &Path, yes: bool, as_json: bool) -> Result<(), Failure> {
    let signed: Value =
        serde_json::from_slice(&std::fs::read(set).map_err(|fault| Failure::file(set, &fault))?)
            .map_err(|fault| Failure::Usage(format!("`{}` is no signed data set: {fault}", set.display())))?;
    let api = Api::of(remote).await?;
    let preview = api.post("/law/sets/preview", &signed).await?;
    if !as_json {
        write(&format!("{}\n", changes_text(&preview["changes"])));
    }
    if !(yes || confirmed()?) {
        return Err(Failure::Usage("nothing was loaded; repeat with --yes to load it".into()));
    }
    let loaded = api.post("/law/sets", &signed).await?;
    print(as_json, &loaded, || format!("data set `{}` is in use", loaded["id"].as_str().unwrap_or("-")));
    Ok(())
}

/// Asks at a terminal; elsewhere nobody confirms.
fn confirmed() -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    eprint!("Load it? [y/N] ");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(Failure::failed)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

pub async fn withdraw(remote: &Remote, id: &str, as_json: bool) -> Result<(), Failure> {
    Api::of(remote).await?.delete(&format!("/law/sets/{id}")).await?;
    print(as_json, &json!({ "withdrawn": id }), || format!("data set `{id}` is no longer in use"));
    Ok(())
}

pub async fn list(remote: &Remote, as_json: bool) -> Result<(), Failure> {
    let law = Api::of(remote).await?.get("/law").await?;
    print(as_json, &law["sets"], || {
        let row = |set: &Value| {
            let word = |field: &str| set[field].as_str().unwrap_or("-").to_owned();
            let active = if set["active"].as_bool().unwrap_or_default() { "in use" } else { "withdrawn" };
            format!("{}  dated {}  {active}  signed by {}", word("id"), word("dated"), word("signed_by"))
        };
        law["sets"].as_array().into_iter().flatten().map(row).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}
