//! A week of free slots, with the way to the weeks around it; or what to do when it has none.
//! The words come from [`crate::week_words`].

use i18n::t;
use leptos::{either::Either, prelude::*};

use crate::{
    components::icon::Icon,
    request,
    week_words::{Day, Half, NoSlots, Week},
};

#[component]
pub fn SlotWeek(
    week: Week,
    /// What the page asks above it.
    title: String,
    /// Unique in the page; links lead to it.
    #[prop(default = "creneaux")]
    id: &'static str,
) -> impl IntoView {
    let lang = request::lang();
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    let content = match week.none {
        Some(none) => Either::Left(view! { <EmptyWeek none /> }),
        None => {
            let days = week.days.into_iter().map(|day| view! { <SlotDay day /> });
            Either::Right(view! { <ol class="slot-days">{days.collect_view()}</ol> })
        }
    };
    view! {
        <section class="slot-picker" id=id aria-labelledby=labelled_by>
            <h2 id=title_id>{title}</h2>
            <nav class="week-nav" aria-label=t!(lang, "slots-week-nav")>
                <h3 tabindex="-1">{week.title}</h3>
                <WeekLink rel="prev" href=week.previous>
                    <Icon name="left" />
                    {t!(lang, "slots-previous-week")}
                </WeekLink>
                <WeekLink rel="next" href=week.next>
                    {t!(lang, "slots-next-week")}
                    <Icon name="right" />
                </WeekLink>
            </nav>
            {content}
            <p class="soft">{week.zone}</p>
        </section>
    }
}

/// A link, or the same without a target at the ends of what can be booked.
#[component]
fn WeekLink(rel: &'static str, href: Option<String>, children: Children) -> impl IntoView {
    let is_end = href.is_none();
    view! {
        <a
            class="button secondary small"
            rel=rel
            href=href
            role=is_end.then_some("link")
            aria-disabled=is_end.then_some("true")
        >
            {children()}
        </a>
    }
}

#[component]
fn SlotDay(day: Day) -> impl IntoView {
    let is_closed = day.halves.is_empty();
    let slots = if is_closed {
        Either::Left(view! { <p>{t!(request::lang(), "slots-none-that-day")}</p> })
    } else {
        let halves = day
            .halves
            .into_iter()
            .map(|half| half_of_day(half, &day.spoken));
        Either::Right(view! { <div>{halves.collect_view()}</div> })
    };
    view! {
        <li class=if is_closed { "slot-day closed" } else { "slot-day" }>
            <h4 class="leaf">
                <time datetime=day.date>
                    <span class="leaf-week">{day.weekday}</span>
                    " "
                    <span class="leaf-day">{day.number}</span>
                    " "
                    <span class="leaf-month">{day.month}</span>
                </time>
            </h4>
            {slots}
        </li>
    }
}

/// Its slots as links; `spoken` is the day, for those who do not see it above.
fn half_of_day(half: Half, spoken: &str) -> impl IntoView + use<> {
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

#[component]
fn EmptyWeek(none: NoSlots) -> impl IntoView {
    let way = none.way.map(|(href, words)| {
        let is_call = href.starts_with("tel:");
        view! {
            <p class="actions">
                <a class="button" href=href>
                    {is_call.then(|| view! { <Icon name="phone" /> })}
                    {words}
                    {(!is_call).then(|| view! { <Icon name="right" /> })}
                </a>
            </p>
        }
    });
    view! {
        <div class="empty-state">
            <Icon name="calendar" />
            <p class="notice-title">{none.title}</p>
            <p>{none.advice}</p>
            {way}
        </div>
    }
}
