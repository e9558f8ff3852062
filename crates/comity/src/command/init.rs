//! `comity init`.

use crate::{cli::Init, failure::Failure, output::print, secret::passphrase};
use comity_model::AuthorityKind;
use comity_node::{
    config::{Config, DeliveryConfig},
    random,
    setup::{NewAuthority, SetupError, init_node},
};
use comity_seal::WorkFactor;
use std::collections::BTreeMap;

pub fn run(init: &Init, json: bool) -> Result<(), Failure> {
    let authorities =
        init.authorities.iter().map(|text| new_authority(text)).collect::<Result<Vec<_>, _>>()?;
    let config = Config {
        name: init.name.clone(),
        authorities: authorities.iter().map(|new| new.id.clone()).collect(),
        api: init.api,
        peer: init.peer,
        database: init.database.clone(),
        database_pages: None,
        evidence: comity_node::config::EvidenceConfig::default(),
        matching: comity_node::config::MatchingConfig::default(),
        session_minutes: 30,
        delivery: DeliveryConfig::default(),
    };
    let passphrase = passphrase(init.node.passphrase_file.as_deref())?;
    let address = init.peer_address.clone().unwrap_or_else(|| init.peer.to_string());
    let directory = &init.node.dir;
    let now = random::now();
    let membership =
        init_node(directory, &config, &authorities, &address, &passphrase, WorkFactor::FAST, now).map_err(
            |fault| match fault {
                SetupError::Exists(_) => Failure::Usage(fault.to_string()),
                other => Failure::failed(other),
            },
        )?;
    print(json, &membership, || {
        format!(
            "node `{}` is ready in `{}`\nnext: give `{}` to the root holders; put their `registry.json` and `roots.json` \
             into the directory; then `comity officer add` and `comity serve`",
            init.name,
            directory.display(),
            directory.join("membership.json").display()
        )
    });
    Ok(())
}

/// Reads `ID=KIND=NAME`.
fn new_authority(text: &str) -> Result<NewAuthority, Failure> {
    let wrong = |why: String| Failure::Usage(format!("`{text}` is not ID=KIND=NAME: {why}"));
    let mut parts = text.splitn(3, '=');
    let id = parts
        .next()
        .unwrap_or_default()
        .parse()
        .map_err(|fault: comity_model::Nonsense| wrong(fault.to_string()))?;
    let kind = parts.next().ok_or_else(|| wrong("the kind is missing, such as `ncb`".into()))?;
    let kind: AuthorityKind =
        serde_json::from_value(kind.into()).map_err(|fault| wrong(fault.to_string()))?;
    let name = parts.next().ok_or_else(|| wrong("the name is missing".into()))?;
    Ok(NewAuthority { id, kind, names: BTreeMap::from([("en".to_owned(), name.to_owned())]) })
}
