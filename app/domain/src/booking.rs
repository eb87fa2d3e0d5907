//! The life of a visit: the status machine, why a booking is refused, and the decision itself.
//! Which instants are free is [`crate::slots`]'s; writing it down is `backend`'s.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::Actor,
    ids::{AppointmentId, PlaceId, PracticeId, PractitionerId, VisitReasonId},
    interval::Interval,
    policy,
    slots::{self, Agenda, Blocked},
    visit_reason::VisitReason,
};

/// How long a slot is kept while an e-mail address is verified.
pub const HOLD: TimeDelta = TimeDelta::minutes(15);
/// How many wrong codes free a held slot.
pub const MOST_WRONG_CODES: i32 = 5;
/// How many other slots a refusal offers.
pub const NEAREST: usize = 3;

/// Who cancelled a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The patient, by her link.
    Patient,
    /// The practice.
    Practice,
}

/// Where a visit stands. `Held → Booked → Arrived → Attended`; a hold may also expire, and a
/// booked visit may be cancelled or missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The slot is kept until that instant while an address is verified.
    Held {
        /// First instant at which the slot is free again.
        until: DateTime<Utc>,
    },
    /// A hold that ran out, or whose code was wrong too often.
    Expired,
    /// The visit stands.
    Booked,
    /// The patient is in the waiting room.
    Arrived,
    /// The visit took place.
    Attended,
    /// The patient did not come.
    Missed,
    /// The visit was called off.
    Cancelled {
        /// By whom.
        by: CancelledBy,
    },
}

/// What can happen to a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The right code was typed.
    Confirm,
    /// The hold ran out or was used up.
    Expire,
    /// The patient came.
    Arrive,
    /// The patient was seen.
    Attend,
    /// The patient did not come.
    Miss,
    /// The visit is called off.
    Cancel(CancelledBy),
}

/// An event that the status does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the visit is no longer in a state that allows this")]
pub struct NotPossible;

impl Status {
    /// The status after an event at `now`.
    ///
    /// # Errors
    /// [`NotPossible`] for every pair that is not an arrow of the machine; a hold that ran out
    /// cannot be confirmed, from the very second of `until` on.
    pub fn after(self, event: Event, now: DateTime<Utc>) -> Result<Self, NotPossible> {
        match (self, event) {
            (Self::Held { until }, Event::Confirm) if now < until => Ok(Self::Booked),
            (Self::Held { .. }, Event::Expire) => Ok(Self::Expired),
            (Self::Booked, Event::Arrive) => Ok(Self::Arrived),
            (Self::Booked | Self::Arrived, Event::Attend) => Ok(Self::Attended),
            (Self::Booked, Event::Miss) => Ok(Self::Missed),
            (Self::Booked, Event::Cancel(by)) => Ok(Self::Cancelled { by }),
            (
                Self::Held { .. }
                | Self::Expired
                | Self::Booked
                | Self::Arrived
                | Self::Attended
                | Self::Missed
                | Self::Cancelled { .. },
                _,
            ) => Err(NotPossible),
        }
    }

    /// Whether the slot is taken at `now`.
    #[must_use]
    pub fn blocks(self, now: DateTime<Utc>) -> bool {
        match self {
            Self::Held { until } => now < until,
            Self::Booked | Self::Arrived | Self::Attended | Self::Missed => true,
            Self::Expired | Self::Cancelled { .. } => false,
        }
    }
}

/// A visit as the rules see it; who comes is not their business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its identifier, of which the UID in calendars is made.
    pub id: AppointmentId,
    /// The tenant.
    pub practice: PracticeId,
    /// Who is visited.
    pub practitioner: PractitionerId,
    /// Where.
    pub place: PlaceId,
    /// Why.
    pub reason: VisitReasonId,
    /// When.
    pub interval: Interval,
    /// Where it stands.
    pub status: Status,
    /// Rises at each change that a calendar must see (RFC 5545 §3.8.7.4); 0 at first.
    pub sequence: i32,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
}

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingRequest {
    /// First instant of the visit wished for.
    pub start: DateTime<Utc>,
    /// Who asks.
    pub actor: Actor,
}

/// What was decided: what is to be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Where the visit takes place.
    pub place: PlaceId,
    /// When.
    pub interval: Interval,
    /// Held for a visitor, booked at once by staff.
    pub status: Status,
}

/// Why a booking is refused. The words are `i18n`'s: `refusal-…`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingRefusal {
    /// This reason is not booked online.
    NotForYou,
    /// Closer than the least notice.
    TooSoon {
        /// First instant that the notice allows (not necessarily a free one).
        earliest: DateTime<Utc>,
    },
    /// Farther than the horizon.
    TooFar {
        /// First instant that is too far.
        latest: DateTime<Utc>,
    },
    /// Not a start of the grid inside opening hours, absent, or a holiday: it was never free,
    /// and the answer does not say why (HAZARDS 12).
    NotOpen {
        /// Free starts around it, nearest first, at most [`NEAREST`].
        nearest: Vec<DateTime<Utc>>,
    },
    /// Another visit or hold has it.
    Taken {
        /// Free starts around it, nearest first, at most [`NEAREST`].
        nearest: Vec<DateTime<Utc>>,
    },
    /// The same form was already used for another slot.
    KeyReused,
}

/// Decides a booking on an agenda that was just read under the lock. The agenda must reach
/// as far around `request.start` as the nearest free slots are wanted.
///
/// # Errors
/// [`BookingRefusal`]; every rule is recomputed, nothing is taken from the form but the start.
pub fn decide<Tz: TimeZone>(
    request: &BookingRequest,
    agenda: &Agenda<Tz>,
    reason: &VisitReason,
    now: DateTime<Utc>,
) -> Result<Decision, BookingRefusal> {
    if !policy::may_book(&request.actor, agenda.practice, agenda.practitioner, reason) {
        return Err(BookingRefusal::NotForYou);
    }
    let (reason_for_actor, status) = match request.actor {
        Actor::Visitor | Actor::VisitHolder => (reason.clone(), Status::Held { until: now + HOLD }),
        Actor::Member(_) => (slots::without_delays(reason), Status::Booked),
    };
    match slots::why_not(agenda, &reason_for_actor, request.start, now) {
        Ok(slot) => Ok(Decision {
            place: slot.place,
            interval: slot.interval,
            status,
        }),
        Err(blocked) => Err(refusal(
            blocked,
            agenda,
            &reason_for_actor,
            request.start,
            now,
        )),
    }
}

fn refusal<Tz: TimeZone>(
    blocked: Blocked,
    agenda: &Agenda<Tz>,
    reason: &VisitReason,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
) -> BookingRefusal {
    let nearest = || slots::nearest(agenda, reason, start, now, NEAREST);
    match blocked {
        Blocked::TooSoon { earliest } => BookingRefusal::TooSoon { earliest },
        Blocked::TooFar { latest } => BookingRefusal::TooFar { latest },
        Blocked::Closed | Blocked::OffGrid | Blocked::Holiday | Blocked::Absent => {
            BookingRefusal::NotOpen { nearest: nearest() }
        }
        Blocked::Taken => BookingRefusal::Taken { nearest: nearest() },
    }
}
