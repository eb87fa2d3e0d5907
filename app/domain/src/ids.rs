//! Identifiers: one type per thing, so that a place cannot be passed for a practice.
//! Creating them needs randomness and a clock, and is `backend`'s.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The identifier as it is stored.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A practice: the organisation that owns places and practitioners; the tenant.
    PracticeId;
    /// Where visits happen.
    PlaceId;
    /// Who is visited.
    PractitionerId;
    /// Why one comes.
    VisitReasonId;
    /// A recurring or single window in which visits may be booked.
    OpeningHoursId;
    /// A closed interval of a practitioner.
    AbsenceId;
    /// The person seen.
    PatientId;
    /// A visit: held, booked, or over.
    AppointmentId;
    /// The person who signs in.
    AccountId;
    /// What one of her devices proves itself by.
    PasskeyId;
    /// A message that remains to be sent.
    JobId;
    /// A calendar subscription.
    FeedId;
}
