//! What the gallery shows: people and places that do not exist, with names that try the layout.

use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Offset, Utc};
use domain::{
    holidays::HolidaySet,
    practice::{Place, Practice, Practitioner},
    visit_reason::{Audience, BirthDateAsked, Minutes, VisitReason},
};
use i18n::{Lang, dates, t};

use crate::{
    components::when::When,
    fault::Fault,
    request,
    week_words::{Day, Half, NoSlots, Slot, Week},
};

/// A number to read in a field.
pub(super) const PHONE: &str = "06 12 34 56 78";
/// What somebody typed for an address.
pub(super) const WRONG_EMAIL: &str = "zoe@@example";

/// Things to show.
#[derive(Clone)]
pub(super) struct Samples {
    pub(super) practice: Practice,
    pub(super) place: Place,
    pub(super) practitioners: Vec<Practitioner>,
    pub(super) reason: VisitReason,
}

/// Parses what was written here, and is right.
fn made<T: FromStr>(text: &str) -> Result<T, Fault> {
    text.parse()
        .map_err(|_| request::unexpected("a sample of the gallery"))
}

/// Monday 23 November 2026, 9.20 in Paris.
pub(super) fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_422_000, 0).unwrap_or_default()
}

impl Samples {
    pub(super) fn new() -> Result<Self, Fault> {
        let backend = request::backend()?;
        let minutes = |minutes: i32| Minutes::try_from(minutes).unwrap_or(Minutes::ZERO);
        let practitioner = |slug: &str, name: &str| -> Result<Practitioner, Fault> {
            Ok(Practitioner {
                id: backend.new_id(),
                slug: made(slug)?,
                name: made(name)?,
                specialty: made("Médecin généraliste")?,
            })
        };
        let long = "Marie-Antoinette de La Rochefoucauld-Schwindenhammer-Obernai";
        Ok(Self {
            practice: Practice {
                id: backend.new_id(),
                slug: made("cabinet-de-la-tour")?,
                name: made("Cabinet de la Tour")?,
                phone: made("01 23 45 67 89")?,
                email: None,
                holidays: HolidaySet::France,
            },
            place: Place {
                id: backend.new_id(),
                name: made("Cabinet")?,
                address: made("12 rue des Tanneurs\n68100 Mulhouse")?,
                town: made("Mulhouse")?,
                zone: made("Europe/Paris")?,
            },
            practitioners: vec![
                practitioner("camille-lefevre", "Dre Camille Lefèvre")?,
                practitioner("marie-antoinette", long)?,
                practitioner("tho", "Thọ Nguyễn")?,
            ],
            reason: VisitReason {
                id: backend.new_id(),
                slug: made("suivi")?,
                name: made("Consultation de suivi")?,
                length: minutes(20),
                step: minutes(20),
                buffer_before: Minutes::ZERO,
                buffer_after: Minutes::ZERO,
                min_notice: Minutes::ZERO,
                horizon: minutes(60 * 24 * 60),
                cancel_deadline: minutes(24 * 60),
                audience: Audience::Everyone,
                birth_date: BirthDateAsked::No,
                instructions: made(
                    "Apportez votre carte Vitale.\nMettez un masque si vous toussez.",
                )?,
            },
        })
    }
}

/// When the visit of the samples is.
pub(super) fn when(lang: Lang) -> When {
    let (day, hour) = (start().date_naive(), start().time());
    When {
        machine: start().to_rfc3339(),
        day: dates::long_day(lang, day),
        hour: dates::hour(lang, hour),
        day_and_hour: dates::day_and_hour(lang, start().naive_utc()),
        zone: dates::offset(Utc.fix()),
    }
}

/// A week with slots, one that leads on, one that does not.
pub(super) fn weeks(lang: Lang) -> Vec<Week> {
    let first = start().date_naive();
    let days = first.iter_days().take(7).enumerate();
    let full = Week {
        title: t!(lang, "slots-week", range = dates::long_day(lang, first)),
        days: days
            .map(|(number, day)| sample_day(lang, day, number * 3))
            .collect(),
        none: None,
        previous: None,
        next: Some("#creneaux".to_owned()),
        zone: t!(lang, "slots-zone", zone = "UTC"),
    };
    let empty = |none| Week {
        days: Vec::new(),
        none: Some(none),
        previous: Some("#creneaux".to_owned()),
        ..full.clone()
    };
    let later = NoSlots {
        title: t!(lang, "slots-none-this-week"),
        advice: t!(lang, "slots-next", when = dates::long_day(lang, first)),
        way: Some((
            "#creneaux".to_owned(),
            t!(
                lang,
                "slots-see-week",
                day = dates::day_of_month(lang, first)
            ),
        )),
    };
    let never = NoSlots {
        title: t!(lang, "slots-none-at-all", horizon = "60"),
        advice: t!(lang, "slots-call"),
        way: Some(("tel:+33612345678".to_owned(), PHONE.to_owned())),
    };
    vec![full.clone(), empty(later), empty(never)]
}

fn sample_day(lang: Lang, day: NaiveDate, slots: usize) -> Day {
    let hours = (0..slots).map(|number| Slot {
        hour: format!("{}:{:02}", 8 + number / 3, 20 * (number % 3)),
        href: "#creneaux".to_owned(),
    });
    let half = Half {
        title: t!(lang, "slots-morning"),
        slots: hours.collect(),
    };
    Day {
        date: day.to_string(),
        weekday: dates::short_weekday(lang, day.weekday()).to_owned(),
        number: day.day().to_string(),
        month: dates::short_month(lang, day).to_owned(),
        spoken: dates::long_day(lang, day),
        halves: if slots == 0 { Vec::new() } else { vec![half] },
    }
}
