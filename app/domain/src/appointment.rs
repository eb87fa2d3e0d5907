//! A visit, where it stands, and what may become of it: the status machine.
//! Whether it may be booked is [`crate::booking`]'s, who may change it [`crate::policy`]'s.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ids::{AppointmentId, PlaceId, PracticeId, PractitionerId, VisitReasonId},
    interval::Interval,
};

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

/// What became of a visit, as the practice writes it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The patient is in the waiting room.
    Arrived,
    /// The patient was seen.
    Attended,
    /// The patient did not come.
    Missed,
}

impl Mark {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Arrived, Self::Attended, Self::Missed];

    /// The word under which it is posted, and written in the trail.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Attended => "attended",
            Self::Missed => "missed",
        }
    }

    /// The mark of that word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.code() == code)
    }

    /// What happens to the visit.
    #[must_use]
    pub fn event(self) -> Event {
        match self {
            Self::Arrived => Event::Arrive,
            Self::Attended => Event::Attend,
            Self::Missed => Event::Miss,
        }
    }

    /// Where the visit stands then.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Arrived => Status::Arrived,
            Self::Attended => Status::Attended,
            Self::Missed => Status::Missed,
        }
    }
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
