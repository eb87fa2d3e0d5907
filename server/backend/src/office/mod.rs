//! The practice's office: what its people see and change. One file per thing they change.
//! Booking by patients is [`crate::booking`]'s, feeds are [`crate::calendar_feed`]'s.
//!
//! Every use case goes through one of three doors, which ask [`policy`] and know the practice
//! from the member and from nowhere else: [`Backend::keeper`] before a reading,
//! [`Backend::change_agenda`] and [`Backend::change_practice`] around a writing. An agenda that is
//! named by its address is first found by [`Backend::agenda_named`], or by a booking itself, which
//! ask whether its practice is the member's. What is not there and what is another's answer the
//! same, [`Error::NotFound`]; what is another's leaves an audit line.

pub mod absences;
pub mod agenda;
pub mod hours;
pub mod places;
pub mod practice;
pub mod reasons;
pub mod seen;
pub mod visits;

use std::{convert::Infallible, pin::Pin, time::Duration};

use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Member},
    ids::PractitionerId,
    policy,
    practice::Practitioner,
};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{
    Backend, Error, Failure, Result,
    store::{Tx, audit, availability, office, practices, trail},
    trail::ONCE_IN,
};

/// How long somebody who reads waits for the line that says so.
const READER_WAITS: Duration = Duration::from_secs(2);

/// A change in progress: the transaction that makes it, and who asked for it.
pub(crate) struct Change {
    pub(crate) backend: Backend,
    pub(crate) tx: Tx,
    pub(crate) member: Member,
    pub(crate) now: DateTime<Utc>,
    /// Where an agenda changes, the version that its lock raised it to.
    pub(crate) version: Option<i64>,
}

/// What a change does inside its transaction.
pub(crate) type Work<'a, T, R> = Pin<Box<dyn Future<Output = Result<T, Failure<R>>> + Send + 'a>>;

impl Change {
    /// Adds an audit line about hours or an absence of an agenda: about the agenda, so that it says
    /// whose long after they are gone, with their id before and after.
    pub(crate) async fn record_in_agenda(
        &mut self,
        action: &str,
        whose: PractitionerId,
        (before, after): (Option<Uuid>, Option<Uuid>),
    ) -> Result<()> {
        let actor = Actor::Member(self.member.clone());
        let (before, after) = (
            before.map(|id| id.to_string()),
            after.map(|id| id.to_string()),
        );
        let entry = audit::Entry {
            practice: self.member.practice,
            at: self.now,
            actor: &actor,
            action,
            subject: "agenda",
            subject_id: whose.uuid(),
            before: before.as_deref(),
            after: after.as_deref(),
        };
        self.backend.record(&mut self.tx, &entry).await
    }

    /// Adds an audit line to the transaction.
    pub(crate) async fn record(&mut self, action: &str, subject: &str, id: Uuid) -> Result<()> {
        let actor = Actor::Member(self.member.clone());
        let entry = audit::Entry {
            practice: self.member.practice,
            at: self.now,
            actor: &actor,
            action,
            subject,
            subject_id: id,
            before: None,
            after: None,
        };
        self.backend.record(&mut self.tx, &entry).await
    }
}

/// One row was written, or there is no such row.
pub(crate) fn one(written: u64) -> Result<()> {
    if written == 1 {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// What could not be withdrawn: another's if there is such a thing, else one that somebody, or the
/// same button pressed before, has withdrawn meanwhile. That is no attempt on another's, and leaves
/// no line that says so.
pub(crate) const fn gone(is_there: bool) -> Error {
    if is_there {
        Error::NotFound
    } else {
        Error::ChangedMeanwhile
    }
}

/// A change that no rule refuses can only break.
pub(crate) fn unrefused(failure: Failure<Infallible>) -> Error {
    match failure {
        Failure::Refused(never) => match never {},
        Failure::Broken(error) => error,
    }
}

impl Backend {
    /// The agendas that a member may see and change, by name: all of them for an owner.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anybody else than a member.
    pub async fn agendas_of(&self, actor: &Actor) -> Result<Vec<Practitioner>> {
        let member = member(actor)?;
        let mut db = self.store().read().await?;
        let mut agendas = practices::practitioners_of(&mut db, member.practice).await?;
        agendas.retain(|one| policy::may_manage_agenda(member, member.practice, one.id));
        Ok(agendas)
    }

    /// One of these by its name in addresses.
    ///
    /// # Errors
    /// [`Error::NotFound`], with an audit line when it is a member who asks for somebody else's.
    pub async fn agenda_named(&self, actor: &Actor, name: &str) -> Result<Practitioner> {
        let member = member(actor)?;
        let slug = name.parse().map_err(|_| Error::NotFound)?;
        let mut db = self.store().read().await?;
        let found = practices::agenda_by_slug(&mut db, &slug).await?;
        drop(db);
        let (practice, practitioner) = found.ok_or(Error::NotFound)?;
        if policy::may_manage_agenda(member, practice, practitioner.id) {
            return Ok(practitioner);
        }
        let id = practitioner.id.uuid();
        Err(self.denied(member, "agenda", id).await)
    }

    /// The member who asks, if she may see and change that agenda. An owner passes with any id:
    /// whether it is one of her practice is for the statement that reads it to say.
    ///
    /// # Errors
    /// [`Error::NotFound`], with an audit line when it was a member.
    pub(crate) async fn keeper(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
    ) -> Result<Member> {
        let member = member(actor)?;
        if policy::may_manage_agenda(member, member.practice, practitioner) {
            Ok(member.clone())
        } else {
            Err(self.denied(member, "agenda", practitioner.uuid()).await)
        }
    }

    /// Changes something of an agenda: in a transaction of its own, under the agenda's lock,
    /// with what was read before read again where it may have changed.
    pub(crate) async fn change_agenda<T, R>(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        work: impl for<'a> FnOnce(&'a mut Change) -> Work<'a, T, R> + Send + 'static,
    ) -> Result<T, Failure<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        let member = self.keeper(actor, practitioner).await?;
        let (backend, asked_by) = (self.clone(), member.clone());
        let done = self
            .detached(async move {
                let mut tx = backend.store().begin_in(practitioner).await?;
                let now = backend.now();
                let locked = availability::lock_agenda(&mut tx, member.practice, practitioner);
                let version = locked.await?.ok_or(Error::NotFound)?;
                let mut change = Change {
                    backend,
                    tx,
                    member,
                    now,
                    version: Some(version),
                };
                let done = work(&mut change).await?;
                change.tx.commit().await?;
                Ok(done)
            })
            .await;
        match done {
            Err(Failure::Broken(Error::NotFound)) => Err(self
                .denied(&asked_by, "agenda", practitioner.uuid())
                .await
                .into()),
            done => done,
        }
    }

    /// The member who asks, if she manages her practice.
    ///
    /// # Errors
    /// [`Error::NotFound`], with an audit line when it was a member.
    pub async fn manager(&self, actor: &Actor) -> Result<Member> {
        let member = member(actor)?;
        if policy::may_manage_practice(member, member.practice) {
            return Ok(member.clone());
        }
        let practice = member.practice.uuid();
        Err(self.denied(member, "practice", practice).await)
    }

    /// Changes something of the practice itself, or of its places: owners only.
    pub(crate) async fn change_practice<T, R>(
        &self,
        actor: &Actor,
        work: impl for<'a> FnOnce(&'a mut Change) -> Work<'a, T, R> + Send + 'static,
    ) -> Result<T, Failure<R>>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        let member = self.manager(actor).await?;
        let (backend, asked_by) = (self.clone(), member.clone());
        let done = self
            .detached(async move {
                let mut tx = backend.store().begin().await?;
                let now = backend.now();
                one(office::lock_practice(&mut tx, member.practice).await?)?;
                let mut change = Change {
                    backend,
                    tx,
                    member,
                    now,
                    version: None,
                };
                let done = work(&mut change).await?;
                change.tx.commit().await?;
                Ok(done)
            })
            .await;
        match done {
            Err(Failure::Broken(Error::NotFound)) => Err(self
                .denied(&asked_by, "practice", asked_by.practice.uuid())
                .await
                .into()),
            done => done,
        }
    }

    /// Writes down that a member asked for what is not there or not hers; answers the error
    /// that she gets. Awaited outside of any transaction.
    pub(crate) async fn denied(&self, member: &Member, subject: &'static str, id: Uuid) -> Error {
        match self.note(member, "denied", subject, id, None).await {
            Ok(()) => Error::NotFound,
            Err(error) => error,
        }
    }

    /// Writes down that a member read what tells of patients, once in [`ONCE_IN`] for each thing, and of an
    /// agenda for each range of `days`, of which the line tells.
    /// Awaited outside of any transaction.
    ///
    /// While the database takes nothing, reading goes on all the same: whom to telephone is asked for
    /// in just such an hour. Then the log has the line that the trail has not, by identifiers.
    ///
    /// # Errors
    /// As the database, when it cannot be read.
    pub(crate) async fn read_by(
        &self,
        member: &Member,
        action: &'static str,
        subject: &'static str,
        id: Uuid,
        days: Option<&str>,
    ) -> Result<()> {
        let (practice, account, since) = (member.practice, member.account, self.now() - ONCE_IN);
        let mut db = self.store().read().await?;
        let seen = trail::Reading {
            action,
            subject: id,
            days,
        };
        if trail::was_recorded(&mut db, practice, account, seen, since).await? {
            return Ok(());
        }
        drop(db);
        match timeout(READER_WAITS, self.note(member, action, subject, id, days)).await {
            Ok(Err(error)) if error.is_passing() => {
                tracing::warn!(%account, action, subject, %id, %error, "not recorded in the trail");
                Ok(())
            }
            Ok(noted) => noted,
            // It goes on by itself, and may be written yet.
            Err(_) => {
                tracing::warn!(%account, action, subject, %id, "not recorded in the trail in time");
                Ok(())
            }
        }
    }

    /// Writes a line about what changed nothing, in a transaction of its own.
    async fn note(
        &self,
        member: &Member,
        action: &'static str,
        subject: &'static str,
        id: Uuid,
        days: Option<&str>,
    ) -> Result<()> {
        let (this, actor) = (self.clone(), Actor::Member(member.clone()));
        let days = days.map(ToOwned::to_owned);
        let practice = member.practice;
        self.detached(async move {
            // It goes on when nobody waits for it any more, and has a connection meanwhile.
            let mut tx = this.store().begin_briefly().await?;
            let entry = audit::Entry {
                practice,
                at: this.now(),
                actor: &actor,
                action,
                subject,
                subject_id: id,
                before: None,
                after: days.as_deref(),
            };
            this.record(&mut tx, &entry).await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}

/// The member who asks; for anybody else the office does not exist.
pub(crate) fn member(actor: &Actor) -> Result<&Member> {
    match actor {
        Actor::Member(member) => Ok(member),
        Actor::Visitor | Actor::VisitHolder => Err(Error::NotFound),
    }
}
