//! The question before a visit is called off. Opening it changes nothing; where it is too late,
//! the button is missing and the visit's page says why.

use domain::{access::Actor, appointment::Status, links, policy};
use i18n::t;
use leptos::{either::EitherOf3, prelude::*};

use super::visit::words;
use crate::{
    components::{frame::Frame, icon::Icon, link_gone::page_of_link, visit_summary::VisitSummary},
    request,
};

#[component]
pub fn CancelVisit() -> impl IntoView {
    let token = request::param("token");
    page_of_link(async move {
        let lang = request::lang();
        let backend = request::backend()?;
        let found = backend.visit(&token).await?;
        let appointment = &found.visit.appointment;
        let may_cancel = policy::may_cancel(
            &Actor::VisitHolder,
            appointment,
            &found.reason,
            backend.now(),
        );
        let visit = links::visit(&token);
        let when = words(lang, &found);
        let cancelled = matches!(appointment.status, Status::Cancelled { .. });
        let title = if cancelled {
            t!(lang, "visit-cancelled-title")
        } else {
            t!(lang, "cancel-title")
        };
        let answer = if cancelled {
            EitherOf3::C(())
        } else if may_cancel {
            let keep = visit.clone();
            EitherOf3::A(view! {
                <p>{t!(lang, "cancel-consequence")}</p>
                <form class="actions" method="post" action="/api/cancel_visit">
                    <input type="hidden" name="token" value=token />
                    <button class="button danger">{t!(lang, "cancel-yes")}</button>
                    <a class="button secondary" href=keep>{t!(lang, "cancel-no")}</a>
                </form>
            })
        } else {
            EitherOf3::B(view! {
                <p>{t!(lang, "cancel-not-possible")}</p>
            })
        };
        Ok(view! {
            <Frame title=title.clone() width="narrow">
                <div class="page-head">
                    <p class="crumb">
                        <a href=visit>
                            <Icon name="left" />
                            {t!(lang, "cancel-back")}
                        </a>
                    </p>
                    <h1>{title}</h1>
                </div>
                <VisitSummary
                    when
                    length=found.length()
                    reason=found.reason
                    practitioner=found.practitioner
                    practice=found.practice
                    place=Some(found.place)
                    title=t!(lang, "visit-when-and-where")
                    cancelled
                />
                {answer}
            </Frame>
        })
    })
}
