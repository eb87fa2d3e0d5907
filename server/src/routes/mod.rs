//! Addresses that are no pages: for machines. One file each.

mod calendar;
mod health;
mod slots;
mod visit;

use axum::Router;

use crate::render::Pages;

/// All of them.
pub fn all() -> Router<Pages> {
    Router::new()
        .merge(calendar::routes())
        .merge(health::routes())
        .merge(slots::routes())
        .merge(visit::routes())
}
