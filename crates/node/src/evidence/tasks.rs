//! What the vault does by itself, in the background: one loop, which calls each task in turn.

use super::{
    batch, collect, rotate,
    scrub::{self, Pace},
    upload,
};
use crate::{Node, federation::told_to_stop, random};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};

/// How often the tasks are looked after.
const EVERY: Duration = Duration::from_secs(60);
/// After how many rounds garbage is collected: once a day, the first time an hour after the start.
const GARBAGE: (u64, u64) = (24 * 60, 60);
/// How long a stop waits for uploads whose connections were closed.
const LAST_BYTES: Duration = Duration::from_secs(8);

/// Starts the tasks.
pub fn start(node: &Arc<Node>, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move {
        let pace = Pace::at_most(node.config.evidence.scrub_bytes_per_second);
        let scrubber = tokio::spawn(scrub::go_on(node.clone(), pace.clone()));
        let mut round = 0;
        loop {
            tokio::select! {
                () = told_to_stop(&mut stop) => break,
                () = sleep(EVERY) => {}
            }
            round += 1;
            tend_uploads(&node).await;
            rotate::keep_up_all(&node, random::now()).await;
            if round % GARBAGE.0 == GARBAGE.1 {
                collect_garbage(&node).await;
            }
        }
        pace.stop();
        scrubber.abort();
        // What came is noted before the database closes.
        let _ = timeout(LAST_BYTES, quiet(&node)).await;
        node.evidence.uploads.let_go();
    })
}

async fn tend_uploads(node: &Arc<Node>) {
    node.evidence.uploads.tidy();
    if let Err(fault) = upload::expire(node, random::now()).await {
        tracing::error!(%fault, "idle uploads cannot be given up; trying again");
    }
    if let Err(fault) = batch::forget_old(node, random::now()).await {
        tracing::error!(%fault, "keys of old batches cannot be forgotten; trying again");
    }
}

async fn quiet(node: &Arc<Node>) {
    while !node.evidence.uploads.is_quiet() {
        sleep(Duration::from_millis(20)).await;
    }
}

async fn collect_garbage(node: &Arc<Node>) {
    if let Err(fault) = collect::collect(node, random::now()).await {
        tracing::error!(%fault, "garbage cannot be collected; trying again tomorrow");
    }
}
