//! The free slots of a week, and the way to another week or reason. Without JavaScript every
//! move is a link to a page; when the browser runs it, the same links bring the week in place.
//! The words come from [`crate::api::slots`]; a slot always leads to its page.

use leptos::{ev, html, prelude::*, wasm_bindgen::JsValue};
use serde::{Deserialize, Serialize};

use crate::api::slots::{Day, Half, NoSlots, OtherWeek, Week, week_of_slots};

/// What the picker says whatever the week.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Words {
    /// Before the reason's name.
    pub reason: String,
    /// The button that shows the other reasons.
    pub change_reason: String,
    /// Heading of the picker.
    pub title: String,
    /// Name of the navigation between weeks.
    pub week_nav: String,
    /// Link to the week before.
    pub previous: String,
    /// Link to the week after.
    pub next: String,
    /// A day without slots.
    pub no_slot: String,
    /// While a week is asked for.
    pub busy: String,
    /// When it did not come.
    pub failed: String,
    /// Link to the page instead.
    pub open_page: String,
    /// Whose clock it is.
    pub zone: String,
}

/// A reason to choose.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReasonLink {
    /// As in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How long it takes, in words.
    pub length: String,
    /// Address of its slots.
    pub href: String,
}

/// What somebody wants to see.
#[derive(Clone, Debug)]
struct Wish {
    reason: String,
    /// A day of the week; empty for the first that has slots.
    day: String,
    /// Address of the page that shows it.
    href: String,
}

/// How the last question went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Idle,
    Busy,
    Failed,
}

#[island]
pub fn SlotPicker(
    /// The practitioner, as in addresses.
    practitioner: String,
    /// What she can be booked for.
    reasons: Vec<ReasonLink>,
    /// The one that is shown at first, as in addresses.
    reason: String,
    week: Week,
    words: Words,
    /// Address of the sprite of signs.
    icons: String,
) -> impl IntoView {
    let practitioner = StoredValue::new(practitioner);
    let questions = StoredValue::new(0_u32);
    let wished = StoredValue::new(week.href.clone());
    let asking = RwSignal::new(Asking::Idle);
    let (reason, set_reason) = signal(reason);
    let (week, set_week) = signal(week);
    let title = NodeRef::<html::H3>::new();
    let choice = NodeRef::<html::Details>::new();

    let ask = move |wish: Wish, is_new: bool| {
        let number = questions.get_value() + 1;
        questions.set_value(number);
        wished.set_value(wish.href.clone());
        asking.set(Asking::Busy);
        leptos::task::spawn_local(async move {
            let who = practitioner.get_value();
            let answer = week_of_slots(who, wish.reason.clone(), wish.day).await;
            // Whoever clicks twice wants the last.
            if questions.get_value() != number {
                return;
            }
            match answer {
                Ok(answer) => {
                    if is_new {
                        remember(&wish.href);
                    }
                    set_reason.set(wish.reason);
                    set_week.set(answer);
                    asking.set(Asking::Idle);
                    keep_focus(title);
                }
                Err(_) => asking.set(Asking::Failed),
            }
        });
    };
    let follow = move |event: &ev::MouseEvent, wish: Option<Wish>| {
        let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if let (0, false, Some(wish)) = (event.button(), modified, wish) {
            event.prevent_default();
            ask(wish, true);
        }
    };
    // Back and forward: the address says what was shown.
    let back = window_event_listener(ev::popstate, move |_| {
        ask(wish_of_address(&reason.get_untracked()), false);
    });
    on_cleanup(move || back.remove());

    let other = move |week: Option<OtherWeek>| {
        week.map(|week| Wish {
            reason: reason.get_untracked(),
            day: week.monday,
            href: week.href,
        })
    };
    let previous = Signal::derive(move || week.with(|week| week.previous.clone()));
    let next = Signal::derive(move || week.with(|week| week.next.clone()));
    let (busy, failed, open_page) = (words.busy, words.failed, words.open_page);
    let (left, right) = (sign(&icons, "left"), sign(&icons, "right"));

    let is_choice = reasons.len() > 1;
    let shown = {
        let reasons = reasons.clone();
        Signal::derive(move || {
            let found = reasons
                .iter()
                .find(|link| reason.with(|reason| *reason == link.slug));
            found
                .map(|link| (link.name.clone(), link.length.clone()))
                .unwrap_or_default()
        })
    };

    view! {
        <p class="with-icon">
            {sign(&icons, "check")}
            <span>
                {words.reason} " " <strong>{move || shown.get().0}</strong> ", "
                {move || shown.get().1}
            </span>
        </p>
        <details class="reason-choice" node_ref=choice hidden=!is_choice>
            <summary>{words.change_reason}</summary>
            <ul class="reason-list">
                {reasons
                    .into_iter()
                    .map(|link| {
                        let wish = Wish {
                            reason: link.slug.clone(),
                            day: String::new(),
                            href: link.href.clone(),
                        };
                        let choose = move |event: ev::MouseEvent| {
                            if let Some(choice) = choice.get_untracked() {
                                choice.set_open(false);
                            }
                            follow(&event, Some(wish.clone()));
                        };
                        let is_shown = move || {
                            reason.with(|reason| *reason == link.slug).then_some("true")
                        };
                        view! {
                            <li>
                                <a
                                    class="reason"
                                    href=link.href
                                    aria-current=is_shown
                                    on:click=choose
                                >
                                    <span class="reason-name">{link.name}</span>
                                    <span class="reason-length">{link.length}</span>
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </details>
        <section class="slot-picker" id="creneaux" aria-labelledby="slots-title">
            <h2 id="slots-title">{words.title}</h2>
            <nav class="week-nav" aria-label=words.week_nav>
                <h3 aria-live="polite" tabindex="-1" node_ref=title>
                    {move || match asking.get() {
                        Asking::Busy => busy.clone(),
                        Asking::Idle | Asking::Failed => week.with(|week| week.title.clone()),
                    }}
                </h3>
                <a
                    class="button secondary small"
                    rel="prev"
                    role=move || previous.get().is_none().then_some("link")
                    aria-disabled=move || previous.get().is_none().then_some("true")
                    href=move || previous.get().map(|week| week.href)
                    on:click=move |event| follow(&event, other(previous.get_untracked()))
                >
                    {left}
                    {words.previous}
                </a>
                <a
                    class="button secondary small"
                    rel="next"
                    role=move || next.get().is_none().then_some("link")
                    aria-disabled=move || next.get().is_none().then_some("true")
                    href=move || next.get().map(|week| week.href)
                    on:click=move |event| follow(&event, other(next.get_untracked()))
                >
                    {words.next}
                    {right}
                </a>
            </nav>
            <div role="alert">
                {move || {
                    (asking.get() == Asking::Failed)
                        .then(|| {
                            view! {
                                <p class="error">
                                    {failed.clone()} " "
                                    <a href=wished.get_value()>{open_page.clone()}</a>
                                </p>
                            }
                        })
                }}
            </div>
            <div
                class="slot-week"
                aria-busy=move || (asking.get() == Asking::Busy).then_some("true")
            >
                {move || {
                    let week = week.get();
                    let none = week
                        .none
                        .map(|none| {
                            let goto = move |event: ev::MouseEvent, week: OtherWeek| {
                                follow(&event, other(Some(week)));
                            };
                            none_view(none, &icons, goto)
                        });
                    let days = week.days.into_iter().map(|day| day_view(day, &words.no_slot));
                    let days = none
                        .is_none()
                        .then(|| view! { <ol class="slot-days">{days.collect_view()}</ol> });
                    (days, none)
                }}
            </div>
            <p class="soft">{words.zone}</p>
        </section>
    }
}

fn sign(icons: &str, name: &str) -> impl IntoView + use<> {
    let href = format!("{icons}#{name}");
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=href></use>
        </svg>
    }
}

fn day_view(day: Day, no_slot: &str) -> impl IntoView + use<> {
    let is_closed = day.halves.is_empty();
    let class = if is_closed {
        "slot-day closed"
    } else {
        "slot-day"
    };
    let no_slot = is_closed.then(|| view! { <p>{no_slot.to_owned()}</p> });
    let halves = day
        .halves
        .into_iter()
        .map(|half| half_view(half, &day.spoken));
    let halves = (!is_closed).then(|| view! { <div>{halves.collect_view()}</div> });
    view! {
        <li class=class>
            <h4 class="leaf">
                <time datetime=day.date>
                    <span class="leaf-week">{day.weekday}</span>
                    " "
                    <span class="leaf-day">{day.number}</span>
                    " "
                    <span class="leaf-month">{day.month}</span>
                </time>
            </h4>
            {no_slot}
            {halves}
        </li>
    }
}

fn half_view(half: Half, spoken: &str) -> impl IntoView + use<> {
    let slots = half.slots.into_iter().map(|slot| {
        view! {
            <li>
                <a class="slot" href=slot.href>
                    <span class="visually-hidden">{spoken.to_owned()}</span>
                    {slot.hour}
                </a>
            </li>
        }
    });
    view! {
        <p class="slot-half">{half.title}</p>
        <ul class="slot-list">{slots.collect_view()}</ul>
    }
}

fn none_view<F>(none: NoSlots, icons: &str, goto: F) -> impl IntoView + use<F>
where
    F: Fn(ev::MouseEvent, OtherWeek) + 'static,
{
    let next = none.next.map(|(week, words)| {
        let href = week.href.clone();
        view! {
            <p class="actions">
                <a class="button" href=href on:click=move |event| goto(event, week.clone())>
                    {words}
                    {sign(icons, "right")}
                </a>
            </p>
        }
    });
    let phone = none.phone.map(|(href, words)| {
        view! {
            <p class="actions">
                <a class="button" href=href>
                    {sign(icons, "phone")}
                    {words}
                </a>
            </p>
        }
    });
    view! {
        <div class="empty-state">
            {sign(icons, "calendar")}
            <p class="notice-title">{none.title}</p>
            <p>{none.advice}</p>
            {next}
            {phone}
        </div>
    }
}

/// Puts an address into the history, so that Back leads to what was shown before.
fn remember(href: &str) {
    if let Ok(history) = window().history() {
        // A browser that refuses goes on without.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(href));
    }
}

/// When the link that was followed has gone with the week it stood in, the focus is nowhere:
/// the heading of the new week takes it.
fn keep_focus(title: NodeRef<html::H3>) {
    request_animation_frame(move || {
        let is_lost = document()
            .active_element()
            .is_none_or(|element| element.tag_name() == "BODY");
        if let (true, Some(title)) = (is_lost, title.get_untracked()) {
            let _ = title.focus();
        }
    });
}

/// What the address bar asks for.
fn wish_of_address(reason: &str) -> Wish {
    let location = window().location();
    let search = location.search().unwrap_or_default();
    let query = |name: &str| {
        let parts = search.trim_start_matches('?').split('&');
        let found = parts
            .filter_map(|part| part.split_once('='))
            .find(|(key, _)| *key == name);
        found.map(|(_, value)| value.to_owned())
    };
    Wish {
        reason: query("motif").unwrap_or_else(|| reason.to_owned()),
        day: query("semaine").unwrap_or_default(),
        href: location.href().unwrap_or_default(),
    }
}
