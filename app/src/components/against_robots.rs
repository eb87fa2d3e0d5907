//! What a form that anybody can send carries against robots: a field that no person sees, the
//! challenge that says when it was shown, and the proof that the browser works out meanwhile.
//! What is made of them is `api::robots`'.

use backend::challenge::Challenge;
use i18n::t;
use leptos::prelude::*;

use crate::{forms, islands::proof_of_work::ProofOfWork, request};

#[component]
pub fn AgainstRobots(challenge: Challenge) -> impl IntoView {
    let lang = request::lang();
    let state = forms::state();
    // The work is not done twice for a form that is shown again.
    let done = if state.value("challenge") == challenge.text {
        state.value("proof")
    } else {
        String::new()
    };
    view! {
        <div class="honeypot" aria-hidden="true">
            <label for="website">{t!(lang, "who-leave-empty")}</label>
            <input id="website" name="website" tabindex="-1" autocomplete="off" />
        </div>
        <input type="hidden" name="challenge" value=challenge.text />
        <ProofOfWork
            nonce=challenge.nonce
            salt=challenge.salt
            prefix=challenge.prefix
            rounds=challenge.rounds
            done
        />
    }
}
