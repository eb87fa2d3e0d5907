//! The audit trail: who did what to which thing, written by the transaction that did it.
//! It holds ids and states, never contents; the schema lets nobody change or remove a line.

use chrono::{DateTime, Utc};
use domain::{access::Actor, ids::PracticeId};
use uuid::Uuid;

use super::{StoreError, Tx, write};

/// One line of the trail.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The tenant.
    pub practice: PracticeId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: &'a Actor,
    /// What was done: `booked`, `cancelled`, `feed-detail-changed`…
    pub action: &'a str,
    /// To what kind of thing: `appointment`, `feed`, `absence`…
    pub subject: &'a str,
    /// To which one.
    pub subject_id: Uuid,
    /// Its state before, as a word.
    pub before: Option<&'a str>,
    /// Its state after.
    pub after: Option<&'a str>,
}

/// Adds a line.
///
/// # Errors
/// As the database.
pub async fn record(tx: &mut Tx, id: Uuid, entry: &Entry<'_>) -> Result<(), StoreError> {
    debug_assert!(
        crate::trail::is_known(entry.action),
        "`{}` is not in trail::ACTIONS: nobody could read that line",
        entry.action
    );
    let (actor, account) = match entry.actor {
        Actor::Visitor => ("visitor", None),
        Actor::VisitHolder => ("visit_holder", None),
        Actor::Member(member) => (member.role.code(), Some(member.account.uuid())),
    };
    write!(
        tx,
        "insert into audit (id, practice_id, at, actor, account_id, action, subject, subject_id, before, after)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        entry.practice.uuid(),
        entry.at,
        actor,
        account,
        entry.action,
        entry.subject,
        entry.subject_id,
        entry.before,
        entry.after
    )?;
    Ok(())
}

/// A line about what the host did at the command line, where nobody is signed in.
#[derive(Clone, Debug)]
pub struct HostEntry<'a> {
    /// The tenant.
    pub practice: PracticeId,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done: `account-created`, `password-reset`…
    pub action: &'a str,
    /// To what kind of thing.
    pub subject: &'a str,
    /// To which one.
    pub subject_id: Uuid,
}

/// Adds a line about the host.
///
/// # Errors
/// As the database.
pub async fn record_by_host(
    tx: &mut Tx,
    id: Uuid,
    entry: &HostEntry<'_>,
) -> Result<(), StoreError> {
    debug_assert!(
        crate::trail::is_known(entry.action),
        "`{}` is not in trail::ACTIONS: nobody could read that line",
        entry.action
    );
    write!(
        tx,
        "insert into audit (id, practice_id, at, actor, action, subject, subject_id)
         values ($1, $2, $3, 'host', $4, $5, $6)",
        id,
        entry.practice.uuid(),
        entry.at,
        entry.action,
        entry.subject,
        entry.subject_id
    )?;
    Ok(())
}
