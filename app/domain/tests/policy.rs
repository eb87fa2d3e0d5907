//! Who may: every role against its own and another's agenda, and the cancel deadline to the
//! second. That the server asks is tested over HTTP.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod common;

use chrono::TimeDelta;
use common::{PLACE, PRACTICE, PRACTITIONER, id, minutes, reason, utc};
use domain::{
    access::{Actor, Member, Role},
    appointment::{Appointment, CancelledBy, Mark, Status},
    ids::PractitionerId,
    interval::Interval,
    policy,
    visit_reason::Audience,
};
use rstest::rstest;

fn member(practice: u128, role: Role, agendas: &[u128]) -> Member {
    Member {
        account: id(1),
        practice: id(practice),
        role,
        agendas: agendas
            .iter()
            .map(|number| id::<PractitionerId>(*number))
            .collect(),
    }
}

fn here(role: Role, agendas: &[u128]) -> Actor {
    Actor::Member(member(PRACTICE, role, agendas))
}

fn elsewhere(role: Role) -> Actor {
    Actor::Member(member(PRACTICE + 1, role, &[PRACTITIONER]))
}

/// Who | may manage the agenda | may manage the practice.
#[rstest]
#[case::owner(member(PRACTICE, Role::Owner, &[]), true, true)]
#[case::practitioner_of_it(member(PRACTICE, Role::Practitioner, &[PRACTITIONER]), true, false)]
#[case::another_practitioner(member(PRACTICE, Role::Practitioner, &[PRACTITIONER + 1]), false, false)]
#[case::secretary_with_delegation(
    member(PRACTICE, Role::Secretary, &[PRACTITIONER + 1, PRACTITIONER]),
    true,
    false
)]
#[case::secretary_without(member(PRACTICE, Role::Secretary, &[]), false, false)]
#[case::owner_of_another_practice(member(PRACTICE + 1, Role::Owner, &[PRACTITIONER]), false, false)]
#[case::practitioner_of_another(
    member(PRACTICE + 1, Role::Practitioner, &[PRACTITIONER]),
    false,
    false
)]
#[case::secretary_of_another(
    member(PRACTICE + 1, Role::Secretary, &[PRACTITIONER]),
    false,
    false
)]
fn a_member_manages_what_is_hers(
    #[case] member: Member,
    #[case] agenda: bool,
    #[case] practice: bool,
) {
    assert_eq!(
        policy::may_manage_agenda(&member, id(PRACTICE), id(PRACTITIONER)),
        agenda
    );
    assert_eq!(policy::may_manage_practice(&member, id(PRACTICE)), practice);
}

/// Who | may book a reason for everyone | for staff only.
#[rstest]
#[case::visitor(Actor::Visitor, true, false)]
#[case::holder_of_a_link(Actor::VisitHolder, true, false)]
#[case::owner(here(Role::Owner, &[]), true, true)]
#[case::practitioner(here(Role::Practitioner, &[PRACTITIONER]), true, true)]
#[case::another_practitioner(here(Role::Practitioner, &[PRACTITIONER + 1]), false, false)]
#[case::secretary(here(Role::Secretary, &[PRACTITIONER]), true, true)]
#[case::secretary_without_delegation(here(Role::Secretary, &[]), false, false)]
#[case::owner_elsewhere(elsewhere(Role::Owner), false, false)]
#[case::practitioner_elsewhere(elsewhere(Role::Practitioner), false, false)]
#[case::secretary_elsewhere(elsewhere(Role::Secretary), false, false)]
fn a_reason_is_booked_by_its_audience(
    #[case] actor: Actor,
    #[case] everyone: bool,
    #[case] staff_only: bool,
) {
    let mut reason = reason();
    for (audience, allowed) in [
        (Audience::Everyone, everyone),
        (Audience::StaffOnly, staff_only),
    ] {
        reason.audience = audience;
        let may = policy::may_book(&actor, id(PRACTICE), id(PRACTITIONER), &reason);
        assert_eq!(may, allowed, "{audience:?}");
    }
}

/// Monday 23 November 2026, 09:20 to 09:40 in Paris.
fn visit(status: Status) -> Appointment {
    let start = utc("2026-11-23T08:20:00Z");
    Appointment {
        id: id(1),
        practice: id(PRACTICE),
        practitioner: id(PRACTITIONER),
        place: id(PLACE),
        reason: id(1),
        interval: Interval::starting(start, TimeDelta::minutes(20)).unwrap(),
        status,
        sequence: 0,
        changed_at: utc("2026-11-01T00:00:00Z"),
    }
}

#[rstest]
#[case::five_seconds_before_a_day_before(24 * 60, "2026-11-22T08:19:55Z", true)]
#[case::the_last_second(24 * 60, "2026-11-22T08:19:59Z", true)]
#[case::the_very_second(24 * 60, "2026-11-22T08:20:00Z", false)]
#[case::after(24 * 60, "2026-11-22T08:20:01Z", false)]
#[case::without_deadline_until_it_begins(0, "2026-11-23T08:19:59Z", true)]
#[case::without_deadline_as_it_begins(0, "2026-11-23T08:20:00Z", false)]
#[case::a_month_before(30 * 24 * 60, "2026-10-24T08:19:59Z", true)]
#[case::less_than_a_month_before(30 * 24 * 60, "2026-10-24T08:20:00Z", false)]
fn a_patient_cancels_until_the_deadline(
    #[case] deadline: i32,
    #[case] now: &str,
    #[case] allowed: bool,
) {
    let mut reason = reason();
    reason.cancel_deadline = minutes(deadline);
    let visit = visit(Status::Booked);
    let may = policy::may_cancel(&Actor::VisitHolder, &visit, &reason, utc(now));
    assert_eq!(may, allowed);
    assert_eq!(utc(now) < policy::cancel_deadline(&visit, &reason), allowed);
}

/// One second before the visit ends, after every deadline.
#[rstest]
#[case::owner(here(Role::Owner, &[]), true)]
#[case::practitioner(here(Role::Practitioner, &[PRACTITIONER]), true)]
#[case::secretary(here(Role::Secretary, &[PRACTITIONER]), true)]
#[case::another_practitioner(here(Role::Practitioner, &[PRACTITIONER + 1]), false)]
#[case::owner_elsewhere(elsewhere(Role::Owner), false)]
#[case::secretary_elsewhere(elsewhere(Role::Secretary), false)]
#[case::holder_of_the_link(Actor::VisitHolder, false)]
#[case::visitor(Actor::Visitor, false)]
fn staff_cancel_until_the_visit_ends(#[case] actor: Actor, #[case] allowed: bool) {
    let may = |now| policy::may_cancel(&actor, &visit(Status::Booked), &reason(), utc(now));
    assert_eq!(may("2026-11-23T08:39:59Z"), allowed);
    assert!(!may("2026-11-23T08:40:00Z"));
}

#[rstest]
#[case::held(Status::Held { until: utc("2026-12-01T00:00:00Z") })]
#[case::expired(Status::Expired)]
#[case::arrived(Status::Arrived)]
#[case::attended(Status::Attended)]
#[case::missed(Status::Missed)]
#[case::cancelled(Status::Cancelled { by: CancelledBy::Patient })]
fn only_a_booked_visit_is_cancelled(#[case] status: Status) {
    let now = utc("2026-11-02T00:00:00Z");
    for actor in [Actor::VisitHolder, here(Role::Owner, &[])] {
        assert!(policy::may_cancel(
            &actor,
            &visit(Status::Booked),
            &reason(),
            now
        ));
        assert!(
            !policy::may_cancel(&actor, &visit(status), &reason(), now),
            "{actor:?}"
        );
    }
}

#[test]
fn a_visitor_without_the_link_cancels_nothing() {
    let now = utc("2026-11-02T00:00:00Z");
    assert!(!policy::may_cancel(
        &Actor::Visitor,
        &visit(Status::Booked),
        &reason(),
        now
    ));
}

/// Where it stands | what is written down | from when on, of a visit at 08:20.
#[rstest]
#[case::she_came(Status::Booked, Mark::Arrived, "2026-11-22T20:20:00Z")]
#[case::seen_without_having_come(Status::Booked, Mark::Attended, "2026-11-23T08:20:00Z")]
#[case::seen_once_she_came(Status::Arrived, Mark::Attended, "2026-11-22T20:20:00Z")]
#[case::she_did_not_come(Status::Booked, Mark::Missed, "2026-11-23T08:20:00Z")]
fn a_visit_is_marked_to_the_second(#[case] status: Status, #[case] mark: Mark, #[case] from: &str) {
    let (visit, from) = (visit(status), utc(from));
    assert_eq!(policy::markable_from(&visit, mark), from);
    assert!(policy::may_be_marked(&visit, mark, from));
    assert!(!policy::may_be_marked(
        &visit,
        mark,
        from - TimeDelta::seconds(1)
    ));
}

#[test]
fn what_a_status_does_not_allow_is_never_marked() {
    let long_after = utc("2026-11-24T00:00:00Z");
    for status in [
        Status::Attended,
        Status::Missed,
        Status::Expired,
        Status::Cancelled {
            by: CancelledBy::Patient,
        },
    ] {
        for mark in Mark::ALL {
            assert!(
                !policy::may_be_marked(&visit(status), mark, long_after),
                "{status:?}, {mark:?}"
            );
        }
    }
    for mark in [Mark::Arrived, Mark::Missed] {
        assert!(!policy::may_be_marked(
            &visit(Status::Arrived),
            mark,
            long_after
        ));
    }
}

#[test]
fn a_mark_is_its_word() {
    for mark in Mark::ALL {
        assert_eq!(Mark::from_code(mark.code()), Some(mark));
        assert_eq!(
            Status::Booked.after(mark.event(), utc("2026-11-23T08:20:00Z")),
            Ok(mark.status())
        );
    }
    assert_eq!(Mark::from_code("Arrived"), None);
    assert_eq!(Mark::from_code(""), None);
}

/// Who called it off | until when she is told, of a visit from 08:20 to 08:40.
#[rstest]
#[case::the_practice(CancelledBy::Practice, "2026-11-23T08:40:00Z")]
#[case::herself(CancelledBy::Patient, "2026-11-23T08:20:00Z")]
fn who_may_wait_at_the_door_is_told_until_the_end(#[case] by: CancelledBy, #[case] until: &str) {
    let visit = visit(Status::Cancelled { by });
    assert_eq!(policy::cancellation_told_until(&visit, by), utc(until));
}

#[test]
fn roles_are_stored_under_their_words() {
    for role in Role::ALL {
        assert_eq!(Role::from_code(role.code()), Some(role));
    }
    assert_eq!(Role::from_code("Owner"), None);
    assert_eq!(Role::from_code(""), None);
}
