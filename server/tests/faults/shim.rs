//! A disk that breaks as it is told: a small library between the program and the operating
//! system, compiled by the C compiler that Rust links with. See `shim.c`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/shim.c");

/// What breaks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Broken {
    Full,
    ReadOnly,
    Sync,
}

/// The disk under a database and the files beside it.
pub(crate) struct Disk {
    library: PathBuf,
    database: PathBuf,
    word: PathBuf,
}

impl Disk {
    /// Under that database; the library is made in that folder.
    pub(crate) fn under(database: &Path, folder: &Path) -> Self {
        let library = folder.join("shim.so");
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .args([library.as_path(), Path::new(SOURCE)])
            .arg("-ldl")
            .status();
        assert!(compiled.expect("a C compiler").success());
        Self {
            library,
            database: database.to_owned(),
            word: folder.join("word"),
        }
    }

    /// What the program is started with.
    pub(crate) fn variables(&self) -> Vec<(&'static str, &str)> {
        let text = |path: &'static str, file| (path, Path::to_str(file).unwrap());
        vec![
            text("LD_PRELOAD", &self.library),
            text("RDV_SHIM_FILES", &self.database),
            text("RDV_SHIM_WORD", &self.word),
        ]
    }

    /// From now on it fails like that.
    pub(crate) fn breaks(&self, how: Broken) {
        let letter = match how {
            Broken::Full => "f",
            Broken::ReadOnly => "r",
            Broken::Sync => "s",
        };
        // At once: a word that is not written yet breaks nothing.
        let next = self.word.with_extension("next");
        fs::write(&next, letter).unwrap();
        fs::rename(next, &self.word).unwrap();
    }

    /// All is well again.
    pub(crate) fn is_well(&self) {
        fs::remove_file(&self.word).unwrap();
    }
}
