//! The four steps of a booking, and which one this is.

use i18n::t;
use leptos::{either::Either, prelude::*};

use crate::{components::icon::Icon, request};

/// A step of a booking, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Why one comes.
    Reason,
    /// When.
    Slot,
    /// Who comes.
    Who,
    /// The code that was mailed.
    Code,
}

impl Step {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Reason, "step-reason"),
        (Self::Slot, "step-slot"),
        (Self::Who, "step-who"),
        (Self::Code, "step-code"),
    ];
}

#[component]
pub fn Steps(current: Step) -> impl IntoView {
    let lang = request::lang();
    let step = |(number, (step, key)): (usize, (Step, &'static str))| {
        let word = t!(lang, key);
        if step < current {
            Either::Left(view! {
                <li class="done">
                    <span class="step-sign">
                        <Icon name="check" />
                    </span>
                    <span>
                        {word} <span class="visually-hidden">" " {t!(lang, "step-done")}</span>
                    </span>
                </li>
            })
        } else {
            let now = (step == current).then_some("step");
            Either::Right(view! {
                <li aria-current=now>
                    <span class="step-sign">{number + 1}</span>
                    <span>{word}</span>
                </li>
            })
        }
    };
    view! {
        <ol class="steps" aria-label=t!(lang, "steps-label")>
            {Step::ALL.into_iter().enumerate().map(step).collect_view()}
        </ol>
    }
}
