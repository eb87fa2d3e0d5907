//! What is read around one visit decides as the whole agenda does. Agendas and wishes are drawn by
//! lot, the same at each run; most wishes begin or end near where something else does.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{
    absence::Absence,
    appointment::{Appointment, CancelledBy, Status},
    ids::{PatientId, PlaceId},
    interval::Interval,
    opening_hours::{OpeningHours, Recurrence, WallRange},
    practice::Place,
    slots::{self, Blocked},
    visit_reason::{Minutes, VisitReason},
    zone,
};
use i18n::Lang;
use rstest::rstest;

use super::Ground;
use crate::{
    clock::Random,
    keys,
    store::{
        Tx,
        appointments::{self, NewVisit},
        availability,
        bookable::{self, Bookable},
        patients, practices,
    },
    testing::{Kind, SeededRandom, TestBackend, TestPractice, hour, minutes, zoe},
};

struct Lot(SeededRandom);

impl Lot {
    fn one_of<T: Copy>(&self, things: &[T]) -> T {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        let index = u64::from_le_bytes(bytes) % things.len() as u64;
        things[usize::try_from(index).unwrap()]
    }

    fn minutes(&self, of: &[i64]) -> TimeDelta {
        TimeDelta::minutes(self.one_of(of))
    }

    fn buffer(&self) -> Minutes {
        minutes(self.one_of(&[0, 0, 15, 120]))
    }
}

/// An agenda, and the instants at which something in it begins or ends.
struct Drawn {
    test: TestBackend,
    of: TestPractice,
    lot: Lot,
    edges: Vec<DateTime<Utc>>,
}

impl Drawn {
    /// Mostly at a place in that zone, sometimes in Paris. Three weeks: of Christmas, and of the
    /// nights in which the clocks go forward in Canada and in France.
    async fn in_zone(kind: Kind, zone: &str) -> Self {
        let test = TestBackend::new(kind).await;
        let of = test.practice().await;
        test.run_sql("delete from opening_hours").await.unwrap();
        let (practice, now) = (of.practice.id, test.now());
        let paris: (PlaceId, Tz) = (of.place.id, of.place.zone.as_str().parse().unwrap());
        let place = Place {
            id: test.new_id(),
            zone: zone.parse().unwrap(),
            ..of.place.clone()
        };
        let here: (PlaceId, Tz) = (place.id, zone.parse().unwrap());
        let patient: PatientId = test.new_id();
        let mut tx = test.store().begin().await.unwrap();
        practices::insert_place(&mut tx, practice, &place, now)
            .await
            .unwrap();
        patients::insert(&mut tx, practice, patient, &zoe(), Lang::Fr, now)
            .await
            .unwrap();
        let mut drawn = Self {
            test,
            of,
            lot: Lot(SeededRandom::new(12)),
            edges: Vec::new(),
        };
        for monday in ["2026-12-21", "2027-03-08", "2027-03-22"] {
            let monday = monday.parse().unwrap();
            let places = [here, here, here, here, here, paris];
            drawn.hours(&mut tx, monday, &places).await;
            drawn.visits(&mut tx, monday, patient).await;
        }
        drawn.absences(&mut tx).await;
        tx.commit().await.unwrap();
        drawn
    }

    async fn hours(&mut self, tx: &mut Tx, monday: NaiveDate, places: &[(PlaceId, Tz)]) {
        let (practice, _, practitioner) = self.of.ids();
        for day in monday.iter_days().take(7) {
            let (place, tz) = self.lot.one_of(places);
            // Mostly the whole day.
            let ranges = [(0, 0), (0, 0), (0, 0), (0, 0), (0, 3), (22, 0)];
            let (from, until) = self.lot.one_of(&ranges);
            let weekly = |every, first, until| {
                Recurrence::weekly(day.weekday(), every, first, until).unwrap()
            };
            let recurrence = self.lot.one_of(&[
                Recurrence::Once { day },
                weekly(1, day, Some(day)),
                weekly(2, day - Days::new(14), None),
            ]);
            let hours = OpeningHours {
                id: self.test.new_id(),
                place,
                recurrence,
                range: WallRange::new(hour(from), hour(until)).unwrap(),
                reasons: Vec::new(),
            };
            let now = self.test.now();
            availability::insert_hours(tx, practice, practitioner, &hours, now)
                .await
                .unwrap();
            for at in [0, from, until] {
                self.edges
                    .extend(zone::instants(&tz, day.and_time(hour(at))));
            }
        }
    }

    /// One after the other, in every state.
    async fn visits(&mut self, tx: &mut Tx, monday: NaiveDate, patient: PatientId) {
        let now = self.test.now();
        let (practice, place, practitioner) = self.of.ids();
        let held = |until| Status::Held { until };
        let by = CancelledBy::Patient;
        let first = monday.and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(1);
        let mut free_from = first;
        while free_from < first + TimeDelta::days(9) {
            let start = free_from + self.lot.minutes(&[0, 5, 30, 300, 2000, 4000]);
            let length = self.lot.minutes(&[5, 20, 60, 24 * 60]);
            let interval = Interval::starting(start, length).unwrap();
            free_from = interval.end();
            let status = self.lot.one_of(&[
                Status::Booked,
                Status::Booked,
                Status::Missed,
                held(now),
                held(now + TimeDelta::minutes(15)),
                Status::Expired,
                Status::Cancelled { by },
            ]);
            let (buffer_before, buffer_after) = (self.lot.buffer(), self.lot.buffer());
            let appointment = Appointment {
                id: self.test.new_id(),
                practice,
                practitioner,
                place,
                reason: self.of.reason.id,
                interval,
                status,
                sequence: 0,
                changed_at: now,
            };
            let visit = NewVisit {
                appointment: &appointment,
                patient,
                buffer_before,
                buffer_after,
                hold_hash: None,
                link_hash: keys::hash(&self.test.new_token()),
                idempotency_key: &self.test.fresh_key(),
            };
            assert!(appointments::insert(tx, &visit).await.unwrap());
            let whole = interval.grown(buffer_before.delta(), buffer_after.delta());
            self.edges.extend([interval.start(), interval.end()]);
            self.edges.extend([whole.start(), whole.end()]);
        }
    }

    async fn absences(&mut self, tx: &mut Tx) {
        let now = self.test.now();
        let (practice, _, practitioner) = self.of.ids();
        for _ in 0..6 {
            let start = self.lot.one_of(&self.edges);
            let length = self.lot.minutes(&[5, 60, 24 * 60, 3 * 24 * 60]);
            let absence = Absence {
                id: self.test.new_id(),
                away: Interval::starting(start, length).unwrap().into(),
                note: None,
            };
            availability::insert_absence(tx, practice, practitioner, &absence, now)
                .await
                .unwrap();
            self.edges.push(absence.away.interval.end());
        }
    }
}

#[rstest]
#[tokio::test]
async fn what_is_read_around_a_visit_decides_as_the_whole_agenda_does(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values(
        "Europe/Paris",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "America/St_Johns"
    )]
    zone: &str,
) {
    let drawn = Drawn::in_zone(kind, zone).await;
    let (lot, now) = (&drawn.lot, drawn.test.now());
    let mut db = drawn.test.store().read().await.unwrap();
    let (whose, what_for) = (&drawn.of.practitioner.slug, &drawn.of.reason.slug);
    let found = bookable::by_names(&mut db, whose, what_for).await;
    let found = found.unwrap().unwrap();
    let mut decided = Vec::new();
    for _ in 0..400 {
        // Longer than a reason may be, and as long as a visit may be.
        let length = lot.one_of(&[5, 20, 60, 480, 24 * 60]);
        let reason = VisitReason {
            length: minutes(length),
            step: minutes(lot.one_of(&[5, 5, 20])),
            buffer_before: lot.buffer(),
            buffer_after: lot.buffer(),
            ..slots::without_delays(&found.reason)
        };
        let start = lot.one_of(&drawn.edges) - lot.minutes(&[0, i64::from(length)])
            + lot.minutes(&[-120, -60, -20, -5, 0, 0, 5, 20, 60, 120]);
        // A minute ago, the holds that have run out still ran.
        let at = now - lot.minutes(&[0, 1]);

        let bookable = Bookable {
            reason: reason.clone(),
            ..found.clone()
        };
        let ground = Ground::read(&mut db, bookable, start).await.unwrap();
        let narrow = ground.taken.agenda(found.key, ground.hours, at);
        let around = slots::around(start).unwrap();
        let whole = availability::load_agenda(&mut db, found.key, around, at).await;
        let answer = slots::why_not(&narrow, &reason, start, at);
        let expected = slots::why_not(&whole.unwrap(), &reason, start, at);
        assert_eq!(answer, expected, "{start}, at {at}: {reason:?}");
        decided.push(answer);
    }
    // It says nothing of what was never drawn.
    let free: Vec<_> = decided.iter().flatten().collect();
    let of_a_day = free
        .iter()
        .filter(|it| it.interval.length() == TimeDelta::days(1));
    let blocked = |by: Blocked| decided.iter().filter(|it| **it == Err(by)).count();
    for (count, least, what) in [
        (free.len(), 50, "free"),
        (of_a_day.count(), 3, "free for a whole day"),
        (blocked(Blocked::Taken), 50, "taken"),
        (blocked(Blocked::Absent), 10, "absent"),
        (blocked(Blocked::Closed), 50, "closed"),
    ] {
        assert!(count >= least, "{count} {what}");
    }
}
