//! CSV in, and CSV or JSON lines out, one row at a time, so that a file may be of any size.

use crate::failure::Failure;
use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Stdout, Write},
    path::Path,
};

/// Opens a file to be read in one go; `-` is standard input.
pub fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = File::open(path).map_err(|fault| Failure::file(path, &fault))?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        return Err(Failure::Usage(format!("`{}` is a folder; give a file", path.display())));
    }
    Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
}

/// A CSV file that is read row by row.
pub struct Table {
    reader: Reader<Box<dyn Read>>,
    name: String,
    columns: Vec<String>,
    record: StringRecord,
}

impl Table {
    /// Opens it and reads the names of its columns.
    pub fn open(path: &Path, delimiter: u8) -> Result<Self, Failure> {
        let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(open(path)? as Box<dyn Read>);
        let name = path.display().to_string();
        let headers = reader.headers().map_err(|fault| broken(&name, &[], fault))?;
        let columns: Vec<String> =
            headers.iter().map(|column| column.trim_start_matches('\u{FEFF}').trim().to_owned()).collect();
        if columns.iter().all(String::is_empty) {
            return Err(Failure::DoesNotHold(format!(
                "`{name}` is empty; its first line must name the columns"
            )));
        }
        Ok(Self { reader, name, columns, record: StringRecord::new() })
    }

    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Where a column stands.
    pub fn find(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known == column)
    }

    /// Where a column stands that must be there.
    pub fn need(&self, column: &str) -> Result<usize, Failure> {
        self.find(column).ok_or_else(|| {
            let known = self.columns.join("`, `");
            Failure::Usage(format!("`{}` has no column `{column}`; it has `{known}`", self.name))
        })
    }

    /// Refuses a file that has one of the columns that are to be added.
    pub fn refuse(&self, added: &[&str]) -> Result<(), Failure> {
        let twice = added.iter().find(|column| self.find(column).is_some());
        twice.map_or(Ok(()), |column| {
            let text = format!("`{}` has a column `{column}` already; give it another name", self.name);
            Err(Failure::Usage(text))
        })
    }

    /// The next row; none at the end.
    pub fn next(&mut self) -> Result<Option<&StringRecord>, Failure> {
        let more = self.reader.read_record(&mut self.record);
        let more = more.map_err(|fault| broken(&self.name, &self.columns, fault))?;
        Ok(more.then_some(&self.record))
    }

    /// The line at which the row begins that was read last.
    pub fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }

    /// A value that does not fit, with its place.
    pub fn wrong(&self, column: &str, why: &str) -> Failure {
        self.wrong_at(self.line(), column, why)
    }

    /// The same for a row that was read before, by its line.
    pub fn wrong_at(&self, line: u64, column: &str, why: &str) -> Failure {
        Failure::DoesNotHold(format!("`{}`, line {line}, column `{column}`: {why}", self.name))
    }
}

/// What is wrong with a CSV file, with line and column.
fn broken(name: &str, columns: &[String], fault: csv::Error) -> Failure {
    let line = fault.position().map_or(1, csv::Position::line);
    let column = |at: usize| columns.get(at).map_or_else(|| (at + 1).to_string(), |name| format!("`{name}`"));
    match fault.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => Failure::DoesNotHold(format!(
            "`{name}`, line {line}, column {}: {len} fields where the first line has {expected_len}; look for a quote or \
             a delimiter too many or too few",
            column((*len).min(*expected_len) as usize),
        )),
        ErrorKind::Utf8 { err, .. } => Failure::DoesNotHold(format!(
            "`{name}`, line {line}, column {}: byte {} is not UTF-8; save the file as UTF-8",
            column(err.field()),
            err.valid_up_to() + 1,
        )),
        _ => Failure::Failed(format!("`{name}`: {fault}")),
    }
}

/// One value of an answer.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    /// A text.
    Text(&'a str),
    /// A number with six decimals.
    Score(f64),
    /// A count.
    Count(u64),
    /// Nothing.
    None,
}

/// Answers in rows: CSV with a first line of names, or one JSON object a line.
pub struct Rows {
    out: Out,
    columns: Vec<String>,
}

enum Out {
    Csv(Box<csv::Writer<Stdout>>),
    Json(BufWriter<Stdout>),
}

impl Rows {
    /// Begins an answer with these columns.
    pub fn begin<T: AsRef<str>>(as_json: bool, columns: &[T]) -> Result<Self, Failure> {
        let columns: Vec<String> = columns.iter().map(|column| column.as_ref().to_owned()).collect();
        let mut out = if as_json {
            Out::Json(BufWriter::with_capacity(1 << 16, io::stdout()))
        } else {
            Out::Csv(Box::new(csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(io::stdout())))
        };
        if let Out::Csv(writer) = &mut out {
            writer.write_record(&columns).map_err(unwritable)?;
        }
        Ok(Self { out, columns })
    }

    /// Writes one row, a cell for each column.
    pub fn row<'a>(&mut self, cells: impl Iterator<Item = Cell<'a>>) -> Result<(), Failure> {
        match &mut self.out {
            Out::Csv(writer) => csv_row(writer, cells).map_err(unwritable),
            Out::Json(out) => json_row(out, &self.columns, cells).map_err(lost),
        }
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> Result<(), Failure> {
        match &mut self.out {
            Out::Csv(writer) => writer.flush(),
            Out::Json(out) => out.flush(),
        }
        .map_err(lost)
    }
}

fn csv_row<'a>(
    writer: &mut csv::Writer<Stdout>,
    cells: impl Iterator<Item = Cell<'a>>,
) -> Result<(), csv::Error> {
    for cell in cells {
        match cell {
            Cell::Text(text) => writer.write_field(text)?,
            Cell::Score(score) => writer.write_field(format!("{score:.6}"))?,
            Cell::Count(count) => writer.write_field(count.to_string())?,
            Cell::None => writer.write_field("")?,
        }
    }
    writer.write_record(None::<&[u8]>)
}

fn json_row<'a>(
    out: &mut impl Write,
    columns: &[String],
    cells: impl Iterator<Item = Cell<'a>>,
) -> io::Result<()> {
    let mut before = "{";
    for (column, cell) in columns.iter().zip(cells) {
        out.write_all(before.as_bytes())?;
        before = ",";
        serde_json::to_writer(&mut *out, column)?;
        out.write_all(b":")?;
        match cell {
            Cell::Text(text) => serde_json::to_writer(&mut *out, text)?,
            Cell::Score(score) => write!(out, "{score:.6}")?,
            Cell::Count(count) => write!(out, "{count}")?,
            Cell::None => out.write_all(b"null")?,
        }
    }
    out.write_all(b"}\n")
}

fn unwritable(fault: csv::Error) -> Failure {
    match fault.into_kind() {
        ErrorKind::Io(fault) => lost(fault),
        other => Failure::Failed(format!("the answer cannot be written: {other:?}")),
    }
}

/// A reader that has seen enough (`| head`) ends the program quietly, not with a fault.
fn lost(fault: io::Error) -> Failure {
    if fault.kind() == io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    Failure::Failed(format!("the answer cannot be written: {fault}"))
}
