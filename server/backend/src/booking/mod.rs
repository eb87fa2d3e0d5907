//! Booking a visit: hold a slot ([`hold`]), prove the address ([`confirm`]), see the visit, call
//! it off ([`cancel`]). Staff's own ways are in [`crate::office::visits`].
//!
//! Every change walks the same path: lock the agenda, read afresh, decide with a pure function,
//! write, enqueue the mail, record, commit. What a booking is decided on was read before, and is
//! read again only when the lock says that somebody changed the agenda since ([`decide`]).

pub mod cancel;
pub mod confirm;
pub(crate) mod decide;
pub mod hold;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    access::Actor,
    appointment::{Appointment, Status},
    ids::{AppointmentId, PracticeId, PractitionerId},
    interval::Interval,
    policy,
    practice::{Place, Practice, Practitioner},
    visit_reason::{Minutes, VisitReason},
};

pub use self::{
    cancel::CancelRefusal,
    confirm::{CodeRefusal, MOST_CODES_SENT},
    hold::{Held, HoldLimits, HoldRequest},
};
use crate::{
    Backend, Error, Result, keys,
    office::seen::Seen,
    store::{
        Reader, StoreError, Tx,
        appointments::{self, Visit},
        audit,
        bookable::Bookable,
        practices::{self, Setting},
    },
};

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
    /// How long it is, whatever the reason takes by now.
    #[must_use]
    pub fn length(&self) -> Minutes {
        Minutes::of_visit(self.visit.appointment.interval)
    }

    /// First instant at which the patient can no longer cancel.
    #[must_use]
    pub fn cancel_deadline(&self) -> DateTime<Utc> {
        policy::cancel_deadline(&self.visit.appointment, &self.reason)
    }
}

impl Backend {
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
        let member = self.keeper(actor, practitioner).await?;
        let mut db = self.store().read().await?;
        practices::practitioner_by_id(&mut db, member.practice, practitioner)
            .await?
            .ok_or(Error::NotFound)?;
        Ok(appointments::between(&mut db, member.practice, practitioner, range).await?)
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
    let Setting {
        found,
        place,
        reason,
    } = practices::setting_of(db, &visit.appointment)
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

/// A mark of what a form shows of a slot beside the instant: where, by which clock, for how long and
/// what for. The form brings it back, so that nobody is given another without being told.
#[must_use]
pub fn mark(place: &Place, reason: &VisitReason) -> Seen {
    let (name, address) = (place.name.as_str(), place.address.as_str());
    let place = (place.id.uuid(), name, address, place.zone.as_str());
    Seen::of(&(place, reason.name.as_str(), reason.length.get()))
}

/// Whether a form asks for this very visit, whoever it says comes: what a form that was sent before is
/// known again by.
pub(crate) fn is_same(visit: &Appointment, start: DateTime<Utc>, target: &Bookable) -> bool {
    visit.interval.start() == start
        && visit.practitioner == target.key.practitioner
        && visit.reason == target.reason.id
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
