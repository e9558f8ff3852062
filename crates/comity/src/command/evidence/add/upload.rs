//! One file, by tus 1.0: begun or found again, sent in large steps as a stream, and gone on with wherever the node says that it is.

use super::{Sending, found::open, hashes::Counted, known::is_in, progress::Share};
use crate::{
    command::evidence::wire::{Fault, may_try, pause},
    failure::Failure,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures_util::stream;
use reqwest::{Body, Method, Response, StatusCode};
use std::io::SeekFrom;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};

/// A step ends at a multiple of this: a power of two, so of the node's parts where those are not larger.
const STEP: u64 = 64 << 20;
/// What is read from the file at a time, in bytes.
const PIECE: usize = 256 << 10;

/// How far an upload is.
#[derive(Default)]
struct Standing {
    /// The upload; none before it is begun.
    item: Option<String>,
    /// Bytes that the node has; none where it has to be asked.
    offset: Option<u64>,
    /// The most that it ever had: more is a reason to be patient.
    most: u64,
    /// How often in a row something passing stood in the way.
    tries: u32,
}

impl Standing {
    fn reached(&mut self, offset: u64) {
        self.offset = Some(offset);
        if offset > self.most {
            (self.most, self.tries) = (offset, 0);
        }
    }
}

/// Sends a file, and says which item it became.
pub async fn send(sending: &Sending<'_>, file: &Counted) -> Result<String, Failure> {
    let share = sending.progress.share();
    let mut standing = Standing { item: sending.known.upload_of(file), ..Standing::default() };
    loop {
        match step(sending, file, &share, &mut standing).await {
            Ok(Some(item)) => return Ok(item),
            Ok(None) => {}
            Err(Fault::Passing(_)) if may_try(standing.tries) => {
                pause(&mut standing.tries).await;
                standing.offset = None;
                if standing.item.is_none() {
                    standing.item = sending.known.upload_now(&sending.wire, file).await?;
                }
            }
            Err(fault) => return Err(fault.into()),
        }
    }
}

/// The next step of an upload; the item once it is admitted.
async fn step(
    sending: &Sending<'_>,
    file: &Counted,
    share: &Share,
    standing: &mut Standing,
) -> Result<Option<String>, Fault> {
    let Some(item) = standing.item.clone() else {
        standing.item = Some(begin(sending, file).await?);
        standing.offset = Some(0);
        return Ok(None);
    };
    let from = match standing.offset {
        Some(from) => from,
        None => match received(sending, &item).await {
            Err(fault) if fault.is_gone() => return admitted(sending, file, item).await.map(Some),
            other => other?,
        },
    };
    standing.reached(from);
    share.set(from);
    if from >= file.file.size {
        return admitted(sending, file, item).await.map(Some);
    }
    let until = (from / STEP + 1).saturating_mul(STEP).min(file.file.size);
    match patch(sending, file, share, &item, from, until).await {
        // The node has more or less than was thought: it is asked.
        Err(Fault::Refused(StatusCode::CONFLICT, failure)) => Err(Fault::Passing(failure)),
        Err(fault) => Err(fault),
        Ok(offset) => {
            standing.reached(offset);
            Ok((offset == file.file.size).then_some(item))
        }
    }
}

/// An upload that is not there any more: its file was admitted, or it was given up.
async fn admitted(sending: &Sending<'_>, file: &Counted, item: String) -> Result<String, Fault> {
    match is_in(&sending.wire, &item, file).await {
        Ok(true) => Ok(item),
        Ok(false) => {
            let text = format!("the upload `{item}` was given up by the node; run the same command again");
            Err(Fault::Here(Failure::Failed(text)))
        }
        Err(failure) => Err(Fault::Here(failure)),
    }
}

async fn begin(sending: &Sending<'_>, file: &Counted) -> Result<String, Fault> {
    let told = BASE64_STANDARD.encode(sending.description_of(file).to_string());
    let answer = sending.wire.send(Method::POST, "/evidence/uploads", |request| {
        request
            .header("tus-resumable", "1.0.0")
            .header("upload-length", file.file.size)
            .header("upload-metadata", format!("description {told}"))
            .header("content-length", 0)
    });
    let answer = answer.await?;
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let item = location.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if item.is_empty() {
        Err(Fault::Here(Failure::failed("the node did not say where to send it")))
    } else {
        Ok(item.to_owned())
    }
}

async fn received(sending: &Sending<'_>, item: &str) -> Result<u64, Fault> {
    let path = format!("/evidence/uploads/{item}");
    let answer = sending.wire.send(Method::HEAD, &path, |request| request.header("tus-resumable", "1.0.0"));
    offset_of(&answer.await?)
}

fn offset_of(answer: &Response) -> Result<u64, Fault> {
    let told = answer.headers().get("upload-offset").and_then(|value| value.to_str().ok());
    told.and_then(|told| told.parse().ok())
        .ok_or_else(|| Fault::Here(Failure::failed("the node did not say how much it has")))
}

/// Sends the bytes from `from` to `until`, and says how far the node is then.
async fn patch(
    sending: &Sending<'_>,
    file: &Counted,
    share: &Share,
    item: &str,
    from: u64,
    until: u64,
) -> Result<u64, Fault> {
    let path = file.file.path.clone();
    let unread = |fault: std::io::Error| Fault::Here(Failure::file(&path, &fault));
    let mut content = File::from_std(open(&path).map_err(Fault::Here)?);
    content.seek(SeekFrom::Start(from)).await.map_err(unread)?;
    let body = body(content, until - from, share.clone());
    let to = format!("/evidence/uploads/{item}");
    let answer = sending.wire.send(Method::PATCH, &to, |request| {
        request
            .header("tus-resumable", "1.0.0")
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", from)
            .header("content-length", until - from)
            .body(body)
    });
    offset_of(&answer.await?)
}

/// So many bytes of a file as the body of a request: never more than a piece in memory.
fn body(content: File, left: u64, share: Share) -> Body {
    Body::wrap_stream(stream::try_unfold((content, left), move |(mut content, left)| {
        let share = share.clone();
        async move {
            if left == 0 {
                return Ok(None);
            }
            let mut piece = vec![0; usize::try_from(left).unwrap_or(PIECE).min(PIECE)];
            let read = content.read(&mut piece).await?;
            if read == 0 {
                return Err(std::io::Error::other("the file became shorter while it was sent"));
            }
            piece.truncate(read);
            share.add(read as u64);
            Ok(Some((piece, (content, left - read as u64))))
        }
    }))
}
