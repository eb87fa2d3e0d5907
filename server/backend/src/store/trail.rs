//! Reading the audit trail, with the names of those it tells of as they are now: the trail
//! itself holds ids only. Writing it is [`super::audit`]'s.

use chrono::{DateTime, Utc};
use domain::ids::{AccountId, PracticeId};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, all, maybe};

/// One line with what it takes to say it in words.
#[derive(Clone, Debug, FromRow)]
pub struct LineRow {
    /// Which line.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// A role, `visitor`, `visit_holder` or `host`.
    pub actor: String,
    /// Name of the account that did it, if one did and it is still there.
    pub account_name: Option<String>,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub subject: String,
    /// To which one.
    pub subject_id: Uuid,
    /// Its state before.
    pub before: Option<String>,
    /// Its state after.
    pub after: Option<String>,
    /// Start of the visit, if it is about one of this practice.
    pub starts_at: Option<DateTime<Utc>>,
    /// The practitioner whose thing it is, in addresses.
    pub practitioner_slug: Option<String>,
    /// Her name.
    pub practitioner_name: Option<String>,
    /// Name of the account, if it is about another one than that which did it.
    pub about_account: Option<String>,
}

/// Which lines of a practice.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// Not before this instant.
    pub from: DateTime<Utc>,
    /// Strictly before this place in the order of time and id.
    pub before: (DateTime<Utc>, Uuid),
    /// Only these actions, each between commas (`,booked,cancelled,`); empty: all of them.
    pub actions: &'a str,
    /// So many.
    pub most: i64,
}

/// Lines of a practice, the newest first.
///
/// # Errors
/// As the database.
pub async fn of_practice(
    db: &mut impl Access,
    practice: PracticeId,
    window: Window<'_>,
) -> Result<Vec<LineRow>, StoreError> {
    let (until, id) = window.before;
    all!(
        db,
        LineRow,
        "select a.id, a.at, a.actor, w.name as account_name, a.action, a.subject, a.subject_id,
                a.before, a.after, v.starts_at, p.slug as practitioner_slug,
                p.name as practitioner_name, o.name as about_account
         from audit a
         left join accounts w on w.id = a.account_id
         left join accounts o on a.subject = 'account' and o.id = a.subject_id
                             and (a.account_id is null or o.id <> a.account_id)
         left join appointments v on a.subject = 'appointment' and v.id = a.subject_id
                                 and v.practice_id = a.practice_id
         left join calendar_feeds f on a.subject = 'feed' and f.id = a.subject_id
         left join visit_reasons r on a.subject = 'visit_reason' and r.id = a.subject_id
         left join opening_hours h on a.subject = 'opening_hours' and h.id = a.subject_id
         left join absences b on a.subject = 'absence' and b.id = a.subject_id
         left join practitioners p on p.practice_id = a.practice_id and p.id = coalesce(
                v.practitioner_id, f.practitioner_id, r.practitioner_id, h.practitioner_id,
                b.practitioner_id,
                case when a.subject in ('agenda', 'practitioner') then a.subject_id end)
         where a.practice_id = $1 and a.at >= $2 and (a.at, a.id) < ($3, $4)
           and ($5 = '' or $5 like '%,' || a.action || ',%')
         order by a.at desc, a.id desc limit $6",
        practice.uuid(),
        window.from,
        until,
        id,
        window.actions,
        window.most
    )
}

/// Lines about one visit of a practice, the newest first.
///
/// # Errors
/// As the database.
pub async fn of_visit(
    db: &mut impl Access,
    practice: PracticeId,
    visit: Uuid,
    most: i64,
) -> Result<Vec<LineRow>, StoreError> {
    all!(
        db,
        LineRow,
        "select a.id, a.at, a.actor, w.name as account_name, a.action, a.subject, a.subject_id,
                a.before, a.after, v.starts_at, p.slug as practitioner_slug,
                p.name as practitioner_name, null as about_account
         from audit a
         left join accounts w on w.id = a.account_id
         left join appointments v on v.id = a.subject_id and v.practice_id = a.practice_id
         left join practitioners p on p.id = v.practitioner_id
         where a.practice_id = $1 and a.subject_id = $2 and a.subject = 'appointment'
         order by a.at desc, a.id desc limit $3",
        practice.uuid(),
        visit,
        most
    )
}

/// When a line of a practice was written.
///
/// # Errors
/// As the database.
pub async fn instant_of(
    db: &mut impl Access,
    practice: PracticeId,
    line: Uuid,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let found: Option<(DateTime<Utc>,)> = maybe!(
        db,
        (DateTime<Utc>,),
        "select at from audit where practice_id = $1 and id = $2",
        practice.uuid(),
        line
    )?;
    Ok(found.map(|(at,)| at))
}

/// What somebody read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The action that tells of it.
    pub action: &'a str,
    /// What.
    pub subject: Uuid,
    /// Which days of it, as the state after.
    pub days: Option<&'a str>,
}

/// Whether a line tells that an account did this to that thing since then.
///
/// # Errors
/// As the database.
pub async fn was_recorded(
    db: &mut impl Access,
    practice: PracticeId,
    account: AccountId,
    seen: Reading<'_>,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let found: Option<(i32,)> = maybe!(
        db,
        (i32,),
        "select 1 from audit
         where practice_id = $1 and subject_id = $2 and account_id = $3
           and action = $4 and at > $5 and coalesce(after, '') = $6 limit 1",
        practice.uuid(),
        seen.subject,
        account.uuid(),
        seen.action,
        since,
        seen.days.unwrap_or_default()
    )?;
    Ok(found.is_some())
}
