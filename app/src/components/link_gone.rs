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

/// As [`page`], for a page behind the secret link of a visit.
pub fn page_of_link<V, F>(content: F) -> impl IntoView
where
    V: IntoView + 'static,
    F: Future<Output = Result<V, Fault>> + Send + 'static,
{
    page_or_gone(content, "link-gone-advice")
}

/// The same for the link that opens a practice.
pub fn page_of_set_up_link<V, F>(content: F) -> impl IntoView
where
    V: IntoView + 'static,
    F: Future<Output = Result<V, Fault>> + Send + 'static,
{
    page_or_gone(content, "setup-gone-advice")
}

fn page_or_gone<V, F>(content: F, advice: &'static str) -> impl IntoView
where
    V: IntoView + 'static,
    F: Future<Output = Result<V, Fault>> + Send + 'static,
{
    page(async move {
        match content.await {
            Ok(view) => Ok(Either::Left(view)),
            Err(Fault::NotFound) => Ok(Either::Right(view! { <LinkGone advice /> })),
            Err(fault) => Err(fault),
        }
    })
}

#[component]
fn LinkGone(
    /// What to do, as a key of the catalogues.
    advice: &'static str,
) -> impl IntoView {
    request::answer_fault(&Fault::NotFound);
    let lang = request::lang();
    view! {
        <Frame title=t!(lang, "link-gone-title") width="narrow">
            <div class="page-head">
                <h1>{t!(lang, "link-gone-title")}</h1>
                <p class="lead">{t!(lang, advice)}</p>
                <p class="actions">
                    <a class="button" href=links::HOME>{t!(lang, "link-back-home")}</a>
                </p>
            </div>
        </Frame>
    }
}
