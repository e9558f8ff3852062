//! `comity hashset search`: files are hashed here, and only their hashes are sent.

use crate::{
    api::Api,
    cli::hashset::Search,
    command::{
        evidence::text::{list, objects, said},
        matching::hashes::asked::{Asked, word},
    },
    failure::Failure,
    output::print,
};
use serde_json::{Value, json};
use std::{collections::HashMap, fmt::Write};

/// Most digests of one question.
const DIGESTS: usize = 4_096;
/// Most PDQ hashes of one question.
const PICTURES: usize = 1_024;

/// Hashes as a node is asked for them, each with the place of what was asked.
#[derive(Default)]
struct Question {
    hashes: Vec<(String, usize)>,
    pdq: Vec<(String, usize)>,
}

/// Asks the node, in as many questions as it takes.
pub async fn run(ask: &Search, as_json: bool) -> Result<(), Failure> {
    let asked = Asked::of(&ask.files, &ask.hashes, ask.list.as_deref(), ask.quality)?;
    let question = Question::of(&asked);
    if question.hashes.is_empty() && question.pdq.is_empty() {
        return Err(Failure::Usage("there is nothing to ask for; the list is empty".to_owned()));
    }
    let api = Api::of(&ask.remote).await?;
    let mut told = Told::default();
    for part in question.parts() {
        let answer = api.post("/hash-sets/search", &body(ask, &part)).await?;
        told.add(answer, &part, &asked.names);
    }
    let told = told.whole();
    print(as_json, &told, || shown(&told));
    complete(ask, &told)
}

impl Question {
    fn of(asked: &Asked) -> Self {
        let mut question = Self::default();
        for (algorithm, (digests, of)) in &asked.digests {
            let each = digests.chunks(algorithm.length()).zip(of);
            let written = |(digest, at): (&[u8], &usize)| {
                (format!("{}:{}", word(*algorithm), hex::encode(digest)), *at)
            };
            question.hashes.extend(each.map(written));
        }
        question.pdq.extend(asked.pdq.iter().map(|(hash, at)| (hash.to_string(), *at)));
        question
    }

    /// In parts that a node takes.
    fn parts(&self) -> Vec<Self> {
        let hashes = self.hashes.chunks(DIGESTS).map(<[_]>::to_vec);
        let mut parts: Vec<Self> = hashes.map(|hashes| Self { hashes, pdq: Vec::new() }).collect();
        for (number, pdq) in self.pdq.chunks(PICTURES).enumerate() {
            match parts.get_mut(number) {
                Some(part) => part.pdq = pdq.to_vec(),
                None => parts.push(Self { hashes: Vec::new(), pdq: pdq.to_vec() }),
            }
        }
        parts
    }
}

fn body(ask: &Search, part: &Question) -> Value {
    let texts = |list: &[(String, usize)]| list.iter().map(|(text, _)| text.clone()).collect::<Vec<_>>();
    let mut body = json!({
        "hashes": texts(&part.hashes), "pdq": texts(&part.pdq), "distance": ask.distance, "reason": ask.reason,
    });
    if !ask.sets.is_empty() {
        body["sets"] = json!(ask.sets);
    }
    if let Some(case) = ask.case {
        body["case"] = json!(case);
    }
    body
}

/// What the parts' answers come to.
#[derive(Default)]
struct Told {
    leads: Vec<Value>,
    /// Where the lead of a picture stands, by what was asked, set and category.
    pictures: HashMap<String, usize>,
    more: bool,
    /// The last answer, which tells of sets and budget.
    last: Value,
}

impl Told {
    fn add(&mut self, mut answer: Value, part: &Question, names: &[String]) {
        let leads = answer["leads"].take();
        for lead in list(&leads) {
            self.add_lead(lead.clone(), part, names);
        }
        self.more |= answer["more"] == true;
        self.last = answer;
    }

    /// Says of a lead what was asked. Of several variants of a picture the nearest is told.
    fn add_lead(&mut self, mut lead: Value, part: &Question, names: &[String]) {
        let is_picture = lead["of"] == "pdq";
        let asked = if is_picture { &part.pdq } else { &part.hashes };
        let place = lead["index"].as_u64().and_then(|index| usize::try_from(index).ok());
        let Some((hash, at)) = place.and_then(|place| asked.get(place)) else { return };
        let kind = if is_picture { "pdq" } else { hash.split(':').next().unwrap_or_default() };
        if let Some(fields) = lead.as_object_mut() {
            fields.retain(|name, _| name != "of" && name != "index");
        }
        lead["asked"] = json!(names.get(*at));
        lead["hash"] = json!(kind);
        let name = format!("{at} {} {}", lead["set"], lead["category"]);
        let known = if is_picture {
            self.pictures.get(&name).and_then(|known| self.leads.get_mut(*known))
        } else {
            None
        };
        match known {
            Some(known) if known["distance"].as_u64() > lead["distance"].as_u64() => *known = lead,
            Some(_) => {}
            None => {
                if is_picture {
                    self.pictures.insert(name, self.leads.len());
                }
                self.leads.push(lead);
            }
        }
    }

    fn whole(self) -> Value {
        let mut told = self.last;
        told["leads"] = json!(self.leads);
        told["more"] = json!(self.more);
        told
    }
}

fn shown(told: &Value) -> String {
    let columns = [
        ("ASKED", "/asked"),
        ("HASH", "/hash"),
        ("DISTANCE", "/distance"),
        ("SET", "/set_name"),
        ("CATEGORY", "/category"),
        ("ENTRIES", "/entries"),
        ("SOURCE", "/source"),
        ("SCHEME", "/scheme"),
    ];
    let mut text = match list(&told["leads"]) {
        [] => "no lead".to_owned(),
        leads => objects(leads, &columns),
    };
    if told["more"] == true {
        text.push_str("\nthere are more leads than one answer holds; ask for fewer hashes at once");
    }
    for set in list(&told["unsearched"]) {
        let (id, name, why) = (said(&set["set"]), said(&set["name"]), said(&set["why"]));
        let _ = write!(text, "\nnot searched: {id} `{name}` ({why})");
    }
    let sets = list(&told["searched"]).len();
    let left = said(&told["left_today"]);
    let _ = write!(text, "\n{sets} sets searched; you may ask for {left} more hashes today");
    text
}

/// Was every set searched that was to be? One that has ended is missed only by whoever named it.
fn complete(ask: &Search, told: &Value) -> Result<(), Failure> {
    let is_missed = |set: &&Value| !ask.sets.is_empty() || set["why"] == "loading" || set["why"] == "no_room";
    match list(&told["unsearched"]).iter().filter(is_missed).count() {
        0 => Ok(()),
        missed => {
            Err(Failure::DoesNotHold(format!("{missed} hash sets were not searched; see why, and ask again")))
        }
    }
}
