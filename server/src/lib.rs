//! The binary `rdv`: configuration, router, sessions, security, worker.
//! A thin shell: pages and forms are `app`'s, everything they do is `backend`'s.
//!
//! A request goes through the layers of [`router`] from the outside in: log line and reference,
//! headers, panics, statuses without a page, time, foreign forms, size, who asks; then to a
//! route, a page ([`render`]) or a form ([`api`]).

pub mod answers;
pub mod api;
pub mod assets;
pub mod cli;
pub mod commands;
pub mod conditional;
pub mod config;
pub mod doctor;
pub mod errors;
pub mod limits;
pub mod listen;
pub mod logging;
pub mod metrics;
pub mod network;
pub mod render;
pub mod router;
pub mod routes;
pub mod security;
pub mod session;
pub mod worker;
