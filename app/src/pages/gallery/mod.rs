//! Every component in every state, at `/_composants`, in debug builds only: to look at, and for
//! axe. Sections are called after the component; the words in them are those of the catalogues.
//! To add one: a line in [`Gallery`], and its samples in [`samples`].

mod samples;

use domain::appointment::{CancelledBy, Status};
use i18n::t;
use leptos::prelude::*;

use crate::{
    components::{
        badge::StatusBadge,
        contact::Contact,
        error_summary::ErrorSummary,
        field::Field,
        frame::Frame,
        icon::Icon,
        instructions::Instructions,
        notice::{Notice, Tone},
        page::page,
        practitioner_card::PractitionerCard,
        slot_week::SlotWeek,
        steps::{Step, Steps},
        visit_summary::VisitSummary,
    },
    forms::{FieldError, FormErrors, Replay},
    request,
};

/// Names of sections: identifiers, and no words.
const BUTTONS: &str = "Button";
const BADGES: &str = "StatusBadge";
const NOTICES: &str = "Notice";
const STEPS: &str = "Steps";
const FIELDS: &str = "Field, ErrorSummary";
const CARDS: &str = "PractitionerCard";
const WEEKS: &str = "SlotWeek";
const VISITS: &str = "VisitSummary, Instructions, Contact";

#[component]
pub fn Gallery() -> impl IntoView {
    page(async move {
        let lang = request::lang();
        let samples = samples::Samples::new()?;
        let weeks = samples::weeks(lang)
            .into_iter()
            .zip(["creneaux", "creneaux-plus-tard", "creneaux-jamais"])
            .map(move |(week, id)| view! { <SlotWeek week title=t!(lang, "slots-title") id /> });
        let cards = samples.practitioners.clone().into_iter().map(|one| {
            view! {
                <li>
                    <PractitionerCard
                        slug=one.slug
                        name=one.name
                        specialty=one.specialty
                        whereabouts=samples.practice.name.to_string()
                    />
                </li>
            }
        });
        let cards = cards.collect_view();
        Ok(view! {
            <Frame title=t!(lang, "app-name") width="wide">
                <h1>{t!(lang, "app-name")}</h1>
                <Section name=BUTTONS>
                    <Buttons />
                </Section>
                <Section name=BADGES>
                    <Badges />
                </Section>
                <Section name=NOTICES>
                    <Notices />
                </Section>
                <Section name=STEPS>
                    <Steps current=Step::Reason />
                    <Steps current=Step::Who />
                    <Steps current=Step::Code />
                </Section>
                <Section name=FIELDS>
                    <Fields />
                    <WrongFields />
                </Section>
                <Section name=CARDS>
                    <ul class="card-list">{cards}</ul>
                </Section>
                <Section name=WEEKS>{weeks.collect_view()}</Section>
                <Section name=VISITS>
                    <Visits samples />
                </Section>
            </Frame>
        })
    })
}

#[component]
fn Section(name: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="gallery" aria-label=name>
            <h2>{name}</h2>
            {children()}
        </section>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let lang = request::lang();
    let classes = [
        "button",
        "button secondary",
        "button danger",
        "button danger secondary",
        "button quiet",
        "button small",
        "button secondary small",
    ];
    let button = |class: &'static str, disabled: bool| {
        view! {
            <button type="button" class=class disabled=disabled>
                <Icon name="check" />
                {t!(lang, "button-save")}
            </button>
        }
    };
    view! {
        <p class="actions">{classes.map(|class| button(class, false)).collect_view()}</p>
        <p class="actions">{classes.map(|class| button(class, true)).collect_view()}</p>
    }
}

#[component]
fn Badges() -> impl IntoView {
    let statuses = [
        Status::Held {
            until: samples::start(),
        },
        Status::Expired,
        Status::Booked,
        Status::Arrived,
        Status::Attended,
        Status::Missed,
        Status::Cancelled {
            by: CancelledBy::Patient,
        },
        Status::Cancelled {
            by: CancelledBy::Practice,
        },
    ];
    view! {
        <p class="actions">
            {statuses.map(|status| view! { <StatusBadge status /> }).collect_view()}
        </p>
    }
}

#[component]
fn Notices() -> impl IntoView {
    let lang = request::lang();
    let tones = [
        (Tone::Info, "mailbox-notice"),
        (Tone::Success, "visit-cancelled-by-patient"),
        (Tone::Warning, "cancel-not-possible"),
        (Tone::Danger, "slots-failed"),
    ];
    tones
        .map(|(tone, key)| {
            view! {
                <Notice tone title=t!(lang, "error-404-title")>
                    <p>{t!(lang, key)}</p>
                    <p class="actions">
                        <a class="button" href=domain::links::HOME>{t!(lang, "link-home")}</a>
                    </p>
                </Notice>
                <Notice tone>
                    <p>{t!(lang, key)}</p>
                </Notice>
            }
        })
        .collect_view()
}

#[component]
fn Fields() -> impl IntoView {
    let lang = request::lang();
    view! {
        <form class="form" method="get">
            <Field name="plain" label=t!(lang, "field-given-name") />
            <Field
                name="hinted"
                label=t!(lang, "field-phone")
                kind="tel"
                hint=t!(lang, "who-phone-hint")
                width="medium"
                value=samples::PHONE
            />
            <Field name="optional" label=t!(lang, "field-email") kind="email" may_be_empty=true />
        </form>
    }
}

/// A form that was refused: the state is this component's own.
#[component]
fn WrongFields() -> impl IntoView {
    let lang = request::lang();
    let mut errors = FormErrors::default();
    errors.add(
        "wrong",
        FieldError::Email(domain::text::TextError::Malformed),
    );
    errors.add("empty", domain::text::TextError::Empty);
    let typed = vec![("wrong".to_owned(), samples::WRONG_EMAIL.to_owned())];
    provide_context(Replay::new(typed, errors));
    let labels = vec![
        ("wrong", t!(lang, "field-email")),
        ("empty", t!(lang, "field-family-name")),
    ];
    view! {
        <ErrorSummary fields=labels />
        <form class="form" method="get">
            <Field
                name="wrong"
                label=t!(lang, "field-email")
                kind="email"
                hint=t!(lang, "who-email-hint")
            />
            <Field name="empty" label=t!(lang, "field-family-name") />
        </form>
    }
}

#[component]
fn Visits(samples: samples::Samples) -> impl IntoView {
    let lang = request::lang();
    let card = |cancelled: bool| {
        let place = (!cancelled).then(|| samples.place.clone());
        view! {
            <VisitSummary
                when=samples::when(lang)
                reason=samples.reason.clone()
                length=samples.reason.length
                practitioner=samples.practitioners[0].clone()
                practice=samples.practice.clone()
                place
                cancelled
            />
        }
    };
    view! {
        <div class="card-list">
            {card(false)}
            {card(true)}
            <div class="stack">
                <Contact practice=samples.practice.clone() places=vec![samples.place.clone()] />
            </div>
        </div>
        <Instructions text=samples.reason.instructions.clone() />
    }
}
