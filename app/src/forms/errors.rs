//! What is wrong with a form: with a field, or with the wish as a whole. Holds nothing that was
//! typed.

use std::{borrow::Cow, collections::BTreeMap};

use domain::{
    booking::BookingRefusal, opening_hours::HoursError, text::TextError,
    visit_reason::MinutesOutOfRange,
};
use http::StatusCode;
use i18n::{Lang, t, words};

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
    pub(super) message: Option<Cow<'static, str>>,
    pub(super) fields: BTreeMap<Cow<'static, str>, FieldError>,
    pub(super) booking: Option<BookingRefusal>,
    retry_after: Option<u32>,
    pub(super) of_another_form: bool,
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
                | BookingRefusal::Changed
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
        if domain::text::is_blank(text) {
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(
            errors.fields["given_name"],
            FieldError::Text(TextError::Empty)
        );

        let taken = FormErrors::booking(BookingRefusal::KeyReused);
        assert_eq!(taken.status(), StatusCode::CONFLICT);
        assert_eq!(
            taken.with_status(StatusCode::GONE).status(),
            StatusCode::GONE
        );
    }

    #[test]
    fn a_program_reads_codes_and_nothing_that_was_typed() {
        let mut errors = FormErrors::default();
        errors.add("email", FieldError::Email(TextError::Malformed));
        assert_eq!(errors.as_json()["errors"]["fields"]["email"], "malformed");
    }
}
