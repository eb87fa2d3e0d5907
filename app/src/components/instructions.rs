//! What to know before a visit, as the practice wrote it.

use domain::practice::Instructions as Text;
use i18n::t;
use leptos::prelude::*;

use crate::{components::lines::Lines, request};

#[component]
pub fn Instructions(text: Text) -> impl IntoView {
    let lang = request::lang();
    (!text.as_str().is_empty()).then(|| {
        view! {
            <section class="stack" aria-labelledby="prepare-title">
                <h2 id="prepare-title">{t!(lang, "instructions-title")}</h2>
                <div class="prose">
                    <p>
                        <Lines text=text.to_string() />
                    </p>
                </div>
            </section>
        }
    })
}
