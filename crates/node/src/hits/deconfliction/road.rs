//! The leader's way to the follower's node: what got no answer is asked again, and where another replica of that node holds the session, the
//! next connection may reach the right one.

use super::{lead::LeadFault, serve::LARGEST_FRAME};
use crate::{Node, federation::client::PeerClient, locks::locked};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::sleep;

/// How long to wait before what got no answer is sent again: the follower answers the same a second time.
const AGAIN: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];
/// How often, and after which wait, another connection is tried for the replica that holds the session: longer than a replica that died
/// is thought to hold it.
const CONNECTIONS: u32 = 100;
const RECONNECT: Duration = Duration::from_millis(250);
/// The request reached another replica than the one that holds the session (RFC 9110, 15.5.20).
const MISDIRECTED: u16 = 421;

/// A connection to the follower's node, made anew where it leads to the wrong replica.
pub(super) struct Road {
    node: Arc<Node>,
    peer: String,
    client: Mutex<Arc<PeerClient>>,
}

impl Road {
    /// A way to the node of that name.
    pub(super) fn new(node: &Arc<Node>, peer: &str) -> Result<Self, LeadFault> {
        let client = Mutex::new(Arc::new(connect(node, peer)?));
        Ok(Self { node: node.clone(), peer: peer.to_owned(), client })
    }

    /// Asks once, of whichever replica holds the session: status and answer, or in words why there is none.
    pub(super) async fn ask(
        &self,
        path: &str,
        body: Option<&[u8]>,
        limit: usize,
    ) -> Result<(u16, Vec<u8>), String> {
        let mut left = CONNECTIONS;
        loop {
            let client = locked(&self.client).clone();
            let answer = match body {
                Some(body) => client.post(path, body.to_vec(), limit).await,
                None => client.get(path, limit).await,
            };
            let answer = answer.map_err(|fault| fault.to_string())?;
            if answer.0 != MISDIRECTED || left == 0 {
                return Ok(answer);
            }
            left = left.saturating_sub(1);
            sleep(RECONNECT).await;
            let next = connect(&self.node, &self.peer).map_err(|fault| fault.to_string())?;
            *locked(&self.client) = Arc::new(next);
        }
    }

    /// Sends a frame, or asks for one; again where there was no answer.
    pub(super) async fn call(&self, path: &str, frame: Option<Vec<u8>>) -> Result<Vec<u8>, LeadFault> {
        let mut waits = AGAIN.into_iter();
        loop {
            let why = match self.ask(path, frame.as_deref(), LARGEST_FRAME).await {
                Ok((200 | 204, bytes)) => return Ok(bytes),
                Ok((400, _)) => {
                    return Err(LeadFault::Final("the other side refuses what we sent".into()));
                }
                Ok((404 | 410 | MISDIRECTED, _)) => {
                    return Err(LeadFault::Broken("the other side has no such session any more".into()));
                }
                Ok((status, _)) => format!("the other side answers {status}"),
                Err(why) => format!("the other side cannot be reached: {why}"),
            };
            match waits.next() {
                Some(wait) => sleep(wait).await,
                None => return Err(LeadFault::Broken(why)),
            }
        }
    }
}

fn connect(node: &Arc<Node>, peer: &str) -> Result<PeerClient, LeadFault> {
    PeerClient::new(node, peer).map_err(|fault| LeadFault::NotYet(fault.to_string()))
}
