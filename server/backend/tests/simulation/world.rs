//! The practice, what its people were told, and the steps of its life.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use backend::{
    Backend, Failure,
    booking::{CodeRefusal, HoldLimits, HoldRequest},
    office::{
        absences::AbsenceForm,
        hours::{Days, HoursForm},
        visits::StaffBooking,
    },
    store::BrokenCommit,
    testing::{Kind, TestBackend, TestPractice, hour},
};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::{
    access::Actor, appointment::Mark, holding::Network, ids::AppointmentId,
    opening_hours::WallRange, people::Patient,
};
use i18n::Lang;
use uuid::Uuid;

use super::{
    dice::Dice,
    post::{Mood, Post},
};

/// Nothing is looked at further ahead.
const DAYS: i64 = 12;

/// What the people of this life were told, by what.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    pub(crate) booked: u64,
    pub(crate) cancelled: u64,
    pub(crate) refused: u64,
    /// Commits that were broken on purpose.
    pub(crate) broken: u64,
    pub(crate) restarts: u64,
    pub(crate) mails: u64,
}

/// A visit that somebody was promised.
#[derive(Clone, Debug)]
struct Promise {
    token: Option<String>,
    start: DateTime<Utc>,
    email: String,
    /// The words of a status that are right.
    status: &'static str,
    sequence: i32,
}

/// A hold that somebody was promised.
#[derive(Clone, Debug)]
struct Held {
    token: String,
    id: AppointmentId,
    start: DateTime<Utc>,
    email: String,
}

pub(crate) struct World {
    test: TestBackend,
    /// The program as it runs now; [`World::restart`] makes another.
    backend: Backend,
    practice: TestPractice,
    owner: Actor,
    dice: Dice,
    post: Post,
    holds: Vec<Held>,
    promises: BTreeMap<AppointmentId, Promise>,
    /// The same by their start, so that a long past costs nothing.
    by_start: BTreeSet<(DateTime<Utc>, AppointmentId)>,
    told: Told,
    people: u64,
}

/// How a use case ended, if it did.
enum Ended<T> {
    Done(T),
    Refused,
}

impl World {
    pub(crate) async fn new(kind: Kind, dice: Dice) -> Self {
        let post = Post::new(Dice::new(dice.below(u64::MAX)));
        let test = TestBackend::with_mailer(kind, Some(Arc::new(post.clone()))).await;
        let practice = test.practice().await;
        let owner = test.owner_without_account(&practice);
        Self {
            backend: test.backend(),
            test,
            practice,
            owner,
            dice,
            post,
            holds: Vec::new(),
            promises: BTreeMap::new(),
            by_start: BTreeSet::new(),
            told: Told::default(),
            people: 0,
        }
    }

    pub(crate) const fn told(&self) -> Told {
        self.told
    }

    /// One random step, and a look at what it left.
    pub(crate) async fn step(&mut self, number: u64) {
        self.post.step(number);
        match self.dice.below(100) {
            0..=21 => self.hold().await,
            22..=41 => self.confirm().await,
            42..=49 => self.cancel_by_patient().await,
            50..=57 => self.book_by_staff().await,
            58..=60 => self.cancel_by_staff().await,
            61..=66 => self.mark().await,
            67..=69 => self.absence().await,
            70..=72 => self.hours().await,
            73..=86 => self.time_passes(),
            87..=92 => self.mails_leave().await,
            93..=94 => self.worker_dies().await,
            95 => self.restart().await,
            _ => {
                self.backend.housekeeping().await.unwrap();
            }
        }
        self.look(number % 100 == 99).await;
    }

    /// Everything that was due happens, and everything is compared.
    pub(crate) async fn settle(&mut self) {
        self.post.is(Mood::Good);
        for _ in 0..30 {
            self.test.clock.advance(TimeDelta::minutes(20));
            self.backend.run_due_jobs().await.unwrap();
        }
        self.look(true).await;
        self.everybody_knows().await;
    }

    fn now(&self) -> DateTime<Utc> {
        self.backend.now()
    }

    /// A start on the grid somewhere in the coming days; now and then one that is on none.
    fn start(&self) -> DateTime<Utc> {
        let day =
            self.now().date_naive() + TimeDelta::days(i64::try_from(self.dice.below(9)).unwrap());
        let minutes = i64::try_from(7 * 60 + 20 * self.dice.below(33)).unwrap();
        let off = if self.dice.percent(5) { 7 } else { 0 };
        day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(minutes + off)
    }

    /// Somebody new.
    fn person(&mut self) -> Patient {
        self.people += 1;
        let number = self.people;
        Patient {
            given_name: "Zoé".parse().unwrap(),
            family_name: format!("Numéro {number}").parse().unwrap(),
            email: Some(format!("personne-{number}@example.org").parse().unwrap()),
            phone: format!(
                "06 12 {:02} {:02} {:02}",
                number / 10_000 % 100,
                number / 100 % 100,
                number % 100
            )
            .parse()
            .unwrap(),
            birth_date: None,
        }
    }

    /// Breaks the next commit now and then.
    fn maybe_break(&mut self) -> Option<BrokenCommit> {
        let broken = self.dice.percent(6).then(|| {
            if self.dice.percent(50) {
                BrokenCommit::Before
            } else {
                BrokenCommit::After
            }
        });
        self.told.broken += u64::from(broken.is_some());
        self.backend.store().break_next_commit(broken);
        broken
    }

    /// What was answered; an answer that got lost is asked for again, as a browser does.
    async fn ask<T, R>(
        &mut self,
        question: impl AsyncFn(&Backend) -> Result<T, Failure<R>>,
    ) -> Ended<T> {
        self.maybe_break();
        let mut answer = question(&self.backend).await;
        self.backend.store().break_next_commit(None);
        if matches!(&answer, Err(Failure::Broken(error)) if error.is_passing()) {
            answer = question(&self.backend).await;
        }
        match answer {
            Ok(done) => Ended::Done(done),
            Err(Failure::Refused(_)) => {
                self.told.refused += 1;
                Ended::Refused
            }
            Err(Failure::Broken(error)) => panic!("{error}"),
        }
    }

    async fn hold(&mut self) {
        let (start, patient) = (self.start(), self.person());
        let email = patient.email.as_ref().unwrap().to_string();
        let request = HoldRequest {
            practitioner: self.practice.practitioner.slug.clone(),
            reason: self.practice.reason.slug.clone(),
            start,
            seen: None,
            patient,
            lang: Lang::Fr,
            idempotency_key: self.test.fresh_key(),
            // Refusals of a crowd are `hold_limits.rs`'; here the agenda is to fill up.
            limits: HoldLimits::Off,
            network: Network::default(),
        };
        let question = async |backend: &Backend| backend.hold(request.clone()).await;
        if let Ended::Done(held) = self.ask(question).await {
            let details = self.backend.held_visit(&held.token).await.unwrap();
            let id = details.visit.appointment.id;
            let code = format!("send_code:{id}:0");
            assert_eq!(
                self.test.jobs_of_key(&code).await,
                1,
                "a hold without its mail"
            );
            self.holds.push(Held {
                token: held.token,
                id,
                start,
                email,
            });
        }
    }

    async fn confirm(&mut self) {
        if self.holds.is_empty() {
            return;
        }
        let index = usize::try_from(self.dice.below(self.holds.len() as u64)).unwrap();
        let held = self.holds[index].clone();
        let right = self.backend.keys().email_code(held.id);
        let code = if self.dice.percent(15) {
            "x".to_owned()
        } else {
            right
        };
        let question = async |backend: &Backend| match backend.confirm(&held.token, &code).await {
            // A hold that ran out is cleared away later: then nobody knows it any more.
            Err(Failure::Broken(backend::Error::NotFound)) => {
                Err(Failure::Refused(CodeRefusal::Gone))
            }
            answer => answer,
        };
        if let Ended::Done(token) = self.ask(question).await {
            self.holds.swap_remove(index);
            self.told.booked += 1;
            self.promise(held.id, Some(token), held.start, held.email)
                .await;
        } else if self.dice.percent(50) {
            self.holds.swap_remove(index);
        }
    }

    async fn promise(
        &mut self,
        id: AppointmentId,
        token: Option<String>,
        start: DateTime<Utc>,
        email: String,
    ) {
        let key = format!("confirm:{id}:0");
        assert_eq!(
            self.test.jobs_of_key(&key).await,
            1,
            "a visit without its mail"
        );
        let promise = Promise {
            token,
            start,
            email,
            status: "booked",
            sequence: 0,
        };
        self.by_start.insert((start, id));
        let before = self.promises.insert(id, promise);
        assert!(before.is_none(), "one visit was promised twice");
    }

    async fn book_by_staff(&mut self) {
        let (start, patient) = (self.start(), self.person());
        let email = patient.email.as_ref().unwrap().to_string();
        let wish = StaffBooking {
            practitioner: self.practice.practitioner.slug.clone(),
            reason: self.practice.reason.slug.clone(),
            start,
            seen: None,
            patient,
            lang: Lang::En,
            idempotency_key: self.test.fresh_key(),
        };
        let owner = self.owner.clone();
        let question = async |backend: &Backend| backend.book_by_staff(&owner, wish.clone()).await;
        if let Ended::Done(id) = self.ask(question).await {
            self.told.booked += 1;
            self.promise(id, None, start, email).await;
        }
    }

    /// What was promised from that instant on.
    fn promised_from(
        &self,
        from: DateTime<Utc>,
    ) -> impl Iterator<Item = (AppointmentId, &Promise)> {
        let first = (from, AppointmentId::from(Uuid::nil()));
        let known = self.by_start.range(first..);
        known.map(|(_, id)| (*id, &self.promises[id]))
    }

    /// One of the promised visits to come that still stand.
    fn standing(&self) -> Option<AppointmentId> {
        let to_come = self.promised_from(self.now() - TimeDelta::hours(1));
        let standing = to_come.filter(|(_, promise)| promise.status == "booked");
        let ids: Vec<_> = standing.map(|(id, _)| id).collect();
        self.dice.pick(&ids).copied()
    }

    async fn cancel_by_patient(&mut self) {
        let Some(id) = self.standing() else { return };
        let Some(token) = self.promises[&id].token.clone() else {
            return;
        };
        let question = async |backend: &Backend| match backend.cancel_by_link(&token).await {
            // The link died at the end of the visit.
            Err(Failure::Broken(backend::Error::NotFound)) => Err(Failure::Refused(())),
            answer => answer.map_err(|failure| failure.map_refusal(|_| ())),
        };
        if let Ended::Done(()) = self.ask(question).await {
            self.cancelled(id).await;
        }
    }

    async fn cancel_by_staff(&mut self) {
        let Some(id) = self.standing() else { return };
        let owner = self.owner.clone();
        let question = async |backend: &Backend| backend.cancel_by_practice(&owner, id).await;
        if let Ended::Done(()) = self.ask(question).await {
            self.cancelled(id).await;
        }
    }

    async fn cancelled(&mut self, id: AppointmentId) {
        let key = format!("notify_cancel:{id}:1");
        assert_eq!(
            self.test.jobs_of_key(&key).await,
            1,
            "called off, and nobody told"
        );
        let promise = self.promises.get_mut(&id).unwrap();
        (promise.status, promise.sequence) = ("cancelled", 1);
        self.told.cancelled += 1;
    }

    async fn mark(&mut self) {
        let Some(id) = self.standing() else { return };
        let Some(mark) = self.dice.pick(&Mark::ALL).copied() else {
            return;
        };
        let owner = self.owner.clone();
        // Marking is no form that may be sent twice: an answer that got lost stays lost.
        let broken = self.maybe_break();
        let answer = self.backend.mark_visit(&owner, id, mark).await;
        self.backend.store().break_next_commit(None);
        let written = match answer {
            Ok(()) => true,
            Err(Failure::Refused(_)) => false,
            Err(Failure::Broken(error)) if error.is_passing() => {
                broken == Some(BrokenCommit::After)
            }
            Err(Failure::Broken(error)) => panic!("{error}"),
        };
        if written {
            self.promises.get_mut(&id).unwrap().status = mark.code();
        }
    }

    async fn absence(&mut self) {
        let (owner, whose) = (self.owner.clone(), self.practice.practitioner.id);
        let there = self.backend.absences(&owner, whose).await.unwrap().to_come;
        if there.len() > 2
            && let Some(absence) = self.dice.pick(&there)
        {
            self.backend
                .delete_absence(&owner, whose, absence.id)
                .await
                .unwrap();
            return;
        }
        let from = self.start().naive_utc();
        let until = from + TimeDelta::hours(1 + i64::try_from(self.dice.below(5)).unwrap());
        let form = AbsenceForm {
            from,
            until,
            note: None,
        };
        let _ = self.backend.announce_absence(&owner, whose, form).await;
    }

    async fn hours(&mut self) {
        let (owner, whose) = (self.owner.clone(), self.practice.practitioner.id);
        let there = self.backend.hours(&owner, whose).await.unwrap();
        if there.len() > 12
            && let Some(hours) = self.dice.pick(&there)
        {
            self.backend
                .delete_hours(&owner, whose, [hours.id].into())
                .await
                .unwrap();
            return;
        }
        let form = HoursForm {
            place: self.practice.place.id,
            days: Days::Once {
                day: self.start().date_naive(),
            },
            ranges: vec![WallRange::new(hour(8), hour(19)).unwrap()],
            reasons: vec![],
        };
        let _ = self.backend.publish_hours(&owner, whose, form).await;
    }

    fn time_passes(&self) {
        let by = match self.dice.below(20) {
            0 => TimeDelta::hours(-2),
            1 => TimeDelta::hours(2),
            2..=4 => TimeDelta::hours(7),
            5..=9 => TimeDelta::minutes(16),
            _ => TimeDelta::seconds(i64::try_from(self.dice.below(240)).unwrap()),
        };
        self.test.clock.advance(by);
    }

    async fn mails_leave(&mut self) {
        self.post.is(match self.dice.below(4) {
            0 => Mood::Good,
            1 => Mood::Down,
            _ => Mood::Moody,
        });
        self.backend.run_due_jobs().await.unwrap();
    }

    /// The worker dies while the mail server keeps it waiting, sooner or later.
    async fn worker_dies(&mut self) {
        self.post.is(Mood::Silent);
        let lifetime = Duration::from_millis(self.dice.below(40));
        let _ = tokio::time::timeout(lifetime, self.backend.run_due_jobs()).await;
        // Dead is dead: a task that was told to stop is there until the runtime looks at it. One
        // that outlived this step would hand its mail to a server that takes it by now, and nobody
        // would write down that it did.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    async fn restart(&mut self) {
        self.told.restarts += 1;
        let settings = self.test.settings().clone();
        let clock = Arc::clone(&self.test.clock) as _;
        let random = Arc::new(backend::testing::SeededRandom::new(
            self.dice.below(u64::MAX),
        ));
        let post = Arc::new(self.post.clone());
        let fresh = Backend::open_with(settings, clock, random, post)
            .await
            .unwrap();
        let old = std::mem::replace(&mut self.backend, fresh);
        // What the tests look through stays open; any other program before this one ends.
        if self.told.restarts > 1 {
            old.close().await;
        }
    }

    /// Compares what is stored with what was promised: the days around now, or everything.
    async fn look(&mut self, everything: bool) {
        let now = self.now();
        let from = if everything {
            DateTime::UNIX_EPOCH
        } else {
            now - TimeDelta::days(1)
        };
        let stored = self
            .test
            .stored_visits(from, now + TimeDelta::days(DAYS))
            .await;
        let blocking: Vec<_> = stored.iter().filter(|visit| visit.blocks()).collect();
        for pair in blocking.windows(2) {
            assert!(
                pair[0].ends_at <= pair[1].starts_at,
                "two at the same time: {pair:?}"
            );
        }
        let ids: BTreeSet<_> = stored
            .iter()
            .map(backend::testing::history::StoredVisit::id)
            .collect();
        for visit in &stored {
            match self.promises.get(&visit.id()) {
                Some(promise) => {
                    assert_eq!(visit.starts_at, promise.start);
                    assert_eq!(visit.status, promise.status, "{visit:?}");
                    assert_eq!(visit.sequence, promise.sequence, "{visit:?}");
                }
                None => assert!(
                    matches!(visit.status.as_str(), "held" | "expired"),
                    "nobody was promised {visit:?}"
                ),
            }
        }
        for (id, promise) in self.promised_from(from) {
            assert!(ids.contains(&id), "a promise is gone: {promise:?}");
        }
        self.slots_are_free(&blocking).await;
        if everything {
            self.mails_are_right();
        }
    }

    /// No slot that is shown is taken.
    async fn slots_are_free(&self, blocking: &[&backend::testing::history::StoredVisit]) {
        let now = self.now();
        let (practitioner, reason) = (&self.practice.practitioner.slug, &self.practice.reason.slug);
        let from = now.date_naive();
        let to = from + TimeDelta::days(9);
        let found = self
            .backend
            .find_slots(practitioner, reason, from, to)
            .await;
        for slot in found.unwrap().slots {
            let taken = blocking.iter().find(|visit| {
                visit.starts_at < slot.interval.end() && slot.interval.start() < visit.ends_at
            });
            // A hold that ran out is still written as one until somebody clears it away.
            if let Some(taken) = taken {
                assert_eq!(taken.status, "held", "shown as free: {taken:?}");
            }
        }
    }

    /// Each mail went to one person and was about her; none went twice that need not.
    fn mails_are_right(&mut self) {
        self.told.mails = self.post.count();
        for letter in self.post.new_letters() {
            for word in letter
                .text
                .split(|c: char| c.is_whitespace() || "<>:;,\"".contains(c))
            {
                assert!(
                    !word.starts_with("personne-") || word == letter.to,
                    "{} was told of {word}",
                    letter.to
                );
            }
            assert!(
                letter.taken <= 1 + letter.unanswered,
                "sent twice to {}: {:?}",
                letter.to,
                letter.story
            );
        }
    }

    /// Whoever has a visit to come was told, or the practice is asked to phone her.
    async fn everybody_knows(&self) {
        let to_phone: BTreeSet<_> = self
            .backend
            .failed_mails(&self.owner)
            .await
            .unwrap()
            .into_iter()
            .map(|mail| mail.appointment)
            .collect();
        let invited = self.post.letters().into_iter();
        let told: BTreeSet<_> = invited
            .filter(|letter| letter.text.contains("method=REQUEST"))
            .map(|letter| letter.to)
            .collect();
        let now = self.now();
        for (id, promise) in self.promised_from(now) {
            if promise.status == "booked" && promise.start > now {
                assert!(
                    told.contains(&promise.email) || to_phone.contains(&id),
                    "nobody told {promise:?}"
                );
            }
        }
    }
}
