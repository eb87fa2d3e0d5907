//! Lengths and delays in words.
//! What they mean for a booking is `domain::visit_reason`'s.
//!
//! French puts a no-break space (U+00A0) between a number and its unit; English a plain one.

use domain::visit_reason::Minutes;

use crate::{Lang, typography::NBSP};

const HOUR: i32 = 60;
const DAY: i32 = 24 * HOUR;

/// How long a visit takes: `20 minutes`, `1 heure`, `1 heure 30`; `1 hour 30 minutes`.
#[must_use]
pub fn length(lang: Lang, minutes: Minutes) -> String {
    let (hours, rest) = (minutes.get() / HOUR, minutes.get() % HOUR);
    match (lang, hours, rest) {
        (_, 0, rest) => count(lang, rest, Unit::Minute),
        (_, hours, 0) => count(lang, hours, Unit::Hour),
        (Lang::Fr, hours, rest) => format!("{}{NBSP}{rest:02}", count(lang, hours, Unit::Hour)),
        (Lang::En, hours, rest) => {
            let hours = count(lang, hours, Unit::Hour);
            format!("{hours} {}", count(lang, rest, Unit::Minute))
        }
    }
}

/// `20 min`, `1 h`, `1 h 30`; `20 min`, `1 h`, `1 h 30 min`: where room is scarce.
#[must_use]
pub fn short_length(lang: Lang, minutes: Minutes) -> String {
    match (lang, minutes.get() / HOUR, minutes.get() % HOUR) {
        (Lang::Fr, 0, rest) => format!("{rest}{NBSP}min"),
        (Lang::Fr, hours, 0) => format!("{hours}{NBSP}h"),
        (Lang::Fr, hours, rest) => format!("{hours}{NBSP}h{NBSP}{rest:02}"),
        (Lang::En, 0, rest) => format!("{rest} min"),
        (Lang::En, hours, 0) => format!("{hours} h"),
        (Lang::En, hours, rest) => format!("{hours} h {rest} min"),
    }
}

/// A notice, a horizon, a deadline: whole days from two on (`2 jours`), else as [`length`]
/// (`24 heures`, `36 heures`, `1 heure 30`). Elapsed time: a day is 24 hours.
#[must_use]
pub fn delay(lang: Lang, minutes: Minutes) -> String {
    let number = minutes.get();
    if number >= 2 * DAY && number % DAY == 0 {
        count(lang, number / DAY, Unit::Day)
    } else {
        length(lang, minutes)
    }
}

#[derive(Clone, Copy)]
enum Unit {
    Minute,
    Hour,
    Day,
}

/// French counts 0 and 1 in the singular, English 1 alone.
fn count(lang: Lang, number: i32, unit: Unit) -> String {
    let word = match (lang, unit) {
        (Lang::Fr | Lang::En, Unit::Minute) => "minute",
        (Lang::Fr, Unit::Hour) => "heure",
        (Lang::Fr, Unit::Day) => "jour",
        (Lang::En, Unit::Hour) => "hour",
        (Lang::En, Unit::Day) => "day",
    };
    let (space, singular) = match lang {
        Lang::Fr => (NBSP, number < 2),
        Lang::En => (' ', number == 1),
    };
    let plural = if singular { "" } else { "s" };
    format!("{number}{space}{word}{plural}")
}
