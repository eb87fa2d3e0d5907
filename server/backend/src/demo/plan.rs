//! What a demonstration holds besides visits: the practice, its people, hours and addresses.
//! A plan is made of date and size alone; writing it down is [`super`]'s.

use std::{fmt::Debug, str::FromStr};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc, Weekday};
use domain::{
    absence::Absence,
    access::Role,
    feed::Detail,
    ids::{AccountId, FeedId, PlaceId, PractitionerId, VisitReasonId},
    opening_hours::{OpeningHours, Recurrence, WallRange},
    people::EmailAddress,
    practice::{Place, Practice, Practitioner, Title},
    text,
    visit_reason::{Minutes, VisitReason},
};

use super::{Size, believable, measuring, seed::Seed, words};
use crate::office::reasons::ReasonForm;

/// A demonstration without its visits.
pub(super) struct Plan {
    pub(super) size: Size,
    pub(super) date: NaiveDate,
    pub(super) practice: Practice,
    pub(super) places: Vec<Place>,
    pub(super) practitioners: Vec<Planned>,
    pub(super) people: Vec<Person>,
    /// When everything but the visits was written down.
    pub(super) opened_at: DateTime<Utc>,
    pub(super) seed: Seed,
}

/// A practitioner with everything that is hers.
pub(super) struct Planned {
    pub(super) practitioner: Practitioner,
    pub(super) reasons: Vec<VisitReason>,
    pub(super) hours: Vec<OpeningHours>,
    pub(super) absences: Vec<Absence>,
    pub(super) feed: FeedId,
    pub(super) feed_token: String,
    pub(super) detail: Detail,
}

/// One of the practice's people.
pub(super) struct Person {
    pub(super) account: AccountId,
    pub(super) name: Title,
    pub(super) email: EmailAddress,
    pub(super) role: Role,
    pub(super) practitioner: Option<PractitionerId>,
    pub(super) keeps: Vec<PractitionerId>,
    pub(super) password: String,
}

/// The demonstration of that size and date.
pub(super) fn of(size: Size, date: NaiveDate) -> Plan {
    let seed = Seed::new(&format!("{} {date}", size.code()));
    match size {
        Size::Practice => believable::plan(date, seed),
        Size::One | Size::Ten | Size::Hundred => measuring::plan(size, date, seed),
    }
}

/// A value that stands in this program's text.
pub(super) fn parsed<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse()
        .expect("what a demonstration writes is well formed")
}

/// A practitioner without reasons and hours.
pub(super) fn practitioner(
    seed: &Seed,
    at: DateTime<Utc>,
    name: &str,
    specialty: &str,
    detail: Detail,
) -> Planned {
    let seed = seed.part(name);
    Planned {
        practitioner: Practitioner {
            id: seed.id(at),
            slug: parsed(&text::slug(name)),
            name: parsed(name),
            specialty: parsed(specialty),
        },
        reasons: Vec::new(),
        hours: Vec::new(),
        absences: Vec::new(),
        feed: seed.id(at),
        feed_token: seed.token(),
        detail,
    }
}

impl Planned {
    /// Adds a reason of so many minutes; answers it to be changed.
    pub(super) fn reason(
        &mut self,
        seed: &Seed,
        at: DateTime<Utc>,
        name: &str,
        length: i32,
    ) -> &mut VisitReason {
        let id: VisitReasonId = seed
            .part(format_args!("{}/{name}", self.practitioner.slug))
            .id(at);
        let form = ReasonForm::usual(parsed(name), minutes(length));
        self.reasons
            .push(form.into_reason(id, parsed(&text::slug(name))));
        let last = self.reasons.len() - 1;
        &mut self.reasons[last]
    }

    /// Adds hours from `first` on; `every` 0 means on that day only.
    pub(super) fn open(
        &mut self,
        id: domain::ids::OpeningHoursId,
        place: PlaceId,
        weekday: Weekday,
        every: u32,
        first: NaiveDate,
        (from, until): ((u32, u32), (u32, u32)),
    ) -> &mut OpeningHours {
        let recurrence = if every == 0 {
            Recurrence::Once { day: first }
        } else {
            Recurrence::weekly(weekday, every, first, None).expect("every 1 to 52 weeks")
        };
        self.hours.push(OpeningHours {
            id,
            place,
            recurrence,
            range: WallRange::new(time(from), time(until)).expect("ends after it starts"),
            reasons: Vec::new(),
        });
        let last = self.hours.len() - 1;
        &mut self.hours[last]
    }
}

/// One of the people, with a password of the date.
pub(super) fn person(
    seed: &Seed,
    at: DateTime<Utc>,
    (name, email, role): (&str, &str, Role),
    practitioner: Option<PractitionerId>,
    keeps: Vec<PractitionerId>,
) -> Person {
    let seed = seed.part(email);
    Person {
        account: seed.id(at),
        name: parsed(name),
        email: parsed(email),
        role,
        practitioner,
        keeps,
        password: words::password(&seed),
    }
}

/// An hour and minute on the wall.
pub(super) fn time((hour, minute): (u32, u32)) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).expect("an hour of the day")
}

/// So many minutes.
pub(super) fn minutes(minutes: i32) -> Minutes {
    Minutes::try_from(minutes).expect("less than a year")
}
