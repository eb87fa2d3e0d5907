//! The page of an address that is none of ours: the same as for a thing that is not there.

use leptos::prelude::*;

use crate::{components::error_page::ErrorPage, fault::Fault};

#[component]
pub fn NotFound() -> impl IntoView {
    view! { <ErrorPage fault=Fault::NotFound /> }
}
