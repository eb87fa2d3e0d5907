//! Files that a backup or a restore has begun and not finished: removed when it ends, fails, or
//! is interrupted in the middle. A process that is killed (`kill -9`, a power cut) leaves them,
//! readable for its user only; docs/hosting.md says where they are.

use std::{
    fs, io, mem,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// What would be left behind if the process ended now.
static ALL: Mutex<Vec<Thing>> = Mutex::new(Vec::new());
/// How often a folder is removed in which another thread is at work.
const TRIES: u32 = 1000;
/// So long a thread may take to make what it has announced.
const JUST_BEING_MADE: Duration = Duration::from_millis(20);
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

    /// A folder that `make` makes: at no moment is it there and not known.
    ///
    /// # Errors
    /// Those of `make`.
    pub(super) fn folder(make: impl FnOnce() -> io::Result<PathBuf>) -> io::Result<Self> {
        let mut all = all();
        let thing = Thing::Folder(make()?);
        all.push(thing.clone());
        Ok(Self(thing))
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
            // Not empty is a folder in which a file was made meanwhile.
            Self::Folder(path) => {
                for _ in 0..TRIES {
                    if fs::remove_dir_all(path).is_ok() || !path.exists() {
                        break;
                    }
                }
            }
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
    let all = all();
    all.iter().for_each(Thing::remove);
    if LAST_STEPS.load(Ordering::Relaxed) {
        return false;
    }
    thread::sleep(JUST_BEING_MADE);
    all.iter().for_each(Thing::remove);
    // Until the process has ended nobody begins anything more.
    mem::forget(all);
    true
}

fn all() -> MutexGuard<'static, Vec<Thing>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_while_somebody_fills_it() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap().keep();
            let filled = folder.clone();
            let (filling, fills) = std::sync::mpsc::channel();
            let filler = thread::spawn(move || {
                for number in 0.. {
                    if fs::write(filled.join(number.to_string()), "").is_err() {
                        return number;
                    }
                    filling.send(()).ok();
                }
                0
            });
            fills.recv().unwrap();
            Thing::Folder(folder.clone()).remove();
            assert!(!folder.exists());
            assert!(filler.join().unwrap() > 0);
        }
    }
}
