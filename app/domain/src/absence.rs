//! A closed interval of a practitioner: it wins over opening hours.
//! Public holidays are computed, see [`crate::holidays`].

use serde::{Deserialize, Serialize};

use crate::{ids::AbsenceId, interval::Interval, practice::Title};

/// A time at which the practitioner sees nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Its identifier.
    pub id: AbsenceId,
    /// When, by the clock of the practice's main place. A place that goes by another is closed during
    /// the same hours of its own ([`crate::zone::same_hours`]).
    pub interval: Interval,
    /// A note for the office; never shown to patients or in feeds.
    pub note: Option<Title>,
}
