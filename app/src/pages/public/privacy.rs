//! What becomes of personal data, said to patients. The practice answers for it; the host only
//! keeps the machine.

use i18n::t;
use leptos::prelude::*;

use crate::{components::frame::Frame, request};

#[component]
pub fn Privacy() -> impl IntoView {
    let lang = request::lang();
    let items = |keys: &'static [&'static str]| {
        let items = keys.iter().map(|key| view! { <li>{t!(lang, key)}</li> });
        view! { <ul>{items.collect_view()}</ul> }
    };
    let kept = items(&[
        "privacy-kept-person",
        "privacy-kept-visit",
        "privacy-kept-birth-date",
    ]);
    let not = items(&[
        "privacy-not-tracking",
        "privacy-not-cookies",
        "privacy-not-elsewhere",
    ]);
    view! {
        <Frame title=t!(lang, "privacy-title") width="narrow">
            <div class="page-head">
                <h1>{t!(lang, "privacy-title")}</h1>
                <p class="lead">{t!(lang, "privacy-lead")}</p>
            </div>
            <div class="prose">
                <h2>{t!(lang, "privacy-kept-title")}</h2>
                {kept}
                <h2>{t!(lang, "privacy-why-title")}</h2>
                <p>{t!(lang, "privacy-why")}</p>
                <h2>{t!(lang, "privacy-not-title")}</h2>
                {not}
                <h2>{t!(lang, "privacy-rights-title")}</h2>
                <p>{t!(lang, "privacy-rights")}</p>
                <p>{t!(lang, "privacy-complaint")}</p>
            </div>
        </Frame>
    }
}
