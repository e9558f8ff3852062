//! Two nodes: messages from API call to verified receipt, durable at both ends.

use crate::{
    api::{Api, Follower, text},
    federation::{Place, Process, count, make, open},
    report::{Fallible, Section, cores, load, share},
};
use comity_node::store::Store;
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep};

/// Messages in one call.
const BATCH: usize = 256;
/// Calls under way at once.
const IN_FLIGHT: usize = 4;

/// Sends `messages` in batches and counts them at both ends.
pub async fn envelopes(data: &Path, messages: usize) -> Fallible<Section> {
    let mut section = Section::new("envelopes, in batches, from API call to verified receipt");
    let [first, second] = make(&data.join("envelopes")).await?;
    let (sender, receiver) = (Process::start(&first).await?, Process::start(&second).await?);
    let api = sender.sign_in().await?;
    // To warm up: connection, session, prepared statements.
    api.send(&[text(0)], None).await?;
    wait_for_receipts(&api, 1).await?;
    let before = (sender.usage()?.1, receiver.usage()?.1);
    let begun = Instant::now();
    let sent = send_all(&api, messages).await?;
    let accepted = begun.elapsed();
    wait_for_receipts(&api, messages as u64 + 1).await?;
    let took = begun.elapsed();
    let after = (sender.usage()?, receiver.usage()?);
    section.at_least("envelopes a second, sustained", messages as f64 / took.as_secs_f64(), "/s", 1000.0);
    section.figure("messages", messages as f64, "");
    section.figure("took", took.as_secs_f64(), "s");
    section.figure("accepted by the API", messages as f64 / accepted.as_secs_f64(), "/s");
    let each = |seconds: f64| seconds * 1e6 / messages as f64;
    let (sending, receiving) = (each(after.0.1 - before.0), each(after.1.1 - before.1));
    section.figure("processor time at the sender, each", sending, "µs");
    section.figure("processor time at the receiver, each", receiving, "µs");
    section.figure("limit: both processes on all cores", cores() as f64 * 1e6 / (sending + receiving), "/s");
    section.figure("memory of the sender afterwards", after.0.0, "MiB");
    section.figure("memory of the receiver afterwards", after.1.0, "MiB");
    section.figure("load of the machine afterwards (1 minute)", load(), "");
    sender.stop().await?;
    receiver.stop().await?;
    count_once(&mut section, &first, &second, &sent).await?;
    Ok(section)
}

async fn send_all(api: &Api, messages: usize) -> Fallible<BTreeSet<String>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let (api, next) = (api.clone(), next.clone());
        tasks.spawn(async move {
            let mut sent = Vec::new();
            loop {
                let first = next.fetch_add(BATCH, Ordering::Relaxed);
                if first >= messages {
                    return Fallible::Ok(sent);
                }
                let texts: Vec<String> = (first..messages.min(first + BATCH)).map(text).collect();
                sent.extend(api.send(&texts, None).await?.0);
            }
        });
    }
    let mut sent = BTreeSet::new();
    while let Some(done) = tasks.join_next().await {
        sent.extend(done??);
    }
    Ok(sent)
}

/// Waits until the node has recorded so many verified receipts; gives up when there is none for a minute.
pub async fn wait_for_receipts(api: &Api, wanted: u64) -> Fallible<()> {
    let (mut held, mut changed) = (0, Instant::now());
    loop {
        let now = api.receipted().await?;
        if now >= wanted {
            return Ok(());
        }
        if now > held {
            (held, changed) = (now, Instant::now());
        } else if changed.elapsed() > Duration::from_secs(60) {
            return Err(format!("{now} of {wanted} receipts, and no more for a minute").into());
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// Each message that the API accepted is at the receiver, in its ledger and receipted at the sender exactly once.
async fn count_once(
    section: &mut Section,
    first: &Place,
    second: &Place,
    sent: &BTreeSet<String>,
) -> Fallible<()> {
    let (from, to) = (open(&first.directory).await?, open(&second.directory).await?);
    // The one to warm up is there, too.
    let all = sent.len() as u64 + 1;
    let stored = identifiers(&to, "/* bench */ SELECT id FROM message WHERE direction = 'incoming'").await?;
    let named = "/* bench */ SELECT message FROM journal WHERE act = 'envelope_stored'";
    let entered = identifiers(&to, named).await?;
    let receipted = "/* bench */ SELECT COUNT(*) FROM delivery WHERE state = 'receipted'";
    let receipts = count(&from, receipted).await?;
    let distinct: BTreeSet<&String> = stored.iter().collect();
    let once = stored.len() as u64 == all
        && distinct.len() == stored.len()
        && sent.iter().all(|id| distinct.contains(id))
        && entered.len() as u64 == all
        && entered.iter().collect::<BTreeSet<_>>() == distinct
        && receipts == all;
    if !once {
        let (rows, entries) = (stored.len(), entered.len());
        return Err(format!("{all} sent, but {rows} rows, {entries} entries and {receipts} receipts").into());
    }
    section.note(
        "each message is in the receiver's database and ledger exactly once, and receipted at the sender",
    );
    from.close().await;
    to.close().await;
    Ok(())
}

async fn identifiers(store: &Store, sql: &'static str) -> Fallible<Vec<String>> {
    let rows = store.fetch_all(sql, &[]).await?;
    Ok(rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?)
}

/// Three ways of sending messages one by one.
pub async fn latency(data: &Path) -> Fallible<Section> {
    let mut section = Section::new("time from API call to verified receipt, committed at the sender");
    let [first, second] = make(&data.join("latency")).await?;
    let (sender, receiver) = (Process::start(&first).await?, Process::start(&second).await?);
    let api = sender.sign_in().await?;
    let follower = api.follow().await?;
    one_at_a_time(&api, &follower, 20).await?;
    let paced = paced(&api, &follower, 2000, Duration::from_millis(10)).await?;
    section.under("100 a second: p50", share(&paced, 0.5), "ms", 20.0);
    section.under("100 a second: p99", share(&paced, 0.99), "ms", 60.0);
    section.figure("100 a second: the longest", share(&paced, 1.0), "ms");
    let (times, rate) = one_at_a_time(&api, &follower, 300).await?;
    section.figure("one at a time: accepted", rate, "/s");
    section.figure("one at a time: p50", share(&times, 0.5), "ms");
    section.figure("one at a time: p99", share(&times, 0.99), "ms");
    burst(&mut section, &api, &follower).await?;
    section.figure("load of the machine afterwards (1 minute)", load(), "");
    section.note("one message of 1 KiB a call; the receipt counts when the live updates tell of it");
    drop(follower);
    sender.stop().await?;
    receiver.stop().await?;
    Ok(section)
}

const PATIENCE: Duration = Duration::from_secs(45);

/// A call every `pace`, whether or not the last was answered; milliseconds to each receipt, sorted.
async fn paced(api: &Api, follower: &Follower, messages: usize, pace: Duration) -> Fallible<Vec<f64>> {
    let mut tasks = JoinSet::new();
    let mut tick = tokio::time::interval(pace);
    for number in 0..messages {
        tick.tick().await;
        let api = api.clone();
        tasks.spawn(async move { send_one(&api, number).await });
    }
    let sent = tasks.join_all().await.into_iter().collect::<Fallible<Vec<_>>>()?;
    times(follower, &sent).await
}

async fn send_one(api: &Api, number: usize) -> Fallible<(String, Instant)> {
    let begun = Instant::now();
    let (ids, _) = api.send(&[text(number)], None).await?;
    Ok((ids.into_iter().next().ok_or("nothing was sent")?, begun))
}

async fn times(follower: &Follower, sent: &[(String, Instant)]) -> Fallible<Vec<f64>> {
    let ids: Vec<String> = sent.iter().map(|(id, _)| id.clone()).collect();
    let told = follower.wait_for(&ids, PATIENCE).await;
    let time = |(told, (_, begun)): (Option<Instant>, &(String, Instant))| {
        told.map(|told| told.saturating_duration_since(*begun).as_secs_f64() * 1000.0)
    };
    let mut times: Vec<f64> = told.into_iter().zip(sent).filter_map(time).collect();
    if times.len() < sent.len() {
        return Err(format!("{} of {} receipts in time", times.len(), sent.len()).into());
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

/// The next call is made when the last was answered; milliseconds to each receipt, sorted, and calls a second.
async fn one_at_a_time(api: &Api, follower: &Follower, messages: usize) -> Fallible<(Vec<f64>, f64)> {
    let begun = Instant::now();
    let mut sent = Vec::with_capacity(messages);
    for number in 0..messages {
        sent.push(send_one(api, number).await?);
    }
    let rate = messages as f64 / begun.elapsed().as_secs_f64();
    Ok((times(follower, &sent).await?, rate))
}

/// 1,000 messages, 50 calls at a time.
async fn burst(section: &mut Section, api: &Api, follower: &Follower) -> Fallible<()> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..50 {
        let (api, next) = (api.clone(), next.clone());
        tasks.spawn(async move {
            let mut sent = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= 1000 {
                    return Fallible::Ok(sent);
                }
                sent.push(send_one(&api, number).await?);
            }
        });
    }
    let sent: Vec<_> = tasks.join_all().await.into_iter().collect::<Fallible<Vec<_>>>()?.concat();
    let accepted = begun.elapsed().as_secs_f64();
    let times = times(follower, &sent).await?;
    section.figure("burst of 1,000, 50 calls at a time: accepted", 1000.0 / accepted, "/s");
    section.figure("burst: receipted within 45 s", times.len() as f64, "");
    section.figure("burst: p50", share(&times, 0.5), "ms");
    section.figure("burst: p99", share(&times, 0.99), "ms");
    section.figure("burst: all receipted after", begun.elapsed().as_secs_f64(), "s");
    Ok(())
}
