//! Making a database of a backup again. Nothing that is there is touched before the backup has
//! been read to its end, loaded into a new SQLite database where every guard of the schema
//! holds, read again from there, compared, migrated and checked.
//!
//! SQLite: that new database then takes the old one's name, and the old one is kept beside it.
//! PostgreSQL: its rows are copied in one transaction, so that a failure leaves the old ones.
//!
//! Two things are not as they were when the backup was taken: nobody is signed in, for whoever
//! signed out since must stay out; and mails that were due are given up and shown to the
//! practice as "to be phoned", for they may have gone since: none is sent twice, and nobody is
//! left untold without the practice seeing it.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{
    BackupRefusal, Progress, SET_ASIDE, Step,
    exchange::Exchange,
    file::{self, Archive, Header, TableHeader, line_of},
    folder_of, io_error,
    unfinished::{Unfinished, last_steps},
    with_suffix,
};
use crate::{
    Error, Failure,
    clock::{SystemRandom, new_token},
    jobs::Kind,
    mail::Trouble,
    store::{
        Access, GENERATION, Store, StoreError,
        archive::{self, Cell, Table},
        hold::{self, Hold},
        schema::{self, Folded},
        settings,
    },
};

/// Rows that are in memory at a time.
const AT_ONCE: usize = 500;

/// How often PostgreSQL is asked, five times a second, whether everybody has gone.
const PATIENCE: u32 = 10;

/// How a backup is to be restored.
#[derive(Clone, Copy, Debug, Default)]
pub struct RestoreWish {
    /// Whether what is there may be replaced.
    pub replace: bool,
    /// Whether mails that were due when the backup was taken are sent: right only when nothing
    /// sent them since.
    pub send_waiting: bool,
}

/// A backup that was restored.
#[derive(Clone, Debug)]
pub struct RestoreReport {
    /// What it held.
    pub header: Header,
    /// Where the old database of SQLite is, if there was one.
    pub aside: Option<PathBuf>,
    /// Mails that were given up, for they may have gone since.
    pub given_up: u64,
}

type Refused<T> = Result<T, Failure<BackupRefusal>>;

/// Makes the database at `url` of a backup.
///
/// # Errors
/// [`BackupRefusal`] for a file that is no whole backup, a database that is used or holds
/// something, a schema that is too new; otherwise as the database and the disk. After an error
/// the old data is as it was.
pub async fn restore(
    url: &str,
    path: &Path,
    wish: RestoreWish,
    now: DateTime<Utc>,
    progress: &mut Progress<'_>,
) -> Refused<RestoreReport> {
    let archive = Archive::open(path)?;
    let header = archive.header().clone();
    if !schema::is_known(header.schema) {
        return Err(Failure::Refused(BackupRefusal::NewerSchema {
            found: header.schema,
            known: schema::newest(),
        }));
    }
    let work = Work {
        path,
        header,
        wish,
        now,
    };
    match schema::file_of(url)? {
        Some(database) => work.onto_sqlite(&database, progress).await,
        None => work.onto_postgres(url, progress).await,
    }
}

struct Work<'a> {
    path: &'a Path,
    header: Header,
    wish: RestoreWish,
    now: DateTime<Utc>,
}

impl Work<'_> {
    async fn onto_sqlite(
        self,
        database: &Path,
        progress: &mut Progress<'_>,
    ) -> Refused<RestoreReport> {
        let folder = folder_of(database);
        fs::create_dir_all(folder).map_err(|error| io_error(folder, &error))?;
        // Behind a symbolic link, the file itself is replaced.
        let database = database.canonicalize().unwrap_or(database.to_owned());
        let held = Hold::alone(&database).map_err(|error| io_error(&database, &error))?;
        let Some(_held) = held else {
            return Err(Failure::Refused(BackupRefusal::InUse));
        };
        let old = fs::metadata(&database).ok();
        if old.is_some() && !self.wish.replace && !is_empty(&database).await {
            return Err(Failure::Refused(BackupRefusal::NotEmpty));
        }
        let staged = Staged::beside(&database)?;
        let (store, given_up) = self.stage(staged.path(), progress).await?;
        store.close().await;
        staged.make_ready(&database, old.as_ref())?;
        if old.is_some() && schema::fold(&database).await? == Folded::InUse {
            return Err(Failure::Refused(BackupRefusal::InUse));
        }
        let aside = self.exchange(&staged, &database, old.is_some())?;
        Ok(RestoreReport {
            header: self.header,
            aside,
            given_up,
        })
    }

    /// The new database takes the name of the old one, which gets another: until then it has
    /// both.
    fn exchange(
        &self,
        staged: &Staged,
        database: &Path,
        is_there: bool,
    ) -> Refused<Option<PathBuf>> {
        let _last = last_steps();
        if !staged.path().exists() {
            return Err(not_the_same());
        }
        let aside = self.name_aside(database);
        Exchange::of(staged.path(), database, &aside)
            .run(|| {})
            .map_err(|error| io_error(database, &error))?;
        Ok(is_there.then_some(aside))
    }

    fn name_aside(&self, database: &Path) -> PathBuf {
        let suffix = format!("{SET_ASIDE}{}", self.now.format("%Y%m%dT%H%M%SZ"));
        free_name(&with_suffix(database, &suffix))
    }

    async fn onto_postgres(self, url: &str, progress: &mut Progress<'_>) -> Refused<RestoreReport> {
        let store = Store::connect_alone(url).await?;
        let done = self.within_one_transaction(&store, progress).await;
        store.close().await;
        let given_up = done?;
        Ok(RestoreReport {
            header: self.header,
            aside: None,
            given_up,
        })
    }

    async fn within_one_transaction(
        &self,
        store: &Store,
        progress: &mut Progress<'_>,
    ) -> Refused<u64> {
        let mut tx = store.begin_long().await?;
        let mut tries = PATIENCE;
        while !hold::hold_alone(&mut tx).await? {
            tries -= 1;
            if tries == 0 {
                return Err(Failure::Refused(BackupRefusal::InUse));
            }
            // A server that was stopped just now is still saying goodbye.
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        if let Some(version) = schema::version(&mut tx).await? {
            if !schema::is_known(version) {
                return Err(Failure::Refused(BackupRefusal::NewerDatabase));
            }
            let tables = archive::tables(&mut tx, version).await?;
            if !self.wish.replace && !archive::is_empty(&mut tx, &tables).await? {
                return Err(Failure::Refused(BackupRefusal::NotEmpty));
            }
        }
        let folder = private_folder()?;
        let staged = folder.path().join("staged.db");
        let (staged, given_up) = self.stage(&staged, progress).await?;
        schema::migrate_within(&mut tx).await?;
        let tables = archive::tables(&mut tx, schema::newest()).await?;
        archive::clear(&mut tx, &tables).await?;
        let mut from = staged.read().await?;
        let theirs = archive::tables(&mut from, schema::newest()).await?;
        let (mut copied, mut total) = (0, 0);
        for table in &theirs {
            total += archive::count(&mut from, table).await?;
        }
        for table in &theirs {
            let Some(ours) = tables.iter().find(|ours| ours.is_like(table)) else {
                return Err(not_the_same());
            };
            archive::copy(&mut from, &mut tx, (table, ours), || {
                copied += 1;
                progress(Step::Replacing, copied, total);
            })
            .await?;
            if digest(&mut from, table, || {}).await? != digest(&mut tx, ours, || {}).await? {
                return Err(not_the_same());
            }
        }
        drop(from);
        staged.close().await;
        // Whoever uses the database still, and had no connection just now, learns that it is another.
        settings::set(&mut tx, GENERATION, &new_token(&SystemRandom)).await?;
        // Whatever is told to stop now: the answer of the commit is waited for, and said.
        drop(last_steps());
        tx.commit().await?;
        Ok(given_up)
    }

    /// A new SQLite database of the backup, with the newest schema, checked. Answers how many
    /// mails were given up too.
    async fn stage(&self, at: &Path, progress: &mut Progress<'_>) -> Refused<(Store, u64)> {
        let total = self.header.rows();
        let mut read = 0;
        file::check(self.path, |more| {
            read += more;
            progress(Step::Checking, read, total);
        })?;
        let store = Store::stage(at, self.header.schema).await?;
        let written = self.load(&store, progress).await?;
        let mut db = store.read().await?;
        let tables = archive::tables(&mut db, self.header.schema).await?;
        let mut again = 0;
        for table in &tables {
            let read_again = digest(&mut db, table, || {
                again += 1;
                progress(Step::Checking, again, total);
            });
            let read_again = read_again.await?;
            if !written.contains(&(table.name.clone(), read_again)) {
                return Err(not_the_same());
            }
        }
        drop(db);
        store.migrate().await?;
        let given_up = self.settle(&store).await?;
        let faults = schema::faults(&mut store.read().await?).await?;
        match faults.first() {
            Some(fault) => Err(Error::Io(fault.clone()).into()),
            None => Ok((store, given_up)),
        }
    }

    /// Writes the rows of the backup into tables of its own schema; answers a digest of each.
    async fn load(
        &self,
        store: &Store,
        progress: &mut Progress<'_>,
    ) -> Refused<Vec<(String, [u8; 32])>> {
        let mut archive = Archive::open(self.path)?;
        let mut tx = store.begin_long().await?;
        let tables = archive::tables(&mut tx, self.header.schema).await?;
        // A migration may have put something there.
        archive::clear(&mut tx, &tables).await?;
        let (mut written, mut digests) = (0, Vec::new());
        for header in &self.header.tables {
            let table = like(&tables, header)?;
            let mut hash = Sha256::new();
            archive.table(header)?;
            let mut left = header.rows;
            while left > 0 {
                let batch = left.min(AT_ONCE as u64);
                left -= batch;
                let rows = (0..batch)
                    .map(|_| archive.row(header))
                    .collect::<Refused<Vec<Vec<Cell>>>>()?;
                for row in &rows {
                    hash.update(line_of(row).as_bytes());
                    hash.update(b"\n");
                }
                archive::load(&mut tx, table, &rows).await?;
                written += batch;
                progress(Step::Writing, written, self.header.rows());
            }
            digests.push((header.name.clone(), hash.finalize().into()));
        }
        archive.finish()?;
        tx.commit().await?;
        if digests.len() == tables.len() {
            Ok(digests)
        } else {
            Err(Failure::Refused(BackupRefusal::Damaged))
        }
    }

    /// What must not be as it was when the backup was taken.
    async fn settle(&self, store: &Store) -> Result<u64, StoreError> {
        let mut tx = store.begin_long().await?;
        archive::end_all_sessions(&mut tx).await?;
        let given_up = if self.wish.send_waiting {
            0
        } else {
            // A code is of no use by now: its hold is over, or the visit stands. What staff are told of
            // their own account stands in the journal, and nobody phones them.
            let senseless = [Kind::SendCode.code(), Kind::NotifyAccount.code()];
            let why = Trouble::Restored.code();
            archive::give_up_due_jobs(&mut tx, self.now, why, senseless).await?
        };
        tx.commit().await?;
        Ok(given_up)
    }
}

/// The table of the schema that a table of the backup is.
fn like<'a>(tables: &'a [Table], header: &TableHeader) -> Refused<&'a Table> {
    tables
        .iter()
        .find(|table| TableHeader::of(table, header.rows) == *header)
        .ok_or(Failure::Refused(BackupRefusal::Damaged))
}

/// What a table holds, in 32 bytes.
async fn digest(
    db: &mut impl Access,
    table: &Table,
    mut read: impl FnMut(),
) -> Result<[u8; 32], StoreError> {
    let mut hash = Sha256::new();
    archive::each_row(db, table, |cells| {
        hash.update(line_of(cells).as_bytes());
        hash.update(b"\n");
        read();
        Ok::<(), StoreError>(())
    })
    .await?;
    Ok(hash.finalize().into())
}

fn not_the_same() -> Failure<BackupRefusal> {
    Error::Io("what was written is not what is read again: nothing was replaced".to_owned()).into()
}

/// Whether a file holds nothing that anybody would miss. One that cannot be read may hold all.
async fn is_empty(database: &Path) -> bool {
    let Ok(store) = Store::look(database).await else {
        return false;
    };
    let empty = async {
        let mut db = store.read().await?;
        match schema::version(&mut db).await? {
            Some(version) if schema::is_known(version) => {
                let tables = archive::tables(&mut db, version).await?;
                archive::is_empty(&mut db, &tables).await
            }
            Some(_) => Ok(false),
            None => schema::has_nothing(&mut db).await,
        }
    };
    let empty = empty.await.unwrap_or(false);
    store.close().await;
    empty
}

fn private_folder() -> Result<Unfinished, Error> {
    let mut private = tempfile::Builder::new();
    private
        .prefix("rdv-restore-")
        .permissions(Permissions::from_mode(0o700));
    Unfinished::folder(|| private.tempdir().map(tempfile::TempDir::keep))
        .map_err(|error| io_error(&std::env::temp_dir(), &error))
}

/// That name, or with a number after it when a file has it.
fn free_name(path: &Path) -> PathBuf {
    let numbered = |n: u32| with_suffix(path, &format!("-{n}"));
    if !path.exists() {
        return path.to_owned();
    }
    (2..)
        .map(numbered)
        .find(|name| !name.exists())
        .unwrap_or_else(|| numbered(1))
}

/// A database that is being made beside the one it will replace.
#[derive(Debug)]
struct Staged {
    unfinished: Unfinished,
}

impl Staged {
    fn beside(database: &Path) -> Result<Self, Error> {
        // What a restore left that was killed goes; this one holds the database alone.
        let unfinished = Unfinished::file(hold::staged_file(database));
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(unfinished.path())
            .map_err(|error| io_error(unfinished.path(), &error))?;
        Ok(Self { unfinished })
    }

    fn path(&self) -> &Path {
        self.unfinished.path()
    }

    /// Belongs to whom the old one belonged, with the same rights; and is on the disk.
    fn make_ready(&self, database: &Path, old: Option<&fs::Metadata>) -> Result<(), Error> {
        let ready = || {
            match old {
                Some(old) => {
                    fs::set_permissions(self.path(), old.permissions())?;
                    let ours = fs::metadata(self.path())?;
                    if (ours.uid(), ours.gid()) != (old.uid(), old.gid()) {
                        chown(self.path(), Some(old.uid()), Some(old.gid()))?;
                    }
                }
                None => hold::give_to_owner_of_folder(self.path()),
            }
            File::open(self.path())?.sync_all()
        };
        ready().map_err(|error| io_error(database, &error))
    }
}
