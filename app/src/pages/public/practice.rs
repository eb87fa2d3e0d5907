//! A practice: who receives there, where it is, how to call it.

use domain::links;
use i18n::t;
use leptos::prelude::*;

use super::home::whereabouts;
use crate::{
    components::{
        contact::Contact, frame::Frame, icon::Icon, page::page, practitioner_card::PractitionerCard,
    },
    fault::Fault,
    request,
};

#[component]
pub fn Practice() -> impl IntoView {
    let slug = request::param("slug");
    page(async move {
        let lang = request::lang();
        let slug = slug.parse().map_err(|_| Fault::NotFound)?;
        let found = request::backend()?.practice_page(&slug).await?;
        let name = found.practice.name.to_string();
        let mut towns: Vec<_> = found
            .places
            .iter()
            .map(|place| place.town.to_string())
            .collect();
        towns.dedup();
        let whereabouts = whereabouts(&name, &towns.join(", "));
        let is_empty = found.practitioners.is_empty();
        let cards = found.practitioners.into_iter().map(move |practitioner| {
            view! {
                <li>
                    <PractitionerCard
                        slug=practitioner.slug
                        name=practitioner.name
                        specialty=practitioner.specialty
                        whereabouts=whereabouts.clone()
                    />
                </li>
            }
        });
        Ok(view! {
            <Frame title=name.clone()>
                <div class="page-head">
                    <p class="crumb">
                        <a href=links::HOME>
                            <Icon name="left" />
                            {t!(lang, "crumb-home")}
                        </a>
                    </p>
                    <h1>{name}</h1>
                </div>
                <div class="with-aside">
                    <section class="stack" aria-labelledby="team-title">
                        <h2 id="team-title">{t!(lang, "practice-team-title")}</h2>
                        {is_empty.then(|| view! { <p>{t!(lang, "practice-team-empty")}</p> })}
                        {(!is_empty)
                            .then(|| view! { <ul class="card-list">{cards.collect_view()}</ul> })}
                    </section>
                    <aside class="stack" aria-label=t!(lang, "contact-label")>
                        <Contact practice=found.practice places=found.places />
                    </aside>
                </div>
            </Frame>
        })
    })
}
