//! A node at rest: its memory, and how soon it is ready with 100,000 stored messages.

use crate::{
    api::text,
    federation::{Place, Process, SECRET, count, make, open},
    report::{Fallible, Section},
};
use comity_model::{
    id::{ExchangeId, MessageId},
    marking::{HandlingCode, InformationEvaluation, Marking, OnwardRule, Purpose, SourceEvaluation},
    message::{Information, Message},
    statement::Urgency,
};
use comity_node::{
    Node,
    config::Config,
    exchange::{Outgoing, prepare_many, put},
    journal::{About, Actor},
    law::{Basis, BasisChoice},
    random,
};
use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};
use tokio::time::sleep;

const MESSAGES: u64 = 100_000;

/// All of it.
pub async fn measure(data: &Path) -> Fallible<Section> {
    let mut section = Section::new("a node at rest");
    let [place, _] = make(&data.join("idle")).await?;
    let process = Process::start(&place).await?;
    sleep(Duration::from_secs(3)).await;
    section.under("memory of an idle node", process.usage()?.0, "MiB", 60.0);
    section.figure("from start to ready, empty", process.ready_after.as_secs_f64(), "s");
    process.stop().await?;
    let place = filled(data).await?;
    let mut readies = Vec::new();
    for _ in 0..3 {
        let process = Process::start(&place).await?;
        readies.push(process.ready_after.as_secs_f64());
        sleep(Duration::from_secs(2)).await;
        if readies.len() == 3 {
            section.under("memory of an idle node with 100,000 messages", process.usage()?.0, "MiB", 60.0);
        }
        process.stop().await?;
    }
    readies.sort_by(f64::total_cmp);
    let median = readies.get(1).copied().unwrap_or(0.0);
    section.under("from start to ready with 100,000 stored messages, median of 3", median, "s", 1.0);
    Ok(section)
}

/// A node with so many messages, sent and receipted; made at first use.
async fn filled(data: &Path) -> Fallible<Place> {
    let (directory, done) = (data.join("stored"), data.join("stored/made"));
    let at = directory.join("fr");
    if !done.exists() {
        let [place, _] = make(&directory).await?;
        fill(&place).await?;
        std::fs::write(done, "")?;
    }
    let api = Config::read(&at)?.api;
    Ok(Place { directory: at, api })
}

async fn fill(place: &Place) -> Fallible<()> {
    eprintln!("making {MESSAGES} messages, once ...");
    let node = Node::open(&place.directory, SECRET).await?;
    for first in (0..MESSAGES).step_by(500) {
        let letters = (first..first + 500).map(letter).collect::<Fallible<Vec<_>>>()?;
        send(&node, letters).await?;
    }
    node.store.close().await;
    let store = open(&place.directory).await?;
    let held = count(&store, "/* bench */ SELECT COUNT(*) FROM message").await?;
    store.close().await;
    if held == MESSAGES { Ok(()) } else { Err(format!("{held} messages instead of {MESSAGES}").into()) }
}

async fn send(node: &Arc<Node>, letters: Vec<Outgoing>) -> Fallible<()> {
    let prepared = prepare_many(node, letters).await?;
    let mut tx = node.store.begin("bench_fill").await?;
    for one in &prepared {
        put(&mut tx, one, &Actor::Node, About::default()).await?;
    }
    // As if they had been delivered: start-up is measured, not delivery.
    let sql = "/* bench */ UPDATE delivery SET state = 'receipted', receipted_at = queued_at WHERE state = 'queued'";
    tx.execute(sql, &[]).await?;
    tx.commit().await?;
    Ok(())
}

fn letter(number: u64) -> Fallible<Outgoing> {
    Ok(Outgoing {
        id: random::new_id(MessageId::new),
        from: "FR-NCB".parse()?,
        to: BTreeSet::from(["ES-NCB".parse()?]),
        exchange: random::new_id(ExchangeId::new),
        reply_to: None,
        urgency: Urgency::Routine,
        marking: Marking {
            handling: BTreeSet::from([HandlingCode::H0]),
            restrictions: None,
            purpose: Purpose::Exercise,
            source: SourceEvaluation::A,
            information: InformationEvaluation::Certain,
            onward: OnwardRule::OwnJurisdiction,
            retain_until: jiff::civil::date(2099, 1, 1),
        },
        legal_basis: Basis::chosen(basis(), "bench"),
        message: Message::Information(Information {
            subject: "bench".into(),
            text: text(usize::try_from(number)?),
        }),
    })
}

fn basis() -> BasisChoice {
    BasisChoice {
        instrument: "INTERPOL_RPD".into(),
        article: "10".into(),
        reason: Some("a measurement".into()),
        event_date: None,
        offence: None,
        authorisation: None,
    }
}
