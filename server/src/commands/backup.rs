//! `rdv backup` and `rdv restore`: how far they are, what came of it, and why not. What they do
//! is `backend::backup`'s.

use std::{
    io::{IsTerminal, Write, stderr},
    path::Path,
    time::{Duration, Instant},
};

use backend::{
    Failure,
    backup::{
        self, BackupRefusal, Step,
        file::Header,
        restore::{self, RestoreWish},
    },
    clock::{Clock, SystemClock},
};
use i18n::{Lang, t};
use secrecy::ExposeSecret;

use super::{CommandError, say, serve::told_to_stop};
use crate::{
    cli::backup::{Backup, Restore},
    config::Config,
};

pub(super) async fn make(config: &Config, wish: &Backup, lang: Lang) -> Result<(), CommandError> {
    let mut teller = Teller::new(lang);
    let made = backup::make(
        config.database_url.expose_secret(),
        &wish.file,
        wish.force,
        SystemClock.now(),
        &mut |step, done, total| teller.tell(step, done, total),
    )
    .await;
    teller.end();
    let report = made.map_err(|failure| in_words(failure, &wish.file, lang))?;
    let file = wish.file.display().to_string();
    let kilobytes = report.bytes.div_ceil(1000);
    let rows = report.header.rows();
    say(t!(
        lang,
        "cli-backup-made",
        file = file,
        rows = rows,
        kilobytes = kilobytes
    ))?;
    if !report.noted {
        say(t!(lang, "cli-backup-not-noted"))?;
    }
    Ok(())
}

/// Told to stop, it leaves nothing half done behind. What has come to its last step is finished,
/// and says so.
pub(super) async fn end_when_told() {
    let signal = told_to_stop().await;
    if backup::abandon() {
        // What a shell says of a program that a signal ended.
        std::process::exit(128 + signal);
    }
}

pub(super) async fn restore(
    config: &Config,
    wish: &Restore,
    lang: Lang,
) -> Result<(), CommandError> {
    let mut teller = Teller::new(lang);
    let how = RestoreWish {
        replace: wish.replace,
        send_waiting: wish.send_waiting,
    };
    let restored = restore::restore(
        config.database_url.expose_secret(),
        &wish.file,
        how,
        SystemClock.now(),
        &mut |step, done, total| teller.tell(step, done, total),
    )
    .await;
    teller.end();
    let report = restored.map_err(|failure| in_words(failure, &wish.file, lang))?;
    let (rows, made_at) = (report.header.rows(), moment(&report.header));
    say(t!(lang, "cli-restored", rows = rows, at = made_at))?;
    if let Some(aside) = report.aside {
        let aside = aside.display().to_string();
        say(t!(lang, "cli-restored-aside", file = aside))?;
    }
    if report.given_up > 0 {
        say(t!(lang, "cli-restored-given-up", count = report.given_up))?;
    }
    say(t!(lang, "cli-restored-since"))
}

/// `2026-11-22 08:00 UTC`.
fn moment(header: &Header) -> String {
    header.made_at.format("%Y-%m-%d %H:%M UTC").to_string()
}

fn in_words(failure: Failure<BackupRefusal>, file: &Path, lang: Lang) -> CommandError {
    let refusal = match failure {
        Failure::Broken(error) => return CommandError::Backend(error),
        Failure::Refused(refusal) => refusal,
    };
    let file = file.display().to_string();
    CommandError::Refused(match refusal {
        BackupRefusal::FileExists => t!(lang, "cli-backup-file-exists", file = file),
        BackupRefusal::NotAFile => t!(lang, "cli-backup-not-a-file", file = file),
        BackupRefusal::IsTheDatabase => t!(lang, "cli-backup-is-database", file = file),
        BackupRefusal::NoDatabase => t!(lang, "cli-backup-no-database"),
        BackupRefusal::NewerDatabase => t!(lang, "cli-database-newer"),
        BackupRefusal::NotABackup => t!(lang, "cli-restore-no-backup", file = file),
        BackupRefusal::NewerForm => t!(lang, "cli-restore-newer-form", file = file),
        BackupRefusal::NewerSchema { found, known } => t!(
            lang,
            "cli-restore-newer-schema",
            file = file,
            found = found,
            known = known
        ),
        BackupRefusal::Truncated => t!(lang, "cli-restore-truncated", file = file),
        BackupRefusal::Damaged => t!(lang, "cli-restore-damaged", file = file),
        BackupRefusal::NotEmpty => t!(lang, "cli-restore-not-empty"),
        BackupRefusal::InUse => t!(lang, "cli-restore-in-use"),
    })
}

/// Says how far a long work is: on a terminal at once and over itself, otherwise a line now and
/// then, so that the mail of a cron job stays short.
struct Teller {
    lang: Lang,
    terminal: bool,
    last: Instant,
    wrote: bool,
}

impl Teller {
    const ON_TERMINAL: Duration = Duration::from_millis(200);
    const ELSEWHERE: Duration = Duration::from_secs(10);

    fn new(lang: Lang) -> Self {
        Self {
            lang,
            terminal: stderr().is_terminal(),
            last: Instant::now(),
            wrote: false,
        }
    }

    fn tell(&mut self, step: Step, done: u64, total: u64) {
        let pause = if self.terminal {
            Self::ON_TERMINAL
        } else {
            Self::ELSEWHERE
        };
        if self.last.elapsed() < pause {
            return;
        }
        self.last = Instant::now();
        self.wrote = true;
        let percent = (done * 100).checked_div(total).unwrap_or(100);
        let words = match step {
            Step::Writing => t!(self.lang, "cli-step-writing", percent = percent),
            Step::Checking => t!(self.lang, "cli-step-checking", percent = percent),
            Step::Replacing => t!(self.lang, "cli-step-replacing", percent = percent),
        };
        // Nobody misses a line that cannot be written.
        let _ = if self.terminal {
            write!(stderr(), "\r\x1b[K{words}")
        } else {
            writeln!(stderr(), "{words}")
        };
    }

    fn end(&self) {
        if self.terminal && self.wrote {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
