//! Programs that we did not write, reading our calendar files: the scripts of `tests/readers`
//! and calcurse. `scripts/setup.sh test` installs them; without them a test fails, and says so.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use chrono::{DateTime, Utc};
use serde::Deserialize;

/// How to get what is missing.
const HINT: &str = "run `scripts/setup.sh test` (or `make test`), which installs it";

/// A program that reads calendars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// PyPI icalendar.
    Icalendar,
    /// PyPI recurring-ical-events, over 2026 and 2027.
    Recurring,
    /// PyPI vobject, with its validation.
    Vobject,
    /// npm ical.js, strict: what Thunderbird and Nextcloud read with.
    IcalJs,
    /// Debian's calcurse; reads minutes and titles.
    Calcurse,
}

/// An event as a program understood it. What it does not say is `None`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Seen {
    /// First instant.
    pub start: DateTime<Utc>,
    /// First instant after.
    pub end: DateTime<Utc>,
    /// Title.
    pub summary: String,
    /// UID.
    pub uid: Option<String>,
    /// STATUS.
    pub status: Option<String>,
    /// SEQUENCE.
    pub sequence: Option<i32>,
}

impl Reader {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Icalendar,
        Self::Recurring,
        Self::Vobject,
        Self::IcalJs,
        Self::Calcurse,
    ];

    /// The events it finds in a file, by start.
    ///
    /// # Panics
    /// When it is missing, or refuses the file.
    #[must_use]
    pub fn read(self, file: &[u8]) -> Vec<Seen> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feed.ics");
        fs::write(&path, file).unwrap();
        let mut seen = match self {
            Self::Icalendar => by_script(python(), &[], "read_icalendar.py", &path),
            Self::Recurring => by_script(python(), &[], "read_recurring.py", &path),
            Self::Vobject => by_script(python(), &[], "read_vobject.py", &path),
            Self::IcalJs => by_script("node".into(), &[&node_modules()], "read_icaljs.mjs", &path),
            Self::Calcurse => by_calcurse(folder.path(), &path),
        };
        seen.sort();
        seen
    }
}

/// A Python with the calendar packages: `RDV_TEST_PYTHON`, or the one that the set-up made.
#[must_use]
pub fn python() -> PathBuf {
    env::var_os("RDV_TEST_PYTHON").map_or_else(
        || {
            let cache = env::var_os("XDG_CACHE_HOME").map_or_else(
                || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache"),
                PathBuf::from,
            );
            cache.join("rdv/venv/bin/python")
        },
        PathBuf::from,
    )
}

/// A program installed beside that Python: `khal`, `vdirsyncer`.
#[must_use]
pub fn beside_python(name: &str) -> PathBuf {
    python().with_file_name(name)
}

/// Runs a program to its end and answers what it said.
///
/// # Panics
/// When it is missing or fails.
pub fn run(command: &mut Command) -> Output {
    let name = command.get_program().to_owned();
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}: {HINT}", name.display()));
    assert!(
        output.status.success(),
        "{} ended with {}:\n{}\n{}",
        name.display(),
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn by_script(program: PathBuf, arguments: &[&Path], script: &str, file: &Path) -> Vec<Seen> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/readers")
        .join(script);
    let output = run(Command::new(program)
        .arg(script)
        .args(arguments)
        .arg(file)
        // An hour that a program shifts to its own zone must be seen.
        .env("TZ", "America/Martinique"));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn node_modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../end2end/node_modules")
}

fn by_calcurse(folder: &Path, file: &Path) -> Vec<Seen> {
    let calcurse = || {
        let mut command = Command::new("calcurse");
        command.arg("-C").arg(folder).arg("-D").arg(folder);
        command.env("TZ", "UTC").env("LC_ALL", "C.UTF-8");
        command
    };
    run(calcurse().arg("-q").arg("-i").arg(file));
    let form = "%(start:%Y-%m-%dT%H:%M:%SZ)|%(end:%Y-%m-%dT%H:%M:%SZ)|%m\\n";
    let output = run(calcurse().args(["-G", "--filter-type", "apt", "--format-apt", form]));
    let text = String::from_utf8(output.stdout).unwrap();
    let seen = text.lines().map(|line| {
        let mut parts = line.splitn(3, '|');
        let mut next = || parts.next().unwrap_or_default();
        Seen {
            start: next().parse().unwrap(),
            end: next().parse().unwrap(),
            summary: next().to_owned(),
            uid: None,
            status: None,
            sequence: None,
        }
    });
    seen.collect()
}
