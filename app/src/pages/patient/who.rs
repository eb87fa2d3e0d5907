//! Who comes: the form behind a slot. Refused, it keeps what was typed; where the slot has gone,
//! it offers the nearest free ones in its place.

use backend::availability::ChosenSlot;
use chrono::{DateTime, Utc};
use domain::{
    booking::BookingRefusal,
    links,
    people::PhoneNumber,
    practice::ZoneName,
    slots::Slot,
    visit_reason::{BirthDateAsked, Minutes},
};
use http::StatusCode;
use i18n::{Lang, refusals, t};
use leptos::{either::Either, prelude::*};
use leptos_meta::Meta;

use crate::{
    components::{
        against_robots::AgainstRobots,
        contact::PhoneLink,
        error_summary::ErrorSummary,
        field::{Field, FieldError},
        frame::Frame,
        icon::Icon,
        instructions::Instructions,
        notice::{Notice, Tone},
        page::page,
        steps::{Step, Steps},
        visit_summary::VisitSummary,
        when::When,
    },
    fault::Fault,
    forms::{self, FormState},
    pages::public::ReasonGone,
    request,
    week_words::{Offered, in_form},
};

#[component]
pub fn BookingForm() -> impl IntoView {
    let slug = request::param("slug");
    let (reason, start) = (request::query("motif"), request::query("debut"));
    page(async move {
        let lang = request::lang();
        let practitioner = slug.parse().map_err(|_| Fault::NotFound)?;
        let reason = reason
            .unwrap_or_default()
            .parse()
            .map_err(|_| Fault::NotFound)?;
        let start: DateTime<Utc> = start
            .unwrap_or_default()
            .parse()
            .map_err(|_| Fault::BadRequest)?;
        let backend = request::backend()?;
        let state = forms::state();
        let key = state.value("idempotency_key");
        let key = (!key.is_empty()).then_some(&*key);
        let chosen = match backend
            .chosen_slot(&practitioner, &reason, start, key)
            .await
        {
            Ok(chosen) => chosen,
            Err(backend::Error::NotFound) => {
                let found = backend.practitioner_page(&practitioner).await?;
                return Ok(Either::Left(view! { <ReasonGone found /> }));
            }
            Err(error) => return Err(error.into()),
        };
        let offer = Offer::of(lang, &chosen, &state);
        if chosen.slot.is_none() && !state.is_sent() {
            request::answer_status(StatusCode::CONFLICT);
        }
        let key = forms::key(&state, &backend);
        let challenge = backend.challenge_again(&state.value("challenge")).await?;
        let other = links::slots(&practitioner, &reason);
        let when = When::new(lang, start, &chosen.zone, &zone_name(&chosen)?);
        let (heading, said) = offer.words(lang, &chosen, &state);
        let now = changed(lang, &chosen, &state);
        let is_later = matches!(
            state.booking_refusal(),
            Some(BookingRefusal::TooManyHolds { .. })
        );
        let phone = chosen.found.practice.phone.clone();
        let asks_birth_date = chosen.reason.birth_date == BirthDateAsked::Yes;
        let mut hidden = vec![
            ("practitioner", practitioner.to_string()),
            ("reason", reason.to_string()),
            ("idempotency_key", key),
        ];
        // Others to choose from say themselves where they are.
        if offer.is_free()
            && let Some(stands) = chosen.seen()
        {
            hidden.push(("seen", state.seen_of_slot(&stands)));
        }
        let instructions = chosen.reason.instructions.clone();
        let length = chosen.slot.map_or(chosen.reason.length, |slot| {
            // One that she holds may be as long as the reason was.
            Minutes::of_visit(slot.interval)
        });
        Ok(Either::Right(view! {
            <Meta name="robots" content="noindex" />
            <Frame title=heading.clone()>
                <Steps current=if offer.is_free() { Step::Who } else { Step::Slot } />
                <div class="page-head">
                    <h1>{heading}</h1>
                    {offer
                        .is_free()
                        .then(|| view! { <p class="lead">{when.day_and_hour.clone()}</p> })}
                </div>
                <div class="with-aside">
                    <div class="stack loose">
                        {said
                            .map(|said| {
                                view! {
                                    <Notice tone=Tone::Warning is_answer=true>
                                        <p>{said}</p>
                                        {now.map(|now| view! { <p>{now}</p> })}
                                        {is_later.then(|| view! { <OrCall phone=phone.clone() /> })}
                                    </Notice>
                                }
                            })}
                        <ErrorSummary fields=fields(lang) />
                        <Instructions text=instructions />
                        {offer.has_form()
                            .then(|| {
                                view! {
                                    <form
                                        class="form"
                                        method="post"
                                        action="/api/hold_slot"
                                        novalidate
                                    >
                                        {hidden
                                            .into_iter()
                                            .map(|(name, value)| {
                                                view! { <input type="hidden" name=name value=value /> }
                                            })
                                            .collect_view()}
                                        <Starts offer=offer.clone() start />
                                        <PersonFields asks_birth_date />
                                        <AgainstRobots challenge=challenge.clone() />
                                        <p class="actions">
                                            <button class="button">
                                                {t!(lang, "who-submit")}
                                                <Icon name="right" />
                                            </button>
                                        </p>
                                        <p class="hint">{t!(lang, "who-hold-hint")}</p>
                                    </form>
                                }
                            })}
                        {(!offer.is_free() || is_later)
                            .then(|| {
                                view! {
                                    <p class="actions">
                                        <a class="button secondary" href=other.clone()>
                                            {t!(lang, "who-see-week")}
                                        </a>
                                    </p>
                                }
                            })}
                    </div>
                    <aside class="stack" aria-label=t!(lang, "visit-summary-label")>
                        {offer
                            .is_free()
                            .then(|| {
                                view! {
                                    <VisitSummary
                                        when
                                        reason=chosen.reason.clone()
                                        length
                                        practitioner=chosen.found.practitioner.clone()
                                        practice=chosen.found.practice.clone()
                                        place=chosen.place.clone()
                                    >
                                        <p>
                                            <a href=other.clone()>{t!(lang, "who-other-hour")}</a>
                                        </p>
                                    </VisitSummary>
                                }
                            })}
                    </aside>
                </div>
            </Frame>
        }))
    })
}

/// Which start the form sends.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Offer {
    /// The one of the page.
    Free,
    /// One of these, nearest first: the one of the page has gone.
    Instead(Vec<Offered>),
    /// None: there is no form.
    Nothing,
}

impl Offer {
    fn of(lang: Lang, chosen: &ChosenSlot, state: &FormState) -> Self {
        let refused: &[_] = match state.booking_refusal() {
            Some(BookingRefusal::NotForYou) => return Self::Nothing,
            Some(
                BookingRefusal::Gone { nearest }
                | BookingRefusal::Taken { nearest }
                | BookingRefusal::NotOpen { nearest },
            ) => nearest,
            Some(
                BookingRefusal::TooSoon { .. }
                | BookingRefusal::TooFar { .. }
                | BookingRefusal::Changed
                | BookingRefusal::KeyReused
                | BookingRefusal::TooManyHolds { .. },
            )
            | None => &[],
        };
        match (chosen.slot.is_some(), refused, &chosen.nearest[..]) {
            (true, [], _) => Self::Free,
            // It was refused, and became free again before the page was drawn.
            (true, refused, _) => {
                let offered = |start: &DateTime<Utc>| Offered::at(lang, *start, &chosen.zone);
                Self::Instead(refused.iter().map(offered).collect())
            }
            (false, _, []) => Self::Nothing,
            (false, _, nearest) => {
                let offered = |slot: &Slot| {
                    Offered::slot(lang, slot, &chosen.clocks).at_place(slot, &chosen.places)
                };
                Self::Instead(nearest.iter().map(offered).collect())
            }
        }
    }

    const fn is_free(&self) -> bool {
        matches!(self, Self::Free)
    }

    const fn has_form(&self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// The heading, and what is said about a slot that cannot be had.
    fn words(
        &self,
        lang: Lang,
        chosen: &ChosenSlot,
        state: &FormState,
    ) -> (String, Option<String>) {
        // What is told to have changed may be gone before the page is drawn.
        let is_moot = state.is_slot_changed() && !self.is_free();
        match (state.booking_refusal().filter(|_| !is_moot), self) {
            (Some(refusal), _) => {
                let said = refusals::in_words(lang, refusal, &chosen.zone);
                (refusals::heading(lang, refusal), Some(said))
            }
            (None, Self::Free) => (t!(lang, "who-title"), None),
            (None, Self::Instead(_)) => (
                t!(lang, "slot-gone-title"),
                Some(t!(lang, "slot-gone-nearest")),
            ),
            (None, Self::Nothing) => (
                t!(lang, "slot-gone-title"),
                Some(t!(lang, "slot-gone-alone")),
            ),
        }
    }
}

/// The start that the form sends: the page's, or one to be chosen.
#[component]
fn Starts(
    offer: Offer,
    /// The start of the page's address.
    start: DateTime<Utc>,
) -> impl IntoView {
    let lang = request::lang();
    match offer {
        Offer::Free | Offer::Nothing => {
            Either::Left(view! { <input type="hidden" name="start" value=in_form(start) /> })
        }
        Offer::Instead(nearest) => {
            let state = forms::state();
            let choices =
                nearest
                    .into_iter()
                    .enumerate()
                    .map(|(number, Offered { start, words })| {
                        let id = if number == 0 {
                            "start".to_owned()
                        } else {
                            format!("start-{number}")
                        };
                        let value = in_form(start);
                        view! {
                            <div class="choice">
                                <input
                                    type="radio"
                                    id=id.clone()
                                    name="start"
                                    value=value.clone()
                                    checked=state.is_chosen("start", &value)
                                    required
                                />
                                <label for=id>{words}</label>
                            </div>
                        }
                    });
            Either::Right(view! {
                <input type="hidden" name="wished" value=in_form(start) />
                <fieldset class="field">
                    <legend>{t!(lang, "slot-nearest-legend")}</legend>
                    <FieldError name="start" />
                    <div class="choices boxed">{choices.collect_view()}</div>
                </fieldset>
            })
        }
    }
}

#[component]
fn PersonFields(asks_birth_date: bool) -> impl IntoView {
    let lang = request::lang();
    view! {
        <Field
            name="given_name"
            label=t!(lang, "field-given-name")
            autocomplete="given-name"
        />
        <Field
            name="family_name"
            label=t!(lang, "field-family-name")
            autocomplete="family-name"
        />
        <Field
            name="email"
            label=t!(lang, "field-email")
            kind="email"
            hint=t!(lang, "who-email-hint")
            autocomplete="email"
        />
        <Field
            name="phone"
            label=t!(lang, "field-phone")
            kind="tel"
            hint=t!(lang, "who-phone-hint")
            autocomplete="tel"
            width="medium"
        />
        {asks_birth_date
            .then(|| {
                view! {
                    <Field
                        name="birth_date"
                        label=t!(lang, "field-birth-date")
                        hint=t!(lang, "who-birth-date-hint")
                        autocomplete="bday"
                        width="medium"
                    />
                }
            })}
    }
}

/// What else she can do while too much is held, and that nothing typed is lost.
#[component]
fn OrCall(phone: PhoneNumber) -> impl IntoView {
    let lang = request::lang();
    view! {
        <p>{t!(lang, "who-kept")} " " {t!(lang, "who-or-call")} " " <PhoneLink phone /></p>
    }
}

/// The fields in their order, for the summary of errors.
fn fields(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("start", t!(lang, "field-slot")),
        ("given_name", t!(lang, "field-given-name")),
        ("family_name", t!(lang, "field-family-name")),
        ("email", t!(lang, "field-email")),
        ("phone", t!(lang, "field-phone")),
        ("birth_date", t!(lang, "field-birth-date")),
    ]
}

/// What it is now, where she is told that it is another: on a phone the summary stands below the form.
fn changed(lang: Lang, chosen: &ChosenSlot, state: &FormState) -> Option<String> {
    let place = chosen.place.as_ref().filter(|_| state.is_slot_changed())?;
    Some(refusals::changed_now(lang, &chosen.reason, place))
}

fn zone_name(chosen: &ChosenSlot) -> Result<ZoneName, Fault> {
    let name = chosen.zone.name().parse();
    name.map_err(|_| request::unexpected("a time zone without a name of the usual form"))
}
