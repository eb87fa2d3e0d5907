//! What is saved in a field, beside what was typed: for who was told that somebody else changed the
//! thing meanwhile. Saving once more replaces it, and nobody should do so unseen.

use i18n::t;
use leptos::prelude::*;

use crate::request;

#[component]
pub fn Stands(
    /// See [`stands_id`].
    id: Option<String>,
    /// What is saved, in words; `None` where it is no other than what was typed.
    saved: Option<String>,
) -> impl IntoView {
    let lang = request::lang();
    saved.map(|saved| {
        let words = if saved.is_empty() {
            t!(lang, "field-stands-empty")
        } else {
            t!(lang, "field-stands", saved = saved)
        };
        view! {
            <p class="hint stands" id=id>
                {words}
            </p>
        }
    })
}

/// The id of what is saved in a field, for [`described_by`](super::field::described_by); `None` where
/// nothing is said of it.
#[must_use]
pub fn stands_id(name: &str, saved: Option<&String>) -> Option<String> {
    saved.map(|_| format!("{name}-stands"))
}
