//! The shape of the house: which crate may know which, and habits that a machine can watch. Reads files only.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What each crate may know of the others. Arrows point down; a crate that is not named here does not belong to the house.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("seal", &["model"]),
    ("ledger", &["model"]),
    ("delivery", &["model"]),
    ("formats", &["model"]),
    ("matching", &["model"]),
    ("psi", &["model"]),
    ("hashes", &["model"]),
    ("law", &["model"]),
    ("triage", &["model"]),
    ("vault", &["model", "seal", "ledger"]),
    ("record", &["model", "seal", "ledger"]),
    ("blobs", &["vault"]),
    ("bundle", &["model", "seal", "ledger", "vault", "record"]),
    (
        "node",
        &[
            "model", "seal", "ledger", "delivery", "formats", "matching", "psi", "hashes", "law", "triage",
            "vault", "record", "blobs", "bundle",
        ],
    ),
    (
        "comity",
        &[
            "model", "seal", "ledger", "delivery", "formats", "matching", "psi", "hashes", "law", "triage",
            "vault", "record", "blobs", "bundle", "node",
        ],
    ),
];

/// Crates that test and measure; they may know every crate with a library, and nobody knows them.
const ABOVE_THE_HOUSE: &[&str] = &["scenarios", "simulation", "bench", "bench-matching"];

/// What only the tests of a crate may know: the kills and the demo run the binary, which cargo builds for the tests of its
/// own package alone, on the federations of `scenarios`.
const IN_TESTS_ONLY: &[(&str, &str)] = &[("comity", "scenarios")];

const MAX_LINES: usize = 800;
const SKIPPED: &[&str] =
    &["target", "node_modules", "dist", ".git", ".tools", "demo-data", "corpus", "artifacts"];
const SOURCES: &[&str] = &["rs", "ts", "tsx", "css", "mjs", "js", "py", "sh", "sql"];
const TEXTS: &[&str] = &["md", "toml", "json", "yml", "yaml", "html", "csv", "xml", "txt", "svg", ""];

type Edges = BTreeMap<String, BTreeSet<String>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

fn manifest(path: &Path) -> toml::Table {
    read(path).parse().unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|fault| panic!("{}: {fault}", folder.display()));
    entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect()
}

fn member_manifests() -> Vec<(PathBuf, toml::Table)> {
    let mut folders = subfolders(&root().join("crates"));
    folders.extend(
        ["tests/scenarios", "tests/simulation", "bench", "bench/matching"].map(|folder| root().join(folder)),
    );
    folders.sort();
    let manifests = folders.into_iter().map(|folder| folder.join("Cargo.toml")).filter(|path| path.is_file());
    manifests.map(|path| (path.clone(), manifest(&path))).collect()
}

/// The tables of dependencies of a manifest: of each kind, and of each target.
fn dependency_tables(manifest: &toml::Table) -> Vec<&toml::Table> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let targets = targets.into_iter().flat_map(|targets| targets.values().filter_map(toml::Value::as_table));
    let scopes = std::iter::once(manifest).chain(targets);
    scopes.flat_map(|scope| KINDS.iter().filter_map(|kind| scope.get(*kind)?.as_table())).collect()
}

fn short(name: &str) -> Option<&str> {
    if name == "comity" { Some(name) } else { name.strip_prefix("comity-") }
}

fn house_dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    let all = dependency_tables(manifest).into_iter().flatten();
    let real = all.map(|(name, spec)| spec.get("package").and_then(toml::Value::as_str).unwrap_or(name));
    real.filter_map(short).map(str::to_owned).collect()
}

/// What a crate knows outside its tests.
fn product_dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    let mut product = manifest.clone();
    product.remove("dev-dependencies");
    house_dependencies(&product)
}

fn edges() -> Edges {
    let manifests = member_manifests();
    let named = manifests.iter().map(|(path, manifest)| {
        let name = manifest["package"]["name"].as_str().and_then(short);
        let name = name.unwrap_or_else(|| panic!("{}: a name that is not of the house", path.display()));
        let mut known = house_dependencies(manifest);
        let in_product = product_dependencies(manifest);
        known.retain(|other| in_product.contains(other) || !IN_TESTS_ONLY.contains(&(name, other.as_str())));
        (name.to_owned(), known)
    });
    named.collect()
}

/// What is wrong with the arrows, as sentences.
fn faults_of(edges: &Edges) -> Vec<String> {
    edges
        .iter()
        .flat_map(|(name, known)| known.iter().filter_map(move |other| fault_of(name, other)))
        .collect()
}

fn fault_of(name: &str, other: &str) -> Option<String> {
    let rule = MAY_KNOW.iter().find(|(who, _)| *who == name).map(|(_, may)| *may);
    let allowed = match rule {
        Some(may) => may.contains(&other),
        None => {
            ABOVE_THE_HOUSE.contains(&name)
                && MAY_KNOW.iter().any(|(who, _)| *who == other && other != "comity")
        }
    };
    (!allowed).then(|| format!("`{name}` must not know `{other}`"))
}

#[test]
fn arrows_point_down_only() {
    let edges = edges();
    assert!(edges["node"].contains("seal"), "the manifests were not read: {edges:?}");
    assert_eq!(faults_of(&edges), Vec::<String>::new());
}

#[test]
fn what_is_for_tests_alone_is_noticed_in_the_product() {
    let manifest =
        |kind: &str| format!("[{kind}]\ncomity-scenarios = \"1\"").parse::<toml::Table>().expect("toml");
    assert!(product_dependencies(&manifest("dependencies")).contains("scenarios"));
    assert!(!product_dependencies(&manifest("dev-dependencies")).contains("scenarios"));
}

#[test]
fn every_crate_has_its_place_in_the_house() {
    for name in edges().keys() {
        let placed = MAY_KNOW.iter().any(|(who, _)| who == name) || ABOVE_THE_HOUSE.contains(&name.as_str());
        assert!(placed, "`{name}` is in no table of this test: say what it may know");
    }
}

#[test]
fn an_arrow_that_points_up_is_noticed() {
    let of = |name: &str, text: &str| {
        let manifest: toml::Table = text.parse().expect("a manifest");
        faults_of(&Edges::from([(name.to_owned(), house_dependencies(&manifest))]))
    };
    let up = of("seal", "[dependencies]\ncomity-node.workspace = true");
    assert_eq!(up, ["`seal` must not know `node`"]);
    let sideways = of("ledger", "[dev-dependencies]\ncomity-seal.workspace = true");
    assert_eq!(sideways, ["`ledger` must not know `seal`"]);
    let renamed =
        of("model", "[target.'cfg(unix)'.dependencies]\nx = { package = \"comity-law\", path = \"../law\" }");
    assert_eq!(renamed, ["`model` must not know `law`"]);
    assert_eq!(
        of("scenarios", "[dependencies]\ncomity = { path = \"x\" }"),
        ["`scenarios` must not know `comity`"]
    );
    assert_eq!(
        of("stranger", "[dependencies]\ncomity-model.workspace = true"),
        ["`stranger` must not know `model`"]
    );
    assert!(of("node", "[dependencies]\ncomity-seal.workspace = true").is_empty());
}

#[test]
fn the_table_itself_has_no_circle() {
    // INVARIANT: a crate stands in the table after everything that it may know.
    for (place, (name, may)) in MAY_KNOW.iter().enumerate() {
        let below: Vec<&str> = MAY_KNOW[..place].iter().map(|(who, _)| *who).collect();
        assert!(
            may.iter().all(|other| below.contains(other)),
            "`{name}` may know something that is not below it"
        );
    }
}

#[test]
fn every_dependency_is_declared_once_in_the_workspace() {
    for (path, manifest) in member_manifests() {
        for (name, spec) in dependency_tables(&manifest).into_iter().flatten() {
            let inherited = spec.get("workspace").and_then(toml::Value::as_bool) == Some(true);
            assert!(inherited, "{}: write `{name}.workspace = true`", path.display());
        }
    }
}

/// Crates in which single places may be unsafe, each saying why; in all others nothing can be.
const UNSAFE_ALLOWED: &[&str] = &["hashes"];

fn is_unsafe_allowed(manifest: &Path) -> bool {
    let folder = manifest.parent().and_then(Path::file_name).and_then(std::ffi::OsStr::to_str);
    folder.is_some_and(|name| UNSAFE_ALLOWED.contains(&name))
}

fn lints_of_the_workspace() -> toml::Table {
    toml::Table::from_iter([("workspace".to_owned(), true.into())])
}

/// The workspace's own, word for word, but that `unsafe_code` is denied instead of forbidden, so that a place can allow it.
fn lints_with_unsafe_denied() -> toml::Table {
    let mut lints =
        manifest(&root().join("Cargo.toml"))["workspace"]["lints"].as_table().expect("lints").clone();
    lints["rust"].as_table_mut().expect("lints of rust").insert("unsafe_code".into(), "deny".into());
    lints
}

#[test]
fn every_crate_keeps_the_lints_and_the_licence_of_the_workspace() {
    for (path, manifest) in member_manifests() {
        let lints = manifest.get("lints").and_then(toml::Value::as_table).expect("lints");
        let wanted =
            if is_unsafe_allowed(&path) { lints_with_unsafe_denied() } else { lints_of_the_workspace() };
        assert_eq!(lints, &wanted, "{}: [lints] workspace = true", path.display());
        let licence = manifest["package"].get("license").and_then(|licence| licence.get("workspace"));
        assert_eq!(
            licence.and_then(toml::Value::as_bool),
            Some(true),
            "{}: license.workspace",
            path.display()
        );
    }
}

#[test]
fn the_readme_of_a_library_is_its_documentation() {
    for folder in subfolders(&root().join("crates")) {
        let library = folder.join("src/lib.rs");
        if library.is_file() {
            let first = "#![doc = include_str!(\"../README.md\")]";
            assert!(read(&library).starts_with(first), "{}: begin with {first}", library.display());
            let lines = read(&folder.join("README.md")).lines().count();
            assert!((4..=60).contains(&lines), "{}: the README has {lines} lines", folder.display());
        }
    }
}

#[test]
fn every_dependency_has_a_line_that_says_what_it_is_for() {
    let told = read(&root().join("docs/dependencies.md"));
    let workspace = manifest(&root().join("Cargo.toml"));
    let crates = workspace["workspace"]["dependencies"].as_table().expect("dependencies");
    let mut names: Vec<String> = crates.keys().filter(|name| short(name).is_none()).cloned().collect();
    let package: serde_json::Value =
        serde_json::from_str(&read(&root().join("console/package.json"))).expect("JSON");
    for kind in ["dependencies", "devDependencies"] {
        names.extend(package[kind].as_object().into_iter().flat_map(|table| table.keys().cloned()));
    }
    let untold: Vec<_> = names.into_iter().filter(|name| !told.contains(&format!("`{name}`"))).collect();
    assert!(untold.is_empty(), "docs/dependencies.md says nothing about {untold:?}");
}

fn files(folder: &Path, kinds: &[&str], into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let kind = path.extension().map(|kind| kind.to_string_lossy().into_owned()).unwrap_or_default();
        // Links are not followed: they lead out of the house, or in circles.
        let is = entry.file_type().expect("a type");
        if is.is_dir() && !SKIPPED.contains(&name.as_str()) {
            files(&path, kinds, into);
        } else if is.is_file() && kinds.contains(&kind.as_str()) {
            into.push(path);
        }
    }
}

#[test]
fn no_source_file_is_longer_than_a_reader_bears() {
    let mut sources = Vec::new();
    files(&root(), SOURCES, &mut sources);
    assert!(sources.len() > 100, "the sources were not found");
    let long = sources.into_iter().filter(|path| read(path).lines().count() > MAX_LINES);
    assert_eq!(
        long.collect::<Vec<_>>(),
        Vec::<PathBuf>::new(),
        "split what is longer than {MAX_LINES} lines"
    );
}

/// The first folder of somebody's own machine that a text names. Written in two parts, so that this file has none.
fn machine_path(text: &str) -> Option<&str> {
    let folders = [
        concat!("/wo", "rk/main"),
        concat!("/wo", "rk/shared"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
    ];
    let also = [concat!("/Us", "ers/"), concat!("C:\\", "Users")];
    folders.into_iter().chain(also).find(|folder| text.contains(folder))
}

#[test]
fn no_file_names_a_folder_of_somebodys_machine() {
    let mut texts = Vec::new();
    files(&root(), &[SOURCES, TEXTS].concat(), &mut texts);
    for path in texts {
        let bytes = std::fs::read(&path).expect("a file");
        if let Some(found) = machine_path(&String::from_utf8_lossy(&bytes)) {
            panic!("{} names `{found}`", path.display());
        }
    }
}

#[test]
fn a_folder_of_somebodys_machine_is_noticed() {
    assert!(machine_path(concat!("see /ho", "me/someone/notes")).is_some());
    assert!(machine_path("see crates/model/src/lib.rs").is_none());
}
