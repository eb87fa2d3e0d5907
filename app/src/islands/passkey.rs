//! Asks the device for a passkey, or for an answer by one, and sends a form with what it says.
//! The challenge was made by the server before the page was drawn: the button hands it to the
//! browser (WebAuthn). Without scripts the page says that a passkey needs them.

use leptos::{html, prelude::*};

#[island]
pub fn PasskeyButton(
    /// Where the answer is sent.
    action: String,
    /// Where the person wants to go afterwards, or nothing.
    next: String,
    /// The challenge, in JSON.
    options: String,
    /// On the button.
    button: String,
    /// In place of the button where the browser cannot.
    needs_scripts: String,
    /// When the person, or her device, did not go on.
    stopped: String,
    /// When the device holds a passkey of this account already.
    known: String,
    /// When the browser refuses for another reason.
    failed: String,
) -> impl IntoView {
    let parts = Parts::default();
    #[cfg(feature = "hydrate")]
    let press = ask::by(parts, options, [stopped, known, failed]);
    #[cfg(not(feature = "hydrate"))]
    let press = {
        let _ = (options, stopped, known, failed);
        |_: leptos::ev::MouseEvent| ()
    };
    view! {
        <form class="form" method="post" action=action node_ref=parts.form>
            <input type="hidden" name="next" value=next />
            <input type="hidden" name="credential" node_ref=parts.field />
            <p class="hint" node_ref=parts.hint>
                {needs_scripts}
            </p>
            <p class="error" role="alert" node_ref=parts.said></p>
            <div hidden=true node_ref=parts.actions>
                <p class="actions">
                    <button class="button" type="button" on:click=press>
                        {button}
                    </button>
                </p>
            </div>
        </form>
    }
}

/// What the script changes.
#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    form: NodeRef<html::Form>,
    field: NodeRef<html::Input>,
    hint: NodeRef<html::P>,
    said: NodeRef<html::P>,
    actions: NodeRef<html::Div>,
}

#[cfg(feature = "hydrate")]
mod ask;
