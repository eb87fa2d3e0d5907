//! Mails the code that proves an address, while the slot is held.
//! Checking the code is [`crate::booking`]'s.

use domain::appointment::Status;

use super::{Context, Outgoing, Plan};
use crate::mail::letter;

pub(super) fn plan(context: &Context<'_>) -> Plan {
    let appointment = &context.details.visit.appointment;
    let until = match appointment.status {
        Status::Held { until } if context.now < until => until,
        Status::Held { .. } | Status::Expired => return Plan::Discard("the hold is over"),
        Status::Booked
        | Status::Arrived
        | Status::Attended
        | Status::Missed
        | Status::Cancelled { .. } => return Plan::Discard("the code was used"),
    };
    let code = context.backend.keys().email_code(appointment.id);
    match letter::send_code(context.details, &code, until) {
        Ok(letter) => Plan::Send(Box::new(Outgoing {
            letter,
            invitation: None,
            address_is_proved: false,
            until,
        })),
        Err(trouble) => Plan::Fail(trouble),
    }
}
