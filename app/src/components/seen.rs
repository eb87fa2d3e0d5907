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
        let state = forms::state();
        // Shown again for another reason it shows what she typed, not what stands: only who was
        // told that it changed has seen that.
        let value = if state.is_sent() && !state.is_changed_meanwhile() {
            state.value("seen")
        } else {
            stands.as_str().to_owned()
        };
        view! { <input type="hidden" name="seen" value=value /> }
    })
}
