//! Writes an invented bundle as CASE and its index as PDF, for other programs to read: `case_samples FOLDER`.

use comity_formats::{
    case_uco, evidence,
    evidence_index::{Finding, Index, Language, print},
};
use std::{env, fs, path::Path};

mod sample;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let folder = env::args().nth(1).ok_or("say into which folder")?;
    let (folder, bundle) = (Path::new(&folder), sample::description());
    fs::write(folder.join("bundle.jsonld"), case_uco::write(&bundle)?)?;
    let empty = evidence::Description { items: Vec::new(), ..bundle.clone() };
    fs::write(folder.join("empty.jsonld"), case_uco::write(&empty)?)?;
    for language in Language::ALL {
        save_index(folder, &bundle, language)?;
    }
    Ok(())
}

fn save_index(folder: &Path, description: &evidence::Description, language: Language) -> Outcome {
    let finding = |item, status: &str, text: &str| Finding { item, status: status.into(), text: text.into() };
    let findings = [
        finding(Some(sample::item_id(1)), "+", "ISO/IEC 27037"),
        finding(Some(sample::item_id(2)), "?", "2014/41/EU, 13"),
        finding(None, "-", "FR → ES"),
    ];
    let timestamps = ["2026-03-15T08:00:04Z, tsa.example, bundle.tsr".to_owned()];
    let checkpoints = ["log.example/fr-ncb, 4711, CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=".to_owned()];
    let commands = ["case_validate bundle.jsonld".to_owned()];
    let index = Index {
        description,
        findings: &findings,
        timestamps: &timestamps,
        checkpoints: &checkpoints,
        commands: &commands,
    };
    let printed = print(&index, language)?;
    println!("{}: {} pages, {} bytes", language.tag(), printed.pages, printed.bytes.len());
    fs::write(folder.join(format!("index-{}.pdf", language.tag())), printed.bytes)?;
    Ok(())
}
