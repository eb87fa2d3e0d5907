//! The hidden field by which a form says what it showed: see `backend::office::seen`.

use backend::office::seen::Seen;
use leptos::prelude::*;

use crate::forms;

#[component]
pub fn SeenField(
    /// The mark of what is edited, as it stands; `None` where nothing is.
    thing: Option<Seen>,
) -> impl IntoView {
    thing.map(|stands| {
        let value = forms::state().seen(&stands);
        view! { <input type="hidden" name="seen" value=value /> }
    })
}
