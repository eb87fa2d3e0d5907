//! Visits as the office keeps them: booked by telephone, looked at, marked as arrived, attended
//! or missed. Cancelling for the practice is [`Backend::cancel_by_practice`].

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    access::{Actor, Member},
    appointment::{Appointment, Mark},
    booking::BookingRefusal,
    ids::{AppointmentId, PatientId, PractitionerId},
    people::Patient,
    policy,
    practice::Slug,
    slots::{self, Slot},
    visit_reason::VisitReason,
};
use i18n::Lang;

use super::{Change, agenda::reckonable, member, seen::Seen};
use crate::{
    Backend, Error, Failure, Result,
    availability::MOST_DAYS,
    booking::{
        VisitDetails,
        decide::{self, Ground},
        details, entry, is_same,
    },
    counts::By,
    keys,
    store::{
        Access, StoreError,
        agenda::whose,
        appointments::{self, NewVisit, Visit},
        availability::{self, AgendaKey},
        bookable::{self, Bookable},
        patients,
    },
    zones::Clocks,
};

/// A visit that staff book, by telephone or at the desk; the fields were parsed before.
#[derive(Clone, Debug)]
pub struct StaffBooking {
    /// With whom, by her name in addresses.
    pub practitioner: Slug,
    /// What for, by its name in addresses; reasons for staff only too.
    pub reason: Slug,
    /// When; notice and horizon of the reason do not count.
    pub start: DateTime<Utc>,
    /// The mark of what the form showed ([`crate::booking::mark`]); `None` where it showed several to
    /// choose from, and for programs.
    pub seen: Option<Seen>,
    /// Who comes; without an e-mail address she is told by telephone only.
    pub patient: Patient,
    /// In which language she reads.
    pub lang: Lang,
    /// Key of the form: a second click finds the first.
    pub idempotency_key: String,
}

/// Why a visit was not marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkRefusal {
    /// It is no longer, or never was, in a state that allows it: somebody else was faster.
    NotPossible,
    /// Nobody can have come, or failed to come, yet.
    TooEarly,
}

impl Backend {
    /// The slots that staff can book for a reason on the days `from ..= to` of each place: from
    /// now on, whatever its notice and horizon. The range is cut to [`MOST_DAYS`].
    ///
    /// # Errors
    /// [`Error::NotFound`] when agenda or reason is not the actor's.
    pub async fn slots_for_staff(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        reason: &Slug,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Slot>> {
        let member = self.keeper(actor, practitioner).await?;
        let mut db = self.store().read().await?;
        let whose = whose(&mut db, member.practice, practitioner).await?;
        let bookable = bookable::in_agenda(&mut db, member.practice, practitioner, reason).await?;
        let (Some(whose), Some(Bookable { key, reason, .. })) = (whose, bookable) else {
            drop(db);
            return Err(self.denied(&member, "agenda", practitioner.uuid()).await);
        };
        let clocks = Clocks::of(&whose.places)?;
        let (from, to) = (reckonable(from), reckonable(to));
        let last = from.checked_add_days(Days::new(MOST_DAYS - 1));
        let to = to.min(last.unwrap_or(from)).max(from);
        let Some(range) = clocks.span(from, to) else {
            return Ok(Vec::new());
        };
        let now = self.now();
        let agenda = availability::load_agenda(&mut db, key, range, now).await?;
        let reason = slots::without_delays(&reason);
        let mut free = slots::free_slots(&agenda, &reason, range, now);
        clocks.keep_days(&mut free, from, to);
        Ok(free)
    }

    /// Books a visit in one step. The patient gets the confirmation if she has an e-mail
    /// address. The same key again answers the same visit.
    ///
    /// # Errors
    /// [`BookingRefusal`] with the nearest free slots, [`BookingRefusal::NotForYou`] for a reason
    /// that never was or is archived; [`Error::NotFound`] when the agenda is not the actor's.
    pub async fn book_by_staff(
        &self,
        actor: &Actor,
        request: StaffBooking,
    ) -> Result<AppointmentId, Failure<BookingRefusal>> {
        let member = member(actor)?;
        let start = request.start;
        let mut db = self.store().read().await?;
        let found = bookable::by_names(&mut db, &request.practitioner, &request.reason).await?;
        let Some(bookable) = found else {
            drop(db);
            self.agenda_named(actor, request.practitioner.as_str())
                .await?;
            return self.booked_before(&request).await;
        };
        let AgendaKey {
            practice,
            practitioner,
            ..
        } = bookable.key;
        if !policy::may_manage_agenda(member, practice, practitioner) {
            drop(db);
            let denied = self.denied(member, "agenda", practitioner.uuid());
            return Err(denied.await.into());
        }
        let ground = Ground::read(&mut db, bookable, start).await?;
        drop(db);
        let asked = request.clone();
        let tried = self
            .change_agenda(actor, practitioner, move |change| {
                Box::pin(async move { book(change, ground, request).await })
            })
            .await;
        let booked = match tried {
            Ok(booked) => Ok(booked),
            Err(Failure::Broken(error)) => Err(error.into()),
            Err(Failure::Refused(NotBooked::Earlier(visit))) => Ok(visit),
            Err(Failure::Refused(NotBooked::Refused(BookingRefusal::NotForYou))) => {
                self.booked_before(&asked).await
            }
            Err(Failure::Refused(NotBooked::Refused(refusal))) => Err(Failure::Refused(refusal)),
            Err(Failure::Refused(NotBooked::Overlap { key, reason })) => {
                // The transaction is over: PostgreSQL asks nothing more of one that was refused,
                // and nobody waits for a second connection with the agenda locked.
                let mut db = self.store().read().await?;
                let nearest = decide::nearest(&mut db, key, &reason, start, self.now()).await?;
                Err(Failure::Refused(BookingRefusal::Taken { nearest }))
            }
        };
        match &booked {
            Ok(_) => self.counts().booked(By::Staff),
            Err(Failure::Refused(refusal)) => self.counts().refused(refusal),
            Err(Failure::Broken(_)) => {}
        }
        self.jobs_waiting().notify_one();
        booked
    }

    /// What a form is answered whose reason is not offered: the visit, if it was sent before, and
    /// [`BookingRefusal::KeyReused`] if it was sent otherwise.
    async fn booked_before(
        &self,
        request: &StaffBooking,
    ) -> Result<AppointmentId, Failure<BookingRefusal>> {
        let mut db = self.store().read().await?;
        let target =
            bookable::ever_by_names(&mut db, &request.practitioner, &request.reason).await?;
        let earlier = match target {
            Some(target) => made_before(&mut db, &target, request, self.now()).await?,
            None => None,
        };
        match earlier {
            Some(NotBooked::Earlier(visit)) => Ok(visit),
            Some(NotBooked::Refused(refusal)) => Err(Failure::Refused(refusal)),
            Some(NotBooked::Overlap { .. }) | None => {
                Err(Failure::Refused(BookingRefusal::NotForYou))
            }
        }
    }

    /// A visit with everything there is to say of it; that it was looked at is recorded, now and
    /// then ([`crate::trail::ONCE_IN`]).
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not a visit of an agenda that the actor may manage.
    pub async fn visit_for_staff(&self, actor: &Actor, id: AppointmentId) -> Result<VisitDetails> {
        let (member, visit) = self.visit_of(actor, id).await?;
        let mut db = self.store().read().await?;
        let details = details(&mut db, visit).await?;
        drop(db);
        self.read_by(&member, "viewed", "appointment", id.uuid(), None)
            .await?;
        Ok(details)
    }

    /// Writes down what became of a visit; where it says so already, nothing. Of two people who
    /// mark it otherwise at once, one is told that it is no longer possible.
    ///
    /// # Errors
    /// [`MarkRefusal`]; [`Error::NotFound`] as [`Backend::visit_for_staff`].
    pub async fn mark_visit(
        &self,
        actor: &Actor,
        id: AppointmentId,
        mark: Mark,
    ) -> Result<(), Failure<MarkRefusal>> {
        let (_, visit) = self.visit_of(actor, id).await?;
        let practitioner = visit.appointment.practitioner;
        self.change_agenda(actor, practitioner, move |change| {
            Box::pin(async move { write_mark(change, id, mark).await })
        })
        .await
    }

    /// Whether a visit is of the agenda that a form names: one of another is no visit of it, be it of
    /// an agenda that the actor may manage as well.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not, or as [`Backend::visit_for_staff`].
    pub async fn is_in_agenda(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        id: AppointmentId,
    ) -> Result<()> {
        let (_, visit) = self.visit_of(actor, id).await?;
        match visit.appointment.practitioner == practitioner {
            true => Ok(()),
            false => Err(Error::NotFound),
        }
    }

    /// A visit of an agenda that the actor may manage, and who she is.
    pub(crate) async fn visit_of(
        &self,
        actor: &Actor,
        id: AppointmentId,
    ) -> Result<(Member, Visit)> {
        let member = member(actor)?;
        let mut db = self.store().read().await?;
        let found = appointments::by_id(&mut db, member.practice, id).await?;
        drop(db);
        let ours = |visit: &Visit| {
            let of = &visit.appointment;
            policy::may_manage_agenda(member, of.practice, of.practitioner)
        };
        match found.filter(ours) {
            Some(visit) => Ok((member.clone(), visit)),
            None => Err(self.denied(member, "appointment", id.uuid()).await),
        }
    }
}

/// Why nothing was booked.
enum NotBooked {
    /// It was already, by this very form.
    Earlier(AppointmentId),
    /// As staff are told.
    Refused(BookingRefusal),
    /// By the schema's guard; what the nearest free slots are read with, afterwards.
    Overlap {
        key: AgendaKey,
        reason: Box<VisitReason>,
    },
}

async fn book(
    change: &mut Change,
    ground: Ground,
    request: StaffBooking,
) -> Result<AppointmentId, Failure<NotBooked>> {
    let (practice, now) = (change.member.practice, change.now);
    let tx = &mut change.tx;
    let refused = |failure: Failure<BookingRefusal>| failure.map_refusal(NotBooked::Refused);
    let ground = ground
        .under_lock(tx, change.version)
        .await
        .map_err(refused)?;
    let (key, reason) = (ground.bookable.key, &ground.bookable.reason);
    let actor = Actor::Member(change.member.clone());
    let decision = match decide::decide(&change.backend, tx, &ground, actor.clone(), now).await {
        Ok(decision) => decision,
        Err(Failure::Refused(refusal)) => {
            // A form that is sent twice finds its slot taken by itself.
            let earlier = made_before(tx, &ground.bookable, &request, now).await?;
            let why = earlier.unwrap_or(NotBooked::Refused(refusal));
            return Err(Failure::Refused(why));
        }
        Err(Failure::Broken(error)) => return Err(error.into()),
    };
    let seen = request.seen.as_ref();
    decide::as_shown(tx, &ground.bookable, &decision, seen)
        .await
        .map_err(refused)?;
    let appointment = Appointment {
        id: change.backend.new_id(),
        practice,
        practitioner: key.practitioner,
        place: decision.place,
        reason: reason.id,
        interval: decision.interval,
        status: decision.status,
        sequence: 0,
        changed_at: now,
    };
    let patient: PatientId = change.backend.new_id();
    patients::insert(tx, practice, patient, &request.patient, request.lang, now).await?;
    let link = change.backend.keys().visit_token(appointment.id, 0);
    let visit = NewVisit {
        appointment: &appointment,
        patient,
        buffer_before: reason.buffer_before,
        buffer_after: reason.buffer_after,
        hold_hash: None,
        link_hash: keys::hash(&link),
        idempotency_key: &request.idempotency_key,
    };
    match appointments::insert(tx, &visit).await {
        Ok(true) => {}
        Ok(false) => {
            let earlier = made_before(tx, &ground.bookable, &request, now).await?;
            return Err(Failure::Refused(earlier.ok_or(Error::NotFound)?));
        }
        Err(StoreError::Overlap) => {
            let reason = Box::new(slots::without_delays(reason));
            return Err(Failure::Refused(NotBooked::Overlap { key, reason }));
        }
        Err(error) => return Err(error.into()),
    }
    if request.patient.email.is_some() {
        change
            .backend
            .enqueue_visit_mail(tx, &appointment, "confirm", 0)
            .await?;
    }
    let line = entry(&appointment, &actor, "booked", None, now);
    change.backend.record(tx, &line).await?;
    Ok(appointment.id)
}

/// What a form that was sent before is answered, if it was.
async fn made_before(
    db: &mut impl Access,
    target: &Bookable,
    request: &StaffBooking,
    now: DateTime<Utc>,
) -> Result<Option<NotBooked>> {
    let practice = target.key.practice;
    let earlier = appointments::by_key(db, practice, &request.idempotency_key).await?;
    Ok(earlier.map(|earlier| {
        let appointment = earlier.appointment;
        let same =
            is_same(&appointment, request.start, target) && earlier.patient == request.patient;
        // One that was called off since is not what "it is booked" would be said of.
        if same && appointment.status.blocks(now) {
            NotBooked::Earlier(appointment.id)
        } else {
            NotBooked::Refused(BookingRefusal::KeyReused)
        }
    }))
}

async fn write_mark(
    change: &mut Change,
    id: AppointmentId,
    mark: Mark,
) -> Result<(), Failure<MarkRefusal>> {
    let (practice, now) = (change.member.practice, change.now);
    let visit = appointments::by_id(&mut change.tx, practice, id)
        .await?
        .ok_or(Error::NotFound)?;
    let appointment = visit.appointment;
    // Pressed twice, or by two who agree.
    if appointment.status == mark.status() {
        return Ok(());
    }
    let status = appointment
        .status
        .after(mark.event(), now)
        .map_err(|_| Failure::Refused(MarkRefusal::NotPossible))?;
    if now < policy::markable_from(&appointment, mark) {
        return Err(Failure::Refused(MarkRefusal::TooEarly));
    }
    // No calendar shows who came: the sequence stays.
    let sequence = appointment.sequence;
    let written =
        appointments::set_status(&mut change.tx, &appointment, status, sequence, now).await?;
    if !written {
        return Err(Error::ChangedMeanwhile.into());
    }
    let (before, _, _) = appointments::status_columns(appointment.status);
    let actor = Actor::Member(change.member.clone());
    let line = entry(&appointment, &actor, mark.code(), Some(before), now);
    change.backend.record(&mut change.tx, &line).await?;
    Ok(())
}
