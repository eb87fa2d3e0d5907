//! What surrounds every page: skip link, header, main column, footer, and the document's title.
//! Asks nothing of the database, so that the page of an error always has it.

use domain::links;
use i18n::{Lang, t};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::request;

#[component]
pub fn Frame(
    /// What the window is called; the program's name is added.
    title: String,
    children: Children,
) -> impl IntoView {
    let lang = request::lang();
    let title = escape(&format!("{title} · {}", t!(lang, "app-name")));
    view! {
        <Title text=title />
        <a class="skip-link" href="#content">{t!(lang, "skip-to-content")}</a>
        <header class="site-header">
            <div class="site-header-inner">
                <a class="brand" href=links::HOME>{t!(lang, "app-name")}</a>
                <LanguageSwitch />
            </div>
        </header>
        <main id="content" tabindex="-1">{children()}</main>
    }
}

/// One button for each language but the page's own.
#[component]
fn LanguageSwitch() -> impl IntoView {
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
