//! A closed time of a practitioner: it wins over opening hours.
//! Public holidays are computed, see [`crate::holidays`].

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use serde::{Deserialize, Serialize};

use crate::{ids::AbsenceId, interval::Interval, practice::Title, zone};

/// A time at which the practitioner sees nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Its identifier.
    pub id: AbsenceId,
    /// When.
    pub away: Away,
    /// A note for the office; never shown to patients or in feeds.
    pub note: Option<Title>,
}

/// When somebody is away. It is said on a wall clock, as opening hours are: at every place it is closed
/// while the clock there shows these hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// As the clock of the practice's main place has it.
    pub interval: Interval,
    /// As it was said; `None` where only the instants are known (until schema 7).
    pub said: Option<Said>,
}

/// What the wall shows at the two ends of an absence, to the minute. Some clock may skip them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// First minute.
    pub from: NaiveDateTime,
    /// First minute after; whole days end at the midnight after the last of them.
    pub until: NaiveDateTime,
}

impl Away {
    /// What was said, or what the main place's clock, in `main`, shows at the two ends.
    #[must_use]
    pub fn on_the_wall<Tz: TimeZone>(&self, main: &Tz) -> Said {
        self.said.unwrap_or_else(|| {
            let wall = |instant: DateTime<Utc>| zone::wall(main, instant);
            let (start, end) = (wall(self.interval.start()), wall(self.interval.end()));
            // Between two passes of a repeated hour, the clock may end before it began.
            Said {
                from: start.min(end),
                until: start.max(end),
            }
        })
    }

    /// When a place is closed by it that goes by the clock of `place`, where the main one goes by that
    /// of `main`. Where an hour repeats there, the wider of what may be meant; `None` where that clock
    /// skips all of it.
    #[must_use]
    pub fn at<Tz: TimeZone + PartialEq>(&self, main: &Tz, place: &Tz) -> Option<Interval> {
        if main == place {
            return Some(self.interval);
        }
        let Said { from, until } = self.on_the_wall(main);
        Interval::new(zone::first_at(place, from)?, zone::end_at(place, until)?).ok()
    }
}

impl From<Interval> for Away {
    fn from(interval: Interval) -> Self {
        Self {
            interval,
            said: None,
        }
    }
}
