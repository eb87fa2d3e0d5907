//! Mails that a visit is called off, with what takes it out of a calendar.

use domain::appointment::{CancelledBy, Status};

use super::{Context, Outgoing, Plan};
use crate::mail::{
    Trouble,
    invitation::{self, Method},
    letter,
};

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
    if appointment.interval.start() <= context.now {
        return Plan::Discard("the visit would have begun");
    }
    let Some(address) = &visit.patient.email else {
        return match by {
            // Nobody but a telephone can tell her.
            CancelledBy::Practice => Plan::Fail(Trouble::NoAddress),
            CancelledBy::Patient => Plan::Discard("no address"),
        };
    };
    let organizer = &backend.settings().mail_from;
    match letter::notify_cancel(details, by, &backend.settings().public_url) {
        Ok(letter) => Plan::Send(Box::new(Outgoing {
            letter,
            invitation: Some(invitation::write(
                details,
                Method::Cancel,
                organizer,
                address,
            )),
            address_is_proved: true,
            until: context.give_up_at(),
        })),
        Err(trouble) => Plan::Fail(trouble),
    }
}
