//! Rebuilds when the console's files change. Where the console was not built yet, its folder is made, so that what is put into it
//! later is noticed.

fn main() {
    let console = std::path::Path::new("../../console/dist");
    println!("cargo:rerun-if-changed=build.rs");
    if console.exists() || std::fs::create_dir(console).is_ok() {
        println!("cargo:rerun-if-changed={}", console.display());
    }
}
