//! When a practitioner can be booked: reads her agenda and asks the slot engine.
//! Changing hours and absences is the office's.

pub(crate) mod memory;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{
    appointment::Status,
    booking::NEAREST,
    interval::Interval,
    practice::{Place, Slug},
    slots::{self, PlacedHours, Slot},
    visit_reason::{Audience, VisitReason},
    zone,
};

use crate::{
    Backend, Error, Result,
    booking::{self, is_same},
    office::seen::Seen,
    practices::PractitionerPage,
    store::{
        Reader, appointments, availability,
        bookable::{self, Bookable},
        practices,
    },
    zones::Clocks,
};

/// Most days that one call computes: what the public address answers is bounded (HAZARDS 12).
pub const MOST_DAYS: u64 = 62;
/// An instant, as an interval.
const ONE_SECOND: TimeDelta = TimeDelta::seconds(1);
/// How far the first free slot is looked for at first.
const NEXT_DAYS: TimeDelta = TimeDelta::days(7);

/// A range around a start, and the hours in it.
type Open = (Interval, Vec<PlacedHours<Tz>>);

/// Free slots by day, as a page or the public address shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeSlots {
    /// By which the days are counted: each slot's by that of its place, or, where only the main
    /// one is known, by that.
    pub clocks: Clocks,
    /// The first day that was asked for.
    pub from: NaiveDate,
    /// The last day, included.
    pub to: NaiveDate,
    /// The free slots that start on these days, in order.
    pub slots: Vec<Slot>,
    /// Where no slot is free on these days: the first one after them, within the horizon.
    pub next: Option<Slot>,
}

/// The first free slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstSlot {
    /// Whose it is.
    pub practitioner: Slug,
    /// The zone of the practice's main place.
    pub zone: Tz,
    /// When; `None` when nothing is free within the horizon.
    pub start: Option<DateTime<Utc>>,
}

impl ChosenSlot {
    /// The mark of what a page shows of it, if it can be had.
    #[must_use]
    pub fn seen(&self) -> Option<Seen> {
        let place = self.place.as_ref();
        place.map(|place| booking::mark(place, &self.reason))
    }
}

/// A slot somebody chose, before it is known whether it is still free.
#[derive(Clone, Debug)]
pub struct ChosenSlot {
    /// Whom.
    pub found: practices::PractitionerInPractice,
    /// What for.
    pub reason: VisitReason,
    /// Where, if the slot can be had now.
    pub place: Option<domain::practice::Place>,
    /// The zone in which the page says the hour: the place's, else the practice's.
    pub zone: Tz,
    /// Those of the practice's places.
    pub clocks: Clocks,
    /// When, if the slot can be had now: it is free, or the form holds it.
    pub slot: Option<Slot>,
    /// If it is not: the free ones around it, nearest first, or the first there are; at most
    /// [`domain::booking::NEAREST`].
    pub nearest: Vec<Slot>,
    /// The practice's places, the main one first, where there are such others.
    pub places: Vec<Place>,
}

/// What the form of a booking is checked against.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What for; it says whether a birth date is asked.
    pub reason: VisitReason,
    /// The day it is at the practice.
    pub today: NaiveDate,
    /// Whether patients may book it. One that was archived while the form was open is still known.
    pub is_offered: bool,
}

impl Backend {
    /// The slots of a practitioner that are free for patients on the local days
    /// `from ..= to`, in one statement while the agenda stands and three when it changed (one
    /// more when there is none and the next one is looked for). The range is cut to [`MOST_DAYS`].
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown practitioner or a reason that patients may not book.
    pub async fn find_slots(
        &self,
        practitioner: &Slug,
        reason: &Slug,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<FreeSlots> {
        let mut db = self.store().read().await?;
        let bookable = bookable_online(&mut db, practitioner, reason).await?;
        let clocks = Clocks::only(bookable.key.zone);
        self.free(&mut db, &bookable, clocks, from, to).await
    }

    /// The first slot of a practitioner that is free for patients within the horizon, in one
    /// statement while the agenda stands and three when it changed; one more when the next days
    /// are full.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown practitioner or a reason that patients may not book.
    pub async fn first_slot(&self, practitioner: &Slug, reason: &Slug) -> Result<FirstSlot> {
        let mut db = self.store().read().await?;
        let bookable = bookable_online(&mut db, practitioner, reason).await?;
        let start = self.first_of(&mut db, &bookable, None).await?;
        Ok(FirstSlot {
            practitioner: practitioner.clone(),
            zone: bookable.key.zone,
            start: start.map(|slot| slot.interval.start()),
        })
    }

    /// The first slot that is free for patients at any practitioner of a practice who has a
    /// reason of that name; of two at the same instant, that of the practitioner whose name
    /// comes first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown practice, or when nobody there can be booked for it.
    pub async fn first_slot_of_practice(
        &self,
        practice: &Slug,
        reason: &Slug,
    ) -> Result<FirstSlot> {
        let mut db = self.store().read().await?;
        let mut first: Option<FirstSlot> = None;
        for (practitioner, bookable) in bookable::in_practice(&mut db, practice, reason).await? {
            if bookable.reason.audience != Audience::Everyone {
                continue;
            }
            // Only what comes before the earliest so far is of interest.
            let known = first.as_ref().and_then(|first| first.start);
            let start = self.first_of(&mut db, &bookable, known).await?;
            if start.is_some() || first.is_none() {
                first = Some(FirstSlot {
                    practitioner,
                    zone: bookable.key.zone,
                    start: start.map(|slot| slot.interval.start()),
                });
            }
        }
        first.ok_or(Error::NotFound)
    }

    /// The first free slot within the horizon that starts before an instant. Looks at the next
    /// days first: mostly it is there, and they are few rows.
    async fn first_of(
        &self,
        db: &mut Reader,
        bookable: &Bookable,
        before: Option<DateTime<Utc>>,
    ) -> Result<Option<Slot>> {
        let now = self.now();
        let Some(end) = now.checked_add_signed(bookable.reason.horizon.delta()) else {
            return Ok(None);
        };
        let end = before.map_or(end, |before| before.min(end));
        let soon = end.min(now + NEXT_DAYS);
        for (from, to) in [(now, soon), (soon, end)] {
            if let Ok(range) = Interval::new(from, to)
                && let Some(slot) = self.first_in(db, bookable, range, now).await?
            {
                return Ok(Some(slot));
            }
        }
        Ok(None)
    }

    async fn first_in(
        &self,
        db: &mut Reader,
        bookable: &Bookable,
        range: Interval,
        now: DateTime<Utc>,
    ) -> Result<Option<Slot>> {
        let agenda = self.known_agenda(db, bookable, range, now).await?;
        Ok(slots::first_free(&agenda, &bookable.reason, range, now))
    }

    /// As [`Backend::find_slots`], for a page that knows practitioner, reason and places already:
    /// one statement less, and each slot on the day that it is at its place.
    ///
    /// # Errors
    /// As the database.
    pub async fn slots_for(
        &self,
        page: &PractitionerPage,
        reason: &VisitReason,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<FreeSlots> {
        let clocks = Clocks::of(&page.places)?;
        let bookable = Bookable {
            key: availability::AgendaKey {
                practice: page.practice.id,
                practitioner: page.practitioner.id,
                holidays: page.practice.holidays,
                zone: clocks.main(),
            },
            version: page.agenda_version,
            reason: reason.clone(),
        };
        let mut db = self.store().read().await?;
        self.free(&mut db, &bookable, clocks, from, to).await
    }

    /// The day it is at a place; in UTC where there is none.
    #[must_use]
    pub fn today_at(&self, place: Option<&Place>) -> NaiveDate {
        zone::day(&zone_of(place), self.now())
    }

    /// What the form of a booking asks for, in one statement; two for a reason that is
    /// not offered.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a practitioner or a reason that never was.
    pub async fn asked(&self, practitioner: &Slug, reason: &Slug) -> Result<Asked> {
        let mut db = self.store().read().await?;
        let found = bookable::by_names(&mut db, practitioner, reason).await?;
        let is_offered = found.as_ref().is_some_and(is_for_everyone);
        let bookable = match found {
            Some(bookable) => Some(bookable),
            None => bookable::ever_by_names(&mut db, practitioner, reason).await?,
        };
        let bookable = bookable.ok_or(Error::NotFound)?;
        Ok(Asked {
            today: zone::day(&bookable.key.zone, self.now()),
            reason: bookable.reason,
            is_offered,
        })
    }

    async fn free(
        &self,
        db: &mut Reader,
        bookable: &Bookable,
        clocks: Clocks,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<FreeSlots> {
        let to = to
            .min(
                from.checked_add_days(Days::new(MOST_DAYS - 1))
                    .unwrap_or(from),
            )
            .max(from);
        let now = self.now();
        let mut free = FreeSlots {
            clocks,
            from,
            to,
            slots: Vec::new(),
            next: None,
        };
        let Some(range) = free.clocks.span(from, to) else {
            return Ok(free);
        };
        let end = now.checked_add_signed(bookable.reason.horizon.delta());
        let Some(bookable_time) = end.and_then(|end| Interval::new(now, end).ok()) else {
            return Ok(free);
        };
        if let Some(bookable_part) = range.intersection(bookable_time) {
            let agenda = self.known_agenda(db, bookable, range, now).await?;
            free.slots = slots::free_slots(&agenda, &bookable.reason, bookable_part, now);
            // With several clocks, more was looked at than the days of each place.
            let later = |slot: &&Slot| !free.clocks.is_one() && free.clocks.day(slot) > to;
            free.next = free.slots.iter().find(later).copied();
            free.clocks.keep_days(&mut free.slots, from, to);
            free.next = free.next.filter(|_| free.slots.is_empty());
        }
        let rest = Interval::new(range.end().max(now), bookable_time.end());
        if let (true, None, Ok(rest)) = (free.slots.is_empty(), free.next, rest) {
            free.next = self.first_in(db, bookable, rest, now).await?;
        }
        Ok(free)
    }

    /// What a patient chose: the form behind a slot shows it, or says that it is gone. What the form
    /// of that key holds itself is as good as free for whoever sends it again: she is shown what she would
    /// get instead of it, or, where that is nothing, where she has it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown practitioner or a reason that patients may not book.
    pub async fn chosen_slot(
        &self,
        practitioner: &Slug,
        reason: &Slug,
        start: DateTime<Utc>,
        key: Option<&str>,
    ) -> Result<ChosenSlot> {
        let mut db = self.store().read().await?;
        let found = practices::practitioner_by_slug(&mut db, practitioner)
            .await?
            .ok_or(Error::NotFound)?;
        let bookable = bookable_online(&mut db, practitioner, reason).await?;
        let now = self.now();
        let own = match key {
            Some(key) => held_by_form(&mut db, &bookable, start, key, now).await?,
            None => None,
        };
        // The hours are read once, for the start and for what there is instead; visits, which are many,
        // only where they are needed.
        let whose = bookable.key.practitioner;
        let (mut slot, mut open): (_, Option<Open>) = (None, None);
        if let (Some(range), Ok(instant)) =
            (slots::around(start), Interval::starting(start, ONE_SECOND))
        {
            let hours = availability::hours_in(&mut db, whose, range).await?;
            let mut taken = availability::taken_time(&mut db, whose, instant).await?;
            if let Some(own) = &own {
                taken.give_back(own.interval);
            }
            let agenda = taken.agenda(bookable.key, hours, now);
            slot = slots::why_not(&agenda, &bookable.reason, start, now).ok();
            open = Some((range, agenda.hours));
        }
        let mut clocks = match &open {
            Some((_, hours)) => Clocks::of_hours(bookable.key.zone, hours),
            None => Clocks::only(bookable.key.zone),
        };
        let slot = slot.or(own);
        let place = match slot {
            Some(slot) => practices::place_by_id(&mut db, found.practice.id, slot.place).await?,
            None => None,
        };
        let nearest = match slot {
            Some(_) => Vec::new(),
            None => {
                let instead = self.instead_of(&mut db, &bookable, (start, open), now);
                let (nearest, around) = instead.await?;
                clocks = around;
                nearest
            }
        };
        let places = match nearest.is_empty() {
            true => Vec::new(),
            false => practices::places_of(&mut db, found.practice.id).await?,
        };
        let zone = slot.map_or(clocks.main(), |slot| clocks.at(slot.place));
        Ok(ChosenSlot {
            found,
            reason: bookable.reason,
            place,
            zone,
            clocks,
            slot,
            nearest,
            places,
        })
    }

    /// The free slots nearest to a start that cannot be had, with the clocks around it; where none is near,
    /// the first there are. Empty only when nothing is free up to the horizon.
    async fn instead_of(
        &self,
        db: &mut Reader,
        bookable: &Bookable,
        (start, open): (DateTime<Utc>, Option<Open>),
        now: DateTime<Utc>,
    ) -> Result<(Vec<Slot>, Clocks)> {
        let (main, reason) = (bookable.key.zone, &bookable.reason);
        if let Some((range, hours)) = open {
            let taken = availability::taken_time(db, bookable.key.practitioner, range).await?;
            let agenda = taken.agenda(bookable.key, hours, now);
            let near = slots::nearest(&agenda, reason, start, now, NEAREST);
            if !near.is_empty() {
                return Ok((near, Clocks::of_hours(main, &agenda.hours)));
            }
        }
        let first = self.first_of(db, bookable, None).await?;
        let first = first.map(|slot| slot.interval.start());
        let Some((first, range)) = first.and_then(|first| Some((first, slots::around(first)?)))
        else {
            return Ok((Vec::new(), Clocks::only(main)));
        };
        let agenda = self.known_agenda(db, bookable, range, now).await?;
        let near = slots::nearest(&agenda, reason, first, now, NEAREST);
        Ok((near, Clocks::of_hours(main, &agenda.hours)))
    }
}

/// The zone of a place; UTC where there is none.
fn zone_of(place: Option<&Place>) -> Tz {
    place
        .and_then(|place| place.zone.as_str().parse().ok())
        .unwrap_or(Tz::UTC)
}

/// The slot that a form holds already, if it is that one.
async fn held_by_form(
    db: &mut Reader,
    bookable: &Bookable,
    start: DateTime<Utc>,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Option<Slot>> {
    let visit = appointments::by_key(db, bookable.key.practice, key).await?;
    let visit = visit.map(|visit| visit.appointment);
    Ok(visit
        .filter(|visit| is_same(visit, start, bookable))
        .filter(|visit| matches!(visit.status, Status::Held { until } if now < until))
        .map(|visit| Slot {
            interval: visit.interval,
            place: visit.place,
        }))
}

/// What two names in addresses mean, if patients may book it.
async fn bookable_online(db: &mut Reader, practitioner: &Slug, reason: &Slug) -> Result<Bookable> {
    bookable::by_names(db, practitioner, reason)
        .await?
        .filter(is_for_everyone)
        .ok_or(Error::NotFound)
}

fn is_for_everyone(bookable: &Bookable) -> bool {
    bookable.reason.audience == Audience::Everyone
}
