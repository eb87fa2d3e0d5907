//! Calling a visit off: by its link, until its deadline; or by the practice.

use domain::{
    access::Actor,
    appointment::{Appointment, CancelledBy, Event, Status},
    ids::{AppointmentId, PracticeId, PractitionerId},
    policy,
};

use super::{entry, link_is_alive};
use crate::{
    Backend, Error, Failure,
    jobs::{confirm::NO_LONGER_STANDS, invited::confirmation_of},
    keys,
    store::{appointments, availability, jobs, reasons},
};

/// Why a visit was not cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CancelRefusal {
    /// For the patient the deadline has passed, for staff the visit is over
    /// ([`policy::may_cancel`]).
    TooLate,
    /// It no longer stands.
    NotPossible,
}

impl Backend {
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
        let (_, visit) = self.visit_of(actor, id).await?;
        let Appointment {
            practice,
            practitioner,
            ..
        } = visit.appointment;
        let (this, actor) = (self.clone(), actor.clone());
        self.detached(async move {
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
        let mut tx = self.store().begin_in(practitioner).await?;
        availability::lock_agenda(&mut tx, practice, practitioner)
            .await?
            .ok_or(Error::NotFound)?;
        let visit = appointments::by_id(&mut tx, practice, id)
            .await?
            .ok_or(Error::NotFound)?;
        let appointment = &visit.appointment;
        let reason = reasons::by_id(&mut tx, practice, appointment.reason)
            .await?
            .ok_or(Error::NotFound)?;
        let now = self.now();
        match (appointment.status, by) {
            // Told apart from a second click: it was the patient, and no colleague.
            (
                Status::Cancelled {
                    by: CancelledBy::Patient,
                },
                CancelledBy::Practice,
            ) => return Err(Failure::Refused(CancelRefusal::NotPossible)),
            (Status::Cancelled { .. }, _) => return Ok(()),
            (
                Status::Held { .. }
                | Status::Expired
                | Status::Booked
                | Status::Arrived
                | Status::Attended
                | Status::Missed,
                _,
            ) => {}
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
        // The two mails would run side by side; one that is being sent is waited for later.
        let confirmation = confirmation_of(appointment.id);
        let why = NO_LONGER_STANDS;
        jobs::call_off(&mut tx, practice, &confirmation, why, now).await?;
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
}
