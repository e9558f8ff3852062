use super::*;
use crate::ReportFormat;
use proptest::prelude::*;

/// The smallest alert that the schema takes, with `extra` after `scope` and `info` as given.
fn alert(after_scope: &str, info: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<alert xmlns=\"{NAMESPACE}\">\n<identifier>i</identifier><sender>s@example.org</sender>\n\
         <sent>2026-11-14T19:40:00+01:00</sent><status>Actual</status>\n<msgType>Alert</msgType>\
         <scope>Public</scope>{after_scope}{info}</alert>"
    )
}

fn info(before_end: &str) -> String {
    format!(
        "<info><category>Rescue</category><event>Child Abduction</event><urgency>Immediate</urgency>\
         <severity>Severe</severity><certainty>Likely</certainty>{before_end}</info>"
    )
}

fn refused(text: &str) -> String {
    match read(text) {
        Err(fault) => fault.to_string(),
        Ok(_) => panic!("was read: {text}"),
    }
}

#[test]
fn the_smallest_alert_is_read() {
    let document = read(&alert("", "")).unwrap();
    assert_eq!((document.identifier.as_str(), document.info.len()), ("i", 0));
}

#[test]
fn a_document_type_or_an_entity_of_its_own_is_refused() {
    let bomb = format!("<!DOCTYPE a [<!ENTITY x \"y\">]>{}", alert("<note>&x;</note>", ""));
    assert!(refused(&bomb).contains("document type"));
    assert!(refused(&alert("<note>&x;</note>", "")).contains("entity"));
}

#[test]
fn sent_in_z_is_refused_and_says_what_to_write() {
    let text = alert("", "").replace("+01:00", "Z");
    let fault = refused(&text);
    assert!(fault.contains("alert/sent (line 4)") && fault.contains("-00:00"), "{fault}");
}

#[test]
fn another_namespace_is_refused() {
    assert!(refused(&alert("", "").replace("cap:1.2", "cap:1.1")).contains("namespace"));
    assert!(refused(&alert("<x xmlns=\"urn:other\"/>", "")).contains("namespace"));
}

#[test]
fn an_unknown_or_misplaced_element_is_named_with_its_line() {
    let fault = refused(&alert("\n<colour>red</colour>", ""));
    assert!(fault.contains("alert/colour (line 6)"), "{fault}");
    assert!(refused(&alert("<note>n</note><code>c</code>", "")).contains("alert/code"));
    assert!(refused(&alert("<note lang=\"en\">n</note>", "")).contains("attribute"));
    assert!(refused(&alert("<note>a<b/></note>", "")).contains("text only"));
    assert!(refused(&alert("loose text", "")).contains("only elements"));
}

#[test]
fn what_is_missing_is_named() {
    assert!(
        refused(&alert("", "").replace("<sender>s@example.org</sender>", "")).contains("`sender` is missing")
    );
    assert!(refused(&alert("", &info("").replace("<category>Rescue</category>", ""))).contains("`category`"));
    assert!(refused(&alert("", &info("<area></area>"))).contains("alert/info[1]/area[1]"));
}

#[test]
fn scopes_and_message_types_bring_their_duties() {
    assert!(refused(&alert("", "").replace("Public", "Restricted")).contains("`restriction`"));
    assert!(refused(&alert("", "").replace("Public", "Private")).contains("`addresses`"));
    assert!(refused(&alert("", "").replace(">Alert<", ">Cancel<")).contains("`references`"));
    assert!(refused(&alert("<references>a,b</references>", "")).contains("sender,identifier,sent"));
    assert!(refused(&alert("", "").replace(">i<", ">i j<")).contains("identifier"));
}

#[test]
fn geometry_is_checked() {
    let area = |inside: &str| alert("", &info(&format!("<area><areaDesc>a</areaDesc>{inside}</area>")));
    assert!(read(&area("<polygon>45,4 46,4 46,5 45,4</polygon><circle>45,4 10</circle>")).is_ok());
    for bad in [
        "<polygon>45,4 46,4 46,5 45,5</polygon>",
        "<polygon>95,4 46,4 46,5 95,4</polygon>",
        "<circle>45,190 1</circle>",
        "<ceiling>5</ceiling>",
        "<altitude>1e5</altitude>",
    ] {
        assert!(refused(&area(bad)).contains("alert/info[1]/area[1]"), "{bad}");
    }
}

#[test]
fn a_signature_is_noticed_and_passed_over() {
    let signature = "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo a=\"b\"><X>t</X></SignedInfo></Signature>";
    assert!(read(&alert("", signature)).unwrap().signed);
    assert!(refused(&alert(signature, &info(""))).contains("alert/info"));
}

#[test]
fn truncated_doubled_or_differently_encoded_xml_is_refused() {
    let whole = alert("", "");
    for end in (0..whole.len()).step_by(7) {
        assert!(read(&whole[..end]).is_err(), "{end}");
    }
    assert!(read(&format!("{whole}<alert/>")).is_err());
    assert!(read(&whole.replace("\"1.0\"", "\"1.0\" encoding=\"ISO-8859-1\"")).is_err());
}

#[test]
fn foreign_cap_gives_place_time_and_text_and_no_names() {
    let text = alert(
        "",
        &info(
            "<onset>2026-11-14T18:00:00+01:00</onset><headline>Rose Duval missing</headline>\
             <description>Aged 9 &amp; in red.</description><parameter><valueName>comity:child.family</valueName>\
             <value>Duval</value></parameter><area><areaDesc>Lyon</areaDesc><circle>45.75,4.85 10</circle></area>",
        ),
    );
    let report = read_report(&text, &mut || SubjectId::new(1, [0; 10])).unwrap();
    assert_eq!(report.title, "Child Abduction, Lyon");
    assert_eq!(report.circumstances, "Rose Duval missing\nAged 9 & in red.");
    assert_eq!(report.place.unwrap().position, Some([45.75, 4.85]));
    assert_eq!(report.happened_at, Some("2026-11-14T17:00:00Z".parse().unwrap()));
    assert!(report.subjects.len() == 1 && report.subjects[0].name.is_none());
}

#[test]
fn a_cancellation_a_test_and_a_draft_open_no_case() {
    let reference = "<references>s,i,2026-11-14T19:40:00+01:00</references>";
    for text in [
        alert(reference, &info("")).replace(">Alert<", ">Cancel<"),
        alert("", &info("")).replace(">Actual<", ">Test<"),
        alert("", &info("")).replace(">Actual<", ">Draft<"),
        alert("", ""),
    ] {
        let read = read_report(&text, &mut || SubjectId::new(1, [0; 10]));
        assert!(matches!(read, Err(crate::FormatError::Field { format: ReportFormat::Cap, .. })), "{text}");
    }
}

#[test]
fn nonsense_in_a_parameter_is_named() {
    let parameter = "<parameter><valueName>comity:taker.born</valueName><value>soon</value></parameter>";
    let text = alert("<code>comity:1</code>", &info(parameter));
    let fault = read_report(&text, &mut || SubjectId::new(1, [0; 10])).unwrap_err().to_string();
    assert!(fault.contains("comity:taker.born") && fault.contains("YYYY"), "{fault}");
}

fn text() -> impl Strategy<Value = String> {
    "[\\PC<>&\"'\r\n]{1,24}"
        .prop_map(|text| text.trim_matches([' ', '\t', '\r', '\n']).to_owned())
        .prop_filter("says something", |text| !text.is_empty())
}

fn optional() -> impl Strategy<Value = Option<String>> {
    prop::option::of(text())
}

fn word<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

fn time() -> impl Strategy<Value = CapTime> {
    (0i64..4_000_000_000).prop_map(|second| CapTime::utc(jiff::Timestamp::from_second(second).unwrap()))
}

fn pairs() -> impl Strategy<Value = Vec<CapPair>> {
    prop::collection::vec((text(), text()).prop_map(|(name, value)| CapPair { name, value }), 0..3)
}

fn point() -> impl Strategy<Value = [f64; 2]> {
    (-90.0f64..=90.0, -180.0f64..=180.0).prop_map(|(latitude, longitude)| [latitude, longitude])
}

fn polygon() -> impl Strategy<Value = Polygon> {
    prop::collection::vec(point(), 3..6).prop_filter_map("three corners", |mut points| {
        points.push(points[0]);
        Polygon::new(points).ok()
    })
}

fn area() -> impl Strategy<Value = CapArea> {
    let circles = prop::collection::vec((point(), 0.0f64..20_000.0), 0..2)
        .prop_map(|all| all.into_iter().map(|(at, radius)| Circle::new(at, radius).unwrap()).collect());
    (text(), prop::collection::vec(polygon(), 0..2), circles, pairs(), prop::option::of(-1e6f64..1e6))
        .prop_map(|(description, polygons, circles, geocodes, altitude)| CapArea {
            description,
            polygons,
            circles,
            geocodes,
            altitude,
            ceiling: altitude,
        })
}

fn resource() -> impl Strategy<Value = CapResource> {
    (text(), text(), prop::option::of(any::<u64>()), optional(), optional(), optional()).prop_map(
        |(description, mime_type, size, uri, deref_uri, digest)| CapResource {
            description,
            mime_type,
            size,
            uri,
            deref_uri,
            digest,
        },
    )
}

fn any_info() -> impl Strategy<Value = CapInfo> {
    let words = (
        prop::collection::vec(word(Category::ALL), 1..3),
        prop::collection::vec(word(ResponseType::ALL), 0..2),
        word(Urgency::ALL),
        word(Severity::ALL),
        word(Certainty::ALL),
    );
    let texts = (text(), [(); 7].map(|()| optional()));
    let times = [(); 3].map(|()| prop::option::of(time()));
    let parts =
        (pairs(), pairs(), prop::collection::vec(resource(), 0..2), prop::collection::vec(area(), 0..2));
    (words, texts, times, parts).prop_map(|(words, (event, texts), [effective, onset, expires], parts)| {
        let [audience, sender_name, headline, description, instruction, web, contact] = texts;
        CapInfo {
            language: Some("fr-FR".into()),
            categories: words.0,
            event,
            response_types: words.1,
            urgency: words.2,
            severity: words.3,
            certainty: words.4,
            audience,
            event_codes: parts.0,
            effective,
            onset,
            expires,
            sender_name,
            headline,
            description,
            instruction,
            web,
            contact,
            parameters: parts.1,
            resources: parts.2,
            areas: parts.3,
        }
    })
}

fn any_document() -> impl Strategy<Value = CapDocument> {
    let ids = ("[a-z0-9@.-]{1,12}", "[a-z0-9@.-]{1,12}", time());
    let words = (word(Status::ALL), word(MsgType::ALL), word(Scope::ALL));
    let texts = (optional(), text(), text(), optional(), optional());
    let codes = prop::collection::vec(text(), 0..2);
    (ids, words, texts, codes, prop::collection::vec(any_info(), 0..3)).prop_map(
        |(ids, words, texts, codes, info)| CapDocument {
            identifier: ids.0.clone(),
            sender: ids.1.clone(),
            sent: ids.2,
            status: words.0,
            msg_type: words.1,
            source: texts.0,
            scope: words.2,
            restriction: Some(texts.1),
            addresses: Some(texts.2),
            codes,
            note: texts.3,
            references: vec![CapReference { sender: ids.1, identifier: ids.0, sent: ids.2 }],
            incidents: texts.4,
            info,
            signed: false,
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_unchanged(document in any_document()) {
        prop_assert_eq!(read(&write(&document)).unwrap(), document);
    }
}
