//! Every `#[server]` function: the whole public surface of calls, one file per feature.
//! Each is a POST anybody can send, so its body is: who asks, parse, one call into `backend`,
//! and an ending of [`crate::forms`]. Who may is decided below it, in `domain::policy`.

pub mod booking;
#[cfg(feature = "ssr")]
mod fields;
pub mod language;
pub mod office;
#[cfg(feature = "ssr")]
mod robots;
pub mod setup;
pub mod visit;
