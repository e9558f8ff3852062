//! `comity case` and `comity alert`: what an officer does at a running node.

use crate::{
    api::Api,
    cli::{Alert, Case},
    failure::Failure,
    output::print,
};
use serde_json::{Value, json};
use std::path::Path;

pub async fn case(case: &Case, as_json: bool) -> Result<(), Failure> {
    match case {
        Case::Import { remote, format, file } => {
            let report = read(file)?;
            let api = Api::of(remote).await?;
            let opened = api.post_bytes(&format!("/cases/import?format={format}"), report).await?;
            print(as_json, &opened, || {
                format!("case `{}` opened: {}", text(&opened, "id"), text(&opened, "title"))
            });
        }
        Case::List { remote } => {
            let cases = Api::of(remote).await?.get("/cases?limit=200").await?;
            print(as_json, &cases, || table(&cases, &["id", "reference", "title", "opened_at"]));
        }
    }
    Ok(())
}

pub async fn alert(alert: &Alert, as_json: bool) -> Result<(), Failure> {
    let (view, what) = match alert {
        Alert::Raise { remote, case, request } => {
            let request: Value = serde_json::from_slice(&read(request)?).map_err(Failure::failed)?;
            (Api::of(remote).await?.post(&format!("/cases/{case}/alerts"), &request).await?, "raised")
        }
        Alert::Release { remote, alert, emergency } => {
            let body = json!({ "emergency_reason": emergency });
            (Api::of(remote).await?.post(&format!("/alerts/{alert}/release"), &body).await?, "released")
        }
        Alert::Cancel { remote, alert, reason, note } => {
            let body = json!({ "reason": reason, "note": note });
            (Api::of(remote).await?.post(&format!("/alerts/{alert}/cancel"), &body).await?, "cancelled")
        }
        Alert::Show { remote, alert } => {
            let view = Api::of(remote).await?.get(&format!("/alerts/{alert}")).await?;
            print(as_json, &view, || serde_json::to_string_pretty(&view).unwrap_or_default());
            return Ok(());
        }
        Alert::List { remote } => {
            let alerts = Api::of(remote).await?.get("/alerts?direction=all").await?;
            print(as_json, &alerts, || table(&alerts, &["id", "direction", "from", "state", "raised_at"]));
            return Ok(());
        }
    };
    print(as_json, &view, || format!("alert `{}` is {what}: {}", text(&view, "id"), deliveries(&view)));
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|fault| Failure::file(file, &fault))
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or("-").to_owned()
}

fn deliveries(view: &Value) -> String {
    let all = view["deliveries"].as_array().map(Vec::as_slice).unwrap_or_default();
    let each = all.iter().map(|one| format!("{} {}", text(one, "authority"), text(one, "state")));
    each.collect::<Vec<_>>().join(", ")
}

fn table(list: &Value, columns: &[&str]) -> String {
    let rows = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let row = |item: &Value| columns.iter().map(|column| text(item, column)).collect::<Vec<_>>().join("  ");
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}
