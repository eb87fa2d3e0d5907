//! Writes visits into an agenda past all rules: many of them, in any state, of people with any
//! name. For what reads agendas; how visits come about is tested through [`crate::booking`].

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    appointment::{Appointment, Status},
    ids::{AppointmentId, PatientId},
    interval::Interval,
    visit_reason::Minutes,
};

use super::{TestBackend, TestPractice, instant};
use crate::{
    keys,
    store::{
        Tx,
        appointments::{self, NewVisit},
        availability, write,
    },
};

/// A visit to write.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// Given and family name; not checked.
    pub names: (&'a str, &'a str),
    /// First instant, in RFC 3339.
    pub start: &'a str,
    /// Where it stands.
    pub status: Status,
    /// Its number of changes.
    pub sequence: i32,
}

impl<'a> Written<'a> {
    /// A booked visit of 20 minutes of Zoé Đặng.
    #[must_use]
    pub fn at(start: &'a str) -> Self {
        Self {
            names: ("Zoé", "Đặng"),
            start,
            status: Status::Booked,
            sequence: 0,
        }
    }
}

impl TestBackend {
    /// Forgets the feeds that were drawn, as a restart does.
    pub fn forget_feeds(&self) {
        self.feeds().forget();
    }

    /// Writes one visit of 20 minutes, under the agenda's lock as every program must.
    pub async fn write_visit(
        &self,
        practice: &TestPractice,
        written: Written<'_>,
    ) -> AppointmentId {
        let mut tx = self.lock(practice).await;
        let patient = self.patient(&mut tx, practice, written.names).await;
        let start = instant(written.start);
        let (status, sequence) = (written.status, written.sequence);
        let id = self
            .visit(&mut tx, practice, patient, start, status, sequence)
            .await;
        tx.commit().await.unwrap();
        id
    }

    /// Writes booked visits of 20 minutes, one after the other from `first` on, all of one
    /// person.
    pub async fn write_visits(
        &self,
        practice: &TestPractice,
        count: i32,
        first: DateTime<Utc>,
    ) -> Vec<AppointmentId> {
        let mut tx = self.lock(practice).await;
        let patient = self.patient(&mut tx, practice, ("Zoé", "Đặng")).await;
        let mut ids = Vec::new();
        for number in 0..count {
            let start = first + TimeDelta::minutes(20) * number;
            let id = self
                .visit(&mut tx, practice, patient, start, Status::Booked, 0)
                .await;
            ids.push(id);
        }
        tx.commit().await.unwrap();
        ids
    }

    async fn lock(&self, practice: &TestPractice) -> Tx {
        let mut tx = self.store().begin().await.unwrap();
        let (practice, _, practitioner) = practice.ids();
        let locked = availability::lock_agenda(&mut tx, practice, practitioner).await;
        assert!(locked.unwrap().is_some());
        tx
    }

    async fn patient(
        &self,
        tx: &mut Tx,
        practice: &TestPractice,
        (given, family): (&str, &str),
    ) -> PatientId {
        let id: PatientId = self.new_id();
        write!(
            tx,
            "insert into patients (id, practice_id, given_name, family_name, email, phone, lang,
                                   created_at)
             values ($1, $2, $3, $4, 'zoe@example.org', '+33612345678', 'fr', $5)",
            id.uuid(),
            practice.practice.id.uuid(),
            given,
            family,
            self.now()
        )
        .unwrap();
        id
    }

    async fn visit(
        &self,
        tx: &mut Tx,
        practice: &TestPractice,
        patient: PatientId,
        start: DateTime<Utc>,
        status: Status,
        sequence: i32,
    ) -> AppointmentId {
        let (practice_id, place, practitioner) = practice.ids();
        let appointment = Appointment {
            id: self.new_id(),
            practice: practice_id,
            practitioner,
            place,
            reason: practice.reason.id,
            interval: Interval::starting(start, TimeDelta::minutes(20)).unwrap(),
            status,
            sequence,
            changed_at: self.now(),
        };
        let visit = NewVisit {
            appointment: &appointment,
            patient,
            buffer_before: Minutes::ZERO,
            buffer_after: Minutes::ZERO,
            hold_hash: None,
            link_hash: keys::hash(&self.new_token()),
            idempotency_key: &self.fresh_key(),
        };
        assert!(appointments::insert(tx, &visit).await.unwrap());
        appointment.id
    }
}
