//! What holds for any agenda: the slots are compared with a slow second opinion that asks every
//! minute of a visit what the wall clock shows. Stories with real hours are in `slots.rs`.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod common;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::{America, Asia, Australia, Europe, Indian, Tz};
use common::{PRACTICE, PRACTITIONER, id, minutes, minutes_after, reason};
use domain::{
    absence::Away,
    holidays::HolidaySet,
    ids::PlaceId,
    interval::Interval,
    opening_hours::{OpeningHours, Recurrence, WallRange},
    slots::{self, Agenda, PlacedHours, Slot},
    visit_reason::VisitReason,
    zone,
};
use proptest::{prelude::*, sample::select, strategy::ValueTree};

/// Mondays after a night or before a day on which something is special: clock changes in both
/// directions, a holiday, nothing.
const MONDAYS: [&str; 6] = [
    "2026-03-30", // Paris changed on Sunday
    "2026-10-26", // and changed back
    "2026-04-06", // Easter Monday; Lord Howe changed on Sunday
    "2026-05-25", // Whit Monday
    "2026-11-02", // Havana changed on Sunday, All Saints too
    "2026-11-23",
];

#[derive(Clone, Debug)]
struct Case {
    agenda: Agenda<Tz>,
    reason: VisitReason,
    range: Interval,
    now: DateTime<Utc>,
}

fn weekdays() -> impl Strategy<Value = Weekday> {
    select(vec![
        Weekday::Sat,
        Weekday::Sun,
        Weekday::Sun,
        Weekday::Mon,
        Weekday::Mon,
        Weekday::Tue,
    ])
}

fn clock(minute: u32) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(minute % 1440 * 60, 0).unwrap()
}

/// Multiples of five minutes, any hour, up to eight hours.
fn wall_ranges() -> impl Strategy<Value = WallRange> {
    (0u32..276, 12u32..144).prop_map(|(from, length)| {
        let to = (from + length).min(288);
        WallRange::new(clock(from * 5), clock(to * 5)).unwrap()
    })
}

fn opening_hours(zone: Tz, monday: NaiveDate) -> impl Strategy<Value = PlacedHours<Tz>> {
    let weekly = (
        weekdays(),
        1u32..=2,
        -10i64..10,
        prop::option::of(10i64..30),
    )
        .prop_map(move |(weekday, every, first, until)| Recurrence::Weekly {
            weekday,
            every,
            first: monday + TimeDelta::days(first - 7),
            until: until.map(|days| monday + TimeDelta::days(days - 7)),
        });
    let once = (-2i64..=1).prop_map(move |days| Recurrence::Once {
        day: monday + TimeDelta::days(days),
    });
    let reasons = select(vec![
        vec![],
        vec![],
        vec![],
        vec![id(1)],
        vec![id(2)],
        vec![id(2), id(1)],
    ]);
    let places = select(vec![
        (300, zone),
        (300, zone),
        (301, zone),
        (302, Indian::Reunion),
    ]);
    (
        prop_oneof![3 => weekly, 1 => once],
        wall_ranges(),
        places,
        reasons,
    )
        .prop_map(|(recurrence, range, (place, zone), reasons)| PlacedHours {
            hours: OpeningHours {
                id: id(1000),
                place: id(place),
                recurrence,
                range,
                reasons,
            },
            zone,
        })
}

fn reasons() -> impl Strategy<Value = VisitReason> {
    let buffer = || select(vec![0, 0, 5, 10, 30]);
    (
        1i32..25,
        select(vec![5, 10, 15, 20, 25, 45, 60]),
        buffer(),
        buffer(),
        0i32..3000,
    )
        .prop_map(|(length, step, before, after, notice)| VisitReason {
            length: minutes(length * 5),
            step: minutes(step),
            buffer_before: minutes(before),
            buffer_after: minutes(after),
            min_notice: minutes(notice),
            horizon: minutes(notice + 5000),
            ..reason()
        })
}

/// An agenda of a few days around one of the Mondays, busy here and there, at some hour before.
fn cases() -> impl Strategy<Value = Case> {
    let zones = select(vec![
        Europe::Paris,
        Europe::Paris,
        America::Havana,
        Asia::Kathmandu,
        Australia::Lord_Howe,
    ]);
    (zones, select(MONDAYS.to_vec())).prop_flat_map(|(zone, monday)| {
        let monday: NaiveDate = monday.parse().unwrap();
        let base = Utc.from_utc_datetime(&(monday - TimeDelta::days(2)).and_time(NaiveTime::MIN));
        let busy = |most| {
            let interval = (0i64..4320, 1i64..300)
                .prop_map(move |(from, length)| minutes_after(base, from, length));
            prop::collection::vec(interval, 0..most)
        };
        (
            prop::collection::vec(opening_hours(zone, monday), 2..8),
            busy(3),
            busy(6),
            select(vec![HolidaySet::None, HolidaySet::None, HolidaySet::France]),
            reasons(),
            (0i64..2000, 1000i64..4320).prop_map(move |(from, n)| minutes_after(base, from, n)),
            (-90_000i64..90_000).prop_map(move |seconds| base + TimeDelta::seconds(seconds)),
        )
            .prop_map(
                move |(hours, absences, taken, holidays, reason, range, now)| Case {
                    agenda: Agenda {
                        practice: id(PRACTICE),
                        practitioner: id(PRACTITIONER),
                        hours,
                        holidays,
                        zone,
                        absences: absences.into_iter().map(Away::from).collect(),
                        taken,
                    },
                    reason,
                    range,
                    now,
                },
            )
    })
}

/// The properties say nothing of agendas without slots: most of the cases must have some.
#[test]
fn most_cases_have_slots() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = cases();
    let with_slots = (0..200)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .filter(|case| !free_slots(case).is_empty())
        .count();
    assert!(with_slots > 100, "{with_slots} of 200");
}

/// Nor of absences at places on another clock, unless some close there what the main clock would leave
/// open, and leave open what it would close.
#[test]
fn some_absences_differ_by_the_clock() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = cases();
    let (mut only_there, mut only_here) = (0, 0);
    for _ in 0..400 {
        let case = strategy.new_tree(&mut runner).unwrap().current();
        let mut without = case.clone();
        without.agenda.absences.clear();
        let kept = free_slots(&case);
        let elsewhere = free_slots(&without).into_iter();
        for slot in elsewhere.filter(|slot| slot.place == id(302)) {
            let is_here = |away: &Away| away.interval.overlaps(slot.interval);
            let by_main_clock = case.agenda.absences.iter().any(is_here);
            let is_kept = kept.contains(&slot);
            only_there += usize::from(!is_kept && !by_main_clock);
            only_here += usize::from(is_kept && by_main_clock);
        }
    }
    assert!(
        only_there > 20 && only_here > 20,
        "{only_there}, {only_here}"
    );
}

/// Whether hours for the reason are open at a place at an instant, asked of the wall clock.
fn is_open(case: &Case, place: PlaceId, instant: DateTime<Utc>) -> bool {
    case.agenda.hours.iter().any(|placed| {
        let hours = &placed.hours;
        let wall = zone::wall(&placed.zone, instant);
        // Midnight as an end is the end of the day.
        let before_end = hours.range.end() == NaiveTime::MIN || wall.time() < hours.range.end();
        let weekly = matches!(hours.recurrence, Recurrence::Weekly { .. });
        hours.place == place
            && (hours.reasons.is_empty() || hours.reasons.contains(&case.reason.id))
            && hours.recurrence.falls_on(wall.date())
            && hours.range.start() <= wall.time()
            && before_end
            && !(weekly && case.agenda.holidays.on(wall.date()).is_some())
    })
}

/// The places at which the instant is on the grid of some open hours for the reason.
fn on_grid_at(case: &Case, instant: DateTime<Utc>) -> Vec<PlaceId> {
    let fits = |placed: &&PlacedHours<Tz>| {
        let wall = zone::wall(&placed.zone, instant);
        let alone = Case {
            agenda: Agenda {
                hours: vec![(*placed).clone()],
                ..case.agenda.clone()
            },
            ..case.clone()
        };
        let seconds = (wall.time() - placed.hours.range.start()).num_seconds();
        is_open(&alone, placed.hours.place, instant)
            && seconds % (i64::from(case.reason.step.get()) * 60) == 0
    };
    let mut places: Vec<_> = case
        .agenda
        .hours
        .iter()
        .filter(fits)
        .map(|placed| placed.hours.place)
        .collect();
    places.sort_unstable();
    places
}

/// Whether an absence touches a visit at a place, asked of the wall clock there at each of its minutes;
/// at the main place the instants decide.
fn is_absent(case: &Case, place: PlaceId, visit: Interval) -> bool {
    let main = &case.agenda.zone;
    let mut hours = case.agenda.hours.iter();
    let there = hours.find(|placed| placed.hours.place == place).unwrap();
    let minutes =
        || (0..visit.length().num_minutes()).map(|n| visit.start() + TimeDelta::minutes(n));
    case.agenda.absences.iter().any(|away| {
        let absence = away.interval;
        let ends = [absence.start(), absence.end()].map(|end| zone::wall(main, end));
        let (from, until) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        match there.zone == *main {
            true => absence.overlaps(visit),
            false => minutes().any(|minute| {
                let wall = zone::wall(&there.zone, minute);
                from <= wall && wall < until
            }),
        }
    })
}

/// The second opinion: every minute of the visit is looked at.
fn slot_by_the_minute(case: &Case, start: DateTime<Utc>) -> Option<Slot> {
    let reason = &case.reason;
    let visit = Interval::starting(start, reason.length.delta()).unwrap();
    let wide = visit.grown(reason.buffer_before.delta(), reason.buffer_after.delta());
    let soon_enough =
        start >= case.now + reason.min_notice.delta() && start < case.now + reason.horizon.delta();
    let is_taken = case.agenda.taken.iter().any(|taken| taken.overlaps(wide));
    if !soon_enough || is_taken {
        return None;
    }
    let minutes = || (0..reason.length.get()).map(|n| start + TimeDelta::minutes(n.into()));
    on_grid_at(case, start)
        .into_iter()
        .filter(|place| minutes().all(|minute| is_open(case, *place, minute)))
        .find(|place| !is_absent(case, *place, visit))
        .map(|place| Slot {
            interval: visit,
            place,
        })
}

fn free_slots(case: &Case) -> Vec<Slot> {
    slots::free_slots(&case.agenda, &case.reason, case.range, case.now)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 256,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_slot_overlaps_anything_busy(case in cases()) {
        let reason = &case.reason;
        for slot in free_slots(&case) {
            let visit = slot.interval;
            let wide = visit.grown(reason.buffer_before.delta(), reason.buffer_after.delta());
            prop_assert_eq!(visit.length(), reason.length.delta());
            prop_assert!(!is_absent(&case, slot.place, visit));
            prop_assert!(!case.agenda.taken.iter().any(|taken| taken.overlaps(wide)));
        }
    }

    #[test]
    fn every_minute_of_a_slot_is_open_on_the_wall(case in cases()) {
        for slot in free_slots(&case) {
            for n in 0..case.reason.length.get() {
                let minute = slot.interval.start() + TimeDelta::minutes(n.into());
                prop_assert!(is_open(&case, slot.place, minute), "{:?} {}", slot, minute);
            }
        }
    }

    #[test]
    fn slots_are_all_the_instants_that_a_second_opinion_finds_free(case in cases()) {
        let expected: Vec<_> = (0..(case.range.length().num_minutes()))
            .map(|n| case.range.start() + TimeDelta::minutes(n))
            .filter_map(|start| slot_by_the_minute(&case, start))
            .collect();
        prop_assert_eq!(free_slots(&case), expected);
    }

    #[test]
    fn an_instant_is_offered_exactly_when_nothing_is_said_against_it(
        case in cases(),
        beside in select(vec![
            TimeDelta::zero(),
            TimeDelta::seconds(1),
            TimeDelta::seconds(30),
            TimeDelta::milliseconds(1),
            TimeDelta::nanoseconds(-1),
        ]),
    ) {
        let offered = free_slots(&case);
        for n in 0..case.range.length().num_minutes() {
            let start = case.range.start() + TimeDelta::minutes(n) + beside;
            if !case.range.contains_instant(start) {
                continue;
            }
            let found = offered.iter().find(|slot| slot.interval.start() == start);
            let answer = slots::why_not(&case.agenda, &case.reason, start, case.now);
            prop_assert_eq!(answer.ok(), found.copied(), "{}", start);
        }
        // And outside the range that was asked, nothing was offered.
        let inside = |slot: &Slot| case.range.contains_instant(slot.interval.start());
        prop_assert!(offered.iter().all(inside));
    }

    #[test]
    fn slots_come_in_order_once_for_each_start(case in cases()) {
        let slots = free_slots(&case);
        let rising = |pair: &[Slot]| pair[0].interval.start() < pair[1].interval.start();
        prop_assert!(slots.windows(2).all(rising));
    }

    #[test]
    fn the_order_of_rows_means_nothing(case in cases(), turn in 0usize..6) {
        let mut turned = case.clone();
        let agenda = &mut turned.agenda;
        agenda.hours.reverse();
        agenda.absences.reverse();
        agenda.taken.reverse();
        let (hours, taken) = (agenda.hours.len(), agenda.taken.len());
        agenda.hours.rotate_left(turn % hours);
        agenda.taken.rotate_left(if taken == 0 { 0 } else { turn % taken });
        // Rows that say the same twice mean nothing either.
        agenda.hours.push(agenda.hours[0].clone());
        agenda.taken.extend(agenda.taken.first().copied());
        prop_assert_eq!(free_slots(&turned), free_slots(&case));
    }

    #[test]
    fn asking_for_a_range_in_parts_gives_the_same(case in cases(), at in 1i64..2880) {
        let middle = case.range.start() + TimeDelta::minutes(at);
        prop_assume!(middle < case.range.end());
        let part = |start, end| Case {
            range: Interval::new(start, end).unwrap(),
            ..case.clone()
        };
        let mut parts = free_slots(&part(case.range.start(), middle));
        parts.extend(free_slots(&part(middle, case.range.end())));
        prop_assert_eq!(parts, free_slots(&case));
    }

    #[test]
    fn the_first_free_slot_is_the_first_of_all(case in cases(), weeks in 0i64..6) {
        let end = case.range.end() + TimeDelta::weeks(weeks);
        let range = Interval::new(case.range.start(), end).unwrap();
        let first = slots::first_free(&case.agenda, &case.reason, range, case.now);
        let case = Case { range, ..case };
        prop_assert_eq!(first, free_slots(&case).first().copied());
    }

    #[test]
    fn the_nearest_slots_are_the_closest_there_are(case in cases(), most in 0usize..5) {
        let wished = case.range.start();
        let nearest = slots::nearest(&case.agenda, &case.reason, wished, case.now, most);
        let nearest: Vec<_> = nearest.iter().map(|slot| slot.interval.start()).collect();
        let around = Case { range: slots::around(wished).unwrap(), ..case };
        let all = free_slots(&around);
        prop_assert_eq!(nearest.len(), most.min(all.len()));
        let distance = |start: &DateTime<Utc>| ((*start - wished).abs(), *start);
        prop_assert!(nearest.is_sorted_by_key(distance));
        let closer = |slot: &&Slot| {
            let start = slot.interval.start();
            nearest.last().is_some_and(|last| distance(&start) <= distance(last))
        };
        prop_assert_eq!(all.iter().filter(closer).count(), nearest.len());
    }

    #[test]
    fn one_more_visit_takes_slots_and_gives_none(case in cases(), from in 0i64..4320) {
        let more = minutes_after(case.range.start(), from, 20);
        let mut busier = case.clone();
        busier.agenda.taken.push(more);
        let before = free_slots(&case);
        prop_assert!(free_slots(&busier).iter().all(|slot| before.contains(slot)));
    }

    /// Hours of day, away from the night: the same starts on the wall in every week of a year.
    #[test]
    fn wall_clock_starts_do_not_move_across_a_clock_change(
        zone in select(vec![Europe::Paris, America::Havana, Australia::Lord_Howe]),
        from in 72u32..200,
        length in 4u32..80,
        reason in reasons(),
    ) {
        let range = WallRange::new(clock(from * 5), clock((from + length).min(287) * 5)).unwrap();
        let first: NaiveDate = "2026-01-04".parse().unwrap();
        let recurrence = Recurrence::weekly(Weekday::Sun, 1, first, None).unwrap();
        let hours = OpeningHours { id: id(1), place: id(2), recurrence, range, reasons: vec![] };
        let agenda = Agenda {
            practice: id(PRACTICE),
            practitioner: id(PRACTITIONER),
            hours: vec![PlacedHours { hours, zone }],
            holidays: HolidaySet::None,
            zone,
            absences: vec![],
            taken: vec![],
        };
        let reason = slots::without_delays(&reason);
        let now = zone::whole_day(&zone, first).unwrap().start();
        let starts = |week: i64| -> Vec<NaiveTime> {
            let day = zone::whole_day(&zone, first + TimeDelta::weeks(week)).unwrap();
            slots::free_slots(&agenda, &reason, day, now)
                .iter()
                .map(|slot| zone::wall(&zone, slot.interval.start()).time())
                .collect()
        };
        let usual = starts(0);
        for week in 1..52 {
            prop_assert_eq!(&starts(week), &usual, "week {}", week);
        }
    }
}
