//! Whatever the database holds, read and written without knowing what it means: for backups.
//! The tables, their columns and their order come from the schema itself, so that a table that
//! is added tomorrow is in tomorrow's backup. What a backup looks like is [`crate::backup`]'s.
//!
//! A cell has one form for both databases, SQLite's: an instant is text, an identifier is
//! sixteen bytes, a yes is 1. So what was read from one can be written into the other.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::{Access, Conn, Store, StoreError, Tx, all, hanging, write};

/// What a column holds, as SQLite stores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Text, instants, days and hours.
    Text,
    /// Numbers, yes and no.
    Integer,
    /// Identifiers and hashes.
    Bytes,
}

/// The type of a column where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Text,
    Integer,
    Boolean,
    Bytes,
    Uuid,
    Instant,
    Day,
    Hour,
}

impl Type {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            // SQLite, strict tables.
            "TEXT" => Self::Text,
            "INTEGER" => Self::Integer,
            "BLOB" => Self::Bytes,
            // PostgreSQL.
            "text" | "varchar" => Self::Text,
            "int2" | "int4" | "int8" => Self::Integer,
            "bool" => Self::Boolean,
            "bytea" => Self::Bytes,
            "uuid" => Self::Uuid,
            "timestamptz" => Self::Instant,
            "date" => Self::Day,
            "time" => Self::Hour,
            _ => return None,
        })
    }

    const fn class(self) -> Class {
        match self {
            Self::Integer | Self::Boolean => Class::Integer,
            Self::Bytes | Self::Uuid => Class::Bytes,
            Self::Text | Self::Instant | Self::Day | Self::Hour => Class::Text,
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    kind: Type,
    /// Its place in the primary key, from 1.
    key: Option<i32>,
}

impl Column {
    /// What its cells hold.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.kind.class()
    }
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns by name, the same order on both databases.
    pub columns: Vec<Column>,
}

impl Table {
    /// Whether the rows of one can be written into the other.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let columns = |table: &Self| -> Vec<(String, Class)> {
            let pair = |column: &Column| (column.name.clone(), column.class());
            table.columns.iter().map(pair).collect()
        };
        self.name == other.name && columns(self) == columns(other)
    }
}

/// What stands in a row under a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The tables that a schema of that number has, as they stand in this database, those that
/// others refer to first. Tables of other programs are left out, and so are those of the
/// migrations.
///
/// # Errors
/// [`StoreError::Schema`] when the database has other tables or columns than its schema says;
/// for a column of a type that is not known here, and for tables that refer to one another in a
/// circle: neither may be added without teaching this file.
pub async fn tables(db: &mut impl Access, version: i64) -> Result<Vec<Table>, StoreError> {
    let model = Store::stage(Path::new(":memory:"), version).await?;
    let known = found(&mut model.read().await?, |_| true).await?;
    model.close().await;
    let names: BTreeSet<_> = known.iter().map(|table| table.name.as_str()).collect();
    let tables = found(db, |name| names.contains(name)).await?;
    for (ours, theirs) in known.iter().zip(&tables) {
        if !ours.is_like(theirs) {
            return Err(changed_by_hand(version, &ours.name));
        }
    }
    match known.get(tables.len()) {
        Some(missing) => Err(changed_by_hand(version, &missing.name)),
        None => Ok(tables),
    }
}

fn changed_by_hand(version: i64, table: &str) -> StoreError {
    StoreError::Schema(format!(
        "the table {table} is not the one of schema {version}: the database was changed by hand"
    ))
}

/// The tables that are there and wanted.
async fn found(
    db: &mut impl Access,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Table>, StoreError> {
    let columns: Vec<(String, String, String, Option<i32>)> = match db.conn() {
        Conn::Sqlite(conn) => {
            sqlx::query_as(
                "select t.name, c.name, c.type, nullif(c.pk, 0)
                 from sqlite_schema t join pragma_table_info(t.name) c
                 where t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\'
                   and t.name not like '\\_sqlx%' escape '\\'
                 order by t.name, c.name",
            )
            .fetch_all(conn)
            .await
        }
        Conn::Postgres(conn) => {
            sqlx::query_as(
                "select c.relname::text, a.attname::text, t.typname::text,
                        array_position(k.conkey, a.attnum)
                 from pg_class c
                 join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
                 join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                 join pg_type t on t.oid = a.atttypid
                 left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
                 where c.relkind = 'r' and c.relname not like '\\_sqlx%'
                 order by c.relname::text collate \"C\", a.attname::text collate \"C\"",
            )
            .fetch_all(conn)
            .await
        }
    }?;
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (table, name, kind, key) in columns.into_iter().filter(|column| wanted(&column.0)) {
        let Some(kind) = Type::named(&kind) else {
            return Err(StoreError::Schema(format!(
                "{table}.{name} is of type {kind}, which backups do not know"
            )));
        };
        let entry = tables.entry(table.clone()).or_insert_with(|| Table {
            name: table,
            columns: Vec::new(),
        });
        entry.columns.push(Column { name, kind, key });
    }
    in_order(tables, &references(db).await?)
}

/// Which table refers to which.
async fn references(db: &mut impl Access) -> Result<Vec<(String, String)>, StoreError> {
    Ok(match db.conn() {
        Conn::Sqlite(conn) => {
            sqlx::query_as(
                "select distinct t.name, f.\"table\"
                 from sqlite_schema t join pragma_foreign_key_list(t.name) f
                 where t.type = 'table'",
            )
            .fetch_all(conn)
            .await
        }
        Conn::Postgres(conn) => {
            sqlx::query_as(
                "select distinct c.relname::text, r.relname::text
                 from pg_constraint k
                 join pg_class c on c.oid = k.conrelid
                 join pg_class r on r.oid = k.confrelid
                 join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
                 where k.contype = 'f'",
            )
            .fetch_all(conn)
            .await
        }
    }?)
}

/// Each table after those it refers to; of several that could come next, the first by name.
fn in_order(
    mut tables: BTreeMap<String, Table>,
    references: &[(String, String)],
) -> Result<Vec<Table>, StoreError> {
    let mut done = BTreeSet::new();
    let mut ordered = Vec::new();
    let all: BTreeSet<String> = tables.keys().cloned().collect();
    while !tables.is_empty() {
        let ready = tables.keys().find(|name| {
            references
                .iter()
                .filter(|(from, to)| from == *name && all.contains(to))
                .all(|(_, to)| done.contains(to))
        });
        let Some(name) = ready.cloned() else {
            let left: Vec<_> = tables.into_keys().collect();
            return Err(StoreError::Schema(format!(
                "tables refer to one another in a circle: {}",
                left.join(", ")
            )));
        };
        ordered.extend(tables.remove(&name));
        done.insert(name);
    }
    Ok(ordered)
}

/// How many rows a table has.
///
/// # Errors
/// As the database.
pub async fn count(db: &mut impl Access, table: &Table) -> Result<u64, StoreError> {
    let sql = AssertSqlSafe(format!("select count(*) from \"{}\"", table.name));
    let rows: Vec<(i64,)> = all!(db, (i64,), sql)?;
    let count = rows.first().map_or(0, |(count,)| *count);
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Hands over every row of a table, in the order of its key, which is the same on both
/// databases. Only a few rows are in memory at a time.
///
/// # Errors
/// As the database; what `row` says ends the reading.
pub async fn each_row<E: From<StoreError>>(
    db: &mut impl Access,
    table: &Table,
    mut row: impl FnMut(&[Cell]) -> Result<(), E>,
) -> Result<(), E> {
    match db.conn() {
        Conn::Sqlite(conn) => {
            let sql = AssertSqlSafe(select(table, |column| format!("\"{}\"", column.name), ""));
            let mut rows = sqlx::query(sql).fetch(conn);
            while let Some(found) = rows.try_next().await.map_err(StoreError::from)? {
                row(&cells(table, |index, kind| {
                    sqlite_cell(&found, index, kind)
                })?)?;
            }
        }
        Conn::Postgres(conn) => {
            let wide = |column: &Column| match column.kind {
                Type::Integer => format!("\"{}\"::int8", column.name),
                Type::Boolean => format!("\"{}\"::int4::int8", column.name),
                Type::Text => format!("\"{}\"::text", column.name),
                Type::Bytes | Type::Uuid | Type::Instant | Type::Day | Type::Hour => {
                    format!("\"{}\"", column.name)
                }
            };
            let sql = AssertSqlSafe(select(table, wide, " collate \"C\""));
            let mut rows = sqlx::query(sql).fetch(conn);
            while let Some(found) = hanging::in_time(Some(hanging::ROW_WITHIN), rows.try_next())
                .await
                .map_err(StoreError::from)?
            {
                row(&cells(table, |index, kind| {
                    postgres_cell(&found, index, kind)
                })?)?;
            }
        }
    }
    Ok(())
}

/// All rows by their key; by everything when there is none.
fn select(table: &Table, column: impl Fn(&Column) -> String, collation: &str) -> String {
    let mut keys: Vec<&Column> = table.columns.iter().filter(|c| c.key.is_some()).collect();
    keys.sort_by_key(|column| column.key);
    if keys.is_empty() {
        keys = table.columns.iter().collect();
    }
    let order: Vec<_> = keys
        .iter()
        .map(|key| match key.kind {
            Type::Text => format!("\"{}\"{collation}", key.name),
            Type::Integer
            | Type::Boolean
            | Type::Bytes
            | Type::Uuid
            | Type::Instant
            | Type::Day
            | Type::Hour => format!("\"{}\"", key.name),
        })
        .collect();
    let columns: Vec<_> = table.columns.iter().map(column).collect();
    format!(
        "select {} from \"{}\" order by {}",
        columns.join(", "),
        table.name,
        order.join(", ")
    )
}

fn cells(
    table: &Table,
    mut cell: impl FnMut(usize, Type) -> Result<Cell, sqlx::Error>,
) -> Result<Vec<Cell>, StoreError> {
    table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| cell(index, column.kind).map_err(StoreError::from))
        .collect()
}

fn sqlite_cell(
    row: &sqlx::sqlite::SqliteRow,
    index: usize,
    kind: Type,
) -> Result<Cell, sqlx::Error> {
    Ok(match kind.class() {
        Class::Text => row.try_get::<Option<String>, _>(index)?.map(Cell::Text),
        Class::Integer => row.try_get::<Option<i64>, _>(index)?.map(Cell::Integer),
        Class::Bytes => row.try_get::<Option<Vec<u8>>, _>(index)?.map(Cell::Bytes),
    }
    .unwrap_or(Cell::Null))
}

fn postgres_cell(
    row: &sqlx::postgres::PgRow,
    index: usize,
    kind: Type,
) -> Result<Cell, sqlx::Error> {
    Ok(match kind {
        Type::Text => row.try_get::<Option<String>, _>(index)?.map(Cell::Text),
        Type::Integer | Type::Boolean => row.try_get::<Option<i64>, _>(index)?.map(Cell::Integer),
        Type::Bytes => row.try_get::<Option<Vec<u8>>, _>(index)?.map(Cell::Bytes),
        Type::Uuid => row
            .try_get::<Option<Uuid>, _>(index)?
            .map(|id| Cell::Bytes(id.as_bytes().to_vec())),
        // The three forms are those in which sqlx writes them into SQLite.
        Type::Instant => row
            .try_get::<Option<DateTime<Utc>>, _>(index)?
            .map(|at| Cell::Text(at.to_rfc3339_opts(SecondsFormat::AutoSi, false))),
        Type::Day => row
            .try_get::<Option<NaiveDate>, _>(index)?
            .map(|day| Cell::Text(day.format("%F").to_string())),
        Type::Hour => row
            .try_get::<Option<NaiveTime>, _>(index)?
            .map(|hour| Cell::Text(hour.format("%T%.f").to_string())),
    }
    .unwrap_or(Cell::Null))
}

/// Whether there is a row in a table other than those of the instance itself.
///
/// # Errors
/// As the database.
pub async fn is_empty(db: &mut impl Access, tables: &[Table]) -> Result<bool, StoreError> {
    for table in tables.iter().filter(|table| table.name != "settings") {
        if count(db, table).await? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes every row of every table. The audit trail gives nothing back to a `delete`, so this
/// works on PostgreSQL (`truncate`), and on a SQLite database whose audit trail is empty.
///
/// # Errors
/// As the database.
pub async fn clear(tx: &mut Tx, tables: &[Table]) -> Result<(), StoreError> {
    let names = || tables.iter().map(|table| format!("\"{}\"", table.name));
    match tx.conn() {
        Conn::Sqlite(conn) => {
            for name in names().rev() {
                sqlx::query(AssertSqlSafe(format!("delete from {name}")))
                    .execute(&mut *conn)
                    .await?;
            }
        }
        Conn::Postgres(conn) => {
            let all: Vec<_> = names().collect();
            sqlx::query(AssertSqlSafe(format!("truncate {}", all.join(", "))))
                .execute(conn)
                .await?;
        }
    }
    Ok(())
}

/// Placeholders of one statement on SQLite.
const MOST_PLACEHOLDERS: usize = 2_000;
/// Bytes of one message to PostgreSQL.
const MESSAGE: usize = 64 * 1024;

/// Writes rows into a table of SQLite: all guards of the schema hold.
///
/// # Errors
/// As the database, for a row that a guard refuses too.
pub async fn load(tx: &mut Tx, table: &Table, rows: &[Vec<Cell>]) -> Result<(), StoreError> {
    let Conn::Sqlite(conn) = tx.conn() else {
        return Err(StoreError::Other("rows are loaded into SQLite".to_owned()));
    };
    let width = table.columns.len().max(1);
    let one = format!("({})", vec!["?"; width].join(", "));
    for rows in rows.chunks((MOST_PLACEHOLDERS / width).max(1)) {
        let values = vec![one.as_str(); rows.len()].join(", ");
        let sql = format!("insert into {} values {values}", column_list(table));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for cell in rows.iter().flatten() {
            query = match cell {
                Cell::Null => query.bind(None::<i64>),
                Cell::Integer(number) => query.bind(*number),
                Cell::Text(text) => query.bind(text.clone()),
                Cell::Bytes(bytes) => query.bind(bytes.clone()),
            };
        }
        query.execute(&mut *conn).await?;
    }
    Ok(())
}

fn column_list(table: &Table) -> String {
    let names: Vec<_> = table
        .columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    format!("\"{}\" ({})", table.name, names.join(", "))
}

/// Copies every row of a table of SQLite into the same table of PostgreSQL, by `copy` in its
/// text form: PostgreSQL reads each value as its column's type, and all guards hold.
///
/// # Errors
/// As the databases, for a row that a guard refuses too.
pub async fn copy(
    from: &mut impl Access,
    to: &mut Tx,
    tables: (&Table, &Table),
    mut copied: impl FnMut(),
) -> Result<(), StoreError> {
    let (Conn::Sqlite(source), Conn::Postgres(target)) = (from.conn(), to.conn()) else {
        return Err(StoreError::Other(
            "copies go from SQLite to PostgreSQL".to_owned(),
        ));
    };
    let sql = AssertSqlSafe(select(
        tables.0,
        |column| format!("\"{}\"", column.name),
        "",
    ));
    let mut rows = sqlx::query(sql).fetch(source);
    let statement = format!("copy {} from stdin", column_list(tables.1));
    let mut copy = target.copy_in_raw(&statement).await?;
    let mut message = Vec::with_capacity(MESSAGE + 4096);
    while let Some(row) = rows.try_next().await? {
        let cells = cells(tables.0, |index, kind| sqlite_cell(&row, index, kind))?;
        for (index, (cell, column)) in cells.iter().zip(&tables.1.columns).enumerate() {
            if index > 0 {
                message.push(b'\t');
            }
            push_copied(&mut message, cell, column.kind);
        }
        message.push(b'\n');
        if message.len() >= MESSAGE {
            copy.send(&message[..]).await?;
            message.clear();
        }
        copied();
    }
    copy.send(&message[..]).await?;
    copy.finish().await?;
    Ok(())
}

/// A cell as `copy` reads it: what would end a cell or a row is escaped.
fn push_copied(message: &mut Vec<u8>, cell: &Cell, kind: Type) {
    match cell {
        Cell::Null => message.extend(b"\\N"),
        Cell::Integer(number) => message.extend(number.to_string().bytes()),
        Cell::Text(text) => {
            for byte in text.bytes() {
                match byte {
                    b'\\' => message.extend(b"\\\\"),
                    b'\n' => message.extend(b"\\n"),
                    b'\r' => message.extend(b"\\r"),
                    b'\t' => message.extend(b"\\t"),
                    byte => message.push(byte),
                }
            }
        }
        Cell::Bytes(bytes) => {
            if kind == Type::Bytes {
                message.extend(b"\\\\x");
            }
            message.extend(hex(bytes).bytes());
        }
    }
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

/// Ends every session and all that waits for a second step or a passkey: what was signed out
/// since must not come alive again, nor a challenge that was answered.
///
/// # Errors
/// As the database.
pub async fn end_all_sessions(tx: &mut Tx) -> Result<u64, StoreError> {
    write!(tx, "delete from passkey_ceremonies")?;
    write!(tx, "delete from pending_sign_ins")?;
    write!(tx, "delete from sessions")
}

/// Gives up every job that was due or had been tried: whether its mail went since, by another try,
/// is not known here. Those of two kinds
/// make no sense any more and are only ended. Answers how many others there were.
///
/// # Errors
/// As the database.
pub async fn give_up_due_jobs(
    tx: &mut Tx,
    now: DateTime<Utc>,
    why: &str,
    [one, other]: [&str; 2],
) -> Result<u64, StoreError> {
    let end = |outcome: &'static str, which: &'static str| {
        AssertSqlSafe(format!(
            "update jobs set outcome = '{outcome}', finished_at = $1, leased_until = null,
                    last_error = $2
             where finished_at is null and (run_at <= $1 or attempts > 0)
               and kind {which} ($3, $4)"
        ))
    };
    write!(tx, end("discarded", "in"), now, why, one, other)?;
    write!(tx, end("failed", "not in"), now, why, one, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(names: &[&str]) -> BTreeMap<String, Table> {
        let table = |name: &&str| Table {
            name: (*name).to_owned(),
            columns: Vec::new(),
        };
        names
            .iter()
            .map(|name| ((*name).to_owned(), table(name)))
            .collect()
    }

    fn refers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()))
            .collect()
    }

    #[test]
    fn a_table_comes_after_those_it_refers_to() {
        let ordered = in_order(
            tables(&["a", "b", "c", "d"]),
            &refers(&[("a", "c"), ("c", "d")]),
        )
        .unwrap();
        let names: Vec<_> = ordered.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["b", "d", "c", "a"]);
    }

    #[test]
    fn a_circle_is_refused() {
        let error = in_order(tables(&["a", "b"]), &refers(&[("a", "b"), ("b", "a")])).unwrap_err();
        assert!(error.to_string().contains("a, b"), "{error}");
        assert!(in_order(tables(&["a"]), &refers(&[("a", "a")])).is_err());
    }

    #[test]
    fn nothing_in_a_cell_ends_it() {
        let mut message = Vec::new();
        push_copied(
            &mut message,
            &Cell::Text("a\\N\tb\r\nc".to_owned()),
            Type::Text,
        );
        assert_eq!(message, b"a\\\\N\\tb\\r\\nc");
        message.clear();
        push_copied(&mut message, &Cell::Bytes(vec![0, 255]), Type::Bytes);
        assert_eq!(message, b"\\\\x00ff");
        message.clear();
        push_copied(&mut message, &Cell::Bytes(vec![0, 255]), Type::Uuid);
        assert_eq!(message, b"00ff");
    }
}
