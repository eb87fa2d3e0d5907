//! Whether the database under a running program is still the one that it began with.
//!
//! A restore replaces nothing that is held ([`super::hold`]); but a PostgreSQL that restarts drops
//! every connection, and the hold of each with it, and a file of SQLite can be removed together with
//! its lock. Whoever goes on then remembers what is not stored, or writes where nobody will look.
//! So nothing is begun any more, and the program is to be started again.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::PgConnection;
use tokio::time::sleep;

use super::{Store, StoreError};

/// The setting that a restore into PostgreSQL writes anew.
pub(crate) const GENERATION: &str = "database_generation";
/// What is said.
pub const SAID: &str = "the database was replaced while this program used it: start it again";
/// How often it is looked for by whoever waits for it.
const LOOKED_EVERY: Duration = Duration::from_secs(1);
/// What PostgreSQL calls a table that is not there yet.
const NO_TABLE: &str = "42P01";

/// What the database was at the beginning.
#[derive(Debug, Default)]
pub(super) struct Replaced {
    is: AtomicBool,
    generation: OnceLock<Option<String>>,
    file: OnceLock<(PathBuf, Identity)>,
}

/// Device and number of a file: another file has others, whatever its name.
type Identity = (u64, u64);

fn identity(file: &Path) -> io::Result<Identity> {
    let file = fs::metadata(file)?;
    Ok((file.dev(), file.ino()))
}

impl Replaced {
    /// Remembers the file of SQLite that is open.
    pub(super) fn remember(&self, file: &Path) {
        if let Ok(identity) = identity(file) {
            let _ = self.file.set((file.to_owned(), identity));
        }
    }

    /// Looks at a new connection to PostgreSQL.
    ///
    /// # Errors
    /// When it is another database than before; as the database.
    pub(super) async fn look(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let found = sqlx::query_scalar::<_, String>("select value from settings where name = $1")
            .bind(GENERATION)
            .fetch_optional(conn)
            .await;
        let found = match found {
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(NO_TABLE) => None,
            found => found?,
        };
        if *self.generation.get_or_init(|| found.clone()) != found {
            self.declare();
        }
        self.check()
            .map_err(|_| sqlx::Error::Io(io::Error::other(SAID)))
    }

    /// # Errors
    /// [`StoreError::Unavailable`] when it is another.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let is_gone = |(file, was): &(PathBuf, Identity)| match identity(file) {
            Ok(is) => is != *was,
            // A disk that fails says nothing of whose the file is.
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if self.file.get().is_some_and(is_gone) {
            self.declare();
        }
        if self.is.load(Ordering::Relaxed) {
            Err(StoreError::Unavailable(SAID.to_owned()))
        } else {
            Ok(())
        }
    }

    fn declare(&self) {
        if !self.is.swap(true, Ordering::Relaxed) {
            tracing::error!("{SAID}");
        }
    }
}

impl Store {
    /// Ends when the database is another than the one that was opened.
    pub async fn replaced(&self) {
        while self.replaced.check().is_ok() {
            sleep(LOOKED_EVERY).await;
        }
    }
}
