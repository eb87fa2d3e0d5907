//! What a calendar feed shows of an agenda: visits and places, and as little of them as it may.
//! The subscriptions themselves are in [`super::feeds`].

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    feed::Detail,
    ids::{AppointmentId, PlaceId, PracticeId},
    interval::Interval,
};
use serde::Deserialize;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, all, dialect::broken, feeds::Feed, maybe};

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

/// The columns of a visit, in the order in which [`visits`] asks for them; instants in seconds
/// since 1970, which is as fine as a calendar tells them.
#[derive(Deserialize)]
struct ShownVisitRow(Uuid, Uuid, i64, i64, String, i32, i64, String, String);

impl ShownVisitRow {
    fn read(self) -> Result<ShownVisit, StoreError> {
        let Self(id, place, start, end, status, sequence, changed, given_name, family_name) = self;
        let instant = |seconds| {
            DateTime::from_timestamp(seconds, 0).ok_or_else(|| broken("no instant of a calendar"))
        };
        Ok(ShownVisit {
            id: id.into(),
            place: place.into(),
            interval: Interval::new(instant(start)?, instant(end)?).map_err(broken)?,
            cancelled: status == "cancelled",
            sequence,
            changed_at: instant(changed)?,
            given_name,
            family_name,
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

/// Which visits are shown.
macro_rules! shown {
    () => {
        " where a.practitioner_id = $1 and a.practice_id = $2
            and a.starts_at > $3 and a.starts_at < $4 and a.ends_at > $5
            and (a.status in ('booked', 'arrived', 'attended', 'missed')
                 or (a.status = 'cancelled' and a.ends_at > $6))"
    };
}

/// The visits that a feed shows, by start: those that stand or took place, and those cancelled
/// not long ago. Holds are not among them: nobody has promised to come.
///
/// They come as **one** row, a text in JSON: by rows, ten thousand visits take three times as
/// long to be handed from SQLite's thread to this one, and to be read column by column, as they
/// take to be found (docs/decisions/0016).
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
            maybe!(
                db,
                (String,),
                sqlite concat!(
                    "select json_group_array(json_array(
                         hex(a.id), hex(a.place_id), unixepoch(a.starts_at),
                         unixepoch(a.ends_at), a.status, a.sequence, unixepoch(a.changed_at), ",
                    $names, ")) from appointments a ", $join, shown!()
                ),
                postgres concat!(
                    "select coalesce(json_agg(json_build_array(
                         a.id, a.place_id, floor(extract(epoch from a.starts_at)),
                         floor(extract(epoch from a.ends_at)), a.status, a.sequence,
                         floor(extract(epoch from a.changed_at)), ",
                    $names, ")), '[]')::text from appointments a ", $join, shown!()
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
    let found: Option<(String,)> = match feed.detail {
        Detail::BusyOnly => visits!("'', ''", ""),
        Detail::Initials | Detail::FullName => visits!(
            "p.given_name, p.family_name",
            "join patients p on p.id = a.patient_id"
        ),
    }?;
    let (json,) = found.ok_or_else(|| broken("an aggregate without a row"))?;
    let rows: Vec<ShownVisitRow> = serde_json::from_str(&json).map_err(broken)?;
    let visits: Result<Vec<_>, _> = rows.into_iter().map(ShownVisitRow::read).collect();
    let mut visits = visits?;
    visits.sort_unstable_by_key(|visit| (visit.interval.start(), visit.id));
    Ok(visits)
}
