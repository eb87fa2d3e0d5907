//! A practitioner as a plaque beside a door: the whole of it is one link.

use domain::{
    links,
    practice::{Slug, Title},
};
use leptos::prelude::*;

use crate::components::icon::Icon;

#[component]
pub fn PractitionerCard(
    slug: Slug,
    name: Title,
    specialty: Title,
    /// Practice and towns.
    whereabouts: String,
) -> impl IntoView {
    view! {
        <article class="practitioner-card">
            <h3>
                <a href=links::practitioner(&slug)>{name.to_string()}</a>
            </h3>
            <p class="specialty">{specialty.to_string()}</p>
            <p class="with-icon">
                <Icon name="place" />
                <span>{whereabouts}</span>
            </p>
        </article>
    }
}
