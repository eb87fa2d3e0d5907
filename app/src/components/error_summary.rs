//! What is wrong with a form, above it, with a link to each field. It takes the focus when the
//! page opens, so that nobody looks for what happened; without JavaScript too.

use i18n::{Lang, t};
use leptos::prelude::*;

use crate::{
    forms::{self, FormState},
    request,
};

#[component]
pub fn ErrorSummary(
    /// Name and label of each field, in the order of the form.
    fields: Vec<(&'static str, String)>,
) -> impl IntoView {
    let lang = request::lang();
    let state = forms::state();
    let lines = lines(&state, lang, &fields);
    let heading = match (state.message(lang), lines.len()) {
        (Some(message), _) => Some(message),
        (None, 0) => None,
        (None, count) => Some(t!(lang, "form-errors-heading", count = count)),
    };
    heading.map(|heading| {
        view! {
            <div
                class="form-errors"
                role="alert"
                aria-labelledby="errors-title"
                tabindex="-1"
                autofocus=true
            >
                <h2 id="errors-title">{heading}</h2>
                {(!lines.is_empty())
                    .then(|| {
                        view! {
                            <ul>
                                {lines
                                    .into_iter()
                                    .map(|(href, words)| {
                                        view! {
                                            <li>
                                                <a href=href>{words}</a>
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        }
                    })}
            </div>
        }
    })
}

/// Address and words of each error: those of `fields` in their order, then the others.
fn lines(state: &FormState, lang: Lang, fields: &[(&str, String)]) -> Vec<(String, String)> {
    let known = fields.iter().filter_map(|(name, label)| {
        let error = state.error(name)?.in_words(lang);
        Some((
            format!("#{name}"),
            t!(lang, "error-of-field", field = label, error = error),
        ))
    });
    let others = state
        .errors()
        .filter(|(name, _)| fields.iter().all(|(known, _)| known != name))
        .map(|(name, error)| (format!("#{name}"), error.in_words(lang)));
    known.chain(others).collect()
}
