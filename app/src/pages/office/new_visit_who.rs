//! Booking for a patient who telephones: who comes. Where the slot has gone meanwhile, the
//! nearest free ones stand in its place, and what was typed is kept.

use backend::{Tz, availability::MOST_DAYS, booking::mark, zones::Clocks};
use chrono::{DateTime, Days, Utc};
use domain::{
    booking::{BookingRefusal, NEAREST},
    links,
    practice::{Place, Practitioner},
    slots::Slot,
    visit_reason::{BirthDateAsked, VisitReason},
    zone,
};
use http::StatusCode;
use i18n::{Lang, lengths, refusals, t};
use leptos::{either::Either, prelude::*};

use crate::{
    components::{
        choice::{Choice, Choices},
        error_summary::ErrorSummary,
        field::Field,
        notice::{Notice, Tone},
        office_frame::Office,
    },
    fault::Fault,
    forms, request,
    week_words::{Offered, after, in_form, instant_in_words},
};

/// What was chosen so far.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    whose: Practitioner,
    reason: VisitReason,
    start: DateTime<Utc>,
    /// Where, if the slot is still free.
    place: Option<Place>,
    /// The zone in which the page says the hour: the place's, else the practice's.
    zone: Tz,
    clocks: Clocks,
    /// Those of the practice, the main one first.
    places: Vec<Place>,
    /// If it is not: the nearest free ones, or the first there are.
    nearest: Vec<Slot>,
    /// Key of the form: a second click finds the first.
    key: String,
}

/// Looks whether a start is still free.
///
/// # Errors
/// As the database.
pub(super) async fn chosen(
    office: &Office,
    whose: &Practitioner,
    reason: VisitReason,
    start: DateTime<Utc>,
) -> Result<Chosen, Fault> {
    let (backend, actor) = (&office.backend, &office.actor);
    let places = backend.places(actor).await?;
    let clocks = Clocks::of(&places)?;
    let day = zone::day(&clocks.main(), start);
    // As far around it as a refusal looks.
    let from = day.checked_sub_days(Days::new(7)).unwrap_or(day);
    let mut slots = backend
        .slots_for_staff(actor, whose.id, &reason.slug, from, after(day, 21))
        .await?;
    if slots.is_empty() {
        let today = zone::day(&clocks.main(), backend.now());
        slots = backend
            .slots_for_staff(
                actor,
                whose.id,
                &reason.slug,
                today,
                after(today, MOST_DAYS - 1),
            )
            .await?;
    }
    let chosen = slots.iter().find(|slot| slot.interval.start() == start);
    let place = chosen.and_then(|slot| places.iter().find(|place| place.id == slot.place));
    let place = place.cloned();
    slots.sort_by_key(|other| (other.interval.start() - start).abs());
    slots.truncate(if place.is_some() { 0 } else { NEAREST });
    Ok(Chosen {
        whose: whose.clone(),
        reason,
        start,
        zone: place
            .as_ref()
            .map_or(clocks.main(), |place| clocks.at(place.id)),
        place,
        clocks,
        places,
        nearest: slots,
        key: forms::key(&forms::state(), &office.backend),
    })
}

fn labels(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("start-0", t!(lang, "field-slot")),
        ("given_name", t!(lang, "field-given-name")),
        ("family_name", t!(lang, "field-family-name")),
        ("phone", t!(lang, "field-phone")),
        ("email", t!(lang, "field-email")),
        ("birth_date", t!(lang, "field-birth-date")),
    ]
}

/// What the page says of a refusal, and which starts the form offers: none where it sends that of the
/// page. Without a list there is no form.
fn refused(lang: Lang, chosen: &Chosen) -> Option<(String, Option<Vec<Offered>>)> {
    let nearest = chosen.nearest.iter();
    let nearest: Vec<_> = nearest
        .map(|slot| Offered::slot(lang, slot, &chosen.clocks).at_place(slot, &chosen.places))
        .collect();
    let is_free = chosen.place.is_some();
    let others = match (is_free, nearest.is_empty()) {
        (false, true) => None,
        (true, _) | (false, false) => Some(nearest),
    };
    let state = forms::state();
    // What changed may be gone before the page is drawn.
    let is_moot = state.is_slot_changed() && !is_free;
    let Some(refusal) = state.booking_refusal().filter(|_| !is_moot) else {
        let said = match (is_free, others.is_some()) {
            (true, _) => return None,
            (false, true) => t!(lang, "slot-gone-nearest"),
            (false, false) => t!(lang, "slot-gone-alone"),
        };
        return Some((said, others));
    };
    let instead = match refusal {
        // It became free again before the page was drawn.
        BookingRefusal::Taken { nearest }
        | BookingRefusal::NotOpen { nearest }
        | BookingRefusal::Gone { nearest }
            if is_free =>
        {
            let offered = |start: &DateTime<Utc>| Offered::at(lang, *start, &chosen.zone);
            Some(nearest.iter().map(offered).collect())
        }
        BookingRefusal::Taken { .. }
        | BookingRefusal::NotOpen { .. }
        | BookingRefusal::Gone { .. }
        | BookingRefusal::TooSoon { .. }
        | BookingRefusal::TooFar { .. }
        | BookingRefusal::Changed
        | BookingRefusal::KeyReused => others,
        BookingRefusal::NotForYou | BookingRefusal::TooManyHolds { .. } => None,
    };
    Some((refusals::in_words(lang, refusal, &chosen.zone), instead))
}

#[component]
pub(super) fn Who(chosen: Chosen) -> impl IntoView {
    let lang = request::lang();
    let refused = refused(lang, &chosen);
    let was_gone = refused.is_some() && !forms::state().is_sent();
    if was_gone {
        request::answer_status(StatusCode::CONFLICT);
    }
    let state = forms::state();
    let changed = chosen.place.as_ref().filter(|_| state.is_slot_changed());
    let now = changed.map(|place| refusals::changed_now(lang, &chosen.reason, place));
    let title = match (was_gone, &now) {
        (true, _) => Some(t!(lang, "slot-gone-title")),
        (false, Some(_)) => Some(refusals::heading(lang, &BookingRefusal::Changed)),
        (false, None) => None,
    };
    let (said, offered) = match refused {
        None => (None, Some(Vec::new())),
        Some((said, offered)) => (Some(said), offered),
    };
    let day = zone::day(&chosen.zone, chosen.start);
    let other = links::office_booking_week(&chosen.whose.slug, &chosen.reason.slug, day);
    let when = instant_in_words(lang, chosen.start, &chosen.zone, &chosen.clocks);
    let length = lengths::length(lang, chosen.reason.length);
    // A practice with one place knows it.
    let place = chosen.place.as_ref().filter(|_| chosen.places.len() > 1);
    let place = place.map(|place| place.name.to_string());
    view! {
        {said
            .map(|said| {
                view! {
                    <Notice tone=Tone::Warning is_answer=true>
                        {title.map(|title| view! { <p class="notice-title">{title}</p> })}
                        <p>{said}</p>
                        {now.map(|now| view! { <p>{now}</p> })}
                    </Notice>
                }
            })}
        <ErrorSummary fields=labels(lang) />
        <section class="card">
            <dl class="facts">
                <div>
                    <dt>{t!(lang, "field-hour")}</dt>
                    <dd>{when}</dd>
                </div>
                <div>
                    <dt>{t!(lang, "field-reason")}</dt>
                    <dd>{format!("{}, {length}", chosen.reason.name)}</dd>
                </div>
                {place
                    .map(|place| {
                        view! {
                            <div>
                                <dt>{t!(lang, "field-place")}</dt>
                                <dd>{place}</dd>
                            </div>
                        }
                    })}
            </dl>
            <p>
                <a href=other>{t!(lang, "who-other-hour")}</a>
            </p>
        </section>
        {offered.map(|offered| view! { <WhoForm chosen offered /> })}
    }
}

#[component]
fn WhoForm(chosen: Chosen, offered: Vec<Offered>) -> impl IntoView {
    let lang = request::lang();
    let wished = in_form(chosen.start);
    let offers_none = offered.is_empty();
    let start = if offers_none {
        Either::Left(view! { <input type="hidden" name="start" value=wished /> })
    } else {
        let choices = offered
            .into_iter()
            .map(|one| Choice::new(in_form(one.start), one.words));
        Either::Right(view! {
            <input type="hidden" name="wished" value=wished />
            <Choices
                name="start"
                id="start"
                legend=t!(lang, "slot-nearest-legend")
                choices=choices.collect()
            />
        })
    };
    let seen = chosen.place.as_ref().filter(|_| offers_none);
    let seen = seen.map(|place| forms::state().seen_of_slot(&mark(place, &chosen.reason)));
    let languages = Lang::ALL.map(|one| Choice::new(one.code(), one.own_name()));
    let asks_birth_date = chosen.reason.birth_date == BirthDateAsked::Yes;
    view! {
        <form class="form" method="post" action="/api/book_by_staff" autocomplete="off" novalidate>
            <input type="hidden" name="practitioner" value=chosen.whose.slug.to_string() />
            <input type="hidden" name="reason" value=chosen.reason.slug.to_string() />
            <input type="hidden" name="idempotency_key" value=chosen.key />
            {start}
            {seen.map(|seen| view! { <input type="hidden" name="seen" value=seen /> })}
            <div class="field-row">
                <Field name="given_name" label=t!(lang, "field-given-name") />
                <Field name="family_name" label=t!(lang, "field-family-name") />
            </div>
            <Field name="phone" label=t!(lang, "field-phone") kind="tel" width="medium" />
            {asks_birth_date
                .then(|| {
                    view! {
                        <Field
                            name="birth_date"
                            label=t!(lang, "field-birth-date")
                            hint=t!(lang, "who-birth-date-hint")
                            may_be_empty=true
                            width="medium"
                        />
                    }
                })}
            <Field
                name="email"
                label=t!(lang, "field-email")
                hint=t!(lang, "new-visit-email-hint")
                kind="email"
                may_be_empty=true
            />
            <Choices
                name="mail_lang"
                id="mail_lang"
                legend=t!(lang, "new-visit-lang")
                choices=languages.to_vec()
                chosen=vec![Lang::default().code().to_owned()]
                inline=true
            />
            <p class="actions">
                <button class="button">{t!(lang, "new-visit-submit")}</button>
            </p>
        </form>
    }
}
