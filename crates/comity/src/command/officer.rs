//! `comity officer`: on the node's own machine, without signing in; how the first administrator comes to be.

use crate::{
    cli::{NodeDir, Officer, OfficerAdd},
    failure::Failure,
    output::print,
    secret::secret,
};
use comity_node::{
    access::{NewOfficer, create_officer, officers, rules::Role},
    config::Config,
    journal::Actor,
    random,
    store::Store,
};
use serde_json::json;

pub async fn run(officer: &Officer, json: bool) -> Result<(), Failure> {
    match officer {
        Officer::Add(new) => add(new, json).await,
        Officer::List { node } => list(node, json).await,
    }
}

async fn open(node: &NodeDir) -> Result<(Config, Store), Failure> {
    let config = Config::read(&node.dir).map_err(|fault| Failure::NotFound(fault.to_string()))?;
    let store = Store::open(&config.database_url(&node.dir)).await.map_err(Failure::failed)?;
    Ok((config, store))
}

async fn add(new: &OfficerAdd, as_json: bool) -> Result<(), Failure> {
    let (config, store) = open(&new.node).await?;
    if !config.authorities.contains(&new.authority) {
        return Err(Failure::Usage(format!("`{}` is not served by this node", new.authority)));
    }
    let role: Role = new.role.parse().map_err(|_| {
        Failure::Usage(format!(
            "`{}` is no role; use officer, releasing_officer, administrator or auditor",
            new.role
        ))
    })?;
    let officer = NewOfficer {
        name: new.name.clone(),
        display_name: new.display_name.clone().unwrap_or_else(|| new.name.clone()),
        role,
        authority: new.authority.clone(),
        password: secret(new.password_file.as_deref(), "COMITY_PASSWORD", "--password-file")?,
    };
    let created = create_officer(&store, officer, &Actor::Node, random::now()).await;
    let created = created.map_err(|fault| Failure::Refused(fault.to_string()))?;
    store.close().await;
    print(as_json, &json!({ "id": created.officer, "name": created.name }), || {
        format!("officer `{}` entered", new.name)
    });
    Ok(())
}

async fn list(node: &NodeDir, as_json: bool) -> Result<(), Failure> {
    let (config, store) = open(node).await?;
    let mut found = Vec::new();
    for authority in &config.authorities {
        found.extend(officers(&store, authority).await.map_err(Failure::failed)?);
    }
    store.close().await;
    let rows: Vec<_> = found
        .iter()
        .map(|one| json!({ "id": one.officer, "name": one.name, "role": one.role, "authority": one.authority }))
        .collect();
    print(as_json, &rows, || {
        let line = |one: &comity_node::access::Caller| {
            format!("{}  {}  {}", one.name, comity_node::store::code_text(&one.role), one.authority)
        };
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}
