//! What a booking is decided on: as little of the agenda as says whether its slot is free, since
//! everybody who books with that practitioner waits meanwhile. The rules are `domain`'s.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::Actor,
    booking::{self, BookingRefusal, BookingRequest, Decision},
    interval::Interval,
    slots,
    visit_reason::VisitReason,
};

use crate::{
    Failure, Result,
    store::{
        Access, Tx, appointments,
        availability::{self, AgendaKey},
    },
};

/// Decides a booking under the lock of its agenda, and frees what holds that ran out keep there: the
/// schema's guard cannot know the time. Only a refusal, which names the nearest free slots, reads
/// the weeks around it.
///
/// # Errors
/// [`BookingRefusal`] with the nearest free slots; as the database.
pub(crate) async fn decide(
    tx: &mut Tx,
    key: AgendaKey,
    wished: &BookingRequest,
    reason: &VisitReason,
    now: DateTime<Utc>,
) -> Result<Decision, Failure<BookingRefusal>> {
    let nowhere = || {
        let nearest = Vec::new();
        Failure::Refused(match wished.actor {
            Actor::Visitor | Actor::VisitHolder => BookingRefusal::Gone { nearest },
            Actor::Member(_) => BookingRefusal::NotOpen { nearest },
        })
    };
    let instant = Interval::starting(wished.start, TimeDelta::seconds(1)).map_err(|_| nowhere())?;
    let around = slots::around(wished.start).ok_or_else(nowhere)?;

    let (first, last) = availability::local_days(instant);
    let hours = availability::hours_of(tx, key.practitioner, first, last).await?;
    let taken = availability::taken_time(tx, key.practitioner, instant).await?;
    let agenda = taken.agenda(key, hours, now);
    if let Ok(decision) = booking::decide(wished, &agenda, reason, now) {
        if taken.has_run_out(now) {
            appointments::expire_holds_of(tx, key.practitioner, now).await?;
        }
        return Ok(decision);
    }
    let agenda = availability::load_agenda(tx, key, around, now).await?;
    booking::decide(wished, &agenda, reason, now).map_err(Failure::Refused)
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
    Ok(slots::nearest(
        &agenda,
        reason,
        start,
        now,
        booking::NEAREST,
    ))
}
