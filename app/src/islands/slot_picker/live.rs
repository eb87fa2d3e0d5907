//! The part of the slot picker that only a browser runs: follows a link, or Back and Forward,
//! by fetching the page and exchanging the region. Not for drawing: the server does.

use leptos::{
    ev,
    html::{Div, P},
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomParser, HtmlAnchorElement, HtmlElement, Response, SupportedType};

use super::REGION;

type Words = StoredValue<(String, String, String)>;

/// What every move needs. Copied into each handler.
#[derive(Clone, Copy)]
struct Picker {
    status: NodeRef<P>,
    alert: NodeRef<Div>,
    words: Words,
    /// How many moves were wished for; only the last is shown.
    wishes: StoredValue<u32>,
    /// Path and query of what is shown.
    shown: StoredValue<String>,
}

/// Listens for Back and Forward, and answers what to do with a click.
pub(super) fn picker(
    status: NodeRef<P>,
    alert: NodeRef<Div>,
    words: Words,
) -> impl Fn(ev::MouseEvent) + 'static {
    let picker = Picker {
        status,
        alert,
        words,
        wishes: StoredValue::new(0),
        shown: StoredValue::new(address().unwrap_or_default()),
    };
    let back = window_event_listener(ev::popstate, move |_| {
        // A jump within the page changes the address too.
        if let Some(address) = address().filter(|address| picker.shown.get_value() != *address) {
            picker.go(address, None);
        }
    });
    on_cleanup(move || back.remove());
    move |event| {
        if let Some(link) = followed(&event) {
            event.prevent_default();
            let rel = link.rel();
            picker.go(link.href(), Some(rel));
        }
    }
}

impl Picker {
    /// Shows the page at `href`. `rel` is that of the link that was followed, if one was: then
    /// the address bar follows too, and its successor takes the focus.
    fn go(self, href: String, rel: Option<String>) {
        let wish = self.wishes.get_value() + 1;
        self.wishes.set_value(wish);
        self.alert("", "");
        self.words.with_value(|words| self.say(&words.0));
        busy(true);
        leptos::task::spawn_local(async move {
            let page = fetch(&href).await;
            if self.wishes.get_value() != wish {
                return;
            }
            busy(false);
            match page.and_then(|page| exchange(&page)) {
                Ok(title) => {
                    if let Some(rel) = rel {
                        remember(&href);
                        take_focus(&rel);
                    }
                    self.shown.set_value(address().unwrap_or_default());
                    self.say(&title);
                }
                Err(_) => {
                    self.say("");
                    self.words.with_value(|words| self.alert(&words.1, &href));
                }
            }
        });
    }

    fn say(self, words: &str) {
        if let Some(status) = self.status.get_untracked() {
            status.set_text_content(Some(words));
        }
    }

    /// Says that it failed, with a link to the page instead; takes it back with no words.
    fn alert(self, words: &str, href: &str) {
        let Some(alert) = self.alert.get_untracked() else {
            return;
        };
        alert.set_text_content(Some(words));
        alert.set_class_name(if words.is_empty() {
            "visually-hidden"
        } else {
            "notice danger"
        });
        if words.is_empty() {
            return;
        }
        if let Ok(link) = document().create_element("a") {
            let _ = link.set_attribute("href", href);
            self.words
                .with_value(|words| link.set_text_content(Some(&words.2)));
            let _ = alert.append_with_str_1(" ");
            let _ = alert.append_child(&link);
        }
    }
}

/// The link that a plain click meant, if it leads to another week or reason of this page.
fn followed(event: &ev::MouseEvent) -> Option<HtmlAnchorElement> {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if modified || event.button() != 0 {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = target.closest("a[href]").ok()??.dyn_into().ok()?;
    let here = window().location();
    let stays = link.origin() == here.origin().ok()? && link.pathname() == here.pathname().ok()?;
    stays.then_some(link)
}

async fn fetch(href: &str) -> Result<String, JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str(href))
        .await?
        .dyn_into()?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    let text = JsFuture::from(response.text()?).await?;
    text.as_string().ok_or(JsValue::NULL)
}

/// Puts the region of a page in the place of the one that is shown; answers its heading.
fn exchange(page: &str) -> Result<String, JsValue> {
    let page = DomParser::new()?.parse_from_string(page, SupportedType::TextHtml)?;
    let (Some(new), Some(old)) = (
        page.get_element_by_id(REGION),
        document().get_element_by_id(REGION),
    ) else {
        return Err(JsValue::NULL);
    };
    old.replace_with_with_node_1(&new)?;
    let title = new.query_selector("h3")?;
    Ok(title
        .and_then(|title| title.text_content())
        .unwrap_or_default())
}

/// The link of the same direction in the new week, or its heading where there is none.
fn take_focus(rel: &str) {
    let region = format!("#{REGION} ");
    let link = (!rel.is_empty()).then(|| format!("{region}a[rel=\"{rel}\"][href]"));
    let found = [link, Some(format!("{region}h3"))]
        .into_iter()
        .flatten()
        .find_map(|selector| document().query_selector(&selector).ok()?);
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = found.focus();
    }
}

fn busy(is_busy: bool) {
    if let Some(region) = document().get_element_by_id(REGION) {
        let _ = region.set_attribute("aria-busy", if is_busy { "true" } else { "false" });
    }
}

/// Puts an address into the history, so that Back leads to what was shown before.
fn remember(href: &str) {
    if let Ok(history) = window().history() {
        // A browser that refuses goes on without.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(href));
    }
}

/// Path and query of the address bar.
fn address() -> Option<String> {
    let location = window().location();
    Some(location.pathname().ok()? + &location.search().ok()?)
}
