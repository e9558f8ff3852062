//! Small files, many in one request. A batch is taken in as a whole or not at all; one that is refused is cut in halves until the
//! file that is at fault stands alone.

use super::{Sending, found::open, hashes::Counted};
use crate::{
    command::evidence::{
        text::{list, said},
        wire::{Fault, json, patiently},
    },
    failure::Failure,
};
use comity_vault::Digest;
use reqwest::Method;
use serde_json::json;
use std::io::Read;

/// Files shorter than this go in batches, in bytes.
pub const SMALL: u64 = 64 << 10;
/// The most bytes of one batch's files.
const MAX_BYTES: u64 = 8 << 20;
/// The most files of one batch.
const MAX_FILES: usize = 1_000;

/// What became of one file: its item, or why there is none.
pub type Became = (Counted, Result<String, Failure>);

/// Cuts small files into batches.
pub fn batches(files: Vec<Counted>) -> Vec<Vec<Counted>> {
    let (mut all, mut bytes) = (Vec::<Vec<Counted>>::new(), 0);
    for file in files {
        let size = file.file.size;
        match all.last_mut().filter(|batch| batch.len() < MAX_FILES && bytes + size <= MAX_BYTES) {
            Some(batch) => {
                bytes += size;
                batch.push(file);
            }
            None => {
                bytes = size;
                all.push(vec![file]);
            }
        }
    }
    all
}

/// Sends a batch.
pub async fn send(sending: &Sending<'_>, batch: Vec<Counted>) -> Vec<Became> {
    let (mut became, mut open) = (Vec::new(), vec![batch]);
    while let Some(mut batch) = open.pop() {
        match try_whole(sending, &mut batch, &mut became).await {
            Ok(items) => became.extend(batch.into_iter().zip(items.into_iter().map(Ok))),
            Err(Fault::Refused(..)) if batch.len() > 1 => {
                let rest = batch.split_off(batch.len() / 2);
                open.extend([rest, batch]);
            }
            Err(fault) => became.extend(told_all(batch, fault.into())),
        }
    }
    became
}

/// All files of a batch share one fault.
fn told_all(batch: Vec<Counted>, failure: Failure) -> impl Iterator<Item = Became> {
    let text = failure.to_string();
    batch.into_iter().map(move |file| (file, Err(Failure::Failed(text.clone()))))
}

/// Sends those files of the batch that can be read; the others leave it.
async fn try_whole(
    sending: &Sending<'_>,
    batch: &mut Vec<Counted>,
    became: &mut Vec<Became>,
) -> Result<Vec<String>, Fault> {
    let mut body = Vec::new();
    for file in std::mem::take(batch) {
        match entry(sending, &file) {
            Ok(bytes) => {
                body.extend(bytes);
                batch.push(file);
            }
            Err(failure) => became.push((file, Err(failure))),
        }
    }
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    // One key for all tries: where an answer was lost, the next one gives the items that were taken in.
    let key = hex::encode(comity_node::random::bytes::<16>());
    let answer = patiently(|| async {
        let (body, key) = (body.clone(), key.as_str());
        let sent = sending.wire.send(Method::POST, "/evidence/batch", |request| {
            let request = request.header("content-type", "application/octet-stream");
            request.header("idempotency-key", key).body(body)
        });
        json(sent.await?).await
    });
    let answer = answer.await?;
    let items: Vec<String> = list(&answer["items"]).iter().map(|item| said(&item["id"])).collect();
    batch.iter().for_each(|file| sending.progress.share().add(file.file.size));
    if items.len() == batch.len() {
        Ok(items)
    } else {
        Err(Fault::Here(Failure::failed("the node's answer names other items")))
    }
}

/// A file as a batch carries it: length of the description, description, content.
fn entry(sending: &Sending<'_>, file: &Counted) -> Result<Vec<u8>, Failure> {
    let mut content = Vec::new();
    let read = open(&file.file.path)?.take(SMALL).read_to_end(&mut content);
    read.map_err(|fault| Failure::file(&file.file.path, &fault))?;
    if Digest::of(&content) != file.sha256 {
        let text = format!("`{}` was changed since it was hashed; start again", file.file.path.display());
        return Err(Failure::Failed(text));
    }
    let mut told = sending.description_of(file);
    told["size"] = json!(file.file.size);
    let told = told.to_string().into_bytes();
    let len = u32::try_from(told.len()).map_err(Failure::failed)?;
    Ok([&len.to_be_bytes()[..], &told, &content].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::evidence::add::found::Found;
    use comity_vault::item::ItemName;

    fn small(size: u64) -> Counted {
        let name = ItemName::new(b"x").unwrap();
        let file = Found { path: "x".into(), name, exhibit: "A".into(), size };
        Counted { file, sha256: Digest::of(b"") }
    }

    #[test]
    fn a_batch_has_at_most_so_many_files_and_bytes_and_every_file_is_in_one() {
        let files: Vec<Counted> = (0..3_000).map(|number| small(number * 131 % SMALL)).collect();
        let cut = batches(files);
        assert_eq!(cut.iter().map(Vec::len).sum::<usize>(), 3_000);
        for batch in &cut {
            assert!(batch.len() <= MAX_FILES);
            assert!(batch.iter().map(|file| file.file.size).sum::<u64>() <= MAX_BYTES);
        }
        assert!(batches(vec![small(0); MAX_FILES + 1]).len() == 2 && batches(Vec::new()).is_empty());
    }
}
