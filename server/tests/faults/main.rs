//! What must hold while things break, with the program itself: killed, its database gone or
//! locked, its disk full, its clients gone. Which test proves what is in `docs/faults.md`;
//! `make faults` runs them for longer. Mails have tests of their own in `backend`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod bookers;
mod cluster;
#[cfg(target_os = "linux")]
mod disk;
mod kill;
mod locked;
mod nodes;
mod outage;
mod program;
#[cfg(target_os = "linux")]
mod shim;
mod stopping;
mod upgrade;
mod vanishing;

use backend::{
    clock::{Clock, SystemClock},
    testing::{Kind, TestBackend, TestPractice},
};

/// How long a test lasts: a variable of `make faults`, or the short form of `make test`.
fn rounds(variable: &str, short: u64) -> u64 {
    std::env::var(variable).map_or(short, |rounds| {
        let number = rounds.parse();
        number.unwrap_or_else(|_| panic!("{variable} is a number, not {rounds}"))
    })
}

/// A practice of today, in a fresh database that the program can open too.
async fn lived_in(test: TestBackend) -> (TestBackend, TestPractice) {
    test.clock.set(SystemClock.now());
    let practice = test.practice().await;
    (test, practice)
}

/// The same on SQLite.
async fn on_sqlite() -> (TestBackend, TestPractice) {
    lived_in(TestBackend::new(Kind::Sqlite).await).await
}
