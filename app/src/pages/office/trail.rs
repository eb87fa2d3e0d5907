//! Lines of the audit trail in words: who, what, to what. Shown on the page of a visit, and in
//! the journal of the practice ([`super::journal`]).

use backend::{
    Tz,
    trail::{About, Line, Who},
};
use domain::{feed::Detail, links};
use i18n::{Lang, dates, t, words};
use leptos::prelude::*;

use crate::{components::when::When, request};

/// What was done about one visit, the oldest first.
#[component]
pub fn VisitTrail(
    lines: Vec<Line>,
    zone: Tz,
    zone_name: domain::practice::ZoneName,
) -> impl IntoView {
    let lang = request::lang();
    let items = lines.into_iter().map(|line| {
        let when = When::new(lang, line.at, &zone, &zone_name);
        view! {
            <li>
                <strong>{what(lang, &line)}</strong>
                " "
                <span>{who(lang, &line.who)}</span>
                " "
                <time datetime=when.machine>{when.day_and_hour}</time>
            </li>
        }
    });
    view! {
        <section class="stack" id="trail" aria-labelledby="trail-title">
            <h2 id="trail-title">{t!(lang, "trail-title")}</h2>
            <ol class="trail">{items.collect_view()}</ol>
        </section>
    }
}

/// What was done, in one short sentence.
pub(super) fn what(lang: Lang, line: &Line) -> String {
    let staff = matches!(line.who, Who::Member { .. });
    match line.action.as_str() {
        "held" => t!(lang, "trail-held"),
        "booked" if staff => t!(lang, "trail-booked-by-practice"),
        "booked" => t!(lang, "trail-booked-online"),
        "expired" => t!(lang, "trail-expired"),
        "cancelled" if staff => t!(lang, "trail-cancelled-by-practice"),
        "cancelled" => t!(lang, "trail-cancelled-by-patient"),
        "arrived" => t!(lang, "trail-arrived"),
        "attended" => t!(lang, "trail-attended"),
        "missed" => t!(lang, "trail-missed"),
        "patient-phoned" => t!(lang, "trail-patient-phoned"),
        "viewed" => t!(lang, "trail-viewed"),
        "absence-viewed" => t!(lang, "trail-absence-viewed"),
        "to-phone-viewed" => t!(lang, "trail-to-phone-viewed"),
        "agenda-viewed" => agenda_viewed(lang, line),
        "denied" => t!(lang, "trail-denied"),
        "hours-published" => t!(lang, "trail-hours-published"),
        "hours-edited" => t!(lang, "trail-hours-edited"),
        "hours-deleted" => t!(lang, "trail-hours-deleted"),
        "absence-announced" => t!(lang, "trail-absence-announced"),
        "absence-deleted" => t!(lang, "trail-absence-deleted"),
        "reason-created" => t!(lang, "trail-reason-created"),
        "reason-edited" => t!(lang, "trail-reason-edited"),
        "reason-archived" => t!(lang, "trail-reason-archived"),
        "place-created" => t!(lang, "trail-place-created"),
        "place-edited" => t!(lang, "trail-place-edited"),
        "practice-opened" => t!(lang, "trail-practice-opened"),
        "practice-edited" => t!(lang, "trail-practice-edited"),
        "practitioner-added" => t!(lang, "trail-practitioner-added"),
        "practitioner-edited" => t!(lang, "trail-practitioner-edited"),
        "feed-created" => t!(lang, "trail-feed-created"),
        "feed-renewed" => t!(lang, "trail-feed-renewed"),
        "feed-revoked" => t!(lang, "trail-feed-revoked"),
        "feed-detail-changed" => detail_changed(lang, line),
        "demo-filled" => t!(lang, "trail-demo-filled"),
        "account-created" => t!(lang, "trail-account-created"),
        "password-reset" => t!(lang, "trail-password-reset"),
        "password-changed" => t!(lang, "trail-password-changed"),
        "signed-in" => t!(lang, "trail-signed-in"),
        "signed-out" => t!(lang, "trail-signed-out"),
        "session-ended" => t!(lang, "trail-session-ended"),
        "other-sessions-ended" => t!(lang, "trail-other-sessions-ended"),
        "passkey-added" => t!(lang, "trail-passkey-added"),
        "passkey-removed" => t!(lang, "trail-passkey-removed"),
        "passkey-used" => t!(lang, "trail-passkey-used"),
        "telephone-added" => t!(lang, "trail-telephone-added"),
        "telephone-removed" => t!(lang, "trail-telephone-removed"),
        "second-step-turned-on" => t!(lang, "trail-second-step-turned-on"),
        "second-step-turned-off" => t!(lang, "trail-second-step-turned-off"),
        "second-step-refused" => t!(lang, "trail-second-step-refused"),
        "second-step-removed" => t!(lang, "trail-second-step-removed"),
        "recovery-code-used" => t!(lang, "trail-recovery-code-used"),
        "recovery-codes-renewed" => t!(lang, "trail-recovery-codes-renewed"),
        // Written by another version of the program.
        other => t!(lang, "trail-other", action = other),
    }
}

/// With the days that were shown, as `2026-11-23/2026-11-29`; lines of before tell of none.
fn agenda_viewed(lang: Lang, line: &Line) -> String {
    let days = || {
        let (first, last) = line.after.as_deref()?.split_once('/')?;
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        Some(dates::from_day_to_day(lang, first, last))
    };
    match days() {
        Some(days) => t!(lang, "trail-agenda-viewed-days", days = days),
        None => t!(lang, "trail-agenda-viewed"),
    }
}

fn detail_changed(lang: Lang, line: &Line) -> String {
    let detail = |code: &Option<String>| {
        let code = code.as_deref()?;
        let level = Detail::ALL.into_iter().find(|level| level.code() == code)?;
        Some(words::detail(lang, level))
    };
    match (detail(&line.before), detail(&line.after)) {
        (Some(before), Some(after)) => t!(
            lang,
            "trail-feed-detail-from-to",
            before = before,
            after = after
        ),
        _ => t!(lang, "trail-feed-detail-changed"),
    }
}

/// Who did it.
pub(super) fn who(lang: Lang, who: &Who) -> String {
    match who {
        Who::Visitor => t!(lang, "trail-who-visitor"),
        Who::VisitHolder => t!(lang, "trail-who-visit-holder"),
        Who::Host => t!(lang, "trail-who-host"),
        Who::Member { name, role } => {
            let name = name.as_ref().map(ToString::to_string);
            t!(
                lang,
                "trail-who-member",
                name = name.unwrap_or_else(|| t!(lang, "trail-who-gone")),
                role = words::role(lang, *role)
            )
        }
    }
}

/// To what, with a way there where there is one.
#[component]
pub(super) fn AboutWhat(about: Option<About>, zone: Tz) -> impl IntoView {
    let lang = request::lang();
    about.map(|about| match about {
        About::Visit {
            id,
            start,
            practitioner: (slug, name),
        } => {
            let start = dates::instant(lang, start, &zone);
            view! {
                <a href=links::office_visit(
                    &slug,
                    id,
                )>
                    {t!(lang, "trail-about-visit", start = start, practitioner = name.to_string())}
                </a>
            }
            .into_any()
        }
        About::Practitioner(name) | About::Account(name) => name.to_string().into_any(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use backend::trail::ACTIONS;
    use chrono::DateTime;
    use domain::access::Role;

    use super::*;

    #[test]
    fn every_action_of_the_trail_has_words() {
        for lang in Lang::ALL {
            for (action, _) in ACTIONS {
                for who in [
                    Who::Visitor,
                    Who::Member {
                        name: None,
                        role: Role::Owner,
                    },
                ] {
                    let line = Line {
                        id: "0190aaaa-0000-7000-8000-000000000000".parse().unwrap(),
                        at: DateTime::UNIX_EPOCH,
                        who,
                        action: action.to_owned(),
                        before: None,
                        after: None,
                        about: None,
                    };
                    let said = what(lang, &line);
                    let unknown = t!(lang, "trail-other", action = action);
                    assert_ne!(said, unknown, "{action}");
                }
            }
        }
    }
}
