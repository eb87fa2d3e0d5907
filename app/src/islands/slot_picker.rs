//! Moves between weeks and reasons without loading a page. Everything inside is drawn on the
//! server, and every move is a link to a page that shows the same: the browser asks for that
//! page and takes the new week out of it. Whatever goes wrong, links stay links.

use leptos::{html, prelude::*};

/// Id of the element whose content is exchanged.
pub const REGION: &str = "choix";

#[island]
pub fn SlotPicker(
    /// Said while a week is asked for.
    busy: String,
    /// Said when it did not come…
    failed: String,
    /// …before a link to its page, with these words.
    open_page: String,
    /// Holds one element with the id [`REGION`].
    children: Children,
) -> impl IntoView {
    let status = NodeRef::<html::P>::new();
    let alert = NodeRef::<html::Div>::new();
    let words = StoredValue::new((busy, failed, open_page));
    #[cfg(feature = "hydrate")]
    let follow = live::picker(status, alert, words);
    #[cfg(not(feature = "hydrate"))]
    let follow = move |_: leptos::ev::MouseEvent| {
        let _ = words;
    };
    view! {
        <div class="stack loose" on:click=follow>
            <p class="visually-hidden" role="status" node_ref=status></p>
            <div class="visually-hidden" role="alert" node_ref=alert></div>
            {children()}
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod live;
