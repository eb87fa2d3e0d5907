//! The status machine and the decision: who gets what, and which refusal names which rule.
//! Which instants are free is tested in `slots.rs`.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod common;

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use common::{Desk, PLACE, PRACTICE, PRACTITIONER, id, utc};
use domain::{
    access::{Actor, Member, Role},
    appointment::{CancelledBy, Event, NotPossible, Status},
    booking::{self, BookingRefusal, BookingRequest, Decision, HOLD, NEAREST, hold_ends},
    visit_reason::Audience,
};
use rstest::rstest;

const NINE_TWENTY: &str = "2026-11-23T09:20:00+01:00";

fn monday_morning() -> Desk {
    Desk::paris().weekly(Weekday::Mon, "09:00-10:00")
}

fn secretary() -> Actor {
    Actor::Member(Member {
        account: id(1),
        practice: id(PRACTICE),
        role: Role::Secretary,
        agendas: vec![id(PRACTITIONER)],
    })
}

fn decide(desk: &Desk, actor: Actor, start: &str) -> Result<Decision, BookingRefusal> {
    let request = BookingRequest {
        start: utc(start),
        actor,
    };
    booking::decide(&request, &desk.agenda, &desk.reason, desk.now)
}

fn hours(hours: &[&str]) -> Vec<DateTime<Utc>> {
    hours
        .iter()
        .map(|hour| utc(&format!("2026-11-23T{hour}:00+01:00")))
        .collect()
}

#[test]
fn a_visitor_gets_the_slot_held_for_a_quarter_of_an_hour() {
    let desk = monday_morning();
    let decision = decide(&desk, Actor::Visitor, NINE_TWENTY).unwrap();
    assert_eq!(decision.interval.start(), utc(NINE_TWENTY));
    assert_eq!(decision.interval.length(), TimeDelta::minutes(20));
    assert_eq!(decision.place, id(PLACE));
    let until = desk.now + TimeDelta::minutes(15);
    assert_eq!(decision.status, Status::Held { until });
}

#[test]
fn staff_get_it_booked_at_once_whatever_notice_and_horizon_say() {
    let desk = monday_morning()
        .notice(7 * 24 * 60)
        .horizon(24 * 60)
        .it_is("2026-11-22 12:00");
    let decision = decide(&desk, secretary(), NINE_TWENTY).unwrap();
    assert_eq!(decision.status, Status::Booked);
    let earliest = desk.now + TimeDelta::days(7);
    assert_eq!(
        decide(&desk, Actor::Visitor, NINE_TWENTY),
        Err(BookingRefusal::TooSoon { earliest })
    );
}

#[test]
fn staff_are_bound_by_hours_absences_and_visits() {
    let desk = monday_morning().taken("2026-11-23 09:20", "2026-11-23 09:40");
    let Err(BookingRefusal::Taken { nearest }) = decide(&desk, secretary(), NINE_TWENTY) else {
        panic!("the slot is taken for staff too");
    };
    assert_eq!(nearest[..2], hours(&["09:00", "09:40"]));
    assert!(decide(&desk, secretary(), "2026-11-23T12:00:00+01:00").is_err());
    let past = desk.it_is("2026-11-23 09:50");
    assert!(matches!(
        decide(&past, secretary(), NINE_TWENTY),
        Err(BookingRefusal::TooSoon { .. })
    ));
}

#[test]
fn a_taken_slot_is_refused_with_the_three_nearest() {
    let desk = Desk::paris()
        .weekly(Weekday::Mon, "08:00-12:00")
        .taken("2026-11-23 09:20", "2026-11-23 09:40");
    assert_eq!(NEAREST, 3);
    let nearest = hours(&["09:00", "09:40", "08:40"]);
    assert_eq!(
        decide(&desk, Actor::Visitor, NINE_TWENTY),
        Err(BookingRefusal::Gone { nearest })
    );
}

#[rstest]
#[case::off_the_grid("2026-11-23T09:07:00+01:00")]
#[case::outside_hours("2026-11-23T12:00:00+01:00")]
#[case::taken("2026-11-23T09:20:00+01:00")]
#[case::in_an_absence("2026-11-23T09:40:00+01:00")]
#[case::on_a_holiday("2027-03-29T09:00:00+02:00")]
#[case::on_a_closed_day("2026-11-24T09:00:00+01:00")]
#[case::in_the_gap_of_march("2026-03-29T02:30:00+01:00")]
fn what_is_not_free_is_refused_without_saying_why(#[case] start: &str) {
    let desk = monday_morning()
        .closed_on(domain::holidays::HolidaySet::France)
        .taken("2026-11-23 09:20", "2026-11-23 09:40")
        .absent("2026-11-23 09:40", "2026-11-23 10:00")
        .it_is("2026-03-28 12:00");
    let refusal = decide(&desk, Actor::Visitor, start).unwrap_err();
    assert!(matches!(refusal, BookingRefusal::Gone { ref nearest } if nearest.len() == 3));
}

#[rstest]
#[case::past("2026-01-05T09:00:00+01:00", true)]
#[case::a_century_ago("1926-01-04T09:00:00Z", true)]
#[case::ten_years_ahead("2036-11-24T09:00:00+01:00", false)]
#[case::the_end_of_time("9999-12-31T23:59:59Z", false)]
fn what_is_past_or_far_is_refused_with_the_bound(#[case] start: &str, #[case] soon: bool) {
    let desk = monday_morning().it_is("2026-06-01 12:00");
    let (earliest, latest) = (desk.now, desk.now + TimeDelta::days(366));
    let expected = if soon {
        BookingRefusal::TooSoon { earliest }
    } else {
        BookingRefusal::TooFar { latest }
    };
    assert_eq!(decide(&desk, Actor::Visitor, start), Err(expected));
}

#[test]
fn a_full_agenda_is_refused_with_no_other_slot() {
    let desk = monday_morning().taken("2026-11-01 00:00", "2026-12-31 00:00");
    let refusal = decide(&desk, Actor::Visitor, NINE_TWENTY);
    assert_eq!(refusal, Err(BookingRefusal::Gone { nearest: vec![] }));
}

#[test]
fn a_reason_for_staff_is_not_for_visitors() {
    let mut desk = monday_morning();
    desk.reason.audience = Audience::StaffOnly;
    for actor in [Actor::Visitor, Actor::VisitHolder] {
        assert_eq!(
            decide(&desk, actor, NINE_TWENTY),
            Err(BookingRefusal::NotForYou)
        );
    }
    assert!(decide(&desk, secretary(), NINE_TWENTY).is_ok());
}

#[test]
fn staff_of_another_agenda_are_refused_before_anything_is_computed() {
    let desk = monday_morning().taken("2026-11-23 09:20", "2026-11-23 09:40");
    let stranger = Actor::Member(Member {
        account: id(1),
        practice: id(PRACTICE + 1),
        role: Role::Owner,
        agendas: vec![id(PRACTITIONER)],
    });
    assert_eq!(
        decide(&desk, stranger, NINE_TWENTY),
        Err(BookingRefusal::NotForYou)
    );
}

const BY_PATIENT: Status = Status::Cancelled {
    by: CancelledBy::Patient,
};
const BY_PRACTICE: Status = Status::Cancelled {
    by: CancelledBy::Practice,
};

fn now() -> DateTime<Utc> {
    utc("2026-11-22T12:00:00Z")
}

/// Every status: a hold that runs, one that ran out, and the others.
fn statuses() -> [Status; 9] {
    [
        Status::Held {
            until: now() + TimeDelta::seconds(1),
        },
        Status::Held { until: now() },
        Status::Expired,
        Status::Booked,
        Status::Arrived,
        Status::Attended,
        Status::Missed,
        BY_PATIENT,
        BY_PRACTICE,
    ]
}

/// The whole machine: for each event, what becomes of each of `statuses()`.
#[rstest]
#[case::confirm(Event::Confirm, [Some(Status::Booked), None, None, None, None, None, None, None, None])]
#[case::expire(
    Event::Expire,
    [Some(Status::Expired), Some(Status::Expired), None, None, None, None, None, None, None]
)]
#[case::arrive(Event::Arrive, [None, None, None, Some(Status::Arrived), None, None, None, None, None])]
#[case::attend(
    Event::Attend,
    [None, None, None, Some(Status::Attended), Some(Status::Attended), None, None, None, None]
)]
#[case::miss(Event::Miss, [None, None, None, Some(Status::Missed), None, None, None, None, None])]
#[case::cancelled_by_patient(
    Event::Cancel(CancelledBy::Patient),
    [None, None, None, Some(BY_PATIENT), None, None, None, None, None]
)]
#[case::cancelled_by_practice(
    Event::Cancel(CancelledBy::Practice),
    [None, None, None, Some(BY_PRACTICE), None, None, None, None, None]
)]
fn only_the_arrows_of_the_machine_can_be_walked(
    #[case] event: Event,
    #[case] after: [Option<Status>; 9],
) {
    for (before, after) in statuses().into_iter().zip(after) {
        assert_eq!(
            before.after(event, now()),
            after.ok_or(NotPossible),
            "{before:?}"
        );
    }
}

#[test]
fn a_hold_ends_at_its_very_second() {
    let until = now() + HOLD;
    let held = Status::Held { until };
    let last = until - TimeDelta::seconds(1);
    assert!(held.blocks(now()) && held.blocks(last) && !held.blocks(until));
    assert_eq!(held.after(Event::Confirm, last), Ok(Status::Booked));
    assert_eq!(held.after(Event::Confirm, until), Err(NotPossible));
    assert_eq!(held.after(Event::Expire, until), Ok(Status::Expired));
}

#[test]
fn a_hold_ends_when_its_visit_begins_if_that_is_sooner() {
    let in_minutes = |minutes| now() + TimeDelta::minutes(minutes);
    assert_eq!(hold_ends(now(), in_minutes(3)), in_minutes(3));
    assert_eq!(hold_ends(now(), in_minutes(15)), in_minutes(15));
    assert_eq!(hold_ends(now(), in_minutes(60)), in_minutes(15));
}

#[test]
fn a_slot_is_taken_by_what_stands_or_took_place() {
    let blocks = statuses().map(|status| status.blocks(now()));
    assert_eq!(
        blocks,
        [true, false, false, true, true, true, true, false, false]
    );
}
