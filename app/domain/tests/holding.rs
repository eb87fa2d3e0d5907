//! How many slots may be held at once: by one address, by one telephone, of a day, of a week.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod common;

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use common::{Desk, PRACTITIONER, id, utc};
use domain::{
    appointment::{CancelledBy, Status},
    booking::{BookingRefusal, HOLD},
    holding::{self, Asker, MOST_AN_HOUR, MOST_MAILED, MOST_OPEN, Network, RecentHold},
    interval::Interval,
    people::{EmailAddress, PhoneNumber},
};
use proptest::prelude::*;
use rstest::rstest;

const NOW: &str = "2026-11-22T08:00:00Z";

/// Monday to Friday from 9 h, `hours` hours a day, in visits of twenty minutes.
fn week_of(hours: u32) -> Desk {
    let range = format!("09:00-{:02}:00", 9 + hours);
    let days = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
    ];
    let desk = Desk::paris().it_is("2026-11-22 09:00");
    days.iter()
        .fold(desk, |desk, day| desk.weekly(*day, &range))
}

fn email(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn phone(number: usize) -> PhoneNumber {
    format!("06 12 34 {:02} {:02}", number / 100, number % 100)
        .parse()
        .unwrap()
}

/// A slot of twenty minutes from then on.
fn slot(start: DateTime<Utc>) -> Interval {
    Interval::starting(start, TimeDelta::minutes(20)).unwrap()
}

/// The `nth` slot of the Monday, in a practice that opens at 9 h in Paris.
fn nth(number: usize) -> Interval {
    slot(utc("2026-11-23T08:00:00Z") + TimeDelta::minutes(20 * number as i64))
}

fn held(interval: Interval, email: &str, phone: PhoneNumber) -> RecentHold {
    RecentHold {
        practitioner: id(PRACTITIONER),
        interval,
        status: Status::Held {
            until: utc(NOW) + HOLD,
        },
        asked_at: utc(NOW),
        email: Some(email.parse().unwrap()),
        phone,
        codes: 1,
    }
}

fn ask(
    desk: &Desk,
    who: (&str, usize, bool),
    visit: Interval,
    recent: &[RecentHold],
) -> Result<(), BookingRefusal> {
    ask_from(&Network::default(), desk, who, visit, recent)
}

fn ask_from(
    network: &Network,
    desk: &Desk,
    (address, number, proved): (&str, usize, bool),
    visit: Interval,
    recent: &[RecentHold],
) -> Result<(), BookingRefusal> {
    let (email, phone) = (email(address), phone(number));
    let asker = Asker {
        email: Some(&email),
        phone: &phone,
        proved,
        network,
    };
    holding::may_hold(
        &asker,
        visit,
        &desk.zone,
        &desk.agenda,
        &desk.reason,
        recent,
        desk.now,
    )
}

/// The same from a network that has a share of its own left.
fn ask_from_her_own(desk: &Desk, recent: &[RecentHold]) -> Result<(), BookingRefusal> {
    let network = Network {
        own_share: true,
        ..Network::default()
    };
    ask_from(&network, desk, ("zoe@example.org", 7, true), nth(2), recent)
}

#[test]
fn what_strangers_hold_with_somebodys_address_or_telephone_does_not_count_against_her() {
    let desk = week_of(9);
    let strangers: Vec<_> = (0..MOST_AN_HOUR)
        .map(|n| RecentHold {
            practitioner: id(PRACTITIONER + 1),
            ..held(nth(n), "zoe@example.org", phone(7))
        })
        .collect();
    assert!(ask(&desk, ("zoe@example.org", 7, true), nth(2), &strangers).is_err());
    assert_eq!(ask_from_her_own(&desk, &strangers), Ok(()));
}

#[test]
fn mails_to_one_mailbox_have_an_end_wherever_they_are_asked_from() {
    let desk = week_of(9);
    let asked = |n: usize| RecentHold {
        status: Status::Expired,
        asked_at: utc(NOW) - TimeDelta::minutes(n as i64),
        ..held(nth(n), "zoe+tag@example.org", phone(100 + n))
    };
    let recent: Vec<_> = (0..MOST_MAILED).map(asked).collect();
    assert_eq!(ask_from_her_own(&desk, &recent[1..]), Ok(()));
    // One that was sent twice is two.
    let mut again = recent[1..].to_vec();
    again[0].codes = 2;
    assert!(ask_from_her_own(&desk, &again).is_err());
    let wait = 60 - (MOST_MAILED as u32 - 1);
    let refused = Err(BookingRefusal::TooManyHolds { wait });
    assert_eq!(ask_from_her_own(&desk, &recent), refused);
}

#[test]
fn a_share_of_ones_own_takes_no_more_of_a_day_than_others_may() {
    let mut desk = week_of(9);
    let mut recent = everybody_asks(&mut desk, 21, true);
    for hold in &mut recent {
        hold.email = Some("zoe@example.org".parse().unwrap());
        hold.phone = phone(7);
    }
    assert!(ask_from_her_own(&desk, &recent).is_err());
}

/// One network asks for every slot of the week in turn, each time as somebody else. What it gets
/// leaves room for somebody elsewhere with as little to show, in that week, however small it is.
#[rstest]
#[case::one_slot_a_day(1, true, 2)]
#[case::one_slot_a_day_without_proof(1, false, 1)]
#[case::two_slots_a_day(2, true, 2)]
#[case::two_slots_a_day_without_proof(2, false, 1)]
#[case::three_slots_a_day(3, true, 2)]
#[case::a_whole_week(27, true, 16)]
fn one_network_does_not_close_a_week(
    #[case] a_day: usize,
    #[case] proved: bool,
    #[case] most: usize,
) {
    let mut desk = week_of(9);
    let of_day = |day: i64, n| slot(nth(n).start() + TimeDelta::days(day));
    let shut = (0..5).flat_map(|day| (a_day..27).map(move |n| of_day(day, n)));
    desk.agenda.taken.extend(shut);
    let mut recent: Vec<RecentHold> = Vec::new();
    for (day, n) in (0..5).flat_map(|day| (0..a_day).map(move |n| (day, n))) {
        let network = Network {
            open: recent.iter().map(|hold| hold.interval.start()).collect(),
            ..Network::default()
        };
        let (visit, number) = (of_day(day, n), recent.len());
        let address = format!("robot{number}@example.org");
        let who = (&*address, number, proved);
        if ask_from(&network, &desk, who, visit, &recent).is_ok() {
            recent.push(held(visit, &address, phone(number)));
            desk.agenda.taken.push(visit);
        }
    }
    assert_eq!(recent.len(), most);
    let elsewhere = ("zoe@example.org", 999, proved);
    let friday = of_day(4, a_day - 1);
    assert_eq!(ask(&desk, elsewhere, friday, &recent), Ok(()));
}

#[test]
fn what_a_network_asked_for_counts_while_it_is_held_and_by_its_own_length() {
    let mut desk = week_of(9);
    // Three slots are free on the Monday.
    desk.agenda.taken.extend((3..27).map(nth));
    let asked = |starts: &[usize]| Network {
        open: starts.iter().map(|n| nth(*n).start()).collect(),
        ..Network::default()
    };
    let zoe = ("zoe@example.org", 99, true);
    let mut of_network = held(nth(0), "ali@example.org", phone(1));
    let recent = |hold: &RecentHold| vec![hold.clone()];
    assert!(ask_from(&asked(&[0]), &desk, zoe, nth(1), &recent(&of_network)).is_err());
    // Somebody else's, elsewhere.
    assert!(ask_from(&asked(&[2]), &desk, zoe, nth(1), &recent(&of_network)).is_ok());
    of_network.status = Status::Booked;
    assert!(ask_from(&asked(&[0]), &desk, zoe, nth(1), &recent(&of_network)).is_ok());
    of_network.status = Status::Expired;
    assert!(ask_from(&asked(&[0]), &desk, zoe, nth(1), &recent(&of_network)).is_ok());
    // Until it ends, and no longer, is what she reads.
    of_network.status = Status::Held {
        until: utc(NOW) + TimeDelta::minutes(3),
    };
    let wait = 3;
    assert_eq!(
        ask_from(&asked(&[0]), &desk, zoe, nth(1), &recent(&of_network)),
        Err(BookingRefusal::TooManyHolds { wait })
    );
}

/// Somebody new asks for every slot of the Monday in turn; answers what she got of them.
fn everybody_asks(desk: &mut Desk, slots: usize, proved: bool) -> Vec<RecentHold> {
    let mut recent = Vec::new();
    for number in 0..slots {
        let address = format!("robot{number}@example.org");
        if ask(desk, (&address, number, proved), nth(number), &recent).is_ok() {
            recent.push(held(nth(number), &address, phone(number)));
            desk.agenda.taken.push(nth(number));
        }
    }
    recent
}

#[rstest]
#[case::nobody(&[], Ok(()))]
#[case::one_open(&["zoe@example.org"], Ok(()))]
#[case::two_open(&["zoe@example.org", "zoe@example.org"], Err(15))]
#[case::a_tag_is_the_same_mailbox(&["zoe+a@example.org", "zoe+b@example.org"], Err(15))]
#[case::somebody_else(&["ali@example.org", "zoe@example.com"], Ok(()))]
fn an_address_holds_two_slots_at_a_time(
    #[case] holders: &[&str],
    #[case] expected: Result<(), u32>,
) {
    let desk = week_of(9);
    let recent: Vec<_> = holders
        .iter()
        .enumerate()
        .map(|(n, holder)| held(nth(n), holder, phone(n)))
        .collect();
    let answer = ask(&desk, ("Zoe+c@Example.org", 99, true), nth(9), &recent);
    let expected = expected.map_err(|wait| BookingRefusal::TooManyHolds { wait });
    assert_eq!(answer, expected);
    assert_eq!(MOST_OPEN, 2);
}

#[test]
fn a_telephone_holds_two_slots_at_a_time_in_the_same_words() {
    let desk = week_of(9);
    let recent = [
        held(nth(0), "a@example.org", phone(7)),
        held(nth(1), "b@example.org", phone(7)),
    ];
    let refused = Err(BookingRefusal::TooManyHolds { wait: 15 });
    assert_eq!(
        ask(&desk, ("c@example.org", 7, true), nth(2), &recent),
        refused
    );
    assert_eq!(
        ask(&desk, ("c@example.org", 8, true), nth(2), &recent),
        Ok(())
    );
}

#[test]
fn a_family_that_confirms_each_in_turn_books_its_children_one_after_another() {
    let desk = week_of(9);
    let mut recent = Vec::new();
    for child in 0..5 {
        assert_eq!(
            ask(&desk, ("zoe@example.org", 1, false), nth(child), &recent),
            Ok(())
        );
        let mut visit = held(nth(child), "zoe@example.org", phone(1));
        visit.status = Status::Booked;
        recent.push(visit);
    }
}

#[test]
fn what_one_address_asks_for_in_an_hour_is_bounded_whatever_became_of_it() {
    let desk = week_of(9);
    let ends = [
        Status::Expired,
        Status::Booked,
        Status::Cancelled {
            by: CancelledBy::Patient,
        },
        Status::Held { until: utc(NOW) },
    ];
    let mut recent: Vec<_> = (0..MOST_AN_HOUR)
        .map(|n| RecentHold {
            status: ends[n % ends.len()],
            asked_at: utc(NOW) - TimeDelta::minutes(50 - n as i64),
            ..held(nth(n), "zoe@example.org", phone(n))
        })
        .collect();
    assert_eq!(
        ask(&desk, ("zoe@example.org", 99, true), nth(20), &recent),
        Err(BookingRefusal::TooManyHolds { wait: 10 }),
        "until the first of them is an hour old"
    );
    recent.pop();
    assert_eq!(
        ask(&desk, ("zoe@example.org", 99, true), nth(20), &recent),
        Ok(())
    );
}

#[test]
fn the_wait_is_the_longest_of_what_is_in_the_way_and_at_least_a_minute() {
    let desk = week_of(9);
    let until = |seconds| Status::Held {
        until: utc(NOW) + TimeDelta::seconds(seconds),
    };
    let mut recent = vec![
        held(nth(0), "zoe@example.org", phone(1)),
        held(nth(1), "zoe@example.org", phone(1)),
    ];
    for (first, expected) in [(1, 1), (60, 1), (61, 2), (14 * 60 + 1, 15)] {
        recent[0].status = until(first);
        assert_eq!(
            ask(&desk, ("zoe@example.org", 1, true), nth(9), &recent),
            Err(BookingRefusal::TooManyHolds { wait: expected }),
            "{first} s"
        );
    }
    recent[0].status = until(0);
    assert_eq!(
        ask(&desk, ("zoe@example.org", 1, true), nth(9), &recent),
        Ok(())
    );
}

#[test]
fn of_two_limits_the_one_that_ends_last_is_waited_for() {
    let desk = week_of(9);
    let mut recent: Vec<_> = (0..MOST_AN_HOUR)
        .map(|n| RecentHold {
            status: Status::Expired,
            asked_at: utc(NOW) - TimeDelta::minutes(12),
            ..held(nth(n), "zoe@example.org", phone(n))
        })
        .collect();
    for hold in &mut recent[..2] {
        hold.status = Status::Held {
            until: utc(NOW) + TimeDelta::minutes(3),
        };
    }
    assert_eq!(
        ask(&desk, ("zoe@example.org", 99, true), nth(20), &recent),
        Err(BookingRefusal::TooManyHolds { wait: 48 })
    );
}

/// How many of the free slots of a day strangers get to hold at the same time.
#[rstest]
#[case::three_slots(1, true, 2)]
#[case::six_slots(2, true, 3)]
#[case::a_whole_day(9, true, 13)]
#[case::three_slots_without_proof(1, false, 1)]
#[case::six_slots_without_proof(2, false, 2)]
#[case::a_whole_day_without_proof(9, false, 9)]
fn holds_take_a_part_of_a_day(#[case] hours: u32, #[case] proved: bool, #[case] most: usize) {
    let mut desk = week_of(hours);
    let slots = 3 * hours as usize;
    assert_eq!(everybody_asks(&mut desk, slots, proved).len(), most);
}

#[test]
fn robots_without_proof_leave_room_for_people_whose_browser_brings_one() {
    let mut desk = week_of(9);
    let recent = everybody_asks(&mut desk, 27, false);
    assert_eq!(recent.len(), 9);
    let (with, without) = (
        ("zoe@example.org", 99, true),
        ("zoe@example.org", 99, false),
    );
    assert!(ask(&desk, with, nth(20), &recent).is_ok());
    assert!(ask(&desk, without, nth(20), &recent).is_err());
    // Another day is open to everybody.
    let tuesday = slot(utc("2026-11-24T08:00:00Z"));
    assert!(ask(&desk, without, tuesday, &recent).is_ok());
}

#[test]
fn holds_spread_over_a_week_take_less_of_it() {
    let mut desk = week_of(9);
    let mut recent = Vec::new();
    for day in 0..5 {
        for number in 0..27 {
            let visit = slot(nth(number).start() + TimeDelta::days(day));
            let person = 100 * day as usize + number;
            let address = format!("robot{person}@example.org");
            if ask(&desk, (&address, person, true), visit, &recent).is_ok() {
                recent.push(held(visit, &address, phone(person)));
                desk.agenda.taken.push(visit);
            }
        }
    }
    assert_eq!(recent.len(), 5 * 27 / 4);
    let next_monday = slot(nth(0).start() + TimeDelta::days(7));
    let zoe = ("zoe@example.org", 9_999, true);
    assert!(
        ask(&desk, zoe, next_monday, &recent).is_ok(),
        "another week"
    );
}

#[test]
fn only_what_this_practitioner_has_unconfirmed_counts_for_her_day() {
    let mut desk = week_of(1);
    let two: Vec<_> = (0..2)
        .map(|n| held(nth(n), &format!("a{n}@example.org"), phone(n)))
        .collect();
    desk.agenda
        .taken
        .extend(two.iter().map(|hold| hold.interval));
    let zoe = ("zoe@example.org", 99, true);
    assert!(ask(&desk, zoe, nth(2), &two).is_err());

    let booked = two.iter().cloned().map(|hold| RecentHold {
        status: Status::Booked,
        ..hold
    });
    assert!(ask(&desk, zoe, nth(2), &booked.collect::<Vec<_>>()).is_ok());
    let of_another = two.iter().cloned().map(|hold| RecentHold {
        practitioner: id(PRACTITIONER + 1),
        ..hold
    });
    assert!(ask(&desk, zoe, nth(2), &of_another.collect::<Vec<_>>()).is_ok());
}

#[test]
fn the_last_free_slot_of_a_day_can_be_held() {
    let mut desk = week_of(1);
    desk.agenda.taken.extend([nth(0), nth(1)]);
    assert!(ask(&desk, ("zoe@example.org", 1, false), nth(2), &[]).is_ok());
}

proptest! {
    #[test]
    fn a_day_with_three_free_slots_or_more_is_never_emptied(
        hours in 1_u32..14,
        booked in prop::collection::btree_set(0_usize..42, 0..40),
        proved: bool,
    ) {
        let mut desk = week_of(hours);
        let slots = 3 * hours as usize;
        desk.agenda.taken.extend(booked.iter().filter(|n| **n < slots).map(|n| nth(*n)));
        let free = slots - booked.iter().filter(|n| **n < slots).count();
        let mut recent = Vec::new();
        for number in (0..slots).filter(|n| !booked.contains(n)) {
            let address = format!("robot{number}@example.org");
            if ask(&desk, (&address, number, proved), nth(number), &recent).is_ok() {
                recent.push(held(nth(number), &address, phone(number)));
                desk.agenda.taken.push(nth(number));
            }
        }
        prop_assert!(free == 0 || !recent.is_empty());
        prop_assert!(free < 3 || recent.len() < free);
        prop_assert!(proved || free < 2 || recent.len() < free);
    }
}
