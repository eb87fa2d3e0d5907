//! Turns the free slots of a week into words and links. Which slots are free is `backend`'s;
//! how they look is [`crate::components::slot_week`]'s.

use backend::{Backend, Tz, availability::FreeSlots, practices::PractitionerPage, zones::Clocks};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, SecondsFormat, Timelike, Utc};
use domain::{links, practice::Place, slots, visit_reason::VisitReason, zone};
use i18n::{Lang, dates, lengths, t};

use crate::fault::Fault;

/// One week of a practitioner for a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// `Semaine du 23 au 29 novembre 2026`.
    pub title: String,
    /// Monday to Sunday.
    pub days: Vec<Day>,
    /// What to do, when no slot is free.
    pub none: Option<NoSlots>,
    /// Address of the week before, unless it has passed.
    pub previous: Option<String>,
    /// Address of the week after, unless it is beyond the horizon.
    pub next: Option<String>,
    /// Whose clock it is.
    pub zone: String,
}

/// A day with its slots, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// `2026-11-24`.
    pub date: String,
    /// `mar.`
    pub weekday: String,
    /// `24`
    pub number: String,
    /// `nov.`
    pub month: String,
    /// What is said before an hour: `mardi 24 novembre 2026 à `.
    pub spoken: String,
    /// Morning, afternoon and evening, those that have slots.
    pub halves: Vec<Half>,
}

/// A morning or an afternoon, at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    /// `Matin`; with the place when it is not the main one.
    pub title: String,
    /// In order.
    pub slots: Vec<Slot>,
}

/// A slot as a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// `9 h 20`.
    pub hour: String,
    /// Address of the form behind it.
    pub href: String,
}

/// A week without a free slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSlots {
    /// `Aucun créneau libre cette semaine`.
    pub title: String,
    /// When the next one is, or that there is none.
    pub advice: String,
    /// Address and words of the way on: the week of the next one, or the telephone.
    pub way: Option<(String, String)>,
}

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
        Some(slot) if asked.is_none() => monday(free.clocks.day(slot)),
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

pub(crate) fn monday(day: NaiveDate) -> NaiveDate {
    let since = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(since)).unwrap_or(day)
}

pub(crate) fn after(day: NaiveDate, days: u64) -> NaiveDate {
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
        let (practitioner, reason) = (&self.page.practitioner.slug, &self.reason.slug);
        let words = DayWords {
            lang: self.lang,
            clocks: &self.free.clocks,
            places: &self.page.places,
            slots: &self.free.slots,
            href: &|start| links::booking_form(practitioner, reason, start),
        };
        let days: Vec<_> = (0..7).map(|n| words.day(after(shown, n))).collect();
        let is_empty = days.iter().all(|day| day.halves.is_empty());
        let range = dates::from_day_to_day(self.lang, shown, after(shown, 6));
        let previous = shown.checked_sub_days(Days::new(7));
        Week {
            title: t!(self.lang, "slots-week", range = range),
            days,
            none: is_empty.then(|| self.none()),
            previous: previous
                .filter(|week| first <= *week)
                .map(|week| self.href(week)),
            next: (shown < last).then(|| self.href(after(shown, 7))),
            zone: words.clock(),
        }
    }

    fn href(&self, monday: NaiveDate) -> String {
        links::slots_of_week(&self.page.practitioner.slug, &self.reason.slug, monday)
    }

    fn none(&self) -> NoSlots {
        let lang = self.lang;
        match self.free.next {
            Some(next) => {
                let week = monday(self.free.clocks.day(&next));
                let words = t!(
                    lang,
                    "slots-see-week",
                    day = dates::day_of_month(lang, week)
                );
                NoSlots {
                    title: t!(lang, "slots-none-this-week"),
                    advice: t!(
                        lang,
                        "slots-next",
                        when = start_in_words(lang, &next, &self.free.clocks)
                    ),
                    way: Some((self.href(week), words)),
                }
            }
            None => {
                let phone = &self.page.practice.phone;
                let horizon = lengths::delay(lang, self.reason.horizon);
                NoSlots {
                    title: t!(lang, "slots-none-at-all", horizon = horizon),
                    advice: t!(lang, "slots-call"),
                    way: Some((format!("tel:{phone}"), phone.in_words())),
                }
            }
        }
    }
}

/// A start that a form offers instead of one that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offered {
    /// What is sent.
    pub(crate) start: DateTime<Utc>,
    /// When that is, by the clock of its place; where places go by several, with whose it is.
    pub(crate) words: String,
}

impl Offered {
    /// The start of a slot.
    pub(crate) fn slot(lang: Lang, slot: &slots::Slot, clocks: &Clocks) -> Self {
        Self {
            start: slot.interval.start(),
            words: start_in_words(lang, slot, clocks),
        }
    }

    /// With the name of its place, where that is not the main one (the first of them).
    pub(crate) fn at_place(mut self, slot: &slots::Slot, places: &[Place]) -> Self {
        let mut others = places.iter().skip(1);
        if let Some(place) = others.find(|place| place.id == slot.place) {
            self.words = format!("{}, {}", self.words, place.name);
        }
        self
    }

    /// A start whose place is not known.
    pub(crate) fn at(lang: Lang, start: DateTime<Utc>, clock: &Tz) -> Self {
        let words = dates::instant(lang, start, clock);
        Self { start, words }
    }
}

/// An instant as forms send it.
pub(crate) fn in_form(start: DateTime<Utc>) -> String {
    start.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn start_in_words(lang: Lang, slot: &slots::Slot, clocks: &Clocks) -> String {
    instant_in_words(lang, slot.interval.start(), &clocks.at(slot.place), clocks)
}

/// An instant by one of the clocks; where places go by several, with whose it is.
pub(crate) fn instant_in_words(
    lang: Lang,
    instant: DateTime<Utc>,
    clock: &Tz,
    clocks: &Clocks,
) -> String {
    match clock.name().parse() {
        Ok(name) if !clocks.is_one() => dates::instant_with_zone(lang, instant, clock, &name),
        Ok(_) | Err(_) => dates::instant(lang, instant, clock),
    }
}

/// Whose clock it is: `heure de Paris`.
pub(crate) fn clock_in_words(lang: Lang, clock: &Tz) -> String {
    let name = clock.name().parse();
    name.map_or_else(
        |_| clock.name().to_owned(),
        |name| dates::zone_name(lang, &name),
    )
}

/// What the days of a week need to be said, whoever books.
pub(crate) struct DayWords<'a> {
    pub(crate) lang: Lang,
    /// By which the days are counted.
    pub(crate) clocks: &'a Clocks,
    /// The main one first.
    pub(crate) places: &'a [Place],
    /// Those of the week, in order.
    pub(crate) slots: &'a [slots::Slot],
    /// Address of the form behind a start.
    pub(crate) href: &'a dyn Fn(DateTime<Utc>) -> String,
}

impl DayWords<'_> {
    /// Whose clock it is; empty where there is no place.
    pub(crate) fn clock(&self) -> String {
        let zone = clock_in_words(self.lang, &self.clocks.main());
        if self.places.is_empty() {
            String::new()
        } else if self.clocks.is_one() {
            t!(self.lang, "slots-zone", zone = zone)
        } else {
            t!(self.lang, "slots-zones", zone = zone)
        }
    }

    /// A local day.
    pub(crate) fn day(&self, day: NaiveDate) -> Day {
        let lang = self.lang;
        let mut halves: Vec<Half> = Vec::new();
        for slot in self.slots {
            let wall = zone::wall(&self.clocks.at(slot.place), slot.interval.start());
            if wall.date() != day {
                continue;
            }
            let title = self.half(wall, slot);
            let link = self.slot(slot);
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
        // The address above the week is that of the main place.
        let mut others = self.places.iter().skip(1);
        match others.find(|place| place.id == slot.place) {
            Some(place) if self.clocks.at(place.id) != self.clocks.main() => {
                let zone = clock_in_words(self.lang, &self.clocks.at(place.id));
                format!("{half}, {} ({zone})", place.name)
            }
            Some(place) => format!("{half}, {}", place.name),
            None => half,
        }
    }

    fn slot(&self, slot: &slots::Slot) -> Slot {
        let start = slot.interval.start();
        Slot {
            hour: dates::hour_of(self.lang, start, &self.clocks.at(slot.place)),
            href: (self.href)(start),
        }
    }
}
