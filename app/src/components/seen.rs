//! The hidden field by which a form says what it showed: see `backend::office::seen`. It is never
//! filled with what was typed: a form that is shown again has seen what stands by then.

use backend::office::seen::Seen;
use leptos::prelude::*;

#[component]
pub fn SeenField(
    /// The mark of what is edited; `None` where nothing is.
    thing: Option<Seen>,
) -> impl IntoView {
    thing.map(|seen| {
        view! { <input type="hidden" name="seen" value=seen.as_str().to_owned() /> }
    })
}
