//! What the slot engine needs to know: hours, absences and what is taken, in three statements
//! for a day, a week or a year (the first finds practitioner and reason, see
//! [`super::practices`]).

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use domain::{
    absence::Absence,
    holidays::HolidaySet,
    ids::{PracticeId, PractitionerId, VisitReasonId},
    interval::Interval,
    opening_hours::{OpeningHours, Recurrence, WallRange},
    practice::{Slug, Title},
    slots::{Agenda, PlacedHours},
    visit_reason::VisitReason,
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, all, dialect::broken, maybe, practices::ReasonRow, write};

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
}

#[derive(FromRow)]
struct KeyRow {
    practice_id: Uuid,
    holidays: String,
}

/// The lock on an agenda, and the first statement of every transaction that changes it or
/// books in it: the row stays locked until the end on both databases, so that whoever comes
/// second reads what the first has written. `None` when the practitioner is not of the practice.
///
/// # Errors
/// As the database.
pub async fn lock_agenda(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
) -> Result<Option<AgendaKey>, StoreError> {
    let locked = write!(
        tx,
        "update practitioners set agenda_version = agenda_version + 1
         where id = $1 and practice_id = $2",
        practitioner.uuid(),
        practice.uuid()
    )?;
    if locked == 0 {
        return Ok(None);
    }
    agenda_key(tx, practitioner).await
}

/// What the rules need to know of a practitioner's practice.
///
/// # Errors
/// As the database.
pub async fn agenda_key(
    db: &mut impl Access,
    practitioner: PractitionerId,
) -> Result<Option<AgendaKey>, StoreError> {
    let row = maybe!(
        db,
        KeyRow,
        "select c.id as practice_id, c.holidays
         from practitioners p join practices c on c.id = p.practice_id where p.id = $1",
        practitioner.uuid()
    )?;
    row.map(|row| {
        Ok(AgendaKey {
            practice: row.practice_id.into(),
            practitioner,
            holidays: HolidaySet::from_code(&row.holidays)
                .ok_or_else(|| broken("unknown set of holidays"))?,
        })
    })
    .transpose()
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
           and (h.weekday is not null or h.first_day >= $2)
         order by h.created_at, h.id",
        practitioner.uuid(),
        from,
        to
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

#[derive(FromRow)]
struct TakenRow {
    absence: i32,
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
    absences: Vec<Interval>,
    /// With their buffers.
    visits: Vec<Interval>,
    /// With their buffers, each with the first instant at which it is free again.
    holds: Vec<(Interval, DateTime<Utc>)>,
}

impl TakenTime {
    /// The agenda with these hours as it stands at an instant, not before this was read.
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
            absences: self.absences.clone(),
            taken,
        }
    }

    /// How many rows it was.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.absences.len() + self.visits.len() + self.holds.len()
    }
}

/// The agenda of a practitioner over a range, in two statements.
///
/// # Errors
/// As the database.
pub async fn load_agenda(
    db: &mut impl Access,
    key: AgendaKey,
    range: Interval,
    now: DateTime<Utc>,
) -> Result<Agenda<Tz>, StoreError> {
    let (first, last) = local_days(range);
    let hours = hours_of(db, key.practitioner, first, last).await?;
    let taken = taken_time(db, key.practitioner, range, now).await?;
    Ok(taken.agenda(key, hours, now))
}

/// The local days that a range touches anywhere: they reach at most 14 hours either side of
/// UTC's.
#[must_use]
pub fn local_days(range: Interval) -> (NaiveDate, NaiveDate) {
    let (first, last) = (range.start(), range.end());
    (
        (first
            .checked_sub_signed(TimeDelta::days(1))
            .unwrap_or(first))
        .date_naive(),
        (last.checked_add_signed(TimeDelta::days(2)).unwrap_or(last)).date_naive(),
    )
}

/// The absences, visits and holds of a practitioner that touch a range. Holds that ended before
/// `now` are left out.
///
/// # Errors
/// As the database.
pub async fn taken_time(
    db: &mut impl Access,
    practitioner: PractitionerId,
    range: Interval,
    now: DateTime<Utc>,
) -> Result<TakenTime, StoreError> {
    let mut taken = TakenTime::default();
    for row in taken_rows(db, practitioner, range, now).await? {
        let interval = Interval::new(row.starts_at, row.ends_at).map_err(broken)?;
        let (before, after) = (row.buffer_before.into(), row.buffer_after.into());
        let whole = interval.grown(TimeDelta::minutes(before), TimeDelta::minutes(after));
        match (row.absence, row.held_until) {
            (1, _) => taken.absences.push(interval),
            (_, None) => taken.visits.push(whole),
            (_, Some(until)) => taken.holds.push((whole, until)),
        }
    }
    Ok(taken)
}

async fn taken_rows(
    db: &mut impl Access,
    practitioner: PractitionerId,
    range: Interval,
    now: DateTime<Utc>,
) -> Result<Vec<TakenRow>, StoreError> {
    // A visit that starts at the end of the range must not run into what comes after it.
    let until = range.end() + LONGEST_VISIT;
    all!(
        db,
        TakenRow,
        "select 0 as absence, starts_at, ends_at, buffer_before, buffer_after, held_until
         from appointments
         where practitioner_id = $1 and starts_at > $2 and starts_at < $3
           and (status in ('booked', 'arrived', 'attended', 'missed')
                or (status = 'held' and held_until > $4))
         union all
         select 1 as absence, starts_at, ends_at, 0, 0, null
         from absences
         where practitioner_id = $1 and ends_at > $5 and starts_at < $3",
        practitioner.uuid(),
        range.start() - LONGEST_VISIT - LONGEST_BUFFER,
        until + LONGEST_BUFFER,
        now,
        range.start()
    )
}

#[derive(FromRow)]
struct BookableRow {
    practice_id: Uuid,
    practitioner_id: Uuid,
    holidays: String,
    agenda_version: i64,
    zone: Option<String>,
    #[sqlx(flatten)]
    reason: ReasonRow,
}

impl BookableRow {
    fn read(self) -> Result<Bookable, StoreError> {
        Ok(Bookable {
            key: AgendaKey {
                practice: self.practice_id.into(),
                practitioner: self.practitioner_id.into(),
                holidays: HolidaySet::from_code(&self.holidays)
                    .ok_or_else(|| broken("unknown set of holidays"))?,
            },
            version: self.agenda_version,
            reason: self.reason.read()?,
            zone: match self.zone {
                Some(zone) => zone.parse().map_err(|_| broken("unknown time zone"))?,
                None => Tz::UTC,
            },
        })
    }
}

#[derive(FromRow)]
struct NamedBookableRow {
    practitioner: String,
    #[sqlx(flatten)]
    bookable: BookableRow,
}

/// What an address names: a practitioner and one of her reasons.
#[derive(Clone, Debug)]
pub struct Bookable {
    /// Whose agenda.
    pub key: AgendaKey,
    /// Of the agenda: raised by every transaction that changes it.
    pub version: i64,
    /// For which reason.
    pub reason: VisitReason,
    /// The zone of the practice's main place, in which days are counted.
    pub zone: Tz,
}

/// The practitioner and reason that two names in addresses mean, with the zone of the
/// practice's oldest place (UTC while it has none).
///
/// # Errors
/// As the database.
pub async fn bookable(
    db: &mut impl Access,
    practitioner: &Slug,
    reason: &Slug,
) -> Result<Option<Bookable>, StoreError> {
    let row = maybe!(
        db,
        BookableRow,
        "select c.id as practice_id, p.id as practitioner_id, c.holidays,
                cast(p.agenda_version as bigint) as agenda_version, r.id, r.slug, r.name, r.length, r.step, r.buffer_before, r.buffer_after,
                r.min_notice, r.horizon, r.cancel_deadline, r.audience, r.birth_date,
                r.instructions,
                (select l.zone from places l where l.practice_id = c.id
                 order by l.created_at, l.id limit 1) as zone
         from practitioners p
         join practices c on c.id = p.practice_id
         join visit_reasons r on r.practitioner_id = p.id
         where p.slug = $1 and r.slug = $2 and r.archived_at is null",
        practitioner.as_str(),
        reason.as_str()
    )?;
    row.map(BookableRow::read).transpose()
}

/// Who of a practice can be booked for a reason of that name, by name of the practitioner: her
/// name in addresses, and what [`bookable`] finds.
///
/// # Errors
/// As the database.
pub async fn bookable_in_practice(
    db: &mut impl Access,
    practice: &Slug,
    reason: &Slug,
) -> Result<Vec<(Slug, Bookable)>, StoreError> {
    let rows = all!(
        db,
        NamedBookableRow,
        "select p.slug as practitioner, c.id as practice_id, p.id as practitioner_id, c.holidays,
                cast(p.agenda_version as bigint) as agenda_version, r.id, r.slug, r.name, r.length, r.step, r.buffer_before, r.buffer_after,
                r.min_notice, r.horizon, r.cancel_deadline, r.audience, r.birth_date,
                r.instructions,
                (select l.zone from places l where l.practice_id = c.id
                 order by l.created_at, l.id limit 1) as zone
         from practices c
         join practitioners p on p.practice_id = c.id
         join visit_reasons r on r.practitioner_id = p.id
         where c.slug = $1 and r.slug = $2 and r.archived_at is null
         order by p.name, p.id",
        practice.as_str(),
        reason.as_str()
    )?;
    let read = |row: NamedBookableRow| {
        let practitioner = row.practitioner.parse().map_err(broken)?;
        Ok((practitioner, row.bookable.read()?))
    };
    rows.into_iter().map(read).collect()
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
        "insert into absences (id, practice_id, practitioner_id, starts_at, ends_at, note, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        absence.id.uuid(),
        practice.uuid(),
        practitioner.uuid(),
        absence.interval.start(),
        absence.interval.end(),
        absence.note.as_ref().map(Title::as_str),
        now
    )?;
    Ok(())
}
