//! Holding a slot for a visitor, while her e-mail address is verified.
//! Proving the address is [`super::confirm`]'s.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    access::Actor,
    appointment::{Appointment, Status},
    booking::{self, BookingRefusal},
    holding::{self, Asker, Network},
    ids::PatientId,
    interval::Interval,
    people::Patient,
    practice::Slug,
    visit_reason::VisitReason,
};
use i18n::Lang;

use super::{
    VisitDetails,
    decide::{self, Ground},
    details, entry, is_same,
};
use crate::{
    Backend, Error, Failure, Result,
    challenge::Proof,
    keys,
    office::seen::Seen,
    store::{
        self, StoreError, Tx,
        appointments::{self, NewVisit, RanOut, Visit},
        audit,
        availability::{self, AgendaKey},
        bookable::{self, Bookable},
        patients,
    },
};

/// What a patient sends to hold a slot; the fields were parsed before.
#[derive(Clone, Debug)]
pub struct HoldRequest {
    /// Whom.
    pub practitioner: Slug,
    /// What for.
    pub reason: Slug,
    /// When, as the form says it; nothing else of the form is believed.
    pub start: DateTime<Utc>,
    /// The mark of what the form showed ([`super::mark`]); `None` where it showed several to choose
    /// from, and for programs.
    pub seen: Option<Seen>,
    /// Who comes.
    pub patient: Patient,
    /// In which language she reads.
    pub lang: Lang,
    /// Key of the form: a second click finds the first.
    pub idempotency_key: String,
    /// What the limits of holds make of it.
    pub limits: HoldLimits,
    /// What counts of the network it comes from.
    pub network: Network,
}

/// How tightly holds are limited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldLimits {
    /// The form brought no proof of work.
    WithoutProof,
    /// The form brought one, which this hold uses up.
    WithProof(Proof),
    /// Not at all: only for measuring.
    Off,
}

/// A slot that is held, and the secret part of the address where it waits for its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The secret part of [`domain::links::held`].
    pub token: String,
    /// First instant at which the slot is free again.
    pub until: DateTime<Utc>,
}

impl Backend {
    /// Holds a slot for a visitor and mails her a code.
    ///
    /// The same key again answers the same hold, also after it was confirmed; with another
    /// slot it is [`BookingRefusal::KeyReused`]. With **another person**, as when somebody goes
    /// back to mend her address, the hold is given back and a new one made, with a code of its
    /// own: the old one may lie in a stranger's mailbox. So it is when the hold **ran out**: who
    /// waited too long for a mail goes back and tries again. A visit that is booked is not changed
    /// that way, the key counts as used.
    ///
    /// How much may be held is decided by [`domain::holding`], on what was stored when this
    /// agenda, this address and this telephone were locked: two nodes on one database agree.
    ///
    /// # Errors
    /// [`BookingRefusal`] with the nearest free slots; [`Error::NotFound`] for an unknown
    /// practitioner or reason.
    pub async fn hold(&self, request: HoldRequest) -> Result<Held, Failure<BookingRefusal>> {
        let this = self.clone();
        let held = self
            .detached(async move { this.hold_whole(request).await })
            .await;
        match &held {
            Ok(_) => self.counts().held(),
            Err(Failure::Refused(refusal)) => self.counts().refused(refusal),
            Err(Failure::Broken(_)) => {}
        }
        held
    }

    async fn hold_whole(&self, request: HoldRequest) -> Result<Held, Failure<BookingRefusal>> {
        let actor = Actor::Visitor;
        let mut db = self.store().read().await?;
        let target = bookable::by_names(&mut db, &request.practitioner, &request.reason)
            .await?
            .ok_or(Error::NotFound)?;
        let ground = Ground::read(&mut db, target, request.start).await?;
        drop(db);

        let AgendaKey {
            practice,
            practitioner,
            ..
        } = ground.bookable.key;
        let mut tx = self.store().begin_in(practitioner).await?;
        let now = self.now();
        let locked = availability::lock_agenda(&mut tx, practice, practitioner).await?;
        let mut ground = ground.under_lock(&mut tx, locked).await?;
        let key = ground.bookable.key;
        if let Some(earlier) =
            appointments::by_key(&mut tx, key.practice, &request.idempotency_key).await?
        {
            if !gives_way(&earlier, &request, &ground.bookable, now) {
                return self.same_hold(&earlier, &request, &ground.bookable);
            }
            self.give_back(&mut tx, &earlier.appointment, now).await?;
            // It was read as taken, by herself.
            ground = Ground::read(&mut tx, ground.bookable, request.start).await?;
        }
        let target = &ground.bookable;
        let reason = &target.reason;
        let decision = decide::decide(self, &mut tx, &ground, actor.clone(), now).await?;
        decide::as_shown(&mut tx, target, &decision, request.seen.as_ref()).await?;
        self.keep_to_limits(&mut tx, &request, decision.interval, &key.zone, key, reason)
            .await?;

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
            Ok(true) => {}
            // A form with that key made one with somebody else meanwhile.
            Ok(false) => return Err(Failure::Refused(BookingRefusal::KeyReused)),
            // Only a rule that differs from the schema's guard comes here: a buffer's edge.
            Err(StoreError::Overlap) => {
                // PostgreSQL asks nothing more of a transaction that was refused; and nobody
                // waits for a second connection with the agenda locked.
                drop(tx);
                let mut db = self.store().read().await?;
                let nearest = decide::nearest(&mut db, key, reason, request.start, now).await?;
                return Err(Failure::Refused(BookingRefusal::Gone { nearest }));
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
            until: booking::hold_ends(now, request.start),
        })
    }

    /// Refuses a hold that would be one too many, and uses its proof up.
    async fn keep_to_limits(
        &self,
        tx: &mut Tx,
        request: &HoldRequest,
        visit: Interval,
        zone: &Tz,
        key: AgendaKey,
        reason: &VisitReason,
    ) -> Result<(), Failure<BookingRefusal>> {
        let proof = match &request.limits {
            HoldLimits::Off => return Ok(()),
            HoldLimits::WithProof(proof) => Some(proof),
            HoldLimits::WithoutProof => None,
        };
        let (now, practice) = (self.now(), key.practice);
        let asker = Asker {
            email: request.patient.email.as_ref(),
            phone: &request.patient.phone,
            proved: proof.is_some(),
            network: &request.network,
        };
        store::holding::lock_asker(tx, practice, asker.email, asker.phone).await?;
        let since = now - holding::LOOKED_BACK;
        let recent = store::holding::asked_since(tx, practice, since).await?;
        let Some(week) = holding::week_of(zone, visit.start()) else {
            return Err(Failure::Refused(BookingRefusal::Gone { nearest: vec![] }));
        };
        let agenda = availability::load_agenda(tx, key, week, now).await?;
        holding::may_hold(&asker, visit, zone, &agenda, reason, &recent, now)
            .map_err(Failure::Refused)?;
        if let Some(proof) = proof
            && !store::holding::spend(tx, &proof.id, proof.expires_at).await?
        {
            // It was not used up when the form came: somebody sends it many times at once.
            return Err(Failure::Refused(BookingRefusal::TooManyHolds { wait: 1 }));
        }
        Ok(())
    }

    /// Writes down that holds ran out, in the transaction that found it.
    pub(crate) async fn record_run_out(
        &self,
        tx: &mut Tx,
        holds: &[RanOut],
        now: DateTime<Utc>,
    ) -> Result<()> {
        for hold in holds {
            let line = audit::Entry {
                practice: hold.practice_id.into(),
                at: now,
                actor: &Actor::Visitor,
                action: "expired",
                subject: "appointment",
                subject_id: hold.id,
                before: Some("held"),
                after: Some("expired"),
            };
            self.record(tx, &line).await?;
        }
        Ok(())
    }

    /// Ends a hold in favour of the one that the same form makes next.
    async fn give_back(&self, tx: &mut Tx, hold: &Appointment, now: DateTime<Utc>) -> Result<()> {
        appointments::give_up_key(tx, hold).await?;
        if matches!(hold.status, Status::Held { .. }) {
            appointments::set_status(tx, hold, Status::Expired, hold.sequence, now).await?;
            let line = entry(hold, &Actor::Visitor, "expired", Some("held"), now);
            self.record(tx, &line).await?;
        }
        Ok(())
    }

    /// The hold that a form with this key has made already, if it asked for the same slot and
    /// the same person and has not run out: what a second click or a retry is answered before anything else is
    /// asked, also when its reason was archived meanwhile.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown practitioner or reason.
    pub async fn held_before(
        &self,
        practitioner: &Slug,
        reason: &Slug,
        start: DateTime<Utc>,
        patient: &Patient,
        idempotency_key: &str,
    ) -> Result<Option<Held>> {
        let mut db = self.store().read().await?;
        let target = bookable::ever_by_names(&mut db, practitioner, reason)
            .await?
            .ok_or(Error::NotFound)?;
        let earlier = appointments::by_key(&mut db, target.key.practice, idempotency_key).await?;
        Ok(earlier
            .filter(|earlier| is_same(&earlier.appointment, start, &target))
            .filter(|earlier| earlier.patient == *patient)
            .filter(|earlier| !has_run_out(earlier, self.now()))
            .map(|earlier| self.held_of(&earlier)))
    }

    fn held_of(&self, earlier: &Visit) -> Held {
        Held {
            token: self.keys().hold_token(earlier.appointment.id),
            until: earlier.hold_ends(),
        }
    }

    /// What a form that was sent before is answered.
    fn same_hold(
        &self,
        earlier: &Visit,
        request: &HoldRequest,
        target: &Bookable,
    ) -> Result<Held, Failure<BookingRefusal>> {
        if is_same(&earlier.appointment, request.start, target)
            && earlier.patient == request.patient
        {
            Ok(self.held_of(earlier))
        } else {
            Err(Failure::Refused(BookingRefusal::KeyReused))
        }
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
}

/// Whether a form that was sent before asks for the slot that it holds once more: for somebody else,
/// or after the hold ran out.
fn gives_way(
    earlier: &Visit,
    request: &HoldRequest,
    target: &Bookable,
    now: DateTime<Utc>,
) -> bool {
    is_same(&earlier.appointment, request.start, target)
        && is_hold(earlier)
        && (earlier.patient != request.patient || has_run_out(earlier, now))
}

fn is_hold(visit: &Visit) -> bool {
    matches!(
        visit.appointment.status,
        Status::Held { .. } | Status::Expired
    )
}

fn has_run_out(visit: &Visit, now: DateTime<Utc>) -> bool {
    is_hold(visit) && !visit.appointment.status.blocks(now)
}
