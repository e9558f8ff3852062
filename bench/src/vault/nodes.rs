//! The same through real nodes, as their users have it: an upload over the API, a hand-over to another node, and many small files, each
//! with its row, its kept key, its signed event and its place in the ledger. Nodes and client share the cores and the disk.

use super::{LARGE, Limits, MB, client::Client};
use crate::{
    federation::{Process, make},
    report::{Fallible, Section},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::{
    path::{Path, PathBuf},
    time::Instant,
};

/// The most bytes and files of one batch, as `comity evidence add` has it.
const BATCH: (u64, usize) = (8 << 20, 1_000);
/// Batches that are under way at a time.
const AT_ONCE: usize = 4;

/// The large file: taken in by one node, then handed over to the other.
pub fn large(section: &mut Section, data: &Path, file: &Path, limits: &Limits) -> Fallible<()> {
    run(async {
        let (nodes, [giver, receiver]) = start(data).await?;
        let (_, before) = nodes[0].usage()?;
        let begun = Instant::now();
        let item = giver.take_in(file).await?;
        let took = begun.elapsed().as_secs_f64();
        let (memory, after) = nodes[0].usage()?;
        let rate = |seconds: f64| LARGE as f64 / MB / seconds;
        section.figure("take in 2 GiB through a node's API", rate(took), "MB/s");
        section.figure("  of the limit", 100.0 * rate(took) / limits.take, "%");
        section.figure("  processor time of the node", (after - before) * 1e9 / LARGE as f64, "s/GB");
        section.figure("  memory of the node afterwards", memory, "MiB");
        giver.offer(&item).await?;
        let offer = receiver.offered(&item).await?;
        let used =
            || Ok::<_, Box<dyn std::error::Error + Send + Sync>>([nodes[0].usage()?, nodes[1].usage()?]);
        let before = used()?;
        let took = receiver.receive(&offer).await?;
        let after = used()?;
        section.at_least(
            "hand 2 GiB over to another node, verified",
            rate(took),
            "MB/s",
            0.5 * limits.hand_over,
        );
        section.figure("  of the limit", 100.0 * rate(took) / limits.hand_over, "%");
        section.figure("  of what taking in could be", 100.0 * rate(took) / limits.take, "%");
        let spent = after[0].1 + after[1].1 - before[0].1 - before[1].1;
        section.figure("  processor time of both nodes", spent * 1e9 / LARGE as f64, "s/GB");
        section.figure("  memory of the receiver afterwards", after[1].0, "MiB");
        stop(nodes, data).await
    })
}

/// Seconds to take a folder of small files in: read, hashed, sent and admitted.
pub fn small(data: &Path, folder: &Path) -> Fallible<f64> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Fallible<_>>()?;
    files.sort();
    run(async {
        let (nodes, [client, _]) = start(data).await?;
        let begun = Instant::now();
        let batches = cut(&files)?.into_iter().map(|batch| {
            let client = client.clone();
            async move {
                let made = client.clone();
                let body = tokio::task::spawn_blocking(move || body_of(&made, &batch)).await??;
                client.take_in_batch(body).await
            }
        });
        let admitted: Vec<usize> = stream::iter(batches).buffer_unordered(AT_ONCE).try_collect().await?;
        let took = begun.elapsed().as_secs_f64();
        stop(nodes, data).await?;
        if admitted.iter().sum::<usize>() == files.len() { Ok(took) } else { Err("files were lost".into()) }
    })
}

fn body_of(client: &Client, files: &[PathBuf]) -> Fallible<Vec<u8>> {
    let mut body = Vec::new();
    for file in files {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        body.extend(client.entry(name, &std::fs::read(file)?)?);
    }
    Ok(body)
}

/// Cuts files into batches.
fn cut(files: &[PathBuf]) -> Fallible<Vec<Vec<PathBuf>>> {
    let (mut batches, mut bytes) = (vec![Vec::new()], 0);
    for file in files {
        let len = file.metadata()?.len();
        let full = batches.last().is_some_and(|batch| batch.len() == BATCH.1) || bytes + len > BATCH.0;
        if full {
            batches.push(Vec::new());
            bytes = 0;
        }
        bytes += len;
        batches.last_mut().ok_or("there is a batch")?.push(file.clone());
    }
    Ok(batches)
}

/// Two nodes with their clients: giver and receiver.
async fn start(data: &Path) -> Fallible<(Vec<Process>, [Client; 2])> {
    let places = make(&data.join("nodes")).await?;
    let mut nodes = Vec::new();
    for (place, authority) in places.iter().zip(["FR-NCB", "ES-NCB"]) {
        super::client::enter_officer(place, authority).await?;
        nodes.push(Process::start(place).await?);
    }
    let clients = [Client::sign_in(&nodes[0]).await?, Client::sign_in(&nodes[1]).await?];
    Ok((nodes, clients))
}

async fn stop(nodes: Vec<Process>, data: &Path) -> Fallible<()> {
    for node in nodes {
        node.stop().await?;
    }
    std::fs::remove_dir_all(data.join("nodes"))?;
    Ok(())
}

fn run<T>(work: impl Future<Output = Fallible<T>>) -> Fallible<T> {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(work))
}
