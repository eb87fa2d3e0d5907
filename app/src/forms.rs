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

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{
    booking::BookingRefusal, opening_hours::HoursError, text::TextError,
    visit_reason::MinutesOutOfRange,
};
use http::StatusCode;
use i18n::{Lang, t, words};
use leptos::prelude::use_context;

use crate::{fault::Fault, request};

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// Any text.
    Text(TextError),
    /// An e-mail address.
    Email(TextError),
    /// A telephone number.
    Phone(TextError),
    /// A birth date.
    BirthDate(TextError),
    /// Opening hours.
    Hours(HoursError),
    /// A length or a delay.
    Minutes(MinutesOutOfRange),
    /// Anything else: a key of the catalogues that takes no argument.
    Key(Cow<'static, str>),
}

impl FieldError {
    /// A field that says something of its own: `key` is in the catalogues, without arguments.
    #[must_use]
    pub const fn key(key: &'static str) -> Self {
        Self::Key(Cow::Borrowed(key))
    }

    /// The sentence beside the field.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> String {
        match self {
            Self::Text(error) => words::text_error(lang, *error),
            Self::Email(error) => words::email_error(lang, *error),
            Self::Phone(error) => words::phone_error(lang, *error),
            Self::BirthDate(error) => words::birth_date_error(lang, *error),
            Self::Hours(error) => words::hours_error(lang, *error),
            Self::Minutes(error) => words::minutes_out_of_range(lang, *error),
            Self::Key(key) => t!(lang, key),
        }
    }

    /// What a program reads; never what was typed.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Text(error)
            | Self::Email(error)
            | Self::Phone(error)
            | Self::BirthDate(error) => match error {
                TextError::Empty => "empty",
                TextError::TooLong => "too-long",
                TextError::Unprintable => "unprintable",
                TextError::Malformed => "malformed",
            }
            .to_owned(),
            Self::Hours(_) => "hours".to_owned(),
            Self::Minutes(_) => "minutes".to_owned(),
            Self::Key(key) => key.clone().into_owned(),
        }
    }
}

impl From<TextError> for FieldError {
    fn from(error: TextError) -> Self {
        Self::Text(error)
    }
}

impl From<HoursError> for FieldError {
    fn from(error: HoursError) -> Self {
        Self::Hours(error)
    }
}

impl From<backend::passwords::PasswordError> for FieldError {
    fn from(error: backend::passwords::PasswordError) -> Self {
        use backend::passwords::PasswordError;
        Self::key(match error {
            PasswordError::TooShort => "password-error-too-short",
            PasswordError::TooLong => "password-error-too-long",
            PasswordError::Common => "password-error-common",
        })
    }
}

impl From<MinutesOutOfRange> for FieldError {
    fn from(error: MinutesOutOfRange) -> Self {
        Self::Minutes(error)
    }
}

/// What is wrong with a form, or why its wish was refused. Holds nothing that was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors {
    status: Option<StatusCode>,
    message: Option<Cow<'static, str>>,
    fields: BTreeMap<Cow<'static, str>, FieldError>,
    booking: Option<BookingRefusal>,
    retry_after: Option<u32>,
    of_another_form: bool,
}

impl FormErrors {
    /// The wish as a whole is refused (409), in the words of `key`, which takes no argument.
    #[must_use]
    pub fn message(key: &'static str) -> Self {
        Self {
            message: Some(Cow::Borrowed(key)),
            ..Self::default()
        }
    }

    /// A booking is refused (409, or 429 where it is worth another try later); the page says
    /// why and offers the nearest free slots.
    #[must_use]
    pub fn booking(refusal: BookingRefusal) -> Self {
        let errors = Self {
            booking: Some(refusal),
            ..Self::default()
        };
        match errors.booking {
            Some(BookingRefusal::TooManyHolds { wait }) => errors.again_in(wait * 60),
            Some(
                BookingRefusal::NotForYou
                | BookingRefusal::TooSoon { .. }
                | BookingRefusal::TooFar { .. }
                | BookingRefusal::Gone { .. }
                | BookingRefusal::NotOpen { .. }
                | BookingRefusal::Taken { .. }
                | BookingRefusal::KeyReused,
            )
            | None => errors,
        }
    }

    /// The same, worth another try in so many seconds (429).
    #[must_use]
    pub fn again_in(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self.with_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// After how many seconds it is worth another try, if that is known.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }

    /// The same, answered with another status: 401 for a password that is wrong, 410 for a hold
    /// that ran out.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// The same, of a form without fields of its own on the page that shows it: those that are there
    /// stand as if nothing had been sent.
    #[must_use]
    pub fn of_another_form(mut self) -> Self {
        self.of_another_form = true;
        self
    }

    /// One more field is wrong; the first error of a field stays.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, error: impl Into<FieldError>) {
        self.fields
            .entry(field.into())
            .or_insert_with(|| error.into());
    }

    /// The value of a field, or one more error.
    pub fn take<T, E: Into<FieldError>>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        parsed: Result<T, E>,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(field, error);
                None
            }
        }
    }

    /// As [`Self::take`], for a field that may stay empty.
    pub fn take_optional<T, E: Into<FieldError>>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if text.trim().is_empty() {
            None
        } else {
            self.take(field, parse(text))
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.message.is_none() && self.fields.is_empty() && self.booking.is_none()
    }

    /// 422 when fields are wrong, 409 when the wish is refused, or the status that was chosen.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status.unwrap_or(if self.fields.is_empty() {
            StatusCode::CONFLICT
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        })
    }

    /// Codes only, for a caller that wants no page.
    #[must_use]
    pub fn as_json(&self) -> serde_json::Value {
        let fields: BTreeMap<_, _> = self
            .fields
            .iter()
            .map(|(name, error)| (name.as_ref(), error.code()))
            .collect();
        serde_json::json!({
            "errors": { "message": self.message, "fields": fields, "booking": self.booking }
        })
    }
}

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
        error @ (backend::Error::Store(_) | backend::Error::Io(_)) => Err(error.into()),
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

/// A form that was refused, on its way to the page that shows it again; in the extensions of
/// the request that renders the page.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    values: Arc<[(String, String)]>,
    errors: FormErrors,
}

impl Replay {
    /// The fields as they were typed, decoded. Passwords and codes are forgotten here.
    #[must_use]
    pub fn new(mut values: Vec<(String, String)>, errors: FormErrors) -> Self {
        values.retain(|(name, _)| !is_secret(name) && !errors.of_another_form);
        Self {
            values: values.into(),
            errors,
        }
    }
}

/// A form that could not be taken, for the database is away: what was typed, to be sent again as
/// it is. In the extensions of the request that renders the page of the fault.
#[derive(Clone, Debug)]
pub struct Unsent {
    /// Where it goes.
    pub action: Arc<str>,
    /// What was typed; `None` when something is among it that no page may hold.
    pub fields: Option<Arc<[(String, String)]>>,
}

impl Unsent {
    /// A form with its fields as they were typed, decoded.
    #[must_use]
    pub fn new(action: &str, fields: Vec<(String, String)>) -> Self {
        let fields = if fields.iter().any(|(name, _)| is_secret(name)) {
            None
        } else {
            Some(fields.into())
        };
        Self {
            action: action.into(),
            fields,
        }
    }
}

/// The form that could not be taken, if one was sent.
#[must_use]
pub fn unsent() -> Option<Unsent> {
    request::extension()
}

/// Fields that are typed anew each time.
fn is_secret(name: &str) -> bool {
    name.contains("password") || name == "code" || name == "credential" || name.ends_with("_code")
}

/// The words for who edits what somebody else changed meanwhile.
pub const CHANGED_MEANWHILE: &str = "form-changed-meanwhile";

/// The form of this page as it was last sent; empty when the page is opened.
#[must_use]
pub fn state() -> FormState {
    // The gallery of components shows several states on one page.
    let replay: Option<Replay> = use_context().or_else(request::extension);
    FormState {
        sent: replay
            .as_ref()
            .is_some_and(|replay| !replay.errors.of_another_form),
        replay: replay.unwrap_or_default(),
    }
}

/// What was typed and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct FormState {
    sent: bool,
    replay: Replay,
}

impl FormState {
    /// Whether the form was sent and refused.
    #[must_use]
    pub const fn is_sent(&self) -> bool {
        self.sent
    }

    /// What was typed in a field; empty if nothing was, and for secrets.
    #[must_use]
    pub fn value(&self, field: &str) -> String {
        self.values(field).next().unwrap_or_default().to_owned()
    }

    /// What was typed, or what the page would show at first.
    #[must_use]
    pub fn value_or(&self, field: &str, at_first: impl Into<String>) -> String {
        if self.sent {
            self.value(field)
        } else {
            at_first.into()
        }
    }

    /// All that was chosen under one name: `days=mon&days=tue`.
    pub fn values<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        let values = self.replay.values.iter();
        values
            .filter(move |(name, _)| name == field)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a box was ticked, or a choice made.
    #[must_use]
    pub fn is_chosen(&self, field: &str, value: &str) -> bool {
        self.values(field).any(|chosen| chosen == value)
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn error(&self, field: &str) -> Option<&FieldError> {
        self.replay.errors.fields.get(field)
    }

    /// All fields that are wrong, by name.
    pub fn errors(&self) -> impl Iterator<Item = (&str, &FieldError)> {
        self.replay
            .errors
            .fields
            .iter()
            .map(|(name, error)| (name.as_ref(), error))
    }

    /// Why the wish as a whole was refused, in words.
    #[must_use]
    pub fn message(&self, lang: Lang) -> Option<String> {
        self.replay.errors.message.as_ref().map(|key| t!(lang, key))
    }

    /// Whether she was told that somebody else changed the thing meanwhile.
    #[must_use]
    pub fn is_changed_meanwhile(&self) -> bool {
        self.replay.errors.message.as_deref() == Some(CHANGED_MEANWHILE)
    }

    /// Why a booking was refused.
    #[must_use]
    pub const fn booking_refusal(&self) -> Option<&BookingRefusal> {
        self.replay.errors.booking.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn state_of(pairs: &[(&str, &str)], errors: FormErrors) -> FormState {
        FormState {
            sent: true,
            replay: Replay::new(typed(pairs), errors),
        }
    }

    #[test]
    fn what_was_typed_is_kept_but_passwords_and_codes_are_not() {
        let state = state_of(
            &[
                ("email", "zoé@exemple"),
                ("password", "s3cret"),
                ("new_password", "x"),
                ("code", "123456"),
            ],
            FormErrors::default(),
        );
        assert_eq!(state.value("email"), "zoé@exemple");
        assert_eq!(state.value("password"), "");
        assert_eq!(state.value("new_password"), "");
        assert_eq!(state.value("code"), "");
    }

    #[test]
    fn a_wrong_field_is_422_and_a_refused_wish_409() {
        let mut errors = FormErrors::default();
        assert!(errors.is_empty());
        assert_eq!(
            errors.take("given_name", Err::<(), _>(TextError::Empty)),
            None
        );
        errors.add("given_name", TextError::TooLong);
        assert_eq!(errors.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let state = state_of(&[], errors);
        assert_eq!(
            state.error("given_name"),
            Some(&FieldError::Text(TextError::Empty))
        );

        let taken = FormErrors::booking(BookingRefusal::KeyReused);
        assert_eq!(taken.status(), StatusCode::CONFLICT);
        assert_eq!(
            taken.with_status(StatusCode::GONE).status(),
            StatusCode::GONE
        );
    }

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

    #[test]
    fn a_program_reads_codes_and_nothing_that_was_typed() {
        let mut errors = FormErrors::default();
        errors.add("email", FieldError::Email(TextError::Malformed));
        assert_eq!(errors.as_json()["errors"]["fields"]["email"], "malformed");
    }
}
