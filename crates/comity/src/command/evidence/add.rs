//! `comity evidence add`: files and folders into the vault, hashed first, and gone on with after any interruption.

mod batch;
mod describe;
mod found;
mod hashes;
mod known;
mod progress;
mod upload;

pub use describe::TEMPLATE;
pub use found::no_links;
pub use progress::Progress;

use super::{text::table, wire::Wire};
use crate::{cli::evidence::Add, failure::Failure, output::print};
use describe::Description;
use found::{Files, Found, LeftOut};
use futures_util::{StreamExt, stream};
use hashes::Counted;
use known::Known;
use serde::Serialize;
use serde_json::{Value, json};

/// What all files of one command share.
pub struct Sending<'a> {
    wire: Wire<'a>,
    add: &'a Add,
    description: &'a Description,
    known: Known,
    progress: Progress,
}

impl Sending<'_> {
    /// What the node is told of a file.
    fn description_of(&self, file: &Counted) -> Value {
        let Counted { file, sha256 } = file;
        self.description.of(self.add, &file.name, &file.exhibit, &sha256.to_string())
    }
}

/// What became of a file, in a line of the table.
#[derive(Debug, Serialize)]
struct Line {
    exhibit: String,
    name: String,
    path: String,
    size: u64,
    sha256: Option<String>,
    item: Option<String>,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    TakenIn,
    AlreadyIn,
    Failed,
}

pub async fn run(add: &Add, as_json: bool) -> Result<(), Failure> {
    let description = Description::read(add)?;
    let files = found::find(&add.paths, description.exhibit()?)?;
    // Before hours of hashing: does the node answer, is the password right, is there such a case?
    let wire = Wire::of(&add.remote).await?;
    let known = Known::of(&wire, add.case).await?;
    wire.get(&format!("/cases/{}", add.case)).await?;
    let Files { found, skipped, failed } = files;
    let jobs = usize::from(add.jobs);
    let mut lines: Vec<Line> = failed.into_iter().map(unreadable).collect();
    let mut counted = Vec::new();
    for hashed in hashes::hash_all(found, jobs, as_json).await {
        match hashed {
            Ok(file) => counted.push(file),
            Err((file, failure)) => lines.push(line(&file, None, State::Failed, Err(failure))),
        }
    }
    let total = counted.iter().map(|file| file.file.size).sum();
    let progress = Progress::begin(as_json, "sending", total);
    let sending = Sending { wire, add, description: &description, known, progress };
    lines.extend(send_all(&sending, counted, jobs).await);
    drop(sending);
    tell(lines, &skipped, as_json)
}

async fn send_all(sending: &Sending<'_>, files: Vec<Counted>, jobs: usize) -> Vec<Line> {
    let asked = files.into_iter().map(|file| async {
        let was = sending.known.item_of(&sending.wire, &file).await;
        (file, was)
    });
    let asked: Vec<_> = stream::iter(asked).buffered(jobs).collect().await;
    let (mut lines, mut open) = (Vec::new(), Vec::new());
    for (file, was) in asked {
        match was {
            Ok(None) => open.push(file),
            Ok(Some(item)) => {
                sending.progress.share().add(file.file.size);
                lines.push(counted_line(&file, State::AlreadyIn, Ok(item)));
            }
            Err(failure) => lines.push(counted_line(&file, State::Failed, Err(failure))),
        }
    }
    let (small, large): (Vec<_>, Vec<_>) = open.into_iter().partition(|file| file.file.size < batch::SMALL);
    let batches = batch::batches(small).into_iter().map(|batch| batch::send(sending, batch));
    let small: Vec<_> = stream::iter(batches).buffered(jobs).collect().await;
    let uploads = large.into_iter().map(|file| async {
        let became = upload::send(sending, &file).await;
        (file, became)
    });
    let large: Vec<_> = stream::iter(uploads).buffered(jobs).collect().await;
    let all = small.into_iter().flatten().chain(large);
    lines.extend(all.map(|(file, became)| counted_line(&file, State::TakenIn, became)));
    lines
}

fn counted_line(file: &Counted, state: State, became: Result<String, Failure>) -> Line {
    line(&file.file, Some(file.sha256.to_string()), state, became)
}

fn line(file: &Found, sha256: Option<String>, state: State, became: Result<String, Failure>) -> Line {
    let (name, path) = (file.name.display(), file.path.display().to_string());
    let (exhibit, size) = (file.exhibit.clone(), file.size);
    match became {
        Ok(item) => Line { exhibit, name, path, size, sha256, item: Some(item), state, error: None },
        Err(failure) => {
            let error = Some(failure.to_string());
            Line { exhibit, name, path, size, sha256, item: None, state: State::Failed, error }
        }
    }
}

fn unreadable(left: LeftOut) -> Line {
    let path = left.path.display().to_string();
    let (state, error) = (State::Failed, Some(left.why));
    let name = path.escape_debug().to_string();
    Line { exhibit: "-".into(), name, path, size: 0, sha256: None, item: None, state, error }
}

fn tell(mut lines: Vec<Line>, skipped: &[LeftOut], as_json: bool) -> Result<(), Failure> {
    // In the order of their names, as they were numbered: `A7/10` comes after `A7/9`.
    lines.sort_by(|one, other| (one.exhibit.len(), &one.exhibit).cmp(&(other.exhibit.len(), &other.exhibit)));
    let failed = lines.iter().filter(|line| line.state == State::Failed).count();
    let left_out = |one: &LeftOut| json!({ "path": one.path.display().to_string(), "why": one.why });
    let skipped_json: Vec<Value> = skipped.iter().map(left_out).collect();
    let whole = json!({ "items": lines, "skipped": skipped_json, "failed": failed });
    print(as_json, &whole, || in_words(&lines, skipped));
    match failed {
        0 => Ok(()),
        failed => Err(Failure::DoesNotHold(format!(
            "{failed} of {} files were not taken in; the same command goes on with them",
            lines.len()
        ))),
    }
}

fn in_words(lines: &[Line], skipped: &[LeftOut]) -> String {
    let heading = ["EXHIBIT", "NAME", "BYTES", "SHA-256", "ITEM"].map(str::to_owned).to_vec();
    let row = |line: &&Line| {
        let was = if line.state == State::AlreadyIn { " (was in already)" } else { "" };
        let item = format!("{}{was}", line.item.as_deref().unwrap_or("-"));
        let sha256 = line.sha256.clone().unwrap_or_else(|| "-".to_owned());
        vec![line.exhibit.clone(), line.name.clone(), line.size.to_string(), sha256, item]
    };
    let done: Vec<Vec<String>> =
        lines.iter().filter(|line| line.error.is_none()).map(|line| row(&line)).collect();
    let none = done.is_empty();
    let mut text =
        if none { "nothing was taken in".to_owned() } else { table(&[vec![heading], done].concat()) };
    for one in skipped {
        text.push_str(&format!("\nskipped: `{}` {}", one.path.display().to_string().escape_debug(), one.why));
    }
    for line in lines {
        if let Some(error) = &line.error {
            text.push_str(&format!("\nFAILED {} {}: {error}", line.exhibit, line.name));
        }
    }
    text
}
