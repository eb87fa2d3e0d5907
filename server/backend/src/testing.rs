//! For tests only: a backend on a fresh database of either kind, with a clock that stands
//! still and randomness that repeats.
//!
//! A test is written once and run on both databases:
//! ```ignore
//! #[rstest]
//! #[tokio::test]
//! async fn a_free_slot_can_be_held(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
//!     let test = TestBackend::new(kind).await;
//!     let practice = test.practice().await;
//!     let held = test.hold(&practice, "2026-11-23T08:00:00Z").await.unwrap();
//! }
//! ```
//! PostgreSQL tests need `RDV_TEST_POSTGRES_URL`, an address of a cluster in which databases may
//! be created; `make test` starts a private one. Without it they fail, and say so.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

pub mod agenda;
pub mod device;
pub mod history;
pub mod linter;
pub mod old;
pub mod people;
mod places;
pub mod readers;
pub mod trail;

use std::{
    collections::BTreeMap,
    ops::Deref,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc, Weekday};
use domain::{
    booking::BookingRefusal,
    holding::Network,
    holidays::HolidaySet,
    ids::{PlaceId, PracticeId, PractitionerId},
    opening_hours::{OpeningHours, Recurrence, WallRange},
    people::Patient,
    practice::{Place, Practice, Practitioner},
    visit_reason::{Audience, BirthDateAsked, Minutes, VisitReason},
};
use i18n::Lang;
use sqlx::{Connection, Executor};
use tempfile::TempDir;

use crate::{
    Backend, Failure, Settings,
    booking::{Held, HoldLimits, HoldRequest},
    challenge::Challenge,
    clock::{Clock, Random},
    mail::{MailUrl, Mailer, mailbox::LocalMail},
    store::{
        Store, StoreError, Tx, all,
        archive::{self, Cell},
        availability,
        jobs::Undelivered,
        practices, reasons, schema, write,
    },
};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file in a temporary folder.
    Sqlite,
    /// A fresh database in the cluster of `RDV_TEST_POSTGRES_URL`.
    Postgres,
}

/// A clock that moves only when told.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at that instant.
    #[must_use]
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(instant.timestamp()))
    }

    /// Sets it.
    pub fn set(&self, instant: DateTime<Utc>) {
        self.0.store(instant.timestamp(), Ordering::SeqCst);
    }

    /// Moves it forward, or back.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_seconds(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::SeqCst), 0).unwrap()
    }
}

/// Bytes that repeat from run to run: splitmix64 over a seed.
#[derive(Debug)]
pub struct SeededRandom(Mutex<u64>);

impl SeededRandom {
    /// From a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap();
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// A backend on a fresh database, removed when dropped (PostgreSQL's goes with its cluster).
#[derive(Debug)]
pub struct TestBackend {
    backend: Backend,
    /// Its clock; it starts on Sunday 2026-11-22 at 09:00 in Paris (08:00 UTC).
    pub clock: Arc<FixedClock>,
    /// Its folder: the SQLite file and what else a test wants to write.
    pub folder: TempDir,
    keys: AtomicU64,
}

impl Deref for TestBackend {
    type Target = Backend;

    fn deref(&self) -> &Backend {
        &self.backend
    }
}

/// An instant from RFC 3339.
#[must_use]
pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant in RFC 3339")
}

/// Where an instance of tests is reached.
const PUBLIC_URL: &str = "https://rdv.example.org";

impl TestBackend {
    /// On a fresh database, migrated, with nothing in it.
    ///
    /// # Panics
    /// When the database cannot be had.
    pub async fn new(kind: Kind) -> Self {
        Self::with_mailer(kind, None).await
    }

    /// The same, reached at another address than `https://rdv.example.org`.
    ///
    /// # Panics
    /// When the database cannot be had.
    pub async fn reached_at(kind: Kind, public_url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database_url = fresh_url(kind, folder.path()).await;
        Self::opened(database_url, public_url, folder, None).await
    }

    /// The same, with another way for mails to leave than into its folder.
    ///
    /// # Panics
    /// When the database cannot be had.
    pub async fn with_mailer(kind: Kind, mailer: Option<Arc<dyn Mailer>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database_url = fresh_url(kind, folder.path()).await;
        Self::opened(database_url, PUBLIC_URL, folder, mailer).await
    }

    /// On a database of the test's own choice.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn on(database_url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::opened(database_url.to_owned(), PUBLIC_URL, folder, None).await
    }

    async fn opened(
        database_url: String,
        public_url: &str,
        folder: TempDir,
        mailer: Option<Arc<dyn Mailer>>,
    ) -> Self {
        let clock = Arc::new(FixedClock::at(instant("2026-11-22T08:00:00Z")));
        let settings = Settings {
            database_url,
            public_url: public_url.to_owned(),
            smtp_url: MailUrl::Folder(folder.path().join("mail")),
            mail_from: "rdv@mail.example.org".parse().unwrap(),
        };
        let random = Arc::new(SeededRandom::new(7));
        let opened = match mailer {
            None => Backend::open(settings, Arc::clone(&clock) as _, random).await,
            Some(mailer) => {
                Backend::open_with(settings, Arc::clone(&clock) as _, random, mailer).await
            }
        };
        let backend = opened.unwrap();
        Self {
            backend,
            clock,
            folder,
            keys: AtomicU64::default(),
        }
    }

    /// The backend itself, for a task of its own.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend.clone()
    }

    /// A second backend on the same database, as after a restart.
    pub async fn reopen(&self) -> Backend {
        self.try_reopen().await.unwrap()
    }

    /// The same, for a database that may be refused.
    ///
    /// # Errors
    /// As [`Backend::open`].
    pub async fn try_reopen(&self) -> Result<Backend, crate::Error> {
        let random = Arc::new(SeededRandom::new(8));
        Backend::open(
            self.settings().clone(),
            Arc::clone(&self.clock) as _,
            random,
        )
        .await
    }

    /// A backend on another database with the same clock and mails, as after a restore.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn open_at(&self, database_url: &str) -> Backend {
        let settings = Settings {
            database_url: database_url.to_owned(),
            ..self.settings().clone()
        };
        let random = Arc::new(SeededRandom::new(9));
        Backend::open(settings, Arc::clone(&self.clock) as _, random)
            .await
            .unwrap()
    }

    /// Closes it; what is left is its settings, and its folder for as long as it is kept.
    pub async fn leave(self) -> (Settings, TempDir) {
        self.backend.close().await;
        (self.backend.settings().clone(), self.folder)
    }

    /// Runs a statement past the store, as a faulty program would.
    ///
    /// # Errors
    /// As the database.
    pub async fn run_sql(&self, sql: &'static str) -> Result<u64, StoreError> {
        let mut tx = self.store().begin().await?;
        let done = write!(&mut tx, sql)?;
        tx.commit().await?;
        Ok(done)
    }

    /// Whether a transaction on PostgreSQL waits for a name that another one has locked.
    ///
    /// # Panics
    /// On SQLite, where nobody can look.
    pub async fn somebody_waits_for_a_name(&self) -> bool {
        let mut db = self.store().read().await.unwrap();
        let waiting: Result<Vec<(i64,)>, _> = all!(
            &mut db,
            (i64,),
            "select count(*) from pg_locks
             where locktype = 'advisory' and not granted
               and database = (select oid from pg_database where datname = current_database())"
        );
        waiting.unwrap()[0].0 > 0
    }

    /// The mails in its folder, in the order in which their jobs were written.
    pub async fn sent_mails(&self) -> Vec<LocalMail> {
        let mut mails = self.mailbox().await.unwrap().expect("mails go to a folder");
        mails.sort_by(|one, other| one.id.cmp(&other.id));
        mails
    }

    /// The keys of all jobs ever written, such as `confirm:{visit}:0`.
    pub async fn job_keys(&self) -> std::collections::BTreeSet<String> {
        let mut db = self.store().read().await.unwrap();
        let rows: Result<Vec<(String,)>, _> =
            all!(&mut db, (String,), "select dedup_key from jobs");
        rows.unwrap().into_iter().map(|(key,)| key).collect()
    }

    /// A key no form has used.
    pub fn fresh_key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::SeqCst))
    }

    /// A practice in Paris with one practitioner, one reason, and hours from Monday to Friday.
    pub async fn practice(&self) -> TestPractice {
        self.practice_named("tour").await
    }

    /// The same under another name, for tests with two.
    pub async fn practice_named(&self, name: &str) -> TestPractice {
        let now = self.now();
        let practice = Practice {
            id: self.new_id(),
            slug: format!("cabinet-{name}").parse().unwrap(),
            name: "Cabinet de la Tour".parse().unwrap(),
            phone: "01 23 45 67 89".parse().unwrap(),
            email: None,
            holidays: HolidaySet::France,
        };
        let place = Place {
            id: self.new_id(),
            name: "Cabinet".parse().unwrap(),
            address: "3 rue de la Tour\n75016 Paris".parse().unwrap(),
            town: "Paris".parse().unwrap(),
            zone: "Europe/Paris".parse().unwrap(),
        };
        let practitioner = Practitioner {
            id: self.new_id(),
            slug: format!("camille-lefevre-{name}").parse().unwrap(),
            name: "Dre Camille Lefèvre".parse().unwrap(),
            specialty: "Médecin généraliste".parse().unwrap(),
        };
        let reason = VisitReason {
            id: self.new_id(),
            slug: "consultation".parse().unwrap(),
            name: "Consultation".parse().unwrap(),
            length: minutes(20),
            step: minutes(20),
            buffer_before: Minutes::ZERO,
            buffer_after: Minutes::ZERO,
            min_notice: minutes(60),
            horizon: minutes(60 * 24 * 60),
            cancel_deadline: minutes(24 * 60),
            audience: Audience::Everyone,
            birth_date: BirthDateAsked::No,
            instructions: "Apportez votre carte Vitale.".parse().unwrap(),
        };
        let mut tx = self.store().begin().await.unwrap();
        practices::insert_practice(&mut tx, &practice, None, now)
            .await
            .unwrap();
        practices::insert_place(&mut tx, practice.id, &place, now)
            .await
            .unwrap();
        practices::insert_practitioner(&mut tx, practice.id, &practitioner, now)
            .await
            .unwrap();
        reasons::insert(&mut tx, practice.id, practitioner.id, &reason, now)
            .await
            .unwrap();
        for weekday in [
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
        ] {
            for (start, end) in [(9, 12), (14, 18)] {
                let hours = OpeningHours {
                    id: self.new_id(),
                    place: place.id,
                    recurrence: Recurrence::weekly(weekday, 1, now.date_naive(), None).unwrap(),
                    range: WallRange::new(hour(start), hour(end)).unwrap(),
                    reasons: Vec::new(),
                };
                availability::insert_hours(&mut tx, practice.id, practitioner.id, &hours, now)
                    .await
                    .unwrap();
            }
        }
        tx.commit().await.unwrap();
        TestPractice {
            practice,
            place,
            practitioner,
            reason,
        }
    }

    /// Holds a slot for Zoé Đặng with a fresh key.
    ///
    /// # Errors
    /// As [`Backend::hold`].
    pub async fn hold(
        &self,
        practice: &TestPractice,
        start: &str,
    ) -> Result<Held, Failure<BookingRefusal>> {
        self.backend.hold(self.hold_request(practice, start)).await
    }

    /// What [`TestBackend::hold`] sends. Most stories are not about limits: these are off.
    pub fn hold_request(&self, practice: &TestPractice, start: &str) -> HoldRequest {
        HoldRequest {
            practitioner: practice.practitioner.slug.clone(),
            reason: practice.reason.slug.clone(),
            start: instant(start),
            seen: None,
            patient: zoe(),
            lang: Lang::Fr,
            idempotency_key: self.fresh_key(),
            limits: HoldLimits::Off,
            network: Network::default(),
        }
    }

    /// All mails that wait, or failed, about visits to come.
    #[must_use]
    pub fn undelivered(&self) -> Undelivered<'static> {
        Undelivered {
            waiting_since: self.now(),
            last: "",
            last_since: self.now(),
            now: self.now(),
            whose: None,
        }
    }

    /// What a form with a proof of work brings, at no cost.
    pub async fn proved(&self) -> HoldLimits {
        let challenge = self.challenge_of(1, "");
        let solution = solved(&challenge);
        let proof = self.proof(&challenge, &solution).await.unwrap();
        HoldLimits::WithProof(proof.expect("it was solved"))
    }

    /// Holds and confirms a slot; answers the token of the visit.
    pub async fn book(&self, practice: &TestPractice, start: &str) -> String {
        let held = self.hold(practice, start).await.unwrap();
        let code = self.code_of(&held).await;
        self.confirm(&held.token, &code).await.unwrap()
    }

    /// The code that the mail of a hold carries.
    pub async fn code_of(&self, held: &Held) -> String {
        let details = self.held_visit(&held.token).await.unwrap();
        self.keys().email_code(details.visit.appointment.id)
    }
}

/// What [`TestBackend::practice`] made.
#[derive(Clone, Debug)]
pub struct TestPractice {
    /// The practice.
    pub practice: Practice,
    /// Its place.
    pub place: Place,
    /// Its practitioner.
    pub practitioner: Practitioner,
    /// Her reason: 20 minutes on a grid of 20, one hour of notice, one day to cancel.
    pub reason: VisitReason,
}

impl TestPractice {
    /// The ids that most store functions take.
    #[must_use]
    pub fn ids(&self) -> (PracticeId, PlaceId, PractitionerId) {
        (self.practice.id, self.place.id, self.practitioner.id)
    }
}

/// The patient of most tests.
#[must_use]
pub fn zoe() -> Patient {
    Patient {
        given_name: "Zoé".parse().unwrap(),
        family_name: "Đặng".parse().unwrap(),
        email: Some("zoe@example.org".parse().unwrap()),
        phone: "06 12 34 56 78".parse().unwrap(),
        birth_date: None,
    }
}

/// Somebody with an address and a telephone of her own for each number below ten thousand.
#[must_use]
pub fn somebody(number: usize) -> Patient {
    Patient {
        email: Some(format!("somebody{number}@example.org").parse().unwrap()),
        phone: format!("07 00 00 {:02} {:02}", number / 100, number % 100)
            .parse()
            .unwrap(),
        ..zoe()
    }
}

/// The proof that a browser works out of a challenge.
#[must_use]
pub fn solved(challenge: &Challenge) -> String {
    let signed = serde_json::from_str(&challenge.text).unwrap();
    let options = altcha::SolveChallengeOptions::new(&signed);
    let solution = altcha::solve_challenge(options).unwrap().unwrap();
    format!("{}.{}", solution.counter, solution.derived_key)
}

/// Minutes that are surely in range.
#[must_use]
pub fn minutes(minutes: i32) -> Minutes {
    Minutes::try_from(minutes).unwrap()
}

/// A full hour on the wall clock.
#[must_use]
pub fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap()
}

/// The address of a database that nobody has used: a file in that folder, or one in the cluster.
///
/// # Panics
/// When the database cannot be had.
pub async fn fresh_url(kind: Kind, folder: &Path) -> String {
    match kind {
        Kind::Sqlite => format!("sqlite:{}/rdv.db", folder.display()),
        Kind::Postgres => fresh_postgres().await,
    }
}

/// Every row of every table of ours, whatever schema the database has.
///
/// # Panics
/// When the database cannot be read.
pub async fn everything(database_url: &str) -> BTreeMap<String, Vec<Vec<Cell>>> {
    let store = Store::connect(database_url).await.unwrap();
    let mut db = store.snapshot().await.unwrap();
    let version = schema::version(&mut db).await.unwrap().unwrap();
    let mut all = BTreeMap::new();
    for table in archive::tables(&mut db, version).await.unwrap() {
        let rows: &mut Vec<Vec<Cell>> = all.entry(table.name.clone()).or_default();
        archive::each_row(&mut db, &table, |cells| {
            rows.push(cells.to_vec());
            Ok::<(), StoreError>(())
        })
        .await
        .unwrap();
    }
    drop(db);
    store.close().await;
    all
}

/// Runs a statement past the store.
///
/// # Panics
/// When the database refuses it.
pub async fn run_in(tx: &mut Tx, sql: &'static str) {
    write!(tx, sql).unwrap();
}

/// Creates a database of its own in the test cluster and answers its address.
async fn fresh_postgres() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let cluster = std::env::var("RDV_TEST_POSTGRES_URL").expect(
        "RDV_TEST_POSTGRES_URL is not set: run `make test`, or `scripts/with-postgres.sh cargo nextest run`",
    );
    let name = format!(
        "t{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::SeqCst)
    );
    let mut connection = sqlx::PgConnection::connect(&cluster).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("create database {name}"));
    connection.execute(create).await.unwrap();
    let (before, query) = cluster
        .split_once('?')
        .map_or((cluster.as_str(), ""), |(b, q)| (b, q));
    let server = before.rsplit_once('/').map_or(before, |(server, _)| server);
    format!("{server}/{name}?{query}")
}
