//! The time zone of a place: those of France by name and first, then every other.

use backend::zones;
use domain::practice::ZoneName;
use i18n::{dates, t};
use leptos::prelude::*;

use crate::{
    components::field::{FieldError, error_id},
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
    let chosen = state.value_or(NAME, value);
    let wrong = state.error(NAME).is_some();
    let described = wrong.then(|| error_id(NAME));
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
        </div>
    }
}
