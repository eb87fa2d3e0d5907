//! Files that a backup or a restore has begun and not finished: removed when it ends, fails, or
//! is interrupted in the middle. A process that is killed (`kill -9`, a power cut) leaves them,
//! readable for its user only; docs/hosting.md says where they are.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// What would be left behind if the process ended now.
static ALL: Mutex<Vec<Thing>> = Mutex::new(Vec::new());
/// Whether the last steps have begun.
static LAST_STEPS: AtomicBool = AtomicBool::new(false);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Thing {
    /// With what SQLite puts beside it.
    File(PathBuf),
    /// With what is in it.
    Folder(PathBuf),
}

/// A file or folder that is of no use before it is finished: removed when dropped.
#[derive(Debug)]
pub(super) struct Unfinished(Thing);

impl Unfinished {
    /// A file that the caller will make; what an earlier process left under that name goes.
    pub(super) fn file(path: PathBuf) -> Self {
        let thing = Thing::File(path);
        thing.remove();
        all().push(thing.clone());
        Self(thing)
    }

    /// A folder that the caller has just made.
    pub(super) fn folder(path: PathBuf) -> Self {
        let thing = Thing::Folder(path);
        all().push(thing.clone());
        Self(thing)
    }

    pub(super) fn path(&self) -> &Path {
        let (Thing::File(path) | Thing::Folder(path)) = &self.0;
        path
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        all().retain(|thing| *thing != self.0);
        // Renamed, or of no use.
        self.0.remove();
    }
}

impl Thing {
    fn remove(&self) {
        match self {
            Self::Folder(path) => drop(fs::remove_dir_all(path)),
            Self::File(path) => {
                for suffix in ["", "-journal", "-wal", "-shm"] {
                    let mut name = path.as_os_str().to_owned();
                    name.push(suffix);
                    drop(fs::remove_file(PathBuf::from(name)));
                }
            }
        }
    }
}

/// The last steps, which belong together: while this is held nothing is abandoned.
pub(super) fn last_steps() -> impl Sized {
    let all = all();
    LAST_STEPS.store(true, Ordering::Relaxed);
    all
}

/// Removes what is unfinished, for a process that was told to end; answers whether it may. Waits
/// for last steps that have begun: then it had better end by itself.
#[must_use]
pub fn abandon() -> bool {
    let mut all = all();
    for thing in all.drain(..) {
        thing.remove();
    }
    !LAST_STEPS.load(Ordering::Relaxed)
}

fn all() -> MutexGuard<'static, Vec<Thing>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}
