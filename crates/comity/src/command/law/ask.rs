//! Questions to the legal engine.

use super::{data, day, text};
use crate::{
    cli::law::{Ask, CheckAsk, DeadlinesAsk, Format, MatrixAsk, OffencesAsk, RelationAsk},
    failure::Failure,
    output::{print, write},
};
use comity_law::{
    Instrument, Language, Law, Place,
    basis::{Claim, Verdict, check as check_claim},
    deadline::{Matter, deadlines as deadlines_of, late, triggers},
    memo::memo,
    offence::{concepts, dual_criminality},
    pathway::{Facts, Question, pathways as pathways_of},
    phrase::{flatten, localise},
    relation::matrix::matrix as matrix_of,
};
use comity_model::{Jurisdiction, legal::LawAnswer, message::MessageKind};
use comity_node::law::print_memo;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::io::BufRead;

/// An answer as JSON in a language, each phrase as its sentence.
fn plain<T: Serialize>(answer: &T, language: Language) -> Value {
    let mut value = serde_json::to_value(answer).unwrap_or_default();
    localise(&mut value, language);
    flatten(&mut value);
    value
}

pub fn pathways(ask: &Ask, as_json: bool) -> Result<(), Failure> {
    let law = data::law(&ask.data)?;
    let question = question(ask)?;
    let answer = pathways_of(&law, &question, Timestamp::now());
    if let Some(path) = &ask.pdf {
        let bytes = print_memo(&answer, ask.language, question.on).map_err(Failure::failed)?;
        std::fs::write(path, bytes).map_err(|fault| Failure::file(path, &fault))?;
    }
    print(as_json, &plain(&answer, ask.language), || memo(&answer, ask.language).text());
    Ok(())
}

fn question(ask: &Ask) -> Result<Question, Failure> {
    let missing = || Failure::Usage("name two states and a need; see `comity law --help`".into());
    Ok(Question {
        from: ask.from.clone().ok_or_else(missing)?,
        to: ask.to.clone().ok_or_else(missing)?,
        need: ask.need.ok_or_else(missing)?,
        event: ask.event,
        on: day(ask.on),
        facts: Facts {
            child_born: ask.child_born,
            offence: ask.offence.clone(),
            enforceable_decision: ask.decision.then_some(true),
            electronic: ask.electronic.then_some(true),
            emergency: ask.emergency.then_some(true),
            highest_penalty_years: ask.penalty,
            events: data::events(&ask.at)?,
            zone: ask.zone.clone(),
        },
    })
}

/// One question of a line of JSON.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RelationQuestion {
    instrument: Instrument,
    #[serde(alias = "one")]
    from: Place,
    #[serde(alias = "other")]
    to: Place,
    on: Option<Date>,
}

pub fn relation(ask: &RelationAsk, as_json: bool) -> Result<(), Failure> {
    let law = data::law(&ask.data)?;
    if ask.stdin {
        return relations_of_lines(&law, ask);
    }
    let missing = || Failure::Usage("name an instrument and two states".into());
    let question = RelationQuestion {
        instrument: ask.instrument.ok_or_else(missing)?,
        from: ask.one.clone().ok_or_else(missing)?,
        to: ask.other.clone().ok_or_else(missing)?,
        on: ask.on,
    };
    let answer = relation_answer(&law, &question, ask);
    print(as_json, &answer, || text::relation(&answer));
    Ok(())
}

fn relation_answer(law: &Law, question: &RelationQuestion, ask: &RelationAsk) -> Value {
    let on = day(question.on.or(ask.on));
    let relation = law.relation(question.instrument, &question.from, &question.to, on);
    let mut answer = plain(&relation, ask.language);
    answer["instrument"] = json!(question.instrument);
    answer["from"] = json!(question.from);
    answer["to"] = json!(question.to);
    answer["on"] = json!(on);
    answer["data_set"] = json!(law.name());
    answer["dated"] = json!(law.dated());
    answer
}

/// Answers each line with a line; a line that is no question is answered with what is wrong, and the rest goes on.
fn relations_of_lines(law: &Law, ask: &RelationAsk) -> Result<(), Failure> {
    let mut wrong = 0_usize;
    for (number, line) in (1_usize..).zip(std::io::stdin().lock().lines()) {
        let line = line.map_err(Failure::failed)?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str::<RelationQuestion>(&line) {
            Ok(question) => relation_answer(law, &question, ask),
            Err(fault) => {
                wrong += 1;
                json!({ "error": fault.to_string(), "line": number })
            }
        };
        write(&format!("{answer}\n"));
    }
    if wrong == 0 { Ok(()) } else { Err(Failure::Usage(format!("{wrong} lines are no question"))) }
}

/// One line of a relation table.
#[derive(Debug, Serialize)]
pub struct Row {
    pub one: Jurisdiction,
    pub other: Jurisdiction,
    pub state: LawAnswer,
    pub since: Option<Date>,
}

pub fn matrix(ask: &MatrixAsk, as_json: bool) -> Result<(), Failure> {
    let law = data::law(&ask.data)?;
    let on = day(ask.on);
    let matrix = matrix_of(&law, ask.instrument, on);
    let row = |one: Jurisdiction| {
        let cells = matrix.of(one).filter(|(_, cell)| ask.all || cell.state != LawAnswer::Unknown);
        cells.map(move |(other, cell)| Row { one, other, state: cell.state, since: cell.since })
    };
    let rows: Vec<Row> = match ask.of {
        Some(one) => row(one).collect(),
        None => matrix.places().iter().copied().flat_map(row).collect(),
    };
    let format = if as_json { Format::Json } else { ask.format };
    let written = match format {
        Format::Text => text::matrix(ask, on, &law, &rows),
        Format::Csv => text::csv(&rows),
        Format::Json => {
            let head =
                json!({ "instrument": ask.instrument, "on": on, "data_set": law.name(), "relations": rows });
            format!("{head}\n")
        }
    };
    match &ask.out {
        Some(path) => std::fs::write(path, written).map_err(|fault| Failure::file(path, &fault)),
        None => {
            write(&written);
            Ok(())
        }
    }
}

pub fn deadlines(ask: &DeadlinesAsk, as_json: bool) -> Result<(), Failure> {
    let law = data::law(&ask.data)?;
    let instruments: Vec<Instrument> = match ask.instrument {
        Some(one) => vec![one],
        None => Instrument::ALL.to_vec(),
    };
    if ask.triggers {
        let all: Vec<_> = instruments.iter().flat_map(|one| triggers(&law, *one)).collect();
        let answer = plain(&all, ask.language);
        print(as_json, &answer, || text::triggers(&answer));
        return Ok(());
    }
    let missing = || Failure::Usage("name the requesting and the requested state".into());
    let matter = Matter {
        from: ask.from.clone().ok_or_else(missing)?,
        to: ask.to.clone().ok_or_else(missing)?,
        events: data::events(&ask.at)?,
        zone: ask.zone.clone(),
    };
    let now = ask.now.unwrap_or_else(Timestamp::now);
    let all: Vec<_> = if ask.late {
        late(&law, &matter, now).into_iter().filter(|one| instruments.contains(&one.instrument)).collect()
    } else {
        instruments.iter().flat_map(|one| deadlines_of(&law, *one, &matter, now)).collect()
    };
    let answer = plain(&all, ask.language);
    print(as_json, &answer, || text::deadlines(&answer));
    Ok(())
}

pub fn offences(ask: &OffencesAsk, as_json: bool) -> Result<(), Failure> {
    let law = data::law(&ask.data)?;
    if let (Some(from), Some(to), Some(concept)) = (&ask.from, &ask.to, &ask.concept) {
        let found = dual_criminality(&law, from, to, concept, day(ask.on));
        let found = found.ok_or_else(|| unknown_concept(concept))?;
        let answer = plain(&found, ask.language);
        print(as_json, &answer, || text::dual_criminality(&answer));
        return Ok(());
    }
    let all = concepts(&law);
    let wanted: Vec<_> =
        all.iter().filter(|one| ask.concept.as_ref().is_none_or(|wanted| *wanted == one.id)).collect();
    if let (Some(concept), true) = (&ask.concept, wanted.is_empty()) {
        return Err(unknown_concept(concept));
    }
    let answer = plain(&wanted, ask.language);
    print(as_json, &answer, || text::offences(&answer));
    Ok(())
}

fn unknown_concept(concept: &str) -> Failure {
    Failure::NotFound(format!("`{concept}` is no offence concept; `comity law offences` lists them"))
}

pub fn check(ask: &CheckAsk, as_json: bool) -> Result<(), Failure> {
    let law = data::law(&ask.data)?;
    let kind: MessageKind = serde_json::from_value(json!(ask.kind))
        .map_err(|_| Failure::Usage(format!("`{}` is no kind of message; try `information`", ask.kind)))?;
    let claim = Claim {
        instrument: &ask.instrument,
        article: &ask.article,
        kind,
        purpose: &ask.purpose,
        from: &ask.from,
        to: &ask.to,
        on: day(ask.on),
        event: ask.event,
        child_born: ask.child_born,
        offence: ask.offence.as_deref(),
    };
    let assessment = check_claim(&law, &claim);
    let answer = plain(&assessment, ask.language);
    print(as_json, &answer, || text::assessment(&answer));
    match assessment.verdict {
        Verdict::Contradicted => Err(Failure::DoesNotHold("the tables contradict this basis".into())),
        Verdict::Supported | Verdict::Unknown => Ok(()),
    }
}
