//! Booking: what is asked for, why it is refused, and the decision itself.
//! What a visit is and what may become of it is [`crate::appointment`]'s, which instants are
//! free [`crate::slots`]'s; writing it down is `backend`'s.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    access::Actor,
    appointment::Status,
    ids::PlaceId,
    interval::Interval,
    policy,
    slots::{self, Agenda, Blocked},
    visit_reason::VisitReason,
};

/// How long a slot is kept while an e-mail address is verified.
pub const HOLD: TimeDelta = TimeDelta::minutes(15);

/// First instant at which a slot that was asked for then, and starts then, is no longer held: a visit
/// that has begun is confirmed by nobody.
#[must_use]
pub fn hold_ends(asked_at: DateTime<Utc>, start: DateTime<Utc>) -> DateTime<Utc> {
    start.min(asked_at + HOLD)
}
/// How many wrong codes free a held slot.
pub const MOST_WRONG_CODES: i32 = 5;
/// How many other slots a refusal offers.
pub const NEAREST: usize = 3;

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
    /// It is not free, and a visitor is not told why: another visit, an absence, a holiday and
    /// an hour that was never open are answered alike (HAZARDS 12).
    Gone {
        /// Free starts around it, nearest first, at most [`NEAREST`].
        nearest: Vec<DateTime<Utc>>,
    },
    /// For staff: not a start of the grid inside opening hours, absent, or a holiday.
    NotOpen {
        /// Free starts around it, nearest first, at most [`NEAREST`].
        nearest: Vec<DateTime<Utc>>,
    },
    /// For staff: another visit or hold has it.
    Taken {
        /// Free starts around it, nearest first, at most [`NEAREST`].
        nearest: Vec<DateTime<Utc>>,
    },
    /// The slot is not what the form showed: the name or length of the reason, the place, its address or
    /// its clock is another by now. The page shows it as it is before anything is booked.
    Changed,
    /// The same form was already used for another slot, or for another person's visit.
    KeyReused,
    /// Too many slots are held at the moment, by this address or telephone, or of this
    /// practitioner's day or week, or too many were asked for from this network.
    TooManyHolds {
        /// Whole minutes after which it is worth another try; at least one.
        wait: u32,
    },
}

/// Decides a booking on an agenda that stands as long as its lock is held. It must reach around
/// the visit with its buffers for the decision to be right, and as far around `request.start` as
/// the nearest free slots are wanted for a refusal to name them.
///
/// # Errors
/// [`BookingRefusal`]; every rule is recomputed, nothing is taken from the form but the start.
pub fn decide<Tz: TimeZone + PartialEq>(
    request: &BookingRequest,
    agenda: &Agenda<Tz>,
    reason: &VisitReason,
    now: DateTime<Utc>,
) -> Result<Decision, BookingRefusal> {
    if !policy::may_book(&request.actor, agenda.practice, agenda.practitioner, reason) {
        return Err(BookingRefusal::NotForYou);
    }
    let (reason_for_actor, status) = match request.actor {
        Actor::Visitor | Actor::VisitHolder => (
            reason.clone(),
            Status::Held {
                until: hold_ends(now, request.start),
            },
        ),
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
            status,
        )),
    }
}

fn refusal<Tz: TimeZone + PartialEq>(
    blocked: Blocked,
    agenda: &Agenda<Tz>,
    reason: &VisitReason,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
    wished: Status,
) -> BookingRefusal {
    let nearest = || {
        let free = slots::nearest(agenda, reason, start, now, NEAREST);
        free.iter().map(|slot| slot.interval.start()).collect()
    };
    let for_visitor = matches!(wished, Status::Held { .. });
    match blocked {
        Blocked::TooSoon { earliest } => BookingRefusal::TooSoon { earliest },
        Blocked::TooFar { latest } => BookingRefusal::TooFar { latest },
        Blocked::Closed
        | Blocked::OffGrid
        | Blocked::Holiday
        | Blocked::Absent
        | Blocked::Taken
            if for_visitor =>
        {
            BookingRefusal::Gone { nearest: nearest() }
        }
        Blocked::Closed | Blocked::OffGrid | Blocked::Holiday | Blocked::Absent => {
            BookingRefusal::NotOpen { nearest: nearest() }
        }
        Blocked::Taken => BookingRefusal::Taken { nearest: nearest() },
    }
}
