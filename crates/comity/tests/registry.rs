//! A federation's registry over its life, by the commands that root holders and operators use.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::Value;
use std::{path::Path, process::Command};

fn comity(directory: &Path, arguments: &str) -> Result<Value, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(directory)
        .env("COMITY_PASSPHRASE", "for tests only")
        .arg("--json")
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn a_registry_lives_through_a_rotation_a_revocation_and_the_end_of_a_membership() {
    let place = tempfile::tempdir().unwrap();
    let run = |arguments: &str| comity(place.path(), arguments);
    run("registry create --federation test --roots 2 --threshold 2 --quorum 1").unwrap();
    run("init --dir fr --name fr.example/ledger --authority FR-NCB=ncb=Paris").unwrap();
    run("init --dir es --name es.example/ledger --authority ES-NCB=ncb=Madrid").unwrap();
    run("registry add-member fr/membership.json").unwrap();
    run("registry add-member es/membership.json").unwrap();
    run("registry sign --root root-1.age").unwrap();
    assert_eq!(run("registry sign --root root-2.age").unwrap()["signatures"], 2);

    run("rotate --dir fr").unwrap();
    run("registry next").unwrap();
    let entered = run("registry add-member fr/membership.json").unwrap();
    let keys = entered["members"][0]["signing"].as_array().unwrap().clone();
    assert_eq!((entered["version"].as_u64(), keys.len()), (Some(2), 2), "both keys stand in version 2");
    assert!(keys[0]["valid_until"].is_null() && keys[1]["valid_until"].is_string());

    assert!(run("registry revoke-key FR-NCB zz").unwrap_err().contains("fits 0 signing keys"));
    let inspected = std::process::Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(place.path())
        .args(["registry", "inspect", "registry.draft.json"])
        .output()
        .unwrap();
    let told = String::from_utf8(inspected.stdout).unwrap();
    let old = told.lines().find(|line| line.contains("of FR-NCB") && line.contains("until")).unwrap();
    let id = old.split_whitespace().nth(1).unwrap().to_owned();
    let revoked = run(&format!("registry revoke-key FR-NCB {id}")).unwrap();
    assert!(revoked["members"][0]["signing"][1]["revoked_at"].is_string());
    let retired = run("registry retire-member ES-NCB").unwrap();
    assert!(retired["members"][1]["signing"][0]["valid_until"].is_string());
    run("registry sign --root root-1.age").unwrap();
    assert_eq!(run("registry sign --root root-2.age").unwrap()["signatures"], 2);
}
