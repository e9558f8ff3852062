//! Rebuilds when the console's files change. Where the console was not built, nothing is watched: build it first.

fn main() {
    let console = "../../console/dist";
    println!("cargo:rerun-if-changed=build.rs");
    if std::path::Path::new(console).exists() {
        println!("cargo:rerun-if-changed={console}");
    }
}
