//! The days of an agenda side by side on a grid of hours; below each other as lists where the
//! screen is narrow. Where a row sits is said by data attributes that `agenda-hours.css` reads,
//! in steps of five minutes.

use backend::{
    Tz,
    office::agenda::{AgendaDay, AgendaPage, ShownAbsence},
    store::agenda::ShownVisit,
    zones::Clocks,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use domain::{
    appointment::Status, ids::PlaceId, interval::Interval, links, practice::Practitioner, zone,
};
use i18n::{Lang, dates, t, words};
use leptos::prelude::*;

use crate::{components::badge::StatusBadge, request, week_words::clock_in_words};

/// Hours shown where nothing asks for more.
const USUAL: (u32, u32) = (8, 19);

/// A stretch of one day on the wall clock, in steps of five minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    from: (u32, u32),
    to: (u32, u32),
}

impl Stretch {
    /// What of an interval lies on the day: rounded outwards, and ten minutes long at least,
    /// so that it can be read and pressed.
    fn of(interval: Interval, day: NaiveDate, zone: Tz) -> Self {
        let minute = |instant: DateTime<Utc>| minute_of(day, zone::wall(&zone, instant));
        let from = minute(interval.start()) / 5 * 5;
        let to = minute(interval.end()).div_ceil(5) * 5;
        let to = to.max(from + 10).min(24 * 60);
        let from = from.min(to - 10);
        Self {
            from: (from / 60, from % 60),
            to: (to / 60, to % 60),
        }
    }

    /// The same inside the hours that the grid shows: what lies outside of them is at its edge.
    fn within(self, (first, last): (u32, u32)) -> Self {
        let minutes = |(hour, minute): (u32, u32)| hour * 60 + minute;
        let to = minutes(self.to).clamp(first * 60 + 10, last * 60);
        let from = minutes(self.from).clamp(first * 60, to - 10);
        Self {
            from: (from / 60, from % 60),
            to: (to / 60, to % 60),
        }
    }

    const fn last_hour(self) -> u32 {
        self.to.0 + (self.to.1 > 0) as u32
    }
}

/// Minutes since midnight of `day`, 0 before it and 1440 after it.
fn minute_of(day: NaiveDate, wall: NaiveDateTime) -> u32 {
    match wall.date().cmp(&day) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => wall.time().num_seconds_from_midnight() / 60,
        std::cmp::Ordering::Greater => 24 * 60,
    }
}

#[component]
pub fn AgendaGrid(found: AgendaPage, whose: Practitioner, today: NaiveDate) -> impl IntoView {
    let lang = request::lang();
    let shown = hours_shown(&found);
    let (first, last) = shown;
    let hours = (first..last).map(|hour| {
        let hour = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        view! { <li>{dates::hour(lang, hour)}</li> }
    });
    let clocks = found.clocks;
    let clock = clock_in_words(lang, &clocks.main());
    let count = found.days.len();
    let days = found.days.into_iter().map(|day| {
        view! { <Day day whose=whose.clone() clocks=clocks.clone() shown today /> }
    });
    view! {
        <div class="week-grid" data-first=first data-last=last data-days=count>
            <ol class="week-hours" aria-hidden="true">
                {hours.collect_view()}
            </ol>
            {days.collect_view()}
        </div>
        <p class="soft">{t!(lang, "office-clock", zone = clock)}</p>
    }
}

/// What the clock at a place says, with whose it is; `None` where it is the grid's.
fn there(
    lang: Lang,
    clocks: &Clocks,
    place: PlaceId,
    say: impl Fn(&Tz) -> String,
) -> Option<String> {
    let clock = clocks.at(place);
    let is_other = clock != clocks.main();
    is_other.then(|| format!("{}, {}", say(&clock), clock_in_words(lang, &clock)))
}

/// The first and the last hour that the grid needs to show everything.
fn hours_shown(found: &AgendaPage) -> (u32, u32) {
    let mut shown = USUAL;
    for day in &found.days {
        let visits = day
            .visits
            .iter()
            .filter(|visit| is_shown(visit))
            .map(|visit| visit.interval);
        let open = day.open.iter().map(|window| window.interval);
        // Those of the main clock may last for weeks, and are cut.
        let absences = day
            .absences
            .iter()
            .filter(|absence| absence.place.is_some());
        for stretch in visits
            .chain(open)
            .chain(absences.map(|absence| absence.interval))
            .map(|it| Stretch::of(it, day.day, found.clocks.main()))
        {
            shown = (
                shown.0.min(stretch.from.0),
                shown.1.max(stretch.last_hour()),
            );
        }
    }
    shown
}

/// A hold that ran out concerns nobody.
fn is_shown(visit: &ShownVisit) -> bool {
    visit.status != Status::Expired
}

#[component]
fn Day(
    day: AgendaDay,
    whose: Practitioner,
    clocks: Clocks,
    /// The first and the last hour of the grid.
    shown: (u32, u32),
    today: NaiveDate,
) -> impl IntoView {
    let lang = request::lang();
    let zone = clocks.main();
    let is_today = day.day == today;
    let date = day.day;
    let visits: Vec<_> = day.visits.into_iter().filter(is_shown).collect();
    let nothing = visits.is_empty() && day.absences.is_empty();
    let of_windows = clocks.clone();
    let open = day.open.into_iter().map(move |window| {
        let (from, to) = (window.interval.start(), window.interval.end());
        let say = |zone: &Tz| dates::hours_between(lang, from, to, zone);
        let hours = match there(lang, &of_windows, window.place, say) {
            None => say(&zone),
            Some(there) => format!("{} ({there})", say(&zone)),
        };
        let at = Stretch::of(window.interval, date, zone);
        view! {
            <li
                class="week-block open"
                data-h=at.from.0
                data-m=at.from.1
                data-to-h=at.to.0
                data-to-m=at.to.1
            >
                <span class="open-words">
                    {t!(lang, "agenda-open", hours = hours)}
                </span>
            </li>
        }
    });
    let of_absences = clocks.clone();
    let absences = day.absences.into_iter().map(move |absence| {
        let at = Stretch::of(absence.interval, date, zone).within(shown);
        let words = absent_in_words(lang, &absence, date, &of_absences);
        view! {
            <li
                class="week-block absence"
                data-h=at.from.0
                data-m=at.from.1
                data-to-h=at.to.0
                data-to-m=at.to.1
            >
                <span>{words}</span>
            </li>
        }
    });
    let visits = visits.into_iter().map(
        |visit| view! { <VisitCard visit whose=whose.clone() day=date clocks=clocks.clone() /> },
    );
    view! {
        <section class=if is_today { "week-day today" } else { "week-day" }>
            <h2 class="week-day-name">
                <a href=links::agenda_day(&whose.slug, date)>{dates::short_day(lang, date)}</a>
                {is_today
                    .then(|| {
                        view! { <span class="visually-hidden">" " {t!(lang, "agenda-is-today")}</span> }
                    })}
            </h2>
            {day
                .holiday
                .map(|holiday| {
                    view! { <p class="week-block holiday">{words::holiday(lang, holiday)}</p> }
                })}
            {nothing
                .then(|| view! { <p class="week-block nothing">{t!(lang, "agenda-no-visit")}</p> })}
            <ol class="week-day-list">
                {open.collect_view()} {absences.collect_view()} {visits.collect_view()}
            </ol>
        </section>
    }
}

/// That she is absent and why; and, unless it is the whole day by the only clock there is, when.
fn absent_in_words(lang: Lang, absence: &ShownAbsence, day: NaiveDate, clocks: &Clocks) -> String {
    let words = match &absence.note {
        Some(note) => t!(lang, "agenda-absent-because", note = note.to_string()),
        None => t!(lang, "agenda-absent"),
    };
    let clock = absence
        .place
        .map_or(clocks.main(), |place| clocks.at(place));
    let of_day = zone::whole_day(&clocks.main(), day);
    let on_it = of_day.and_then(|of_day| absence.interval.intersection(of_day));
    let hours = on_it
        .filter(|on_it| Some(*on_it) != of_day)
        .map(|on_it| dates::hours_between(lang, on_it.start(), on_it.end(), &clock));
    let whose = (!clocks.is_one()).then(|| clock_in_words(lang, &clock));
    let when: Vec<_> = hours.into_iter().chain(whose).collect();
    match when.is_empty() {
        true => words,
        false => format!("{words} ({})", when.join(", ")),
    }
}

#[component]
fn VisitCard(
    visit: ShownVisit,
    whose: Practitioner,
    day: NaiveDate,
    clocks: Clocks,
) -> impl IntoView {
    let lang = request::lang();
    let at = Stretch::of(visit.interval, day, clocks.main());
    // On the day after it began, it is said until when.
    let is_from_before = zone::day(&clocks.main(), visit.interval.start()) < day;
    let say = |zone: &Tz| match is_from_before {
        true => t!(
            lang,
            "agenda-until",
            hour = dates::hour_of(lang, visit.interval.end(), zone)
        ),
        false => dates::hour_of(lang, visit.interval.start(), zone),
    };
    let start = say(&clocks.main());
    let there = there(lang, &clocks, visit.place, say);
    view! {
        <li data-h=at.from.0 data-m=at.from.1 data-to-h=at.to.0 data-to-m=at.to.1>
            <article class="appointment-card" data-status=status_code(visit.status)>
                <span class="appointment-time">{start}</span>
                " "
                <a class="appointment-name" href=links::office_visit(&whose.slug, visit.id)>
                    {visit.patient.full_name()}
                </a>
                " "
                <span class="appointment-reason">{visit.reason_name.to_string()}</span>
                {there.map(|there| view! { " " <span class="appointment-reason">{there}</span> })}
                <StatusBadge status=visit.status />
            </article>
        </li>
    }
}

/// The word that the style sheet knows a status by.
pub(super) const fn status_code(status: Status) -> &'static str {
    match status {
        Status::Held { .. } => "held",
        Status::Expired | Status::Cancelled { .. } => "cancelled",
        Status::Booked => "booked",
        Status::Arrived => "arrived",
        Status::Attended => "attended",
        Status::Missed => "missed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(start: &str, end: &str) -> (u32, u32, u32, u32) {
        let interval = Interval::new(start.parse().unwrap(), end.parse().unwrap()).unwrap();
        let day = "2026-11-23".parse().unwrap();
        let at = Stretch::of(interval, day, Tz::Europe__Paris);
        (at.from.0, at.from.1, at.to.0, at.to.1)
    }

    #[test]
    fn a_row_sits_where_its_hours_are() {
        assert_eq!(
            stretch("2026-11-23T08:20:00Z", "2026-11-23T08:40:00Z"),
            (9, 20, 9, 40)
        );
    }

    #[test]
    fn a_short_visit_is_high_enough_to_be_pressed() {
        assert_eq!(
            stretch("2026-11-23T08:20:00Z", "2026-11-23T08:25:00Z"),
            (9, 20, 9, 30)
        );
        assert_eq!(
            stretch("2026-11-23T22:55:00Z", "2026-11-23T23:00:00Z"),
            (23, 50, 24, 0)
        );
    }

    #[test]
    fn what_lies_outside_of_the_hours_shown_is_at_their_edge() {
        let within = |from, to| {
            let at = Stretch { from, to }.within((8, 19));
            (at.from, at.to)
        };
        assert_eq!(within((0, 0), (24, 0)), ((8, 0), (19, 0)));
        assert_eq!(within((9, 5), (12, 0)), ((9, 5), (12, 0)));
        assert_eq!(within((2, 0), (3, 0)), ((8, 0), (8, 10)));
        assert_eq!(within((22, 0), (24, 0)), ((18, 50), (19, 0)));
    }

    #[test]
    fn what_reaches_over_midnight_ends_with_the_day() {
        assert_eq!(
            stretch("2026-11-22T10:00:00Z", "2026-11-25T10:00:00Z"),
            (0, 0, 24, 0)
        );
        assert_eq!(
            stretch("2026-11-23T22:00:00Z", "2026-11-24T10:00:00Z"),
            (23, 0, 24, 0)
        );
    }
}
