//! How a page loads what it shows: one future, and the page of its [`Fault`] when it fails.
//! Nothing of what was loaded is sent to the browser but what the page shows.

use std::pin::Pin;

use leptos::prelude::*;

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
///
/// The view is boxed: the table of routes then knows one type of page instead of the whole tree
/// of each, which the compiler would work through again and again.
pub fn page<V, F>(content: F) -> AnyView
where
    V: IntoView + 'static,
    F: Future<Output = Result<V, Fault>> + Send + 'static,
{
    suspended(Box::pin(async move {
        match content.await {
            Ok(view) => view.into_any(),
            Err(fault) => view! { <ErrorPage fault /> }.into_any(),
        }
    }))
}

fn suspended(content: Pin<Box<dyn Future<Output = AnyView> + Send>>) -> AnyView {
    Suspend::new(content).into_any()
}
