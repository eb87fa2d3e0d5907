//! A form that was sent, on its way to the page that shows it again with what was typed.

use std::{collections::BTreeSet, sync::Arc};

use backend::{Backend, office::seen::Seen};
use domain::booking::BookingRefusal;
use i18n::{Lang, t};
use leptos::prelude::use_context;

use super::{FieldError, FormErrors};
use crate::request;

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

/// A form that could not be taken, for the database is away or nobody is signed in any more: what was
/// typed, to be sent again as it is. In the extensions of the request that renders the page of the fault.
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

/// The form that could not be taken, if one with fields was sent.
#[must_use]
pub fn unsent() -> Option<Unsent> {
    let unsent: Unsent = request::extension()?;
    let is_empty = unsent
        .fields
        .as_ref()
        .is_some_and(|fields| fields.is_empty());
    (!is_empty).then_some(unsent)
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

/// The idempotency key of a booking form: that with which it was sent, so that a second click finds
/// the first; another one where that was used for another visit.
#[must_use]
pub fn key(state: &FormState, backend: &Backend) -> String {
    let sent = state.value("idempotency_key");
    let is_used = state.booking_refusal() == Some(&BookingRefusal::KeyReused);
    if sent.is_empty() || is_used {
        backend.new_token()
    } else {
        sent
    }
}

/// Whether the page answers a form that was refused, be it one of its own or not.
#[must_use]
pub fn is_refused() -> bool {
    request::extension::<Replay>().is_some()
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

    /// Whether she was told that what she books is another than her form showed.
    #[must_use]
    pub fn is_slot_changed(&self) -> bool {
        self.booking_refusal() == Some(&BookingRefusal::Changed)
    }

    /// The mark that the form brings back of a thing as it stands: shown again for another reason, that
    /// of what it showed first. Only who was told that it changed has seen what stands.
    #[must_use]
    pub fn seen(&self, stands: &Seen) -> String {
        if self.sent && !self.is_changed_meanwhile() && !self.is_slot_changed() {
            self.value("seen")
        } else {
            stands.as_str().to_owned()
        }
    }

    /// The same of a slot. A form that offered several brought none: the page of the chosen one is the
    /// first to show it.
    #[must_use]
    pub fn seen_of_slot(&self, stands: &Seen) -> String {
        match self.value("seen").is_empty() {
            true => stands.as_str().to_owned(),
            false => self.seen(stands),
        }
    }

    /// What is saved in a field, where she was told so and typed something else.
    #[must_use]
    pub fn stands(&self, field: &str, saved: &str) -> Option<String> {
        let typed = self.value(field);
        // Telephones are shown with spaces, and lines end as the browser likes.
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        (self.sent && self.is_changed_meanwhile() && plain(&typed) != plain(saved))
            .then(|| saved.to_owned())
    }

    /// The same of all that can be chosen under one name, in any order.
    #[must_use]
    pub fn choices_stand(&self, name: &str, saved: &[String]) -> bool {
        let typed: BTreeSet<_> = self.values(name).collect();
        self.sent
            && self.is_changed_meanwhile()
            && typed != saved.iter().map(String::as_str).collect()
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

    #[test]
    fn what_is_saved_is_shown_beside_what_differs_to_who_was_told() {
        let typed = [
            ("name", "Cabinet\r\ndu Parc "),
            ("set", "fr"),
            ("days", "mon"),
        ];
        let told = state_of(&typed, FormErrors::message(CHANGED_MEANWHILE));
        assert_eq!(told.stands("name", "Cabinet\ndu Parc"), None);
        assert_eq!(told.stands("name", "Le Phare"), Some("Le Phare".to_owned()));
        assert_eq!(told.stands("name", ""), Some(String::new()));
        assert!(told.choices_stand("days", &[]));
        assert!(!told.choices_stand("days", &["mon".to_owned()]));
        let refused = state_of(&typed, FormErrors::default());
        assert_eq!(refused.stands("name", "Le Phare"), None);
        assert!(!refused.choices_stand("days", &[]));
    }

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
}
