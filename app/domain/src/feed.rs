//! How much of a visit a calendar feed shows. Writing the calendar file is `backend`'s.

use serde::{Deserialize, Serialize};

use crate::people::{self, Patient};

/// Level of detail of a feed; the least by default.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// That there is a visit, nothing else.
    #[default]
    BusyOnly,
    /// The patient's initials.
    Initials,
    /// The patient's full name.
    FullName,
}

impl Detail {
    /// All levels, least first.
    pub const ALL: [Self; 3] = [Self::BusyOnly, Self::Initials, Self::FullName];

    /// What the feed may say of who comes; never a reason, telephone, e-mail or birth date.
    #[must_use]
    pub fn shown(self, patient: &Patient) -> Option<String> {
        self.shown_names(patient.given_name.as_str(), patient.family_name.as_str())
    }

    /// The same from the two names alone: a feed reads nothing else of a patient.
    #[must_use]
    pub fn shown_names(self, given_name: &str, family_name: &str) -> Option<String> {
        match self {
            Self::BusyOnly => None,
            Self::Initials => Some(people::initials(given_name, family_name)),
            Self::FullName => Some(format!("{given_name} {family_name}")),
        }
    }

    /// The word under which it is stored and sent in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BusyOnly => "busy_only",
            Self::Initials => "initials",
            Self::FullName => "full_name",
        }
    }

    /// The level stored under that word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detail| detail.code() == code)
    }
}
