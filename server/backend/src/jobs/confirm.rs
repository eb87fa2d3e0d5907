//! Mails that a visit stands, with the invitation that puts it into a calendar.

use domain::{appointment::Status, links};

use super::{Context, Outgoing, Plan};
use crate::mail::{
    invitation::{self, Method},
    letter,
};

/// Why it is not mailed of a visit that was called off.
pub(crate) const NO_LONGER_STANDS: &str = "the visit no longer stands";

pub(super) fn plan(context: &Context<'_>) -> Plan {
    let (backend, details) = (context.backend, context.details);
    let visit = &details.visit;
    let appointment = &visit.appointment;
    match appointment.status {
        Status::Booked | Status::Arrived => {}
        Status::Held { .. }
        | Status::Expired
        | Status::Attended
        | Status::Missed
        | Status::Cancelled { .. } => return Plan::Discard(NO_LONGER_STANDS),
    }
    if appointment.interval.start() <= context.now {
        return Plan::Discard("the visit has begun");
    }
    // Booked by telephone: she was told there and then.
    let Some(address) = &visit.patient.email else {
        return Plan::Discard("no address");
    };
    let token = backend
        .keys()
        .visit_token(appointment.id, visit.link_version);
    let link = backend.absolute(&links::visit(&token));
    let organizer = &backend.settings().mail_from;
    match letter::confirm(details, link, context.now) {
        Ok(letter) => Plan::Send(Box::new(Outgoing {
            letter,
            invitation: Some(invitation::write(
                details,
                Method::Request,
                organizer,
                address,
            )),
            address_is_proved: true,
            until: context.give_up_at(appointment.interval.start()),
        })),
        Err(trouble) => Plan::Fail(trouble),
    }
}
