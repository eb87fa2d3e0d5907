//! How the instance is, for whoever watches it: is the database there, with the schema that
//! this program knows, and do mails leave? What HTTP makes of it is `server::routes::health`'s.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Backend,
    store::{jobs, schema},
};

/// A job that was due for so long and was not begun: the worker does not work. One that was
/// tried and waits for its next try is not late.
pub const LATE: TimeDelta = TimeDelta::minutes(15);

/// How the instance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Whether the database answers, and with which schema.
    pub database: Database,
    /// Whether jobs are begun when they are due.
    pub jobs: JobsAre,
}

/// The database, seen from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// It answers, with the schema of this program.
    Ready,
    /// It answers, with another schema: another version of the program changed it.
    OtherSchema,
    /// It does not answer.
    Away,
}

/// The worker, seen from its jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobsAre {
    /// None waits longer than it should.
    OnTime,
    /// One has been due for [`LATE`] and was not begun.
    Late,
    /// The database does not say.
    Unknown,
}

impl Backend {
    /// How the instance is. Short statements, whatever waits: it is asked every few seconds.
    pub async fn readiness(&self) -> Readiness {
        match self.oldest_due_job().await {
            Ok((version, oldest_due)) => Readiness {
                database: if version == Some(schema::newest()) {
                    Database::Ready
                } else {
                    Database::OtherSchema
                },
                jobs: match oldest_due {
                    Some(due) if due + LATE <= self.now() => JobsAre::Late,
                    Some(_) | None => JobsAre::OnTime,
                },
            },
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
                Readiness {
                    database: Database::Away,
                    jobs: JobsAre::Unknown,
                }
            }
        }
    }

    /// The schema of the database, and since when the oldest job waits that nobody began.
    async fn oldest_due_job(&self) -> crate::Result<(Option<i64>, Option<DateTime<Utc>>)> {
        let mut db = self.store().read().await?;
        let version = schema::version(&mut db).await?;
        Ok((version, jobs::oldest_due(&mut db, self.now()).await?))
    }

    /// The schema of the database and what waits in it, counted one by one.
    ///
    /// # Errors
    /// As the database.
    pub async fn waiting_jobs(&self) -> crate::Result<(Option<i64>, jobs::Waiting)> {
        let now: DateTime<Utc> = self.now();
        let mut db = self.store().read().await?;
        let version = schema::version(&mut db).await?;
        Ok((version, jobs::waiting(&mut db, now).await?))
    }
}
