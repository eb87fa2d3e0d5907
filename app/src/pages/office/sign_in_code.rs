//! The second step of signing in: a code after the password. Where nobody's is awaited, the
//! sign-in itself.

use domain::links;
use http::{HeaderValue, StatusCode, header::LOCATION};
use i18n::t;
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::{
    components::{error_summary::ErrorSummary, field::Field, frame::Frame, page::page},
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
            Some(pending) => request::backend()?.awaited_code(&pending).await?,
            None => None,
        };
        if awaited.is_none() {
            let back = request::sign_in_path(&next);
            if let Ok(location) = HeaderValue::from_str(&back) {
                request::answer_header(LOCATION, location);
                request::answer_status(StatusCode::SEE_OTHER);
            }
        }
        let fields = vec![("code", t!(lang, "second-step-code"))];
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <Frame title=t!(lang, "second-step-sign-in-title") width="narrow">
                <h1>{t!(lang, "second-step-sign-in-title")}</h1>
                <p>{t!(lang, "second-step-sign-in-lead")}</p>
                <ErrorSummary fields />
                <form class="form sign-in" method="post" action="/api/sign_in_code">
                    <input type="hidden" name="next" value=next.clone() />
                    <Field
                        name="code"
                        label=t!(lang, "second-step-code")
                        hint=t!(lang, "second-step-code-or-recovery")
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
