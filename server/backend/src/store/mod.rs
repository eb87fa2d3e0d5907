//! The only SQL of the program, and how it reaches SQLite or PostgreSQL.
//! No rule lives here: a function answers one question or writes one thing, and is named by it.
//!
//! Each statement is **one text** with `$1` placeholders, run on either driver by the macros
//! below; what really differs stands in [`dialect`]. A function that only reads takes
//! `&mut impl Access` (a [`Reader`] or a [`Tx`]); one that writes takes `&mut Tx`, so nothing
//! is ever written outside a transaction. Every function here is run on both databases by
//! `tests/store_contract.rs`; to add one, write it beside its neighbours and add it there.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::ids::PractitionerId;
use sqlx::{
    PgConnection, PgPool, Postgres, SqlStr, Sqlite, SqliteConnection, SqlitePool, Transaction,
    pool::PoolConnection,
};

pub mod agenda;
pub mod appointments;
pub mod archive;
pub mod audit;
pub mod availability;
pub mod bookable;
pub mod demo;
pub mod dialect;
pub mod factors;
pub mod feeds;
pub(crate) mod hanging;
pub mod hold;
pub mod holding;
pub mod jobs;
mod lines;
pub mod names;
pub mod office;
pub mod passkeys;
mod patience;
pub mod patients;
pub mod people;
pub mod practices;
pub mod reasons;
mod replaced;
pub mod retention;
pub mod schema;
pub mod sessions;
pub mod settings;
pub mod shown;
pub mod trail;
pub mod vitals;

pub use dialect::StoreError;
use lines::{Lines, Turn};
use patience::Patience;
pub(crate) use replaced::GENERATION;
use replaced::Replaced;
pub use replaced::SAID as REPLACED;

/// The database: one file, or a server.
#[derive(Clone, Debug)]
pub struct Store {
    pools: Pools,
    patience: Arc<Patiences>,
    lines: Arc<Lines>,
    replaced: Arc<Replaced>,
    counts: Arc<Counts>,
    /// Says that the file of SQLite is in use.
    _hold: Option<Arc<hold::Hold>>,
}

/// What was asked of the database since the start, for tests that count.
#[derive(Debug, Default)]
struct Counts {
    statements: AtomicU64,
    commits: AtomicU64,
    rows: AtomicU64,
    #[cfg(feature = "testing")]
    next_commit: std::sync::Mutex<Option<BrokenCommit>>,
}

/// What a test lets go wrong when the next transaction is committed.
#[cfg(feature = "testing")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokenCommit {
    /// The database goes away before it: nothing is written.
    Before,
    /// The database goes away after it: all is written, and nobody is told.
    After,
}

#[derive(Clone, Debug)]
enum Pools {
    /// One connection that writes, some that read: SQLite has one writer anyway, and waiting
    /// in a queue of ours is fairer than its busy timeout.
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

/// What is known of the pools: on SQLite one may be busy while the other is not.
#[derive(Debug, Default)]
struct Patiences {
    write: Patience,
    read: Patience,
}

/// A connection that reads.
#[derive(Debug)]
pub struct Reader {
    connection: ReaderConnection,
    counts: Arc<Counts>,
}

#[derive(Debug)]
enum ReaderConnection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// A transaction that writes. Dropped without [`Tx::commit`], it undoes everything.
#[derive(Debug)]
pub struct Tx {
    transaction: TxConnection,
    counts: Arc<Counts>,
    longest: Option<Duration>,
    /// Given back after the connection.
    _turn: Option<Turn>,
}

/// A connection that sees one moment, and does not write.
#[derive(Debug)]
pub struct Snapshot {
    transaction: TxConnection,
    counts: Arc<Counts>,
}

#[derive(Debug)]
enum TxConnection {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A borrowed connection, for one statement.
#[derive(Debug)]
pub enum Conn<'c> {
    /// To SQLite.
    Sqlite(&'c mut SqliteConnection),
    /// To PostgreSQL.
    Postgres(&'c mut PgConnection),
}

/// What a statement can run on.
pub trait Access: Send {
    /// The connection, counted as one statement.
    fn conn(&mut self) -> Conn<'_>;

    /// How long PostgreSQL may take to answer one; `None` where what is asked may last.
    fn longest(&self) -> Option<Duration>;

    /// Counts rows that one answered.
    fn were_read(&self, rows: usize);
}

impl Access for Reader {
    fn conn(&mut self) -> Conn<'_> {
        self.counts.statements.fetch_add(1, Ordering::Relaxed);
        match &mut self.connection {
            ReaderConnection::Sqlite(connection) => Conn::Sqlite(connection),
            ReaderConnection::Postgres(connection) => Conn::Postgres(connection),
        }
    }

    fn longest(&self) -> Option<Duration> {
        Some(hanging::answered_within())
    }

    fn were_read(&self, rows: usize) {
        self.counts.add_rows(rows);
    }
}

impl Access for Tx {
    fn conn(&mut self) -> Conn<'_> {
        self.counts.statements.fetch_add(1, Ordering::Relaxed);
        self.transaction.conn()
    }

    fn longest(&self) -> Option<Duration> {
        self.longest
    }

    fn were_read(&self, rows: usize) {
        self.counts.add_rows(rows);
    }
}

impl Access for Snapshot {
    fn conn(&mut self) -> Conn<'_> {
        self.counts.statements.fetch_add(1, Ordering::Relaxed);
        self.transaction.conn()
    }

    fn longest(&self) -> Option<Duration> {
        Some(hanging::ROW_WITHIN)
    }

    fn were_read(&self, rows: usize) {
        self.counts.add_rows(rows);
    }
}

impl TxConnection {
    fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(transaction) => Conn::Sqlite(transaction),
            Self::Postgres(transaction) => Conn::Postgres(transaction),
        }
    }
}

/// All rows, each as `$row` (which derives `FromRow`, generic over the driver). With
/// `sqlite …, postgres …` where the two say the same in other words.
macro_rules! all {
    ($db:expr, $row:ty, sqlite $sqlite:expr, postgres $postgres:expr $(, $bind:expr)* $(,)?) => {{
        let db = &mut *$db;
        let longest = $crate::store::Access::longest(db);
        let found = match $crate::store::Access::conn(db) {
            $crate::store::Conn::Sqlite(conn) => {
                sqlx::query_as::<_, $row>($sqlite)$(.bind($bind))*.fetch_all(conn).await
            }
            $crate::store::Conn::Postgres(conn) => {
                let query = sqlx::query_as::<_, $row>($postgres)$(.bind($bind))*;
                $crate::store::hanging::in_time(longest, query.fetch_all(conn)).await
            }
        };
        if let Ok(rows) = &found {
            $crate::store::Access::were_read(db, rows.len());
        }
        found.map_err($crate::store::StoreError::from)
    }};
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::all!($db, $row, sqlite $sql, postgres $sql $(, $bind)*)
    };
}

/// One row or none. With `sqlite …, postgres …` where the two say the same in other words.
macro_rules! maybe {
    ($db:expr, $row:ty, sqlite $sqlite:expr, postgres $postgres:expr $(, $bind:expr)* $(,)?) => {{
        let db = &mut *$db;
        let longest = $crate::store::Access::longest(db);
        match $crate::store::Access::conn(db) {
            $crate::store::Conn::Sqlite(conn) => {
                sqlx::query_as::<_, $row>($sqlite)$(.bind($bind))*.fetch_optional(conn).await
            }
            $crate::store::Conn::Postgres(conn) => {
                let query = sqlx::query_as::<_, $row>($postgres)$(.bind($bind))*;
                $crate::store::hanging::in_time(longest, query.fetch_optional(conn)).await
            }
        }
        .map_err($crate::store::StoreError::from)
    }};
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::store::maybe!($db, $row, sqlite $sql, postgres $sql $(, $bind)*)
    };
}

/// Writes, and answers how many rows it touched.
macro_rules! write {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        {
            let tx = &mut *$tx;
            let longest = $crate::store::Access::longest(tx);
            match $crate::store::Access::conn(tx) {
                $crate::store::Conn::Sqlite(conn) => {
                    let query = sqlx::query($sql)$(.bind($bind))*;
                    query.execute(conn).await.map(|done| done.rows_affected())
                }
                $crate::store::Conn::Postgres(conn) => {
                    let query = sqlx::query($sql)$(.bind($bind))*;
                    let done = $crate::store::hanging::in_time(longest, query.execute(conn)).await;
                    done.map(|done| done.rows_affected())
                }
            }
            .map_err($crate::store::StoreError::from)
        }
    };
}

pub(crate) use {all, maybe, write};

impl Store {
    /// A connection for reading. Several statements on it may see different states.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when none comes free in time.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        let connection = match &self.pools {
            Pools::Sqlite { read, .. } => {
                ReaderConnection::Sqlite(self.patience.read.wait(read.acquire()).await?)
            }
            Pools::Postgres(pool) => {
                ReaderConnection::Postgres(self.patience.read.wait(pool.acquire()).await?)
            }
        };
        Ok(Reader {
            connection,
            counts: Arc::clone(&self.counts),
        })
    }

    /// Begins a transaction that will write.
    ///
    /// Never await this in a task that may be dropped half-way (axum drops a handler when the
    /// client goes away, and a connection dropped while it begins is handed on in that state):
    /// go through [`crate::Backend::detached`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is busy or away.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.begin_within(Some(hanging::ANSWERED_WITHIN), None)
            .await
    }

    /// The same for what locks that agenda first
    /// ([`availability::lock_agenda`]): whoever waits for one leaves room for those who book with
    /// somebody else.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn begin_in(&self, agenda: PractitionerId) -> Result<Tx, StoreError> {
        self.begin_within(Some(hanging::ANSWERED_WITHIN), Some(agenda))
            .await
    }

    /// The same for what may last: a restore, a demonstration.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn begin_long(&self) -> Result<Tx, StoreError> {
        let mut tx = self.begin_within(None, None).await?;
        if let TxConnection::Postgres(transaction) = &mut tx.transaction {
            hanging::take_your_time_here(transaction).await?;
        }
        Ok(tx)
    }

    /// The same for what is tried again by itself, and must not keep anything else waiting: on PostgreSQL
    /// it waits for the lock of another a second and no more. (On SQLite there is one lock, and all
    /// wait alike.)
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn begin_briefly(&self) -> Result<Tx, StoreError> {
        let mut tx = self.begin().await?;
        if let TxConnection::Postgres(transaction) = &mut tx.transaction {
            let brief = hanging::be_brief_here(transaction);
            hanging::in_time(Some(hanging::ANSWERED_WITHIN), brief).await?;
        }
        Ok(tx)
    }

    async fn begin_within(
        &self,
        longest: Option<Duration>,
        agenda: Option<PractitionerId>,
    ) -> Result<Tx, StoreError> {
        self.replaced.check()?;
        let mut turn = None;
        let transaction = match &self.pools {
            Pools::Sqlite { write, .. } => {
                let connection = self.patience.write.wait(write.acquire()).await?;
                let begin = Some(SqlStr::from_static("BEGIN IMMEDIATE"));
                TxConnection::Sqlite(Transaction::begin(connection, begin).await?)
            }
            Pools::Postgres(pool) => {
                let gets = async {
                    let turn = self.lines.turn(agenda).await?;
                    Ok((turn, pool.acquire().await?))
                };
                let (its, connection) = self.patience.read.wait(gets).await?;
                turn = Some(its);
                let begun = Transaction::begin(connection, None);
                let first = longest.map(|longest| longest.min(hanging::answered_within()));
                TxConnection::Postgres(hanging::in_time(first, begun).await?)
            }
        };
        Ok(Tx {
            transaction,
            counts: Arc::clone(&self.counts),
            longest,
            _turn: turn,
        })
    }

    /// Statements sent since the start, for tests that count them.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.counts.statements.load(Ordering::Relaxed)
    }

    /// Rows read since the start by what asks for many, for tests that count them.
    #[must_use]
    pub fn rows_read(&self) -> u64 {
        self.counts.rows.load(Ordering::Relaxed)
    }

    /// Transactions committed since the start, for tests that count them.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.counts.commits.load(Ordering::Relaxed)
    }

    /// Lets the next commit go wrong, whoever makes it; `None` takes that back.
    #[cfg(feature = "testing")]
    pub fn break_next_commit(&self, how: Option<BrokenCommit>) {
        *self.counts.next_commit() = how;
    }

    /// Closes every connection; what is in flight ends first.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes everything durable.
    ///
    /// # Errors
    /// What the database says; whether it was written is then unknown.
    pub async fn commit(self) -> Result<(), StoreError> {
        #[cfg(feature = "testing")]
        let broken = self.counts.next_commit().take();
        #[cfg(feature = "testing")]
        if broken == Some(BrokenCommit::Before) {
            return Err(StoreError::Unavailable("broken by a test".to_owned()));
        }
        match self.transaction {
            TxConnection::Sqlite(transaction) => transaction.commit().await?,
            TxConnection::Postgres(transaction) => {
                hanging::in_time(self.longest, transaction.commit()).await?;
            }
        }
        self.counts.commits.fetch_add(1, Ordering::Relaxed);
        #[cfg(feature = "testing")]
        if broken == Some(BrokenCommit::After) {
            return Err(StoreError::Unavailable("broken by a test".to_owned()));
        }
        Ok(())
    }
}

impl Counts {
    fn add_rows(&self, rows: usize) {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }
}

#[cfg(feature = "testing")]
impl Counts {
    fn next_commit(&self) -> std::sync::MutexGuard<'_, Option<BrokenCommit>> {
        let held = self.next_commit.lock();
        held.unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
