//! A running node: the peer and API listeners, the couriers, the witnessing, and an orderly stop.

use crate::{Node, NodeError, alerts, evidence, federation, hits, law, web};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
    time::timeout,
};

/// A node that runs until it is told to stop.
pub struct Running {
    node: Arc<Node>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts everything that a node does; ready when this returns.
///
/// # Errors
/// Where an address or the TLS settings cannot be used.
pub async fn start(node: Arc<Node>) -> Result<Running, NodeError> {
    let (stop, stopped) = watch::channel(false);
    hits::deconfliction::clear(&node);
    let address = node.config.api;
    let listener =
        TcpListener::bind(address).await.map_err(|source| NodeError::Listen { address, source })?;
    let peers = federation::server::start(&node, stopped.clone()).await?;
    let tasks = vec![
        peers,
        tokio::spawn(serve_api(node.clone(), listener, stopped.clone())),
        federation::courier::start(&node, stopped.clone()),
        federation::witness::start(&node, stopped.clone()),
        federation::registry::start(&node, stopped.clone()),
        law::start(&node, stopped.clone()),
        evidence::start(&node, stopped.clone()),
        hits::hash_sets::start(&node, stopped.clone()),
        evidence::handover::start(&node, stopped.clone()),
        hits::persons::start(&node, stopped.clone()),
        hits::deconfliction::start(&node, stopped.clone()),
        hits::queries::start(&node, stopped),
    ];
    alerts::withdraw_soon(&node);
    Ok(Running { node, stop, tasks })
}

impl Running {
    /// The node.
    #[must_use]
    pub fn node(&self) -> &Arc<Node> {
        &self.node
    }

    /// Stops: no new work, what runs is finished, the database is closed.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            let _ = timeout(Duration::from_secs(10), task).await;
        }
        self.node.store.close().await;
    }
}

async fn serve_api(node: Arc<Node>, listener: TcpListener, mut stop: watch::Receiver<bool>) {
    let router = web::router(node);
    loop {
        let accepted = tokio::select! {
            () = federation::told_to_stop(&mut stop) => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else { continue };
        tokio::spawn(serve_connection(stream, router.clone(), stop.clone()));
    }
}

async fn serve_connection(stream: TcpStream, router: axum::Router, mut stop: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(15));
    http.http2().timer(TokioTimer::new()).max_concurrent_streams(64);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        // Streams of live updates never end by themselves: a second is enough for everything else.
        () = federation::told_to_stop(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            let _ = timeout(Duration::from_secs(1), connection).await;
        }
    }
}
