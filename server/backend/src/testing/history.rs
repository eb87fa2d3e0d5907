//! Looks at what is stored past all rules: for tests that compare it with what was promised.

use chrono::{DateTime, Utc};
use domain::ids::AppointmentId;
use uuid::Uuid;

use super::TestBackend;
use crate::store::all;

/// A visit or hold as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredVisit {
    id: Uuid,
    /// First instant.
    pub starts_at: DateTime<Utc>,
    /// First instant after.
    pub ends_at: DateTime<Utc>,
    /// The word of its status.
    pub status: String,
    /// Its number of changes.
    pub sequence: i32,
}

impl StoredVisit {
    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> AppointmentId {
        self.id.into()
    }

    /// Whether nothing else may be at its time.
    #[must_use]
    pub fn blocks(&self) -> bool {
        !matches!(self.status.as_str(), "expired" | "cancelled")
    }
}

impl TestBackend {
    /// Every visit and hold that starts in this stretch of time, by start.
    pub async fn stored_visits(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<StoredVisit> {
        let mut db = self.store().read().await.unwrap();
        all!(
            &mut db,
            StoredVisit,
            "select id, starts_at, ends_at, status, sequence from appointments
             where starts_at >= $1 and starts_at < $2 order by starts_at, id",
            from,
            to
        )
        .unwrap()
    }

    /// The keys of the forms behind all visits and holds.
    pub async fn stored_keys(&self) -> Vec<String> {
        let mut db = self.store().read().await.unwrap();
        let rows: Result<Vec<(String,)>, _> = all!(
            &mut db,
            (String,),
            "select idempotency_key from appointments"
        );
        rows.unwrap().into_iter().map(|(key,)| key).collect()
    }

    /// How many jobs are not finished.
    pub async fn jobs_waiting_now(&self) -> usize {
        let mut db = self.store().read().await.unwrap();
        let rows: Result<Vec<(String,)>, _> = all!(
            &mut db,
            (String,),
            "select dedup_key from jobs where finished_at is null"
        );
        rows.unwrap().len()
    }

    /// How many jobs have this key: one or none.
    pub async fn jobs_of_key(&self, key: &str) -> usize {
        let mut db = self.store().read().await.unwrap();
        let rows: Result<Vec<(String,)>, _> = all!(
            &mut db,
            (String,),
            "select dedup_key from jobs where dedup_key = $1",
            key
        );
        rows.unwrap().len()
    }
}
