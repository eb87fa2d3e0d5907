//! The HTML document around every page: language, head, style sheet, and the scripts that wake
//! the islands. Not for what is visible: see `components::frame`.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::request;

/// What the islands' files are called: `LEPTOS_OUTPUT_NAME` in `.cargo/config.toml`, and
/// `output-name` and `site-pkg-dir` in `[[workspace.metadata.leptos]]`.
const OUTPUT_NAME: &str = "rdv";
const PKG_DIR: &str = "pkg";

/// The document, with `body` as its content. Without islands there is no script in it at all.
///
/// The header of every answer says `Referrer-Policy: no-referrer`. Under that policy browsers
/// send `Origin: null` with a form (Fetch §3.2 "append a request Origin header"), which the wall
/// against foreign forms must refuse where `Sec-Fetch-Site` is missing (Safari before 16.4, all
/// that an iPhone 7 can have). The `<meta>` relaxes it to the bare origin: no path, and so no
/// token, is ever in a Referer.
pub(crate) fn document<V: IntoView>(body: impl FnOnce() -> V) -> impl IntoView {
    let site = request::site();
    let root = site
        .as_ref()
        .map(|site| site.assets.root.clone())
        .unwrap_or_default();
    let scripts = site
        .as_ref()
        .is_some_and(|site| site.assets.islands)
        .then(|| {
            let options = options();
            view! {
                <HydrationScripts options islands=true root=root.clone() />
            }
        });
    view! {
        <!DOCTYPE html>
        <html lang=request::lang().code()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="referrer" content="strict-origin" />
                <meta name="format-detection" content="telephone=no" />
                <link rel="icon" type="image/svg+xml" href=format!("{root}/favicon.svg") />
                <link rel="apple-touch-icon" href=format!("{root}/apple-touch-icon.png") />
                <link rel="stylesheet" href=format!("{root}/{PKG_DIR}/{OUTPUT_NAME}.css") />
                <AutoReload options=options() />
                {scripts}
                <MetaTags />
            </head>
            <body>{body()}</body>
        </html>
    }
}

fn options() -> LeptosOptions {
    LeptosOptions::builder()
        .output_name(OUTPUT_NAME)
        .site_pkg_dir(PKG_DIR)
        .build()
}

/// Takes the scripts out of a rendered document that has no island in it, and says whether
/// scripts are left: a page of words downloads no wasm.
#[must_use]
pub fn settle(html: String) -> (String, bool) {
    // The three elements that `HydrationScripts` writes, one after the other.
    const FIRST: &str = "<link rel=\"modulepreload\"";
    const LAST: &str = "</script>";
    let scripts = html.find(FIRST).and_then(|start| {
        let length = html[start..].find(LAST)? + LAST.len();
        Some(start..start + length)
    });
    match scripts {
        None => (html, false),
        Some(_) if html.contains("<leptos-island") => (html, true),
        Some(scripts) => (
            format!("{}{}", &html[..scripts.start], &html[scripts.end..]),
            false,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::settle;

    const SCRIPTS: &str = "<link rel=\"modulepreload\" href=\"/a.js\"><link rel=\"preload\" \
        href=\"/a.wasm\"><script type=\"module\">go()</script>";

    #[test]
    fn a_page_without_islands_loads_no_script() {
        let page = format!("<head>{SCRIPTS}<title>x</title></head><p>words</p>");
        assert_eq!(
            settle(page),
            (
                "<head><title>x</title></head><p>words</p>".to_owned(),
                false
            )
        );
    }

    #[test]
    fn a_page_with_an_island_keeps_its_scripts() {
        let page = format!("<head>{SCRIPTS}</head><leptos-island>…</leptos-island>");
        assert_eq!(settle(page.clone()), (page, true));
        let built_without = "<leptos-island>…</leptos-island>".to_owned();
        assert_eq!(settle(built_without.clone()), (built_without, false));
    }
}
