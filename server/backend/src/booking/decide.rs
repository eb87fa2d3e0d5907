//! What a booking is decided on: as little of the agenda as says whether its slot is free. It is read
//! before the agenda is locked, since everybody who books with that practitioner waits meanwhile;
//! the lock's version then says whether it still stands. The rules are `domain`'s.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    access::Actor,
    booking::{self, BookingRefusal, BookingRequest, Decision},
    interval::Interval,
    slots::{self, PlacedHours},
    visit_reason::VisitReason,
};

use crate::{
    Backend, Error, Failure, Result,
    office::seen::Seen,
    store::{
        Access, Tx, appointments,
        availability::{self, AgendaKey, TakenTime},
        bookable::{self, Bookable},
        practices,
    },
};

/// Practitioner and reason, hours, and what is taken around one wished visit, as they stood at one
/// version of the agenda or after it.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) bookable: Bookable,
    start: DateTime<Utc>,
    hours: Vec<PlacedHours<Tz>>,
    taken: TakenTime,
}

impl Ground {
    /// Reads what a visit that starts then is decided on. What it is of was found on this
    /// connection **before**: its version is then no newer than the rest.
    ///
    /// # Errors
    /// As the database.
    pub(crate) async fn read(
        db: &mut impl Access,
        bookable: Bookable,
        start: DateTime<Utc>,
    ) -> Result<Self> {
        let (mut hours, mut taken) = (Vec::new(), TakenTime::default());
        // At the ends of the calendar nothing is open.
        if slots::around(start).is_some()
            && let Ok(visit) = Interval::starting(start, bookable.reason.length.delta())
        {
            let practitioner = bookable.key.practitioner;
            let (first, last) = availability::local_days(visit);
            hours = availability::hours_of(db, practitioner, first, last).await?;
            let reason = &bookable.reason;
            let visit = visit.grown(reason.buffer_before.delta(), reason.buffer_after.delta());
            taken = availability::taken_around(db, practitioner, visit).await?;
        }
        Ok(Self {
            bookable,
            start,
            hours,
            taken,
        })
    }

    /// The ground as it stands under the agenda's lock, which raised the agenda to that version:
    /// this one if nobody changed it since it was read, else read afresh.
    ///
    /// # Errors
    /// [`BookingRefusal::NotForYou`] when the reason was archived meanwhile; as the database.
    pub(crate) async fn under_lock(
        self,
        tx: &mut Tx,
        locked: Option<i64>,
    ) -> Result<Self, Failure<BookingRefusal>> {
        let Bookable {
            key,
            version,
            reason,
            ..
        } = &self.bookable;
        if locked == Some(version + 1) {
            return Ok(self);
        }
        let again = bookable::in_agenda(tx, key.practice, key.practitioner, &reason.slug).await?;
        let again = again.ok_or(Failure::Refused(BookingRefusal::NotForYou))?;
        Ok(Self::read(tx, again, self.start).await?)
    }
}

/// Refuses what is not as the form showed it, under the lock that it was decided under.
///
/// # Errors
/// [`BookingRefusal::Changed`]; as the database.
pub(crate) async fn as_shown(
    tx: &mut Tx,
    bookable: &Bookable,
    decision: &Decision,
    seen: Option<&Seen>,
) -> Result<(), Failure<BookingRefusal>> {
    let Some(seen) = seen else {
        return Ok(());
    };
    let place = practices::place_by_id(tx, bookable.key.practice, decision.place).await?;
    let place = place.ok_or(Error::NotFound)?;
    match *seen == super::mark(&place, &bookable.reason) {
        true => Ok(()),
        false => Err(Failure::Refused(BookingRefusal::Changed)),
    }
}

/// Decides a booking under the lock of its agenda, and frees what holds that ran out keep there: the
/// schema's guard cannot know the time. Only a refusal, which names the nearest free slots, reads
/// the weeks around it.
///
/// # Errors
/// [`BookingRefusal`] with the nearest free slots; as the database.
pub(crate) async fn decide(
    backend: &Backend,
    tx: &mut Tx,
    ground: &Ground,
    actor: Actor,
    now: DateTime<Utc>,
) -> Result<Decision, Failure<BookingRefusal>> {
    let (key, reason) = (ground.bookable.key, &ground.bookable.reason);
    let wished = BookingRequest {
        start: ground.start,
        actor,
    };
    let Some(around) = slots::around(wished.start) else {
        let nearest = Vec::new();
        return Err(Failure::Refused(match wished.actor {
            Actor::Visitor | Actor::VisitHolder => BookingRefusal::Gone { nearest },
            Actor::Member(_) => BookingRefusal::NotOpen { nearest },
        }));
    };
    let agenda = ground.taken.agenda(key, ground.hours.clone(), now);
    if let Ok(decision) = booking::decide(&wished, &agenda, reason, now) {
        if ground.taken.has_run_out(now) {
            let ran_out = appointments::expire_holds_of(tx, key.practitioner, now).await?;
            backend.record_run_out(tx, &ran_out, now).await?;
        }
        return Ok(decision);
    }
    let agenda = availability::load_agenda(tx, key, around, now).await?;
    let decision = booking::decide(&wished, &agenda, reason, now).map_err(Failure::Refused)?;
    let ran_out = appointments::expire_holds_of(tx, key.practitioner, now).await?;
    backend.record_run_out(tx, &ran_out, now).await?;
    Ok(decision)
}

/// The free starts nearest to one that the schema refused, as whoever asks may book them.
///
/// # Errors
/// As the database.
pub(crate) async fn nearest(
    db: &mut impl Access,
    key: AgendaKey,
    reason: &VisitReason,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>> {
    let Some(around) = slots::around(start) else {
        return Ok(Vec::new());
    };
    let agenda = availability::load_agenda(db, key, around, now).await?;
    let free = slots::nearest(&agenda, reason, start, now, booking::NEAREST);
    Ok(free.iter().map(|slot| slot.interval.start()).collect())
}

#[cfg(test)]
mod tests;
