//! Where a visit stands, in a sign and a word.

use domain::appointment::{CancelledBy, Status};
use i18n::words;
use leptos::prelude::*;

use crate::{components::icon::Icon, request};

/// Any state: `kind` chooses the colours (see `style/components/message.css`).
#[component]
pub fn Badge(kind: &'static str, icon: &'static str, word: String) -> impl IntoView {
    view! {
        <span class="badge" data-status=kind>
            <Icon name=icon />
            <span class="badge-word">{word}</span>
        </span>
    }
}

#[component]
pub fn StatusBadge(status: Status) -> impl IntoView {
    let (kind, icon) = match status {
        Status::Held { .. } => ("held", "held"),
        Status::Expired => ("late", "clock"),
        Status::Booked => ("booked", "check"),
        Status::Arrived => ("arrived", "arrived"),
        Status::Attended => ("attended", "check"),
        Status::Missed => ("missed", "missed"),
        Status::Cancelled {
            by: CancelledBy::Patient | CancelledBy::Practice,
        } => ("cancelled", "cancelled"),
    };
    view! { <Badge kind icon word=words::status(request::lang(), status) /> }
}
