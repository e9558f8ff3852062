//! `comity evidence`: the vault of a running node, as an officer uses it. Contents go to files, never to a terminal.

mod add;
mod bundle;
mod get;
mod items;
mod offers;
pub mod text;
mod wire;

use crate::{cli::evidence::Evidence, failure::Failure, output};
use reqwest::Response;
use tokio::{fs::File, io::AsyncWriteExt};

pub async fn run(evidence: &Evidence, json: bool) -> Result<(), Failure> {
    match evidence {
        Evidence::Add(add) => add::run(add, json).await,
        Evidence::Template => {
            output::write(add::TEMPLATE);
            Ok(())
        }
        Evidence::List { remote, case } => items::list(remote, *case, json).await,
        Evidence::Uploads { remote } => items::uploads(remote, json).await,
        Evidence::Show(one) => items::show(one, json).await,
        Evidence::Custody(one) => items::custody(one, json).await,
        Evidence::Record(record) => items::record(record, json).await,
        Evidence::Verify(one) => items::verify(one, json).await,
        Evidence::Get(get) => get::run(get, json).await,
        Evidence::Offer(offer) => offers::offer(offer, json).await,
        Evidence::Offers { remote, direction, state } => {
            offers::list(remote, *direction, state.as_deref(), json).await
        }
        Evidence::Accept { remote, message, case, reason, wait } => {
            offers::accept(remote, *message, *case, reason, *wait, json).await
        }
        Evidence::Decline(answer) => offers::end(answer, "decline", json).await,
        Evidence::Withdraw(answer) => offers::end(answer, "withdraw", json).await,
        Evidence::Admissibility(asked) => items::admissibility(asked, json).await,
        Evidence::Bundle(asked) => bundle::run(asked, json).await,
        Evidence::Dispose(dispose) => items::dispose(dispose, json).await,
        Evidence::Vault { remote } => items::vault(remote, json).await,
    }
}

/// Writes what comes into a file, and syncs it; says how many bytes came.
async fn pour(mut response: Response, mut file: File, seen: impl Fn(u64)) -> Result<u64, wire::Fault> {
    let cut = |fault| wire::Fault::Passing(Failure::NotFound(format!("the answer was cut: {fault}")));
    let unwritten = |fault: std::io::Error| wire::Fault::Here(Failure::failed(fault));
    let mut bytes = 0;
    while let Some(piece) = response.chunk().await.map_err(cut)? {
        file.write_all(&piece).await.map_err(unwritten)?;
        bytes += piece.len() as u64;
        seen(piece.len() as u64);
    }
    file.sync_all().await.map_err(unwritten)?;
    Ok(bytes)
}
