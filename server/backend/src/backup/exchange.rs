//! The last steps of a restore to SQLite: the new file takes the name of the old one, which gets
//! another, in an order in which the old database can be had with its log at every instant,
//! whenever the process is killed. What the new file holds is [`super::restore`]'s.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{folder_of, with_suffix};
use crate::store::hold::SQLITES;

/// What is to take whose place.
#[derive(Debug)]
pub(super) struct Exchange<'a> {
    staged: &'a Path,
    database: &'a Path,
    aside: &'a Path,
    is_there: bool,
    /// What lies beside a file that cannot be read, or that somebody removed after a crash, and the
    /// name that it gets: SQLite would take it for changes of the new file, and play them back
    /// into it.
    beside: Vec<(PathBuf, PathBuf)>,
}

impl<'a> Exchange<'a> {
    /// The staged file for the database, which is called `aside` from then on.
    pub(super) fn of(staged: &'a Path, database: &'a Path, aside: &'a Path) -> Self {
        let names = SQLITES.map(|part| (with_suffix(database, part), with_suffix(aside, part)));
        Self {
            staged,
            database,
            aside,
            is_there: database.exists(),
            beside: names.into_iter().filter(|(now, _)| now.exists()).collect(),
        }
    }

    /// Does it; `done` is called after each step.
    ///
    /// # Errors
    /// As the disk. Everything has its old name again then, as far as the disk allows.
    pub(super) fn run(self, done: impl FnMut()) -> io::Result<()> {
        self.step_by_step(done).inspect_err(|_| self.put_back())
    }

    /// First both names for everything old, the log before what it belongs to; then the old names
    /// go, the logs' first; then the new file comes.
    fn step_by_step(&self, mut done: impl FnMut()) -> io::Result<()> {
        for (now, then) in &self.beside {
            // A file system that knows no links holds the log twice for a moment.
            fs::hard_link(now, then).or_else(|_| fs::copy(now, then).map(drop))?;
            done();
        }
        if self.is_there {
            fs::hard_link(self.database, self.aside)
                .or_else(|_| fs::rename(self.database, self.aside))?;
            done();
        }
        self.sync()?;
        for (now, _) in &self.beside {
            fs::remove_file(now)?;
            done();
        }
        fs::rename(self.staged, self.database)?;
        done();
        self.sync()
    }

    /// The names are on the disk.
    fn sync(&self) -> io::Result<()> {
        File::open(folder_of(self.database))?.sync_all()
    }

    /// Both names again, then the old ones only.
    fn put_back(&self) {
        let whole = [(self.database.to_owned(), self.aside.to_owned())];
        let whole = whole.iter().filter(|_| self.is_there);
        let all: Vec<_> = self.beside.iter().chain(whole).collect();
        for (now, then) in &all {
            if then.exists() && !now.exists() {
                let linked = fs::hard_link(then, now).or_else(|_| fs::rename(then, now));
                self.said(then, linked);
            }
        }
        for (now, then) in &all {
            if then.exists() && now.exists() {
                self.said(then, fs::remove_file(then));
            }
        }
    }

    /// What cannot be put back is at its other name.
    fn said(&self, then: &Path, put_back: io::Result<()>) {
        if let Err(error) = put_back {
            let database = self.database.display();
            tracing::warn!(file = %then.display(), %database, %error, "not put back");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Files {
        folder: tempfile::TempDir,
    }

    impl Files {
        fn new(names: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            for (name, holds) in names {
                fs::write(folder.path().join(name), holds).unwrap();
            }
            Self { folder }
        }

        fn at(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn holds(&self, name: &str) -> Option<String> {
            fs::read_to_string(self.at(name)).ok()
        }

        fn names(&self) -> Vec<String> {
            let files = fs::read_dir(self.folder.path()).unwrap();
            let name = |file: io::Result<fs::DirEntry>| file.unwrap().file_name();
            let mut names: Vec<_> = files
                .map(|file| name(file).to_string_lossy().into_owned())
                .collect();
            names.sort();
            names
        }

        fn exchange(&self, done: impl FnMut()) -> io::Result<()> {
            let (staged, database) = (self.at("rdv.db.restoring"), self.at("rdv.db"));
            Exchange::of(&staged, &database, &self.at("rdv.db.before")).run(done)
        }
    }

    const LIVED: [(&str, &str); 4] = [
        ("rdv.db", "old"),
        ("rdv.db-shm", "index"),
        ("rdv.db-wal", "log"),
        ("rdv.db.restoring", "new"),
    ];

    #[test]
    fn at_every_instant_the_old_database_can_be_had_with_its_log() {
        let files = Files::new(&LIVED);
        let mut steps = 0;
        files
            .exchange(|| {
                steps += 1;
                let whole = |name: &str| {
                    files.holds(name).as_deref() == Some("old")
                        && files.holds(&format!("{name}-wal")).as_deref() == Some("log")
                };
                let names = files.names();
                assert!(whole("rdv.db") || whole("rdv.db.before"), "{names:?}");
                // Nor does a log of the old one stand beside the new one.
                let new = files.holds("rdv.db").as_deref() == Some("new");
                assert!(!new || !files.at("rdv.db-wal").exists(), "{names:?}");
            })
            .unwrap();
        assert_eq!(steps, 6);
        assert_eq!(files.holds("rdv.db").as_deref(), Some("new"));
        let left = [
            "rdv.db",
            "rdv.db.before",
            "rdv.db.before-shm",
            "rdv.db.before-wal",
        ];
        assert_eq!(files.names(), left);
    }

    #[test]
    fn a_log_whose_database_was_removed_is_put_aside_too() {
        let files = Files::new(&LIVED[2..]);
        files.exchange(|| {}).unwrap();
        assert_eq!(files.names(), ["rdv.db", "rdv.db.before-wal"]);
    }

    #[test]
    fn what_fails_at_the_last_step_leaves_every_file_where_it_was() {
        let files = Files::new(&LIVED[..3]);
        assert!(files.exchange(|| {}).is_err(), "nothing was staged");
        assert_eq!(files.names(), ["rdv.db", "rdv.db-shm", "rdv.db-wal"]);
        assert_eq!(files.holds("rdv.db-wal").as_deref(), Some("log"));
    }
}
