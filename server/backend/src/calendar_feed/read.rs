//! Answers a calendar application that reads a feed: what its address shows now.
//! How the file looks is decided in [`super::draw`], what HTTP makes of it in `server`.

use std::sync::Arc;

use chrono::{DateTime, DurationRound, Months, TimeDelta, Utc};

use super::{
    draw::{self, Heading},
    memory::{Drawn, Validators, Version},
};
use crate::{
    Backend, Error, Result, keys,
    store::{
        feeds::{self, Feed},
        shown::{self, Window},
    },
};

/// How long a revoked address shows an empty calendar, before it is gone.
pub const REVOKED_IS_EMPTY_FOR: TimeDelta = TimeDelta::days(30);
/// How often the use of a feed is noted.
pub const USE_IS_NOTED_EVERY: TimeDelta = TimeDelta::hours(1);
/// How far back a feed reaches.
const PAST: TimeDelta = TimeDelta::days(30);
/// How far ahead.
const FUTURE: Months = Months::new(12);
/// How long after its end a cancelled visit is still shown.
const CANCELLED_STAYS: TimeDelta = TimeDelta::days(7);

/// What an address answers.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A calendar, in UTF-8; without events when the address was revoked not long ago.
    Calendar {
        /// What HTTP compares.
        validators: Validators,
        /// The file.
        body: Arc<[u8]>,
    },
    /// The calendar that the caller knows.
    NotModified(Validators),
    /// The address was revoked long ago.
    Gone,
    /// It never was one.
    Unknown,
}

impl Backend {
    /// What the feed at an address shows. `knows` is asked once or twice whether the caller has
    /// the version with these validators: then no body is needed, and mostly no visit is read.
    ///
    /// Two statements while the agenda stands, three when it changed or an hour began. The use
    /// is noted by another task, so that a busy database delays no answer.
    ///
    /// # Errors
    /// As the database; never a calendar that lacks something.
    pub async fn calendar_feed(
        &self,
        token: &str,
        knows: impl Fn(&Validators) -> bool + Send,
    ) -> Result<Answer> {
        let now = self.now();
        let mut db = self.store().read().await?;
        // Whatever the token looks like: an answer must not tell by its time what it might be.
        let Some(addressed) = feeds::by_address(&mut db, &keys::hash(token)).await? else {
            return Ok(Answer::Unknown);
        };
        let revoked_at = addressed.feed.revoked_at;
        if revoked_at.is_some_and(|at| at + REVOKED_IS_EMPTY_FOR <= now) {
            return Ok(Answer::Gone);
        }
        let places = match revoked_at {
            Some(_) => Vec::new(),
            None => shown::places(&mut db, addressed.feed.practice).await?,
        };
        drop(db);
        if revoked_at.is_none() {
            self.note_use_later(&addressed.feed, now);
        }

        let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
        let version = Version::new(addressed, places, hour);
        if let Some(answer) = self.remembered(&version, &knows) {
            return Ok(answer);
        }
        let _turn = self.feeds().turn().await;
        if let Some(answer) = self.remembered(&version, &knows) {
            return Ok(answer);
        }
        let body = self.draw(&version).await?;
        let Drawn { validators, .. } = self.feeds().keep(version, Arc::clone(&body), now);
        Ok(if knows(&validators) {
            Answer::NotModified(validators)
        } else {
            Answer::Calendar { validators, body }
        })
    }

    fn remembered(
        &self,
        version: &Version,
        knows: &impl Fn(&Validators) -> bool,
    ) -> Option<Answer> {
        let Drawn { validators, body } = self.feeds().find(version)?;
        if knows(&validators) {
            return Some(Answer::NotModified(validators));
        }
        Some(Answer::Calendar {
            validators,
            body: body?,
        })
    }

    async fn draw(&self, version: &Version) -> Result<Arc<[u8]>> {
        let addressed = version.addressed();
        let feed = &addressed.feed;
        let visits = match feed.revoked_at {
            Some(_) => Vec::new(),
            None => {
                let mut db = self.store().read().await?;
                shown::visits(&mut db, feed, window(version.hour)).await?
            }
        };
        let heading = Heading::of(addressed);
        let places = version.places().to_vec();
        // Thousands of visits take long enough to be in the way of other requests.
        let file =
            tokio::task::spawn_blocking(move || draw::calendar(&heading, &places, &visits)).await?;
        let file = file.map_err(|error| Error::Io(error.to_string()))?;
        Ok(Arc::from(file.into_bytes()))
    }

    /// Notes that a feed was read, at most once in [`USE_IS_NOTED_EVERY`].
    fn note_use_later(&self, feed: &Feed, now: DateTime<Utc>) {
        let not_after = now - USE_IS_NOTED_EVERY;
        let (practice, id) = (feed.practice, feed.id);
        if feed.last_used_at.is_some_and(|at| at > not_after)
            || !self.feeds().claim_note(id, now, not_after)
        {
            return;
        }
        let this = self.clone();
        tokio::spawn(async move {
            let noted = async {
                let mut tx = this.store().begin().await?;
                feeds::note_use(&mut tx, practice, id, now, not_after).await?;
                tx.commit().await
            };
            if let Err(error) = noted.await {
                this.feeds().unclaim_note(id);
                tracing::warn!(%error, "the use of a calendar feed could not be noted");
            }
        });
    }
}

/// At least what is promised at any instant of the hour that begins at `hour`: it shows an hour
/// more at either end rather than another file at each poll.
#[must_use]
pub fn window(hour: DateTime<Utc>) -> Window {
    Window {
        from: hour - PAST,
        to: hour
            .checked_add_months(FUTURE)
            .unwrap_or(hour + TimeDelta::days(365))
            + TimeDelta::hours(1),
        cancelled_from: hour - CANCELLED_STAYS,
    }
}
