//! Signing in by a passkey alone: the button for the device. Where no challenge waits, the
//! sign-in itself.

use domain::links;
use http::{HeaderValue, StatusCode, header::LOCATION};
use i18n::t;
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::{
    components::{
        frame::Frame,
        page::page,
        passkey::{AskPasskey, Asked},
    },
    forms, request,
};

#[component]
pub fn SignInPasskey() -> impl IntoView {
    let next = request::query("next");
    page(async move {
        let lang = request::lang();
        let next = next
            .as_deref()
            .and_then(forms::local_path)
            .unwrap_or(links::AGENDA)
            .to_owned();
        let back = request::sign_in_path(&next);
        let awaited = match request::passkey() {
            Some(token) => request::backend()?.awaited_passkey(&token).await?,
            None => None,
        };
        if awaited.is_none()
            && let Ok(location) = HeaderValue::from_str(&back)
        {
            request::answer_header(LOCATION, location);
            request::answer_status(StatusCode::SEE_OTHER);
        }
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <Frame title=t!(lang, "passkey-sign-in-title") width="narrow">
                <h1>{t!(lang, "passkey-sign-in-title")}</h1>
                <p>{t!(lang, "passkey-sign-in-lead")}</p>
                {awaited
                    .map(|options| {
                        view! {
                            <AskPasskey
                                asked=Asked::SignIn
                                options
                                action="/api/sign_in_by_passkey"
                                next
                            />
                        }
                    })}
                <p>
                    <a href=back>{t!(lang, "passkey-by-password")}</a>
                </p>
            </Frame>
        })
    })
}
