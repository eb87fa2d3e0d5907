//! What the slot engine needs to know: hours, absences and what is taken, in three statements
//! for a day, a week or a year (the first finds practitioner and reason, see
//! [`super::bookable`]).

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use domain::{
    absence::{Absence, Away, Said},
    holidays::HolidaySet,
    ids::{PracticeId, PractitionerId, VisitReasonId},
    interval::Interval,
    opening_hours::{OpeningHours, Recurrence, WallRange},
    practice::Title,
    slots::{Agenda, PlacedHours},
    zone::FURTHEST_APART,
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, all, dialect::broken, write};

/// No visit is longer (the schema checks it): one that reaches into a range starts at most so
/// long before it.
const LONGEST_VISIT: TimeDelta = TimeDelta::days(1);
/// No buffer is longer (the schema checks it).
const LONGEST_BUFFER: TimeDelta = TimeDelta::hours(2);

/// Whose agenda, and what of the practice the rules need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgendaKey {
    /// The tenant.
    pub practice: PracticeId,
    /// Whose.
    pub practitioner: PractitionerId,
    /// The holidays on which the practice is closed.
    pub holidays: HolidaySet,
    /// The zone of its main place, in which days are counted and absences said; UTC where there is
    /// none.
    pub zone: Tz,
}

/// The lock on an agenda, and the first statement of every transaction that changes it or
/// books in it: the row stays locked until the end on both databases, so that whoever comes
/// second reads what the first has written. Answers the version that it raised the agenda to;
/// `None` when the practitioner is not of the practice.
///
/// # Errors
/// As the database.
pub async fn lock_agenda(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
) -> Result<Option<i64>, StoreError> {
    let rows: Vec<(i64,)> = all!(
        tx,
        (i64,),
        "update practitioners set agenda_version = agenda_version + 1
         where id = $1 and practice_id = $2
         returning cast(agenda_version as bigint)",
        practitioner.uuid(),
        practice.uuid()
    )?;
    Ok(rows.into_iter().next().map(|(version,)| version))
}

#[derive(FromRow)]
struct HoursRow {
    id: Uuid,
    place_id: Uuid,
    zone: String,
    weekday: Option<i32>,
    every: i32,
    first_day: NaiveDate,
    until_day: Option<NaiveDate>,
    starts: NaiveTime,
    ends: NaiveTime,
    visit_reason_id: Option<Uuid>,
}

fn placed(row: HoursRow) -> Result<PlacedHours<Tz>, StoreError> {
    let recurrence = match row.weekday {
        None => Recurrence::Once { day: row.first_day },
        Some(weekday) => Recurrence::weekly(
            u8::try_from(weekday)
                .ok()
                .and_then(|day| Weekday::try_from(day).ok())
                .ok_or_else(|| broken("unknown weekday"))?,
            u32::try_from(row.every).map_err(broken)?,
            row.first_day,
            row.until_day,
        )
        .map_err(broken)?,
    };
    Ok(PlacedHours {
        hours: OpeningHours {
            id: row.id.into(),
            place: row.place_id.into(),
            recurrence,
            range: WallRange::new(row.starts, row.ends).map_err(broken)?,
            reasons: row
                .visit_reason_id
                .map(VisitReasonId::from)
                .into_iter()
                .collect(),
        },
        zone: row.zone.parse().map_err(|_| broken("unknown time zone"))?,
    })
}

/// The weekdays of `[from, to]` as bits, Monday the lowest.
fn weekdays(from: NaiveDate, to: NaiveDate) -> i32 {
    let days = from.iter_days().take_while(|day| *day <= to).take(7);
    days.fold(0, |bits, day| {
        bits | 1 << day.weekday().num_days_from_monday()
    })
}

/// The opening hours of a practitioner that may open on a day of `[from, to]`, with the zone
/// of their place, oldest first.
///
/// # Errors
/// As the database.
pub async fn hours_of(
    db: &mut impl Access,
    practitioner: PractitionerId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<PlacedHours<Tz>>, StoreError> {
    let rows = all!(
        db,
        HoursRow,
        "select h.id, h.place_id, l.zone, h.weekday, h.every, h.first_day, h.until_day,
                h.starts, h.ends, r.visit_reason_id
         from opening_hours h
         join places l on l.id = h.place_id
         left join opening_hours_reasons r on r.opening_hours_id = h.id
         where h.practitioner_id = $1
           and h.first_day <= $3
           and (h.until_day is null or h.until_day >= $2)
           and (h.weekday is null and h.first_day >= $2 or ($4 >> h.weekday) & 1 = 1)
         order by h.created_at, h.id",
        practitioner.uuid(),
        from,
        to,
        weekdays(from, to)
    )?;
    let mut hours: Vec<PlacedHours<Tz>> = Vec::new();
    for row in rows {
        match hours.last_mut() {
            Some(last) if last.hours.id.uuid() == row.id => {
                last.hours
                    .reasons
                    .extend(row.visit_reason_id.map(VisitReasonId::from));
            }
            _ => hours.push(placed(row)?),
        }
    }
    Ok(hours)
}

/// How the wall clock of an absence is written: `2027-03-28T02:30`.
const SAID: &str = "%Y-%m-%dT%H:%M";

/// When somebody is away, as four columns.
#[derive(FromRow)]
pub(super) struct AwayRow {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    said_from: Option<String>,
    said_until: Option<String>,
}

impl AwayRow {
    pub(super) fn read(self) -> Result<Away, StoreError> {
        let wall = |text: String| NaiveDateTime::parse_from_str(&text, SAID).map_err(broken);
        let said = match (self.said_from, self.said_until) {
            (Some(from), Some(until)) => Some(Said {
                from: wall(from)?,
                until: wall(until)?,
            }),
            _ => None,
        };
        Ok(Away {
            interval: Interval::new(self.starts_at, self.ends_at).map_err(broken)?,
            said,
        })
    }
}

#[derive(FromRow)]
struct TakenRow {
    absence: i32,
    said_from: Option<String>,
    said_until: Option<String>,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    buffer_before: i32,
    buffer_after: i32,
    held_until: Option<DateTime<Utc>>,
}

/// What takes one practitioner's time over a range. Each hold has its end, so that this can be
/// looked at later than it was read.
#[derive(Clone, Debug, Default)]
pub struct TakenTime {
    absences: Vec<Away>,
    /// With their buffers.
    visits: Vec<Interval>,
    /// With their buffers, each with the first instant at which it is free again.
    holds: Vec<(Interval, DateTime<Utc>)>,
}

impl TakenTime {
    /// The agenda with these hours as it stands at an instant, not before this was read; holds that
    /// ended by then are free.
    #[must_use]
    pub fn agenda(
        &self,
        key: AgendaKey,
        hours: Vec<PlacedHours<Tz>>,
        now: DateTime<Utc>,
    ) -> Agenda<Tz> {
        let holds = self.holds.iter().filter(|(_, until)| *until > now);
        let mut taken = self.visits.clone();
        taken.extend(holds.map(|(interval, _)| *interval));
        Agenda {
            practice: key.practice,
            practitioner: key.practitioner,
            hours,
            holidays: key.holidays,
            zone: key.zone,
            absences: self.absences.clone(),
            taken,
        }
    }

    /// Leaves the hold of that visit out of account.
    pub fn give_back(&mut self, held: Interval) {
        // Holds of one agenda do not overlap.
        self.holds.retain(|(whole, _)| !whole.contains(held));
    }

    /// Whether a hold among it ran out by then and still stands as one, so that the schema's guard
    /// would count it.
    #[must_use]
    pub fn has_run_out(&self, now: DateTime<Utc>) -> bool {
        self.holds.iter().any(|(_, until)| *until <= now)
    }

    /// How many rows it was.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.absences.len() + self.visits.len() + self.holds.len()
    }
}

/// The agenda of a practitioner for visits that start in a range, in two statements.
///
/// # Errors
/// As the database.
pub async fn load_agenda(
    db: &mut impl Access,
    key: AgendaKey,
    range: Interval,
    now: DateTime<Utc>,
) -> Result<Agenda<Tz>, StoreError> {
    let hours = hours_in(db, key.practitioner, range).await?;
    let taken = taken_time(db, key.practitioner, range).await?;
    Ok(taken.agenda(key, hours, now))
}

/// The hours of a practitioner for visits that start in a range.
pub(crate) async fn hours_in(
    db: &mut impl Access,
    practitioner: PractitionerId,
    range: Interval,
) -> Result<Vec<PlacedHours<Tz>>, StoreError> {
    let (first, last) = local_days(range.grown(TimeDelta::zero(), LONGEST_VISIT));
    hours_of(db, practitioner, first, last).await
}

/// The local days that a range touches anywhere: they reach at most 14 hours either side of
/// UTC's.
#[must_use]
pub fn local_days(range: Interval) -> (NaiveDate, NaiveDate) {
    const FURTHEST: TimeDelta = TimeDelta::hours(14);
    let (first, last) = (range.start(), range.end());
    let first = first.checked_sub_signed(FURTHEST).unwrap_or(first);
    let last = last.checked_add_signed(FURTHEST).unwrap_or(last);
    (first.date_naive(), last.date_naive())
}

/// The absences, visits and holds of a practitioner that touch a visit which starts in a range,
/// however long it is and by whatever clock its place goes; holds that ran out too, until somebody has
/// freed what they keep ([`super::appointments::expire_holds_of`]).
///
/// # Errors
/// As the database.
pub async fn taken_time(
    db: &mut impl Access,
    practitioner: PractitionerId,
    range: Interval,
) -> Result<TakenTime, StoreError> {
    let visits = range.grown(LONGEST_BUFFER, LONGEST_VISIT + LONGEST_BUFFER);
    taken_around(db, practitioner, visits).await
}

/// The same of what touches one visit, given with its own buffers: mostly nothing.
///
/// # Errors
/// As the database.
pub async fn taken_around(
    db: &mut impl Access,
    practitioner: PractitionerId,
    visit: Interval,
) -> Result<TakenTime, StoreError> {
    let mut taken = TakenTime::default();
    for row in taken_rows(db, practitioner, visit).await? {
        if row.absence == 1 {
            let (said_from, said_until) = (row.said_from, row.said_until);
            let away = AwayRow {
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                said_from,
                said_until,
            };
            taken.absences.push(away.read()?);
            continue;
        }
        let interval = Interval::new(row.starts_at, row.ends_at).map_err(broken)?;
        let (before, after) = (row.buffer_before.into(), row.buffer_after.into());
        let whole = interval.grown(TimeDelta::minutes(before), TimeDelta::minutes(after));
        match row.held_until {
            None => taken.visits.push(whole),
            Some(until) => taken.holds.push((whole, until)),
        }
    }
    Ok(taken)
}

async fn taken_rows(
    db: &mut impl Access,
    practitioner: PractitionerId,
    time: Interval,
) -> Result<Vec<TakenRow>, StoreError> {
    let near = time.grown(LONGEST_BUFFER, LONGEST_BUFFER);
    let anywhere = time.grown(FURTHEST_APART, FURTHEST_APART);
    // The index leads to those that start near enough; of these, most have no buffers and do not
    // reach the time itself. Each that is left out here is a row less to carry over.
    // `(select …)`: the more visits are stored, the better a plan for these very instants looks to
    // PostgreSQL beside the one it keeps for all, and it would make a new one at every call, which
    // takes several times as long as the answer. So it cannot tell them apart.
    all!(
        db,
        TakenRow,
        "select 0 as absence, starts_at, ends_at, buffer_before, buffer_after, held_until,
                null as said_from, null as said_until
         from appointments
         where practitioner_id = $1
           and starts_at > (select $2) and starts_at < (select $3) and ends_at > (select $4)
           and (buffer_before > 0 or starts_at < $6)
           and (buffer_after > 0 or ends_at > $5)
           and status in ('held', 'booked', 'arrived', 'attended', 'missed')
         union all
         select 1 as absence, starts_at, ends_at, 0, 0, null, said_from, said_until
         from absences
         where practitioner_id = $1 and ends_at > $7 and starts_at < $8",
        practitioner.uuid(),
        near.grown(LONGEST_VISIT, TimeDelta::zero()).start(),
        near.end(),
        near.start(),
        time.start(),
        time.end(),
        anywhere.start(),
        anywhere.end()
    )
}

/// Hours as one row each, for the office to write.
///
/// # Errors
/// As the database.
pub async fn insert_hours(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
    hours: &OpeningHours,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (weekday, every, first, until) = match hours.recurrence {
        Recurrence::Once { day } => (None, 1, day, None),
        Recurrence::Weekly {
            weekday,
            every,
            first,
            until,
        } => (
            Some(weekday.num_days_from_monday().cast_signed()),
            i32::try_from(every).unwrap_or(52),
            first,
            until,
        ),
    };
    write!(
        tx,
        "insert into opening_hours (id, practice_id, practitioner_id, place_id, weekday, every,
                                    first_day, until_day, starts, ends, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        hours.id.uuid(),
        practice.uuid(),
        practitioner.uuid(),
        hours.place.uuid(),
        weekday,
        every,
        first,
        until,
        hours.range.start(),
        hours.range.end(),
        now
    )?;
    for reason in &hours.reasons {
        write!(
            tx,
            "insert into opening_hours_reasons (opening_hours_id, visit_reason_id) values ($1, $2)",
            hours.id.uuid(),
            reason.uuid()
        )?;
    }
    Ok(())
}

/// Writes an absence down.
///
/// # Errors
/// As the database.
pub async fn insert_absence(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
    absence: &Absence,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into absences (id, practice_id, practitioner_id, starts_at, ends_at, note, created_at,
                               said_from, said_until)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        absence.id.uuid(),
        practice.uuid(),
        practitioner.uuid(),
        absence.away.interval.start(),
        absence.away.interval.end(),
        absence.note.as_ref().map(Title::as_str),
        now,
        absence.away.said.map(|said| said.from.format(SAID).to_string()),
        absence.away.said.map(|said| said.until.format(SAID).to_string())
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weekdays_of_some_days_are_bits() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        // The 23rd is a Monday.
        for (from, to, bits) in [
            (23, 23, 0b000_0001),
            (22, 23, 0b100_0001),
            (24, 26, 0b000_1110),
            (23, 29, 0b111_1111),
            (2, 29, 0b111_1111),
            (24, 23, 0),
        ] {
            assert_eq!(weekdays(day(from), day(to)), bits, "{from} to {to}");
        }
    }
}
