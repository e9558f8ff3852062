//! `comity match usage` with what two nodes have exported of a query that one has asked of the other.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use comity_node::{
    Node,
    access::{Caller, Role},
    cases,
    hits::queries::{self, NewQuery},
    random,
};
use comity_scenarios::TestFederation;
use serde_json::{Value, json};
use std::{
    path::Path,
    process::{Command, Output},
    sync::Arc,
    time::Duration,
};

const CASE: &[u8] = include_bytes!("../../../examples/reports/own-case-spain.comity.json");

fn caller(node: &Arc<Node>, role: Role) -> Caller {
    let authority = node.config.authorities[0].clone();
    let officer = random::new_id(comity_model::id::OfficerId::new);
    Caller { officer, name: "amel".into(), display_name: "Officer Amel".into(), role, authority }
}

/// Asks the other node about everything in the case and waits until it has answered.
async fn asked(node: &Arc<Node>, of: &str) {
    let officer = caller(node, Role::Officer);
    let case = cases::import(node, &officer, None, CASE).await.unwrap().id;
    let new: NewQuery = serde_json::from_value(json!({
        "case": case, "to": [of], "why": "he may be in their files", "with_persons": true,
        "marking": {
            "handling": ["H0"], "purpose": "exercise", "source": "A", "information": "1",
            "onward": { "rule": "own_jurisdiction" },
            "retain_until": jiff::Zoned::now().date().saturating_add(jiff::ToSpan::days(30)),
        },
        "legal_basis": { "instrument": "INTERPOL_RPD", "article": "10", "reason": "a rehearsal" },
    }))
    .unwrap();
    let query = queries::ask(node, &officer, new).await.unwrap();
    let state =
        async || serde_json::to_value(queries::view(node, &officer.authority, query).await.unwrap()).unwrap();
    let patience = tokio::time::timeout(Duration::from_secs(60), async {
        while state().await["state"] != "finished" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    patience.await.expect("the query is finished");
    assert_eq!(state().await["holders"][0]["state"], "answered");
}

fn usage(directory: &Path, more: &[&str]) -> (Output, Value) {
    let files = ["match", "usage", "--ours", "fr.json", "--theirs", "es.json", "--json"];
    let output = Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(directory)
        .args(files.iter().chain(more))
        .output()
        .unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output, json)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_exports_say_the_same_and_one_that_is_changed_or_of_another_time_does_not() {
    let federation = TestFederation::running(2).await;
    let (fr, es) = (federation.nodes[0].node(), federation.nodes[1].node());
    cases::import(&es, &caller(&es, Role::Officer), None, CASE).await.unwrap();
    queries::refresh(&es, &es.config.authorities[0]).await.unwrap();
    let directory = federation.nodes[0].directory.clone();
    let write = async |node: &Arc<Node>, name: &str| {
        let signed = queries::export_usage(node, &caller(node, Role::Auditor)).await.unwrap();
        std::fs::write(directory.join(name), signed).unwrap();
    };
    write(&es, "before.json").await;
    asked(&fr, "ES-NCB").await;
    write(&fr, "fr.json").await;
    write(&es, "es.json").await;
    let trusted = ["--registry", "registry.json", "--roots", "roots.json"];
    let (output, report) = usage(&directory, &trusted);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        (&report["compared"], &report["differences"], &report["signatures_checked"]),
        (&json!(1), &json!([]), &json!(true))
    );

    // Spain's account from before the query: the asker has an answer to what the holder never received.
    std::fs::rename(directory.join("before.json"), directory.join("es.json")).unwrap();
    let (output, report) = usage(&directory, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(report["differences"][0]["what"].as_str().unwrap().contains("never received it"), "{report}");

    // An account that somebody has changed is not one that the authority has signed.
    let mut dsse: Value = serde_json::from_slice(&std::fs::read(directory.join("fr.json")).unwrap()).unwrap();
    let payload = dsse["payload"].as_str().unwrap().replacen('A', "B", 1);
    dsse["payload"] = payload.into();
    std::fs::write(directory.join("fr.json"), dsse.to_string()).unwrap();
    let (output, _) = usage(&directory, &trusted);
    assert!(matches!(output.status.code(), Some(1 | 2)), "{output:?}");
    federation.stop().await;
}
