//! What stands in front of a node: answers peers under the node's own identity, asks the node under the peer's, and does to the
//! answers whatever a test tells it to.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
};
use comity_node::{Node, federation::tls};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// An answer on its way.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub content_range: Option<String>,
    pub body: Vec<u8>,
}

type Alter = Box<dyn Fn(&str, Answer) -> Answer + Send + Sync>;

#[derive(Clone)]
pub struct Front {
    at: SocketAddr,
    behind: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    alter: Mutex<Alter>,
    asked: Mutex<Vec<String>>,
    /// Another replica of the node behind, to which requests of some paths go.
    replica: Mutex<Option<(SocketAddr, Turn)>>,
}

/// Does the request of that path go to the other replica?
type Turn = Box<dyn FnMut(&str) -> bool + Send>;

#[derive(Clone)]
struct Door {
    front: Front,
    callers: Arc<BTreeMap<String, reqwest::Client>>,
    caller: String,
}

impl Front {
    pub fn new(at: SocketAddr, behind: SocketAddr) -> Self {
        let shared = Shared {
            alter: Mutex::new(Box::new(|_, answer| answer)),
            asked: Mutex::default(),
            replica: Mutex::default(),
        };
        Self { at, behind, shared: Arc::new(shared) }
    }

    /// From now on, answers of which the path is given are altered.
    pub fn alter(&self, alter: impl Fn(&str, Answer) -> Answer + Send + Sync + 'static) {
        *self.shared.alter.lock().unwrap() = Box::new(alter);
    }

    /// From now on, some requests reach another replica of the node.
    pub fn share(&self, replica: SocketAddr, turn: impl FnMut(&str) -> bool + Send + 'static) {
        *self.shared.replica.lock().unwrap() = Some((replica, Box::new(turn)));
    }

    fn behind(&self, path: &str) -> SocketAddr {
        match self.shared.replica.lock().unwrap().as_mut() {
            Some((replica, turn)) => [self.behind, *replica][usize::from(turn(path))],
            None => self.behind,
        }
    }

    pub fn honest(&self) {
        self.alter(|_, answer| answer);
    }

    /// The paths of evidence that were asked for since the last time.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.shared.asked.lock().unwrap())
    }

    /// Listens under the identity of `node`, for itself and these callers.
    pub async fn serve(&self, node: Arc<Node>, callers: &[Arc<Node>]) {
        let client = |caller: &Arc<Node>| {
            let tls = tls::client_config(caller, &node.config.name).unwrap();
            let client = reqwest::Client::builder().tls_backend_preconfigured(tls).http2_prior_knowledge();
            (caller.config.name.clone(), client.no_proxy().build().unwrap())
        };
        // Their pins are read from them, also after they were stopped and opened anew.
        let pins = callers.to_vec();
        let callers = Arc::new(callers.iter().chain([&node]).map(client).collect::<BTreeMap<_, _>>());
        let listener = TcpListener::bind(self.at).await.unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(tls::server_config(&node).unwrap()));
        let (front, keeper) = (self.clone(), node);
        tokio::spawn(async move {
            let _pins = pins;
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, front, callers, node) =
                    (acceptor.clone(), front.clone(), callers.clone(), keeper.clone());
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let chain = stream.get_ref().1.peer_certificates();
                    let certificate = chain.and_then(|chain| chain.first()).unwrap();
                    let caller = tls::pinned_node(&node.registry(), certificate).unwrap();
                    let door = Door { front, callers, caller };
                    let router = Router::new().fallback(pass).with_state(door);
                    let http = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                    let served =
                        http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
                    let _ = served.await;
                });
            }
        });
    }
}

async fn pass(State(door): State<Door>, request: Request) -> Response {
    let path = request.uri().path_and_query().unwrap().to_string();
    if path.starts_with("/v1/evidence/") {
        door.front.shared.asked.lock().unwrap().push(path.clone());
    }
    let url = format!("https://{}{path}", door.front.behind(&path));
    let mut asking = door.callers[&door.caller].request(request.method().clone(), url);
    if let Some(range) = request.headers().get("range") {
        asking = asking.header("range", range);
    }
    let body = to_bytes(request.into_body(), usize::MAX).await.unwrap();
    let Ok(answer) = asking.body(body).send().await else { return status(503) };
    let content_range = answer.headers().get("content-range").map(|range| range.to_str().unwrap().to_owned());
    let code = answer.status().as_u16();
    let Ok(body) = answer.bytes().await else { return status(503) };
    let answer = Answer { status: code, content_range, body: body.to_vec() };
    let answer = (door.front.shared.alter.lock().unwrap())(&path, answer);
    let mut response = Response::builder().status(answer.status);
    if let Some(range) = answer.content_range {
        response = response.header("content-range", range);
    }
    response.body(Body::from(answer.body)).unwrap()
}

fn status(code: u16) -> Response {
    Response::builder().status(code).body(Body::empty()).unwrap()
}
