//! The route table, and nothing else.
//! What surrounds a page is `components::frame`; the HTML document is `document`.

use leptos::{either::Either, prelude::*};
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{components::error_page::ErrorPage, document, pages, request};

/// The whole document for a request: the head, and in it the page of its address.
pub fn shell() -> impl IntoView {
    document::document(|| view! { <App /> })
}

/// Which page answers which address. A request that already failed (a body too large, a
/// panic…) carries a [`crate::fault::Fault`], and its page is shown instead.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if let Some(fault) = request::fault() {
        return Either::Left(view! { <ErrorPage fault /> });
    }
    Either::Right(view! {
        <Router>
            <FlatRoutes fallback=pages::NotFound>
                <Route path=path!("/") view=pages::public::Home ssr=SsrMode::Async />
                <Route
                    path=path!("/cabinets/:slug")
                    view=pages::public::Practice
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/praticiens/:slug")
                    view=pages::public::Practitioner
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/praticiens/:slug/rendez-vous")
                    view=pages::patient::BookingForm
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/reservation/:token")
                    view=pages::patient::HeldSlot
                    ssr=SsrMode::Async
                />
                <Route path=path!("/rdv/:token") view=pages::patient::Visit ssr=SsrMode::Async />
                <Route
                    path=path!("/rdv/:token/annuler")
                    view=pages::patient::CancelVisit
                    ssr=SsrMode::Async
                />
                <Route path=path!("/_composants") view=pages::Gallery ssr=SsrMode::Async />
                <Route
                    path=path!("/courrier")
                    view=pages::public::LocalMailbox
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/courrier/:id")
                    view=pages::public::LocalMailPage
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/mentions-legales")
                    view=pages::public::Legal
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/confidentialite")
                    view=pages::public::Privacy
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/installation/:token")
                    view=pages::SetUp
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/connexion")
                    view=pages::office::SignIn
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/connexion/cle")
                    view=pages::office::SignInPasskey
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/connexion/code")
                    view=pages::office::SignInCode
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda")
                    view=pages::office::OwnAgenda
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/a-telephoner")
                    view=pages::office::ToPhone
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/cabinet")
                    view=pages::office::OfficePractice
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/compte")
                    view=pages::office::Account
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/compte/cles")
                    view=pages::office::AccountPasskeys
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/compte/deuxieme-etape")
                    view=pages::office::AccountSecondStep
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/journal")
                    view=pages::office::Journal
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/praticiens/:slug")
                    view=pages::office::Agenda
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/praticiens/:slug/rendez-vous/:id")
                    view=pages::office::OfficeVisit
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/praticiens/:slug/nouveau-rendez-vous")
                    view=pages::office::NewVisit
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/praticiens/:slug/plages")
                    view=pages::office::OfficeHours
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/praticiens/:slug/absences")
                    view=pages::office::OfficeAbsences
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/praticiens/:slug/absences/:id")
                    view=pages::office::OfficeAbsence
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/praticiens/:slug/motifs")
                    view=pages::office::OfficeReasons
                    ssr=SsrMode::Async
                />
                <Route
                    path=path!("/agenda/praticiens/:slug/abonnement")
                    view=pages::office::OfficeFeeds
                    ssr=SsrMode::Async
                />
            </FlatRoutes>
        </Router>
    })
}
