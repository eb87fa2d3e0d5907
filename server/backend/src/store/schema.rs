//! Which schema a database has, and opening one without changing it: for backups, restores and
//! the doctor. A server opens it by [`Store::connect`] and brings it up to date.

use std::{path::Path, str::FromStr, sync::Arc};

use sqlx::{
    ConnectOptions, Connection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    Access, Conn, Pools, Snapshot, Store, StoreError, Tx, TxConnection,
    dialect::{POSTGRES, SQLITE},
    hanging, maybe,
    patience::PATIENCE,
};

/// The newest schema that this program knows.
#[must_use]
pub fn newest() -> i64 {
    SQLITE.iter().map(|step| step.version).max().unwrap_or(0)
}

/// The schemas that were there before the newest one, oldest first.
#[cfg(feature = "testing")]
#[must_use]
pub fn older() -> Vec<i64> {
    let versions = SQLITE.iter().map(|step| step.version);
    versions.filter(|version| *version < newest()).collect()
}

/// Whether this program knows a schema of that number.
#[must_use]
pub fn is_known(version: i64) -> bool {
    SQLITE.version_exists(version)
}

/// The schema of the database; `None` when it has none of ours.
///
/// # Errors
/// As the database.
pub async fn version(db: &mut impl Access) -> Result<Option<i64>, StoreError> {
    // `/readyz` asks it: of a PostgreSQL that hangs, too, it is not waited for.
    let there: Option<(i64,)> = maybe!(
        db,
        (i64,),
        sqlite "select 1 from sqlite_schema where name = '_sqlx_migrations'",
        postgres "select 1::int8 where to_regclass('_sqlx_migrations') is not null"
    )?;
    if there.is_none() {
        return Ok(None);
    }
    let row: Option<(Option<i64>,)> = maybe!(
        db,
        (Option<i64>,),
        "select max(version) from _sqlx_migrations"
    )?;
    Ok(row.and_then(|(version,)| version))
}

/// The file of a SQLite address; `None` for PostgreSQL.
///
/// # Errors
/// [`StoreError::Schema`] for what is no address.
pub fn file_of(url: &str) -> Result<Option<std::path::PathBuf>, StoreError> {
    if !url.starts_with("sqlite:") {
        return Ok(None);
    }
    let options = SqliteConnectOptions::from_str(url)?;
    Ok(Some(options.get_filename().to_owned()))
}

impl Store {
    /// Opens a database as it is: nothing is made, nothing is migrated. `None` when the file of
    /// SQLite is not there.
    ///
    /// # Errors
    /// As [`Store::connect`].
    pub async fn open_as_it_is(url: &str) -> Result<Option<Self>, StoreError> {
        match file_of(url)? {
            Some(file) if !file.exists() => Ok(None),
            Some(_) | None => Self::connect(url).await.map(Some),
        }
    }

    /// Opens a file of SQLite for reading only.
    ///
    /// # Errors
    /// As the file, which may be no database.
    pub async fn look(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        Ok(Self {
            pools: Pools::Sqlite {
                write: pool.clone(),
                read: pool,
            },
            patience: Arc::default(),
            lines: Arc::default(),
            replaced: Arc::default(),
            counts: Arc::default(),
            _hold: None,
        })
    }

    /// One connection to PostgreSQL that does not hold the database together with others: for
    /// whoever wants it alone.
    ///
    /// # Errors
    /// As [`Store::connect`].
    pub async fn connect_alone(url: &str) -> Result<Self, StoreError> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_with(PgConnectOptions::from_str(url)?.application_name("rdv restore"))
            .await?;
        Ok(Self {
            pools: Pools::Postgres(pool),
            patience: Arc::default(),
            lines: Arc::default(),
            replaced: Arc::default(),
            counts: Arc::default(),
            _hold: None,
        })
    }

    /// A new SQLite database that nobody relies on yet, with that schema. It is fast and not
    /// durable: whoever keeps it asks the operating system to write it out.
    ///
    /// # Errors
    /// As the database; the file must not be there.
    pub async fn stage(file: &Path, version: i64) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Memory)
            .synchronous(SqliteSynchronous::Off)
            .pragma("cache_size", "-65536")
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        SQLITE.run_to(version, &pool).await?;
        Ok(Self {
            pools: Pools::Sqlite {
                write: pool.clone(),
                read: pool,
            },
            patience: Arc::default(),
            lines: Arc::default(),
            replaced: Arc::default(),
            counts: Arc::default(),
            _hold: None,
        })
    }

    /// Brings the schema to an older version: for tests that upgrade.
    ///
    /// # Errors
    /// As [`Store::migrate`].
    #[cfg(feature = "testing")]
    pub async fn migrate_to(&self, version: i64) -> Result<(), StoreError> {
        match &self.pools {
            Pools::Sqlite { write, .. } => SQLITE.run_to(version, write).await?,
            Pools::Postgres(pool) => POSTGRES.run_to(version, pool).await?,
        }
        Ok(())
    }

    /// Whether somebody waits for a lock in this database of PostgreSQL: for tests that catch a
    /// program in the middle.
    ///
    /// # Errors
    /// As the database.
    #[cfg(feature = "testing")]
    pub async fn anyone_waits(&self) -> Result<bool, StoreError> {
        let waits: Option<(i64,)> = maybe!(
            &mut self.read().await?,
            (i64,),
            "select 1::int8 from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock' limit 1"
        )?;
        Ok(waits.is_some())
    }

    /// What the database holds at one moment, however long it is read, while others write.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is busy or away.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let transaction = match &self.pools {
            Pools::Sqlite { read, .. } => TxConnection::Sqlite(read.begin().await?),
            Pools::Postgres(pool) => {
                let mut transaction = pool
                    .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?;
                hanging::take_your_time_here(&mut transaction).await?;
                TxConnection::Postgres(transaction)
            }
        };
        Ok(Snapshot {
            transaction,
            counts: Arc::clone(&self.counts),
        })
    }
}

/// What became of a file of SQLite that is to be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folded {
    /// Everything is in the one file.
    Whole,
    /// Another program has it open.
    InUse,
    /// It cannot be read as a database: its files belong together as they are.
    Unreadable,
}

/// Writes what stands beside a file of SQLite (`-wal`) into it, so that it can be moved. SQLite
/// does that only for one who has the file alone: this finds other programs too, which do not
/// know of our [`super::hold`].
///
/// # Errors
/// As the disk, where it is full, read-only or fails, and what stands beside cannot be opened.
pub async fn fold(file: &Path) -> Result<Folded, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(std::time::Duration::from_millis(500))
        .journal_mode(SqliteJournalMode::Delete);
    match options.connect().await {
        Ok(connection) => match connection.close().await {
            Ok(()) => Ok(Folded::Whole),
            Err(error) => unfolded(error),
        },
        Err(error) => unfolded(error),
    }
}

fn unfolded(error: sqlx::Error) -> Result<Folded, StoreError> {
    if is_busy(&error) {
        Ok(Folded::InUse)
    } else {
        match StoreError::from(error) {
            error @ (StoreError::Unavailable(_) | StoreError::Locked(_)) => Err(error),
            StoreError::Overlap
            | StoreError::Duplicate(_)
            | StoreError::BrokenRow(_)
            | StoreError::Schema(_)
            | StoreError::Other(_) => Ok(Folded::Unreadable),
        }
    }
}

/// SQLite's BUSY and LOCKED, with their extended codes.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|number| matches!(number & 0xff, 5 | 6))
}

/// Brings the schema up to date within a transaction, so that it is undone with it. PostgreSQL
/// only: a staged SQLite database is migrated before anybody relies on it.
///
/// # Errors
/// As [`Store::migrate`].
pub async fn migrate_within(tx: &mut Tx) -> Result<(), StoreError> {
    match &mut tx.transaction {
        TxConnection::Sqlite(_) => Ok(()),
        TxConnection::Postgres(transaction) => {
            // Its own lock is of the session; ours keeps everybody out already.
            POSTGRES.run_direct(None, &mut **transaction, false).await?;
            Ok(())
        }
    }
}

/// Whether a file of SQLite without a schema of ours holds no table at all.
///
/// # Errors
/// As the database.
pub async fn has_nothing(db: &mut impl Access) -> Result<bool, StoreError> {
    let table: Option<(i64,)> = maybe!(
        db,
        (i64,),
        "select 1 from sqlite_schema where type = 'table' limit 1"
    )?;
    Ok(table.is_none())
}

/// What SQLite finds wrong with a database, in its own words; empty when all is well. Reads the
/// whole file.
///
/// # Errors
/// As the database.
pub async fn faults(db: &mut impl Access) -> Result<Vec<String>, StoreError> {
    let Conn::Sqlite(conn) = db.conn() else {
        return Ok(Vec::new());
    };
    let found: Vec<(String,)> = sqlx::query_as("pragma integrity_check(20)")
        .fetch_all(&mut *conn)
        .await?;
    let mut faults: Vec<_> = found.into_iter().map(|(fault,)| fault).collect();
    faults.retain(|fault| fault != "ok");
    let orphans: Vec<(String, String)> =
        sqlx::query_as("select distinct \"table\", parent from pragma_foreign_key_check limit 20")
            .fetch_all(conn)
            .await?;
    faults.extend(
        orphans
            .into_iter()
            .map(|(table, parent)| format!("{table} refers to what {parent} does not hold")),
    );
    Ok(faults)
}
