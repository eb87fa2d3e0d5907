//! The little card that a practice hands over the counter: when, what for, with whom, where.
//! Says nothing of the patient.

use domain::{
    practice::{Place, Practice, Practitioner},
    visit_reason::{Minutes, VisitReason},
};
use i18n::{lengths, t};
use leptos::prelude::*;

use crate::{
    components::{badge::Badge, lines::Lines, when::When},
    request,
};

#[component]
pub fn VisitSummary(
    when: When,
    reason: VisitReason,
    /// How long it is; the reason may be longer or shorter by now.
    length: Minutes,
    practitioner: Practitioner,
    practice: Practice,
    /// Where; unknown while the slot is not free.
    place: Option<Place>,
    /// Its heading, when the page is already called after the visit.
    #[prop(optional, into)]
    title: Option<String>,
    /// Whether it was called off.
    #[prop(optional)]
    cancelled: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let lang = request::lang();
    let length = lengths::length(lang, length);
    let title = title.unwrap_or_else(|| t!(lang, "visit-summary-title"));
    let class = if cancelled {
        "visit-summary cancelled"
    } else {
        "visit-summary"
    };
    view! {
        <section class=class aria-labelledby="visit-title">
            <h2 id="visit-title" class="visit-title">{title}</h2>
            {cancelled
                .then(|| {
                    view! {
                        <p>
                            <Badge
                                kind="cancelled"
                                icon="cancelled"
                                word=t!(lang, "visit-cancelled-badge")
                            />
                        </p>
                    }
                })}
            <p class="visit-when">
                <time datetime=when.machine>
                    {when.day} " " <span class="visit-hour">{when.hour}</span>
                </time>
            </p>
            <p class="hint">{when.zone}</p>
            <dl class="facts">
                <div>
                    <dt>{t!(lang, "visit-reason")}</dt>
                    <dd>{t!(lang, "visit-reason-and-length", reason = reason.name.as_str(), length = length)}</dd>
                </div>
                <div>
                    <dt>{t!(lang, "visit-with")}</dt>
                    <dd>
                        {practitioner.name.to_string()} <br />
                        <span class="soft">{practitioner.specialty.to_string()}</span>
                    </dd>
                </div>
                {place
                    .map(|place| {
                        // Mails and calendars name the place alone.
                        let is_another = place.name != practice.name;
                        let name = is_another.then(|| place.name.to_string());
                        view! {
                            <div>
                                <dt>{t!(lang, "visit-where")}</dt>
                                <dd>
                                    {practice.name.to_string()} <br />
                                    {name.map(|name| view! { {name} <br /> })}
                                    <Lines text=place.address.to_string() />
                                </dd>
                            </div>
                        }
                    })}
            </dl>
            {children.map(|children| children())}
        </section>
    }
}
