//! The same nodes on PostgreSQL, and two replicas of one node on one database. `make test` starts the PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use comity_node::{
    federation::registry::adopt,
    random,
    store::{DatabaseUrl, Store},
};
use comity_scenarios::{
    TestFederation,
    addresses::own_addresses,
    letters::{DEAD, RECEIPTED, STORED, STORED_ENTRIES, count, eventually, letter, send},
};

/// A database of its own on the PostgreSQL that the tests were given; none where they were given none.
async fn fresh_database() -> Option<String> {
    let Ok(server) = std::env::var("COMITY_TEST_POSTGRES") else {
        assert!(std::env::var_os("COMITY_REQUIRE_POSTGRES").is_none(), "COMITY_TEST_POSTGRES is missing");
        eprintln!("COMITY_TEST_POSTGRES is not set: not run on PostgreSQL");
        return None;
    };
    let name = format!("scenario_{}", hex::encode(random::bytes::<8>()));
    comity_scenarios::postgres::create_database(&server, &name).await;
    Some(comity_scenarios::postgres::with_database(&server, &name))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_on_one_postgresql_deliver_everything_once_and_share_a_registry() {
    let (Some(first), Some(second)) = (fresh_database().await, fresh_database().await) else { return };
    let databases = [first, second];
    let mut federation =
        TestFederation::with(2, |number, config| config.database = databases[number].clone(), |_| {});
    let france = federation.nodes[0].start().await;
    let spain = federation.nodes[1].start().await;
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    // The replica: the same files and database, ports of its own.
    let ports = own_addresses(2);
    let place = &federation.nodes[0];
    let directory = tempfile::tempdir().unwrap();
    for file in ["keys.age", "registry.json", "roots.json"] {
        std::fs::copy(place.directory.join(file), directory.path().join(file)).unwrap();
    }
    let mut config = place.config.clone();
    (config.api, config.peer) = (ports[0], ports[1]);
    config.write(directory.path()).unwrap();
    let replica =
        comity_node::Node::open(directory.path(), comity_scenarios::federation::PASSPHRASE).await.unwrap();
    let running = comity_node::run::start(replica.clone()).await.unwrap();
    for round in 0..10 {
        let node = if round % 2 == 0 { &france } else { &replica };
        send(node, (0..20).map(|n| letter(&fr, &[&es], &format!("{round}: {n}"))).collect()).await;
    }
    eventually("every receipt is recorded", || async { count(&france, RECEIPTED).await == 200 }).await;
    assert_eq!((count(&spain, STORED).await, count(&spain, STORED_ENTRIES).await), (200, 200));
    assert_eq!(count(&france, DEAD).await, 0);
    assert_eq!(france.store.ledger_size().await.unwrap(), replica.store.ledger_size().await.unwrap());
    let next = federation.next_registry(|_| ());
    assert!(adopt(&france, &next).await.unwrap());
    assert!(!adopt(&replica, &next).await.unwrap(), "the other replica has stored it");
    assert_eq!(replica.registry().registry().version, 2);
    running.stop().await;
    federation.stop().await;
    for url in databases {
        Store::open(&DatabaseUrl::parse(&url)).await.unwrap().close().await;
    }
}
