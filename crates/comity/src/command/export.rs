//! `comity export`.

use crate::{
    api::Api,
    cli::Export,
    failure::Failure,
    output::{Waiting, print},
};

pub async fn run(export: &Export, json: bool) -> Result<(), Failure> {
    let api = Api::of(&export.remote).await?;
    let waiting = Waiting::begin(json, "the node collects the record and its witnesses' cosignatures");
    let bytes = api.get_bytes(&format!("/exchanges/{}/record", export.exchange)).await?;
    drop(waiting);
    std::fs::write(&export.out, &bytes).map_err(|fault| Failure::file(&export.out, &fault))?;
    let sha256 = hex::encode(comity_record::sha256(&bytes));
    let out = export.out.display().to_string();
    print(json, &serde_json::json!({ "file": out, "bytes": bytes.len(), "sha256": sha256 }), || {
        format!(
            "{} bytes in `{out}`, SHA-256 {sha256}\nnext: comity verify --roots roots.json {out}",
            bytes.len()
        )
    });
    Ok(())
}
