//! French public holidays, computed from the year (Easter included); never listed year by year.
//! Which of them close a practice is the practice's choice of a set; what closed means for its
//! hours is [`crate::slots`]'s.
//!
//! Sources: Code du travail, articles L3133-1 (the eleven), L3134-13 (Bas-Rhin, Haut-Rhin,
//! Moselle), L3422-2 (the days of the abolition of slavery; before it, décret n° 83-1003 of
//! 23 November 1983). The Pacific collectivities have labour codes of their own and are not
//! covered; the movable feasts of Mayotte are customs, not law (L3422-3): a practice writes
//! them down as absences. Saint-Pierre-et-Miquelon has the eleven.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// The public holidays that close a practice's weekly hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidaySet {
    /// None: open as usual.
    None,
    /// The eleven of article L3133-1 of the Code du travail.
    #[default]
    France,
    /// The eleven, Good Friday and 26 December. Good Friday is a holiday only in towns with a
    /// protestant or a shared church; elsewhere a practice opens it with one-off hours.
    AlsaceMoselle,
    /// The eleven and 27 May.
    Guadeloupe,
    /// The eleven and 22 May.
    Martinique,
    /// The eleven and 10 June.
    Guyane,
    /// The eleven and 20 December.
    Reunion,
    /// The eleven and 27 April.
    Mayotte,
    /// The eleven and 9 October.
    SaintBarthelemy,
    /// The eleven and 28 May: the day kept since 2019 on the word of the collectivity and the
    /// prefecture (circulaire interministérielle of 3 May 2019), while the Code still says
    /// 27 May.
    SaintMartin,
}

/// A public holiday. Its name is `i18n`'s: `holiday-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holiday {
    /// 1 January.
    NewYear,
    /// The Friday before Easter.
    GoodFriday,
    /// The day after Easter.
    EasterMonday,
    /// 1 May.
    LabourDay,
    /// 8 May.
    Victory1945,
    /// The Thursday 39 days after Easter.
    Ascension,
    /// The Monday 50 days after Easter.
    WhitMonday,
    /// The day on which a territory remembers the abolition of slavery.
    AbolitionOfSlavery,
    /// 14 July.
    NationalDay,
    /// 15 August.
    Assumption,
    /// 1 November.
    AllSaints,
    /// 11 November.
    Armistice1918,
    /// 25 December.
    Christmas,
    /// 26 December.
    SaintStephen,
}

impl HolidaySet {
    /// All sets, in the order in which a form offers them.
    pub const ALL: [Self; 10] = [
        Self::France,
        Self::AlsaceMoselle,
        Self::Guadeloupe,
        Self::Guyane,
        Self::Martinique,
        Self::Mayotte,
        Self::Reunion,
        Self::SaintBarthelemy,
        Self::SaintMartin,
        Self::None,
    ];

    /// The word under which it is stored and sent in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::France => "france",
            Self::AlsaceMoselle => "alsace_moselle",
            Self::Guadeloupe => "guadeloupe",
            Self::Martinique => "martinique",
            Self::Guyane => "guyane",
            Self::Reunion => "reunion",
            Self::Mayotte => "mayotte",
            Self::SaintBarthelemy => "saint_barthelemy",
            Self::SaintMartin => "saint_martin",
        }
    }

    /// The set stored under that word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.code() == code)
    }

    /// The holiday on that local day, if it is one of the set; of two on one day (Ascension can
    /// fall on 1 or 8 May), the one with a fixed date. Movable feasts are known from 1583 to
    /// 9999, the years of the Gregorian computus.
    #[must_use]
    pub fn on(self, day: NaiveDate) -> Option<Holiday> {
        if self == Self::None {
            return None;
        }
        fixed(day)
            .or_else(|| self.local(day))
            .or_else(|| movable(day))
    }

    /// What the set adds to the eleven.
    fn local(self, day: NaiveDate) -> Option<Holiday> {
        let abolition = match self {
            Self::None | Self::France => return None,
            Self::AlsaceMoselle => {
                return if (day.month(), day.day()) == (12, 26) {
                    Some(Holiday::SaintStephen)
                } else {
                    (days_after_easter(day) == Some(-2)).then_some(Holiday::GoodFriday)
                };
            }
            Self::Guadeloupe => (5, 27),
            Self::Martinique => (5, 22),
            Self::Guyane => (6, 10),
            Self::Reunion => (12, 20),
            Self::Mayotte => (4, 27),
            Self::SaintBarthelemy => (10, 9),
            Self::SaintMartin => (5, 28),
        };
        ((day.month(), day.day()) == abolition).then_some(Holiday::AbolitionOfSlavery)
    }
}

/// The eight of the eleven that have a date.
fn fixed(day: NaiveDate) -> Option<Holiday> {
    match (day.month(), day.day()) {
        (1, 1) => Some(Holiday::NewYear),
        (5, 1) => Some(Holiday::LabourDay),
        (5, 8) => Some(Holiday::Victory1945),
        (7, 14) => Some(Holiday::NationalDay),
        (8, 15) => Some(Holiday::Assumption),
        (11, 1) => Some(Holiday::AllSaints),
        (11, 11) => Some(Holiday::Armistice1918),
        (12, 25) => Some(Holiday::Christmas),
        _ => None,
    }
}

/// The three of the eleven that follow Easter.
fn movable(day: NaiveDate) -> Option<Holiday> {
    match days_after_easter(day)? {
        1 => Some(Holiday::EasterMonday),
        39 => Some(Holiday::Ascension),
        50 => Some(Holiday::WhitMonday),
        _ => None,
    }
}

/// Days from Easter Sunday of the same year; `None` outside the years of the computus.
fn days_after_easter(day: NaiveDate) -> Option<i64> {
    let easter = computus::gregorian(day.year()).ok()?;
    let easter = NaiveDate::from_ymd_opt(easter.year, easter.month, easter.day)?;
    Some(day.signed_duration_since(easter).num_days())
}
