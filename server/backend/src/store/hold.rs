//! Who uses a database: whoever opens it holds it together with others; a restore holds it
//! alone. Not the lock of a transaction: this one lasts as long as the connection.
//!
//! SQLite: a lock of the operating system on a file beside the database, which goes with the
//! process however it ends. (On the database itself it would not do: closing a file that SQLite
//! has open as well ends SQLite's own locks.) PostgreSQL: an advisory lock of each connection.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{MetadataExt, OpenOptionsExt, lchown},
    path::{Path, PathBuf},
};

use sqlx::PgConnection;

use super::{Conn, StoreError, Tx};

/// What SQLite adds to the name of a database for the files that it keeps beside it.
pub(crate) const SQLITES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// "rdv hold" as a number: the same for every program that uses a database of ours.
const ADVISORY: i64 = 0x7264_7620_686f_6c64;
/// What is said while somebody restores.
const RESTORING: &str = "a restore is replacing this database; try again when it is done";

/// Holds a SQLite database; ends when dropped, or with the process.
#[derive(Debug)]
pub struct Hold {
    _file: Option<File>,
}

/// The lock file of a database. Behind symbolic links it is beside the file itself, so that all
/// who use it by any name find the same.
fn lock_file(database: &Path) -> PathBuf {
    let mut name = behind_links(database).into_os_string();
    name.push(".lock");
    name.into()
}

/// The file that a name leads to, which need not be there yet.
fn behind_links(name: &Path) -> PathBuf {
    let mut name = name.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        let Ok(target) = fs::read_link(&name) else {
            break;
        };
        name = name.parent().unwrap_or(Path::new("")).join(target);
    }
    name
}

/// Where a restore makes the database that will replace this one.
pub(crate) fn staged_file(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(".restoring");
    name.into()
}

/// Whether there is no database, nor one that a restore was making of it. What cannot be looked at may
/// be there.
#[must_use]
pub fn is_missing(database: &Path) -> bool {
    let database = behind_links(database);
    let is_not_there = |file: &Path| matches!(file.try_exists(), Ok(false));
    is_not_there(&database) && is_not_there(&staged_file(&database))
}

/// The files that are kept beside a database and belong to it, be they there or not: SQLite's, the lock,
/// and what a restore makes. The name is one behind links.
pub(crate) fn beside(database: &Path) -> impl Iterator<Item = PathBuf> {
    let sqlites = SQLITES.map(|suffix| {
        let mut name = database.as_os_str().to_owned();
        name.push(suffix);
        name.into()
    });
    sqlites
        .into_iter()
        .chain([lock_file(database), staged_file(database)])
}

/// Refuses to begin with an empty database where a restore was interrupted.
///
/// # Errors
/// [`StoreError::Schema`], which says what to do.
pub(crate) fn is_not_half_restored(database: &Path) -> Result<(), StoreError> {
    let database = behind_links(database);
    let staged = staged_file(&database);
    if database.exists() || !staged.exists() {
        return Ok(());
    }
    Err(StoreError::Schema(format!(
        "a restore of {} was interrupted, and there is no database: run it again (rdv restore \
         FILE), or remove {} to begin with an empty one",
        database.display(),
        staged.display()
    )))
}

fn open(database: &Path) -> io::Result<File> {
    let path = lock_file(database);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)?;
    give_to_owner_of_folder(&path);
    Ok(file)
}

/// Files that root makes beside a database belong to whoever runs the server.
pub(crate) fn give_to_owner_of_folder(path: &Path) {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let Ok(folder) = folder.unwrap_or(Path::new(".")).metadata() else {
        return;
    };
    if path
        .symlink_metadata()
        .is_ok_and(|file| file.uid() == folder.uid())
    {
        return;
    }
    // Only root can; for anybody else there is nothing to give. Never what a link points at: who
    // owns the folder may have put it there.
    let _ = lchown(path, Some(folder.uid()), Some(folder.gid()));
}

impl Hold {
    /// Holds a SQLite database together with others.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] while a restore holds it alone.
    pub fn together(database: &Path) -> Result<Self, StoreError> {
        let file = match open(database) {
            Ok(file) => file,
            Err(error) => return Ok(Self::without(database, &error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Unavailable(RESTORING.to_owned())),
            Err(TryLockError::Error(error)) => Ok(Self::without(database, &error)),
        }
    }

    /// A file system without locks, or a folder that cannot be written, keeps nobody from
    /// working; it keeps a restore from starting.
    fn without(database: &Path, error: &io::Error) -> Self {
        let lock = lock_file(database);
        tracing::warn!(file = %lock.display(), %error, "the database is used without its lock");
        Self { _file: None }
    }

    /// Holds a SQLite database alone; `None` when somebody uses it.
    ///
    /// # Errors
    /// When the lock file cannot be made or the file system knows no locks.
    pub fn alone(database: &Path) -> io::Result<Option<Self>> {
        let file = open(database)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: Some(file) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Makes a new connection to PostgreSQL hold the database together with others.
///
/// # Errors
/// As a database that is away, while a restore holds it alone.
pub(crate) async fn together_on_postgres(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    let held: bool = sqlx::query_scalar("select pg_try_advisory_lock_shared($1)")
        .bind(ADVISORY)
        .fetch_one(conn)
        .await?;
    if held {
        Ok(())
    } else {
        Err(sqlx::Error::Io(io::Error::other(RESTORING)))
    }
}

/// Holds a PostgreSQL database alone until the transaction ends; answers whether nobody else
/// uses it. On SQLite, where a file is held, always.
///
/// # Errors
/// As the database.
pub async fn hold_alone(tx: &mut Tx) -> Result<bool, StoreError> {
    use super::Access;
    match tx.conn() {
        Conn::Sqlite(_) => Ok(true),
        Conn::Postgres(conn) => Ok(sqlx::query_scalar("select pg_try_advisory_xact_lock($1)")
            .bind(ADVISORY)
            .fetch_one(conn)
            .await?),
    }
}
