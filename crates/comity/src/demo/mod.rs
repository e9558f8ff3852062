//! `comity demo`: a federation on this machine, and the main job played through its public API, as officers would.
//!
//! Four nodes, each a process of its own with its own directory, database, keys and ports: the police bureaux of France,
//! Spain and Morocco, and a regional hub. Everyone in it is invented.

mod federation;
mod narrator;
mod story;

use crate::{cli::Demo, failure::Failure};
use federation::Federation;
use narrator::Narrator;

/// Runs the demo; with `--check`, asserts each step, stops the nodes and says whether all held.
pub async fn run(demo: &Demo, json: bool) -> Result<(), Failure> {
    let mut narrator = Narrator::new(demo.check, json);
    let federation = Federation::start(&demo.dir, demo.port, &mut narrator).await?;
    let played = story::play(&federation, &mut narrator).await;
    if demo.check || played.is_err() {
        federation.stop().await;
        narrator.sum_up();
        return played;
    }
    narrator.sum_up();
    federation.show_where_to_look();
    told_to_stop().await;
    federation.stop().await;
    Ok(())
}

/// Waits for Ctrl-C or a request to end, either of which stops the nodes too.
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
