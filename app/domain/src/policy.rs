//! Who may: one function per question, true or false, for the server that enforces and the
//! page that hides a button.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    access::{Actor, Member, Role},
    appointment::{Appointment, CancelledBy, Mark, Status},
    ids::{PracticeId, PractitionerId},
    visit_reason::{Audience, VisitReason},
};

/// So long before its start the patient of a visit can have come: on its day, give or take.
const MARKED_BEFORE: TimeDelta = TimeDelta::hours(12);

/// Whether this actor may book this reason at all (hours and delays are [`crate::slots`]'s).
#[must_use]
pub fn may_book(
    actor: &Actor,
    practice: PracticeId,
    practitioner: PractitionerId,
    reason: &VisitReason,
) -> bool {
    match (actor, reason.audience) {
        (Actor::Visitor | Actor::VisitHolder, Audience::Everyone) => true,
        (Actor::Visitor | Actor::VisitHolder, Audience::StaffOnly) => false,
        (Actor::Member(member), Audience::Everyone | Audience::StaffOnly) => {
            may_manage_agenda(member, practice, practitioner)
        }
    }
}

/// Whether a member may see and change this agenda: visits, hours, absences, reasons, feed.
#[must_use]
pub fn may_manage_agenda(
    member: &Member,
    practice: PracticeId,
    practitioner: PractitionerId,
) -> bool {
    member.practice == practice
        && match member.role {
            Role::Owner => true,
            Role::Practitioner | Role::Secretary => member.agendas.contains(&practitioner),
        }
}

/// Whether a member may change the practice itself: places, holidays, mails that did not go.
#[must_use]
pub fn may_manage_practice(member: &Member, practice: PracticeId) -> bool {
    member.practice == practice && member.role == Role::Owner
}

/// The first instant at which the patient can no longer cancel.
#[must_use]
pub fn cancel_deadline(appointment: &Appointment, reason: &VisitReason) -> DateTime<Utc> {
    let start = appointment.interval.start();
    start
        .checked_sub_signed(reason.cancel_deadline.delta())
        .unwrap_or(start)
}

/// The first instant at which staff can write this down of a visit. That she came: half a day before
/// its start. That she was seen: as early, once she came; without that, at its start. That she did not
/// come: at its start.
#[must_use]
pub fn markable_from(appointment: &Appointment, mark: Mark) -> DateTime<Utc> {
    let start = appointment.interval.start();
    match (mark, appointment.status) {
        (Mark::Arrived, _) | (Mark::Attended, Status::Arrived) => {
            start.checked_sub_signed(MARKED_BEFORE).unwrap_or(start)
        }
        (Mark::Attended | Mark::Missed, _) => start,
    }
}

/// Whether staff can write this down of a visit now: its status allows it, and it is not too early.
#[must_use]
pub fn may_be_marked(appointment: &Appointment, mark: Mark, now: DateTime<Utc>) -> bool {
    now >= markable_from(appointment, mark) && appointment.status.after(mark.event(), now).is_ok()
}

/// The first instant at which it is of no use any more to tell the patient that a visit was called
/// off. She may be on her way, or wait at the door, when the practice does it; whoever called it off
/// herself does not.
#[must_use]
pub fn cancellation_told_until(appointment: &Appointment, by: CancelledBy) -> DateTime<Utc> {
    match by {
        CancelledBy::Practice => appointment.interval.end(),
        CancelledBy::Patient => appointment.interval.start(),
    }
}

/// Whether the visit can be cancelled by this actor now. A patient until the deadline, whose
/// very second is too late; staff until the visit ends.
#[must_use]
pub fn may_cancel(
    actor: &Actor,
    appointment: &Appointment,
    reason: &VisitReason,
    now: DateTime<Utc>,
) -> bool {
    match actor {
        Actor::Visitor => false,
        Actor::VisitHolder => {
            appointment.status == Status::Booked && now < cancel_deadline(appointment, reason)
        }
        Actor::Member(member) => {
            appointment.status == Status::Booked
                && now < appointment.interval.end()
                && may_manage_agenda(member, appointment.practice, appointment.practitioner)
        }
    }
}
