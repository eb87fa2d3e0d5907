//! Where the practice's people sign in.

use domain::links;
use i18n::t;
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::{
    components::{error_summary::ErrorSummary, field::Field, frame::Frame},
    forms, request,
};

#[component]
pub fn SignIn() -> impl IntoView {
    let lang = request::lang();
    let offered = request::site().is_some_and(|site| site.backend.offers_passkeys());
    let next = request::query("next");
    let next = next
        .as_deref()
        .and_then(forms::local_path)
        .unwrap_or(links::AGENDA)
        .to_owned();
    view! {
        <Meta name="robots" content="noindex" />
        <Frame title=t!(lang, "sign-in-title") width="narrow">
            <h1>{t!(lang, "sign-in-title")}</h1>
            <p>{t!(lang, "sign-in-lead")}</p>
            <ErrorSummary fields=vec![] />
            <form class="form sign-in" method="post" action="/api/sign_in">
                <input type="hidden" name="next" value=next.clone() />
                <Field
                    name="email"
                    label=t!(lang, "field-email")
                    kind="email"
                    autocomplete="username"
                />
                <Field
                    name="password"
                    label=t!(lang, "field-password")
                    kind="password"
                    autocomplete="current-password"
                />
                <p class="actions">
                    <button class="button">{t!(lang, "sign-in-submit")}</button>
                </p>
            </form>
            <p class="hint">{t!(lang, "sign-in-forgotten")}</p>
            {offered
                .then(|| {
                    view! {
                        <form method="post" action="/api/start_passkey_sign_in">
                            <input type="hidden" name="next" value=next />
                            <button class="button secondary">
                                {t!(lang, "passkey-sign-in")}
                            </button>
                        </form>
                    }
                })}
        </Frame>
    }
}
