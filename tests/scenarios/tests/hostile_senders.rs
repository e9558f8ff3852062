//! What a receiver refuses: each kind of bad envelope, with the reason named, nothing stored, and the next good one taken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use comity_model::{AuthorityId, statement::MAX_BODY_BYTES};
use comity_node::{exchange::Outgoing, federation::wire, keys::Keys};
use comity_record::Envelope;
use comity_scenarios::{
    TestFederation,
    hostile::{batch_of, client_of, forge, post},
    letters::{STORED, count, letter},
};
use comity_seal::{AuthorityKeys, SealingPublicKey, SigningKey};
use serde_json::{Value, json};

/// Spain runs; the test speaks with France's certificate and keys.
struct Stage {
    federation: TestFederation,
    client: reqwest::Client,
    keys: Keys,
    fr: AuthorityId,
    es: AuthorityId,
}

impl Stage {
    async fn new() -> Self {
        Self::of(TestFederation::new(2)).await
    }

    async fn of(mut federation: TestFederation) -> Self {
        federation.nodes[1].start().await;
        let keys = federation.nodes[0].keys();
        let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
        Self { client: client_of(&keys), keys, fr, es, federation }
    }

    fn letter(&self) -> Outgoing {
        letter(&self.fr, &[&self.es], "good morning")
    }

    fn sealing(&self) -> Vec<SealingPublicKey> {
        vec![self.federation.nodes[1].membership.members[0].sealing.parse().unwrap()]
    }

    fn forged(&self, change: impl FnOnce(&mut Value)) -> Envelope {
        forge(&self.letter(), &self.keys, &self.sealing(), change)
    }

    async fn post(&self, envelope: &Envelope) -> Value {
        let (status, answer) =
            post(&self.client, &self.federation.nodes[1], batch_of(&self.es, envelope)).await;
        assert_eq!(status, 200, "{answer}");
        answer["outcomes"][0].clone()
    }

    async fn stored(&self) -> u64 {
        count(&self.federation.nodes[1].node(), STORED).await
    }

    /// The envelope is refused with this code, and nothing is stored; a good one is still taken.
    async fn refuses(self, envelope: &Envelope, code: &str) {
        let outcome = self.post(envelope).await;
        assert_eq!(outcome["refused"]["code"], code, "{outcome}");
        assert_eq!(self.stored().await, 0);
        assert!(self.post(&self.forged(|_| ())).await["receipt"].is_object());
        assert_eq!(self.stored().await, 1);
        self.federation.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_signature_is_refused() {
    let stage = Stage::new().await;
    for missing in [0, 1] {
        let mut envelope = stage.forged(|_| ());
        envelope.statement.signatures.remove(missing);
        assert_eq!(stage.post(&envelope).await["refused"]["code"], "missing_signature");
    }
    let mut envelope = stage.forged(|_| ());
    envelope.statement.signatures.clear();
    stage.refuses(&envelope, "missing_signature").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_signature_is_refused_whichever_of_the_two_it_is() {
    let stage = Stage::new().await;
    for forged in [0, 1] {
        let mut envelope = stage.forged(|_| ());
        envelope.statement.signatures[forged].sig[7] ^= 1;
        assert_eq!(stage.post(&envelope).await["refused"]["code"], "bad_signature");
    }
    let mut envelope = stage.forged(|_| ());
    envelope.statement.payload.push(b' ');
    stage.refuses(&envelope, "bad_signature").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_the_registry_does_not_know_is_refused() {
    let mut stage = Stage::new().await;
    let stranger = AuthorityKeys { signing: vec![SigningKey::generate().unwrap()], sealing: vec![] };
    stage.keys.authorities.insert(stage.fr.clone(), stranger);
    let envelope = stage.forged(|_| ());
    let outcome = stage.post(&envelope).await;
    assert_eq!(outcome["refused"]["code"], "key_unknown", "{outcome}");
    assert_eq!(stage.stored().await, 0);
    stage.federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_key_is_refused() {
    let federation = TestFederation::with(
        2,
        |_, _| {},
        |registry| {
            registry.members[0].signing[0].revoked_at = Some(registry.issued);
        },
    );
    let stage = Stage::of(federation).await;
    let outcome = stage.post(&stage.forged(|_| ())).await;
    assert_eq!(outcome["refused"]["code"], "key_revoked", "{outcome}");
    assert_eq!(stage.stored().await, 0);
    stage.federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_sealed_to_somebody_else_is_refused() {
    let stage = Stage::new().await;
    let own: Vec<SealingPublicKey> =
        vec![stage.federation.nodes[0].membership.members[0].sealing.parse().unwrap()];
    let envelope = forge(&stage.letter(), &stage.keys, &own, |_| ());
    stage.refuses(&envelope, "cannot_open").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flipped_bit_in_the_body_is_refused() {
    let stage = Stage::new().await;
    let mut envelope = stage.forged(|_| ());
    let middle = envelope.body.len() / 2;
    envelope.body[middle] ^= 1;
    stage.refuses(&envelope, "body_mismatch").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_truncated_body_is_refused() {
    let stage = Stage::new().await;
    let mut envelope = stage.forged(|_| ());
    envelope.body.pop();
    stage.refuses(&envelope, "body_mismatch").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_oversize_body_is_refused() {
    let stage = Stage::new().await;
    let mut envelope = stage.forged(|_| ());
    envelope.body = vec![0; usize::try_from(MAX_BODY_BYTES).unwrap() + 1];
    stage.refuses(&envelope, "oversize").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_version_or_kind_is_refused() {
    let stage = Stage::new().await;
    let later = stage.forged(|statement| statement["version"] = json!(2));
    assert_eq!(stage.post(&later).await["refused"]["code"], "unsupported_version");
    let strange = stage.forged(|statement| statement["kind"] = json!("rumour"));
    stage.refuses(&strange, "unknown_kind").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_of_another_mode_or_for_others_is_refused() {
    let stage = Stage::new().await;
    let live = stage.forged(|statement| statement["mode"] = json!("live"));
    assert_eq!(stage.post(&live).await["refused"]["code"], "mode_mismatch");
    let others = stage.forged(|statement| statement["to"] = json!(["MA-NCB"]));
    stage.refuses(&others, "not_for_us").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_that_the_peer_does_not_serve_is_refused() {
    let mut federation = TestFederation::new(3);
    federation.nodes[1].start().await;
    // Morocco's node delivers a statement that France has signed.
    let (france, morocco) = (federation.nodes[0].keys(), federation.nodes[2].keys());
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    let sealing = vec![federation.nodes[1].membership.members[0].sealing.parse().unwrap()];
    let envelope = forge(&letter(&fr, &[&es], "stolen"), &france, &sealing, |_| ());
    let batch = batch_of(&es, &envelope);
    let (_, answer) = post(&client_of(&morocco), &federation.nodes[1], batch).await;
    assert_eq!(answer["outcomes"][0]["refused"]["code"], "peer_mismatch", "{answer}");
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_is_stored_once_and_receipted_again() {
    let stage = Stage::new().await;
    let envelope = stage.forged(|_| ());
    assert!(stage.post(&envelope).await["receipt"].is_object());
    assert!(stage.post(&envelope).await["receipt"].is_object());
    assert_eq!(stage.stored().await, 1);
    stage.federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_id_with_other_content_is_a_conflict() {
    let stage = Stage::new().await;
    let letter = stage.letter();
    let first = forge(&letter, &stage.keys, &stage.sealing(), |_| ());
    let second = forge(&letter, &stage.keys, &stage.sealing(), |_| ());
    assert!(stage.post(&first).await["receipt"].is_object());
    assert_eq!(stage.post(&second).await["refused"]["code"], "conflict");
    assert_eq!(stage.stored().await, 1);
    stage.federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_a_day_off_puts_the_batch_off_and_loses_nothing() {
    let stage = Stage::new().await;
    let envelope = stage.forged(|_| ());
    let statement = String::from_utf8(envelope.statement.to_json()).unwrap();
    let item = wire::write_item(stage.es.as_str(), &statement, &envelope.body);
    let yesterday = comity_node::federation::now_millis().0 - 24 * 3600 * 1000;
    let batch = wire::write_batch(yesterday, 1, &[item]);
    let (status, answer) = post(&stage.client, &stage.federation.nodes[1], batch).await;
    assert_eq!((status, &answer["code"]), (503, &json!("clock_skew")));
    assert!(stage.post(&envelope).await["receipt"].is_object());
    stage.federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_malformed_item_spoils_nobody_elses() {
    let stage = Stage::new().await;
    let envelope = stage.forged(|_| ());
    let statement = String::from_utf8(envelope.statement.to_json()).unwrap();
    let good = wire::write_item(stage.es.as_str(), &statement, &envelope.body);
    let items = ["{\"to\":7}".to_owned(), good, "null".to_owned()];
    let batch = wire::write_batch(comity_node::federation::now_millis().0, 1, &items);
    let (_, answer) = post(&stage.client, &stage.federation.nodes[1], batch).await;
    assert_eq!(answer["outcomes"][0]["refused"]["code"], "malformed", "{answer}");
    assert!(answer["outcomes"][1]["receipt"].is_object());
    assert_eq!(answer["outcomes"][2]["refused"]["code"], "malformed");
    assert_eq!(stage.stored().await, 1);
    stage.federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_is_no_batch_is_refused_whole() {
    let stage = Stage::new().await;
    let node = &stage.federation.nodes[1];
    let (status, answer) = post(&stage.client, node, "{\"version\":1,".into()).await;
    assert_eq!((status, &answer["code"]), (400, &json!("malformed")));
    let later = wire::write_batch(comity_node::federation::now_millis().0, 1, &[]).replacen(
        "\"version\":1",
        "\"version\":9",
        1,
    );
    let (status, answer) = post(&stage.client, node, later).await;
    assert_eq!((status, &answer["code"]), (400, &json!("unsupported_version")));
    let (status, answer) = post(&stage.client, node, "x".repeat(wire::MAX_WIRE_BYTES + 1)).await;
    assert_eq!(status, 413, "{answer}");
    stage.federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_the_registry_does_not_pin_gets_no_connection() {
    let stage = Stage::new().await;
    let stranger = TestFederation::new(1);
    let client = client_of(&stranger.nodes[0].keys());
    let url = format!("https://{}/v1/registries?after=0", stage.federation.nodes[1].config.peer);
    assert!(client.get(url).send().await.is_err());
    stage.federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_registry_stops_everything_and_loses_nothing() {
    let federation = TestFederation::with(
        2,
        |_, _| {},
        |registry| {
            registry.issued = "2026-01-01T00:00:00Z".parse().unwrap();
            registry.expires = "2026-01-02T00:00:00Z".parse().unwrap();
        },
    );
    let stage = Stage::of(federation).await;
    let envelope = stage.forged(|_| ());
    let (status, answer) =
        post(&stage.client, &stage.federation.nodes[1], batch_of(&stage.es, &envelope)).await;
    assert_eq!((status, &answer["code"]), (503, &json!("registry_expired")));
    assert_eq!(stage.stored().await, 0);
    stage.federation.stop().await;
}
