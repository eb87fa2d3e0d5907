//! The one page of every secret link that leads nowhere, whatever the cause: wrong, cut, over,
//! or never there. It must not tell them apart (HAZARDS, links).

use domain::links;
use i18n::t;
use leptos::{either::Either, prelude::*};

use crate::{
    components::{frame::Frame, page::page},
    fault::Fault,
    request,
};

/// As [`page`], for a page behind a secret link.
pub fn page_of_link<V, F>(content: F) -> impl IntoView
where
    V: IntoView + 'static,
    F: Future<Output = Result<V, Fault>> + Send + 'static,
{
    page(async move {
        match content.await {
            Ok(view) => Ok(Either::Left(view)),
            Err(Fault::NotFound) => Ok(Either::Right(view! { <LinkGone /> })),
            Err(fault) => Err(fault),
        }
    })
}

#[component]
fn LinkGone() -> impl IntoView {
    request::answer_fault(&Fault::NotFound);
    let lang = request::lang();
    view! {
        <Frame title=t!(lang, "link-gone-title") width="narrow">
            <div class="page-head">
                <h1>{t!(lang, "link-gone-title")}</h1>
                <p class="lead">{t!(lang, "link-gone-advice")}</p>
                <p class="actions">
                    <a class="button" href=links::HOME>{t!(lang, "link-back-home")}</a>
                </p>
            </div>
        </Frame>
    }
}
