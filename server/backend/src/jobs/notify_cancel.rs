//! Mails that a visit is called off, with what takes it out of a calendar if one may know of it.
//!
//! Whoever booked was told there and then, on a page or on the telephone: she is told in words in
//! any case. A CANCEL for what no calendar has seen is left out; a REQUEST that follows a CANCEL
//! would put the visit in for good, so this waits while one is being sent.

use chrono::TimeDelta;
use domain::{
    appointment::{CancelledBy, Status},
    policy,
};

use super::{Context, Outgoing, Plan, invited::Invited, queue::LEASE};
use crate::mail::{
    Trouble,
    invitation::{self, Method},
    letter,
};

/// So long between two looks whether the confirmation is still being sent.
const LOOKED_AGAIN: TimeDelta = TimeDelta::seconds(10);

pub(super) fn plan(context: &Context<'_>) -> Plan {
    let (backend, details) = (context.backend, context.details);
    let visit = &details.visit;
    let appointment = &visit.appointment;
    let by = match appointment.status {
        Status::Cancelled { by } => by,
        Status::Held { .. }
        | Status::Expired
        | Status::Booked
        | Status::Arrived
        | Status::Attended
        | Status::Missed => return Plan::Discard("the visit is not cancelled"),
    };
    let too_late = policy::cancellation_told_until(appointment, by);
    if too_late <= context.now {
        return Plan::Discard("the visit would have begun");
    }
    let Some(address) = &visit.patient.email else {
        return match by {
            // Nobody but a telephone can tell her.
            CancelledBy::Practice => Plan::Fail(Trouble::NoAddress),
            CancelledBy::Patient => Plan::Discard("no address"),
        };
    };
    let in_calendar = match context.invited {
        Invited::Never => false,
        Invited::Perhaps => true,
        // A try that began before the visit was called off has ended when a lease would have, and
        // one that begins later sends nothing: whatever a clock that jumped makes of its lease.
        Invited::BeingSent if context.now < context.created_at + LEASE => {
            return Plan::Wait(context.now + LOOKED_AGAIN);
        }
        Invited::BeingSent => true,
    };
    let organizer = &backend.settings().mail_from;
    match letter::notify_cancel(details, by, &backend.settings().public_url, in_calendar) {
        Ok(letter) => Plan::Send(Box::new(Outgoing {
            letter,
            invitation: in_calendar
                .then(|| invitation::write(details, Method::Cancel, organizer, address)),
            address_is_proved: true,
            until: context.give_up_at(too_late),
        })),
        Err(trouble) => Plan::Fail(trouble),
    }
}
