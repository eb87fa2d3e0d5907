//! Addresses that are no pages: for machines. One file each.

mod calendar;
mod health;
pub mod metrics;
mod slots;
mod visit;

use axum::Router;

use crate::{metrics::Metrics, render::Pages};

/// All of them.
pub fn all(pages: &Pages, numbers: &Metrics, access: &metrics::Access) -> Router<Pages> {
    Router::new()
        .merge(metrics::routes(pages, numbers, access))
        .merge(calendar::routes())
        .merge(health::routes())
        .merge(slots::routes(pages))
        .merge(visit::routes())
}
