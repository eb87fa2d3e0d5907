//! The database: does it answer, is it whole, is its schema ours, do its clock and its zones
//! agree with ours, when was it backed up?

use backend::{
    backup::LAST_BACKUP,
    store::{
        Reader, Store, StoreError, archive, jobs, names, schema, settings,
        vitals::{self, Vitals},
    },
    watching::LATE,
    zones,
};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use i18n::t;

use super::{Check, Finding, Looking};

/// The oldest SQLite that does not lose a commit in WAL mode now and then.
const SQLITE: [u32; 3] = [3, 51, 3];
/// The oldest PostgreSQL whose `btree_gist` an owner of a database may install.
const POSTGRES: i32 = 13_00_00;
/// A backup is made every night; one may fail.
const OLD_BACKUP: TimeDelta = TimeDelta::hours(50);

impl Looking<'_> {
    /// Looks at it; hands it on while it is open.
    pub(super) async fn database(&self) -> (Option<Store>, Vec<Finding>) {
        let store = match self.open().await {
            Ok(Some(store)) => store,
            Ok(None) => {
                let says = t!(self.lang, "doctor-database-missing");
                let to_do = t!(self.lang, "doctor-database-missing-do");
                return (None, vec![Finding::look(Check::Database, says, to_do)]);
            }
            Err(error) => return (None, vec![self.no_answer(&error)]),
        };
        let mut findings = Vec::new();
        let looked = match store.read().await {
            Ok(mut db) => self.look_into(&mut db, &mut findings).await,
            Err(error) => Err(error),
        };
        if let Err(error) = looked {
            findings.push(self.no_answer(&error));
        }
        (Some(store), findings)
    }

    /// SQLite is opened for reading only; nothing is made.
    async fn open(&self) -> Result<Option<Store>, StoreError> {
        match schema::file_of(self.database_url())? {
            Some(file) if !file.exists() => Ok(None),
            Some(file) => Store::look(&file).await.map(Some),
            None => Store::open_as_it_is(self.database_url()).await,
        }
    }

    fn no_answer(&self, error: &StoreError) -> Finding {
        let says = t!(
            self.lang,
            "doctor-database-broken",
            error = error.to_string()
        );
        Finding::wrong(
            Check::Database,
            says,
            t!(self.lang, "doctor-database-broken-do"),
        )
    }

    async fn look_into(
        &self,
        db: &mut Reader,
        findings: &mut Vec<Finding>,
    ) -> Result<(), StoreError> {
        let vitals = vitals::vitals(db).await?;
        findings.push(self.version(&vitals));
        let faults = schema::faults(db).await?;
        if let Some(fault) = faults.first() {
            let says = t!(
                self.lang,
                "doctor-database-faults",
                fault = fault,
                count = faults.len()
            );
            let to_do = t!(self.lang, "doctor-database-faults-do");
            findings.push(Finding::wrong(Check::Database, says, to_do));
        }
        let version = schema::version(db).await?;
        findings.push(self.schema(db, version).await);
        if version.is_none_or(|version| !schema::is_known(version)) {
            return Ok(());
        }
        findings.extend(self.demonstration(names::demo_marks(db).await?.as_slice()));
        let last = vitals::last_written(db).await?;
        findings.push(self.clock(&vitals, last));
        findings.push(self.zones(&vitals::zones(db).await?));
        findings.extend(self.late_mails(jobs::oldest_due(db, self.now).await?));
        let backup = settings::get(db, LAST_BACKUP).await?;
        findings.push(self.backup(backup.as_deref(), last));
        Ok(())
    }

    fn version(&self, vitals: &Vitals) -> Finding {
        let lang = self.lang;
        match vitals {
            Vitals::Sqlite { version, journal } => {
                let numbers: Vec<u32> = version.split('.').map_while(|n| n.parse().ok()).collect();
                let says = t!(lang, "doctor-sqlite", version = version, journal = journal);
                if numbers < SQLITE.to_vec() {
                    Finding::wrong(Check::Database, says, t!(lang, "doctor-sqlite-old-do"))
                } else if journal != "wal" {
                    Finding::look(Check::Database, says, t!(lang, "doctor-sqlite-journal-do"))
                } else {
                    Finding::ok(Check::Database, says)
                }
            }
            Vitals::Postgres {
                number,
                version,
                btree_gist,
                off,
                now: _,
            } => {
                let says = t!(lang, "doctor-postgres", version = version);
                if *number < POSTGRES {
                    Finding::wrong(Check::Database, says, t!(lang, "doctor-postgres-old-do"))
                } else if !btree_gist {
                    let says = t!(lang, "doctor-postgres-gist", version = version);
                    Finding::wrong(Check::Database, says, t!(lang, "doctor-postgres-gist-do"))
                } else if !off.is_empty() {
                    let off = off.join(", ");
                    let says = t!(lang, "doctor-postgres-off", version = version, off = off);
                    Finding::wrong(Check::Database, says, t!(lang, "doctor-postgres-off-do"))
                } else {
                    Finding::ok(Check::Database, says)
                }
            }
        }
    }

    /// Whoever guesses its day knows the passwords of a demonstration.
    fn demonstration(&self, marks: &[Option<String>]) -> Option<Finding> {
        let is_public = !self.config.public_url.is_loopback();
        (is_public && marks.iter().any(Option::is_some)).then(|| {
            let says = t!(self.lang, "doctor-database-demo");
            Finding::wrong(
                Check::Database,
                says,
                t!(self.lang, "doctor-database-demo-do"),
            )
        })
    }

    async fn schema(&self, db: &mut Reader, version: Option<i64>) -> Finding {
        let (lang, known) = (self.lang, schema::newest());
        let Some(found) = version else {
            let says = t!(lang, "doctor-schema-none");
            return Finding::look(Check::Schema, says, t!(lang, "doctor-database-missing-do"));
        };
        let says = t!(lang, "doctor-schema-is", found = found, known = known);
        if !schema::is_known(found) {
            return Finding::wrong(Check::Schema, says, t!(lang, "doctor-schema-newer-do"));
        }
        if let Err(error) = archive::tables(db, found).await {
            let to_do = t!(lang, "doctor-schema-changed-do");
            return Finding::wrong(Check::Schema, error.to_string(), to_do);
        }
        if found < known {
            return Finding::look(Check::Schema, says, t!(lang, "doctor-schema-older-do"));
        }
        Finding::ok(Check::Schema, says)
    }

    /// Our clock against PostgreSQL's; against what was last written, which cannot lie ahead;
    /// and against the release of the time-zone rules, which was before now.
    fn clock(&self, vitals: &Vitals, last: Option<DateTime<Utc>>) -> Finding {
        let lang = self.lang;
        let to_do = || t!(lang, "doctor-clock-do");
        let now = self.now.format("%Y-%m-%d %H:%M:%S UTC").to_string();
        if let Vitals::Postgres { now: theirs, .. } = vitals {
            let apart = (*theirs - self.now).num_seconds().abs();
            let says = t!(
                lang,
                "doctor-clock-apart",
                now = now.as_str(),
                seconds = apart
            );
            if apart > 60 {
                return Finding::wrong(Check::Clock, says, to_do());
            }
            if apart > 3 {
                return Finding::look(Check::Clock, says, to_do());
            }
        }
        let ahead = last.filter(|last| *last > self.now + TimeDelta::minutes(2));
        if let Some(last) = ahead {
            let last = last.format("%Y-%m-%d %H:%M:%S UTC").to_string();
            let says = t!(lang, "doctor-clock-back", now = now, last = last);
            return Finding::wrong(Check::Clock, says, to_do());
        }
        if rules_year().is_some_and(|year| self.now.year() < year) {
            return Finding::wrong(Check::Clock, now, to_do());
        }
        Finding::ok(Check::Clock, now)
    }

    fn zones(&self, stored: &[String]) -> Finding {
        let (lang, release) = (self.lang, zones::RELEASE);
        let unknown: Vec<&str> = stored
            .iter()
            .filter(|zone| zones::all().all(|known| known != **zone))
            .map(String::as_str)
            .collect();
        if !unknown.is_empty() {
            let unknown = unknown.join(", ");
            let says = t!(
                lang,
                "doctor-zones-unknown",
                zones = unknown,
                release = release
            );
            return Finding::wrong(Check::TimeZones, says, t!(lang, "doctor-zones-old-do"));
        }
        let says = t!(lang, "doctor-zones", release = release);
        if rules_year().is_some_and(|year| self.now.year() > year + 1) {
            return Finding::look(Check::TimeZones, says, t!(lang, "doctor-zones-old-do"));
        }
        Finding::ok(Check::TimeZones, says)
    }

    /// What `/readyz` says of the mails, for whoever does not ask it.
    fn late_mails(&self, oldest_due: Option<DateTime<Utc>>) -> Option<Finding> {
        let due = oldest_due.filter(|due| *due + LATE <= self.now)?;
        let since = due.format("%Y-%m-%d %H:%M UTC").to_string();
        let says = t!(self.lang, "doctor-mail-late", since = since);
        let to_do = t!(self.lang, "doctor-mail-late-do");
        Some(Finding::wrong(Check::Mail, says, to_do))
    }

    fn backup(&self, made_at: Option<&str>, last: Option<DateTime<Utc>>) -> Finding {
        let lang = self.lang;
        let to_do = || t!(lang, "doctor-backup-do");
        let Some(made_at) = made_at.and_then(|at| at.parse::<DateTime<Utc>>().ok()) else {
            let says = t!(lang, "doctor-backup-never");
            return match last {
                Some(_) => Finding::look(Check::Backup, says, to_do()),
                // Nothing was written yet.
                None => Finding::ok(Check::Backup, says),
            };
        };
        let at = made_at.format("%Y-%m-%d %H:%M UTC").to_string();
        let says = t!(lang, "doctor-backup-made", at = at);
        if self.now - made_at > OLD_BACKUP {
            return Finding::look(Check::Backup, says, to_do());
        }
        Finding::ok(Check::Backup, says)
    }
}

/// The year of the rules that are compiled in: `2025` of `2025b`.
fn rules_year() -> Option<i32> {
    zones::RELEASE.get(..4).and_then(|year| year.parse().ok())
}
