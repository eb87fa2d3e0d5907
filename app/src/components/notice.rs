//! What the program says: something to know, done, to watch, or wrong. Colour is doubled by a
//! sign. Errors of a form are [`super::error_summary`]'s.

use leptos::prelude::*;

use crate::components::icon::Icon;

/// How it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// To know.
    Info,
    /// Done.
    Success,
    /// To watch.
    Warning,
    /// Wrong, or urgent.
    Danger,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Info => "notice info",
            Self::Success => "notice success",
            Self::Warning => "notice warning",
            Self::Danger => "notice danger",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "check",
            Self::Warning | Self::Danger => "warning",
        }
    }
}

#[component]
pub fn Notice(
    tone: Tone,
    /// Another sign than the tone's.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// In bold above the rest.
    #[prop(optional, into)]
    title: Option<String>,
    /// Whether it answers what was just done: a screen reader then says it at once.
    #[prop(optional)]
    is_answer: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=tone.class() role=is_answer.then_some("status")>
            <Icon name=icon.unwrap_or(tone.icon()) />
            <div>
                {title.map(|title| view! { <p class="notice-title">{title}</p> })}
                {children.map(|children| children())}
            </div>
        </div>
    }
}
