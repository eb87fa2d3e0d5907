//! One line of text that somebody types: label, hint, error, input, tied together for those who
//! do not see them. What was typed and what is wrong with it come from [`forms::state`].
//! Not for choices: see [`super::choice`].

use std::borrow::Cow;

use i18n::t;
use leptos::prelude::*;

use crate::{
    components::{
        icon::Icon,
        stands::{Stands, stands_id},
    },
    forms, request,
};

#[component]
pub fn Field(
    /// Name and id; the error of the form bears the same.
    #[prop(into)]
    name: Cow<'static, str>,
    label: String,
    /// `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What to know before typing; nothing, if it is empty.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Token of HTML's autofill.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// What stands in it when the page is opened.
    #[prop(optional, into)]
    value: String,
    /// Width: `short`, `medium`; the whole line without it.
    #[prop(optional)]
    width: &'static str,
    /// Whether it may stay empty.
    #[prop(optional)]
    may_be_empty: bool,
) -> impl IntoView {
    let lang = request::lang();
    let state = forms::state();
    let hint = hint.filter(|hint| !hint.is_empty());
    let error = state.error(&name).map(|error| error.in_words(lang));
    let hint_id = hint.is_some().then(|| format!("{name}-hint"));
    let error_id = error.is_some().then(|| error_id(&name));
    let saved = state.stands(&name, &value);
    let saved_id = stands_id(&name, saved.as_ref());
    let described = described_by([hint_id.clone(), error_id, saved_id.clone()]);
    // Names and addresses are no words of a dictionary.
    let spellcheck = (kind != "text").then_some("false");
    view! {
        <div class="field">
            <label for=name.to_string()>
                {label}
                {may_be_empty
                    .then(|| {
                        view! {
                            " "
                            <span class="optional">{format!("({})", t!(lang, "field-optional"))}</span>
                        }
                    })}
            </label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <FieldError name=name.clone() />
            <input
                class=format!("input {width}")
                id=name.to_string()
                name=name.to_string()
                type=kind
                value=state.value_or(&name, value)
                autocomplete=autocomplete
                inputmode=inputmode
                spellcheck=spellcheck
                aria-describedby=described
                aria-invalid=error.is_some().then_some("true")
                required=!may_be_empty
            />
            <Stands id=saved_id saved />
        </div>
    }
}

/// What is wrong with a field, in words; nothing if nothing is.
#[component]
pub fn FieldError(#[prop(into)] name: Cow<'static, str>) -> impl IntoView {
    let lang = request::lang();
    let error = forms::state()
        .error(&name)
        .map(|error| error.in_words(lang));
    error.map(|error| {
        view! {
            <p class="error" id=error_id(&name)>
                <Icon name="warning" />
                <span>
                    <span class="visually-hidden">{t!(lang, "error-prefix")} " "</span>
                    {error}
                </span>
            </p>
        }
    })
}

/// What `aria-describedby` says: the ids of what stands beside a field, in the order in which it is
/// read; `None` where nothing does.
#[must_use]
pub fn described_by(ids: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    let ids: Vec<_> = ids.into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// The id of the error of a field, for [`described_by`].
#[must_use]
pub fn error_id(name: &str) -> String {
    format!("{name}-error")
}
