//! The first page: search. Not for what is found: see `practice` and `practitioner`.

use i18n::t;
use leptos::prelude::*;

use crate::{components::frame::Frame, request};

#[component]
pub fn Home() -> impl IntoView {
    let lang = request::lang();
    view! {
        <Frame title=t!(lang, "link-home")>
            <h1>{t!(lang, "link-home")}</h1>
        </Frame>
    }
}
