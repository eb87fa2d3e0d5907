//! Booking a visit: hold a slot, prove the address, see the visit, cancel it.
//! Every change walks the same path: lock the agenda, read afresh, decide with a pure function,
//! write, enqueue the mail, record, commit.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    access::Actor,
    booking::{
        self, Appointment, BookingRefusal, BookingRequest, CancelledBy, Event, MOST_WRONG_CODES,
        Status,
    },
    ids::{AppointmentId, PatientId, PracticeId, PractitionerId},
    interval::Interval,
    people::Patient,
    policy,
    practice::{Place, Practice, Practitioner, Slug},
    slots,
    visit_reason::VisitReason,
};
use i18n::Lang;

use crate::{
    Backend, Error, Failure, Result, keys,
    store::{
        Reader, StoreError, Tx,
        appointments::{self, NewVisit, Visit},
        audit, availability, patients, practices,
    },
};

/// How often the same code is mailed for one hold, the first time included.
pub const MOST_CODES_SENT: i32 = 3;

/// What a patient sends to hold a slot; the fields were parsed before.
#[derive(Clone, Debug)]
pub struct HoldRequest {
    /// Whom.
    pub practitioner: Slug,
    /// What for.
    pub reason: Slug,
    /// When, as the form says it; nothing else of the form is believed.
    pub start: DateTime<Utc>,
    /// Who comes.
    pub patient: Patient,
    /// In which language she reads.
    pub lang: Lang,
    /// Key of the form: a second click finds the first.
    pub idempotency_key: String,
}

/// A slot that is held, and the secret part of the address where it waits for its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The secret part of [`domain::links::held`].
    pub token: String,
    /// First instant at which the slot is free again.
    pub until: DateTime<Utc>,
}

/// Everything a page or a mail says of a visit.
#[derive(Clone, Debug)]
pub struct VisitDetails {
    /// The visit, who comes, and its counters.
    pub visit: Visit,
    /// The practice.
    pub practice: Practice,
    /// Whom.
    pub practitioner: Practitioner,
    /// Where.
    pub place: Place,
    /// The zone of the place.
    pub zone: Tz,
    /// What for.
    pub reason: VisitReason,
}

impl VisitDetails {
    /// First instant at which the patient can no longer cancel.
    #[must_use]
    pub fn cancel_deadline(&self) -> DateTime<Utc> {
        policy::cancel_deadline(&self.visit.appointment, &self.reason)
    }
}

/// Why a code was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    /// Not the code that was mailed; so many tries are left.
    Wrong {
        /// At least one.
        left: i32,
    },
    /// The hold ran out, or the code was wrong too often: the slot is free again.
    Gone,
}

/// Why a visit was not cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CancelRefusal {
    /// The deadline has passed: the page shows the practice's telephone.
    TooLate,
    /// It no longer stands.
    NotPossible,
}

impl Backend {
    /// Holds a slot for a visitor and mails her a code.
    ///
    /// The same key again answers the same hold, also after it was confirmed; with another
    /// slot it is [`BookingRefusal::KeyReused`].
    ///
    /// # Errors
    /// [`BookingRefusal`] with the nearest free slots; [`Error::NotFound`] for an unknown
    /// practitioner or reason.
    pub async fn hold(&self, request: HoldRequest) -> Result<Held, Failure<BookingRefusal>> {
        let this = self.clone();
        self.detached(async move { this.hold_whole(request).await })
            .await
    }

    async fn hold_whole(&self, request: HoldRequest) -> Result<Held, Failure<BookingRefusal>> {
        let actor = Actor::Visitor;
        let target = availability::bookable(
            &mut self.store().read().await?,
            &request.practitioner,
            &request.reason,
        )
        .await?
        .ok_or(Error::NotFound)?;

        let mut tx = self.store().begin().await?;
        let now = self.now();
        let key = availability::lock_agenda(&mut tx, target.key.practice, target.key.practitioner)
            .await?
            .ok_or(Error::NotFound)?;
        if let Some(earlier) =
            appointments::by_key(&mut tx, key.practice, &request.idempotency_key).await?
        {
            return self.same_hold(&earlier, &request, &target);
        }
        appointments::expire_holds_of(&mut tx, key.practitioner, now).await?;
        let reason = practices::reason_by_id(&mut tx, key.practice, target.reason.id)
            .await?
            .ok_or(Error::NotFound)?;
        let range = slots::around(request.start)
            .ok_or(BookingRefusal::NotOpen { nearest: vec![] })
            .map_err(Failure::Refused)?;
        let agenda = availability::load_agenda(&mut tx, key, range, now).await?;
        let wished = BookingRequest {
            start: request.start,
            actor: actor.clone(),
        };
        let decision = booking::decide(&wished, &agenda, &reason, now).map_err(Failure::Refused)?;

        let appointment = Appointment {
            id: self.new_id(),
            practice: key.practice,
            practitioner: key.practitioner,
            place: decision.place,
            reason: reason.id,
            interval: decision.interval,
            status: decision.status,
            sequence: 0,
            changed_at: now,
        };
        let token = self.keys().hold_token(appointment.id);
        let patient: PatientId = self.new_id();
        patients::insert(
            &mut tx,
            key.practice,
            patient,
            &request.patient,
            request.lang,
            now,
        )
        .await?;
        let visit = NewVisit {
            appointment: &appointment,
            patient,
            buffer_before: reason.buffer_before,
            buffer_after: reason.buffer_after,
            hold_hash: Some(keys::hash(&token)),
            link_hash: keys::hash(&self.keys().visit_token(appointment.id, 0)),
            idempotency_key: &request.idempotency_key,
        };
        match appointments::insert(&mut tx, &visit).await {
            Ok(()) => {}
            // Only a rule that differs from the schema's guard comes here: a buffer's edge.
            Err(StoreError::Overlap) => {
                let nearest =
                    slots::nearest(&agenda, &reason, request.start, now, booking::NEAREST);
                return Err(Failure::Refused(BookingRefusal::Taken { nearest }));
            }
            Err(error) => return Err(error.into()),
        }
        self.send_code(&mut tx, &appointment, 0).await?;
        self.record(&mut tx, &entry(&appointment, &actor, "held", None, now))
            .await?;
        tx.commit().await?;
        self.jobs_waiting().notify_one();
        Ok(Held {
            token,
            until: now + booking::HOLD,
        })
    }

    /// What a form that was sent before is answered.
    fn same_hold(
        &self,
        earlier: &Visit,
        request: &HoldRequest,
        target: &availability::Bookable,
    ) -> Result<Held, Failure<BookingRefusal>> {
        let visit = &earlier.appointment;
        let same = visit.interval.start() == request.start
            && visit.practitioner == target.key.practitioner
            && visit.reason == target.reason.id;
        if !same {
            return Err(Failure::Refused(BookingRefusal::KeyReused));
        }
        Ok(Held {
            token: self.keys().hold_token(visit.id),
            until: earlier.created_at + booking::HOLD,
        })
    }

    /// What waits at the address of a hold. A hold that ran out is still found, with a status
    /// that says so.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a token that was never one.
    pub async fn held_visit(&self, token: &str) -> Result<VisitDetails> {
        let mut db = self.store().read().await?;
        let visit = appointments::by_hold(&mut db, &keys::hash(token)).await?;
        let mut details = details(&mut db, visit.ok_or(Error::NotFound)?).await?;
        let appointment = &mut details.visit.appointment;
        if let Status::Held { until } = appointment.status
            && until <= self.now()
        {
            appointment.status = Status::Expired;
        }
        Ok(details)
    }

    /// Books the held slot if the code is the one that was mailed; answers the secret part of
    /// [`domain::links::visit`]. Sent again after it succeeded, it answers the same.
    ///
    /// # Errors
    /// [`CodeRefusal`]; the fifth wrong code frees the slot. [`Error::NotFound`] for a token
    /// that was never one.
    pub async fn confirm(&self, token: &str, code: &str) -> Result<String, Failure<CodeRefusal>> {
        let (this, token, code) = (self.clone(), token.to_owned(), code.to_owned());
        self.detached(async move { this.confirm_whole(&token, &code).await })
            .await
    }

    async fn confirm_whole(&self, token: &str, code: &str) -> Result<String, Failure<CodeRefusal>> {
        let (mut tx, visit) = self.locked_by_hold(token).await?;
        let now = self.now();
        let appointment = &visit.appointment;
        let right = keys::same(code, &self.keys().email_code(appointment.id));
        let link = self.keys().visit_token(appointment.id, visit.link_version);
        match appointment.status {
            Status::Booked if right => return Ok(link),
            Status::Held { until } if now < until && right => {}
            Status::Held { until } if now < until => {
                let left = MOST_WRONG_CODES - visit.wrong_codes - 1;
                appointments::count_wrong_code(&mut tx, appointment.id).await?;
                if left <= 0 {
                    appointments::set_status(&mut tx, appointment, Status::Expired, 0, now).await?;
                    self.record(
                        &mut tx,
                        &entry(appointment, &Actor::Visitor, "expired", Some("held"), now),
                    )
                    .await?;
                }
                tx.commit().await?;
                let refusal = if left <= 0 {
                    CodeRefusal::Gone
                } else {
                    CodeRefusal::Wrong { left }
                };
                return Err(Failure::Refused(refusal));
            }
            Status::Held { .. }
            | Status::Expired
            | Status::Booked
            | Status::Arrived
            | Status::Attended
            | Status::Missed
            | Status::Cancelled { .. } => return Err(Failure::Refused(CodeRefusal::Gone)),
        }
        let status = appointment
            .status
            .after(Event::Confirm, now)
            .map_err(|_| Failure::Refused(CodeRefusal::Gone))?;
        appointments::set_status(&mut tx, appointment, status, appointment.sequence, now).await?;
        self.enqueue_visit_mail(&mut tx, appointment, "confirm", 0)
            .await?;
        self.record(
            &mut tx,
            &entry(appointment, &Actor::Visitor, "booked", Some("held"), now),
        )
        .await?;
        tx.commit().await?;
        self.jobs_waiting().notify_one();
        Ok(link)
    }

    /// Mails the code of a hold once more, at most [`MOST_CODES_SENT`] times in all; answers
    /// whether it was.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a token that was never one.
    pub async fn resend_code(&self, token: &str) -> Result<bool> {
        let (this, token) = (self.clone(), token.to_owned());
        self.detached(async move {
            let (mut tx, visit) = this.locked_by_hold(&token).await?;
            let waits =
                matches!(visit.appointment.status, Status::Held { until } if this.now() < until);
            if !waits || visit.codes_sent >= MOST_CODES_SENT {
                return Ok(false);
            }
            this.send_code(&mut tx, &visit.appointment, visit.codes_sent)
                .await?;
            tx.commit().await?;
            this.jobs_waiting().notify_one();
            Ok(true)
        })
        .await
    }

    /// The hold behind a token, read under its agenda's lock.
    async fn locked_by_hold(&self, token: &str) -> Result<(Tx, Visit)> {
        let hash = keys::hash(token);
        let found = appointments::by_hold(&mut self.store().read().await?, &hash).await?;
        let Appointment {
            practice,
            practitioner,
            ..
        } = found.ok_or(Error::NotFound)?.appointment;
        let mut tx = self.store().begin().await?;
        availability::lock_agenda(&mut tx, practice, practitioner)
            .await?
            .ok_or(Error::NotFound)?;
        let visit = appointments::by_hold(&mut tx, &hash)
            .await?
            .ok_or(Error::NotFound)?;
        Ok((tx, visit))
    }

    /// The visit behind its link. The link dies at the end of the visit.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a token that is none, is no more, or belongs to a hold.
    pub async fn visit(&self, token: &str) -> Result<VisitDetails> {
        let mut db = self.store().read().await?;
        let visit = appointments::by_link(&mut db, &keys::hash(token)).await?;
        let visit = visit.filter(|visit| link_is_alive(visit, self.now()));
        details(&mut db, visit.ok_or(Error::NotFound)?).await
    }

    /// Cancels the visit behind a link, for the patient. Cancelling twice is cancelling once.
    ///
    /// # Errors
    /// [`CancelRefusal`]; [`Error::NotFound`] as [`Backend::visit`].
    pub async fn cancel_by_link(&self, token: &str) -> Result<(), Failure<CancelRefusal>> {
        let (this, hash) = (self.clone(), keys::hash(token));
        self.detached(async move {
            let found = appointments::by_link(&mut this.store().read().await?, &hash).await?;
            let found = found.filter(|visit| link_is_alive(visit, this.now()));
            let Appointment {
                practice,
                practitioner,
                id,
                ..
            } = found.ok_or(Error::NotFound)?.appointment;
            this.cancel_whole(
                practice,
                practitioner,
                id,
                &Actor::VisitHolder,
                CancelledBy::Patient,
            )
            .await
        })
        .await
    }

    /// Cancels a visit for the practice. Cancelling twice is cancelling once.
    ///
    /// # Errors
    /// [`CancelRefusal`]; [`Error::NotFound`] when it is not a visit of an agenda that the
    /// actor may manage.
    pub async fn cancel_by_practice(
        &self,
        actor: &Actor,
        id: AppointmentId,
    ) -> Result<(), Failure<CancelRefusal>> {
        let Actor::Member(member) = actor.clone() else {
            return Err(Error::NotFound.into());
        };
        let this = self.clone();
        self.detached(async move {
            let mut db = this.store().read().await?;
            let visit = appointments::by_id(&mut db, member.practice, id).await?;
            drop(db);
            let Appointment {
                practice,
                practitioner,
                ..
            } = visit.ok_or(Error::NotFound)?.appointment;
            if !policy::may_manage_agenda(&member, practice, practitioner) {
                return Err(Error::NotFound.into());
            }
            let actor = Actor::Member(member);
            this.cancel_whole(practice, practitioner, id, &actor, CancelledBy::Practice)
                .await
        })
        .await
    }

    async fn cancel_whole(
        &self,
        practice: PracticeId,
        practitioner: PractitionerId,
        id: AppointmentId,
        actor: &Actor,
        by: CancelledBy,
    ) -> Result<(), Failure<CancelRefusal>> {
        let mut tx = self.store().begin().await?;
        availability::lock_agenda(&mut tx, practice, practitioner)
            .await?
            .ok_or(Error::NotFound)?;
        let visit = appointments::by_id(&mut tx, practice, id)
            .await?
            .ok_or(Error::NotFound)?;
        let appointment = &visit.appointment;
        let reason = practices::reason_by_id(&mut tx, practice, appointment.reason)
            .await?
            .ok_or(Error::NotFound)?;
        let now = self.now();
        if let Status::Cancelled { .. } = appointment.status {
            return Ok(());
        }
        let cancelled = appointment
            .status
            .after(Event::Cancel(by), now)
            .map_err(|_| Failure::Refused(CancelRefusal::NotPossible))?;
        if !policy::may_cancel(actor, appointment, &reason, now) {
            return Err(Failure::Refused(CancelRefusal::TooLate));
        }
        let sequence = appointment.sequence + 1;
        appointments::set_status(&mut tx, appointment, cancelled, sequence, now).await?;
        self.enqueue_visit_mail(&mut tx, appointment, "notify_cancel", sequence)
            .await?;
        self.record(
            &mut tx,
            &entry(appointment, actor, "cancelled", Some("booked"), now),
        )
        .await?;
        tx.commit().await?;
        self.jobs_waiting().notify_one();
        Ok(())
    }

    /// Everything there is to say of a visit, for a mail or the office.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the practice has no such visit.
    pub async fn visit_details(
        &self,
        practice: PracticeId,
        id: AppointmentId,
    ) -> Result<VisitDetails> {
        let mut db = self.store().read().await?;
        let visit = appointments::by_id(&mut db, practice, id)
            .await?
            .ok_or(Error::NotFound)?;
        details(&mut db, visit).await
    }

    /// The visits of an agenda that overlap a range, for the office; holds that ran out show
    /// as expired.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the actor may not manage that agenda.
    pub async fn visits_between(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        range: Interval,
    ) -> Result<Vec<Visit>> {
        let Actor::Member(member) = actor else {
            return Err(Error::NotFound);
        };
        if !policy::may_manage_agenda(member, member.practice, practitioner) {
            return Err(Error::NotFound);
        }
        let mut db = self.store().read().await?;
        Ok(appointments::between(&mut db, member.practice, practitioner, range).await?)
    }

    async fn send_code(&self, tx: &mut Tx, visit: &Appointment, sent: i32) -> Result<()> {
        appointments::count_code_sent(tx, visit.id).await?;
        self.enqueue_visit_mail(tx, visit, "send_code", sent).await
    }

    /// A job about a visit; `nth` tells repeats of the same kind apart.
    pub(crate) async fn enqueue_visit_mail(
        &self,
        tx: &mut Tx,
        visit: &Appointment,
        kind: &str,
        nth: i32,
    ) -> Result<()> {
        let payload = format!(r#"{{"appointment":"{}"}}"#, visit.id);
        let dedup_key = format!("{kind}:{}:{nth}", visit.id);
        self.enqueue(tx, visit.practice, kind, &payload, &dedup_key)
            .await
    }
}

/// A link shows a visit from its booking to its end.
fn link_is_alive(visit: &Visit, now: DateTime<Utc>) -> bool {
    match visit.appointment.status {
        Status::Held { .. } | Status::Expired => false,
        Status::Booked
        | Status::Arrived
        | Status::Attended
        | Status::Missed
        | Status::Cancelled { .. } => now < visit.appointment.interval.end(),
    }
}

pub(crate) async fn details(db: &mut Reader, visit: Visit) -> Result<VisitDetails> {
    let Appointment {
        practice,
        practitioner,
        place,
        reason,
        ..
    } = visit.appointment;
    let found = practices::practitioner_by_id(db, practice, practitioner)
        .await?
        .ok_or(Error::NotFound)?;
    let place = practices::place_by_id(db, practice, place)
        .await?
        .ok_or(Error::NotFound)?;
    let reason = practices::reason_by_id(db, practice, reason)
        .await?
        .ok_or(Error::NotFound)?;
    let zone = place
        .zone
        .as_str()
        .parse()
        .map_err(|_| StoreError::BrokenRow("unknown time zone".to_owned()))?;
    Ok(VisitDetails {
        visit,
        practice: found.practice,
        practitioner: found.practitioner,
        place,
        zone,
        reason,
    })
}

pub(crate) fn entry<'a>(
    visit: &Appointment,
    actor: &'a Actor,
    action: &'a str,
    before: Option<&'a str>,
    at: DateTime<Utc>,
) -> audit::Entry<'a> {
    audit::Entry {
        practice: visit.practice,
        at,
        actor,
        action,
        subject: "appointment",
        subject_id: visit.id.uuid(),
        before,
        after: Some(action),
    }
}
