//! What a calendar feed shows of an agenda: visits and places, and as little of them as it may.
//! The subscriptions themselves are in [`super::feeds`].

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    feed::Detail,
    ids::{AppointmentId, PlaceId, PracticeId},
    interval::Interval,
};
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

/// What stands between the columns of a visit and between visits, where [`visits`] reads them as
/// one text: the separators that ASCII has for that. No name holds a control character.
const UNIT: char = '\u{1f}';
const RECORD: char = '\u{1e}';

/// Reads a visit; instants are in seconds since 1970, which is as fine as a calendar tells them.
fn visit(record: &str) -> Result<ShownVisit, StoreError> {
    let mut units = record.split(UNIT);
    let mut next = || {
        units
            .next()
            .ok_or_else(|| broken("a visit without its columns"))
    };
    let (id, place): (Uuid, Uuid) = (read(next()?)?, read(next()?)?);
    let (start, end) = (instant(next()?)?, instant(next()?)?);
    let visit = ShownVisit {
        id: id.into(),
        place: place.into(),
        interval: Interval::new(start, end).map_err(broken)?,
        cancelled: next()? == "cancelled",
        sequence: read(next()?)?,
        changed_at: instant(next()?)?,
        given_name: next()?.to_owned(),
        family_name: next()?.to_owned(),
    };
    match units.next() {
        Some(_) => Err(broken("a visit with more than its columns")),
        None => Ok(visit),
    }
}

fn read<T: FromStr<Err: ToString>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error: T::Err| broken(error))
}

fn instant(seconds: &str) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp(read(seconds)?, 0).ok_or_else(|| broken("no instant of a calendar"))
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
/// They come as **one** text: as rows, ten thousand visits take longer to be handed over and read
/// column by column than to be found (docs/decisions/0016).
///
/// # Errors
/// As the database.
pub async fn visits(
    db: &mut impl Access,
    feed: &Feed,
    window: Window,
) -> Result<Vec<ShownVisit>, StoreError> {
    macro_rules! text {
        ($columns:literal, $names:literal, $join:literal) => {
            concat!(
                "select string_agg(concat_ws(cast($7 as text), ",
                $columns,
                ", ",
                $names,
                "), cast($8 as text)) from appointments a ",
                $join,
                " where a.practitioner_id = $1 and a.practice_id = $2
                   and a.starts_at > $3 and a.starts_at < $4 and a.ends_at > $5
                   and (a.status in ('booked', 'arrived', 'attended', 'missed')
                        or (a.status = 'cancelled' and a.ends_at > $6))"
            )
        };
    }
    macro_rules! visits {
        ($names:literal, $join:literal) => {
            maybe!(
                db,
                (Option<String>,),
                sqlite text!(
                    "hex(a.id), hex(a.place_id), unixepoch(a.starts_at), unixepoch(a.ends_at),
                     a.status, a.sequence, unixepoch(a.changed_at)",
                    $names,
                    $join
                ),
                postgres text!(
                    // Whole seconds are stored, and numbers without fractions are written faster.
                    "a.id, a.place_id, date_part('epoch', a.starts_at)::bigint,
                     date_part('epoch', a.ends_at)::bigint, a.status, a.sequence,
                     date_part('epoch', a.changed_at)::bigint",
                    $names,
                    $join
                ),
                feed.practitioner.uuid(),
                feed.practice.uuid(),
                // No visit is longer than a day: this is what the index can use.
                window.from - TimeDelta::days(1) - TimeDelta::seconds(1),
                window.to,
                window.from,
                window.cancelled_from,
                UNIT.to_string(),
                RECORD.to_string()
            )
        };
    }
    let found: Option<(Option<String>,)> = match feed.detail {
        Detail::BusyOnly => visits!("'', ''", ""),
        Detail::Initials | Detail::FullName => visits!(
            "p.given_name, p.family_name",
            "join patients p on p.id = a.patient_id"
        ),
    }?;
    let Some((Some(text),)) = found else {
        return Ok(Vec::new());
    };
    let visits: Result<Vec<_>, _> = text.split(RECORD).map(visit).collect();
    let mut visits = visits?;
    visits.sort_unstable_by_key(|visit| (visit.interval.start(), visit.id));
    Ok(visits)
}
