//! Pages, and the server functions behind their forms.
//! Rules live in `domain`, storage and mail in `backend`, headers and limits in `server`.
//!
//! With the feature `ssr` this is the whole site; with `hydrate` it is only what the browser
//! runs: [`islands`], and the calls of [`api`] that they make. A page is never hydrated.
//!
//! To add a page: a file in `pages/` with one component, a line in [`App`]'s table (always
//! `ssr=SsrMode::Async`: the answer is complete without JavaScript), an address in
//! `domain::links`, words in `i18n`. It lays out what [`components::page`] loads for it.
//!
//! To add a form: a plain `<form method="post" action="/api/hold_slot">`, and in `api/` a
//! `#[server(prefix = "/api", endpoint = "hold_slot", input = PostUrl)]` function returning
//! `Result<(), Fault>` that ends with `forms::see_other(path)` or `forms::refuse(page, errors)`:
//! see [`forms`] for what happens then.

// The type of a page is the tree of its elements, which the compiler walks down.
#![recursion_limit = "256"]

// Components and server functions become items that their macros leave without documentation.
// A server function takes one argument for each field of its form.
#[allow(missing_docs, clippy::too_many_arguments)]
pub mod api;
pub mod fault;
#[allow(missing_docs, unreachable_pub)]
pub mod islands;

#[cfg(feature = "ssr")]
#[allow(missing_docs, unreachable_pub)]
pub mod components;
#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
pub mod flash;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
pub mod limits;
#[cfg(feature = "ssr")]
#[allow(missing_docs, unreachable_pub)]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
#[allow(missing_docs, unreachable_pub)]
mod site;

#[cfg(feature = "ssr")]
mod week_words;

#[cfg(feature = "ssr")]
pub use document::settle;
#[cfg(feature = "ssr")]
pub use site::{App, shell};
