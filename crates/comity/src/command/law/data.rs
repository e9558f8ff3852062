//! The data that a local answer rests on.

use crate::{cli::law::Data, failure::Failure};
use comity_law::{
    Law,
    deadline::Event,
    set::{Bundle, DataSet, SET_TYPE, SetFault},
    time::Moment,
};
use comity_seal::Dsse;
use std::path::Path;

/// The shipped tables with the sets that were named laid over them.
pub fn law(data: &Data) -> Result<Law, Failure> {
    let mut law = Law::shipped().clone();
    for path in &data.sets {
        law = law.with(&set(path)?).map_err(|fault| refused(path, &fault))?;
    }
    let Some(day) = data.as_known_on else { return Ok(law) };
    law.as_known_on(day).cloned().ok_or_else(|| {
        Failure::NotFound(format!(
            "no data set is as old as {day}; the oldest is of {}",
            comity_law::set::shipped::shipped().dated
        ))
    })
}

/// Reads and checks a data set, signed or not. A local answer does not check the signature: a node does, when it loads it.
pub fn set(path: &Path) -> Result<DataSet, Failure> {
    DataSet::read(&bundle(path)?).map_err(|fault| refused(path, &fault))
}

fn bundle(path: &Path) -> Result<Bundle, Failure> {
    let bytes = std::fs::read(path).map_err(|fault| Failure::file(path, &fault))?;
    let payload = match Dsse::from_json(&bytes) {
        Ok(dsse) if dsse.payload_type == SET_TYPE => dsse.payload,
        Ok(dsse) => {
            let given = dsse.payload_type;
            return Err(Failure::Usage(format!("`{}` holds `{given}`, not a data set", path.display())));
        }
        Err(_) => bytes,
    };
    serde_json::from_slice(&payload)
        .map_err(|fault| Failure::Usage(format!("`{}` is no data set: {fault}", path.display())))
}

/// Every fault of a set, one a line.
pub fn refused(path: &Path, fault: &SetFault) -> Failure {
    let name = path.display();
    Failure::DoesNotHold(match fault {
        SetFault::Rows(rows) => {
            let lines = rows.iter().map(|row| format!("\n  {row}"));
            format!("`{name}` is refused as a whole; nothing of it is used:{}", lines.collect::<String>())
        }
        other => format!("`{name}` is refused: {other}"),
    })
}

/// Reads `EVENT=WHEN`, the time being a day or an RFC 3339 instant.
pub fn events(given: &[String]) -> Result<Vec<Event>, Failure> {
    given.iter().map(|text| event(text)).collect()
}

fn event(text: &str) -> Result<Event, Failure> {
    let wrong = || {
        Failure::Usage(format!(
            "`{text}` is no EVENT=WHEN; write a day, 2024-05-01, or an instant, 2024-05-01T10:00:00Z"
        ))
    };
    let (event, when) = text.split_once('=').ok_or_else(wrong)?;
    let at = match when.parse::<jiff::Timestamp>() {
        Ok(instant) => Moment::Instant(instant),
        Err(_) => Moment::Day(when.parse().map_err(|_| wrong())?),
    };
    Ok(Event { event: event.to_owned(), at })
}
