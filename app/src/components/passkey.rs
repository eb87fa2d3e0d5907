//! The button that asks a device for a passkey, in the words of what it is asked for. What it
//! does is [`crate::islands::passkey`]'s.

use i18n::t;
use leptos::prelude::*;

use crate::{islands::passkey::PasskeyButton, request};

/// What the device is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A new passkey.
    Make,
    /// A change of one's own second step.
    Prove,
    /// A sign-in.
    SignIn,
}

#[component]
pub fn AskPasskey(
    asked: Asked,
    /// The challenge, in JSON.
    options: String,
    /// Where the answer goes.
    action: &'static str,
    /// Where the person wants to go afterwards.
    #[prop(optional)]
    next: String,
) -> impl IntoView {
    let lang = request::lang();
    let (button, needs_scripts) = match asked {
        Asked::Make => (
            t!(lang, "passkey-ask-make"),
            t!(lang, "passkey-needs-scripts"),
        ),
        Asked::Prove => (
            t!(lang, "passkey-ask-prove"),
            t!(lang, "passkey-needs-scripts-or-code"),
        ),
        Asked::SignIn => (
            t!(lang, "passkey-ask-sign-in"),
            t!(lang, "passkey-needs-scripts-or-code"),
        ),
    };
    view! {
        <PasskeyButton
            action=action.to_owned()
            next
            options
            button
            needs_scripts
            stopped=t!(lang, "passkey-stopped")
            known=t!(lang, "passkey-known")
            failed=t!(lang, "passkey-failed")
        />
    }
}
