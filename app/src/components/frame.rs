//! What surrounds every page: skip link, header, main column, footer, and the document's title.
//! Asks nothing of the database, so that the page of an error always has it.

use domain::links;
use i18n::{Lang, t};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{components::icon::SPRITE, forms, request};

#[component]
pub fn Frame(
    /// What the window is called; the program's name is added, and a word before it when the
    /// page answers a form that was refused.
    title: String,
    /// Width of the column: `narrow`, `wide`; of usual width without it.
    #[prop(optional)]
    width: &'static str,
    /// In place of the public header.
    #[prop(optional)]
    header: Option<AnyView>,
    /// Without any link: for whoever came under a name where none leads anywhere.
    #[prop(optional)]
    alone: bool,
    children: Children,
) -> impl IntoView {
    let lang = request::lang();
    let title = format!("{title} · {}", t!(lang, "app-name"));
    let title = if forms::state().is_sent() {
        format!("{} {title}", t!(lang, "error-prefix"))
    } else {
        title
    };
    view! {
        <Title text=escape(&title) />
        <a class="skip-link" href="#content">{t!(lang, "skip-to-content")}</a>
        {match header {
            Some(header) => header,
            None if alone => view! { <SiteHeaderAlone /> }.into_any(),
            None => view! { <SiteHeader /> }.into_any(),
        }}
        <main id="content" class=format!("page {width}") tabindex="-1">{children()}</main>
        {(!alone).then(|| view! { <SiteFooter /> })}
    }
}

#[component]
fn SiteHeaderAlone() -> impl IntoView {
    view! {
        <header class="site-header">
            <div class="site-header-inner">
                <p class="brand">
                    <Mark />
                    <span>{t!(request::lang(), "app-name")}</span>
                </p>
            </div>
        </header>
    }
}

#[component]
fn SiteHeader() -> impl IntoView {
    let lang = request::lang();
    view! {
        <header class="site-header">
            <div class="site-header-inner">
                <Brand name=t!(lang, "app-name") />
                <nav class="site-links" aria-label=t!(lang, "site-nav-label")>
                    <a href=links::AGENDA>{t!(lang, "link-office")}</a>
                    <LanguageSwitch />
                </nav>
            </div>
        </header>
    }
}

/// The mark and a name, which lead home.
#[component]
pub fn Brand(name: String) -> impl IntoView {
    view! {
        <a class="brand" href=links::HOME>
            <Mark />
            <span>{name}</span>
            <span class="visually-hidden">{t!(request::lang(), "brand-home")}</span>
        </a>
    }
}

#[component]
fn Mark() -> impl IntoView {
    let mark = format!("{}#mark", request::asset(SPRITE));
    view! {
        <svg class="brand-mark" aria-hidden="true">
            <use href=mark></use>
        </svg>
    }
}

/// One button for each language but the page's own.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let lang = request::lang();
    let others = Lang::ALL.into_iter().filter(|other| *other != lang);
    view! {
        <form method="post" action="/api/choose_language">
            <input type="hidden" name="next" value=request::page_path() />
            {others
                .map(|other| {
                    view! {
                        <button class="button quiet" name="lang" value=other.code() lang=other.code()>
                            {other.own_name()}
                        </button>
                    }
                })
                .collect_view()}
        </form>
    }
}

#[component]
fn SiteFooter() -> impl IntoView {
    let lang = request::lang();
    view! {
        <footer class="site-footer">
            <div class="site-footer-inner">
                <p>{t!(lang, "footer-about")}</p>
                <div class="site-footer-links">
                    <a href=links::LEGAL>{t!(lang, "legal-title")}</a>
                    <a href=links::PRIVACY>{t!(lang, "privacy-link")}</a>
                    {request::has_mailbox()
                        .then(|| view! { <a href=links::MAILBOX>{t!(lang, "mailbox-title")}</a> })}
                </div>
            </div>
        </footer>
    }
}

/// `leptos_meta` writes a title as it is: a name in it could close the element.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_title_cannot_close_its_element() {
        assert_eq!(escape("</title>&amp;"), "&lt;/title&gt;&amp;amp;");
    }
}
