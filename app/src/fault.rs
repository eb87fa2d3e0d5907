//! What stops a page or a server function: not a refusal (that is `forms::refuse`), but a thing
//! that is not there, a door that is closed, or something broken. Each has its status and page.
//! It crosses the wire to islands, so it carries nothing personal and no detail of the inside.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum Fault {
    /// The request cannot be read: fields missing, repeated, or not of a form (400).
    #[error("the request cannot be read")]
    BadRequest,
    /// Nobody is signed in, and this is for the practice's people (303 to the sign-in).
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The form came from somewhere else (403).
    #[error("the request came from another site")]
    ForeignOrigin,
    /// No such thing, or not for this person: nobody can tell the two apart (404).
    #[error("no such thing, or not for this person")]
    NotFound,
    /// The address knows no such method (405).
    #[error("the address knows no such method")]
    MethodNotAllowed,
    /// It took too long (408).
    #[error("it took too long")]
    TooSlow,
    /// Somebody changed it meanwhile (409).
    #[error("changed meanwhile")]
    ChangedMeanwhile,
    /// It was asked under a name that is not ours (421).
    #[error("asked under another name")]
    Misdirected,
    /// More than 64 KiB (413).
    #[error("too large")]
    TooLarge,
    /// Too many tries (429).
    #[error("too many tries")]
    TooMany {
        /// Seconds until the next try is let in; at least 1.
        retry_after: u64,
    },
    /// The database is busy or away; trying again in a moment may help (503).
    #[error("busy, or the database is away")]
    Unavailable,
    /// Anything else (500). What it was stands in the log, beside the reference.
    #[error("unexpected, reference {reference}")]
    Unexpected {
        /// What a person can tell the host, and the host finds in the log.
        reference: String,
    },
}

impl Fault {
    /// The HTTP status of its answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::NotSignedIn => 401,
            Self::ForeignOrigin => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooSlow => 408,
            Self::ChangedMeanwhile => 409,
            Self::TooLarge => 413,
            Self::Misdirected => 421,
            Self::TooMany { .. } => 429,
            Self::Unavailable => 503,
            Self::Unexpected { .. } => 500,
        }
    }

    /// The fault that an HTTP status without a page stands for; `None` below 400.
    /// `reference` is used when the status means something unexpected.
    #[must_use]
    pub fn of_status(status: u16, reference: &str) -> Option<Self> {
        match status {
            0..400 => None,
            401 => Some(Self::NotSignedIn),
            403 => Some(Self::ForeignOrigin),
            404 => Some(Self::NotFound),
            405 => Some(Self::MethodNotAllowed),
            408 => Some(Self::TooSlow),
            409 => Some(Self::ChangedMeanwhile),
            413 => Some(Self::TooLarge),
            421 => Some(Self::Misdirected),
            429 => Some(Self::TooMany { retry_after: 60 }),
            502..=504 => Some(Self::Unavailable),
            400..500 => Some(Self::BadRequest),
            _ => Some(Self::Unexpected {
                reference: reference.to_owned(),
            }),
        }
    }
}

impl FromServerFnError for Fault {
    type Encoder = JsonEncoding;

    /// Only what the caller sent can be wrong with arguments; the text of the error may repeat
    /// what was typed, so it is dropped.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::BadRequest,
            // On the browser's side: the server cannot be reached.
            ServerFnErrorErr::Request(_) => Self::Unavailable,
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => Self::Unexpected {
                reference: String::new(),
            },
        }
    }
}
