//! Forms that work without JavaScript: how a server function ends, and how a page shows again
//! what was typed. Shapes of fields are `components::field`'s; rules are `domain`'s.
//!
//! A form is posted to `/api/{name}`. Its server function ends in one of three ways:
//! - [`see_other`]: done; the browser is led to a page (303);
//! - [`refuse`]: a rule said no. The server then renders that page in the same request, with the
//!   typed fields and the [`FormErrors`] in its extensions, and answers with their status (422 a
//!   field is wrong, 409 a slot is gone…). Nothing typed is lost, nothing travels in an address;
//! - `Err(`[`Fault`]`)`: broken, or not there; the page of the fault.
//!
//! ```ignore
//! let mut errors = FormErrors::default();
//! let given_name = errors.take("given_name", GivenName::parse(&given_name));
//! let email = errors.take("email", EmailAddress::parse(&email).map_err(FieldError::Email));
//! let (Some(given_name), Some(email)) = (given_name, email) else {
//!     return forms::refuse(&page, errors);
//! };
//! match forms::decided(backend.hold(request).await)? {
//!     Ok(held) => forms::see_other(&links::held(&held.token)),
//!     Err(refusal) => forms::refuse(&page, FormErrors::booking(refusal)),
//! }
//! ```
//! The page reads [`state`]: `state.value("given_name")`, `state.error("given_name")`,
//! `state.booking_refusal()`. A caller that wants JSON (an island) gets the codes of the errors.

use std::sync::{Arc, Mutex, PoisonError};

use http::StatusCode;
use leptos::prelude::use_context;

use crate::{fault::Fault, request};

mod errors;
mod state;

pub use errors::{FieldError, FormErrors};
pub use state::{CHANGED_MEANWHILE, FormState, Replay, Unsent, is_refused, key, state, unsent};

/// How a server function ended; read by `server::api` when the function has returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Done: go to that path.
    SeeOther(String),
    /// Refused: show that page again.
    Refused {
        /// Path and query of the page.
        page: String,
        /// What it says.
        errors: FormErrors,
    },
}

/// Where a server function leaves its [`Ending`]; `server::api` provides one to each call.
#[derive(Clone, Debug, Default)]
pub struct Endings(Arc<Mutex<Option<Ending>>>);

impl Endings {
    /// The ending, once.
    #[must_use]
    pub fn take(&self) -> Option<Ending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, ending: Ending) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ending);
    }
}

/// Ends a server function that did what was wished: the browser goes to `path` (303).
///
/// # Errors
/// [`Fault::Unexpected`] when no form was posted.
pub fn see_other(path: &str) -> Result<(), Fault> {
    end(Ending::SeeOther(path.to_owned()))
}

/// Ends a server function that was refused: `page` (path and query) is shown again, with what
/// was typed and the errors.
///
/// # Errors
/// [`Fault::Unexpected`] when no form was posted.
pub fn refuse(page: &str, errors: FormErrors) -> Result<(), Fault> {
    end(Ending::Refused {
        page: page.to_owned(),
        errors,
    })
}

fn end(ending: Ending) -> Result<(), Fault> {
    let endings = use_context::<Endings>()
        .ok_or_else(|| request::unexpected("a server function ran outside of a POST"))?;
    endings.put(ending);
    Ok(())
}

/// What a use case of `backend` decided; what broke it becomes a [`Fault`].
///
/// # Errors
/// [`Fault`]; a refusal is in the inner result.
pub fn decided<T, R>(result: Result<T, backend::Failure<R>>) -> Result<Result<T, R>, Fault> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(backend::Failure::Refused(refusal)) => Ok(Err(refusal)),
        Err(backend::Failure::Broken(error)) => Err(error.into()),
    }
}

/// Ends a form whose thing is not there: `page`, which lists what is left, says so (404). That
/// somebody withdrew it meanwhile, and that it was never hers who asks, is told apart by nobody.
///
/// # Errors
/// As [`refuse`].
pub fn gone(page: &str) -> Result<(), Fault> {
    let gone = FormErrors::message("form-gone-meanwhile").with_status(StatusCode::NOT_FOUND);
    refuse(page, gone.of_another_form())
}

/// The same for what the backend says of it.
///
/// # Errors
/// As [`refuse`]; for whatever else broke, its [`Fault`].
pub fn gone_or_broken(page: &str, error: backend::Error) -> Result<(), Fault> {
    match error {
        backend::Error::NotFound | backend::Error::ChangedMeanwhile => gone(page),
        error @ (backend::Error::Store(_) | backend::Error::Io(_) | backend::Error::Crowded) => {
            Err(error.into())
        }
    }
}

/// A path of ours, from a field that anybody can fill (`next`): starts with one slash, names no
/// host and holds nothing that a browser would read as one.
#[must_use]
pub fn local_path(next: &str) -> Option<&str> {
    let ours = next.starts_with('/')
        && !next[1..].starts_with(['/', '\\'])
        && next.len() <= 500
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    ours.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_to_go_back_to_is_one_of_ours() {
        for ours in ["/", "/agenda?jour=2026-11-23", "/rdv/abc"] {
            assert_eq!(local_path(ours), Some(ours));
        }
        let too_long = format!("/{}", "a".repeat(500));
        for foreign in [
            "",
            "agenda",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
            "/a b",
            "/é",
            &too_long,
        ] {
            assert_eq!(local_path(foreign), None, "{foreign:?}");
        }
    }
}
