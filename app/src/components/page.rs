//! How a page loads what it shows: one future, and the page of its [`Fault`] when it fails.
//! Nothing of what was loaded is sent to the browser but what the page shows.

use leptos::{either::Either, prelude::*};

use crate::{components::error_page::ErrorPage, fault::Fault};

/// Waits for `content` and shows it; or shows the page of the fault, with its status.
///
/// ```ignore
/// #[component]
/// pub fn Practice() -> impl IntoView {
///     let slug = request::param("slug");
///     page(async move {
///         let practice = request::backend()?.practice(&slug.parse()?).await?;
///         Ok(view! { <Frame title=practice.name.to_string()>…</Frame> })
///     })
/// }
/// ```
pub fn page<V, F>(content: F) -> impl IntoView
where
    V: IntoView + 'static,
    F: Future<Output = Result<V, Fault>> + Send + 'static,
{
    Suspend::new(async move {
        match content.await {
            Ok(view) => Either::Left(view),
            Err(fault) => Either::Right(view! { <ErrorPage fault /> }),
        }
    })
}
