//! Makes the tables of `crates/matching/data` from the data that `COMITY_DATA` names:
//! `cargo run --release -p comity-matching --example train -- letters`, and so on, in the order of `data/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a program for whoever trains; it may stop")]

mod characters;
mod contexts;
mod duplicates;
mod equivalents;
mod frequency;
mod letters;
mod names;
mod pairs;
mod shares;
mod sounds;

use std::path::PathBuf;

fn main() {
    let data =
        PathBuf::from(std::env::var_os("COMITY_DATA").expect("COMITY_DATA names the folder with the data"));
    let out = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data");
    match std::env::args().nth(1).as_deref() {
        Some("letters") => letters::make(&data, &out),
        Some("characters") => characters::make(&data, &out),
        Some("sounds") => sounds::make(&data, &out),
        Some("weights") => sounds::make_weights(&data, &out),
        Some("romanised") => sounds::make_romanised(&out),
        Some("contexts") => contexts::make(&data, &out),
        Some("frequency") => frequency::make(&data, &out),
        Some("shares") => shares::make(&data, &out),
        Some("measure-keys") => sounds::measure_keys(&data),
        Some("measure-duplicates") => duplicates::measure(&data),
        Some("try") => {
            let texts: Vec<String> = std::env::args().skip(2).collect();
            println!(
                "{:#?}",
                comity_matching::compare_names(&texts[0], &texts[1], comity_matching::Bearer::Person)
            );
        }
        Some("names") => names::make(&data, &out),
        Some("equivalents") => equivalents::make(&data, &out),
        _ => eprintln!(
            "say what to make: letters, characters, sounds, weights, contexts, equivalents, frequency, shares, names"
        ),
    }
}
