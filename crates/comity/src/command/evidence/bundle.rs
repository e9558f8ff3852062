//! `comity evidence bundle`: a court bundle from a node, as an archive or unpacked into a folder.

mod unpack;

use super::{
    get::{beside, place},
    wire::Wire,
};
use crate::{
    cli::evidence::Bundle,
    failure::Failure,
    output::{Waiting, print},
};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::{
    fs::OpenOptions,
    io::{BufWriter, Read},
    path::Path,
};
use tokio::sync::mpsc;

/// Pieces of the answer that wait to be written.
const WAITING: usize = 8;

pub async fn run(bundle: &Bundle, as_json: bool) -> Result<(), Failure> {
    let to = &bundle.to;
    if to.symlink_metadata().is_ok() {
        return Err(Failure::Usage(format!("`{}` is there already; name another", to.display())));
    }
    let wire = Wire::of(&bundle.remote).await?;
    let waiting = Waiting::begin(as_json, "the node makes the bundle");
    let asked = body(bundle);
    let answer = wire.send(Method::POST, "/evidence/bundle", |request| request.json(&asked)).await?;
    let files = receive(answer, to).await?;
    drop(waiting);
    let shown = to.display().to_string();
    print(as_json, &json!({ "bundle": shown, "files": files }), || {
        format!("the bundle is `{shown}`\nnext: comity verify bundle --roots roots.json {shown}")
    });
    Ok(())
}

fn body(bundle: &Bundle) -> Value {
    let mut body = json!({
        "contents": bundle.contents, "language": bundle.language.tag(), "reason": bundle.reason,
    });
    match bundle.case {
        Some(case) => body["case"] = json!(case),
        None => body["items"] = json!(bundle.items),
    }
    if let Some(whom) = &bundle.made_for {
        body["made_for"] = json!(whom);
    }
    if let Some(court) = bundle.court {
        body["to"] = json!(court);
    }
    if let Some(instrument) = bundle.instrument {
        body["instrument"] = json!(instrument);
    }
    body
}

/// Writes the answer beside its place, and puts it there once it is whole; says how many files a folder got.
async fn receive(mut answer: Response, to: &Path) -> Result<Option<usize>, Failure> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let (place_at, part) = (to.to_owned(), beside(to, ".part"));
    let made = part.clone();
    let writing = tokio::task::spawn_blocking(move || {
        write(Pieces { receiver, now: Vec::new(), at: 0 }, &part, &place_at)
    });
    let mut cut = None;
    loop {
        match answer.chunk().await {
            Ok(Some(piece)) if sender.send(Some(piece.to_vec())).await.is_ok() => {}
            Ok(Some(_)) => break,
            Ok(None) => {
                let _ = sender.send(None).await;
                break;
            }
            Err(fault) => {
                cut =
                    Some(Failure::NotFound(format!("the bundle was cut on its way: {fault}; make it again")));
                break;
            }
        }
    }
    drop(sender);
    let written = writing.await.map_err(Failure::failed)?;
    let result = cut.map_or(written, Err);
    if result.is_err() {
        let _ = std::fs::remove_file(&made).or_else(|_| std::fs::remove_dir_all(&made));
    }
    result
}

fn write(mut pieces: Pieces, part: &Path, to: &Path) -> Result<Option<usize>, Failure> {
    if to.extension().is_some_and(|extension| extension == "tar") {
        let failed = |fault: std::io::Error| Failure::file(part, &fault);
        let file = OpenOptions::new().write(true).create_new(true).open(part).map_err(failed)?;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        std::io::copy(&mut pieces, &mut out).map_err(failed)?;
        let file = out.into_inner().map_err(|fault| failed(fault.into_error()))?;
        file.sync_all().map_err(failed)?;
        place(part, to)?;
        return Ok(None);
    }
    std::fs::create_dir(part).map_err(|fault| Failure::file(part, &fault))?;
    let files = unpack::unpack(pieces, part)?;
    std::fs::rename(part, to).map_err(|fault| Failure::file(to, &fault))?;
    Ok(Some(files))
}

/// The answer as the other thread reads it; one that does not come to its end is an error.
struct Pieces {
    receiver: mpsc::Receiver<Option<Vec<u8>>>,
    now: Vec<u8>,
    at: usize,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.now.len() {
            match self.receiver.blocking_recv() {
                Some(Some(piece)) => (self.now, self.at) = (piece, 0),
                Some(None) => {
                    self.receiver.close();
                    (self.now, self.at) = (Vec::new(), 0);
                    return Ok(0);
                }
                None => return Err(std::io::Error::other("the answer was cut")),
            }
        }
        let read = self.now.get(self.at..).unwrap_or_default().read(buffer)?;
        self.at += read;
        Ok(read)
    }
}
