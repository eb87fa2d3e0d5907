//! The form of a backup: gzip over lines of JSON, the same for both databases. What is done
//! with it is its neighbours'.
//!
//! ```text
//! {"rdv_backup":1,"rdv":"0.1.0","schema":1,"made_at":"…","database":"sqlite","tables":[…]}
//! {"table":"settings"}
//! ["secret","…"]
//! {"table":"practices"}
//! …
//! {"rows":5621,"sha256":"…"}
//! ```
//! The first line names each table with its columns and how many rows follow, parents before
//! children; bytes are hexadecimal digits. The last one holds the SHA-256 of every byte before
//! it: a file without it was cut, one with another was damaged.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::Path,
};

use chrono::{DateTime, Utc};
use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::BackupRefusal;
use crate::{
    Error, Failure,
    store::archive::{Cell, Class, Table, hex},
};

/// The form that this program writes.
pub const FORM: u32 = 1;
/// Longest line: nothing of ours comes near, and a file made to fill the memory is refused.
const LONGEST_LINE: u64 = 16 << 20;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The form of the file.
    pub rdv_backup: u32,
    /// The version of the program that wrote it.
    pub rdv: String,
    /// The schema of the database.
    pub schema: i64,
    /// The moment at which the database was as it is here.
    pub made_at: DateTime<Utc>,
    /// `sqlite` or `postgres`.
    pub database: String,
    /// What follows, in this order.
    pub tables: Vec<TableHeader>,
}

/// A table of the first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableHeader {
    /// Its name.
    pub name: String,
    /// How many rows follow.
    pub rows: u64,
    /// Its columns in the order of their cells.
    pub columns: Vec<(String, Class)>,
}

impl TableHeader {
    /// Of a table with so many rows.
    #[must_use]
    pub fn of(table: &Table, rows: u64) -> Self {
        Self {
            name: table.name.clone(),
            rows,
            columns: table
                .columns
                .iter()
                .map(|column| (column.name.clone(), column.class()))
                .collect(),
        }
    }
}

impl Header {
    /// All rows, as far as numbers reach: what a file promises was not counted yet.
    #[must_use]
    pub fn rows(&self) -> u64 {
        let rows = self.tables.iter().map(|table| table.rows);
        rows.fold(0, u64::saturating_add)
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableLine {
    table: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trailer {
    rows: u64,
    sha256: String,
}

/// A row as its line, without the line's end.
#[must_use]
pub fn line_of(cells: &[Cell]) -> String {
    let values: Vec<Value> = cells
        .iter()
        .map(|cell| match cell {
            Cell::Null => Value::Null,
            Cell::Integer(number) => Value::from(*number),
            Cell::Text(text) => Value::from(text.as_str()),
            Cell::Bytes(bytes) => Value::from(hex(bytes)),
        })
        .collect();
    Value::Array(values).to_string()
}

fn row_of(line: &str, table: &TableHeader) -> Option<Vec<Cell>> {
    let values: Vec<Value> = serde_json::from_str(line).ok()?;
    if values.len() != table.columns.len() {
        return None;
    }
    let cell = |(value, (_, class)): (Value, &(String, Class))| {
        Some(match (value, class) {
            (Value::Null, _) => Cell::Null,
            (Value::Number(number), Class::Integer) => Cell::Integer(number.as_i64()?),
            (Value::String(text), Class::Text) => Cell::Text(text),
            (Value::String(digits), Class::Bytes) => Cell::Bytes(unhex(&digits)?),
            (
                Value::Number(_)
                | Value::String(_)
                | Value::Bool(_)
                | Value::Array(_)
                | Value::Object(_),
                _,
            ) => return None,
        })
    };
    values.into_iter().zip(&table.columns).map(cell).collect()
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// Writes a backup; what was written counts only once [`Writer::finish`] has succeeded.
pub struct Writer {
    out: GzEncoder<BufWriter<File>>,
    hash: Sha256,
    rows: u64,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl Writer {
    /// Begins with the first line.
    ///
    /// # Errors
    /// As the file.
    pub fn start(file: File, header: &Header) -> io::Result<Self> {
        let mut this = Self {
            out: GzEncoder::new(BufWriter::with_capacity(1 << 16, file), Compression::new(4)),
            hash: Sha256::new(),
            rows: 0,
        };
        this.json(header)?;
        Ok(this)
    }

    /// Begins a table.
    ///
    /// # Errors
    /// As the file.
    pub fn table(&mut self, name: &str) -> io::Result<()> {
        self.json(&TableLine {
            table: name.to_owned(),
        })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// As the file.
    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        self.rows += 1;
        self.line(&line_of(cells))
    }

    /// Writes the last line, and waits until the disk has everything.
    ///
    /// # Errors
    /// As the file.
    pub fn finish(mut self) -> io::Result<()> {
        let trailer = Trailer {
            rows: self.rows,
            sha256: hex(&self.hash.clone().finalize()),
        };
        self.json(&trailer)?;
        let file = self
            .out
            .finish()?
            .into_inner()
            .map_err(|error| error.into_error())?;
        file.sync_all()
    }

    fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        let line = serde_json::to_string(value).map_err(io::Error::other)?;
        self.line(&line)
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        for part in [line.as_bytes(), b"\n"] {
            self.hash.update(part);
            self.out.write_all(part)?;
        }
        Ok(())
    }
}

type Refused<T> = Result<T, Failure<BackupRefusal>>;

/// Reads a backup, from the first line to the last. Nothing that it hands over may be relied on
/// before [`Archive::finish`] has said that the file is whole.
pub struct Archive {
    lines: BufReader<GzDecoder<BufReader<File>>>,
    hash: Sha256,
    header: Header,
    rows: u64,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

impl Archive {
    /// Opens a backup and reads its first line.
    ///
    /// # Errors
    /// [`BackupRefusal`] for a file that is none, or of a newer form.
    pub fn open(path: &Path) -> Refused<Self> {
        let unread = |error: io::Error| Error::Io(format!("{}: {error}", path.display()));
        // It is read twice; and a pipe would be waited for without end.
        let found = fs::metadata(path).map_err(unread)?;
        if !found.is_file() && !found.is_dir() {
            return Err(Failure::Refused(BackupRefusal::NotAFile));
        }
        let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(unread)?);
        if path.is_dir() || !file.fill_buf().map_err(unread)?.starts_with(&[0x1f, 0x8b]) {
            return Err(Failure::Refused(BackupRefusal::NotABackup));
        }
        let mut this = Self {
            lines: BufReader::with_capacity(1 << 16, GzDecoder::new(file)),
            hash: Sha256::new(),
            header: Header {
                rdv_backup: FORM,
                rdv: String::new(),
                schema: 0,
                made_at: DateTime::UNIX_EPOCH,
                database: String::new(),
                tables: Vec::new(),
            },
            rows: 0,
        };
        let first = this.line()?;
        let form = serde_json::from_str::<Value>(&first).unwrap_or_default();
        match form.get("rdv_backup").and_then(Value::as_u64) {
            None => return Err(Failure::Refused(BackupRefusal::NotABackup)),
            Some(form) if form > u64::from(FORM) => {
                return Err(Failure::Refused(BackupRefusal::NewerForm));
            }
            Some(_) => {}
        }
        this.header = serde_json::from_value(form).map_err(|_| damaged())?;
        Ok(this)
    }

    /// The first line.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Reads the line that begins a table.
    ///
    /// # Errors
    /// [`BackupRefusal::Damaged`] or [`BackupRefusal::Truncated`].
    pub fn table(&mut self, table: &TableHeader) -> Refused<()> {
        let line: TableLine = serde_json::from_str(&self.line()?).map_err(|_| damaged())?;
        if line.table == table.name {
            Ok(())
        } else {
            Err(damaged())
        }
    }

    /// Reads a row of a table.
    ///
    /// # Errors
    /// As [`Archive::table`].
    pub fn row(&mut self, table: &TableHeader) -> Refused<Vec<Cell>> {
        let line = self.line()?;
        self.rows += 1;
        row_of(&line, table).ok_or_else(damaged)
    }

    /// Reads the last line: everything before it is as it was written, and nothing follows.
    ///
    /// # Errors
    /// As [`Archive::table`].
    pub fn finish(mut self) -> Refused<()> {
        let read = hex(&self.hash.clone().finalize());
        let trailer: Trailer = serde_json::from_str(&self.line()?).map_err(|_| damaged())?;
        if trailer.sha256 != read || trailer.rows != self.rows {
            return Err(damaged());
        }
        // The end of the compressed stream carries a checksum of its own; then the file ends.
        // One byte is enough to know, however many there are.
        let more = self
            .lines
            .read(&mut [0])
            .map_err(|error| cut_or_damaged(&error))?;
        let mut file = self.lines.into_inner().into_inner();
        let beyond = file.fill_buf().map_err(|error| cut_or_damaged(&error))?;
        if more > 0 || !beyond.is_empty() {
            return Err(damaged());
        }
        Ok(())
    }

    fn line(&mut self) -> Refused<String> {
        let mut line = Vec::new();
        let mut limited = (&mut self.lines).take(LONGEST_LINE);
        limited
            .read_until(b'\n', &mut line)
            .map_err(|error| cut_or_damaged(&error))?;
        if line.last() != Some(&b'\n') {
            let cut = line.len() as u64 != LONGEST_LINE;
            return Err(Failure::Refused(if cut {
                BackupRefusal::Truncated
            } else {
                BackupRefusal::Damaged
            }));
        }
        self.hash.update(&line);
        line.pop();
        String::from_utf8(line).map_err(|_| damaged())
    }
}

/// Reads a backup from end to end without keeping anything: is it whole?
///
/// # Errors
/// As [`Archive`].
pub fn check(path: &Path, mut read: impl FnMut(u64)) -> Refused<Header> {
    let mut archive = Archive::open(path)?;
    let header = archive.header().clone();
    for table in &header.tables {
        archive.table(table)?;
        for _ in 0..table.rows {
            archive.row(table)?;
            read(1);
        }
    }
    archive.finish()?;
    Ok(header)
}

const fn damaged() -> Failure<BackupRefusal> {
    Failure::Refused(BackupRefusal::Damaged)
}

fn cut_or_damaged(error: &io::Error) -> Failure<BackupRefusal> {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let kind = error.kind();
    if kind == UnexpectedEof {
        Failure::Refused(BackupRefusal::Truncated)
    } else if matches!(kind, InvalidData | InvalidInput) {
        damaged()
    } else {
        Failure::Broken(Error::Io(error.to_string()))
    }
}
