//! What pages are made of: each file shows one thing. Rendered on the server only; what comes
//! alive in the browser is in [`crate::islands`].

pub mod error_page;
pub mod frame;
pub mod page;
