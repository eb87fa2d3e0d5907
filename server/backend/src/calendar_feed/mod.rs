//! Calendar subscriptions: secret addresses at which calendar applications read an agenda.
//! Made, renewed and revoked here by the practice's people; read through
//! [`Backend::calendar_feed`]. HTTP (conditions, headers) is `server`'s; the rules that calendar
//! programs impose are kept in [`draw`].
//!
//! A hold is not shown: it keeps a slot while an address is verified, nobody has promised to
//! come, and most calendars would ring for it all the same. A slot that is held or free looks
//! free in the calendar; whether it can be booked is for the pages to say.

use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Member},
    feed::Detail,
    ids::{FeedId, PractitionerId},
    policy,
};
use uuid::Uuid;

use crate::{
    Backend, Error, Failure, Result, keys,
    office::{
        gone,
        seen::{ChangedMeanwhile, Seen, unchanged},
    },
    store::{
        Tx, audit, availability,
        feeds::{self, Feed},
    },
};

mod draw;
pub(crate) mod memory;
mod read;

pub use draw::{Heading, calendar};
pub use memory::Validators;
pub use read::{Answer, REVOKED_IS_EMPTY_FOR, USE_IS_NOTED_EVERY, window};

/// Most subscriptions to one agenda that stand at a time: a few for each of those who keep it.
pub const MOST_FEEDS: usize = 20;

/// Why a subscription was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedRefusal {
    /// The agenda has too many.
    TooMany {
        /// At most so many, [`MOST_FEEDS`].
        most: usize,
    },
}

/// A subscription just made. Its token is not stored, and cannot be shown again.
#[derive(Clone, PartialEq, Eq)]
pub struct NewFeed {
    /// Its identifier.
    pub id: FeedId,
    /// The secret part of [`domain::links::feed`].
    pub token: String,
}

impl std::fmt::Debug for NewFeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewFeed")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A subscription as the office lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedInfo {
    /// Its identifier.
    pub id: FeedId,
    /// How much of a visit it shows.
    pub detail: Detail,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When a calendar last read it, to the hour; `None` if never.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Since when it is revoked; `None` while it stands.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<Feed> for FeedInfo {
    fn from(feed: Feed) -> Self {
        Self {
            id: feed.id,
            detail: feed.detail,
            created_at: feed.created_at,
            last_used_at: feed.last_used_at,
            revoked_at: feed.revoked_at,
        }
    }
}

impl Backend {
    /// Makes a subscription to an agenda, in the language of the account that asks.
    ///
    /// # Errors
    /// [`FeedRefusal`]; [`Error::NotFound`] when the actor may not manage that agenda.
    pub async fn create_feed(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        detail: Detail,
    ) -> Result<NewFeed, Failure<FeedRefusal>> {
        self.change_agenda(actor, practitioner, move |change| {
            Box::pin(async move {
                let (member, now) = (change.member.clone(), change.now);
                let (this, tx) = (change.backend.clone(), &mut change.tx);
                let there = feeds::of_practitioner(tx, member.practice, practitioner, now).await?;
                let standing = there.iter().filter(|feed| feed.revoked_at.is_none());
                if standing.count() >= MOST_FEEDS {
                    let most = MOST_FEEDS;
                    return Err(Failure::Refused(FeedRefusal::TooMany { most }));
                }
                let lang = feeds::lang_of_account(tx, member.account).await?;
                let feed = Feed {
                    id: this.new_id(),
                    practice: member.practice,
                    practitioner,
                    detail,
                    lang,
                    sequence: 0,
                    created_at: now,
                    changed_at: now,
                    revoked_at: None,
                    last_used_at: None,
                };
                let new = this.write_feed(tx, &feed).await?;
                this.record_feed(tx, member, &feed, "feed-created", None, Some(detail))
                    .await?;
                Ok(new)
            })
        })
        .await
    }

    /// Replaces the address of a subscription: the old one shows an empty calendar for
    /// [`REVOKED_IS_EMPTY_FOR`], the new one what the old one showed.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such subscription to an agenda that the actor may
    /// manage; [`Error::ChangedMeanwhile`] when it is revoked.
    pub async fn renew_feed(&self, actor: &Actor, feed: FeedId) -> Result<NewFeed> {
        let member = member(actor)?.clone();
        let (this, asked_by) = (self.clone(), member.clone());
        let done = self
            .detached(async move {
                let (mut tx, old) = this.locked_feed(&member, feed).await?;
                let now = this.now();
                feeds::revoke(&mut tx, old.practice, old.id, now).await?;
                let new = Feed {
                    id: this.new_id(),
                    sequence: 0,
                    created_at: now,
                    changed_at: now,
                    last_used_at: None,
                    ..old.clone()
                };
                let made = this.write_feed(&mut tx, &new).await?;
                let detail = Some(old.detail);
                this.record_feed(&mut tx, member.clone(), &old, "feed-renewed", detail, None)
                    .await?;
                this.record_feed(&mut tx, member, &new, "feed-created", None, detail)
                    .await?;
                tx.commit().await?;
                Ok(made)
            })
            .await;
        self.or_denied(done, &asked_by, "feed", feed.uuid()).await
    }

    /// Revokes a subscription: its address shows an empty calendar for
    /// [`REVOKED_IS_EMPTY_FOR`], which wipes what calendars had copied, and is then gone.
    ///
    /// # Errors
    /// As [`Backend::renew_feed`].
    pub async fn revoke_feed(&self, actor: &Actor, feed: FeedId) -> Result<()> {
        let member = member(actor)?.clone();
        let (this, asked_by) = (self.clone(), member.clone());
        let done = self
            .detached(async move {
                let (mut tx, old) = this.locked_feed(&member, feed).await?;
                feeds::revoke(&mut tx, old.practice, old.id, this.now()).await?;
                let detail = Some(old.detail);
                this.record_feed(&mut tx, member, &old, "feed-revoked", detail, None)
                    .await?;
                tx.commit().await?;
                Ok(())
            })
            .await;
        self.or_denied(done, &asked_by, "feed", feed.uuid()).await
    }

    /// Changes how much of a visit a subscription shows; calendars see it at their next poll.
    /// The audit trail keeps who changed it from what to what. `seen` is a mark of what the form
    /// showed: where somebody else changed it meanwhile, nothing is written over.
    ///
    /// # Errors
    /// [`ChangedMeanwhile`]; else as [`Backend::renew_feed`].
    pub async fn set_feed_detail(
        &self,
        actor: &Actor,
        feed: FeedId,
        seen: Option<Seen>,
        detail: Detail,
    ) -> Result<(), Failure<ChangedMeanwhile>> {
        let member = member(actor)?.clone();
        let (this, asked_by) = (self.clone(), member.clone());
        let done = self
            .detached(async move {
                let (mut tx, old) = this.locked_feed(&member, feed).await?;
                if old.detail == detail {
                    return Ok(true);
                }
                if unchanged(seen.as_ref(), &old.detail).is_err() {
                    return Ok(false);
                }
                feeds::set_detail(&mut tx, old.practice, old.id, detail, this.now()).await?;
                let (before, after) = (Some(old.detail), Some(detail));
                this.record_feed(&mut tx, member, &old, "feed-detail-changed", before, after)
                    .await?;
                tx.commit().await?;
                Ok(true)
            })
            .await;
        match self.or_denied(done, &asked_by, "feed", feed.uuid()).await? {
            true => Ok(()),
            false => Err(Failure::Refused(ChangedMeanwhile)),
        }
    }

    /// The subscriptions to an agenda, newest first: those that stand, and those revoked
    /// within [`REVOKED_IS_EMPTY_FOR`].
    ///
    /// # Errors
    /// [`Error::NotFound`] when the actor may not manage that agenda.
    pub async fn feeds_of(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
    ) -> Result<Vec<FeedInfo>> {
        let member = self.keeper(actor, practitioner).await?;
        let since = self.now() - REVOKED_IS_EMPTY_FOR;
        let mut db = self.store().read().await?;
        let feeds = feeds::of_practitioner(&mut db, member.practice, practitioner, since).await?;
        Ok(feeds.into_iter().map(FeedInfo::from).collect())
    }

    /// What was done; or, where it was not there or not hers, an audit line (HAZARDS 10). No
    /// transaction is open by then.
    async fn or_denied<T>(
        &self,
        done: Result<T>,
        member: &Member,
        subject: &'static str,
        id: Uuid,
    ) -> Result<T> {
        match done {
            Err(Error::NotFound) => Err(self.denied(member, subject, id).await),
            done => done,
        }
    }

    /// A transaction under the lock of an agenda of the member's practice.
    async fn locked(&self, member: &Member, practitioner: PractitionerId) -> Result<Tx> {
        let mut tx = self.store().begin_in(practitioner).await?;
        availability::lock_agenda(&mut tx, member.practice, practitioner)
            .await?
            .ok_or(Error::NotFound)?;
        Ok(tx)
    }

    /// Whether a subscription is of the agenda that a form names, and not of another one that the actor
    /// may manage as well. What is not there, or not hers, is for whoever changes it to say.
    ///
    /// # Errors
    /// As the database; [`Error::NotFound`] for anyone but a member of a practice.
    pub async fn is_feed_of(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        feed: FeedId,
    ) -> Result<bool> {
        let member = member(actor)?;
        let mut db = self.store().read().await?;
        let found = feeds::by_id(&mut db, member.practice, feed).await?;
        Ok(found.is_none_or(|found| {
            found.practitioner == practitioner
                || !policy::may_manage_agenda(member, found.practice, found.practitioner)
        }))
    }

    /// A subscription that stands, read under its agenda's lock.
    async fn locked_feed(&self, member: &Member, feed: FeedId) -> Result<(Tx, Feed)> {
        let mut db = self.store().read().await?;
        let found = feeds::by_id(&mut db, member.practice, feed).await?;
        let Some(found) = found else {
            return Err(gone(feeds::exists(&mut db, feed).await?));
        };
        drop(db);
        if !policy::may_manage_agenda(member, found.practice, found.practitioner) {
            return Err(Error::NotFound);
        }
        let mut tx = self.locked(member, found.practitioner).await?;
        let found = feeds::by_id(&mut tx, member.practice, feed)
            .await?
            .ok_or(Error::NotFound)?;
        if found.revoked_at.is_some() {
            return Err(Error::ChangedMeanwhile);
        }
        Ok((tx, found))
    }

    async fn write_feed(&self, tx: &mut Tx, feed: &Feed) -> Result<NewFeed> {
        let token = self.new_token();
        feeds::insert(tx, feed, &keys::hash(&token)).await?;
        Ok(NewFeed { id: feed.id, token })
    }

    async fn record_feed(
        &self,
        tx: &mut Tx,
        member: Member,
        feed: &Feed,
        action: &str,
        before: Option<Detail>,
        after: Option<Detail>,
    ) -> Result<()> {
        let entry = audit::Entry {
            practice: feed.practice,
            at: self.now(),
            actor: &Actor::Member(member),
            action,
            subject: "feed",
            subject_id: feed.id.uuid(),
            before: before.map(Detail::code),
            after: after.map(Detail::code),
        };
        self.record(tx, &entry).await
    }
}

fn member(actor: &Actor) -> Result<&Member> {
    match actor {
        Actor::Member(member) => Ok(member),
        Actor::Visitor | Actor::VisitHolder => Err(Error::NotFound),
    }
}
