//! The second step of signing in: a passkey or a code after the password. Where nobody's is
//! awaited, the sign-in itself.

use domain::links;
use http::{HeaderValue, StatusCode, header::LOCATION};
use i18n::t;
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::{
    components::{
        error_summary::ErrorSummary,
        field::Field,
        frame::Frame,
        page::page,
        passkey::{AskPasskey, Asked},
    },
    forms, request,
};

#[component]
pub fn SignInCode() -> impl IntoView {
    let next = request::query("next");
    page(async move {
        let lang = request::lang();
        let next = next
            .as_deref()
            .and_then(forms::local_path)
            .unwrap_or(links::AGENDA)
            .to_owned();
        let awaited = match request::pending() {
            Some(pending) => request::backend()?.awaited(&pending).await?,
            None => None,
        };
        if awaited.is_none() {
            let back = request::sign_in_path(&next);
            if let Ok(location) = HeaderValue::from_str(&back) {
                request::answer_header(LOCATION, location);
                request::answer_status(StatusCode::SEE_OTHER);
            }
        }
        let passkey = awaited.as_ref().and_then(|awaited| awaited.passkey.clone());
        let telephone = awaited.is_none_or(|awaited| awaited.telephone);
        let lead = match (&passkey, telephone) {
            (Some(_), _) => t!(lang, "second-step-sign-in-lead-passkey"),
            (None, true) => t!(lang, "second-step-sign-in-lead"),
            (None, false) => t!(lang, "second-step-sign-in-lead-recovery"),
        };
        let hint = if telephone {
            t!(lang, "second-step-code-or-recovery")
        } else {
            t!(lang, "second-step-recovery-only")
        };
        let passkey = passkey.map(|options| {
            let next = next.clone();
            let action = "/api/sign_in_code_by_passkey";
            view! {
                <AskPasskey asked=Asked::SignIn options action next />
                <p>{t!(lang, "passkey-or-code")}</p>
            }
        });
        let fields = vec![("code", t!(lang, "second-step-code"))];
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <Frame title=t!(lang, "second-step-sign-in-title") width="narrow">
                <h1>{t!(lang, "second-step-sign-in-title")}</h1>
                <p>{lead}</p>
                <ErrorSummary fields />
                {passkey}
                <form class="form sign-in" method="post" action="/api/sign_in_code">
                    <input type="hidden" name="next" value=next.clone() />
                    <Field
                        name="code"
                        label=t!(lang, "second-step-code")
                        hint
                        autocomplete="one-time-code"
                        width="medium"
                    />
                    <p class="actions">
                        <button class="button">{t!(lang, "sign-in-submit")}</button>
                        <a class="button secondary" href=request::sign_in_path(&next)>
                            {t!(lang, "second-step-start-again")}
                        </a>
                    </p>
                </form>
                <p class="hint">{t!(lang, "second-step-lost")}</p>
            </Frame>
        })
    })
}
