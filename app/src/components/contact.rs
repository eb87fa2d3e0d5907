//! How to reach a practice: addresses and telephone; and whom to call when it cannot wait.

use domain::{
    people::PhoneNumber,
    practice::{Place, Practice},
};
use i18n::t;
use leptos::prelude::*;

use crate::{
    components::{
        lines::Lines,
        notice::{Notice, Tone},
    },
    request,
};

#[component]
pub fn Contact(practice: Practice, places: Vec<Place>) -> impl IntoView {
    let lang = request::lang();
    let several = places.len() > 1;
    view! {
        <section class="card" aria-labelledby="contact-title">
            <h2 id="contact-title">{t!(lang, "contact-title")}</h2>
            <dl class="facts">
                {places
                    .into_iter()
                    .map(|place| {
                        let term = if several {
                            place.name.to_string()
                        } else {
                            t!(lang, "contact-address")
                        };
                        view! {
                            <div>
                                <dt>{term}</dt>
                                <dd>
                                    <Lines text=place.address.to_string() />
                                </dd>
                            </div>
                        }
                    })
                    .collect_view()}
                <div>
                    <dt>{t!(lang, "field-phone")}</dt>
                    <dd>
                        <PhoneLink phone=practice.phone />
                    </dd>
                </div>
            </dl>
        </section>
        <Emergency />
    }
}

/// A number to read and to dial.
#[component]
pub fn PhoneLink(
    phone: PhoneNumber,
    /// Class of the link, to show it as a button.
    #[prop(optional)]
    class: Option<&'static str>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <a class=class.unwrap_or("nowrap") href=format!("tel:{phone}")>
            {children.map(|children| children())}
            {phone.in_words()}
        </a>
    }
}

/// The numbers of France for what cannot wait for a visit.
#[component]
fn Emergency() -> impl IntoView {
    let lang = request::lang();
    let number = |number: &'static str| view! { <a href=format!("tel:{number}")>{number}</a> };
    view! {
        <Notice tone=Tone::Danger icon="phone">
            <p>
                <strong>{t!(lang, "emergency-title")}</strong>
                " "
                {t!(lang, "emergency-call")}
                " "
                {number("15")}
                " "
                {t!(lang, "emergency-or")}
                " "
                {number("112")}
                ". "
                {t!(lang, "emergency-text")}
            </p>
        </Notice>
    }
}
