//! The time zone of a place: those of France by name and first, then every other.

use backend::zones;
use domain::practice::ZoneName;
use i18n::{dates, t};
use leptos::prelude::*;

use crate::{
    components::{
        field::{FieldError, described_by, error_id},
        stands::{Stands, stands_id},
    },
    forms, request,
};

#[component]
pub fn ZoneSelect(
    /// Chosen when the page is opened.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    const NAME: &str = "zone";
    let lang = request::lang();
    let state = forms::state();
    let saved = state.stands(NAME, &value);
    let saved = saved.map(|saved| match saved.parse() {
        Ok(zone) => dates::zone_name(lang, &zone),
        Err(_) => saved,
    });
    let saved_id = stands_id(NAME, saved.as_ref());
    let chosen = state.value_or(NAME, value);
    let wrong = state.error(NAME).is_some();
    let error_id = wrong.then(|| error_id(NAME));
    let described = described_by([error_id, saved_id.clone()]);
    let option = |name: &'static str, words: String| {
        let selected = name == chosen;
        view! {
            <option value=name selected=selected>
                {words}
            </option>
        }
    };
    let french = zones::FRENCH.into_iter().filter_map(|name| {
        let zone: ZoneName = name.parse().ok()?;
        Some(option(name, dates::zone_name(lang, &zone)))
    });
    let french = french.collect_view();
    let others = zones::all().filter(|name| name.contains('/') && !zones::FRENCH.contains(name));
    let others = others.map(|name| option(name, name.replace('_', " ")));
    let others = others.collect_view();
    view! {
        <div class="field">
            <label for=NAME>{t!(lang, "place-zone")}</label>
            <FieldError name=NAME />
            <select
                class="input medium"
                id=NAME
                name=NAME
                aria-describedby=described
                aria-invalid=wrong.then_some("true")
            >
                <optgroup label=t!(lang, "zones-of-france")>{french}</optgroup>
                <optgroup label=t!(lang, "zones-elsewhere")>{others}</optgroup>
            </select>
            <Stands id=saved_id saved />
        </div>
    }
}
