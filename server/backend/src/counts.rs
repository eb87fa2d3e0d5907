//! What happened since the start, in numbers, for whoever watches the server. No number is
//! about a person or a practice; reading them out is `server::metrics`'s.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::booking::BookingRefusal;

/// By whom a visit was booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A patient, online.
    Patient,
    /// The practice.
    Staff,
}

/// Kinds of [`BookingRefusal`], as labels, in the order of [`Counts::refusals`].
const REFUSALS: [&str; 9] = [
    "not_for_you",
    "too_soon",
    "too_far",
    "not_open",
    "taken",
    "key_reused",
    "gone",
    "too_many_holds",
    "changed",
];

/// Numbers that only grow.
#[derive(Debug, Default)]
pub struct Counts {
    by_patient: AtomicU64,
    by_staff: AtomicU64,
    held: AtomicU64,
    refused: [AtomicU64; 9],
    shown_then_refused: AtomicU64,
}

impl Counts {
    pub(crate) fn held(&self) {
        add(&self.held);
    }

    pub(crate) fn booked(&self, by: By) {
        match by {
            By::Patient => add(&self.by_patient),
            By::Staff => add(&self.by_staff),
        }
    }

    pub(crate) fn refused(&self, refusal: &BookingRefusal) {
        let (kind, was_shown) = match refusal {
            BookingRefusal::NotForYou => (0, false),
            BookingRefusal::TooSoon { .. } => (1, true),
            BookingRefusal::TooFar { .. } => (2, false),
            BookingRefusal::NotOpen { .. } => (3, true),
            BookingRefusal::Taken { .. } => (4, true),
            BookingRefusal::KeyReused => (5, false),
            BookingRefusal::Gone { .. } => (6, true),
            BookingRefusal::TooManyHolds { .. } => (7, false),
            BookingRefusal::Changed => (8, false),
        };
        add(&self.refused[kind]);
        if was_shown {
            add(&self.shown_then_refused);
        }
    }

    /// Slots held for patients who were to prove their address.
    #[must_use]
    pub fn holds(&self) -> u64 {
        read(&self.held)
    }

    /// Visits booked, by whom.
    #[must_use]
    pub fn bookings(&self) -> [(&'static str, u64); 2] {
        [
            ("patient", read(&self.by_patient)),
            ("staff", read(&self.by_staff)),
        ]
    }

    /// Bookings refused, why.
    #[must_use]
    pub fn refusals(&self) -> [(&'static str, u64); 9] {
        std::array::from_fn(|kind| (REFUSALS[kind], read(&self.refused[kind])))
    }

    /// Slots that a page offered, or may have offered, and that were gone when somebody chose
    /// them: taken, closed, or too near by then.
    #[must_use]
    pub fn shown_then_refused(&self) -> u64 {
        read(&self.shown_then_refused)
    }
}

fn add(count: &AtomicU64) {
    count.fetch_add(1, Ordering::Relaxed);
}

fn read(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}
