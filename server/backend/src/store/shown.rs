//! What a calendar feed shows of an agenda: visits and places, and as little of them as it may.
//! The subscriptions themselves are in [`super::feeds`].

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    feed::Detail,
    ids::{AppointmentId, PlaceId, PracticeId},
    interval::Interval,
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, all, dialect::broken, feeds::Feed};

/// A place as calendars name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, FromRow)]
pub struct ShownPlace {
    id: Uuid,
    /// Its name.
    pub name: String,
    /// Its postal address, in lines.
    pub address: String,
}

impl ShownPlace {
    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> PlaceId {
        self.id.into()
    }
}

/// The places of a practice, oldest first.
///
/// # Errors
/// As the database.
pub async fn places(
    db: &mut impl Access,
    practice: PracticeId,
) -> Result<Vec<ShownPlace>, StoreError> {
    all!(
        db,
        ShownPlace,
        "select id, name, address from places where practice_id = $1 order by created_at, id",
        practice.uuid()
    )
}

/// A visit as a feed shows it. Of who comes it holds two names at most, as they are stored, and
/// none where the feed shows none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownVisit {
    /// Its identifier.
    pub id: AppointmentId,
    /// Where.
    pub place: PlaceId,
    /// When.
    pub interval: Interval,
    /// Whether it was called off.
    pub cancelled: bool,
    /// Its own number of changes.
    pub sequence: i32,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// Who comes.
    pub given_name: String,
    /// Who comes.
    pub family_name: String,
}

#[derive(FromRow)]
struct ShownVisitRow {
    id: Uuid,
    place_id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    status: String,
    sequence: i32,
    changed_at: DateTime<Utc>,
    given_name: String,
    family_name: String,
}

impl ShownVisitRow {
    fn read(self) -> Result<ShownVisit, StoreError> {
        Ok(ShownVisit {
            id: self.id.into(),
            place: self.place_id.into(),
            interval: Interval::new(self.starts_at, self.ends_at).map_err(broken)?,
            cancelled: self.status == "cancelled",
            sequence: self.sequence,
            changed_at: self.changed_at,
            given_name: self.given_name,
            family_name: self.family_name,
        })
    }
}

/// Where a feed begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Visits that end after this instant…
    pub from: DateTime<Utc>,
    /// …and start before this one.
    pub to: DateTime<Utc>,
    /// Cancelled ones only if they end after this instant.
    pub cancelled_from: DateTime<Utc>,
}

/// The visits that a feed shows, by start: those that stand or took place, and those cancelled
/// not long ago. Holds are not among them: nobody has promised to come.
///
/// # Errors
/// As the database.
pub async fn visits(
    db: &mut impl Access,
    feed: &Feed,
    window: Window,
) -> Result<Vec<ShownVisit>, StoreError> {
    macro_rules! visits {
        ($names:literal, $join:literal) => {
            all!(
                db,
                ShownVisitRow,
                concat!(
                    "select a.id, a.place_id, a.starts_at, a.ends_at, a.status, a.sequence,
                            a.changed_at, ",
                    $names,
                    " from appointments a ",
                    $join,
                    " where a.practitioner_id = $1 and a.practice_id = $2
                       and a.starts_at > $3 and a.starts_at < $4 and a.ends_at > $5
                       and (a.status in ('booked', 'arrived', 'attended', 'missed')
                            or (a.status = 'cancelled' and a.ends_at > $6))
                     order by a.starts_at, a.id"
                ),
                feed.practitioner.uuid(),
                feed.practice.uuid(),
                // No visit is longer than a day: this is what the index can use.
                window.from - TimeDelta::days(1) - TimeDelta::seconds(1),
                window.to,
                window.from,
                window.cancelled_from
            )
        };
    }
    let rows = match feed.detail {
        Detail::BusyOnly => visits!("'' as given_name, '' as family_name", ""),
        Detail::Initials | Detail::FullName => visits!(
            "p.given_name, p.family_name",
            "join patients p on p.id = a.patient_id"
        ),
    }?;
    rows.into_iter().map(ShownVisitRow::read).collect()
}
