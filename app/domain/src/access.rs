//! Who is asking: a visitor, or one of a practice's people with a role.
//! What each may do is [`crate::policy`]'s; sessions and passwords are `backend`'s.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, PracticeId, PractitionerId};

/// What a member of a practice is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Opened the practice: manages everything in it.
    Owner,
    /// Manages her own agenda.
    Practitioner,
    /// Acts for the practitioners who delegated to them.
    Secretary,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Practitioner, Self::Secretary];

    /// The word under which it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Practitioner => "practitioner",
            Self::Secretary => "secretary",
        }
    }

    /// The role stored under that word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// One of a practice's people, signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who signed in.
    pub account: AccountId,
    /// In which practice; every query of hers names it.
    pub practice: PracticeId,
    /// What she is there.
    pub role: Role,
    /// The agendas she may act on: her own, or those delegated to her. An owner may act on all,
    /// whatever stands here.
    pub agendas: Vec<PractitionerId>,
}

/// Who asks for something to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// Nobody in particular: the public pages.
    Visitor,
    /// The holder of the secret link of one visit.
    VisitHolder,
    /// One of a practice's people.
    Member(Member),
}
