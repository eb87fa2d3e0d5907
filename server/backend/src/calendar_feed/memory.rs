//! What this process remembers of feeds it has drawn: so that a poll of an agenda that did not
//! change reads no visit, and a thousand polls a minute draw one calendar.
//! Nothing here is needed for a right answer; after a restart it fills again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::FeedId;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::store::{feeds::Addressed, shown::ShownPlace};

/// Files kept for the next poll, in bytes altogether: some 150,000 visits.
const MOST_BYTES: usize = 64 << 20;
/// Feeds of which the validators are kept.
const MOST_FEEDS: usize = 10_000;
/// Calendars drawn at once; the others wait, and mostly find what they came for.
const DRAWN_AT_ONCE: usize = 2;

/// What HTTP compares (RFC 9110 §8.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validators {
    /// Strong, with its quotes: a hash of the body.
    pub etag: Arc<str>,
    /// When the body was first seen to be what it is: never before it changed, and later than
    /// that of any body before it. May lie ahead: by a second after two
    /// changes in one, or by as much as the clock was set back.
    pub last_modified: DateTime<Utc>,
}

/// Everything that decides what a feed's file holds. Equal versions, equal files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    /// The subscription and its agenda's version. When it was last used is left out.
    addressed: Addressed,
    places: Vec<ShownPlace>,
    /// The window moves by whole hours.
    pub(crate) hour: DateTime<Utc>,
}

impl Version {
    pub(crate) fn new(
        mut addressed: Addressed,
        places: Vec<ShownPlace>,
        hour: DateTime<Utc>,
    ) -> Self {
        addressed.feed.last_used_at = None;
        Self {
            addressed,
            places,
            hour,
        }
    }

    pub(crate) fn addressed(&self) -> &Addressed {
        &self.addressed
    }

    pub(crate) fn places(&self) -> &[ShownPlace] {
        &self.places
    }

    fn feed(&self) -> FeedId {
        self.addressed.feed.id
    }
}

/// A file that was drawn.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    pub(crate) validators: Validators,
    /// `None` when it was dropped to make room.
    pub(crate) body: Option<Arc<[u8]>>,
}

#[derive(Debug)]
struct Entry {
    version: Version,
    drawn: Drawn,
    /// When it was last asked for, as a count of questions.
    used: u64,
}

#[derive(Debug, Default)]
struct Kept {
    entries: HashMap<FeedId, Entry>,
    bytes: usize,
    questions: u64,
    /// Feeds whose use is being noted, or was within the hour.
    noted: HashMap<FeedId, DateTime<Utc>>,
}

#[derive(Debug)]
pub(crate) struct Memory {
    kept: Mutex<Kept>,
    drawing: Semaphore,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
            drawing: Semaphore::new(DRAWN_AT_ONCE),
        }
    }
}

impl Memory {
    /// Leave to draw; held while drawing.
    pub(crate) async fn turn(&self) -> Option<tokio::sync::SemaphorePermit<'_>> {
        // Never closed.
        self.drawing.acquire().await.ok()
    }

    /// What was drawn for this version, if it was the last one of its feed.
    pub(crate) fn find(&self, version: &Version) -> Option<Drawn> {
        let mut kept = self.kept();
        kept.questions += 1;
        let questions = kept.questions;
        let entry = kept.entries.get_mut(&version.feed())?;
        if entry.version != *version {
            return None;
        }
        entry.used = questions;
        Some(entry.drawn.clone())
    }

    /// Keeps a file, and answers it with its validators. The same bytes keep their date.
    pub(crate) fn keep(&self, version: Version, body: Arc<[u8]>, now: DateTime<Utc>) -> Drawn {
        let etag = etag(&body);
        let mut kept = self.kept();
        kept.questions += 1;
        let used = kept.questions;
        let before = kept.entries.remove(&version.feed());
        let last_modified = match &before {
            Some(before) if before.drawn.validators.etag == etag => {
                before.drawn.validators.last_modified
            }
            Some(before) => now.max(before.drawn.validators.last_modified + TimeDelta::seconds(1)),
            None => now,
        };
        kept.bytes -= before.map_or(0, |before| before.drawn.size());
        kept.bytes += body.len();
        let drawn = Drawn {
            validators: Validators {
                etag,
                last_modified,
            },
            body: Some(body),
        };
        let entry = Entry {
            drawn: drawn.clone(),
            used,
            version,
        };
        kept.entries.insert(entry.version.feed(), entry);
        kept.make_room();
        drawn
    }

    /// Whether the use of a feed is to be noted now: once an hour, by one of all who ask.
    pub(crate) fn claim_note(
        &self,
        feed: FeedId,
        now: DateTime<Utc>,
        not_after: DateTime<Utc>,
    ) -> bool {
        let mut kept = self.kept();
        if kept.noted.get(&feed).is_some_and(|at| *at > not_after) {
            return false;
        }
        kept.noted.retain(|_, at| *at > not_after);
        kept.noted.insert(feed, now);
        true
    }

    /// The note was not written: somebody else may try.
    pub(crate) fn unclaim_note(&self, feed: FeedId) {
        self.kept().noted.remove(&feed);
    }

    /// Forgets what was drawn.
    #[cfg(feature = "testing")]
    pub(crate) fn forget(&self) {
        let mut kept = self.kept();
        kept.entries.clear();
        kept.bytes = 0;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A panic while it was held leaves counts that are off, and no wrong answer.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drawn {
    fn size(&self) -> usize {
        self.body.as_ref().map_or(0, |body| body.len())
    }
}

impl Kept {
    /// Drops the bodies least lately asked for, then what else is known of feeds.
    fn make_room(&mut self) {
        while self.bytes > MOST_BYTES {
            let Some(entry) = self
                .entries
                .values_mut()
                .filter(|entry| entry.drawn.body.is_some())
                .min_by_key(|entry| entry.used)
            else {
                break;
            };
            self.bytes -= entry.drawn.size();
            entry.drawn.body = None;
        }
        while self.entries.len() > MOST_FEEDS {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used);
            let Some(id) = oldest.map(|(id, _)| *id) else {
                break;
            };
            if let Some(entry) = self.entries.remove(&id) {
                self.bytes -= entry.drawn.size();
            }
        }
    }
}

fn etag(body: &[u8]) -> Arc<str> {
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(body))).into()
}
