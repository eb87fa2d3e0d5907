//! Which starts are free and why the others are not, with real hours, on days when the clocks
//! stay as they are. The nights on which they change are in `dst.rs`, properties that hold for
//! any agenda in `slot_properties.rs`.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod common;

use chrono::{TimeDelta, Weekday};
use chrono_tz::{America, Europe, Indian};
use common::{Desk, PLACE, day, id, minutes, utc};
use domain::{
    holidays::HolidaySet,
    interval::Interval,
    slots::{self, Blocked, MOST_DAYS, Slot},
    zone,
};
use rstest::rstest;

/// Monday 23 November 2026, a morning.
fn monday_morning() -> Desk {
    Desk::paris().weekly(Weekday::Mon, "09:00-10:00")
}

#[test]
fn a_morning_is_cut_into_visits() {
    assert_eq!(monday_morning().free_on("2026-11-23"), "09:00 09:20 09:40");
    assert_eq!(monday_morning().free_on("2026-11-24"), "");
}

#[rstest]
#[case::a_visit_that_just_fits(60, 20, "09:00")]
#[case::a_visit_that_does_not_fit(61, 20, "")]
#[case::a_step_shorter_than_the_visit(30, 10, "09:00 09:10 09:20 09:30")]
#[case::a_step_longer_than_the_visit(15, 45, "09:00 09:45")]
#[case::a_step_that_does_not_divide_the_hour(20, 25, "09:00 09:25")]
#[case::the_last_visit_ends_with_the_hours(20, 40, "09:00 09:40")]
fn length_and_step_are_two_things(#[case] length: i32, #[case] step: i32, #[case] free: &str) {
    let desk = monday_morning().lasting(length, step);
    assert_eq!(desk.free_on("2026-11-23"), free);
}

#[test]
fn ranges_that_touch_let_a_visit_cross_and_each_keeps_its_grid() {
    let desk = Desk::paris()
        .weekly(Weekday::Mon, "09:00-10:00")
        .weekly(Weekday::Mon, "10:00-11:00")
        .lasting(40, 25);
    assert_eq!(desk.free_on("2026-11-23"), "09:00 09:25 09:50 10:00");
}

#[test]
fn ranges_with_a_minute_between_them_do_not_touch() {
    let desk = Desk::paris()
        .weekly(Weekday::Mon, "09:00-09:59")
        .weekly(Weekday::Mon, "10:00-11:00")
        .lasting(40, 25);
    assert_eq!(desk.free_on("2026-11-23"), "09:00 10:00");
}

#[test]
fn ranges_that_overlap_give_each_start_once() {
    let desk = Desk::paris()
        .weekly(Weekday::Mon, "09:00-10:00")
        .weekly(Weekday::Mon, "09:20-10:20");
    assert_eq!(desk.free_on("2026-11-23"), "09:00 09:20 09:40 10:00");
}

#[test]
fn a_visit_may_cross_midnight_when_both_days_are_open() {
    let desk = Desk::paris()
        .weekly(Weekday::Mon, "23:00-24:00")
        .weekly(Weekday::Tue, "00:00-01:00")
        .lasting(40, 40);
    assert_eq!(desk.free_on("2026-11-23"), "23:00 23:40");
    assert_eq!(desk.free_on("2026-11-24"), "00:00");
    let closed = Desk::paris()
        .weekly(Weekday::Mon, "23:00-24:00")
        .lasting(40, 40);
    assert_eq!(closed.free_on("2026-11-23"), "23:00");
}

#[test]
fn a_visit_does_not_cross_from_one_place_to_another() {
    let desk = Desk::paris()
        .weekly(Weekday::Mon, "09:00-10:00")
        .weekly(Weekday::Mon, "10:00-11:00")
        .at_place(PLACE + 1, Europe::Paris)
        .lasting(40, 40);
    assert_eq!(desk.free_on("2026-11-23"), "09:00 10:00");
    let place = |hour| desk.why_not(hour).map(|slot| slot.place);
    assert_eq!(place("2026-11-23 09:00"), Ok(id(PLACE)));
    assert_eq!(place("2026-11-23 10:00"), Ok(id(PLACE + 1)));
    assert_eq!(place("2026-11-23 09:40"), Err(Blocked::Closed));
}

#[rstest]
#[case::in_the_middle("09:20", "09:40", "09:00 09:40")]
#[case::touching_before("08:00", "09:20", "09:20 09:40")]
#[case::touching_after("09:40", "12:00", "09:00 09:20")]
#[case::by_a_minute_at_its_start("09:39", "09:40", "09:00 09:40")]
#[case::by_a_minute_at_its_end("09:20", "09:21", "09:00 09:40")]
#[case::all_of_it("00:00", "23:00", "")]
fn an_absence_takes_what_it_touches(#[case] from: &str, #[case] to: &str, #[case] free: &str) {
    let (from, to) = (format!("2026-11-23 {from}"), format!("2026-11-23 {to}"));
    let desk = monday_morning().absent(&from, &to);
    assert_eq!(desk.free_on("2026-11-23"), free);
    // A visit or a hold of the same length takes the same.
    let desk = monday_morning().taken(&from, &to);
    assert_eq!(desk.free_on("2026-11-23"), free);
}

#[test]
fn what_touches_a_visit_does_not_hide_what_overlaps_it() {
    let desk = monday_morning()
        .taken("2026-11-23 08:40", "2026-11-23 09:00")
        .taken("2026-11-23 09:10", "2026-11-23 09:15");
    assert_eq!(desk.free_on("2026-11-23"), "09:20 09:40");
    let desk = monday_morning()
        .absent("2026-11-23 08:40", "2026-11-23 09:20")
        .absent("2026-11-23 09:30", "2026-11-23 09:35");
    assert_eq!(desk.free_on("2026-11-23"), "09:40");
}

#[test]
fn an_absence_of_weeks_closes_every_day_in_it() {
    let desk = monday_morning().absent("2026-11-20 12:00", "2026-12-07 00:00");
    assert_eq!(desk.free_on("2026-11-23"), "");
    assert_eq!(desk.free_on("2026-11-30"), "");
    assert_eq!(desk.free_on("2026-12-07"), "09:00 09:20 09:40");
    assert_eq!(desk.why_not("2026-11-30 09:00"), Err(Blocked::Absent));
}

#[test]
fn two_reasons_of_different_length_share_a_range() {
    let short = monday_morning()
        .taken("2026-11-23 09:15", "2026-11-23 09:30")
        .lasting(15, 15);
    assert_eq!(short.free_on("2026-11-23"), "09:00 09:30 09:45");
    let long = monday_morning()
        .taken("2026-11-23 09:15", "2026-11-23 09:30")
        .lasting(30, 15);
    assert_eq!(long.free_on("2026-11-23"), "09:30");
}

#[test]
fn hours_kept_for_some_reasons_are_closed_for_the_others() {
    // Reason 1 is the desk's; the second range is for reason 2 alone.
    let desk = Desk::paris()
        .weekly(Weekday::Mon, "09:00-09:40")
        .only_for(&[1, 3])
        .weekly(Weekday::Mon, "09:40-10:20")
        .only_for(&[2]);
    assert_eq!(desk.free_on("2026-11-23"), "09:00 09:20");
    assert_eq!(desk.why_not("2026-11-23 09:40"), Err(Blocked::Closed));
    let mut other = desk.clone();
    other.reason.id = id(2);
    assert_eq!(other.free_on("2026-11-23"), "09:40 10:00");
    // A visit does not run on into hours that are not for its reason.
    assert_eq!(desk.lasting(40, 20).free_on("2026-11-23"), "09:00");
}

#[rstest]
#[case::before(10, 0, "09:00 09:40")]
#[case::before_reaches_a_visit(11, 0, "09:00")]
#[case::after_touches_a_visit(0, 0, "09:00 09:40")]
#[case::after_reaches_a_visit(0, 1, "09:40")]
#[case::both(11, 1, "")]
fn buffers_keep_a_distance_from_other_visits(
    #[case] before: i32,
    #[case] after: i32,
    #[case] free: &str,
) {
    // Taken 09:20 to 09:30, its own buffers included.
    let desk = monday_morning()
        .taken("2026-11-23 09:20", "2026-11-23 09:30")
        .buffers(before, after);
    assert_eq!(desk.free_on("2026-11-23"), free);
    for hour in ["09:00", "09:40"] {
        let answer = desk.why_not(&format!("2026-11-23 {hour}")).map(drop);
        let expected = if free.contains(hour) {
            Ok(())
        } else {
            Err(Blocked::Taken)
        };
        assert_eq!(answer, expected, "{hour}");
    }
}

#[test]
fn buffers_may_reach_outside_hours_and_into_absences() {
    let desk = monday_morning()
        .absent("2026-11-23 08:00", "2026-11-23 09:00")
        .buffers(30, 30);
    assert_eq!(desk.free_on("2026-11-23"), "09:00 09:20 09:40");
}

#[test]
fn at_15_03_with_two_minutes_of_notice_the_first_slot_is_15_05() {
    let desk = Desk::paris()
        .weekly(Weekday::Mon, "14:00-15:30")
        .lasting(5, 5)
        .notice(2)
        .it_is("2026-11-23 15:03");
    assert_eq!(desk.free_on("2026-11-23"), "15:05 15:10 15:15 15:20 15:25");
}

#[test]
fn notice_counts_to_the_second() {
    let mut desk = monday_morning().notice(60).it_is("2026-11-23 08:20");
    assert_eq!(desk.free_on("2026-11-23"), "09:20 09:40");
    assert!(desk.why_not("2026-11-23 09:20").is_ok());
    desk.now += TimeDelta::seconds(1);
    assert_eq!(desk.free_on("2026-11-23"), "09:40");
    let earliest = utc("2026-11-23T09:20:01+01:00");
    assert_eq!(
        desk.why_not("2026-11-23 09:20"),
        Err(Blocked::TooSoon { earliest })
    );
}

#[test]
fn what_is_past_is_too_soon_even_without_notice() {
    let mut desk = monday_morning().it_is("2026-11-23 09:20");
    assert_eq!(desk.free_on("2026-11-23"), "09:20 09:40");
    desk.now += TimeDelta::seconds(1);
    assert_eq!(desk.free_on("2026-11-23"), "09:40");
    let earliest = desk.now;
    assert_eq!(
        desk.why_not("2026-11-16 09:00"),
        Err(Blocked::TooSoon { earliest })
    );
}

#[test]
fn the_horizon_counts_to_the_second() {
    let mut desk = monday_morning()
        .horizon(7 * 24 * 60)
        .it_is("2026-11-16 09:20");
    assert_eq!(desk.free_on("2026-11-23"), "09:00");
    let latest = utc("2026-11-23T09:20:00+01:00");
    assert_eq!(
        desk.why_not("2026-11-23 09:20"),
        Err(Blocked::TooFar { latest })
    );
    desk.now += TimeDelta::seconds(1);
    assert_eq!(desk.free_on("2026-11-23"), "09:00 09:20");
    assert!(desk.why_not("2026-11-23 09:20").is_ok());
}

#[test]
fn ten_years_ahead_is_too_far_and_costs_nothing() {
    let desk = monday_morning();
    assert!(matches!(
        desk.why_not("2036-11-24 09:00"),
        Err(Blocked::TooFar { .. })
    ));
    let ten_years = Interval::new(desk.now, utc("2036-01-01T00:00:00Z")).unwrap();
    let slots = desk.slots(ten_years);
    assert_eq!(slots.len(), 52 * 3);
    assert!(slots.len() <= MOST_DAYS * 3);
}

#[test]
fn the_ends_of_the_calendar_are_refused_without_panic() {
    let desk = monday_morning();
    let (least, most) = (
        chrono::DateTime::<chrono::Utc>::MIN_UTC,
        chrono::DateTime::<chrono::Utc>::MAX_UTC,
    );
    assert!(matches!(
        desk.why_not_at(least),
        Err(Blocked::TooSoon { .. })
    ));
    assert!(matches!(desk.why_not_at(most), Err(Blocked::TooFar { .. })));
    assert_eq!(slots::around(least), None);
    assert_eq!(slots::around(most), None);
    assert!(slots::nearest(&desk.agenda, &desk.reason, most, desk.now, 3).is_empty());
    let all_time = Interval::new(least, most).unwrap();
    assert_eq!(desk.slots(all_time).len(), 52 * 3);
}

#[rstest]
#[case::without_holidays(HolidaySet::None, "09:00 09:20 09:40")]
#[case::in_france(HolidaySet::France, "")]
fn a_holiday_on_a_monday_closes_weekly_hours(#[case] set: HolidaySet, #[case] free: &str) {
    // Easter Monday.
    let desk = monday_morning().closed_on(set);
    assert_eq!(desk.free_on("2026-04-06"), free);
    assert_eq!(desk.free_on("2026-04-13"), "09:00 09:20 09:40");
}

#[test]
fn hours_written_for_a_holiday_open_it() {
    let desk = monday_morning()
        .closed_on(HolidaySet::France)
        .once("2026-04-06", "10:00-10:40");
    assert_eq!(desk.free_on("2026-04-06"), "10:00 10:20");
    assert_eq!(desk.why_not("2026-04-06 09:00"), Err(Blocked::Holiday));
    // Nor does a visit run from the one into the other.
    assert_eq!(desk.lasting(40, 20).free_on("2026-04-06"), "10:00");
}

#[test]
fn a_visit_does_not_run_into_a_holiday() {
    // Thursday 31 December to Friday 1 January.
    let desk = Desk::paris()
        .weekly(Weekday::Thu, "23:00-24:00")
        .weekly(Weekday::Fri, "00:00-01:00")
        .lasting(40, 40);
    assert_eq!(desk.free_on("2026-12-31"), "23:00 23:40");
    let desk = desk.closed_on(HolidaySet::France);
    assert_eq!(desk.free_on("2026-12-31"), "23:00");
}

#[test]
fn every_other_week_until_a_day() {
    let desk = Desk::paris().every_weeks(
        2,
        Weekday::Mon,
        "2026-11-09",
        Some("2026-12-07"),
        "09:00-09:20",
    );
    let days = [
        "2026-10-26",
        "2026-11-02",
        "2026-11-09",
        "2026-11-16",
        "2026-11-23",
    ];
    let open = days.map(|day| desk.free_on(day) == "09:00");
    assert_eq!(open, [false, false, true, false, true]);
    let days = ["2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21"];
    let open = days.map(|day| desk.free_on(day) == "09:00");
    assert_eq!(open, [false, true, false, false]);
}

#[rstest]
#[case::reunion(Indian::Reunion, "2026-11-23T05:00:00Z")]
#[case::martinique(America::Martinique, "2026-11-23T13:00:00Z")]
#[case::paris(Europe::Paris, "2026-11-23T08:00:00Z")]
fn hours_are_on_the_clock_of_the_place(#[case] zone: chrono_tz::Tz, #[case] nine: &str) {
    let desk = Desk::in_zone(zone).weekly(Weekday::Mon, "09:00-10:00");
    assert_eq!(desk.free_on("2026-11-23"), "09:00 09:20 09:40");
    assert!(desk.why_not_at(utc(nine)).is_ok());
}

#[test]
fn a_day_at_the_place_is_not_a_day_in_utc() {
    // Monday from 00:00 to 02:00 in Réunion is Sunday from 20:00 to 22:00 UTC.
    let desk = Desk::in_zone(Indian::Reunion)
        .weekly(Weekday::Mon, "00:00-02:00")
        .lasting(60, 60);
    assert_eq!(desk.free_on("2026-11-23"), "00:00 01:00");
    assert!(desk.why_not_at(utc("2026-11-22T20:00:00Z")).is_ok());
    // Monday from 22:00 to 24:00 in Martinique is Tuesday from 02:00 to 04:00 UTC.
    let desk = Desk::in_zone(America::Martinique)
        .weekly(Weekday::Mon, "22:00-24:00")
        .lasting(60, 60);
    assert_eq!(desk.free_on("2026-11-23"), "22:00 23:00");
    assert!(desk.why_not_at(utc("2026-11-24T02:00:00Z")).is_ok());
}

#[test]
fn two_places_in_two_zones_are_each_on_their_clock() {
    let desk = Desk::paris()
        .weekly(Weekday::Mon, "14:00-15:00")
        .weekly(Weekday::Mon, "09:00-10:00")
        .at_place(PLACE + 1, America::Martinique)
        .lasting(30, 30);
    let range = zone::whole_day(&Europe::Paris, day("2026-11-23")).unwrap();
    let slots = desk.slots(range);
    // 09:00 in Martinique is 14:00 in Paris: one start each, at the place that sorts first.
    assert_eq!(desk.shown(&slots), "14:00 14:30");
    assert!(slots.iter().all(|slot| slot.place == id(PLACE)));
    // The same place for whoever asks about one of them.
    for slot in slots {
        assert_eq!(desk.why_not_at(slot.interval.start()), Ok(slot));
    }
}

#[rstest]
#[case::free("09:20", Ok(()))]
#[case::off_the_grid("09:07", Err(Blocked::OffGrid))]
#[case::too_late_for_the_visit("10:00", Err(Blocked::Closed))]
#[case::before_the_hours("08:40", Err(Blocked::Closed))]
#[case::during_an_absence("09:40", Err(Blocked::Absent))]
#[case::taken("09:00", Err(Blocked::Taken))]
fn an_instant_is_blocked_by_a_rule_that_is_named(
    #[case] hour: &str,
    #[case] answer: Result<(), Blocked>,
) {
    let desk = monday_morning()
        .taken("2026-11-23 09:00", "2026-11-23 09:20")
        .absent("2026-11-23 09:40", "2026-11-23 10:00");
    assert_eq!(
        desk.why_not(&format!("2026-11-23 {hour}")).map(drop),
        answer
    );
}

#[test]
fn a_visit_that_outlasts_the_hours_is_closed_not_off_the_grid() {
    let desk = monday_morning().lasting(30, 20);
    assert_eq!(desk.why_not("2026-11-23 09:40"), Err(Blocked::Closed));
    assert_eq!(desk.why_not("2026-11-23 09:50"), Err(Blocked::OffGrid));
}

#[test]
fn when_two_rules_block_the_first_in_the_published_order_is_named() {
    let desk = monday_morning()
        .taken("2026-11-23 09:00", "2026-11-23 10:00")
        .absent("2026-11-23 09:00", "2026-11-23 10:00");
    assert_eq!(desk.why_not("2026-11-23 09:07"), Err(Blocked::OffGrid));
    assert_eq!(desk.why_not("2026-11-23 09:00"), Err(Blocked::Absent));
    let desk = desk.notice(60).it_is("2026-11-23 08:30");
    assert!(matches!(
        desk.why_not("2026-11-23 09:07"),
        Err(Blocked::TooSoon { .. })
    ));
}

#[rstest]
#[case::a_second(TimeDelta::seconds(1))]
#[case::half_a_second(TimeDelta::milliseconds(500))]
#[case::a_nanosecond(TimeDelta::nanoseconds(1))]
#[case::almost_a_minute(TimeDelta::milliseconds(59_999))]
fn a_start_beside_the_minute_is_off_the_grid(#[case] beside: TimeDelta) {
    let desk = monday_morning().lasting(5, 5);
    let start = utc("2026-11-23T09:20:00+01:00") + beside;
    assert_eq!(desk.why_not_at(start), Err(Blocked::OffGrid));
}

#[test]
fn only_starts_inside_the_asked_range_are_given() {
    let desk = monday_morning();
    let range = desk.interval("2026-11-23 09:20", "2026-11-23 09:40");
    assert_eq!(desk.shown(&desk.slots(range)), "09:20");
    let range = desk.interval("2026-11-23 09:01", "2026-11-23 09:41");
    assert_eq!(desk.shown(&desk.slots(range)), "09:20 09:40");
}

#[test]
fn the_first_free_slot_is_found_months_ahead() {
    let desk = monday_morning()
        .absent("2026-01-01 00:00", "2026-11-16 09:25")
        .horizon(366 * 24 * 60);
    let year = Interval::new(desk.now, utc("2027-01-01T00:00:00Z")).unwrap();
    let first = slots::first_free(&desk.agenda, &desk.reason, year, desk.now);
    let start = first.map(|slot: Slot| slot.interval.start());
    assert_eq!(start, Some(utc("2026-11-16T09:40:00+01:00")));
    let none = slots::first_free(&monday_morning().agenda, &desk.reason, year, year.end());
    assert_eq!(none, None);
}

#[test]
fn the_nearest_slots_come_nearest_first_and_the_earlier_of_two() {
    let desk = Desk::paris()
        .weekly(Weekday::Mon, "09:00-11:00")
        .taken("2026-11-23 09:40", "2026-11-23 10:00");
    let wished = utc("2026-11-23T09:40:00+01:00");
    let nearest = slots::nearest(&desk.agenda, &desk.reason, wished, desk.now, 3);
    let nearest: Vec<_> = nearest.iter().map(|slot| slot.interval.start()).collect();
    let hours = [
        "2026-11-23T09:20:00+01:00",
        "2026-11-23T10:00:00+01:00",
        "2026-11-23T09:00:00+01:00",
    ];
    assert_eq!(nearest, hours.map(utc));
}

#[test]
fn the_nearest_slots_are_looked_for_a_week_before_and_three_after() {
    let desk = Desk::paris().weekly(Weekday::Mon, "09:00-09:20");
    let wished = utc("2026-11-23T09:00:00+01:00");
    let nearest = slots::nearest(&desk.agenda, &desk.reason, wished, desk.now, 10);
    let nearest: Vec<_> = nearest.iter().map(|slot| slot.interval.start()).collect();
    // Three weeks after to the second is outside, a week before is inside.
    let days = ["2026-11-23", "2026-11-16", "2026-11-30", "2026-12-07"];
    assert_eq!(
        nearest,
        days.map(|day| utc(&format!("{day}T09:00:00+01:00")))
    );
}

#[test]
fn staff_see_what_delays_hide_from_patients() {
    let desk = monday_morning()
        .notice(7 * 24 * 60)
        .horizon(24 * 60)
        .it_is("2026-11-22 12:00");
    assert_eq!(desk.free_on("2026-11-23"), "");
    let mut staff = desk.clone();
    staff.reason = slots::without_delays(&desk.reason);
    assert_eq!(staff.free_on("2026-11-23"), "09:00 09:20 09:40");
    assert_eq!(staff.reason.length, minutes(20));
}
