//! What private matching does by itself, in the background: one loop for the holder's side and one for the asker's, which may
//! wait for others.

use super::{MatchingError, asked, epochs, purge, received, standing, sweeps};
use crate::{Node, federation::told_to_stop, random};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

/// How often the holder's side looks for what another replica has left, and for days that are over.
const HOLDER_ROUND: Duration = Duration::from_secs(10);
/// How often the holder's side looks for what has grown old.
const PURGE_ROUND: Duration = Duration::from_secs(3600);
/// How often the asker's side looks.
const ASKER_ROUND: Duration = Duration::from_secs(10);
/// How soon an answer is looked at again whose holder could not be reached.
const AGAIN: Duration = Duration::from_secs(2);

/// Starts both loops.
pub(crate) fn start(node: &Arc<Node>, stop: watch::Receiver<bool>) -> JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move {
        let holder = tokio::spawn(hold(node.clone(), stop.clone()));
        ask(node, stop).await;
        let _ = holder.await;
    })
}

async fn hold(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let mut wake = node.matching.wake.subscribe();
    let mut purged = None::<Instant>;
    loop {
        wake.mark_unchanged();
        if let Err(fault) = serve_queries(&node).await {
            tracing::error!(%fault, "the holder's side of private matching waits");
        }
        if let Err(fault) = sweeps::lapse(&node, random::now()).await {
            tracing::error!(%fault, "requests for consent wait to lapse");
        }
        if purged.is_none_or(|at| at.elapsed() > PURGE_ROUND) {
            purged = Some(Instant::now());
            if let Err(fault) = purge::purge_old(&node, random::now()).await {
                tracing::error!(%fault, "old queries wait to be purged");
            }
        }
        tokio::select! {
            () = told_to_stop(&mut stop) => return,
            _ = wake.changed() => {}
            () = sleep(HOLDER_ROUND) => {}
        }
    }
}

async fn ask(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let mut wake = node.matching.wake.subscribe();
    loop {
        wake.mark_unchanged();
        let round = match check_answers(&node).await {
            Ok(true) => AGAIN,
            Ok(false) => ASKER_ROUND,
            Err(fault) => {
                tracing::error!(%fault, "the asker's side of private matching waits");
                ASKER_ROUND
            }
        };
        tokio::select! {
            () = told_to_stop(&mut stop) => return,
            _ = wake.changed() => {}
            () = sleep(round) => {}
        }
    }
}

/// One round of the holder's side: epochs brought up to date, queries answered, claims that a standing rule answers.
///
/// # Errors
/// Where the database fails; the next round goes on.
pub async fn serve_queries(node: &Arc<Node>) -> Result<(), MatchingError> {
    for authority in &node.config.authorities {
        epochs::refresh(node, authority).await?;
    }
    while received::answer_pending(node).await? {}
    standing::answer_by_rules(node).await
}

/// One round of the asker's side: sweeps that were consented to are sent, answers checked. `true` where an answer waits for its
/// holder to be reached.
///
/// # Errors
/// Where the database fails; the next round goes on.
pub async fn check_answers(node: &Arc<Node>) -> Result<bool, MatchingError> {
    asked::send_consented(node).await?;
    asked::finish_pending(node).await
}
