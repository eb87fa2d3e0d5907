//! What pages are made of: each file shows one thing. Rendered on the server only; what comes
//! alive in the browser is in [`crate::islands`].

pub mod against_robots;
pub mod badge;
pub mod choice;
pub mod contact;
pub mod error_page;
pub mod error_summary;
pub mod field;
pub mod frame;
pub mod icon;
pub mod instructions;
pub mod lines;
pub mod link_gone;
pub mod notice;
pub mod office_frame;
pub mod page;
pub mod passkey;
pub mod practitioner_card;
pub mod qr_code;
pub mod seen;
pub mod slot_week;
pub mod stands;
pub mod steps;
pub mod visit_summary;
pub mod when;
pub mod zone_select;
