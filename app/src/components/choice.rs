//! Choices of a form: one of a list, one of a few, yes or no; and a text of some lines.
//! One line of text is [`super::field`]'s.

use i18n::t;
use leptos::prelude::*;

use crate::{
    components::{
        field::{FieldError, described_by, error_id},
        stands::{Stands, stands_id},
    },
    forms, request,
};

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
    /// What follows from it, if that needs saying.
    pub hint: Option<String>,
}

impl Choice {
    /// A choice without a hint.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: None,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One of a list that folds.
#[component]
pub fn Select(
    name: &'static str,
    label: String,
    choices: Vec<Choice>,
    /// Chosen when the page is opened.
    #[prop(optional, into)]
    value: String,
    /// What to know before choosing.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Makes the id differ where one page has several of this name.
    #[prop(optional, into)]
    id_suffix: String,
) -> impl IntoView {
    let state = forms::state();
    let saved = state
        .stands(name, &value)
        .map(|saved| label_of(&choices, &saved));
    let chosen = state.value_or(name, value);
    let id = format!("{name}{id_suffix}");
    let hint_id = hint.is_some().then(|| format!("{id}-hint"));
    let saved_id = stands_id(&id, saved.as_ref());
    let described = described_by([hint_id.clone(), saved_id.clone()]);
    let options = choices.into_iter().map(|choice| {
        let selected = choice.value == chosen;
        view! {
            <option value=choice.value selected=selected>
                {choice.label}
            </option>
        }
    });
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {hint
                .zip(hint_id.clone())
                .map(|(hint, id)| {
                    view! {
                        <p class="hint" id=id>
                            {hint}
                        </p>
                    }
                })}
            <select class="input" id=id name=name aria-describedby=described>
                {options.collect_view()}
            </select>
            <Stands id=saved_id saved />
        </div>
    }
}

/// What people read of a choice.
fn label_of(choices: &[Choice], value: &str) -> String {
    let choice = choices.iter().find(|choice| choice.value == value);
    choice.map_or_else(|| value.to_owned(), |choice| choice.label.clone())
}

/// Some of a few (`checkbox`) or one of a few (`radio`), all in sight.
#[component]
pub fn Choices(
    /// Name of every one; `…[]` where several can be chosen.
    name: &'static str,
    /// Start of the ids: the first is `{id}-0`, which errors are tied to.
    id: &'static str,
    legend: String,
    choices: Vec<Choice>,
    /// Chosen when the page is opened.
    #[prop(optional)]
    chosen: Vec<String>,
    /// Whether several can be chosen.
    #[prop(optional)]
    several: bool,
    /// Whether they stand in one line where there is room.
    #[prop(optional)]
    inline: bool,
    /// What to know before choosing.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let state = forms::state();
    let saved = state.choices_stand(name, &chosen).then(|| {
        let labels = chosen.iter().map(|value| label_of(&choices, value));
        labels.collect::<Vec<_>>().join(", ")
    });
    let chosen: Vec<String> = if state.is_sent() {
        state.values(name).map(ToOwned::to_owned).collect()
    } else {
        chosen
    };
    let first = format!("{id}-0");
    let wrong = state.error(&first).is_some().then(|| error_id(&first));
    let kind = if several { "checkbox" } else { "radio" };
    let choices = choices.into_iter().enumerate().map(|(number, choice)| {
        let id = format!("{id}-{number}");
        let hint_id = choice.hint.is_some().then(|| format!("{id}-hint"));
        let described = described_by([hint_id.clone(), wrong.clone().filter(|_| number == 0)]);
        let checked = chosen.contains(&choice.value);
        view! {
            <div class="choice">
                <input
                    type=kind
                    id=id.clone()
                    name=name
                    value=choice.value
                    checked=checked
                    aria-describedby=described
                />
                <label for=id>
                    {choice.label}
                    {choice
                        .hint
                        .zip(hint_id)
                        .map(|(hint, id)| {
                            view! {
                                <span class="hint" id=id>
                                    {hint}
                                </span>
                            }
                        })}
                </label>
            </div>
        }
    });
    view! {
        <fieldset class="field">
            <legend>{legend}</legend>
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            <FieldError name=first.clone() />
            <div class=if inline { "choices inline" } else { "choices" }>
                {choices.collect_view()}
            </div>
            <Stands id=stands_id(id, saved.as_ref()) saved />
        </fieldset>
    }
}

/// A text of some lines.
#[component]
pub fn TextArea(
    name: &'static str,
    label: String,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What stands in it when the page is opened.
    #[prop(optional, into)]
    value: String,
    /// Whether it may stay empty.
    #[prop(optional)]
    may_be_empty: bool,
) -> impl IntoView {
    let lang = request::lang();
    let state = forms::state();
    let wrong = state.error(name).is_some();
    let hint_id = hint.is_some().then(|| format!("{name}-hint"));
    let error_id = wrong.then(|| error_id(name));
    let saved = state.stands(name, &value);
    let saved_id = stands_id(name, saved.as_ref());
    let described = described_by([hint_id.clone(), error_id, saved_id.clone()]);
    view! {
        <div class="field">
            <label for=name>
                {label}
                {may_be_empty
                    .then(|| {
                        view! {
                            " "
                            <span class="optional">{format!("({})", t!(lang, "field-optional"))}</span>
                        }
                    })}
            </label>
            {hint
                .zip(hint_id)
                .map(|(hint, id)| {
                    view! {
                        <p class="hint" id=id>
                            {hint}
                        </p>
                    }
                })}
            <FieldError name=name />
            <textarea
                class="input"
                id=name
                name=name
                rows="4"
                aria-describedby=described
                aria-invalid=wrong.then_some("true")
                required=!may_be_empty
            >
                {as_it_is(&state.value_or(name, value))}
            </textarea>
            <Stands id=saved_id saved />
        </div>
    }
}

/// What a `<textarea>` shows of a text: leptos writes its children as they come, and browsers drop
/// a line end at the beginning.
fn as_it_is(text: &str) -> String {
    format!("\n{}", html_escape::encode_text(text))
}
