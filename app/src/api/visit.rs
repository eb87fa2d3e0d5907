//! What the holder of a visit's link can do with it. The page is `pages::patient::visit`.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Calls the visit off, if its deadline has not passed; cancelling twice is cancelling once.
///
/// # Errors
/// [`Fault::NotFound`] for a link that is none, or no more.
#[server(prefix = "/api", endpoint = "cancel_visit", input = PostUrl)]
pub async fn cancel_visit(token: String) -> Result<(), Fault> {
    use backend::booking::CancelRefusal;
    use domain::links;

    use crate::{
        forms::{self, FormErrors},
        request,
    };

    let page = links::visit(&token);
    match forms::decided(request::backend()?.cancel_by_link(&token).await)? {
        Ok(()) => forms::see_other(&page),
        Err(CancelRefusal::TooLate) => {
            forms::refuse(&page, FormErrors::message("cancel-too-late-title"))
        }
        Err(CancelRefusal::NotPossible) => {
            forms::refuse(&page, FormErrors::message("cancel-not-possible"))
        }
    }
}
