//! Persons across nodes: fuzzy keys of name and date of birth find a person whom another authority writes otherwise, as a lead that its
//! officer decides on, and nothing of the keys is written down.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod handover_world;

use comity_model::{
    id::{CaseId, MessageId, SubjectId},
    marking::{OnwardRule, Purpose},
};
use comity_node::{
    access::{Caller, Role},
    cases,
    hits::{
        MatchingError, ShownField,
        queries::{
            self, AskTo, Declining, DisclosingHit, LeadStrength, NewCanary, NewClaim, NewQuery, QueryView,
            Usage, rules::RuleTerms,
        },
    },
    random,
};
use handover_world::{ES, FR, MA, PART, World, eventually, id, marking, new_offer, officer};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Opens a case with persons of these family names, forenames and dates of birth.
async fn open(world: &World, at: &str, reference: &str, persons: &[(&str, &str, Option<&str>)]) -> CaseId {
    let subject = |(family, forename, born): &(&str, &str, Option<&str>)| {
        let mut subject =
            json!({ "role": "suspect", "name": { "family": family, "forename": forename }, "sex": "M" });
        if let Some(born) = born {
            subject["born"] = (*born).into();
        }
        subject
    };
    let report = json!({
        "version": 1, "kind": "abduction", "reference": reference, "title": "An invented case",
        "subjects": persons.iter().map(subject).collect::<Vec<Value>>(),
        "circumstances": "An invented case for tests.", "happened_at": "2026-11-10T10:00:00Z",
    });
    let bytes = report.to_string().into_bytes();
    let case = cases::import(world.node(at), &officer(at), None, &bytes).await.unwrap();
    queries::refresh(world.node(at), &id(at)).await.unwrap();
    case.id
}

async fn subject_of(world: &World, at: &str, case: CaseId) -> SubjectId {
    let case = cases::read(world.node(at), &officer(at), case, false).await.unwrap();
    case.report.subjects[0].id
}

/// France looks for Karim Bensaid; Spain writes him in Arabic letters with the year alone, and Morocco has others.
async fn world() -> (World, CaseId) {
    let world = World::with(PART, false).await;
    let ours = open(&world, FR, "FR-1", &[("BENSAID", "Karim", Some("1984-06-02"))]).await;
    open(&world, ES, "ES-1", &[("بن سعيد", "كريم", Some("1984"))]).await;
    open(&world, MA, "MA-1", &[("Haddad", "Omar", Some("1984-06-02")), ("Bensaid", "Karim", Some("1991"))])
        .await;
    (world, ours)
}

fn new_query(case: CaseId) -> NewQuery {
    NewQuery {
        case,
        selectors: None,
        persons: BTreeSet::new(),
        with_persons: true,
        to: AskTo::These([ES, MA].map(id).into()),
        why: "he may be known elsewhere under another spelling".into(),
        marking: marking(OnwardRule::OwnJurisdiction),
        legal_basis: new_offer(ES, true).legal_basis,
        urgency: None,
        consent_from: None,
    }
}

async fn view(world: &World, query: MessageId) -> QueryView {
    queries::view(world.node(FR), &id(FR), query).await.unwrap()
}

async fn finished(world: &World, new: NewQuery) -> QueryView {
    let query = queries::ask(world.node(FR), &officer(FR), new).await.unwrap();
    let state = async || serde_json::to_value(view(world, query).await.state).unwrap();
    eventually("the query is finished", || async { state().await == "finished" }).await;
    view(world, query).await
}

fn state(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

fn auditor(at: &str) -> Caller {
    Caller { role: Role::Auditor, name: "oda".into(), ..officer(at) }
}

async fn usage(world: &World, at: &str) -> Usage {
    queries::usage(world.node(at), &auditor(at)).await.unwrap()
}

async fn findings(world: &World, at: &str) -> Vec<String> {
    usage(world, at).await.findings.into_iter().map(|finding| finding.what).collect()
}

/// France claims what it found under these handles in Spain, where the claim has arrived then.
async fn claimed(world: &World, query: MessageId, handles: BTreeSet<String>) -> MessageId {
    let new = NewClaim {
        holder: id(ES),
        handles: Some(handles),
        why: "we look for him too".into(),
        marking: None,
        legal_basis: None,
    };
    let claim = queries::claim(world.node(FR), &officer(FR), query, new).await.unwrap();
    let list = async || queries::list_claims(world.node(ES), &id(ES), false, 10).await.unwrap();
    eventually("the claim arrives", || async { list().await.iter().any(|one| one.id == claim) }).await;
    claim
}

/// The holder's side: the one claim, decided for the person under its first handle.
async fn disclosed(world: &World, fields: &[ShownField]) {
    let node = world.node(ES);
    let list = async || queries::list_claims(node, &id(ES), true, 10).await.unwrap();
    eventually("the claim arrives", || async { list().await.len() == 1 }).await;
    let claim = list().await[0].id;
    let read = queries::read_claim(node, &officer(ES), claim).await.unwrap();
    assert!(read.handles.len() > 1);
    for handle in &read.handles {
        let entry = &handle.entries[0];
        assert_eq!(
            (handle.entries.len(), entry.kind.as_str(), entry.reference.as_str()),
            (1, "person_key", "ES-1")
        );
        assert_eq!(entry.key.as_ref().unwrap().handle, handle.handle);
    }
    let choice = DisclosingHit {
        handle: read.handles[0].handle.clone(),
        case: None,
        subject: None,
        fields: fields.iter().copied().collect(),
        contact: Some("duty desk".into()),
        note: "call first".into(),
        marking: None,
        legal_basis: new_offer(FR, true).legal_basis,
    };
    queries::disclose(node, &officer(ES), claim, choice).await.unwrap();
    let read = queries::read_claim(node, &officer(ES), claim).await.unwrap();
    assert_eq!(read.open, 0, "the other keys of the same person are answered with it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_written_otherwise_is_a_lead_and_is_compared_once_its_holder_has_shown_it() {
    let (world, case) = world().await;
    let query = finished(&world, new_query(case)).await;
    let person = subject_of(&world, FR, case).await;
    assert_eq!((query.persons.as_slice(), query.person_keys), ([person].as_slice(), query.selectors));
    let [spain, morocco] = query.holders.as_slice() else { panic!() };
    assert!(morocco.leads.is_empty() && morocco.hits == Some(0), "{morocco:?}");
    assert!(spain.found.is_empty(), "keys are no selectors");
    let lead = &spain.leads[0];
    assert_eq!((spain.leads.len(), lead.subject, state(lead.state).as_str()), (1, person, "found"));
    assert!(lead.agree > 0 && lead.agree < lead.of && Some(lead.agree) == spain.hits, "{lead:?}");
    assert_eq!(state(lead.keys[0].names[0]), "family");
    assert!(lead.keys.iter().all(|key| state(key.born).starts_with("year")), "Spain has no day");
    assert!(lead.one_in > 100 && lead.strength != LeadStrength::Strong, "{lead:?}");
    assert!(lead.answers.is_empty());

    claimed(&world, query.id, lead.keys.iter().map(|key| key.handle.clone()).collect()).await;
    disclosed(&world, &[ShownField::Name, ShownField::Born, ShownField::Sex]).await;
    let lead = async || view(&world, query.id).await.holders.remove(0).leads.remove(0);
    let all = async || lead().await.answers.iter().any(|answer| answer.total.is_some());
    eventually("the person is shown", || async { all().await }).await;
    let lead = lead().await;
    assert_eq!(state(lead.state), "disclosed");
    let answer = &lead.answers[0];
    assert_eq!((answer.shown.reference.as_str(), answer.is_hit), ("ES-1", Some(true)), "{answer:?}");
    assert!(answer.reasons.iter().any(|reason| reason.field == "name" && reason.weight > Some(3.0)));
    assert_eq!(lead.answers.len(), 1, "{:?}", lead.answers);
    for at in [FR, ES, MA] {
        assert_eq!(findings(&world, at).await, [""; 0], "{at}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_side_writes_a_key_down() {
    let (world, case) = world().await;
    let query = finished(&world, new_query(case)).await;
    assert!(query.holders[0].hits > Some(0));
    let key = "/* test */ SELECT COUNT(*) FROM selector_hit WHERE value LIKE '%+y19%'";
    assert_eq!(world.count(FR, key).await, 0);
    let meant =
        "/* test */ SELECT COUNT(*) FROM selector_hit WHERE kind = 'person_key' AND value LIKE '%forename%'";
    assert!(world.count(FR, meant).await > 0);
    for at in [FR, ES] {
        let wordy = "/* test */ SELECT COUNT(*) FROM journal WHERE document LIKE '%+y19%' OR document LIKE '%ensaid%'";
        assert_eq!(world.count(at, wordy).await, 0, "{at}");
    }
    let entries =
        "/* test */ SELECT COUNT(*) FROM matching_entry WHERE kind = 'person_key' AND LENGTH(source) = 64";
    assert!(world.count(ES, entries).await > 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_opened_later_adds_its_persons_and_reads_no_other_case_again() {
    let (world, case) = world().await;
    let entries = "/* test */ SELECT COUNT(*) FROM matching_entry";
    let changes = "/* test */ SELECT COUNT(*) FROM matching_change";
    let before = world.count(MA, entries).await;
    assert_eq!(world.count(MA, changes).await, 0, "what an epoch takes in is forgotten");
    open(&world, MA, "MA-2", &[("Ben Saïd", "Kareem", Some("1984-02-06"))]).await;
    assert!(world.count(MA, entries).await > before);
    // The same person in a third case has no new entries in the filter, and is found under the same handles.
    let segments = "/* test */ SELECT COUNT(*) FROM matching_segment";
    let known = world.count(MA, segments).await;
    open(&world, MA, "MA-3", &[("Ben Saïd", "Kareem", Some("1984-02-06"))]).await;
    assert_eq!(world.count(MA, segments).await, known);
    let query = finished(&world, new_query(case)).await;
    let lead = &query.holders[1].leads[0];
    assert!(lead.keys.iter().any(|key| state(key.born) == "day_and_month"), "day and month exchanged");
    // Changes of which nobody noted the case, as before an update of the program: everything is read.
    let store = &world.node(MA).store;
    let mut tx = store.begin("test_update").await.unwrap();
    for sql in
        ["/* test */ UPDATE matching_head SET changes = changes + 1", "/* test */ DELETE FROM matching_entry"]
    {
        tx.execute(sql, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    queries::refresh(world.node(MA), &id(MA)).await.unwrap();
    assert!(world.count(MA, entries).await > before);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_looked_for_is_refused_and_no_rule_answers_leads() {
    let world = World::with(PART, false).await;
    let known = [("Bensaid", "Karim", Some("1984-06-02")), ("Haddad", "Omar", None)];
    let case = open(&world, FR, "FR-1", &known).await;
    let stranger = random::new_id(SubjectId::new);
    let undated = cases::read(world.node(FR), &officer(FR), case, false).await.unwrap().report.subjects[1].id;
    for person in [stranger, undated] {
        let asked = NewQuery { persons: BTreeSet::from([person]), with_persons: false, ..new_query(case) };
        let refused = queries::ask(world.node(FR), &officer(FR), asked).await;
        assert!(matches!(refused, Err(MatchingError::Unfit { field: "persons", .. })), "{refused:?}");
    }
    let budget = queries::budget(world.node(FR), &officer(FR), Some(case)).await.unwrap();
    assert!(budget.case_selectors == Some(0) && budget.case_person_keys.is_some_and(|keys| keys > 2));
    let terms = RuleTerms {
        kinds: BTreeSet::from(["person_key".to_owned()]),
        authorities: BTreeSet::new(),
        purposes: BTreeSet::from([Purpose::Exercise]),
        contact: "duty desk".into(),
        note: String::new(),
        legal_basis: new_offer(FR, true).legal_basis,
        until: None,
    };
    let refused = queries::propose_rule(world.node(FR), &officer(FR), terms).await;
    assert!(matches!(refused, Err(MatchingError::Unfit { field: "kinds", .. })), "{refused:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_old_query_was_about_goes_on_both_sides_but_not_while_a_claim_is_open() {
    let (world, case) = world().await;
    let query = finished(&world, new_query(case)).await;
    let lead = &query.holders[0].leads[0];
    claimed(&world, query.id, lead.keys.iter().map(|key| key.handle.clone()).collect()).await;
    let later = random::now() + jiff::SignedDuration::from_hours(24 * 366);
    let soon = random::now() + jiff::SignedDuration::from_hours(24 * 300);
    for at in [FR, ES] {
        assert_eq!(queries::purge_old(world.node(at), later).await.unwrap(), 0, "a claim is open");
    }
    disclosed(&world, &[ShownField::Name]).await;
    let state = async || state(view(&world, query.id).await.holders[0].leads[0].state);
    eventually("the holder's answer arrives", || async { state().await == "disclosed" }).await;
    let waiting = "/* test */ SELECT COUNT(*) FROM selector_hit WHERE state = 'claimed'";
    eventually("all of it", || async { world.count(FR, waiting).await == 0 }).await;
    // What is still to be delivered would keep its sealed body.
    let on_the_way = "/* test */ SELECT COUNT(*) FROM delivery WHERE state <> 'receipted'";
    for at in [FR, ES] {
        eventually("everything is delivered", || async { world.count(at, on_the_way).await == 0 }).await;
        assert_eq!(queries::purge_old(world.node(at), soon).await.unwrap(), 0, "it is not old enough");
        assert_eq!(queries::purge_old(world.node(at), later).await.unwrap(), 1, "{at}");
        assert_eq!(queries::purge_old(world.node(at), later).await.unwrap(), 0, "once");
        assert_eq!(world.entries(at, "selector_query_purged").await.len(), 1);
        let told = "/* test */ SELECT COUNT(*) FROM message WHERE (kind LIKE 'selector%' OR kind LIKE 'hit%') \
                    AND (content IS NOT NULL OR body IS NOT NULL)";
        assert_eq!(world.count(at, told).await, 0, "contents of messages: {at}");
        assert_eq!(findings(&world, at).await, [""; 0], "what an auditor needs is there: {at}");
    }
    let purged = view(&world, query.id).await;
    assert!(purged.purged_at.is_some() && purged.why.is_empty() && purged.holders[0].leads.is_empty());
    assert_eq!((&purged.batch_sha256, purged.count), (&query.batch_sha256, query.count));
    assert_eq!(
        (purged.holders[0].hits, purged.holders[0].epoch),
        (query.holders[0].hits, query.holders[0].epoch)
    );
    let handles = "/* test */ SELECT COUNT(*) FROM hit_claim_handle";
    assert_eq!(world.count(ES, handles).await, 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_publishes_no_persons_is_found_by_nobodys_name_until_it_does() {
    let mut world = World::with(PART, false).await;
    world.reconfigure(ES, |config| config.matching.publish_persons = false).await;
    let ours = open(&world, FR, "FR-1", &[("BENSAID", "Karim", Some("1984-06-02"))]).await;
    for at in [ES, MA] {
        open(&world, at, "X-1", &[("Bensaid", "Karim", Some("1984-06-02"))]).await;
    }
    let keys = "/* test */ SELECT COUNT(*) FROM matching_entry WHERE kind = 'person_key'";
    assert_eq!(world.count(ES, keys).await, 0);
    assert!(world.count(MA, keys).await > 0);
    let leads = |view: &QueryView| -> Vec<(String, usize)> {
        view.holders.iter().map(|holder| (holder.authority.to_string(), holder.leads.len())).collect()
    };
    let query = finished(&world, new_query(ours)).await;
    assert_eq!(leads(&query), [(ES.to_owned(), 0), (MA.to_owned(), 1)]);
    assert_eq!(query.holders[0].hits, Some(0));
    world.reconfigure(ES, |config| config.matching.publish_persons = true).await;
    queries::rotate(world.node(ES), &id(ES)).await.unwrap();
    let query = finished(&world, new_query(ours)).await;
    assert_eq!(leads(&query), [(ES.to_owned(), 1), (MA.to_owned(), 1)]);
    world.end().await;
}

/// An invented person whom Spain publishes as a canary.
async fn plant(world: &World, family: &str, forename: &str, born: &str) -> String {
    let person = json!({ "name": { "family": family, "forename": forename }, "born": born });
    let new = serde_json::from_value(json!({ "person": person, "note": "nobody" })).unwrap();
    let planted = queries::plant(world.node(ES), &auditor(ES), new).await.unwrap();
    assert_eq!(planted.kind, "person");
    queries::refresh(world.node(ES), &id(ES)).await.unwrap();
    planted.id
}

/// France asks for the persons of a case and claims all that it finds in Spain: the query and how many handles.
async fn asked_and_claimed(world: &World, case: CaseId) -> (MessageId, usize) {
    let query = finished(world, new_query(case)).await;
    let handles: BTreeSet<String> =
        query.holders[0].leads.iter().flat_map(|lead| &lead.keys).map(|key| key.handle.clone()).collect();
    let count = handles.len();
    (claimed(world, query.id, handles).await, count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_at_an_invented_person_is_told_to_the_auditor_with_how_many_keys_and_an_honest_question_is_not()
 {
    let (world, case) = world().await;
    let canary = plant(&world, "Quillfeather", "Oswin", "1971-03-09").await;
    let planted = world.entries(ES, "canary_planted").await;
    assert!(planted[0].contains("\"person\"") && !planted[0].contains("Quill"), "{planted:?}");
    asked_and_claimed(&world, case).await;
    assert_eq!(world.entries(ES, "canary_touched").await.len(), 0, "who asks for a real person touches none");
    assert!(usage(&world, ES).await.canaries_touched.is_empty());

    let guess = open(&world, FR, "FR-2", &[("Quillfeather", "Oswin", Some("1971"))]).await;
    let (claim, keys) = asked_and_claimed(&world, guess).await;
    assert!(keys > 1, "to the asker it looks like any other lead");
    let told = world.entries(ES, "canary_touched").await;
    assert_eq!(told.len(), 1, "once, and not for each key: {told:?}");
    let detail = serde_json::from_str::<Value>(&told[0]).unwrap()["detail"].clone();
    assert_eq!(
        (detail["canary"].as_str(), detail["keys"].as_u64()),
        (Some(canary.as_str()), Some(keys as u64))
    );
    assert!(detail["of"].as_u64() > Some(keys as u64), "a year is less than a day: {detail}");
    assert_eq!(detail["from"], FR);
    let seen = usage(&world, ES).await;
    let [touched] = seen.canaries_touched.as_slice() else { panic!("{:?}", seen.canaries_touched) };
    assert_eq!((touched.claim, touched.handles), (claim, keys as u64));
    assert_eq!((touched.canary.as_deref(), touched.case_reference.as_str()), (Some(canary.as_str()), "FR-2"));
    assert_eq!((seen.canaries.len(), seen.canaries[0].kind.as_str()), (1, "person"));
    // Both journals have the claim with its number of hits; no officer sees what the entries are.
    for (at, act) in [(FR, "hit_claimed"), (ES, "hit_claim_received")] {
        let entries = world.entries(at, act).await;
        assert_eq!(entries.len(), 2, "{at}");
        let last = serde_json::from_str::<Value>(&entries[1]).unwrap();
        assert_eq!(
            (&last["detail"]["hits"], &last["detail"]["handles"]),
            (&keys.into(), &keys.into()),
            "{at}"
        );
    }
    let read = queries::read_claim(world.node(ES), &officer(ES), claim).await.unwrap();
    assert!(read.handles.len() == keys && read.handles.iter().all(|handle| handle.entries.is_empty()));
    let declining = Declining { handles: None, note: String::new() };
    queries::decline(world.node(ES), &officer(ES), claim, declining).await.unwrap();
    for at in [FR, ES] {
        assert_eq!(findings(&world, at).await, [""; 0], "{at}");
    }
    let like = "/* test */ SELECT COUNT(*) FROM journal WHERE document LIKE '%uillfeather%'";
    assert_eq!(world.count(ES, like).await, 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_a_person_of_ours_has_too_is_no_canary_and_who_cannot_be_looked_for_is_not_planted() {
    let (mut world, case) = world().await;
    // Whoever asks for Karim Bensaid may mean the one in Spain's files.
    plant(&world, "Bensaid", "Karim", "1984").await;
    asked_and_claimed(&world, case).await;
    assert_eq!(world.entries(ES, "canary_touched").await.len(), 0);
    let refused = async |new: Value| {
        let new: NewCanary = serde_json::from_value(new).unwrap();
        match queries::plant(world.node(ES), &auditor(ES), new).await {
            Err(MatchingError::Unfit { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    };
    let person = |name: Value| json!({ "name": name, "born": "1971" });
    let whole = person(json!({ "family": "Quillfeather", "forename": "Oswin" }));
    assert_eq!(refused(json!({ "person": person(json!({ "forename": "Oswin" })) })).await, "person");
    assert_eq!(refused(json!({})).await, "kind");
    assert_eq!(refused(json!({ "kind": "phone", "value": "+34600000001", "person": whole })).await, "kind");
    assert_eq!(refused(json!({ "kind": "phone", "value": "nonsense" })).await, "value");
    world.reconfigure(ES, |config| config.matching.publish_persons = false).await;
    let new = serde_json::from_value(json!({ "person": whole })).unwrap();
    let refused = queries::plant(world.node(ES), &auditor(ES), new).await;
    assert!(matches!(refused, Err(MatchingError::Unfit { field: "person", .. })), "{refused:?}");
    world.end().await;
}
