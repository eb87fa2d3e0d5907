//! A crowd that books one slot after the other, remembers what it was told, and compares that
//! with what is stored in the end. What was answered 303 is a promise; what was answered 503, or
//! not at all, is asked again with the same form, as people do.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use backend::{
    Backend,
    store::appointments::{self, Visit},
    testing::{TestBackend, TestPractice},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{appointment::Status, interval::Interval};
use tokio::task::JoinHandle;

use crate::program::{Answer, post};

/// The heading of every 503.
pub(crate) const AWAY: &str = "Service momentanément indisponible";

/// What bookers were told.
#[derive(Debug, Default)]
pub(crate) struct Promises {
    /// Start of each slot that was acknowledged as held, by the hold's token.
    held: Mutex<BTreeMap<String, DateTime<Utc>>>,
    /// Tokens of the holds that were acknowledged as booked.
    booked: Mutex<Vec<String>>,
    /// Keys of the forms that were refused.
    refused: Mutex<BTreeSet<String>>,
    unanswered: AtomicUsize,
    unavailable: AtomicUsize,
}

impl Promises {
    /// How many were told that they have a visit.
    pub(crate) fn booked(&self) -> usize {
        self.booked.lock().unwrap().len()
    }

    /// How often nobody answered.
    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered.load(Ordering::Relaxed)
    }

    /// How often the answer was "not now".
    pub(crate) fn unavailable(&self) -> usize {
        self.unavailable.load(Ordering::Relaxed)
    }
}

/// Fifty bookers, or so.
pub(crate) struct Crowd {
    pub(crate) promises: Arc<Promises>,
    stop: Arc<AtomicBool>,
    bookers: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// They book at these nodes in turn. Five want each slot.
    pub(crate) async fn start(
        bookers: usize,
        nodes: &[SocketAddr],
        test: &TestBackend,
        practice: &TestPractice,
    ) -> Self {
        let starts: Arc<[_]> = free_starts(test, practice).await.into();
        assert!(starts.len() > 200, "{} slots", starts.len());
        let (promises, stop) = (Arc::default(), Arc::default());
        let start = |number: usize| {
            let booker = Booker {
                number: number * 1000,
                nodes: nodes.into(),
                backend: test.backend(),
                practice: practice.clone(),
                starts: Arc::clone(&starts),
                promises: Arc::clone(&promises),
                stop: Arc::clone(&stop),
            };
            tokio::spawn(booker.book())
        };
        let bookers = (0..bookers).map(start).collect();
        Self {
            promises,
            stop,
            bookers,
        }
    }

    /// Waits until so many more have a visit.
    pub(crate) async fn book_more(&self, more: usize) {
        self.wait_for_more("bookings", more, Promises::booked).await;
    }

    /// Waits until so many more were told to come back.
    pub(crate) async fn are_sent_away(&self, more: usize) {
        self.wait_for_more("refusals", more, Promises::unavailable)
            .await;
    }

    async fn wait_for_more(&self, what: &str, more: usize, count: impl Fn(&Promises) -> usize) {
        let (since, before) = (Instant::now(), count(&self.promises));
        while count(&self.promises) < before + more {
            assert!(
                since.elapsed() < Duration::from_secs(60),
                "no more {what}: {} booked, {} told to come back, {} unanswered",
                self.promises.booked(),
                self.promises.unavailable(),
                self.promises.unanswered(),
            );
            let gave_up = self.bookers.iter().any(JoinHandle::is_finished);
            assert!(!gave_up, "a booker was told what nobody should be");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// They stop, and say what they were told.
    pub(crate) async fn leave(self) -> Arc<Promises> {
        self.stop.store(true, Ordering::Relaxed);
        for booker in self.bookers {
            booker.await.unwrap();
        }
        self.promises
    }
}

struct Booker {
    number: usize,
    nodes: Arc<[SocketAddr]>,
    backend: Backend,
    practice: TestPractice,
    starts: Arc<[DateTime<Utc>]>,
    promises: Arc<Promises>,
    stop: Arc<AtomicBool>,
}

impl Booker {
    async fn book(self) {
        for turn in self.number.. {
            let start = self.starts[(turn * 7 + self.number / 5) % self.starts.len()];
            let key = format!("booker-{}-turn-{turn}-{}", self.number, start.timestamp());
            let form = form_of(&self.practice, start, &key);
            let Some(answer) = self.persist(turn, "/api/hold_slot", &form).await else {
                return;
            };
            if answer.status == 409 {
                self.promises.refused.lock().unwrap().insert(key);
                continue;
            }
            let token = answer.token();
            let held = &self.promises.held;
            held.lock().unwrap().insert(token.clone(), start);
            let Some(code) = self.code(&token).await else {
                return;
            };
            let form = format!("token={token}&code={code}");
            match self.persist(turn, "/api/confirm_hold", &form).await {
                None => return,
                Some(answer) if answer.status == 303 => {
                    self.promises.booked.lock().unwrap().push(token);
                }
                Some(answer) => panic!("the right code was answered {}", answer.status),
            }
        }
    }

    /// Sends the same form, now here and now there, until it is answered; `None` when it is time
    /// to go.
    async fn persist(&self, turn: usize, path: &str, form: &str) -> Option<Answer> {
        for attempt in turn.. {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            match post(self.nodes[attempt % self.nodes.len()], path, form).await {
                Some(answer) if matches!(answer.status, 303 | 409) => return Some(answer),
                Some(answer) => {
                    assert_eq!(answer.status, 503, "{path}: {}", answer.body);
                    is_said_well(&answer, path);
                    self.promises.unavailable.fetch_add(1, Ordering::Relaxed);
                }
                None => {
                    self.promises.unanswered.fetch_add(1, Ordering::Relaxed);
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }

    /// The code in the mail of a hold, once the database can be read.
    async fn code(&self, token: &str) -> Option<String> {
        while !self.stop.load(Ordering::Relaxed) {
            match self.backend.held_visit(token).await {
                Ok(found) => {
                    let id = found.visit.appointment.id;
                    return Some(self.backend.keys().email_code(id));
                }
                Err(error) => assert!(error.is_passing(), "a hold that was promised: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        None
    }
}

/// "Not now" is said in words, with the time to come back, and what was typed is kept.
fn is_said_well(answer: &Answer, path: &str) {
    assert!(answer.body.contains(AWAY), "{path}: {}", answer.body);
    assert!(!answer.header("retry-after").is_empty(), "{path}");
    if path == "/api/hold_slot" {
        let kept = answer.kept_form();
        assert!(
            kept.iter().any(|(name, _)| name == "idempotency_key"),
            "{kept:?}"
        );
    }
}

/// What the form behind a slot sends.
pub(crate) fn form_of(practice: &TestPractice, start: DateTime<Utc>, key: &str) -> String {
    format!(
        "practitioner={}&reason={}&start={}&idempotency_key={key}\
         &given_name=Zo%C3%A9&family_name=Booker&email=zoe%40example.org&phone=0612345678",
        practice.practitioner.slug,
        practice.reason.slug,
        start.format("%Y-%m-%dT%H%%3A%M%%3A%SZ"),
    )
}

/// Free starts of the coming weeks.
pub(crate) async fn free_starts(test: &TestBackend, practice: &TestPractice) -> Vec<DateTime<Utc>> {
    let from = (test.now() + TimeDelta::days(2)).date_naive();
    let to = from + TimeDelta::days(40);
    let slugs = (&practice.practitioner.slug, &practice.reason.slug);
    let free = test.find_slots(slugs.0, slugs.1, from, to).await.unwrap();
    free.slots
        .iter()
        .map(|slot| slot.interval.start())
        .collect()
}

/// Every visit and hold that is stored.
pub(crate) async fn visits_of(test: &TestBackend, practice: &TestPractice) -> Vec<Visit> {
    let (practice_id, _, practitioner) = practice.ids();
    let all = Interval::starting(test.now() - TimeDelta::days(1), TimeDelta::days(90)).unwrap();
    let mut db = test.store().read().await.unwrap();
    appointments::between(&mut db, practice_id, practitioner, all)
        .await
        .unwrap()
}

/// No two visits at one time, and none without the jobs of its mails.
pub(crate) async fn is_whole(test: &TestBackend, practice: &TestPractice) -> Vec<Visit> {
    let visits = visits_of(test, practice).await;
    let taken: Vec<&Visit> = visits
        .iter()
        .filter(|visit| visit.appointment.status.blocks(test.now()))
        .collect();
    for pair in taken.windows(2) {
        let (one, two) = (&pair[0].appointment, &pair[1].appointment);
        assert!(
            !one.interval.overlaps(two.interval),
            "two visits at {}",
            two.interval.start()
        );
    }
    let jobs = test.job_keys().await;
    for visit in &visits {
        let id = visit.appointment.id;
        assert!(
            jobs.contains(&format!("send_code:{id}:0")),
            "a hold without its mail"
        );
        let has_mail = jobs.contains(&format!("confirm:{id}:0"));
        let booked = visit.appointment.status == Status::Booked;
        assert!(!booked || has_mail, "a visit without its mail");
    }
    visits
}

/// Compares what is stored with what was promised; the program does not run any more.
pub(crate) async fn check(test: &TestBackend, practice: &TestPractice, promises: &Promises) {
    let visits = is_whole(test, practice).await;
    let by_token: BTreeMap<String, &Visit> = visits
        .iter()
        .map(|visit| (test.keys().hold_token(visit.appointment.id), visit))
        .collect();
    assert_eq!(by_token.len(), visits.len());
    let held = promises.held.lock().unwrap().clone();
    for (token, start) in &held {
        let visit = by_token
            .get(token)
            .expect("an acknowledged hold is not there");
        assert_eq!(visit.appointment.interval.start(), *start);
    }
    let booked = promises.booked.lock().unwrap().clone();
    for token in &booked {
        assert_eq!(
            by_token[token].appointment.status,
            Status::Booked,
            "an acknowledged visit"
        );
    }
    let jobs = test.job_keys().await;
    let confirmations = jobs.iter().filter(|key| key.starts_with("confirm:"));
    let stored = visits
        .iter()
        .filter(|visit| visit.appointment.status == Status::Booked);
    assert_eq!(confirmations.count(), stored.count(), "mails of no visit");
    let refused = promises.refused.lock().unwrap().clone();
    for key in test.stored_keys().await {
        assert!(!refused.contains(&key), "refused, and stored: {key}");
    }
    println!(
        "{} held, {} booked, {} refused, {} unanswered, {} told to come back",
        held.len(),
        booked.len(),
        refused.len(),
        promises.unanswered(),
        promises.unavailable(),
    );
    assert!(
        booked.len() > 20,
        "only {} bookings: the test proves little",
        booked.len()
    );
}
