//! Stories of backups: everything comes back, on either database from either; what is refused
//! changes nothing; no mail goes twice.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod passkeys;
mod refusals;
mod stories;

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use backend::{
    Failure,
    backup::{
        self, BackupRefusal, BackupReport, Step,
        restore::{self, RestoreReport, RestoreWish},
    },
    testing::{Kind, TestBackend, TestPractice, instant},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::feed::Detail;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};

/// Replaces what is there.
const REPLACE: RestoreWish = RestoreWish {
    replace: true,
    send_waiting: false,
};

/// A practice at work: visits, a feed, a mail that went, one that waits, a session.
struct AtWork {
    test: TestBackend,
    practice: TestPractice,
    visit: String,
    feed: String,
    file: PathBuf,
}

impl AtWork {
    async fn new(kind: Kind) -> Self {
        let test = TestBackend::new(kind).await;
        let practice = test.practice().await;
        let visit = test.book(&practice, "2026-11-23T09:00:00Z").await;
        test.run_due_jobs().await.unwrap();
        let owner = test.owner_without_account(&practice);
        let feed = test
            .create_feed(&owner, practice.practitioner.id, Detail::FullName)
            .await
            .unwrap()
            .token;
        // Its mail waits.
        test.book(&practice, "2026-11-24T13:20:00Z").await;
        let file = test.folder.path().join("backup.rdv");
        Self {
            test,
            practice,
            visit,
            feed,
            file,
        }
    }

    fn url(&self) -> String {
        self.test.settings().database_url.clone()
    }

    async fn back_up(&self) -> BackupReport {
        back_up(&self.url(), &self.file, self.test.now())
            .await
            .unwrap()
    }
}

async fn back_up(
    url: &str,
    file: &Path,
    now: DateTime<Utc>,
) -> Result<BackupReport, Failure<BackupRefusal>> {
    backup::make(url, file, false, now, &mut |_, _, _| {}).await
}

/// Restores an hour after noon of the day on which tests begin.
async fn restore(
    url: &str,
    file: &Path,
    wish: RestoreWish,
) -> Result<RestoreReport, Failure<BackupRefusal>> {
    let now = instant("2026-11-22T12:00:00Z");
    restore::restore(url, file, wish, now, &mut |_, _, _| {}).await
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Failure<BackupRefusal>>) -> BackupRefusal {
    match answer {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// The lines of a backup.
fn lines_of(file: &Path) -> String {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(file).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// A backup with these lines.
fn write_lines(file: &Path, text: &str) {
    let mut out = GzEncoder::new(std::fs::File::create(file).unwrap(), Compression::fast());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap();
}
