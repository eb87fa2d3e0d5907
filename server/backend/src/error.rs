//! What can go wrong in the backend, and how a use case says "no".
//! A refusal is data and no error: see [`Failure`]. Words are `i18n`'s.

use crate::store::StoreError;

/// Something broke, or is not there. Logged once, at the edge; carries nothing personal.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such thing, or not for this person: the two are told apart by nobody (HAZARDS 10).
    #[error("no such thing, or not for this person")]
    NotFound,
    /// What was tried is not possible any more: somebody changed it meanwhile.
    #[error("changed meanwhile")]
    ChangedMeanwhile,
    /// Too many wait for the same already: worth another try in some seconds.
    #[error("too many wait already")]
    Crowded,
    /// A file, a mail folder, a task that ended.
    #[error("{0}")]
    Io(String),
}

impl Error {
    /// Whether trying again in a moment may help: the database is busy or away, or a row is locked.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Unavailable(_) | StoreError::Locked(_))
        )
    }

    /// Whether a row holds what nothing makes sense of: trying again does not help.
    #[must_use]
    pub(crate) const fn is_of_a_row(&self) -> bool {
        matches!(self, Self::Store(StoreError::BrokenRow(_)))
    }

    /// Whether it was one row that somebody else keeps, and no more than that.
    #[must_use]
    pub(crate) const fn is_locked(&self) -> bool {
        matches!(self, Self::Store(StoreError::Locked(_)))
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Io(error.to_string())
    }
}

/// Result of a question that cannot be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How a use case ends when it does not succeed: refused by a rule, or broken.
#[derive(Debug, thiserror::Error)]
pub enum Failure<R> {
    /// A rule says no, and says why.
    #[error("refused")]
    Refused(R),
    /// Something broke.
    #[error(transparent)]
    Broken(Error),
}

impl<R> Failure<R> {
    /// The same, with another refusal.
    pub fn map_refusal<S>(self, map: impl FnOnce(R) -> S) -> Failure<S> {
        match self {
            Self::Refused(refusal) => Failure::Refused(map(refusal)),
            Self::Broken(error) => Failure::Broken(error),
        }
    }
}

impl<R, E: Into<Error>> From<E> for Failure<R> {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}
