//! Turns the free slots of a week into the words and links of [`crate::api::slots`].
//! Which slots are free is `backend`'s; how they look is the slot picker's.

use backend::{Backend, availability::FreeSlots, practices::PractitionerPage};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Offset, TimeZone, Timelike, Utc};
use domain::{links, slots, visit_reason::VisitReason, zone};
use i18n::{Lang, dates, lengths, t};

use crate::{
    api::slots::{Day, Half, NoSlots, OtherWeek, Slot, Week},
    fault::Fault,
};

/// The reason with that name in addresses.
#[must_use]
pub(crate) fn reason_named<'a>(page: &'a PractitionerPage, slug: &str) -> Option<&'a VisitReason> {
    page.reasons
        .iter()
        .find(|reason| reason.slug.as_str() == slug)
}

/// The week that holds a local day. Without one: this week, or the next if this one has no
/// slot left. A week that has passed is this one; beyond the horizon, the last one.
///
/// # Errors
/// [`Fault::BadRequest`] for a text that is no day; as the database.
pub(crate) async fn week(
    backend: &Backend,
    page: &PractitionerPage,
    reason: &VisitReason,
    asked: Option<&str>,
    lang: Lang,
) -> Result<Week, Fault> {
    let today = backend.today_at(page.places.first());
    let asked = asked
        .map(|day| day.parse::<NaiveDate>().map_err(|_| Fault::BadRequest))
        .transpose()?;
    let first = monday(today);
    let last = monday(last_day(reason, today));
    let shown = asked.map_or(first, |day| monday(day).clamp(first, last));
    // Whoever names no week is shown the first that has something: on a Sunday, the next one.
    let look_at = if asked.is_none() && first < last {
        after(shown, 13)
    } else {
        after(shown, 6)
    };
    let free = backend.slots_for(page, reason, shown, look_at).await?;
    let shown = match free.slots.first() {
        Some(slot) if asked.is_none() => monday(zone::day(&free.zone, slot.interval.start())),
        Some(_) | None => shown,
    };
    let words = Words {
        lang,
        page,
        reason,
        free: &free,
    };
    Ok(words.week(shown, first, last))
}

/// The last local day on which a slot can be booked, or the one after.
fn last_day(reason: &VisitReason, today: NaiveDate) -> NaiveDate {
    let days = u64::try_from(reason.horizon.get() / (24 * 60)).unwrap_or(0);
    after(today, days)
}

fn monday(day: NaiveDate) -> NaiveDate {
    let since = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(since)).unwrap_or(day)
}

fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

struct Words<'a> {
    lang: Lang,
    page: &'a PractitionerPage,
    reason: &'a VisitReason,
    free: &'a FreeSlots,
}

impl Words<'_> {
    fn week(&self, shown: NaiveDate, first: NaiveDate, last: NaiveDate) -> Week {
        let days: Vec<_> = (0..7).map(|n| self.day(after(shown, n))).collect();
        let is_empty = days.iter().all(|day| day.halves.is_empty());
        let range = dates::from_day_to_day(self.lang, shown, after(shown, 6));
        let previous = shown.checked_sub_days(Days::new(7));
        Week {
            title: t!(self.lang, "slots-week", range = range),
            href: self.other(shown).href,
            days: if is_empty { Vec::new() } else { days },
            none: is_empty.then(|| self.none()),
            previous: previous
                .filter(|week| first <= *week)
                .map(|week| self.other(week)),
            next: (shown < last).then(|| self.other(after(shown, 7))),
        }
    }

    fn other(&self, monday: NaiveDate) -> OtherWeek {
        OtherWeek {
            monday: monday.to_string(),
            href: links::slots_of_week(&self.page.practitioner.slug, &self.reason.slug, monday),
        }
    }

    fn day(&self, day: NaiveDate) -> Day {
        let (lang, zone) = (self.lang, &self.free.zone);
        let mut halves: Vec<Half> = Vec::new();
        for slot in &self.free.slots {
            let wall = zone::wall(zone, slot.interval.start());
            if wall.date() != day {
                continue;
            }
            let title = self.half(wall, slot);
            let link = self.slot(slot.interval.start(), wall);
            match halves.iter_mut().find(|half| half.title == title) {
                Some(half) => half.slots.push(link),
                None => halves.push(Half {
                    title,
                    slots: vec![link],
                }),
            }
        }
        let hour = dates::hour(lang, NaiveDateTime::from(day).time());
        let spoken = dates::day_and_hour(lang, day.into());
        Day {
            date: day.to_string(),
            weekday: dates::short_weekday(lang, day.weekday()).to_owned(),
            number: day.day().to_string(),
            month: dates::short_month(lang, day).to_owned(),
            spoken: spoken.trim_end_matches(&hour).to_owned(),
            halves,
        }
    }

    fn half(&self, wall: NaiveDateTime, slot: &slots::Slot) -> String {
        let half = if wall.hour() < 12 {
            t!(self.lang, "slots-morning")
        } else if wall.hour() < 18 {
            t!(self.lang, "slots-afternoon")
        } else {
            t!(self.lang, "slots-evening")
        };
        let places = &self.page.places;
        let place = places.iter().find(|place| place.id == slot.place);
        match place {
            Some(place) if places.len() > 1 => format!("{half}, {}", place.name),
            Some(_) | None => half,
        }
    }

    fn slot(&self, start: DateTime<Utc>, wall: NaiveDateTime) -> Slot {
        let hour = dates::hour(self.lang, wall.time());
        let (practitioner, reason) = (&self.page.practitioner.slug, &self.reason.slug);
        Slot {
            hour: match zone::instants(&self.free.zone, wall).len() {
                0 | 1 => hour,
                // The hour that autumn repeats: which of the two it is.
                _ => format!("{hour} ({})", offset(&self.free.zone, start)),
            },
            href: links::booking_form(practitioner, reason, start),
        }
    }

    fn none(&self) -> NoSlots {
        let lang = self.lang;
        match self.free.next {
            Some(next) => {
                let wall = zone::wall(&self.free.zone, next);
                let week = monday(wall.date());
                NoSlots {
                    title: t!(lang, "slots-none-this-week"),
                    advice: t!(lang, "slots-next", when = dates::day_and_hour(lang, wall)),
                    next: Some((
                        self.other(week),
                        t!(
                            lang,
                            "slots-see-week",
                            day = dates::day_of_month(lang, week)
                        ),
                    )),
                    phone: None,
                }
            }
            None => {
                let phone = &self.page.practice.phone;
                let horizon = lengths::delay(lang, self.reason.horizon);
                NoSlots {
                    title: t!(lang, "slots-none-at-all", horizon = horizon),
                    advice: t!(lang, "slots-call"),
                    next: None,
                    phone: Some((format!("tel:{phone}"), phone.in_words())),
                }
            }
        }
    }
}

fn offset<Tz: TimeZone>(zone: &Tz, instant: DateTime<Utc>) -> String {
    dates::offset(instant.with_timezone(zone).offset().fix())
}
