//! What deconfliction does by itself, in the background: sessions are led, ends told, silent sessions and overdue ones ended.

use super::{MatchingError, Name, answer, finish, follow, lead, lease, spool, store};
use crate::{Node, federation::told_to_stop, random};
use jiff::SignedDuration;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};
use store::DeconflictionRow;
use tokio::{
    sync::watch,
    task::{JoinError, JoinHandle, JoinSet},
    time::sleep,
};

/// Sessions that are led at a time.
const AT_ONCE: usize = 2;
/// How often to look for what another replica has left, for silence and for times that are over.
const ROUND: Duration = Duration::from_secs(5);
/// How long a replica has a session for itself without renewing it.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// How often the lease is renewed.
const RENEWAL: Duration = Duration::from_secs(5);
/// The first wait after an attempt without a result; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Removes what a crash has left of former sessions. Before anything is served.
pub(crate) fn clear(node: &Node) {
    spool::clear(&node.directory_path);
}

/// What is led, and when something is tried again.
#[derive(Default)]
struct Leading {
    tasks: JoinSet<(Name, bool)>,
    names: HashSet<Name>,
    /// When it is tried again, and how long the next wait is.
    waits: HashMap<Name, (Instant, Duration)>,
}

/// Does all of it until told to stop.
pub(crate) fn start(node: &Arc<Node>, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move {
        let mut wake = node.deconflictions.wake.subscribe();
        let mut leading = Leading::default();
        loop {
            wake.mark_unchanged();
            if let Err(fault) = round(&node, &stop, &mut leading).await {
                tracing::error!(%fault, "deconfliction waits");
            }
            let soonest = leading.soonest();
            tokio::select! {
                () = told_to_stop(&mut stop) => break,
                _ = wake.changed() => {}
                Some(done) = leading.tasks.join_next() => leading.note(done),
                () = sleep(soonest) => {}
            }
        }
        while leading.tasks.join_next().await.is_some() {}
        lease::give_back(&node).await;
    })
}

impl Leading {
    /// Takes out what is done, and notes when it is tried again.
    fn note(&mut self, done: Result<(Name, bool), JoinError>) {
        let Ok((name, again)) = done else {
            tracing::error!("a session was interrupted");
            return;
        };
        self.names.remove(&name);
        if again {
            let wait = self.waits.get(&name).map_or(FIRST_WAIT, |(_, wait)| *wait);
            self.waits.insert(name, (Instant::now() + wait, (wait * 2).min(LONGEST_WAIT)));
        } else {
            self.waits.remove(&name);
        }
    }

    /// Is it not to be begun yet, or under way?
    fn waits(&self, name: &Name) -> bool {
        let later = self.waits.get(name).is_some_and(|(at, _)| *at > Instant::now());
        later || self.names.contains(name) || self.names.len() >= AT_ONCE
    }

    /// How long until something is to be tried again.
    fn soonest(&self) -> Duration {
        let left = self.waits.values().map(|(at, _)| at.saturating_duration_since(Instant::now()));
        left.filter(|left| !left.is_zero()).min().unwrap_or(ROUND).min(ROUND)
    }
}

async fn round(
    node: &Arc<Node>,
    stop: &watch::Receiver<bool>,
    leading: &mut Leading,
) -> Result<(), MatchingError> {
    answer::tell_ends(node).await?;
    lease::renew(node).await?;
    follow::end_silent(node).await?;
    finish::expire(node, random::now()).await?;
    if !node.config.matching.deconfliction {
        return Ok(());
    }
    for row in store::to_lead(&node.store).await? {
        let name = row.name();
        if node.serves(&row.authority) && !leading.waits(&name) {
            leading.names.insert(name.clone());
            let (node, stop) = (node.clone(), stop.clone());
            leading.tasks.spawn(async move { (name, run(node, row, stop).await) });
        }
    }
    Ok(())
}

/// Leads one session, if no other replica does; `true` where it is to be tried again.
async fn run(node: Arc<Node>, row: DeconflictionRow, mut stop: watch::Receiver<bool>) -> bool {
    let holder = hex::encode(random::bytes::<16>());
    let renew = async || {
        let now = random::now();
        let until = now.saturating_add(LEASE).unwrap_or(now);
        matches!(store::take_lease(&node.store, &row, &holder, (now, until)).await, Ok(true))
    };
    if !renew().await {
        return true;
    }
    let kept = async {
        loop {
            sleep(RENEWAL).await;
            if !renew().await {
                return;
            }
        }
    };
    let again = tokio::select! {
        () = told_to_stop(&mut stop) => true,
        () = kept => true,
        led = lead::lead(&node, row.clone()) => led.unwrap_or_else(|fault| {
            tracing::error!(%fault, "a deconfliction cannot be led");
            true
        }),
    };
    node.deconflictions.forget(&row.name());
    if let Err(fault) = store::give_back(&node.store, &row, &holder).await {
        tracing::warn!(%fault, "the lease of a deconfliction runs out by itself");
    }
    again
}
