//! A backup: everything the database holds at one moment, in one file that either database can
//! be made of again. Why this and not the databases' own tools: `docs/decisions/0011-…`.
//! Taking it is here, the other way is [`restore`]'s, the form of the file [`file`]'s.
//!
//! A backup can be taken while the server runs and people book: it is read in one transaction.
//! The instance's key is in it, so links in old mails, feeds and UIDs go on working after a
//! restore; whoever has the file has every patient, so it is nobody else's to read.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};

use self::{
    file::{FORM, Header, TableHeader, Writer},
    unfinished::{Unfinished, last_steps},
};
use crate::{
    Error, Failure,
    store::{Store, StoreError, archive, hold, schema, settings},
};

mod exchange;
pub mod file;
pub mod restore;
mod unfinished;

pub use unfinished::abandon;

/// The name under which the database knows when it was last backed up.
pub const LAST_BACKUP: &str = "backup_made_at";

/// What a restore adds to the name of the database that it replaces, before the instant.
const SET_ASIDE: &str = ".before-restore-";

/// Why no backup is taken, or none restored. Nothing was touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackupRefusal {
    /// The file is there already.
    FileExists,
    /// Something is there that is no file: a folder, a device, a link.
    NotAFile,
    /// The file is the database itself, or one of those beside it that belong to it: also one that a
    /// restore set aside.
    IsTheDatabase,
    /// There is no database to back up.
    NoDatabase,
    /// The database has a schema that this program does not know.
    NewerDatabase,
    /// The file is no backup.
    NotABackup,
    /// The backup was written by a newer program, in a form unknown here.
    NewerForm,
    /// The backup holds a schema that this program does not know.
    NewerSchema {
        /// That of the backup.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The end of the backup is missing.
    Truncated,
    /// The backup is not as it was written.
    Damaged,
    /// There is something where it would go, and nobody said to replace it.
    NotEmpty,
    /// A server or a command uses the database.
    InUse,
}

/// How far a long work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Rows are written into the file, or into the new database.
    Writing,
    /// What was written is read again and compared.
    Checking,
    /// Rows are written into PostgreSQL.
    Replacing,
}

/// Told of each row: which step, how many rows of how many.
pub type Progress<'a> = dyn FnMut(Step, u64, u64) + Send + 'a;

/// A backup that was taken.
#[derive(Clone, Debug)]
pub struct BackupReport {
    /// What it holds.
    pub header: Header,
    /// Its size, in bytes.
    pub bytes: u64,
    /// Whether the database could note that it was backed up.
    pub noted: bool,
}

/// Takes a backup of the database at `url` into the file `path`, readable by its owner only.
/// The database is not changed, but for a note that says when it was backed up.
///
/// # Errors
/// [`BackupRefusal`] for a file that is there, unless `force`, and for what is no file, even so;
/// otherwise as the database and the disk. The file is there only when the backup is whole and was read again.
pub async fn make(
    url: &str,
    path: &Path,
    force: bool,
    now: DateTime<Utc>,
    progress: &mut Progress<'_>,
) -> Result<BackupReport, Failure<BackupRefusal>> {
    if is_the_database(url, path)? {
        return Err(Failure::Refused(BackupRefusal::IsTheDatabase));
    }
    is_free(path, force)?;
    let Some(store) = Store::open_as_it_is(url).await? else {
        return Err(Failure::Refused(BackupRefusal::NoDatabase));
    };
    let made = write_and_check(&store, url, path, force, now, progress).await;
    let noted = match &made {
        Ok(_) => note(&store, now).await.is_ok(),
        Err(_) => false,
    };
    store.close().await;
    let header = made?;
    let bytes = fs::metadata(path)
        .map_err(|error| io_error(path, &error))?
        .len();
    Ok(BackupReport {
        header,
        bytes,
        noted,
    })
}

/// Whether a backup may take that name. What is no file is never replaced: `/dev/null` would be one
/// from then on.
fn is_free(path: &Path, force: bool) -> Result<(), Failure<BackupRefusal>> {
    match fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => Err(Failure::Refused(BackupRefusal::NotAFile)),
        Ok(_) if !force => Err(Failure::Refused(BackupRefusal::FileExists)),
        Ok(_) => Ok(()),
        // What cannot be looked at cannot be written either, and says so then.
        Err(_) => Ok(()),
    }
}

async fn write_and_check(
    store: &Store,
    url: &str,
    path: &Path,
    force: bool,
    now: DateTime<Utc>,
    progress: &mut Progress<'_>,
) -> Result<Header, Failure<BackupRefusal>> {
    let part = Part::beside(path)?;
    let header = write(store, url, &part, now, progress).await?;
    let (mut read, total) = (0, header.rows());
    file::check(part.path(), |more| {
        read += more;
        progress(Step::Checking, read, total);
    })?;
    is_free(path, force)?;
    part.becomes(path)?;
    Ok(header)
}

async fn write(
    store: &Store,
    url: &str,
    part: &Part,
    now: DateTime<Utc>,
    progress: &mut Progress<'_>,
) -> Result<Header, Failure<BackupRefusal>> {
    let mut db = store.snapshot().await?;
    let Some(version) = schema::version(&mut db).await? else {
        return Err(Failure::Refused(BackupRefusal::NoDatabase));
    };
    if !schema::is_known(version) {
        return Err(Failure::Refused(BackupRefusal::NewerDatabase));
    }
    let tables = archive::tables(&mut db, version).await?;
    let mut headers = Vec::new();
    for table in &tables {
        headers.push(TableHeader::of(
            table,
            archive::count(&mut db, table).await?,
        ));
    }
    let header = Header {
        rdv_backup: FORM,
        rdv: env!("CARGO_PKG_VERSION").to_owned(),
        schema: version,
        made_at: now,
        database: url
            .split(':')
            .next()
            .unwrap_or_default()
            .replace("postgresql", "postgres"),
        tables: headers,
    };
    let broken = |error: io::Error| io_error(part.path(), &error);
    let mut out = Writer::start(part.file()?, &header).map_err(broken)?;
    let (mut written, total) = (0, header.rows());
    for table in &tables {
        out.table(&table.name).map_err(broken)?;
        archive::each_row(&mut db, table, |cells| {
            out.row(cells).map_err(broken)?;
            written += 1;
            progress(Step::Writing, written, total);
            Ok::<(), Error>(())
        })
        .await?;
    }
    out.finish().map_err(broken)?;
    Ok(header)
}

async fn note(store: &Store, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    settings::set(&mut tx, LAST_BACKUP, &now.to_rfc3339()).await?;
    tx.commit().await
}

/// Whether a file is the database, or one of those that belong to it, be they there or not: SQLite
/// reads them as its own, and who restored the wrong backup has nothing but the one set aside
/// (whatever its name goes on with).
fn is_the_database(url: &str, path: &Path) -> Result<bool, Error> {
    let Some(database) = schema::file_of(url)? else {
        return Ok(false);
    };
    let (database, path) = (whole_name(&database), whole_name(path));
    let set_aside = with_suffix(&database, SET_ASIDE);
    let name = path.as_os_str().as_encoded_bytes();
    Ok(database == path
        || hold::beside(&database).any(|file| file == path)
        || name.starts_with(set_aside.as_os_str().as_encoded_bytes()))
}

/// The name of a file from the root, behind links; of one that is not there, in its folder.
fn whole_name(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| {
        let folder = folder_of(path);
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        folder.join(path.file_name().unwrap_or_default())
    })
}

pub(crate) fn io_error(path: &Path, error: &io::Error) -> Error {
    Error::Io(format!("{}: {error}", path.display()))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The folder of a file.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// The file while it is being written.
#[derive(Debug)]
struct Part {
    unfinished: Unfinished,
}

impl Part {
    fn beside(path: &Path) -> Result<Self, Error> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        if name.is_empty() || path.is_dir() {
            return Err(Error::Io(format!("{}: is a folder", path.display())));
        }
        name.push(format!(".part-{}", std::process::id()));
        Ok(Self {
            unfinished: Unfinished::file(folder_of(path).join(name)),
        })
    }

    fn path(&self) -> &Path {
        self.unfinished.path()
    }

    fn file(&self) -> Result<File, Error> {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(self.path())
            .map_err(|error| io_error(self.path(), &error))
    }

    /// Gives it its name, and waits until the disk knows.
    fn becomes(self, path: &Path) -> Result<(), Error> {
        let last = last_steps();
        let renamed = fs::rename(self.path(), path)
            .and_then(|()| File::open(folder_of(path))?.sync_all())
            .map_err(|error| io_error(path, &error));
        drop(last);
        renamed
    }
}
