//! `comity serve`.

use crate::{cli::Serve, failure::Failure, secret::passphrase};
use comity_node::{Node, NodeError, run::start};
use tokio::signal::unix::{SignalKind, signal};

pub async fn run(serve: &Serve) -> Result<(), Failure> {
    let passphrase = passphrase(serve.node.passphrase_file.as_deref())?;
    let failed = |fault: NodeError| match fault {
        NodeError::Config(fault) => Failure::NotFound(fault.to_string()),
        other => Failure::failed(in_full(&other)),
    };
    let node = Node::open(&serve.node.dir, &passphrase).await.map_err(failed)?;
    let running = start(node).await.map_err(failed)?;
    let config = &running.node().config;
    tracing::info!(name = config.name, api = %config.api, peer = %config.peer, "ready");
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::failed)?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

/// A fault with its causes, in one line.
fn in_full(fault: &dyn std::error::Error) -> String {
    let mut text = fault.to_string();
    let mut cause = fault.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}
