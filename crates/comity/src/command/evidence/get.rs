//! `comity evidence get`: an item's content into a file, gone on with after an interruption, compared with the manifest, and never
//! over anything that is there.

use super::{
    add::Progress,
    pour,
    text::said,
    wire::{Fault, Wire, may_try, pause, query},
};
use crate::{cli::evidence::Get, failure::Failure, output::print};
use comity_vault::{
    digest::{Digest, Sha256},
    item::ItemName,
};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use std::{
    fs::OpenOptions,
    io::Read,
    path::{Path, PathBuf},
};

/// What the manifest says of the content.
#[derive(Debug, Deserialize)]
struct Content {
    name: ItemName,
    size: u64,
    sha256: Digest,
}

pub async fn run(get: &Get, as_json: bool) -> Result<(), Failure> {
    let wire = Wire::of(&get.remote).await?;
    let view = wire.get(&format!("/evidence/{}", get.item)).await?;
    let content: Content = serde_json::from_value(view["manifest"].clone()).map_err(|_| {
        Failure::Refused(format!(
            "item `{}` is {}; there is no content to get",
            get.item,
            said(&view["state"])
        ))
    })?;
    let to = target(&get.to, &content.name);
    if to.symlink_metadata().is_ok() {
        return Err(Failure::Usage(format!("`{}` is there already; name another file", to.display())));
    }
    let part = beside(&to, &format!(".{}.part", get.item));
    fetch(&wire, get, &content, &part, as_json).await?;
    check(&part, &content).await?;
    place(&part, &to)?;
    let told = json!({ "file": to.display().to_string(), "bytes": content.size, "sha256": content.sha256 });
    print(as_json, &told, || {
        format!("{} bytes in `{}`, SHA-256 {} as in the manifest", content.size, to.display(), content.sha256)
    });
    Ok(())
}

/// The file that is meant: in a folder, the item's name in its harmless form.
fn target(to: &Path, name: &ItemName) -> PathBuf {
    if to.is_dir() { to.join(name.file_name()) } else { to.to_owned() }
}

/// A path beside another, with more at the end of its name.
pub fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(more);
    path.with_file_name(name)
}

/// Gets what is still missing of the content.
async fn fetch(
    wire: &Wire<'_>,
    get: &Get,
    content: &Content,
    part: &Path,
    json: bool,
) -> Result<(), Failure> {
    let progress = Progress::begin(json, "receiving", content.size);
    let share = progress.share();
    let mut tries = 0;
    loop {
        let have = std::fs::symlink_metadata(part).map_or(0, |metadata| metadata.len());
        share.set(have.min(content.size));
        if have >= content.size && part.exists() {
            return Ok(());
        }
        match piece(wire, get, part, have, |bytes| share.add(bytes)).await {
            Ok(_) if content.size == 0 => return Ok(()),
            Ok(0) => return Err(Failure::Failed("the node sent less than the manifest says".into())),
            Ok(_) => tries = 0,
            Err(Fault::Passing(_)) if may_try(tries) => pause(&mut tries).await,
            Err(fault) => return Err(fault.into()),
        }
    }
}

/// One request, from byte `have` on.
async fn piece(wire: &Wire<'_>, get: &Get, part: &Path, have: u64, seen: impl Fn(u64)) -> Result<u64, Fault> {
    let path = format!("/evidence/{}/content?{}", get.item, query(&[("reason", Some(&get.reason))]));
    let answer = wire.send(Method::GET, &path, |request| match have {
        0 => request,
        have => request.header("range", format!("bytes={have}-")),
    });
    let answer = answer.await?;
    let goes_on = answer.status() == StatusCode::PARTIAL_CONTENT;
    let mut options = OpenOptions::new();
    // Only its owner may read what may not be seen by others.
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, super::add::no_links());
    let options = options.write(true).create(true).append(goes_on).truncate(!goes_on);
    let file = options.open(part).map_err(|fault| Fault::Here(Failure::file(part, &fault)))?;
    pour(answer, tokio::fs::File::from_std(file), seen).await
}

async fn check(part: &Path, content: &Content) -> Result<(), Failure> {
    let path = part.to_owned();
    let found = tokio::task::spawn_blocking(move || digest_of(&path)).await.map_err(Failure::failed)??;
    if found == content.sha256 {
        return Ok(());
    }
    std::fs::remove_file(part).map_err(|fault| Failure::file(part, &fault))?;
    Err(Failure::DoesNotHold(format!(
        "what came has SHA-256 {found}, the manifest says {}; it was thrown away: have the node verify the item",
        content.sha256
    )))
}

fn digest_of(path: &Path) -> Result<Digest, Failure> {
    let failed = |fault: std::io::Error| Failure::file(path, &fault);
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let (mut hasher, mut piece) = (Sha256::default(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut piece).map_err(failed)? {
            0 => return Ok(hasher.finish()),
            read => hasher.update(piece.get(..read).unwrap_or_default()),
        }
    }
}

/// Gives a finished file its name, unless that was taken meanwhile. Works where there are no hard links too, as on sticks.
pub fn place(part: &Path, to: &Path) -> Result<(), Failure> {
    OpenOptions::new().write(true).create_new(true).open(to).map_err(|fault| Failure::file(to, &fault))?;
    std::fs::rename(part, to).map_err(|fault| Failure::file(to, &fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_folder_the_name_of_an_item_cannot_leave_it() {
        let place = tempfile::tempdir().unwrap();
        let name = ItemName::new(b"../../etc/passwd").unwrap();
        assert_eq!(target(place.path(), &name).parent(), Some(place.path()));
        assert_eq!(target(&place.path().join("mine.img"), &name), place.path().join("mine.img"));
    }

    #[test]
    fn a_file_that_is_there_is_not_written_over() {
        let place = tempfile::tempdir().unwrap();
        let (part, to) = (place.path().join("part"), place.path().join("to"));
        std::fs::write(&part, b"new").unwrap();
        std::fs::write(&to, b"old").unwrap();
        assert!(super::place(&part, &to).is_err());
        assert_eq!(std::fs::read(&to).unwrap(), b"old");
    }
}
