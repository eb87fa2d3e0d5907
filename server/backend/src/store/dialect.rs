//! Where SQLite and PostgreSQL really differ: connecting, migrating, and what their errors mean.
//! Statements are the same text on both, and live beside this file.

use std::{
    path::Path,
    str::FromStr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use sqlx::{
    Connection,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    Access as _, Conn, Pools, Store, TxConnection, hanging,
    hold::{self, Hold},
    lines::WRITERS,
    patience::PATIENCE,
    replaced::Replaced,
    schema,
};
use crate::clock::whole_seconds;

/// What the database answered instead of doing it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Two visits would overlap: the last guard of the schema.
    #[error("two visits of one practitioner would overlap")]
    Overlap,
    /// A row with this key is there already; the name of the column or constraint.
    #[error("there already: {0}")]
    Duplicate(String),
    /// Busy, restarting or away: worth another try in a moment.
    #[error("the database is busy or away: {0}")]
    Unavailable(String),
    /// A row that another transaction keeps: worth another try in a moment, and says nothing of
    /// other rows. On SQLite it is the whole database that is locked.
    #[error("a row is locked: {0}")]
    Locked(String),
    /// A row holds what no version of this program writes.
    #[error("a row cannot be read: {0}")]
    BrokenRow(String),
    /// The schema is newer than this program, or was changed by hand.
    #[error("{0}")]
    Schema(String),
    /// Anything else; never shown to a person.
    #[error("database: {0}")]
    Other(String),
}

/// How often SQLite said that a file is read-only. A connection that was opened while nothing
/// could be written says so for ever after: then another is opened.
static READ_ONLY: AtomicU64 = AtomicU64::new(0);

/// When PostgreSQL last said so. One that was told to be read-only for a while says it to every
/// connection that began meanwhile, for as long as that lives: those are not used again.
static REFUSED_TO_WRITE: Mutex<Option<Instant>> = Mutex::new(None);

/// While it goes on, connections are given up every so often and not each time: they cost.
const GIVEN_UP_EVERY: Duration = Duration::from_secs(5);

fn refuses_to_write() {
    let mut refused = REFUSED_TO_WRITE
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if refused.is_none_or(|at| at.elapsed() > GIVEN_UP_EVERY) {
        *refused = Some(Instant::now());
    }
}

/// Whether a connection of that age was there when PostgreSQL last refused to write.
fn may_be_read_only(age: Duration) -> bool {
    let refused = REFUSED_TO_WRITE
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    refused.is_some_and(|at| age >= at.elapsed())
}

const OVERLAP: &str = "appointments_never_overlap";

impl From<sqlx::Error> for StoreError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is not ours and grows"
    )]
    fn from(error: sqlx::Error) -> Self {
        let text = error.to_string();
        match error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default().into_owned();
                if database.constraint() == Some(OVERLAP) || database.message().contains(OVERLAP) {
                    Self::Overlap
                } else if database.is_unique_violation() {
                    Self::Duplicate(database.constraint().map_or_else(
                        || {
                            database
                                .message()
                                .rsplit(": ")
                                .next()
                                .unwrap_or_default()
                                .to_owned()
                        },
                        ToOwned::to_owned,
                    ))
                } else if is_locked(&code) {
                    Self::Locked(text)
                } else if is_passing(&code) {
                    if is_read_only(&code) {
                        READ_ONLY.fetch_add(1, Ordering::Relaxed);
                    }
                    if code == "25006" {
                        refuses_to_write();
                    }
                    Self::Unavailable(text)
                } else {
                    Self::Other(text)
                }
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Self::Unavailable(text),
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::ColumnIndexOutOfBounds { .. }
            | sqlx::Error::TypeNotFound { .. }
            | sqlx::Error::Decode(_) => Self::BrokenRow(text),
            _ => Self::Other(text),
        }
    }
}

/// SQLite: BUSY (5) and LOCKED (6) with their extended codes, READONLY, IOERR, FULL, CANTOPEN.
/// PostgreSQL: classes 08 (connection), 53 (resources), 57 (shutdown, starting up, a statement that
/// lasted too long), 58 (the disk), `25006` (read-only) and `25P03` (a transaction that nobody went
/// on with).
fn is_passing(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(number) if code.len() != 5 => matches!(number & 0xff, 5 | 6 | 8 | 10 | 13 | 14),
        _ => {
            ["08", "53", "57", "58"]
                .iter()
                .any(|class| code.starts_with(class))
                || ["25006", "25P03"].contains(&code)
        }
    }
}

/// PostgreSQL: class 40 (serialisation, deadlock) and `55P03` (lock not available).
fn is_locked(code: &str) -> bool {
    code.len() == 5 && (code.starts_with("40") || code == "55P03")
}

/// SQLite's READONLY.
fn is_read_only(code: &str) -> bool {
    code.len() != 5 && code.parse().is_ok_and(|number: u32| number & 0xff == 8)
}

impl From<MigrateError> for StoreError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is not ours and grows"
    )]
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::Schema(format!(
                "the database has schema {version}, which this version of rdv does not know: \
                 start the version of rdv that wrote it, or a newer one"
            )),
            MigrateError::VersionMismatch(version) => Self::Schema(format!(
                "schema {version} in the database is not the one of this version of rdv"
            )),
            MigrateError::Execute(error) => error.into(),
            other => Self::Schema(other.to_string()),
        }
    }
}

pub(super) static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
pub(super) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// How many connections read at once from SQLite.
const READERS: u32 = 8;
/// How many talk to PostgreSQL: [`WRITERS`] that write, and two at least for who reads.
const CONNECTIONS: u32 = WRITERS + 2;
/// A connection to PostgreSQL that nobody used for so long is asked whether it still is one.
const ASKED_AFTER: Duration = Duration::from_secs(1);

impl Store {
    /// Connects to `sqlite:path/to/file.db` (created if missing, with its folder) or
    /// `postgres://…`.
    ///
    /// # Errors
    /// [`StoreError::Schema`] for another scheme, [`StoreError::Unavailable`] when it cannot
    /// be reached.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let replaced = Arc::new(Replaced::default());
        let (pools, hold) = if url.starts_with("sqlite:") {
            let (pools, hold) = sqlite(url, &replaced).await?;
            (pools, Some(Arc::new(hold)))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url)?.application_name("rdv");
            let began_with = Arc::clone(&replaced);
            let pool = PgPoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(PATIENCE)
                // Of one that was just used it would ask a moment later what it was asked when it
                // came back.
                .test_before_acquire(false)
                .before_acquire(|conn, seen| {
                    Box::pin(async move {
                        if may_be_read_only(seen.age) {
                            return Ok(false);
                        }
                        if seen.idle_for > ASKED_AFTER {
                            hanging::in_time(Some(hanging::WELL_WITHIN), conn.ping()).await?;
                        }
                        Ok(true)
                    })
                })
                .after_connect(move |conn, _| {
                    let replaced = Arc::clone(&began_with);
                    Box::pin(async move {
                        hold::together_on_postgres(conn).await?;
                        replaced.look(conn).await?;
                        hanging::be_bounded(conn).await
                    })
                })
                .after_release(|conn, _| Box::pin(hanging::is_well(conn)))
                .connect_with(options)
                .await?;
            (Pools::Postgres(pool), None)
        } else {
            return Err(StoreError::Schema(
                "a database address starts with sqlite: or postgres://".to_owned(),
            ));
        };
        Ok(Self {
            pools,
            patience: Arc::default(),
            lines: Arc::default(),
            replaced,
            counts: Arc::default(),
            _hold: hold,
        })
    }

    /// Brings the schema to the version of this program; does nothing when it is there.
    ///
    /// # Errors
    /// [`StoreError::Schema`] when the database is newer than this program; nothing is written.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match &self.pools {
            Pools::Sqlite { write, .. } => {
                let there = schema::version(&mut self.read().await?).await?;
                if there == Some(schema::newest()) {
                    // Compares, and writes nothing.
                    return Ok(SQLITE.run(write).await?);
                }
                // Two that start at once: the second waits, and finds nothing to do. One that
                // is killed in the middle leaves the old schema.
                let mut tx = write.begin_with("BEGIN IMMEDIATE").await?;
                SQLITE.run_direct(None, &mut *tx, false).await?;
                tx.commit().await?;
            }
            // Its migrations take a lock of their own.
            Pools::Postgres(pool) => {
                let mut conn = pool.acquire().await?;
                hanging::take_your_time(&mut conn).await?;
                let run = POSTGRES.run(&mut *conn).await;
                hanging::be_bounded(&mut conn).await?;
                run?;
            }
        }
        Ok(())
    }
}

async fn sqlite(url: &str, replaced: &Replaced) -> Result<(Pools, Hold), StoreError> {
    let options = SqliteConnectOptions::from_str(url)?;
    if let Some(folder) = options.get_filename().parent()
        && !folder.as_os_str().is_empty()
    {
        std::fs::create_dir_all(folder)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", folder.display())))?;
    }
    let hold = Hold::together(options.get_filename())?;
    hold::is_not_half_restored(options.get_filename())?;
    make_private(options.get_filename());
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A confirmed visit survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // Who is erased is overwritten, and not to be read in the free pages of the file.
        .pragma("secure_delete", "on")
        .busy_timeout(PATIENCE)
        .optimize_on_close(true, None)
        .statement_cache_capacity(200);
    let seen = AtomicU64::new(READ_ONLY.load(Ordering::Relaxed));
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        // A thread of ours does not go away; asking it costs everybody who waits to write.
        .test_before_acquire(false)
        // When the disk fails, SQLite undoes a transaction on its own, and sqlx believes for
        // ever after that this connection is in the middle of it: it would begin no other.
        .before_acquire(move |conn, _| {
            let times = READ_ONLY.load(Ordering::Relaxed);
            let stale = seen.swap(times, Ordering::Relaxed) != times;
            Box::pin(async move { Ok(!stale && !conn.is_in_transaction()) })
        })
        .connect_with(options.clone())
        .await?;
    replaced.remember(options.get_filename());
    let read = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .connect_with(options.pragma("query_only", "on"))
        .await?;
    Ok((Pools::Sqlite { write, read }, hold))
}

/// A new file is nobody else's: SQLite would make it readable for everybody. Those beside it
/// (`-wal`, `-shm`) get the same rights from SQLite.
fn make_private(file: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    if made.is_ok() {
        hold::give_to_owner_of_folder(file);
    }
}

/// SQLite has one writer, so nobody else can lease the same rows; PostgreSQL skips rows that
/// another worker is leasing, where SQLite knows no `for update`.
pub(crate) fn lease_due(tx: &super::Tx) -> &'static str {
    match tx.transaction {
        TxConnection::Sqlite(_) => {
            "update jobs set leased_until = $3, attempts = attempts + 1,
                    last_error = case when leased_until is null then last_error
                                      else $5 end
             where id in (select id from jobs
                          where finished_at is null and run_at <= $1
                            and (leased_until is null or leased_until <= $2)
                          order by run_at, id limit $4)
             returning id, practice_id, kind, payload, attempts, created_at, run_at,
                       leased_until, last_error"
        }
        TxConnection::Postgres(_) => {
            "update jobs set leased_until = $3, attempts = attempts + 1,
                    last_error = case when leased_until is null then last_error
                                      else $5 end
             where id in (select id from jobs
                          where finished_at is null and run_at <= $1
                            and (leased_until is null or leased_until <= $2)
                          order by run_at, id limit $4 for update skip locked)
             returning id, practice_id, kind, payload, attempts, created_at, run_at,
                       leased_until, last_error"
        }
    }
}

/// What time it is for all nodes: PostgreSQL's, which they share; `ours` on SQLite, which is of one
/// machine.
pub(crate) async fn shared_now(
    tx: &mut super::Tx,
    ours: DateTime<Utc>,
) -> Result<DateTime<Utc>, StoreError> {
    let longest = tx.longest();
    match tx.conn() {
        Conn::Sqlite(_) => Ok(ours),
        Conn::Postgres(conn) => {
            let now = sqlx::query_scalar("select clock_timestamp()").fetch_one(conn);
            Ok(whole_seconds(hanging::in_time(longest, now).await?))
        }
    }
}

/// SQLite has one writer, so whoever holds a transaction holds everything; on PostgreSQL the
/// names are locked until the transaction ends (advisory locks, `pg_advisory_xact_lock`), in
/// the order of their numbers so that two who want the same ones cannot wait for each other.
/// Names that share a number wait in vain for each other, and nothing worse.
pub(crate) async fn lock_names(tx: &mut super::Tx, names: &[String]) -> Result<(), StoreError> {
    let longest = super::Access::longest(tx);
    let super::Conn::Postgres(conn) = super::Access::conn(tx) else {
        return Ok(());
    };
    let mut numbers: Vec<i64> = names.iter().map(|name| number_of(name)).collect();
    numbers.sort_unstable();
    for number in numbers {
        let lock = sqlx::query("select pg_advisory_xact_lock($1)").bind(number);
        hanging::in_time(longest, lock.execute(&mut *conn)).await?;
    }
    Ok(())
}

/// Sixty-four bits of a name's hash: the same on every node.
fn number_of(name: &str) -> i64 {
    let hash = crate::keys::hash(name);
    hash.iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | i64::from(*byte))
}

/// A stored value that its type refuses.
pub(crate) fn broken(error: impl ToString) -> StoreError {
    StoreError::BrokenRow(error.to_string())
}
