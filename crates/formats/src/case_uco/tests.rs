use super::*;
use crate::evidence::tests::sample::{HOSTILE, description, item_id};
use serde_json::Value as Json;
use std::time::{Duration, Instant};

fn graph(description: &Description) -> Vec<Json> {
    let file: Json = serde_json::from_str(&write(description).unwrap()).unwrap();
    file["@graph"].as_array().unwrap().clone()
}

fn of_type<'a>(graph: &'a [Json], kind: &str) -> Vec<&'a Json> {
    let is = |node: &&Json| match &node["@type"] {
        Json::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    };
    graph.iter().filter(is).collect()
}

fn node<'a>(graph: &'a [Json], reference: &Json) -> &'a Json {
    graph.iter().find(|node| node["@id"] == reference["@id"]).unwrap()
}

fn ids(value: &Json) -> Vec<&str> {
    match value {
        Json::Array(values) => values.iter().map(|one| one["@id"].as_str().unwrap()).collect(),
        Json::Null => Vec::new(),
        one => vec![one["@id"].as_str().unwrap()],
    }
}

fn named<'a>(graph: &'a [Json], name: &str) -> Vec<&'a Json> {
    graph.iter().filter(|node| node["uco-core:name"] == name).collect()
}

#[test]
fn the_same_description_gives_the_same_bytes_and_another_others() {
    assert_eq!(write(&description()), write(&description()));
    let mut other = description();
    other.items[0].sha256 = [1; 32];
    assert_ne!(write(&description()), write(&other));
}

#[test]
fn every_node_has_one_identifier_that_ends_with_a_uuid_and_every_reference_leads_to_a_node() {
    fn references<'a>(value: &'a Json, found: &mut Vec<&'a str>) {
        match value {
            Json::Array(values) => values.iter().for_each(|value| references(value, found)),
            Json::Object(fields) => {
                found.extend(fields.get("@id").and_then(Json::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            _ => {}
        }
    }
    let graph = graph(&description());
    let known: HashSet<&str> = graph.iter().map(|node| node["@id"].as_str().unwrap()).collect();
    assert_eq!(known.len(), graph.len());
    for id in &known {
        let uuid: Uuid = id.strip_prefix("urn:uuid:").unwrap().parse().unwrap();
        assert_eq!(uuid.get_version_num(), 5);
    }
    let mut found = Vec::new();
    graph.iter().for_each(|node| references(node, &mut found));
    assert!(found.iter().all(|id| known.contains(id)));
}

#[test]
fn an_item_has_its_exhibit_number_its_size_and_both_hashes() {
    let graph = graph(&description());
    let record = of_type(&graph, "case-investigation:ProvenanceRecord")[0];
    assert_eq!(record["case-investigation:exhibitNumber"], "LYON/26/0017-1");
    let file = node(&graph, &record["uco-core:object"]);
    assert_eq!(file["@type"], serde_json::json!(["uco-observable:File", "uco-observable:Image"]));
    let content = node(&graph, &file["uco-core:hasFacet"][1]);
    assert_eq!(content["uco-observable:sizeInBytes"]["@value"], "64021504000");
    let hashes = content["uco-observable:hash"].as_array().unwrap();
    let hashes: Vec<_> = hashes.iter().map(|hash| node(&graph, hash)).collect();
    assert_eq!(hashes[0]["uco-types:hashMethod"], "SHA256");
    assert_eq!(hashes[0]["uco-types:hashValue"]["@value"], "3c".repeat(32));
    assert_eq!(hashes[1]["uco-types:hashMethod"], "BLAKE3");
    assert_eq!(hashes[1]["uco-types:hashValue"]["@value"], "5e".repeat(32));
}

#[test]
fn a_part_lies_in_its_whole_and_says_under_which_exhibit() {
    let graph = graph(&description());
    let parts: Vec<_> = of_type(&graph, "uco-core:Relationship")
        .into_iter()
        .filter(|relation| relation["uco-core:kindOfRelationship"] == "Contained_Within")
        .collect();
    let id = |number| format!("urn:uuid:{}", item::node_of(item_id(number)));
    assert_eq!(ids(&parts[0]["uco-core:source"]), [id(2)]);
    assert_eq!(ids(&parts[0]["uco-core:target"]), [id(1)]);
    assert_eq!(ids(&parts[1]["uco-core:target"]), [id(9)]);
    assert_eq!(node(&graph, &parts[1]["uco-core:target"])["@type"], "uco-observable:ObservableObject");
    let records = of_type(&graph, "case-investigation:ProvenanceRecord");
    assert_eq!(records[1]["case-investigation:rootExhibitNumber"], "LYON/26/0017-1");
    assert_eq!(records[2].get("case-investigation:rootExhibitNumber"), None);
}

#[test]
fn the_seizure_the_acquisition_and_its_custody_inform_one_another() {
    let graph = graph(&description());
    let seizure = named(&graph, "seizure")[0];
    let acquired = named(&graph, "acquisition")[0];
    assert_eq!(ids(&acquired["case-investigation:wasInformedBy"]), ids(&Json::from(vec![seizure.clone()])));
    assert_eq!(ids(&acquired["uco-action:instrument"]).len(), 3);
    let error = node(&graph, &acquired["uco-action:error"]);
    assert_eq!(error["uco-core:tag"], "deviation");
    let events: Vec<_> = graph
        .iter()
        .filter(|node| node["uco-core:name"].as_str().is_some_and(|name| name.starts_with("custody: ")))
        .collect();
    let before = |place: usize| ids(&events[place]["case-investigation:wasInformedBy"]);
    let id = |place: usize| events[place]["@id"].as_str().unwrap();
    assert_eq!(before(0), [acquired["@id"].as_str().unwrap()]);
    assert_eq!(before(1), [id(0)]);
    assert_eq!(before(2), [""; 0], "the event before it is missing");
    assert_eq!(before(3), [id(2)], "an acceptance is informed by the offer");
    assert_eq!(before(4), [id(3)]);
}

#[test]
fn an_offer_that_nobody_answered_is_pending() {
    let graph = graph(&description());
    let offers = named(&graph, "custody: transferred");
    let status = |offer: &Json| offer["uco-action:actionStatus"].clone();
    assert_eq!(offers.into_iter().map(status).collect::<Vec<_>>(), ["Complete/Finish", "Pending"]);
}

#[test]
fn a_configured_tool_names_its_settings() {
    let graph = graph(&description());
    let tools = of_type(&graph, "uco-tool:ConfiguredTool");
    assert_eq!(tools.len(), 1, "one tool for all items");
    let configuration = node(&graph, &tools[0]["uco-configuration:usesConfiguration"]);
    let entry = node(&graph, &configuration["uco-configuration:configurationEntry"][1]);
    assert_eq!(entry["uco-configuration:itemName"], "conv");
    assert_eq!(entry["uco-configuration:itemValue"], "noerror,sync");
}

#[test]
fn an_order_is_an_authorization_with_law_and_instrument() {
    let graph = graph(&description());
    let order = of_type(&graph, "case-investigation:Authorization")[0];
    assert_eq!(order["case-investigation:authorizationIdentifier"], "Order 2026/114 of 8 March 2026");
    let instrument = node(&graph, &order["uco-core:externalReference"]);
    assert_eq!(instrument["uco-core:externalIdentifier"], "BUDAPEST art. 31");
    let investigation = of_type(&graph, "case-investigation:Investigation")[0];
    assert_eq!(investigation["case-investigation:relevantAuthorization"]["@id"], order["@id"]);
}

#[test]
fn a_hostile_name_is_kept_exactly_and_shows_nothing_hidden_in_the_file() {
    let text = write(&description()).unwrap();
    let hides = |letter: char| letter != ' ' && letter != '\n' && crate::evidence::is_hidden(letter);
    assert!(!text.contains(hides));
    let graph = graph(&description());
    let names: Vec<_> = of_type(&graph, "uco-observable:FileFacet")
        .into_iter()
        .map(|facet| facet["uco-observable:fileName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["telephone.dd", HOSTILE, "r⟨0xE9⟩ponse.mbox"]);
    assert!(text.contains(r"\u000a\u202egpj.exe\u200b <script> صورة é"));
    assert!(text.contains(&crate::evidence::hex(b"r\xe9ponse.mbox")));
}

#[test]
fn an_item_that_stands_twice_is_refused() {
    let mut twice = description();
    twice.items.push(twice.items[0].clone());
    assert_eq!(write(&twice), Err(CaseError::Twice(item_id(1))));
}

#[test]
fn parts_of_a_name_do_not_run_into_one_another() {
    assert_ne!(name("tool", &["a", "bc"]), name("tool", &["ab", "c"]));
    assert_ne!(name("tool", &["a\n1 b"]), name("tool", &["a", "b"]));
}

proptest::proptest! {
    #[test]
    fn every_text_comes_back_as_it_was(text in proptest::prelude::any::<String>(), bytes in proptest::collection::vec(0u8.., 1..20)) {
        let mut any = description();
        any.case_reference = text.clone();
        any.items[0].name = bytes;
        let graph = graph(&any);
        let investigation = of_type(&graph, "case-investigation:Investigation")[0];
        proptest::prop_assert_eq!(investigation["uco-core:name"].as_str(), Some(text.as_str()));
    }
}

#[test]
fn a_thousand_items_with_ten_thousand_events_are_written_in_seconds() {
    let mut large = description();
    let model = large.items[0].clone();
    large.items =
        (0..1000u64).map(|number| Item { id: ItemId::new(number, [1; 10]), ..model.clone() }).collect();
    for item in &mut large.items {
        let events = item.custody.clone();
        item.custody.extend(events);
    }
    let begun = Instant::now();
    let size = write(&large).unwrap().len();
    println!("{size} bytes in {:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(20), "without optimisation, beside other tests");
}
