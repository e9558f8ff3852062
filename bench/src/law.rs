//! The legal engine: the whole matrix of an instrument, one answer with its pathways, one check of a claimed basis, and
//! the start of it all. Beside each the least that any engine would have to do: to look an answer up, or to write it down.

use crate::{
    federation::program,
    report::{Fallible, Section, share},
};
use comity_law::{
    Instrument, Law, Need, Place,
    basis::{Claim, check},
    pathway::{Facts, Question, pathways},
    relation::matrix::{Cell, Matrix, matrix},
    set::{DataSet, shipped::shipped},
};
use comity_model::{Jurisdiction, message::MessageKind};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use std::{
    collections::HashMap,
    hint::black_box,
    time::{Duration, Instant},
};
use tokio::process::Command;

/// The day of all questions: every act in the tables applies.
const ON: Date = date(2026, 11, 21);
/// Member states with each other and with Denmark, accessions accepted and not, a territory, a province, next to nothing.
const PAIRS: [(&str, &str); 9] = [
    ("FR", "DE"),
    ("FR", "DK"),
    ("ES", "MA"),
    ("FR", "MA"),
    ("GB", "FR"),
    ("HK", "KR"),
    ("CA-AB", "GB"),
    ("FR", "US"),
    ("IN", "SA"),
];
const STARTS: usize = 20;

/// All of it.
pub async fn measure() -> Fallible<Section> {
    let mut section = Section::new("legal engine");
    start(&mut section);
    matrices(&mut section);
    answers(&mut section)?;
    checks(&mut section)?;
    processes(&mut section).await?;
    section.note("one core; a floor is what remains of the work if the answer is known: one lookup in a hash map for each pair, or a copy of the finished answer");
    Ok(section)
}

/// Microseconds of one run on one core, over a quarter of a second.
fn each<T>(mut run: impl FnMut() -> T) -> f64 {
    let (begun, mut runs) = (Instant::now(), 0u32);
    while begun.elapsed() < Duration::from_millis(250) {
        black_box(run());
        runs += 1;
    }
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(runs.max(1))
}

fn start(section: &mut Section) {
    let read = each(|| DataSet::read(&shipped()).map(|set| Law::from_sets(&[set]))) / 1e3;
    section.figure("reading and indexing the shipped tables, once a process", read, "ms");
}

fn matrices(section: &mut Section) {
    let law = Law::shipped();
    let took = |instrument: &Instrument| (*instrument, each(|| matrix(law, *instrument, ON)) / 1e3);
    let all: Vec<(Instrument, f64)> = Instrument::ALL.iter().map(took).collect();
    let hague = all.iter().find(|(instrument, _)| *instrument == Instrument::Hague1980);
    section.under("whole matrix of HAGUE_1980", hague.map_or(0.0, |(_, took)| *took), "ms", 100.0);
    let slowest = all.iter().map(|(_, took)| *took).fold(0.0, f64::max);
    section.under("whole matrix of the slowest instrument", slowest, "ms", 100.0);
    let known = matrix(law, Instrument::Hague1980, ON);
    let places = known.places();
    section.figure("pairs of a matrix", (places.len() * places.len()) as f64, "");
    section.figure("floor: as many lookups in a hash map", looked_up(places, &answers_of(&known)), "ms");
}

type Known = HashMap<(Jurisdiction, Jurisdiction), Cell>;

fn answers_of(known: &Matrix) -> Known {
    let places = known.places();
    let pairs = places.iter().flat_map(|one| places.iter().map(|other| (*one, *other)));
    pairs.filter_map(|pair| Some((pair, known.cell(pair.0, pair.1)?))).collect()
}

/// Milliseconds to write down every answer of a hash map by its pair.
fn looked_up(places: &[Jurisdiction], known: &Known) -> f64 {
    let write = || -> Vec<Option<Cell>> {
        let pairs = places.iter().flat_map(|one| places.iter().map(|other| (*one, *other)));
        pairs.map(|pair| known.get(&pair).copied()).collect()
    };
    each(write) / 1e3
}

/// The question with much to say: every fact is given, so that every rule has work.
fn question(need: Need, (from, to): (&str, &str)) -> Fallible<Question> {
    let facts = Facts {
        child_born: Some(date(2015, 6, 1)),
        offence: Some("C08".into()),
        enforceable_decision: Some(true),
        electronic: Some(true),
        highest_penalty_years: Some(5),
        ..Facts::default()
    };
    Ok(Question { from: from.parse()?, to: to.parse()?, need, event: Some(date(2026, 9, 1)), on: ON, facts })
}

fn answers(section: &mut Section) -> Fallible<()> {
    let (law, now) = (Law::shipped(), Timestamp::UNIX_EPOCH);
    let (mut times, mut copies) = (Vec::new(), Vec::new());
    for need in Need::ALL {
        for pair in PAIRS {
            let question = question(need, pair)?;
            let answer = pathways(law, &question, now);
            times.push(each(|| pathways(law, &question, now)) / 1e3);
            copies.push(each(|| answer.clone()) / 1e3);
        }
    }
    section.under("one answer with its pathways, every need, nine pairs: mean", mean(&times), "ms", 1.0);
    section.under("the slowest of these", times.iter().copied().fold(0.0, f64::max), "ms", 1.0);
    section.figure("floor: a copy of the finished answer, mean", mean(&copies), "ms");
    Ok(())
}

/// Supported, unknown and contradicted claims, of civil and of criminal matters.
const CLAIMS: [(&str, &str, &str, Option<&str>); 5] = [
    ("HAGUE_1980", "8", "return_of_child", None),
    ("BRUSSELS_IIB", "23, 24, 29(3)", "return_of_child", None),
    ("BUDAPEST", "29", "criminal_investigation", Some("C22")),
    ("OPSC", "6", "criminal_investigation", Some("C08")),
    ("EAW", "17(3)", "judicial_proceedings", Some("C08")),
];

fn checks(section: &mut Section) -> Fallible<()> {
    let law = Law::shipped();
    let (mut times, mut copies) = (Vec::new(), Vec::new());
    for (from, to) in PAIRS {
        let (from, to): (Place, [Place; 1]) = (from.parse()?, [to.parse()?]);
        for claim in CLAIMS {
            let claim = claimed(claim, &from, &to);
            let found = check(law, &claim);
            times.push(each(|| check(law, &claim)));
            copies.push(each(|| found.clone()));
        }
    }
    section.under("one check of a claimed basis, five claims, nine pairs: mean", mean(&times), "µs", 50.0);
    section.under("the slowest of these", times.iter().copied().fold(0.0, f64::max), "µs", 50.0);
    section.figure("floor: a copy of the finished finding, mean", mean(&copies), "µs");
    Ok(())
}

fn claimed<'a>(
    (instrument, article, purpose, offence): (&'a str, &'a str, &'a str, Option<&'a str>),
    from: &'a Place,
    to: &'a [Place],
) -> Claim<'a> {
    Claim {
        instrument,
        article,
        kind: MessageKind::Information,
        purpose,
        from,
        to,
        on: ON,
        event: Some(date(2026, 9, 1)),
        child_born: Some(date(2015, 6, 1)),
        offence,
    }
}

fn mean(times: &[f64]) -> f64 {
    times.iter().sum::<f64>() / times.len().max(1) as f64
}

/// The program from start to end, and beside it a start that does nothing.
async fn processes(section: &mut Section) -> Fallible<()> {
    let asked = ["law", "relation", "HAGUE_1980", "FR", "MA", "--on", "2024-05-01", "--json"];
    let relation = started(&asked).await?;
    section.figure("`comity law relation` from start to end, median of 20", share(&relation, 0.5), "ms");
    let nothing = started(&["--version"]).await?;
    section.figure("floor: `comity --version`, median of 20", share(&nothing, 0.5), "ms");
    Ok(())
}

/// Milliseconds of each run, sorted.
async fn started(arguments: &[&str]) -> Fallible<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let output = Command::new(program()?).args(arguments).output().await?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        if !output.status.success() || output.stdout.is_empty() {
            let fault = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("`comity {}` fails: {fault}", arguments.join(" ")).into());
        }
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}
