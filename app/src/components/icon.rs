//! A sign of the sprite `app/public/icons.svg`. Never alone: a word stands beside it.

use leptos::prelude::*;

use crate::request;

/// Address of the sprite that holds all signs.
pub const SPRITE: &str = "icons.svg";

#[component]
pub fn Icon(
    /// Its id in the sprite: `calendar`, `check`…
    name: &'static str,
) -> impl IntoView {
    let href = format!("{}#{name}", request::asset(SPRITE));
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=href></use>
        </svg>
    }
}
